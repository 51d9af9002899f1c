"""The FreeSWITCH driver fed spoilt replies and events: it neither crashes nor guesses.

HNTH_FUZZ sets how many (500 by default, 10,000 at night).
"""

from __future__ import annotations

import json
import random
import re
from collections.abc import Callable
from typing import Any

import pytest

from console.domain import facts as f
from console.domain.commands.base import Command
from console.domain.commands.mcu import RecordConference
from console.domain.observed import Leg
from console.domain.presence import Presence
from console.domain.problem import Refused
from console.drivers.protocol import Talk
from console.wire.esl import EslReply, EslRequest
from console.wire.problems import WireError
from tests.drivers.mutation import FAILURES, REPLIES, WORDS, fuzz, spoilt
from tests.drivers.switch import Switch, esl_reply
from tests.drivers.wishing import wishes_of_an_mcu
from tests.drivers.witness import check_texts

ACTIONS = (
    "add-member", "add-member", "del-member", "mute-member", "unmute-member", "vmute-member",
    "start-talking", "stop-talking", "floor-change", "kick-member", "hup-member", "lock", "unlock",
    "video-floor-change", "start-recording", "stop-recording", "bgdial-result",
    "conference-create", "conference-destroy", "exploded", "",
)  # fmt: skip
BODIES = (
    b"", b"-ERR", b"+OK", b"-ERR no reply", b"[]", b"{}", b"null", b"[null]", b"\0\xff", b"6",
    b"-ERR Conference hnth not found", b"+OK No active conferences.", b"[" * 200,
    b'[{"conference_name":"hnth","members":[{}]}]', b"HTTP/1.1 200 OK\r\n\r\n",
    b"-ERR conference Command not found!", b"9" * 400,
    b"+OK Conference hnth (x members flags: video_floor_lock)", b"+OK floor none",
)  # fmt: skip


class Witness:
    """Remembers what was said as bare words; what a fact tells anew must have been among them."""

    def __init__(self) -> None:
        self.said = ""
        self.replies = 0
        self.checked = 0
        """So much of it had been said when facts were last looked at."""
        self.legs: dict[str, Leg] = {}
        self.gone: set[str] = set()

    def hear(self, text: str) -> None:
        self.replies += 1
        self.said += f"\n{text}"

    def heard(self, *patterns: str) -> bool:
        return any(re.search(pattern, self.said) for pattern in patterns)

    def check(self, facts: list[f.Fact]) -> None:
        for fact in facts:
            assert isinstance(fact, f.Fact), fact
            check_texts(fact)
            match fact:
                case f.LegSeen(leg):
                    self._check_leg(leg)
                case f.ConferenceSeen(one):
                    if one.podium:
                        assert self.heard("video_floor_lock", "video-floor-change"), one
                    if one.recording:
                        assert self.heard('"recording":\\s*true', "recording[|)]", "-recording")
                case f.SpeechHeard(talking=True):
                    assert self.heard('"talking":\\s*true', "Talking: true")
                case f.RosterSeen():
                    assert self.heard("conference_name", "not found", r"\[\]", "No active")
                case _:
                    pass
        self.checked = len(self.said)

    def _check_leg(self, leg: Leg) -> None:
        before = self.legs.get(leg.endpoint)
        self.legs[leg.endpoint] = leg
        for field, key, event in (
            ("mic_muted", "can_speak", "Speak"),
            ("video_muted", "never", "See"),
            ("deaf", "can_hear", "Hear"),
        ):
            value = getattr(leg, field)
            if value is not None and (before is None or getattr(before, field) is not value):
                told = "false" if value else "true"
                words = f'"{key}":\\s*{told}|(?i:{event}): *{told}'
                lately = self.said if before is None else self.said[self.checked :]
                assert re.search(words, lately), (leg, field)
        if leg.presence in (Presence.CONNECTED, Presence.ON_HOLD):
            assert self.heard("caller_id_number", "Member-ID")


