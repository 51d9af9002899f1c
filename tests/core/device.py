"""A real device on loopback: HTTP and WebSocket, in a thread, with faults a test can switch."""

from __future__ import annotations

import asyncio
import json
import ssl
import threading
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from aiohttp import WSMsgType, web

Answer = Callable[[web.Request], web.StreamResponse | None]


class Device:
    """Sites that can be muted. Everything a test touches here may be touched from its thread."""

    def __init__(self, context: ssl.SSLContext | None = None) -> None:
        self._context = context
        self.muted: dict[str, bool] = {"653": True, "651": True}
        self.log: list[str] = []
        self.counts: Counter[str] = Counter()
        self.hanging: set[str] = set()
        """Paths that are never answered."""
        self.cutting: set[str] = set()
        """Paths whose connection is cut after the request took effect."""
        self.failing: dict[str, int] = {}
        """Paths that are answered with a status and nothing else."""
        self.garbled: set[str] = set()
        self.slow_once: dict[str, float] = {}
        """Paths, the next request of which takes effect and is answered so many seconds late."""
        self.delay_s = 0.0
        """So long after its answer a change takes effect."""
        self.deaf = False
        """Whether changes are accepted and never made."""
        self.feed_refused = False
        self.feeds = 0
        self.heard: list[str] = []
        self.under_way = self.most_under_way = 0
        self._sockets: set[web.WebSocketResponse] = set()
        self._ready = threading.Event()
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._run, name="device", daemon=True)
        self.port = 0

    @property
    def url(self) -> str:
        return f"{'https' if self._context else 'http'}://127.0.0.1:{self.port}"

    # -- from the test -----------------------------------------------------------------------------

    def start(self) -> None:
        self._thread.start()
        assert self._ready.wait(10)

    def stop(self) -> None:
        self._loop.call_soon_threadsafe(self._stopping.set)
        self._thread.join(10)
        assert not self._thread.is_alive()

    def push(self, **message: Any) -> None:
        """Tell all who listen to the feed."""
        text = json.dumps(message)

        async def send() -> None:
            for socket in list(self._sockets):
                await socket.send_str(text)

        asyncio.run_coroutine_threadsafe(send(), self._loop).result(5)

    def end_feed(self) -> None:
        """Hang up on all who listen to the feed."""

        async def close() -> None:
            for socket in list(self._sockets):
                await socket.close()

        asyncio.run_coroutine_threadsafe(close(), self._loop).result(5)

    @property
    def listeners(self) -> int:
        return len(self._sockets)

    # -- in its thread -----------------------------------------------------------------------------

    def _run(self) -> None:
        asyncio.set_event_loop(self._loop)
        self._loop.run_until_complete(self._live())
        self._loop.run_until_complete(self._loop.shutdown_asyncgens())
        self._loop.close()

    async def _live(self) -> None:
        self._stopping = asyncio.Event()
        app = web.Application()
        app.router.add_get("/feed", self._feed)
        app.router.add_route("*", "/{path:.*}", self._answer)
        runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.1)
        await runner.setup()
        site = web.TCPSite(runner, "127.0.0.1", self.port, ssl_context=self._context)
        await site.start()
        self.port = site._server.sockets[0].getsockname()[1]  # type: ignore[union-attr]
        self._ready.set()
        await self._stopping.wait()
        for socket in list(self._sockets):
            await socket.close()
        await runner.cleanup()

    async def _answer(self, request: web.Request) -> web.StreamResponse:
        path = request.path
        self.log.append(path)
        self.counts[path] += 1
        self.under_way += 1
        self.most_under_way = max(self.most_under_way, self.under_way)
        try:
            if path in self.hanging:
                await asyncio.sleep(3600)
            if path in self.slow_once:
                await asyncio.sleep(self.slow_once.pop(path))
            if path == "/mute" and path not in self.failing:
                self._mute(request.query["site"], request.query["muted"] == "true")
            if path in self.cutting:
                assert request.transport is not None
                request.transport.abort()
                await asyncio.sleep(3600)
            if path in self.failing:
                return web.Response(status=self.failing[path], text="no")
            if path in self.garbled:
                return web.Response(text="<html>")
            return web.json_response(self.muted)
        finally:
            self.under_way -= 1

    def _mute(self, site: str, muted: bool) -> None:
        if not self.deaf:
            self._loop.call_later(self.delay_s, self.muted.__setitem__, site, muted)

    async def _feed(self, request: web.Request) -> web.StreamResponse:
        self.counts["/feed"] += 1
        if self.feed_refused:
            return web.Response(status=503)
        socket = web.WebSocketResponse()
        await socket.prepare(request)
        self._sockets.add(socket)
        self.feeds += 1
        try:
            async for message in socket:
                if message.type is WSMsgType.TEXT:
                    self.heard.append(message.data)
        finally:
            self._sockets.discard(socket)
        return socket


@contextmanager
def device(context: ssl.SSLContext | None = None) -> Iterator[Device]:
    """A Device for the length of a block."""
    made = Device(context)
    made.start()
    try:
        yield made
    finally:
        made.stop()
