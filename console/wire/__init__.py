"""Bytes to and from devices: total deadlines, size caps, verified TLS; no meaning."""
