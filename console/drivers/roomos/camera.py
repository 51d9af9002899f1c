"""Where a room's camera points, and when a recall has truly arrived.

No status names the memory a camera stands on (xAPI schema), so arrival is what positions tell:
the camera moved after the recall and has come to rest, and where this memory's position is
known, it rests there. A camera that never moved proves nothing.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from console.wire.xml import Element, text

_REST_US = 350_000
"""A position that has not changed for so long is rest; a moving camera reports more often."""

_PLAY = 25
"""A motor may report its rest a few units off (pan and tilt have 26,000 units, zoom 12,000)."""

Position = tuple[int, int, int]


def _same(one: Position | None, other: Position | None) -> bool:
    if one is None or other is None:
        return one is other
    return all(abs(a - b) <= _PLAY for a, b in zip(one, other, strict=True))


def read_position(status: Element | None, camera: str) -> Position | None:
    """Pan, tilt and zoom of a camera, in the device's units; None where it does not say."""
    if status is None:
        return None
    for found in status.findall("Cameras/Camera"):
        if found.get("item") == camera:
            values = [text(found, f"Position/{axis}") for axis in ("Pan", "Tilt", "Zoom")]
            try:
                pan, tilt, zoom = (int(value or "") for value in values)
            except ValueError:
                return None
            return pan, tilt, zoom
    return None


@dataclass(slots=True)
class CameraTrack:
    """What is known of one camera's movement."""

    position: Position | None = None
    since_us: int = 0
    moving: bool | None = None
    preset: int | None = None
    recalling: int | None = None
    moved: bool = False
    known: dict[int, Position] = field(default_factory=dict[int, Position])

    def recall(self, number: int) -> None:
        """A recall was accepted: until it has arrived, the camera stands on nothing."""
        already = self.preset == number and self.moving is False
        self.recalling, self.moved = number, already
        self.moving, self.preset = True, None
        self.since_us = 0

    def stored(self, number: int) -> None:
        """The present position became a memory."""
        if self.position is not None:
            self.known[number] = self.position
            self.preset = number

    def see(self, position: Position | None, now_us: int) -> None:
        """A position was read at `now_us` (µs UTC)."""
        if position is None:
            self.position, self.moving, self.preset = None, None, None
            return
        if not self.since_us or not _same(position, self.position):
            if self.position is not None and not _same(position, self.position):
                self.moved, self.moving, self.preset = True, True, None
            self.position, self.since_us = position, now_us
            return
        if now_us - self.since_us >= _REST_US:
            self._rest(position)

    def _rest(self, position: Position) -> None:
        number = self.recalling
        if number is None:
            self.moving = False
            return
        known = self.known.get(number)
        if _same(known, position) or (self.moved and known is None):
            self.known[number] = position
            self.preset, self.moving, self.recalling = number, False, None
        elif self.moved:
            # At rest elsewhere: it stuck, or the memory was stored anew at the room's panel. Not
            # believed this time; a recall that comes to rest here again will be.
            self.known[number] = position
            self.moving, self.recalling = False, None
