"""A FreeSWITCH of the mind: one conference, as data that a test changes at will."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import quote

import pytest

from console.domain import facts as f
from console.domain.commands.base import Command
from console.domain.conference import Conference
from console.domain.device import DeviceSpec
from console.domain.fold import fold
from console.domain.observed import Leg
from console.domain.problem import Refused
from console.domain.state import State
from console.drivers.freeswitch import FreeSwitchDriver
from console.drivers.protocol import Setting
from console.wire.esl import EslReply, EslRequest
from console.wire.problems import WireError
from tests.domain.worlds import event
from tests.drivers.player import Player

NAME = "hnth"
CALL = f"mcu/{NAME}"
LISTED = ("1x1", "2x2", "3x3", "4x4", "1up_top_left+5", "1up_top_left+7", "overlaps")
STATUS = """UP 0 years, 0 days, 1 hour, 2 minutes, 3 seconds, 96 milliseconds, 487 microseconds
FreeSWITCH (Version 1.11.2-dev git cc93a68 2026-08-21 14:10:14Z 64bit) is ready
60 session(s) since startup
12 session(s) - peak 16, last 5min 16
1000 session(s) max
min idle cpu 0.00/69.50
"""


def esl_reply(text: str | bytes) -> EslReply:
    """A reply as the wire gives it."""
    return EslReply(text.encode() if isinstance(text, str) else text, 0.01)


@dataclass
class Somebody:
    """One member."""

    id: int
    number: str
    name: str
    uuid: str
    speak: bool = True
    see: bool = True
    hear: bool = True
    hold: bool = False
    talking: bool = False
    video: bool = True
    moderator: bool = False


@dataclass
class Switch:
    """Answers API commands; `meddle` may answer first, `now_us` is the driver's clock."""

    people: list[Somebody] = field(default_factory=list[Somebody])
    running: bool = True
    run: str = "conf-1"
    locked: bool = False
    recording: bool = False
    mixing: bool = True
    floor: int = 0
    held: bool = False
    flags: bool = True
    """Whether it tells the conference's flags."""
    directory: dict[str, str] = field(
        default_factory=lambda: {f"sip:{n}@hnth": str(n) for n in range(100)}
    )
    conference: str = NAME
    name: str = NAME
    address: str = "esl://mcu.example:8021"
    meddle: Callable[[str], EslReply | WireError | None] = lambda _: None
    now_us: int = 1_000_000

    def __post_init__(self) -> None:
        self.player = Player(self.answer)
        self.sequence = 100
        self.next_id = 26
        spec = DeviceSpec("mcu", "freeswitch", "MCU", self.address, conference=self.conference)
        self.driver = FreeSwitchDriver(Setting(spec, self.directory, lambda: self.now_us))

    # -- who is there -------------------------------------------------------------------------

    def join(self, number: int | str, **more: Any) -> Somebody:
        """Somebody comes in, without a word."""
        uuid = f"uuid-{self.next_id}"
        told = {"number": str(number), "name": f"Site {number}", **more}
        made = Somebody(self.next_id, uuid=uuid, **told)
        self.next_id += 1
        self.people.append(made)
        return made

    def who(self, number: int | str) -> Somebody:
        return next(p for p in self.people if p.number == str(number))

    def leave(self, number: int | str) -> Somebody:
        """Somebody goes, without a word."""
        gone = self.who(number)
        self.people.remove(gone)
        return gone

    def meet(self) -> None:
        """The driver's first contact and its feed, the clock moving on."""
        self.player.hold(self.driver.probe())
        self.player.hold(self.driver.observe())
        self.listen()
        self.now_us += 1_000_000

    def listen(self) -> None:
        """Open the feed."""
        self.player.run(self.driver.listen())
        self.hear("+OK event listener enabled plain")

    # -- events -------------------------------------------------------------------------------

    def hear(self, text: str) -> None:
        """One message of the feed; its facts and Talks go to the player."""
        heard = self.driver.hear(text)
        self.player.facts += heard.facts
        for talk in heard.talks:
            self.player.hold(talk)

    def tell(self, action: str, somebody: Somebody | None = None, **more: str) -> None:
        """One event of the conference."""
        self.sequence += 1
        self.hear(self.event(action, somebody, **more))

    def event(self, action: str, somebody: Somebody | None = None, **more: str) -> str:
        """An event's text."""
        told = {
            "Event-Subclass": "conference::maintenance",
            "Event-Name": "CUSTOM",
            "Event-Sequence": str(self.sequence),
            "Conference-Name": self.name,
            "Conference-Size": str(len(self.people)),
        }
        if somebody is not None:
            told |= {
                "Unique-ID": somebody.uuid,
                "Caller-Caller-ID-Name": somebody.name,
                "Caller-Caller-ID-Number": somebody.number,
                "Video": _word(somebody.video),
                "Hear": _word(somebody.hear),
                "See": _word(somebody.see),
                "Speak": _word(somebody.speak),
                "Talking": _word(somebody.talking),
                "Hold": _word(somebody.hold),
                "Member-ID": str(somebody.id),
                "Member-Type": "moderator" if somebody.moderator else "member",
            }
        told |= {"Action": action}
        told |= {key.replace("_", "-"): value for key, value in more.items()}
        return "".join(f"{key}: {quote(value, safe=' ,')}\n" for key, value in told.items())

    # -- the API ------------------------------------------------------------------------------

    def answer(self, request: EslRequest) -> EslReply | WireError:
        meddled = self.meddle(request.command)
        if meddled is not None:
            return meddled
        assert request.command.startswith("api ")
        return esl_reply(self._api(request.command.removeprefix("api ")))

    def _api(self, command: str) -> str:
        if command == "status":
            return STATUS
        if command == "global_getvar recordings_dir":
            return "/var/lib/freeswitch/recordings"
        if command == "conference list summary":
            return self._summary()
        if command == "conference json_list":
            return self._json() if self.running else "[]"
        found = re.fullmatch(r"conference ('(?:\\.|[^'])*'|\S+) (\S+)(?: (.*))?", command)
        if found is None:
            return f"-ERR {command} Command not found!"
        name, verb, rest = found[1], found[2], found[3] or ""
        if verb == "bgdial":
            return "+OK Job-UUID: job-1"
        if not self.running or _unquoted(name) != self.name:
            return f"-ERR Conference {name} not found"
        return self._conference(verb, rest)

    def _conference(self, verb: str, rest: str) -> str:
        match verb:
            case "json_list":
                return self._json()
            case "list":
                return self._list()
            case "get":
                return str(len(self.people))
            case "vid-layout" if not self.mixing:
                return "-ERR Conference is not in mixing mode"
            case "vid-layout" if rest == "list":
                return "\n".join(LISTED)
            case "vid-layout" if rest.startswith("group:"):
                return f"+OK Change to layout group [{rest[6:]}]"
            case "vid-layout" if rest in LISTED:
                return f"+OK Change canvas 1 to layout [{rest}]"
            case "vid-layout":
                return f"-ERR Invalid layout [{rest}]"
            case "lock" | "unlock":
                self.locked = verb == "lock"
                return f"+OK {self.name} {verb}ed"
            case "record":
                return f"+OK Record file {rest} canvas 1"
            case "norecord":
                return "Stopped recording file x\n+OK Stopped recording 0 files"
            case "clear-vid-floor":
                self.held = False
                return "-ERR no reply"
            case _:
                return self._member(verb, rest)

    def _member(self, verb: str, rest: str) -> str:
        target, _, _ = rest.partition(" ")
        if target == "all":
            chosen = self.people
        elif target == "non_moderator":
            chosen = [p for p in self.people if not p.moderator]
        elif target.isdigit():
            chosen = [p for p in self.people if str(p.id) == target]
            if not chosen:
                return f"-ERR Non-Existant ID {target}"
        else:
            return f"{verb} <[member_id|all]|last|non_moderator>"
        return "\n".join(self._one(verb, rest, p) for p in chosen)

    def _one(self, verb: str, rest: str, p: Somebody) -> str:
        match verb:
            case "mute" | "unmute":
                p.speak = verb == "unmute"
            case "vmute" | "unvmute":
                p.see = verb == "unvmute"
            case "vid-floor" if not p.video:
                return "-ERR no reply"
            case "vid-floor" if self.held and self.floor == p.id:
                self.held = False
                return "+OK floor none"
            case "vid-floor":
                assert rest.endswith("force")
                self.held, self.floor = True, p.id
                return f"+OK floor {p.id}"
            case "vid-banner":
                return "+OK" if p.video else "-ERR Channel x does not have video capability!"
            case "hup":
                self.people.remove(p)
            case _:
                return f"-ERR Conference command '{verb}' not found."
        return f"+OK {verb} {p.id}"

    def _summary(self) -> str:
        if not self.running:
            return "+OK No active conferences."
        flags = ["running", "answered", "enforce_min", "dynamic"]
        flags += ["locked"] * self.locked + ["recording"] * self.recording
        flags += ["video_floor_lock"] * self.held
        told = "|".join(flags) if self.flags else "none)("
        size = len(self.people)
        return f"+OK Conference {self.name} ({size} members rate: 16000 flags: {told})\n"

    def _list(self) -> str:
        rows: list[str] = []
        for p in self.people:
            flags = "hear|speak|video" + "|vid-floor" * (p.id == self.floor)
            rows.append(f"{p.id};sofia/x/{p.number};{p.uuid};{p.name};{p.number};{flags};0;0;100")
        return "\n".join(rows)

    def _json(self) -> str:
        members = [
            {
                "type": "caller",
                "id": p.id,
                "flags": {
                    "can_hear": p.hear,
                    "can_see": True,
                    "can_speak": p.speak,
                    "hold": p.hold,
                    "talking": p.talking,
                    "has_video": p.video,
                    "is_moderator": p.moderator,
                },
                "uuid": p.uuid,
                "caller_id_name": p.name,
                "caller_id_number": p.number,
            }
            for p in self.people
        ]
        return json.dumps(
            [
                {
                    "conference_name": self.name,
                    "member_count": len(members),
                    "conference_uuid": self.run,
                    "locked": self.locked,
                    "recording": self.recording,
                    "members": [*members, {"type": "recording_node", "record_path": "x"}],
                }
            ],
            ensure_ascii=False,
        )