class Session:
    """A driver, its honest device, and how often that device is not."""

    def __init__(self, seed: int) -> None:
        self.rng = random.Random(seed)
        self.witness = Witness()
        self.device = Switch(mixing=self.rng.random() < 0.9, flags=self.rng.random() < 0.9)
        self.odds = self.rng.choice((0.0, 0.1, 0.3, 0.8))
        self.device.player.answer = self.answer

    def answer(self, request: EslRequest) -> EslReply | WireError:
        assert "\n" not in request.command
        given = self.device.answer(request)
        if isinstance(given, EslReply) and self.rng.random() < self.odds:
            given = self.worse(given)
        if isinstance(given, EslReply):
            self.witness.hear(given.text)
        else:
            self.witness.replies += 1
        return given

    def worse(self, honest: EslReply) -> EslReply | WireError:
        match self.rng.randrange(4):
            case 0:
                return self.rng.choice(FAILURES)
            case 1:
                return esl_reply(self.rng.choice(BODIES))
            case _:
                return esl_reply(spoilt(self.rng, honest.body))

    def hold(self, talk: Talk) -> None:
        try:
            self.device.player.hold(talk)
        except (WireError, Refused):
            pass
        self.checked()

    def checked(self) -> None:
        self.witness.check(self.device.player.take())
        self.device.player.requests.clear()

    def wish(self) -> Command:
        if self.rng.random() < 0.1:
            return RecordConference(conference="mcu/hnth", on=self.rng.random() < 0.5)
        return wishes_of_an_mcu(self.rng)

    def live(self) -> None:
        """One thing that happens in a link's life."""
        driver, rng = self.device.driver, self.rng
        self.device.now_us += rng.choice((0, 1000, 500_000, 40_000_000))
        match rng.randrange(8):
            case 0:
                self.hold(driver.observe())
            case 1 | 2:
                self.hold(rng.choice(driver.rounds()).make())
            case 3:
                wish = self.wish()
                self.hold(driver.perform(wish))
                self.hold(driver.look(wish))
            case 4:
                driver.forget()
                self.hold(driver.probe())
                self.hold(driver.observe())
            case 5:
                self.change()
            case _:
                self.event()

    def change(self) -> None:
        """Somebody comes or goes."""
        if self.device.people and self.rng.random() < 0.4:
            self.device.people.remove(self.rng.choice(self.device.people))
        else:
            number = self.rng.choice([str(self.rng.randrange(8)), *WORDS])
            self.device.join(number, name=self.rng.choice(WORDS), video=self.rng.random() < 0.9)

    def event(self) -> None:
        """An event of anybody, as it should be or not."""
        rng, device = self.rng, self.device
        somebody = rng.choice([*device.people, None])
        device.sequence += rng.choice((1, 1, 1, 0, -3))
        more = {
            "New_ID": rng.choice(["none", "26", "27", "x", "-1"]),
            "Job_UUID": rng.choice(["job-1", "job-2", ""]),
            "Result": rng.choice(["SUCCESS", "NO_ANSWER", "\u202eX", ""]),
            "Peer_UUID": rng.choice(["uuid-26", "uuid-99", ""]),
        }
        text = device.event(rng.choice(ACTIONS), somebody, **more)
        if rng.random() < 0.3:
            lines = text.splitlines(keepends=True)
            del lines[rng.randrange(len(lines))]
            text = "".join(lines)
        if rng.random() < self.odds:
            text = spoilt(rng, text.encode()).decode("utf-8", "replace")
        self.witness.hear(text)
        heard = device.driver.hear(text)
        device.player.facts += heard.facts
        self.checked()
        for talk in heard.talks:
            self.hold(talk)


def play(seed: int) -> int:
    session = Session(seed)
    for _ in range(session.rng.randrange(6)):
        session.change()
    session.hold(session.device.driver.probe())
    session.hold(session.device.driver.observe())
    for _ in range(30):
        session.live()
    return session.witness.replies


def test_spoilt_replies():
    fuzz(play, REPLIES)


@pytest.mark.parametrize(
    ("where", "wrong"),
    [
        ("console.drivers.freeswitch.parse.truth", bool),
        ("console.drivers.freeswitch.hearing.truth", lambda value: value == "true"),
        ("console.drivers.freeswitch.memory.clean_name", lambda text: text),
    ],
)
def test_a_driver_that_guesses_is_caught(
    where: str, wrong: Callable[[Any], Any], monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(where, wrong)
    with pytest.raises(AssertionError):
        fuzz(play, 10_000)


def test_the_witness_itself_notices_a_lie():
    witness = Witness()
    witness.hear(json.dumps({"caller_id_number": "1", "can_speak": True}))
    witness.check([f.LegSeen(Leg("1", "c", Presence.CONNECTED, mic_muted=False))])
    with pytest.raises(AssertionError):
        witness.check([f.LegSeen(Leg("1", "c", Presence.CONNECTED, mic_muted=True))])
