"""The RoomOS driver: a room's microphones, camera memories, standby and media statistics."""

from __future__ import annotations

from collections.abc import Generator, Sequence
from typing import Any, ClassVar

from console.domain import facts as f
from console.domain.capability import Capability
from console.domain.commands.base import Command
from console.domain.commands.room import (
    MoveCamera,
    MuteRoom,
    RecallPreset,
    SetStandby,
    StorePreset,
)
from console.domain.observed import Preset
from console.domain.problem import Problem, Refused
from console.domain.text import clean_name
from console.drivers.protocol import Ask, Heard, Pause, Report, Round, Setting, Talk
from console.drivers.roomos.camera import CameraTrack, read_position
from console.drivers.roomos.dialect import Dialect, Step
from console.drivers.roomos.media import read_quality
from console.wire.websocket import SocketPlan
from console.wire.xml import Element, text

_PRESETS = Capability.PRESET_LIST | Capability.PRESET_RECALL | Capability.PRESET_STORE
_HIGHEST_PRESET = 35
_WATCHES, _WATCH_S = 8, 0.4
"""How often, and how far apart, a turning camera's position is read before the next look."""
_ON_OFF = {"On": True, "Off": False}
_STANDBY = {"Standby": True, "Off": False, "Halfwake": True, "EnteringStandby": True}


