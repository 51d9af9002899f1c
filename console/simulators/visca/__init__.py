"""Pretend VISCA cameras: framed over UDP as Sony does it, raw over TCP or UDP as others do."""
