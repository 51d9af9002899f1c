"""A VISCA camera of the mind: turns at a step a look, and says what a test wants it to say."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from console.domain import facts as f
from console.domain.commands.room import (
    HomeCamera,
    MoveCamera,
    RecallPreset,
    SetStandby,
    StorePreset,
)
from console.domain.device import DeviceSpec
from console.domain.problem import Refused
from console.drivers.protocol import Setting
from console.drivers.visca import ViscaDriver
from console.wire.problems import WireError
from console.wire.visca import ViscaNews, ViscaReply, ViscaRequest
from tests.drivers.player import Player

ACK, DONE = bytes.fromhex("9041ff"), bytes.fromhex("9051ff")
SITE = "7"


def halves(value: int, digits: int = 4) -> bytes:
    """A number in half bytes."""
    return bytes((value >> 4 * (digits - 1 - i)) & 0x0F for i in range(digits))


def error(code: int, at: int = 0) -> bytes:
    return bytes((0x90, 0x60 | at, code, 0xFF))


class Eye:
    """The camera, its driver and a Player between them."""

    def __init__(self, memories: tuple[tuple[int, str], ...] = ((1, "Bục nói"), (2, "Hội trường"))):
        self.now_us = 1_000_000
        self.step_us = 100_000
        self.position = [0, 0, 0]
        self.target: list[int] | None = None
        self.stored: dict[int, list[int]] = {0: [100, -50, 0x1000], 1: [-800, 20, 0x4000]}
        self.on = True
        self.lens_block = True
        self.acknowledges_only = False
        self.loses_completions = False
        self.stuck = False
        self.standby_refuses = True
        self.turning = True
        """Whether a recall takes its time; else it waits until a test lets it."""
        self.driving = [0, 0, 0]
        self.tickets = 0
        self.running: int | None = None
        self.news: list[ViscaNews] = []
        self.meddle: Callable[[bytes], bytes | WireError | None] = lambda _: None
        self.player = Player(self.answer)
        spec = DeviceSpec("cam-7", "visca", "Camera 7", "visca+udp://cam", SITE, "", memories)
        self.driver = ViscaDriver(Setting(spec, {}, lambda: self.now_us))

    # -- the camera ------------------------------------------------------------------------------

    def answer(self, request: ViscaRequest) -> ViscaReply | WireError:
        self.now_us += self.step_us
        self._move()
        self.tickets += 1
        said = self.meddle(request.packet)
        packet = self._packet(request.packet) if said is None else said
        if isinstance(packet, WireError):
            return packet
        if packet == ACK and request.completion and not self.acknowledges_only:
            packet = DONE
        news, self.news = tuple(self.news), []
        return ViscaReply(packet, self.tickets, news, 0.01)

    def _move(self) -> None:
        for axis, speed in enumerate(self.driving):
            self.position[axis] += 50 * speed
        if self.target is None or not self.turning:
            return
        if not self.stuck:
            for axis, wanted in enumerate(self.target):
                far = wanted - self.position[axis]
                self.position[axis] += max(-500, min(500, far)) if axis < 2 else far
        if self.stuck or self.position == self.target:
            self.target = None
            if self.running is not None and not self.loses_completions:
                self.news.append(ViscaNews(self.running, DONE))

    def _packet(self, packet: bytes) -> bytes:
        match packet[1:4]:
            case b"\x09\x04\x00":
                return bytes((0x90, 0x50, 2 if self.on else 3, 0xFF))
            case b"\x09\x00\x02":
                return bytes.fromhex("9050 0001 0519 0102 02 ff")
            case b"\x09\x06\x12":
                return b"\x90\x50" + b"".join(halves(v) for v in self.position[:2]) + b"\xff"
            case b"\x09\x04\x47":
                return b"\x90\x50" + halves(self.position[2]) + b"\xff"
            case b"\x09\x7e\x7e":
                if not self.lens_block:
                    return error(2)
                state = 4 if self.target is not None else int(bool(self.driving[2]))
                rest = bytes(8)
                return b"\x90\x50" + halves(self.position[2]) + rest + bytes((state, 0xFF))
            case b"\x01\x04\x00":
                self.on = packet[4] == 2
                return ACK
            case _:
                return self._command(packet) if self.on else error(0x41, 1)

    def _command(self, packet: bytes) -> bytes:
        match packet[1:5]:
            case b"\x01\x04\x3f\x02":
                if packet[5] > 63:
                    return error(2)
                self.target = self.stored.get(packet[5], [0, 0, 0])
                self.running = self.tickets
            case b"\x01\x04\x3f\x01":
                self.stored[packet[5]] = list(self.position)
            case b"\x01\x06\x04\xff":
                self.target = [0, 0, self.position[2]]
                self.running = self.tickets
            case _ if packet[1:4] == b"\x01\x06\x01":
                self.driving[0] = {1: -1, 2: 1, 3: 0}[packet[6]]
                self.driving[1] = {1: 1, 2: -1, 3: 0}[packet[7]]
            case _ if packet[1:4] == b"\x01\x04\x07":
                self.driving[2] = {0: 0, 2: 1, 3: -1}[packet[4] >> 4]
            case _:
                return error(2)
        return ACK

    # -- the test --------------------------------------------------------------------------------

    def meet(self) -> None:
        self.player.hold(self.driver.probe())
        self.player.hold(self.driver.observe())
        self.player.requests.clear()

    def look(self, times: int = 1) -> f.CameraSeen:
        """Look at the camera; what the driver last told of it."""
        for _ in range(times):
            self.player.hold(self.driver.rounds()[0].make())
        return self.told(f.CameraSeen)[-1]

    def told(self, kind: type[f.Fact]) -> list[Any]:
        return [fact for fact in self.player.facts if isinstance(fact, kind)]

    def sent(self) -> list[str]:
        """The commands that were sent, in hex."""
        packets = [getattr(request, "packet", b"") for request in self.player.requests]
        return [packet.hex() for packet in packets if packet[1] == 1]


def recall(eye: Eye, number: int = 1) -> f.CameraSeen:
    """Recall and look until the driver's own patience ends; what it last told."""
    return turned(eye, RecallPreset(endpoint=SITE, number=number))


def turned(eye: Eye, command: RecallPreset | HomeCamera) -> f.CameraSeen:
    """Let the camera turn, as `recall` does."""
    eye.player.hold(eye.driver.perform(command))
    for _ in range(4):
        eye.player.hold(eye.driver.look(command))
        eye.now_us += 300_000
    return eye.told(f.CameraSeen)[-1]


def refused(eye: Eye, command: MoveCamera | RecallPreset | StorePreset | SetStandby) -> str:
    """The code of the problem that a command is refused with, and its reason."""
    with pytest.raises(Refused) as caught:
        eye.player.hold(eye.driver.perform(command))
    problem = caught.value.problem
    reason = dict(problem.params).get("reason")
    return f"{problem.code}.{reason}" if reason else problem.code
