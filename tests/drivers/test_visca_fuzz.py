"""A VISCA driver fed spoilt packets: it never crashes, never ends without end, tells no lie.

HNTH_FUZZ sets how many replies it gets (10,000 by default: packets are short); the seed of a
failing run is in its message.
"""

from __future__ import annotations

import os
import random
from collections.abc import Iterable
from typing import Self

import pytest

from console.domain import facts as f
from console.domain.commands.base import Command
from console.domain.commands.room import MoveCamera, RecallPreset, SetStandby, StorePreset
from console.domain.problem import Refused
from console.drivers.protocol import Talk
from console.drivers.visca import ViscaDriver, packets
from console.drivers.visca.track import CameraTrack
from console.wire.problems import WireError
from console.wire.visca import ViscaNews, ViscaReply, ViscaRequest
from tests.drivers.eye import SITE, Eye
from tests.drivers.mutation import FAILURES, fuzz

REPLIES = int(os.environ.get("HNTH_FUZZ", "10000"))


class Witness:
    """Remembers what was said, byte by byte, and what may be told of it."""

    def __init__(self) -> None:
        self.replies = 0
        self.powers: set[str] = set()
        self.resting = 0
        """How many pan and tilt readings in a row were the same and well formed."""
        self.last = ""
        self.accepted: set[int] = set()
        self.stored = {"Bục nói", "Hội trường"}
        self.failed = False

    def hear(self, request: ViscaRequest, reply: ViscaReply) -> None:
        self.replies += 1
        told = reply.packet.hex()
        self.failed = self.failed or any(len(one.packet) == 4 for one in reply.news)
        if request.packet == packets.POWER:
            self.powers.add(told)
        elif request.packet == packets.PAN_TILT:
            halves = told[4:-2]
            whole = len(told) == 22 and told[2] == "5" and set(halves[::2]) == {"0"}
            near = whole and self.last and _near(self.last, halves)
            self.resting = self.resting + 1 if near else int(whole)
            self.last = halves if whole else ""
        elif request.packet[1:4] == b"\x01\x04\x3f" and reply.error is None:
            self.accepted.add(request.packet[5] + 1)

    def check(self, facts: Iterable[f.Fact]) -> None:
        for fact in facts:
            match fact:
                case f.RoomSeen(standby=standby):
                    assert standby is None or f"9050{'03' if standby else '02'}ff" in self.powers
                    assert fact.mic_muted is None
                    assert fact.in_call is None
                case f.CameraSeen():
                    assert fact.preset is None or fact.moving is False
                    assert fact.moving is not False or self.resting > 1
                    assert fact.preset is None or fact.preset in self.accepted
                case f.PresetsListed(presets=presets):
                    assert {preset.name for preset in presets} <= self.stored
                case f.CommandRefused():
                    assert self.failed
                case f.DeviceProbed():
                    assert fact.model.isprintable()
                case _:
                    raise AssertionError(fact)


class Told(list[f.Fact]):
    """Facts, each checked when it is told."""

    def __init__(self, witness: Witness) -> None:
        super().__init__()
        self._witness = witness

    def __iadd__(self, facts: Iterable[f.Fact]) -> Self:
        told = list(facts)
        self._witness.check(told)
        self.extend(told)
        return self


def _near(one: str, other: str) -> bool:
    """Whether two readings differ by a few steps at most."""
    numbers = [[int(t[i : i + 8][1::2], 16) for i in (0, 8)] for t in (one, other)]
    return all(min((a - b) % 65536, (b - a) % 65536) <= 6 for a, b in zip(*numbers, strict=True))


