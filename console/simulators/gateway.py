"""The way in to every device: one port per device, faults at the door.

One HTTP server serves all that speak HTTP; a device with a protocol of its own serves its line.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable
from typing import cast
from urllib.parse import parse_qsl

from aiohttp import web
from aiohttp.http_exceptions import HttpProcessingError

from console.simulators.certs import Authority
from console.simulators.device import Ask, Device, LineDevice, Port, Powered, Reply
from console.simulators.door import POLL_S, at_the_door, on_the_answer, response
from console.simulators.faults import Fault, FaultBoard
from console.simulators.listener import DOWN, GOOD, MUTE, Listener
from console.simulators.pipe import Pipe
from console.simulators.request_log import Received, RequestLog
from console.simulators.tcp import TcpServer

AT_THE_DOOR = frozenset({"hang", "reset", "garbage", "html", "busy", "unauthorized", "refuse"})
ON_THE_ANSWER = frozenset({"slow", "drip", "truncate", "flood", "ignored_write"})
OF_THE_LINE = frozenset({"restart", "half_open", "wrong_certificate"})
CONTROL = "control"
SILENCE = frozenset({"hang", "half_open"})


class Gateway:
    """All listening devices.

    Attributes:
        log: what was received.
        board: the faults in force.
    """

    def __init__(
        self, authority: Authority, board: FaultBoard, catch_up: Callable[[], None]
    ) -> None:
        self.log, self.board = RequestLog(), board
        self._authority, self._catch_up = authority, catch_up
        self._listeners: dict[int, Listener] = {}
        self._http: dict[int, Device] = {}
        self._lines: list[TcpServer] = []
        self._ports: list[Port] = []
        self._server = web.Server(
            self._handle,
            access_log=None,
            logger=own_faults_only(),
            handler_cancellation=True,
            keepalive_timeout=120.0,
        )
        self._timers: set[asyncio.TimerHandle] = set()
        self._settling = asyncio.Lock()
        self._tasks: set[asyncio.Task[None]] = set()

    # -- opening and closing -----------------------------------------------------------------

    async def open(self, device: Device, port: int = 0, *, plain: bool = False) -> int:
        """Listen for a device; returns its port. `plain` leaves TLS away."""
        listener = Listener(device, self._server, None if plain else self._authority.context)
        await listener.open(port)
        self._listeners[listener.port] = listener
        self._http[listener.port] = device
        return listener.port

    async def open_line(self, device: LineDevice, port: int = 0) -> int:
        """Listen for a device that speaks for itself; returns its port."""

        def received(text: str) -> Received:
            self._catch_up()
            return self.log.write(device.name, "LINE", text, "", "")

        server = TcpServer(lambda reader, writer: device.serve(reader, writer, received))
        listener = Listener(device, server, None)
        await listener.open(port)
        self._listeners[listener.port] = listener
        self._lines.append(server)
        return listener.port

    async def add(self, port: Port, number: int = 0) -> int:
        """Open a port that sees to its own connections; returns its number."""
        opened = await port.open(number)
        self._ports.append(port)
        return opened

    async def close(self) -> None:
        """Stop listening and cut every connection."""
        for timer in self._timers:
            timer.cancel()
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        for listener in self._listeners.values():
            listener.close()
        for port in self._ports:
            port.close()
        for server in self._lines:
            await server.shutdown()
        await self._server.shutdown(0.2)

    def devices(self) -> list[Powered]:
        """Every device that listens."""
        behind = [listener.device for listener in self._listeners.values()]
        return behind + [port.device for port in self._ports]

    def cut(self, port: int) -> None:
        """Cut every connection of one port."""
        for transport in self._transports(port):
            transport.abort()

    def cut_devices(self, target: str) -> None:
        """Cut every connection of a device, a family or all."""
        for port, listener in self._listeners.items():
            device = listener.device
            if device.family != CONTROL and target in ("*", device.name, device.family):
                self.cut(port)

    def _transports(self, port: int) -> list[asyncio.Transport]:
        found: list[asyncio.BaseTransport | None] = [h.transport for h in self._server.connections]
        found += [each for server in self._lines for each in server.transports]
        return [
            cast("asyncio.Transport", each)
            for each in found
            if each is not None and local_port(each) == port
        ]

    # -- faults of the line ------------------------------------------------------------------

    async def settle(self) -> None:
        """Bring every port to what the faults in force ask of it."""
        async with self._settling:
            for listener in self._listeners.values():
                device = listener.device
                if device.family == CONTROL:
                    continue
                fault = self.board.find(OF_THE_LINE, (device.name, device.family))
                mode = line_mode(fault)
                if listener.plain and mode not in (DOWN, MUTE):
                    mode = GOOD
                if mode == listener.mode:
                    continue
                was = listener.mode
                if mode == MUTE:
                    self._pause(listener.port)
                else:
                    self.cut(listener.port)
                if mode == DOWN:
                    device.go_down()
                await listener.change(mode)
                if was == DOWN:
                    device.come_up()
            for port in self._ports:
                await self._settle_port(port)

    async def _settle_port(self, port: Port) -> None:
        """The same for a port without TLS, which has no certificate that could be wrong."""
        device, was = port.device, port.mode
        fault = self.board.find(OF_THE_LINE - {"wrong_certificate"}, (device.name, device.family))
        mode = line_mode(fault)
        if mode == was:
            return
        if mode == DOWN:
            device.go_down()
        await port.change(mode)
        if was == DOWN:
            device.come_up()

    def settle_later(self, fault: Fault) -> None:
        """Settle once more when this fault's time is up."""
        if fault.until_s is None:
            return
        loop = asyncio.get_running_loop()

        def due() -> None:
            self._timers.discard(timer)
            task = loop.create_task(self.settle())
            self._tasks.add(task)
            task.add_done_callback(self._tasks.discard)

        timer = loop.call_at(fault.until_s + 0.01, due)
        self._timers.add(timer)

    def _pause(self, port: int) -> None:
        for transport in self._transports(port):
            transport.pause_reading()

    # -- requests ----------------------------------------------------------------------------

    async def _handle(self, request: web.BaseRequest) -> web.StreamResponse:
        transport = request.transport
        device = None if transport is None else self._http.get(local_port(transport))
        if device is None:
            raise ConnectionResetError("the port closed meanwhile")
        self._catch_up()
        ask = Ask(
            method=request.method,
            path=request.path,
            query=tuple(parse_qsl(request.query_string, keep_blank_values=True)),
            headers={name.lower(): value for name, value in request.headers.items()},
            body=await request.read(),
            host=request.host,
        )
        if device.family == CONTROL:
            return response(await device.answer(ask))
        line = self.log.add(device.name, ask)
        names = (device.name, device.family)
        await self._wait_for_line(device)
        fault = self.board.take(AT_THE_DOOR | ON_THE_ANSWER, names, ask.method, ask.path)
        line.fault = fault.kind if fault is not None else ""
        if fault is not None and fault.kind in AT_THE_DOOR:
            reply = await at_the_door(
                request,
                device,
                ask,
                fault,
                lambda: fault in self.board.in_force() or fault.left == 0,
            )
        elif ask.headers.get("upgrade", "").lower() == "websocket":
            return await self._upgrade(request, device, ask, line)
        else:
            if fault is not None and fault.kind == "slow":
                await asyncio.sleep(float(fault.values["delay_ms"]) / 1000)
                self._catch_up()
            dry = fault is not None and fault.kind == "ignored_write" and ask.method != "GET"
            reply = await device.answer(ask, dry=dry)
        line.status = reply.status
        if fault is not None and fault.kind in ("drip", "truncate", "flood"):
            return await on_the_answer(request, reply, fault)
        return response(reply)

    async def _wait_for_line(self, device: Device) -> None:
        while not device.reachable():  # noqa: ASYNC110 - the story has no event to wait on
            await asyncio.sleep(POLL_S)

    # -- WebSockets --------------------------------------------------------------------------

    async def _upgrade(
        self, request: web.BaseRequest, device: Device, ask: Ask, line: Received
    ) -> web.StreamResponse:
        verdict = device.handshake(ask)
        if isinstance(verdict, Reply):
            line.status = verdict.status
            return response(verdict)
        socket = web.WebSocketResponse(
            protocols=() if verdict is None else (verdict,), compress=False, timeout=1.0
        )
        await socket.prepare(request)
        line.status = 101
        names = (device.name, device.family)

        def silent() -> bool:
            if not device.reachable():
                return True
            return self.board.find(SILENCE, names, "GET", ask.path) is not None

        wire = Pipe(socket, silent, self._catch_up)
        wire.heard = lambda text: self.log.write(device.name, "WS", ask.path, "", text)
        await device.converse(ask, wire)
        await wire.close(1000)
        return socket


def own_faults_only() -> logging.Logger:
    """A log for mistakes of ours: what a client says wrongly, or leaves unheard, is its affair."""

    def ours(record: logging.LogRecord) -> bool:
        kind = record.exc_info[0] if record.exc_info else None
        return kind is None or not issubclass(kind, (HttpProcessingError, ConnectionError))

    logger = logging.getLogger("console.simulators.gateway")
    logger.addFilter(ours)
    return logger


def local_port(transport: asyncio.BaseTransport) -> int:
    """The port this connection came in at; 0 when it is gone."""
    name = transport.get_extra_info("sockname")
    return int(name[1]) if name else 0


def line_mode(fault: Fault | None) -> str:
    """The mode a line fault puts a port in."""
    if fault is None:
        return GOOD
    if fault.kind == "restart":
        return DOWN
    return MUTE if fault.kind == "half_open" else str(fault.values["flaw"])
