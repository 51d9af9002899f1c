"""The ports of cameras: framed UDP, raw UDP, raw TCP. Each keeps its number through every mode."""

from __future__ import annotations

import asyncio
from typing import Any, cast

from console.simulators.listener import DOWN, GOOD, MUTE, Listener
from console.simulators.visca import framing
from console.simulators.visca.device import CameraDevice
from console.simulators.visca.framing import Frame, Sequences, framed
from console.simulators.visca.messages import END

TOGETHER_S = 0.04
LONGEST_TCP = 1024


class UdpPort(asyncio.DatagramProtocol):
    """A camera's UDP port. Without power, or half open, it says nothing."""

    def __init__(self, device: CameraDevice) -> None:
        self.device = device
        self.port = 0
        self.mode = GOOD
        self._transport: asyncio.DatagramTransport | None = None

    async def open(self, port: int = 0) -> int:
        """Listen; returns the port."""
        loop = asyncio.get_running_loop()
        self._transport, _ = await loop.create_datagram_endpoint(
            lambda: self, local_addr=("127.0.0.1", port)
        )
        self.port = int(self._transport.get_extra_info("sockname")[1])
        return self.port

    async def change(self, mode: str) -> None:
        """Go over to another mode."""
        self.mode = mode

    def close(self) -> None:
        """Stop listening."""
        self.device.door.close()
        if self._transport is not None:
            self._transport.close()

    def datagram_received(self, data: bytes, addr: Any) -> None:
        """One datagram."""
        if self.mode == GOOD:
            self.receive(data, addr)

    def error_received(self, exc: Exception) -> None:
        """A controller went away: its affair."""

    def receive(self, data: bytes, addr: Any) -> None:
        """Raw messages, one or several to a datagram; what has no end is dropped."""
        for message in data.split(b"\xff")[:-1]:
            whole = message + b"\xff"
            line = self.device.arrives(data, whole)
            if line is None:
                continue
            self.device.hears(
                whole,
                line,
                lambda way, reply, whole=whole: self.device.door.send(
                    way, whole, reply, lambda content, shift: content, lambda w: self.put(w, addr)
                ),
            )

    def put(self, wire: bytes, addr: Any) -> None:
        """Send one datagram."""
        if self._transport is not None and not self._transport.is_closing():
            self._transport.sendto(wire, addr)


class FramedPort(UdpPort):
    """A UDP port where every datagram has the vendor's header."""

    def __init__(self, device: CameraDevice) -> None:
        super().__init__(device)
        self._sequences = Sequences()
        device.restarted = self._sequences.forget

    def receive(self, data: bytes, addr: Any) -> None:
        """One framed message."""
        frame = Frame.parse(data)
        if frame is None:
            return
        message, sequence = frame.payload, frame.sequence
        line = self.device.arrives(data, message)
        if line is None:
            return
        line.query = f"sequence={sequence}"

        def send(way: str, reply: bytes, kind: int = framing.REPLY) -> None:
            self.device.door.send(
                way,
                message,
                reply,
                lambda content, shift: framed(kind, sequence + shift, content),
                lambda wire: self.put(wire, addr),
            )

        def control(way: str, payload: bytes) -> None:
            line.status = payload[0]
            send(way, payload, framing.CONTROL_REPLY)

        if not frame.sound():
            control("error", framing.WRONG_MESSAGE)
        elif frame.kind == framing.CONTROL:
            self._sequences.reset(addr)
            control("answer", framing.RESET_DONE)
        elif not self._sequences.normal(addr, sequence):
            control("error", framing.WRONG_SEQUENCE)
        elif self.device.hears(message, line, send):
            self._sequences.done(addr, sequence)


class TcpPort:
    """A camera's TCP port: raw messages, cut at FF wherever segments begin and end."""

    def __init__(self, device: CameraDevice) -> None:
        self.device = device
        self.calls: set[TcpCall] = set()
        self._listener = Listener(device, lambda: TcpCall(self), None)

    @property
    def port(self) -> int:
        """The port number."""
        return self._listener.port

    @property
    def mode(self) -> str:
        """What the line is in."""
        return self._listener.mode

    async def open(self, port: int = 0) -> int:
        """Listen; returns the port."""
        return await self._listener.open(port)

    async def change(self, mode: str) -> None:
        """Go over to another mode: without power every connection is cut, half open none."""
        for call in list(self.calls):
            if mode == MUTE:
                call.pause()
            elif mode == DOWN or self.mode == MUTE:
                call.abort()
        await self._listener.change(mode)

    def close(self) -> None:
        """Stop listening and cut every connection."""
        self.device.door.close()
        self._listener.close()
        for call in list(self.calls):
            call.abort()


class TcpCall(asyncio.Protocol):
    """One controller's connection. Replies that come close together share a segment."""

    def __init__(self, port: TcpPort) -> None:
        self._port, self._device = port, port.device
        self._transport: asyncio.Transport | None = None
        self._heard, self._waiting = bytearray(), bytearray()
        self._timer: asyncio.TimerHandle | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """A controller calls."""
        self._transport = cast("asyncio.Transport", transport)
        self._port.calls.add(self)

    def connection_lost(self, exc: Exception | None) -> None:
        """It is gone."""
        self._port.calls.discard(self)
        self._transport = None
        if self._timer is not None:
            self._timer.cancel()

    def data_received(self, data: bytes) -> None:
        """Some bytes: none, one or several messages, and the beginning of another."""
        self._heard += data
        while (at := self._heard.find(END)) >= 0:
            message = bytes(self._heard[: at + 1])
            del self._heard[: at + 1]
            self._message(message)
        if len(self._heard) > LONGEST_TCP:
            self._heard.clear()

    def _message(self, message: bytes) -> None:
        line = self._device.arrives(message, message)
        if line is None:
            return
        line.fault = self._device.door.took("reset", "request", message)
        if line.fault:
            self.abort()
            return
        self._device.hears(
            message,
            line,
            lambda way, reply: self._device.door.send(
                way, message, reply, lambda content, shift: content, self._put
            ),
        )

    def _put(self, wire: bytes) -> None:
        self._waiting += wire
        if self._timer is None:
            self._timer = asyncio.get_running_loop().call_later(TOGETHER_S, self._flush)

    def _flush(self) -> None:
        self._timer = None
        if self._transport is not None and not self._transport.is_closing():
            self._transport.write(bytes(self._waiting))
        self._waiting.clear()

    def pause(self) -> None:
        """Read nothing more."""
        if self._transport is not None:
            self._transport.pause_reading()

    def abort(self) -> None:
        """Cut it."""
        if self._transport is not None:
            self._transport.abort()


def port_of(device: CameraDevice) -> UdpPort | TcpPort:
    """The port for a camera's transport."""
    match device.ptz.transport:
        case "udp":
            return FramedPort(device)
        case "tcp":
            return TcpPort(device)
        case _:
            return UdpPort(device)
