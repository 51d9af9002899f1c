"""A pretend Cisco RoomOS device: the XML API over HTTPS, JSON-RPC over WebSocket, feedback."""