def spoilt(rng: random.Random, packet: bytes) -> bytes:
    """A packet that the wire would let through, changed."""
    match rng.randrange(6):
        case 0:
            return bytes((0x90, 0x60 | rng.randrange(3), rng.choice((1, 2, 3, 4, 5, 0x41, 9)), 255))
        case 1:
            return rng.choice((b"", b"\x90\x41\xff", b"\x90\x51\xff", b"\x90\x50\xff"))
        case 2:
            inner = bytes(rng.randrange(255) for _ in range(rng.randrange(14)))
            return b"\x90\x50" + inner + b"\xff"
        case 3:
            return packet[:2] + packet[3:] if len(packet) > 4 else packet
        case _:
            at = rng.randrange(2, max(3, len(packet) - 1))
            return packet[:at] + bytes((rng.randrange(255),)) + packet[at + 1 :]


class Life:
    """A driver, its honest camera, and how often that camera is not."""

    def __init__(self, seed: int) -> None:
        self.rng = random.Random(seed)
        self.eye = Eye()
        self.eye.lens_block = self.rng.random() < 0.7
        self.witness = Witness()
        odds = self.rng.choice((0.0, 0.1, 0.3, 0.8))
        honest = self.eye.answer

        def answer(request: ViscaRequest) -> ViscaReply | WireError:
            given = honest(request)
            if isinstance(given, WireError):
                return given
            if self.rng.random() < odds:
                if self.rng.random() < 0.2:
                    return self.rng.choice(FAILURES)
                news = given.news
                if self.rng.random() < 0.3:
                    ended = spoilt(self.rng, b"\x90\x51\xff")
                    ended = ended if len(ended) in (3, 4) else b"\x90\x61\x41\xff"
                    news = (*news, ViscaNews(self.rng.randrange(1, self.eye.tickets + 2), ended))
                given = ViscaReply(spoilt(self.rng, given.packet), given.ticket, news, 0.01)
            self.witness.hear(request, given)
            return given

        self.eye.player.answer = answer

    def hold(self, talk: Talk) -> None:
        self.eye.player.facts = Told(self.witness)
        try:
            self.eye.player.hold(talk)
        except (WireError, Refused):
            pass
        self.eye.player.requests.clear()

    def wish(self) -> Command:
        rng = self.rng
        number = rng.choice((1, 2, 5, 64, 95))
        name = rng.choice(("Cửa", "Bàn"))
        self.witness.stored.add(name)
        return rng.choice(
            (
                RecallPreset(endpoint=SITE, number=number),
                RecallPreset(endpoint=SITE, number=number),
                StorePreset(endpoint=SITE, number=number, name=name),
                MoveCamera(endpoint=SITE, pan=rng.randrange(-1, 2), zoom=rng.randrange(-1, 2)),
                SetStandby(endpoint=SITE, on=rng.random() < 0.5),
            )
        )

    def live(self) -> None:
        driver, wish = self.eye.driver, self.wish()
        self.eye.now_us += self.rng.choice((0, 1000, 500_000, 40_000_000))
        self.eye.stuck = self.rng.random() < 0.2
        match self.rng.randrange(6):
            case 0:
                self.hold(driver.observe())
            case 1 | 2:
                self.hold(self.rng.choice(driver.rounds()).make())
            case 3 | 4:
                self.hold(driver.perform(wish))
                self.hold(driver.look(wish))
            case _:
                driver.forget()
                self.hold(driver.probe())


def play(seed: int) -> int:
    life = Life(seed)
    life.hold(life.eye.driver.probe())
    life.hold(life.eye.driver.observe())
    for _ in range(30):
        life.live()
    life.hold(life.eye.driver.leave())
    return life.witness.replies


def test_spoilt_packets():
    fuzz(play, REPLIES)


@pytest.mark.parametrize(
    ("where", "name", "wrong"),
    [
        (packets, "read_standby", lambda data: data != b"\x02"),
        (packets, "read_pan_tilt", lambda data: (0, 0)),
        (CameraTrack, "recalled", lambda track, recall: setattr(track, "preset", recall.number)),
        (ViscaDriver, "_stored", lambda driver, n, name: driver._names.update({n: "Không"})),
    ],
)
def test_a_driver_that_guesses_is_found_out(
    where: object, name: str, wrong: object, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(where, name, wrong)
    with pytest.raises(AssertionError, match="seed"):
        fuzz(play, 10_000)
