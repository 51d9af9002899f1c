"""VISCA's packets: what is sent, and what the answers' bytes mean (`wire/rooms.md` §4.2).

Whatever is not as the document has it means nothing: None, never a guess.
"""

from __future__ import annotations

from dataclasses import dataclass

Position = tuple[int, int, int]
"""Pan and tilt in the camera's steps (signed, 16 or 20 bits), zoom 0–4000h at full optical."""

PAN_SPEED, TILT_SPEED, ZOOM_SPEED = 0x0A, 0x0A, 3
"""Middling ones, of 18h, 14h to 17h, and 7."""
_ADDRESS, _END = 0x81, 0xFF
_RESERVED = range(90, 100)
"""Numbers on the wire that some makers keep for menus and other functions of their own."""


def _command(*body: int) -> bytes:
    return bytes((_ADDRESS, 0x01, *body, _END))


def _inquiry(*body: int) -> bytes:
    return bytes((_ADDRESS, 0x09, *body, _END))


VERSION = _inquiry(0x00, 0x02)
POWER = _inquiry(0x04, 0x00)
PAN_TILT = _inquiry(0x06, 0x12)
ZOOM = _inquiry(0x04, 0x47)
LENS = _inquiry(0x7E, 0x7E, 0x00)
STOP = (
    _command(0x06, 0x01, PAN_SPEED, TILT_SPEED, 0x03, 0x03),
    _command(0x04, 0x07, 0x00),
)


def memory(number: int) -> int | None:
    """A memory's number on the wire, one less than a person's; None for one not to be touched."""
    on_wire = number - 1
    return on_wire if 0 <= on_wire < _END and on_wire not in _RESERVED else None


def recall(on_wire: int) -> bytes:
    """Turn to a memory."""
    return _command(0x04, 0x3F, 0x02, on_wire)


def home() -> bytes:
    """Look straight ahead."""
    return _command(0x06, 0x04)


def store(on_wire: int) -> bytes:
    """Keep where it points as a memory."""
    return _command(0x04, 0x3F, 0x01, on_wire)


def power(on: bool) -> bytes:
    """Switch on, or to standby."""
    return _command(0x04, 0x00, 0x02 if on else 0x03)


def drive(pan: int, tilt: int) -> bytes:
    """Turn at a steady speed: −1 left or down, 0 not, 1 right or up."""
    across, up = (0x01, 0x03, 0x02)[pan + 1], (0x02, 0x03, 0x01)[tilt + 1]
    return _command(0x06, 0x01, PAN_SPEED, TILT_SPEED, across, up)


def zoom(direction: int) -> bytes:
    """Zoom at a steady speed: −1 out, 0 stop, 1 in."""
    return _command(0x04, 0x07, (0x30 | ZOOM_SPEED, 0x00, 0x20 | ZOOM_SPEED)[direction + 1])


def _number(nibbles: bytes) -> int | None:
    """A number told in half bytes, the highest first."""
    if not nibbles or max(nibbles) > 0x0F:
        return None
    told = 0
    for nibble in nibbles:
        told = told << 4 | nibble
    return told


def read_pan_tilt(data: bytes) -> tuple[int, int] | None:
    """Pan and tilt, of four half bytes each; larger heads tell them in five (Sony ILME-FR7), or
    the pan alone (BRC-H900)."""
    wide = {8: 4, 9: 5, 10: 5}.get(len(data), 0)
    pan, tilt = _number(data[:wide]), _number(data[wide:])
    if not wide or pan is None or tilt is None:
        return None
    return _signed(pan, wide), _signed(tilt, len(data) - wide)


def _signed(told: int, nibbles: int) -> int:
    return told - (1 << 4 * nibbles) if told >= 1 << 4 * nibbles - 1 else told


def read_zoom(data: bytes) -> int | None:
    """Zoom."""
    return _number(data) if len(data) == 4 else None


@dataclass(frozen=True, slots=True)
class Lens:
    """The lens block: zoom, whether the lens is under way, whether a recall is."""

    zoom: int | None
    zooming: bool
    recalling: bool


def read_lens(data: bytes) -> Lens | None:
    """The lens block (13 bytes; the last holds what is being carried out, and with 08h that the
    picture has too little contrast for the autofocus)."""
    if len(data) != 13 or data[12] & 0xF0:
        return None
    return Lens(_number(data[:4]), bool(data[12] & 1), bool(data[12] & 4))


def read_standby(data: bytes) -> bool | None:
    """Whether the camera sleeps."""
    return {b"\x02": False, b"\x03": True}.get(data)


@dataclass(frozen=True, slots=True)
class Version:
    """Who made the camera, which it is, and its program's revision."""

    model: str
    software: str


def read_version(data: bytes) -> Version | None:
    """The version's seven bytes: vendor, model, revision, and how many sockets it has."""
    if len(data) != 7:
        return None
    vendor, model, revision = (data[i : i + 2].hex().upper() for i in (0, 2, 4))
    maker = "Sony" if vendor == "0001" else f"VISCA {vendor}"
    return Version(f"{maker} {model}", revision)
