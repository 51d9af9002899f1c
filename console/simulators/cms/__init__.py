"""A pretend Cisco Meeting Server: REST v1, events over WebSocket, pushed call records."""
