"""One site's room and the video device in it."""

from __future__ import annotations

from dataclasses import dataclass, field

from console.simulators.model.camera import Camera, Preset, house_presets
from console.simulators.model.ptz import Ptz

PRODUCTS = ("Cisco Room Kit", "Cisco Webex Room 55", "Cisco Codec Pro", "Cisco Room Bar")


@dataclass(slots=True)
class RoomPreset:
    """A whole-room memory: kind `All` or `Camera`, and its description."""

    kind: str
    description: str
    camera_preset: int | None


@dataclass(slots=True)
class Room:
    """The device's own facts. Its microphone's mute is not the bridge's mute of the site.

    Where `ptz` stands, the camera is one with an address of its own, and the device has none.
    """

    serial: str
    product: str
    address: str
    mac: str
    booted_s: float
    mic_muted: bool = True
    volume: int = 50
    standby: str = "Off"
    video_muted: bool = False
    presenting: bool = False
    main_source: int = 1
    layout: str = "Auto"
    people: int = 0
    teams_mode: bool = False
    custom_message: str = ""
    camera: Camera = field(default_factory=Camera)
    presets: dict[int, Preset] = field(default_factory=house_presets)
    room_presets: dict[int, RoomPreset] = field(default_factory=dict[int, RoomPreset])
    ptz: Ptz | None = None
