"""A bridge of the mind: what a Call Bridge would answer, as data that a test changes at will."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any
from xml.sax.saxutils import escape

from console.domain.device import DeviceSpec
from console.drivers.cms import CmsDriver
from console.drivers.protocol import Setting
from console.wire.http import HttpReply, HttpRequest
from console.wire.problems import WireError
from tests.drivers.player import Player, reply

PAGE = 10
CALL, SPACE = "call-1", "space-1"


@dataclass
class Somebody:
    """One participant with one leg."""

    id: str
    uri: str
    name: str = ""
    state: str = "connected"
    importance: str = ""
    mute: str = "true"
    layout: str = "allEqual"
    far: bool = False
    leg: bool = True


@dataclass
class Bridge:
    """Answers requests; `meddle` may answer first, `now_us` is the driver's clock."""

    people: list[Somebody] = field(default_factory=list[Somebody])
    calls: int = 1
    locked: str = "false"
    highest: str = ""
    clustered: str = "false"
    version: str = "3.9"
    total: int | None = None
    """What lists claim to hold, if not the truth."""
    meddle: Callable[[HttpRequest], HttpReply | WireError | None] = lambda _: None
    now_us: int = 1_000_000

    def __post_init__(self) -> None:
        self.player = Player(self.answer)
        self.message = 0
        self.driver = CmsDriver(
            Setting(
                DeviceSpec("mcu", "cms", "MCU", "https://mcu.example", conference=SPACE),
                {f"sip:{n}@hnth": str(n) for n in range(100)},
                lambda: self.now_us,
            )
        )

    def join(self, number: int, **more: Any) -> Somebody:
        """Somebody of the roster comes in."""
        made = Somebody(f"p{number}", f"{number}@hnth", f"Site {number}", **more)
        self.people.append(made)
        return made

    def leave(self, number: int) -> None:
        """He leaves."""
        self.people = [p for p in self.people if p.id != f"p{number}"]

    def meet(self) -> None:
        """The driver's first contact, its clock moving on."""
        self.player.hold(self.driver.probe())
        self.player.hold(self.driver.observe())
        self.now_us += 1_000_000

    # -- REST ------------------------------------------------------------------------------------

    def answer(self, request: HttpRequest) -> HttpReply | WireError:
        meddled = self.meddle(request)
        if meddled is not None:
            return meddled
        path = request.path.removeprefix("/api/v1")
        if request.method == "POST" and path == "/authTokens":
            return reply(b"", 200, ("x-cisco-cms-auth-token", "tok/en"))
        if request.method == "POST":
            return reply(b"", 200, ("location", f"{request.path}/p99"))
        if request.method != "GET":
            return reply()
        found = self._read(path, dict(request.query))
        if found is None:
            return reply("<failureDetails><unrecognisedObject/></failureDetails>", 404)
        return reply(f'<?xml version="1.0"?>{found}')

    def _read(self, path: str, query: dict[str, str]) -> str | None:
        here = [p for p in self.people if p.leg and not p.far]
        known = {p.id: p for p in self.people}
        legs = {f"leg-{p.id}": p for p in here}
        if path == "/system/status":
            return (
                f"<status><softwareVersion>{self.version}</softwareVersion>"
                f"<clusterEnabled>{self.clustered}</clusterEnabled>"
                "<callLegsActive>3</callLegsActive><uptimeSeconds>60</uptimeSeconds></status>"
            )
        if path == "/system/load":
            return "<load><mediaProcessingLoad>25</mediaProcessingLoad></load>"
        if path == "/system/configuration/cluster":
            return "<cluster><loadLimit>100</loadLimit></cluster>"
        if path == "/system/alarms":
            return '<alarms total="0"/>'
        if path == "/calls":
            calls = [
                f'<call id="{CALL}"><name>Giao ban</name><coSpace>{SPACE}</coSpace></call>'
            ] * self.calls
            return self._list("calls", calls, query)
        if path == f"/calls/{CALL}" and self.calls:
            return (
                f'<call id="{CALL}"><name>Giao ban</name><locked>{self.locked}</locked>'
                f"<recording>false</recording><numParticipantsLocal>{len(here)}"
                "</numParticipantsLocal><panePlacementHighestImportance>"
                f"{self.highest}</panePlacementHighestImportance></call>"
            )
        if path == f"/calls/{CALL}/participants":
            listed = [
                f'<participant id="{p.id}"><name>{escape(p.name)}</name>'
                + ("<callBridge>other</callBridge>" if p.far else "")
                + "</participant>"
                for p in self.people
            ]
            return self._list("participants", listed, query)
        if path == "/callLegs":
            wanted = [] if "alarms" in query else legs.items()
            return self._list("callLegs", [_leg_line(i, p) for i, p in wanted], query)
        if found := re.fullmatch(r"/participants/([^/]+)/callLegs", path):
            lines = [_leg_line(i, p) for i, p in legs.items() if p.id == found[1]]
            return self._list("callLegs", lines, query)
        if found := re.fullmatch(r"/participants/([^/]+)", path):
            return _participant(known[found[1]]) if found[1] in known else None
        if found := re.fullmatch(r"/callLegs/([^/]+)", path):
            return _leg(found[1], legs[found[1]]) if found[1] in legs else None
        return None

    def _list(self, tag: str, items: list[str], query: dict[str, str]) -> str:
        offset = int(query.get("offset", "0"))
        total = len(items) if self.total is None else self.total
        return f'<{tag} total="{total}">{"".join(items[offset : offset + PAGE])}</{tag}>'

    # -- the feed --------------------------------------------------------------------------------

    def listen(self) -> None:
        """Open the feed, whose roster becomes active."""
        self.player.run(self.driver.listen())
        self.message = 0
        self.say("subscriptionUpdate", subscriptions=[{"index": 3, "state": "active"}])

    def say(self, kind: str, number: int | None = None, **more: Any) -> list[str]:
        """One server message; its facts and Talks go to the player. What the driver sends."""
        self.message = number if number is not None else self.message + 1
        inner = {"messageId": self.message, "type": kind, **more}
        heard = self.driver.hear(json.dumps({"type": "message", "message": inner}))
        self.player.facts += heard.facts
        for talk in heard.talks:
            self.player.hold(talk)
        return list(heard.send)

    def roster(self, participant: str, number: int | None = None, **more: Any) -> list[str]:
        """A roster update of one participant."""
        update = {"participant": participant, "updateType": "update", **more}
        return self.say("rosterUpdate", number, subscriptionIndex=3, updates=[update])


