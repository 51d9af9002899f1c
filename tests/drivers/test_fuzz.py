"""Drivers fed spoilt replies: none crashes, none ends without end, none tells what was not said.

HNTH_FUZZ sets how many replies each driver gets (500 by default, 10,000 at night); the seed of a
failing run is in its message.
"""

from __future__ import annotations

import json
import os
import random
import unicodedata
from collections.abc import Callable, Iterable
from dataclasses import fields, is_dataclass
from typing import Any
from xml.etree import ElementTree as ET

import pytest

from console.domain import facts as f
from console.domain.commands.base import Command
from console.domain.commands.mcu import (
    DialSite,
    HangUpAll,
    HangUpSite,
    HideVideo,
    LockConference,
    MuteAllBut,
    MuteSite,
    PutOnPodium,
    SetConferenceLayout,
    SetScreenLayout,
    ShowBanner,
)
from console.domain.commands.room import (
    MoveCamera,
    MuteRoom,
    RecallPreset,
    SetStandby,
    StorePreset,
)
from console.domain.layout import Layout
from console.domain.observed import Leg
from console.domain.presence import Presence
from console.domain.problem import Refused
from console.drivers.cms.names import LAYOUTS
from console.drivers.protocol import Talk
from console.wire.http import HttpReply, HttpRequest
from console.wire.problems import WireError
from tests.drivers.bridge import Bridge
from tests.drivers.codec import Codec
from tests.drivers.mutation import WORDS, fuzz, mutated, spoilt

REPLIES = int(os.environ.get("HNTH_FUZZ", "500"))
CONFERENCE = "mcu/space-1"
ODD = ("maybe", 2, 1.5, None, [], {"a": True})
"""What no field of the feed may be."""


class Witness:
    """Remembers what was said, read by another parser than the drivers'.

    What a fact tells anew must have been said since the last check.
    """

    def __init__(self) -> None:
        self.said: set[tuple[str, str]] = set()
        self.replies = 0
        self.legs: dict[str, Leg] = {}
        self.locked: bool | None = None
        self.podium: str | None = None
        self.weighed = False

    def hear_xml(self, body: bytes) -> None:
        self.replies += 1
        try:
            root = ET.fromstring(body)
        except (ET.ParseError, ValueError):
            return
        for element in root.iter():
            self.said.add((element.tag, (element.text or "").strip()))

    def hear_json(self, text: str) -> None:
        self.replies += 1
        try:
            self._walk(json.loads(text), "")
        except (ValueError, RecursionError):
            return

    def _walk(self, value: Any, name: str) -> None:
        if isinstance(value, dict):
            for key, inner in value.items():
                self._walk(inner, str(key))
        elif isinstance(value, list):
            for inner in value:
                self._walk(inner, name)
        else:
            told = str(value).lower() if isinstance(value, bool) else str(value)
            self.said.add((name, told.strip()))

    def heard(self, value: str, *names: str) -> bool:
        """Whether one of these was said to be so."""
        return any((name, value) in self.said for name in names)

    def check(self, facts: Iterable[f.Fact]) -> None:
        """Every fact is well formed and was said."""
        for fact in facts:
            assert isinstance(fact, f.Fact), fact
            _check_texts(fact)
            match fact:
                case f.LegSeen(leg):
                    self._check_leg(leg)
                case f.ConferenceSeen(conference):
                    locked, self.locked = self.locked, conference.locked
                    for value in (True, False):
                        if conference.locked is value is not locked:
                            words = ("true", "locked") if value else ("false", "unlocked")
                            assert any(self.heard(w, "locked", "lockState") for w in words)
                    podium, self.podium = self.podium, conference.podium
                    if conference.podium and conference.podium != podium:
                        assert self.weighed or self.weighs(), conference
                case f.RoomSeen():
                    if fact.mic_muted is not None:
                        assert self.heard("On" if fact.mic_muted else "Off", "Mute")
                    if fact.standby is False:
                        assert self.heard("Off", "State")
                    if fact.in_call:
                        assert self.heard("Connected", "Status") or self.heard("True", "InCall")
                case f.PresetsListed(presets=presets):
                    for preset in presets:
                        assert self.heard(str(preset.number), "PresetId")
                case f.CameraSeen():
                    assert fact.preset is None or fact.moving is False
                case f.SpeechHeard(talking=True):
                    assert self.heard("true", "activeSpeaker")
                case _:
                    pass
        self.weighed = self.weighed or self.weighs()
        self.said.clear()

    def weighs(self) -> bool:
        """Whether anybody was said to have an importance."""
        return any(name == "importance" for name, _ in self.said)

    def _check_leg(self, leg: Leg) -> None:
        before = self.legs.get(leg.endpoint)
        self.legs[leg.endpoint] = leg
        for field, names in (
            ("mic_muted", ("rxAudioMute", "audioMuted")),
            ("video_muted", ("rxVideoMute", "videoMuted")),
            ("deaf", ("txAudioMute",)),
            ("encrypted", ("encryptedMedia",)),
        ):
            value = getattr(leg, field)
            if value is not None and (before is None or getattr(before, field) is not value):
                assert self.heard("true" if value else "false", *names), (leg, names)
        if leg.layout is not None and (before is None or before.layout is not leg.layout):
            words = [word for word, layout in LAYOUTS.items() if layout is leg.layout]
            assert any(self.heard(w, "layout", "chosenLayout") for w in words)
        joined = before is None or before.presence is not leg.presence
        if leg.presence is Presence.CONNECTED and joined:
            assert self.heard("connected", "state")


