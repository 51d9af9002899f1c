"""A device's end of a WebSocket."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from typing import cast

from aiohttp import WSMsgType, web


class Pipe:
    """A device's WebSocket over aiohttp, through which no text passes while the line is silent."""

    def __init__(
        self,
        socket: web.WebSocketResponse,
        silent: Callable[[], bool],
        catch_up: Callable[[], None],
    ) -> None:
        self._socket, self._silent, self._catch_up = socket, silent, catch_up
        self.heard: Callable[[str], object] = lambda text: None

    async def __aiter__(self) -> AsyncIterator[str]:
        async for message in self._socket:
            if message.type is not WSMsgType.TEXT:
                continue
            text = cast("str", message.data)
            self._catch_up()
            self.heard(text)
            if not self._silent():
                yield text

    async def send(self, text: str) -> None:
        """Send one text frame; lost when the line is silent or the other side gone."""
        if self._silent() or self._socket.closed:
            return
        try:
            await self._socket.send_str(text)
        except ConnectionError:
            return

    async def close(self, code: int) -> None:
        """Say goodbye."""
        if not self._socket.closed:
            await self._socket.close(code=code)