class RoomOsDriver:
    """One room system. Its first connected camera is the room's camera."""

    kind: ClassVar[str] = "roomos"
    can: ClassVar[Capability] = (
        _PRESETS
        | Capability.CAMERA_MOVE
        | Capability.ROOM_MICROPHONE
        | Capability.STANDBY
        | Capability.QUALITY
    )

    def __init__(self, setting: Setting) -> None:
        self._device = setting.spec.id
        self._endpoint = setting.spec.endpoint
        self._name = setting.spec.name
        self._now_us = setting.now_us
        self._xapi = Dialect(self._name)
        self._track = CameraTrack()
        self._camera = "1"
        self._presets_allowed = False

    # -- first contact -------------------------------------------------------------------------

    def probe(self) -> Talk:
        """Who it is; which presets and cameras its role and hardware allow."""
        unit: Element | None = yield from self._xapi.read("/Status/SystemUnit")
        if unit is None:
            raise Refused(Problem.of("device.other_kind", device=self._name, kind=self.kind))
        cameras: Element | None = yield from self._xapi.read("/Status/Cameras")
        able, refusals = self.can, list[tuple[Capability, Problem]]()
        connected = [
            found.get("item") or ""
            for found in (cameras.findall("Cameras/Camera") if cameras is not None else ())
            if text(found, "Connected") == "True" and found.get("item")
        ]
        if connected:
            self._camera = connected[0]
        else:
            able &= ~(_PRESETS | Capability.CAMERA_MOVE)
            problem = Problem.of("room.no_camera", device=self._name)
            refusals.append((_PRESETS | Capability.CAMERA_MOVE, problem))
        facts: list[f.Fact] = []
        self._presets_allowed = False
        if connected:
            try:
                facts.append((yield from self._presets()))
            except Refused as refused:
                if refused.problem.code != "room.refused":
                    raise
                able &= ~_PRESETS
                problem = Problem.of(
                    "room.presets_refused", refused.problem.detail, device=self._name
                )
                refusals.append((_PRESETS, problem))
        product = text(unit, "SystemUnit/ProductId")
        version = text(unit, "SystemUnit/Software/Version") or unit.get("version")
        self._presets_allowed = bool(facts)
        facts.insert(
            0,
            f.DeviceProbed(
                self._device,
                able,
                tuple(refusals),
                software=clean_name(version or ""),
                model=clean_name(product or ""),
            ),
        )
        return facts

    def observe(self) -> Talk:
        """The switches and the camera."""
        facts = yield from self._read_switches()
        return [*facts, *(yield from self._read_camera())]

    def rounds(self) -> Sequence[Round]:
        """Switches often, camera and media rarely until someone looks."""
        return (
            Round("switches", 20.0, self._read_switches, focus_s=2.0),
            Round("camera", 90.0, self._read_camera, focus_s=1.5),
            Round("media", 90.0, self._read_media, focus_s=3.0),
            Round("presets", 900.0, self._list_presets, focus_s=30.0),
        )

    # -- reading -------------------------------------------------------------------------------

    def _read_switches(self) -> Talk:
        mute: Element | None = yield from self._xapi.read("/Status/Audio/Microphones/Mute")
        standby: Element | None = yield from self._xapi.read("/Status/Standby/State")
        call: Element | None = yield from self._xapi.read("/Status/Call")
        muted = text(mute, "Audio/Microphones/Mute") if mute is not None else None
        asleep = text(standby, "Standby/State") if standby is not None else None
        if call is not None:
            in_call = any(text(one, "Status") == "Connected" for one in call.findall("Call"))
        else:
            in_call = yield from self._in_teams_call()
        return [
            f.RoomSeen(
                self._endpoint,
                self._device,
                mic_muted=_ON_OFF.get(muted or ""),
                standby=_STANDBY.get(asleep or ""),
                in_call=in_call,
            )
        ]

    def _in_teams_call(self) -> Step:
        """A device in Microsoft Teams mode shows no Call node while it is in a call."""
        teams: Element | None = yield from self._xapi.read("/Status/MicrosoftTeams/Calling")
        return teams is not None and text(teams, "MicrosoftTeams/Calling/InCall") == "True"

    def _read_camera(self) -> Talk:
        status: Element | None = yield from self._xapi.read("/Status/Cameras")
        self._track.see(read_position(status, self._camera), self._now_us())
        return [self._camera_seen()]

    def _camera_seen(self) -> f.CameraSeen:
        track = self._track
        return f.CameraSeen(self._endpoint, self._device, track.moving, track.preset)

    def _read_media(self) -> Talk:
        status: Element | None = yield from self._xapi.read("/Status/MediaChannels")
        quality = read_quality(status, self._now_us())
        return [f.RoomMeasured(self._endpoint, quality)] if quality is not None else []

    def _list_presets(self) -> Talk:
        return [(yield from self._presets())] if self._presets_allowed else []

    def _presets(self) -> Step:
        result: Element = yield from self._xapi.command(
            "Camera/Preset/List", {"CameraId": self._camera}
        )
        found: dict[int, Preset] = {}
        for item in result.findall("Preset"):
            number = text(item, "PresetId") or ""
            if number.isdecimal() and 1 <= int(number) <= _HIGHEST_PRESET:
                name = clean_name(text(item, "Name") or "")
                found[int(number)] = Preset(int(number), name)
        ordered = tuple(found[n] for n in sorted(found))
        return f.PresetsListed(self._endpoint, self._device, ordered)

    # -- wishes --------------------------------------------------------------------------------

    def perform(self, command: Command) -> Talk:
        """Ask the device."""
        match command:
            case RecallPreset(number=number):
                yield from self._xapi.command("Camera/Preset/Activate", {"PresetId": number})
                self._track.recall(number)
                return [self._camera_seen()]
            case StorePreset(number=number, name=name):
                yield from self._xapi.command(
                    "Camera/Preset/Store",
                    {"CameraId": self._camera, "PresetId": number, "Name": clean_name(name)},
                )
                self._track.stored(number)
            case MoveCamera():
                yield from self._xapi.command("Camera/Ramp", self._ramp(command))
                self._track.recalling = None
            case MuteRoom(muted=muted):
                path = "Audio/Microphones/Mute" if muted else "Audio/Microphones/Unmute"
                yield from self._xapi.command(path, {})
            case SetStandby(on=on):
                yield from self._xapi.command(
                    "Standby/Activate" if on else "Standby/Deactivate", {}
                )
            case _:
                raise Refused(
                    Problem.of("command.not_supported", device=self._name, kind=self.kind)
                )
        return ()

    def _ramp(self, command: MoveCamera) -> dict[str, object]:
        words = {
            "Pan": ("Left", "Stop", "Right")[command.pan + 1],
            "Tilt": ("Down", "Stop", "Up")[command.tilt + 1],
            "Zoom": ("Out", "Stop", "In")[command.zoom + 1],
        }
        speeds = {f"{k}Speed": 4 for k, v in words.items() if v != "Stop"}
        return {"CameraId": self._camera, **words, **speeds}

    def look(self, command: Command) -> Talk:
        """Read back what shows whether the wish came true."""
        match command:
            case RecallPreset():
                return (yield from self._watch_camera())
            case MoveCamera():
                return (yield from self._read_camera())
            case StorePreset():
                return (yield from self._list_presets())
            case _:
                return (yield from self._read_switches())

    def _watch_camera(self) -> Talk:
        """The camera until it has come to rest, for a while."""
        for _ in range(_WATCHES):
            facts = yield from self._read_camera()
            if self._track.recalling is None:
                return facts
            yield Report(facts)
            yield Pause(_WATCH_S)
        return ()

    # -- pushed news: by polling only (the codec would have to reach this PC) --------------------

    def listen(self) -> Generator[Ask, Any, SocketPlan | None]:
        """No event feed is used."""
        yield from ()
        return None

    def hear(self, message: str) -> Heard:
        """Nothing is heard."""
        return Heard()

    def forget(self) -> None:
        """The link was lost; the device may have restarted."""
        self._xapi.login.basic_only = False
        self._track.position, self._track.moving, self._track.preset = None, None, None

    def leave(self) -> Talk:
        """End the device's session."""
        yield from self._xapi.login.end()
        return ()
