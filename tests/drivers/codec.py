"""A RoomOS codec of the mind: statuses and command results that a test changes at will."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from console.domain import facts as f
from console.domain.device import DeviceSpec
from console.drivers.protocol import Setting
from console.drivers.roomos import RoomOsDriver
from console.wire.http import HttpReply, HttpRequest
from console.wire.problems import WireError
from tests.drivers.player import Player, reply

HEAD = '<?xml version="1.0"?>'
EMPTY = reply(f'{HEAD}<EmptyResult product="Cisco Codec" version="ce11"/>')


class Codec:
    """A codec of the mind: statuses and command results that a test changes at will."""

    def __init__(self) -> None:
        self.now_us = 1_000_000
        self.position: tuple[int, int, int] = (0, 0, 0)
        self.status: dict[str, str] = {
            "/Status/SystemUnit": "<SystemUnit><ProductId>Room Kit</ProductId>"
            "<Software><Version>ce11.24</Version></Software></SystemUnit>",
            "/Status/Audio/Microphones/Mute": "<Audio><Microphones><Mute>On</Mute></Microphones>"
            "</Audio>",
            "/Status/Standby/State": "<Standby><State>Off</State></Standby>",
            "/Status/Call": '<Call item="1"><Status>Connected</Status></Call>',
        }
        self.results: dict[str, str] = {
            "List": '<PresetListResult status="OK"><Preset item="1"><CameraId>1</CameraId>'
            "<Name> Bục nói </Name><PresetId>2</PresetId></Preset>"
            '<Preset item="2"><PresetId>1</PresetId></Preset>'
            '<Preset item="3"><Name>x</Name><PresetId>99</PresetId></Preset></PresetListResult>',
        }
        self.sessions = 0
        self.valid: set[str] = set()
        self.meddle: Callable[[HttpRequest], HttpReply | WireError | None] = lambda _: None
        self.player = Player(self.answer)
        self.driver = RoomOsDriver(
            Setting(
                DeviceSpec("room-7", "roomos", "VCS 7", "https://room", endpoint="7"),
                {},
                lambda: self.now_us,
            )
        )

    def answer(self, request: HttpRequest) -> HttpReply | WireError:
        self.now_us += 100_000
        meddled = self.meddle(request)
        if meddled is not None:
            return meddled
        if request.path == "/xmlapi/session/begin":
            self.sessions += 1
            cookie = f"SecureSessionId=s{self.sessions}"
            self.valid.add(cookie)
            return reply("", 204, ("set-cookie", f"{cookie}; Path=/; Secure"))
        cookie = dict(request.headers).get("Cookie", "")
        if cookie and cookie not in self.valid:
            return reply("", 401)
        if request.path == "/xmlapi/session/end":
            self.valid.discard(cookie)
            return reply("", 204)
        if request.path == "/putxml":
            return self._command((request.body or b"").decode())
        location = dict(request.query)["location"]
        if location.startswith("/Status/Cameras"):
            pan, tilt, zoom = self.position
            return reply(
                f'{HEAD}<Status><Cameras><Camera item="1"><Connected>True</Connected><Position>'
                f"<Pan>{pan}</Pan><Tilt>{tilt}</Tilt><Zoom>{zoom}</Zoom></Position></Camera>"
                "</Cameras></Status>"
            )
        told = self.status.get(location)
        return reply(f"{HEAD}<Status>{told}</Status>") if told else EMPTY

    def _command(self, body: str) -> HttpReply:
        for name, result in self.results.items():
            if f"<{name}>" in body:
                return reply(f"{HEAD}<Command>{result}</Command>")
        return reply(f'{HEAD}<Command><AnyResult status="OK"/></Command>')

    def meet(self) -> None:
        self.player.hold(self.driver.probe())
        self.player.hold(self.driver.observe())

    def told(self, kind: type[f.Fact]) -> list[Any]:
        return [fact for fact in self.player.facts if isinstance(fact, kind)]

    def bodies(self) -> list[str]:
        return [r.body.decode() for r in self.player.requests if r.path == "/putxml" and r.body]