def _check_texts(value: Any) -> None:
    """Text is clean; numbers are finite; records hold what they say they hold."""
    if isinstance(value, str):
        assert len(value) <= 400, value
        assert not any(unicodedata.category(c) in ("Cc", "Cs", "Cf") for c in value), value
    elif isinstance(value, float):
        assert value == value
        assert abs(value) < 1e15
    elif is_dataclass(value) and not isinstance(value, Command):
        for one in fields(value):
            _check_texts(getattr(value, one.name))
    elif isinstance(value, tuple | frozenset):
        for one in value:
            _check_texts(one)


def wishes_of_an_mcu(rng: random.Random) -> Command:
    site = str(rng.randrange(8))
    truth, layout = rng.random() < 0.5, rng.choice(list(Layout))
    return rng.choice(
        (
            MuteSite(endpoint=site, muted=truth),
            HideVideo(endpoint=site, hidden=truth),
            MuteAllBut(conference=CONFERENCE, keep=tuple(map(str, range(rng.randrange(30))))),
            PutOnPodium(conference=CONFERENCE, endpoint=rng.choice((site, ""))),
            SetConferenceLayout(conference=CONFERENCE, layout=layout),
            SetScreenLayout(endpoint=site, layout=layout),
            DialSite(conference=CONFERENCE, endpoint=site, address=f"{site}@hnth", fresh=truth),
            HangUpSite(endpoint=site),
            HangUpAll(conference=CONFERENCE),
            LockConference(conference=CONFERENCE, locked=truth),
            ShowBanner(conference=CONFERENCE, text="x"),
            MuteRoom(endpoint=site, muted=truth),
        )
    )


def wishes_of_a_room(rng: random.Random) -> Command:
    number = rng.randrange(1, 36)
    return rng.choice(
        (
            RecallPreset(endpoint="7", number=number),
            StorePreset(endpoint="7", number=number, name="x"),
            MoveCamera(endpoint="7", pan=rng.randrange(-1, 2)),
            MuteRoom(endpoint="7", muted=rng.random() < 0.5),
            SetStandby(endpoint="7", on=rng.random() < 0.5),
            MuteSite(endpoint="7", muted=True),
        )
    )


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