def _leg_line(leg: str, p: Somebody) -> str:
    return (
        f'<callLeg id="{leg}"><remoteParty>{escape(p.uri)}</remoteParty>'
        f"<call>{CALL}</call></callLeg>"
    )


def _participant(p: Somebody) -> str:
    where = "<callBridge>other</callBridge>" if p.far else "<numCallLegs>1</numCallLegs>"
    return (
        f'<participant id="{p.id}"><name>{escape(p.name)}</name><uri>{escape(p.uri)}</uri>{where}'
        f"<configuration><importance>{p.importance}</importance></configuration>"
        f"<status><state>{p.state}</state></status></participant>"
    )


def _leg(leg: str, p: Somebody) -> str:
    return (
        f'<callLeg id="{leg}"><configuration><rxAudioMute>{p.mute}</rxAudioMute>'
        "<rxVideoMute>false</rxVideoMute><txAudioMute>false</txAudioMute></configuration>"
        f"<status><state>{p.state}</state><layout>{p.layout}</layout>"
        "<encryptedMedia>true</encryptedMedia>"
        "<rxAudio><codec>opus</codec><packetLossPercentage>1.5</packetLossPercentage>"
        "<jitter>2</jitter><bitRate>36000</bitRate></rxAudio>"
        "<txAudio><roundTripTime>45</roundTripTime></txAudio>"
        '<rxVideo role="presentation"><width>1</width></rxVideo>'
        '<rxVideo role="main"><codec>h264</codec><width>1280</width><height>720</height>'
        "<frameRate>30.0</frameRate><bitRate>1500000</bitRate>"
        "<packetLossPercentage>0.5</packetLossPercentage><jitter>3</jitter></rxVideo>"
        "</status></callLeg>"
    )