def _word(value: bool) -> str:
    return "true" if value else "false"


def _unquoted(name: str) -> str:
    if not name.startswith("'"):
        return name
    return re.sub(r"\\(.)", r"\1", name[1:-1])


def switch(sites: int = 3, **more: Any) -> Switch:
    """One with so many sites in its conference, known to the driver already."""
    made = Switch(**more)
    for number in range(sites):
        made.join(number)
    made.meet()
    made.player.take()
    made.player.requests.clear()
    return made


def asked(made: Switch) -> list[str]:
    """What was asked for that changes something."""
    lines = [r.command.removeprefix("api ") for r in made.player.requests if not r.repeatable]
    made.player.requests.clear()
    return [line.removeprefix(f"conference {made.name} ") for line in lines]


def perform(made: Switch, command: Command) -> list[str]:
    """What is asked for to fulfil a wish."""
    made.player.hold(made.driver.perform(command))
    return asked(made)


def refusal(made: Switch, command: Command) -> str:
    """The code with which a wish is declined."""
    with pytest.raises(Refused) as refused:
        made.player.hold(made.driver.perform(command))
    return refused.value.problem.code


def legs(made: Switch) -> dict[str, Leg]:
    """The legs as last told, by site."""
    return {x.leg.endpoint: x.leg for x in made.player.facts if isinstance(x, f.LegSeen)}


def told(made: Switch) -> Conference:
    """The conference as last told."""
    return [x.conference for x in made.player.facts if isinstance(x, f.ConferenceSeen)][-1]


def state(made: Switch) -> State:
    """What all that was told comes to."""
    found = State()
    for fact in made.player.facts:
        fold(found, event(fact, made.now_us / 1e6, source="mcu"))
    return found
