"""Reads and documents of a pretend room over HTTPS XML."""

from __future__ import annotations

from xml.etree import ElementTree as ET

import requests

from tests.simulators.peer import Started

CODE = "24121"
MUTE = "<Command><Audio><Microphones><Mute/></Microphones></Audio></Command>"
UNMUTE = MUTE.replace("Mute/", "Unmute/")
LIST = "<Command><Camera><Preset><List/></Preset></Camera></Command>"


def activate(preset: object) -> str:
    return (
        "<Command><Camera><Preset><Activate>"
        f"<PresetId>{preset}</PresetId></Activate></Preset></Camera></Command>"
    )


def status(peer: Started, location: str, code: str = CODE) -> ET.Element:
    reply = peer.get(code, location)
    assert reply.status_code == 200
    return ET.fromstring(reply.content)


def value(peer: Started, location: str, code: str = CODE) -> str:
    root = status(peer, location, code)
    assert root.tag == "Status", ET.tostring(root)
    return root.findtext(location.removeprefix("/Status/")) or ""


def posted(peer: Started, path: str, body: str = "", **options: object) -> requests.Response:
    url, auth = peer.room(CODE)
    options.setdefault("auth", auth)
    return peer.http("POST", url + path, data=body.encode(), **options)


def position(peer: Started, code: str = CODE) -> tuple[int, int, int]:
    root = status(peer, "/Status/Cameras/Camera/Position", code)
    found = root.find("Cameras/Camera/Position")
    assert found is not None
    return tuple(int(found.findtext(axis) or "") for axis in ("Pan", "Tilt", "Zoom"))  # type: ignore[return-value]
