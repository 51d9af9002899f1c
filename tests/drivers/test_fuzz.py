"""Drivers fed spoilt replies: none crashes, none ends without end, none tells what was not said.

HNTH_FUZZ sets how many replies each driver gets (500 by default, 10,000 at night); the seed of a
failing run is in its message.
"""

from __future__ import annotations

import json
import random
from collections.abc import Callable
from typing import Any

import pytest

from console.domain import facts as f
from console.domain.commands.base import Command
from console.domain.observed import Leg
from console.domain.presence import Presence
from console.domain.problem import Refused
from console.drivers.protocol import Talk
from console.wire.http import HttpReply, HttpRequest
from console.wire.problems import WireError
from tests.drivers.bridge import Bridge
from tests.drivers.codec import Codec
from tests.drivers.mutation import REPLIES, WORDS, fuzz, mutated, spoilt
from tests.drivers.wishing import wishes_of_a_room, wishes_of_an_mcu
from tests.drivers.witness import Witness

ODD = ("maybe", 2, 1.5, None, [], {"a": True})
"""What no field of the feed may be."""


class Session:
    """A driver, its honest device, and how often that device is not."""

    def __init__(self, seed: int, device: Bridge | Codec) -> None:
        self.rng = random.Random(seed)
        self.device = device
        self.witness = witness = Witness()
        self.corpus: list[bytes] = []
        self.odds = self.rng.choice((0.0, 0.1, 0.3, 0.8))
        honest = device.answer

        def answer(request: HttpRequest) -> HttpReply | WireError:
            given = honest(request)
            if isinstance(given, HttpReply) and self.rng.random() < self.odds:
                self.corpus.append(given.body)
                given = mutated(self.rng, given, self.corpus)
            if isinstance(given, HttpReply):
                witness.hear_xml(given.body)
            else:
                witness.replies += 1
            return given

        device.player.answer = answer

    def hold(self, talk: Talk) -> None:
        """A Talk that may fail in the two ways it may."""
        try:
            self.device.player.hold(talk)
        except (WireError, Refused):
            pass
        self.witness.check(self.device.player.take())
        self.device.player.requests.clear()

    def live(self, command: Command) -> None:
        """One thing that happens in a link's life."""
        driver = self.device.driver
        self.device.now_us += self.rng.choice((0, 1000, 500_000, 40_000_000))
        match self.rng.randrange(6):
            case 0:
                self.hold(driver.observe())
            case 1 | 2:
                self.hold(self.rng.choice(driver.rounds()).make())
            case 3:
                self.hold(driver.perform(command))
                self.hold(driver.look(command))
            case 4:
                self.hold(driver.look(command))
            case _:
                driver.forget()
                self.hold(driver.probe())


def an_mcu(seed: int) -> int:
    rng = random.Random(seed)
    bridge = Bridge(clustered=rng.choice(("true", "false", "")), highest=rng.choice(("", "5")))
    session = Session(seed, bridge)
    for number in range(rng.randrange(14)):
        bridge.join(
            number,
            importance=rng.choice(("", "", "100", "5")),
            mute=rng.choice(("true", "false")),
            far=rng.random() < 0.1,
        ).name = rng.choice(WORDS).replace("\u0007", "")
    session.hold(bridge.driver.probe())
    session.hold(bridge.driver.observe())
    for _ in range(12):
        session.live(wishes_of_an_mcu(rng))
        if rng.random() < 0.3:
            session.hold(_listen(bridge))
        for _ in range(rng.randrange(4)):
            hear(session, bridge, rng)
    return session.witness.replies


def _listen(bridge: Bridge) -> Talk:
    yield from bridge.driver.listen()
    return ()


def hear(session: Session, bridge: Bridge, rng: random.Random) -> None:
    number = rng.randrange(14)
    update = {
        "participant": f"p{number}",
        "updateType": rng.choice(("add", "update", "delete")),
        "uri": f"{number}@hnth",
        "name": rng.choice(WORDS),
        "state": rng.choice(("connected", "ringing", "onHold", *ODD)),
        "audioMuted": rng.choice((True, False, *ODD)),
        "importance": rng.choice((0, 5, 100, *ODD)),
        "layout": rng.choice(("allEqual", "stacked", *ODD)),
        "activeSpeaker": rng.choice((True, False, *ODD)),
    }
    for name in list(update)[2:]:
        if rng.random() < 0.3:
            del update[name]
    bridge.message += rng.choice((1, 1, 1, 2, 0, -1))
    inner: dict[str, Any] = {
        "messageId": bridge.message,
        "type": rng.choice(("rosterUpdate",) * 4 + ("callListUpdate", "callInfoUpdate")),
        "updates": [update],
        "callInfo": {"call": "call-1", "lockState": rng.choice(("locked", "unlocked"))},
    }
    text = json.dumps({"type": "message", "message": inner})
    if rng.random() < session.odds:
        text = spoilt(rng, text.encode()).decode("utf-8", "replace")
    session.witness.hear_json(text)
    heard = bridge.driver.hear(text)
    session.witness.check(heard.facts)
    for sent in heard.send:
        json.loads(sent)
    for talk in heard.talks:
        session.hold(talk)


def a_room(seed: int) -> int:
    rng = random.Random(seed)
    codec = Codec()
    codec.status["/Status/MediaChannels"] = (
        "<MediaChannels><Call><Channel><Direction>Incoming</Direction><Netstat><Jitter>4</Jitter>"
        "<LastIntervalLost>1</LastIntervalLost><LastIntervalReceived>9</LastIntervalReceived>"
        "</Netstat></Channel></Call></MediaChannels>"
    )
    session = Session(seed, codec)
    session.hold(codec.driver.probe())
    session.hold(codec.driver.observe())
    for _ in range(12):
        codec.position = (rng.randrange(-200, 200), rng.choice((0, 50)), 0)
        session.live(wishes_of_a_room(rng))
    session.hold(codec.driver.leave())
    return session.witness.replies


@pytest.mark.parametrize("play", [an_mcu, a_room])
def test_spoilt_replies(play: Callable[[int], int]):
    fuzz(play, REPLIES)


class Guessing(dict[str, bool]):
    """A table that has an answer to everything."""

    def get(self, key: str, default: object = None) -> bool:
        return False


@pytest.mark.parametrize(
    ("play", "where", "wrong"),
    [
        (an_mcu, "console.drivers.cms.reading.truth", lambda value: value not in ("false", None)),
        (an_mcu, "console.drivers.cms.hearing.truth", bool),
        (an_mcu, "console.drivers.cms.memory.clean_name", lambda text: text),
        (an_mcu, "console.drivers.cms.parse.number", lambda text: float(text or 0)),
        (a_room, "console.drivers.roomos.driver._ON_OFF", {"On": True, "": False, "Off": False}),
        (a_room, "console.drivers.roomos.driver._STANDBY", Guessing()),
    ],
)
def test_a_driver_that_guesses_is_caught(
    play: Any, where: str, wrong: Any, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(where, wrong)
    with pytest.raises(AssertionError):
        fuzz(play, 10_000)


def test_the_witness_itself_notices_a_lie():
    witness = Witness()
    witness.hear_xml(b"<callLeg><rxAudioMute>maybe</rxAudioMute><state>connected</state></callLeg>")
    witness.check([f.LegSeen(Leg("1", "c", Presence.CONNECTED))])
    with pytest.raises(AssertionError):
        witness.check([f.LegSeen(Leg("1", "c", Presence.CONNECTED, mic_muted=True))])
    with pytest.raises(AssertionError):
        witness.check([f.LegSeen(Leg("1", "c", Presence.CONNECTED, name="a\u202eb"))])
