"""The HTTP server around one office's application; it lets long polls go when it closes."""

from __future__ import annotations

import socket

import uvicorn

from db.office.service import Office


class Server(uvicorn.Server):
    """Uvicorn, which waits for the requests under way; so polls must not go on waiting."""

    def __init__(self, config: uvicorn.Config, office: Office) -> None:
        super().__init__(config)
        self._office = office

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        """Answer every poll, then close."""
        self._office.polls.end()
        await super().shutdown(sockets)
