"""Where a camera points, and when a recall has truly arrived.

A camera says three things of a recall: that it was accepted, where it is, and that it was carried
out. The last may be lost, and a stuck camera says it as well. So a memory counts as reached when
the camera rests and either it completed the recall and stands where this memory is known to be,
or it was seen under way. Decision 038.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace

from console.domain.observed import HOME
from console.drivers.visca.packets import Position

_REST_US = 350_000
"""A position that has not changed for so long is rest."""
_LOST_US = 1_000_000
"""A completion that has not come after so long a rest is taken for lost."""
_GIVEN_UP_US = 15_000_000
"""A recall older than that explains no movement."""
_PLAY = (6, 6, 16)
"""The motors may report a rest a few steps off: pan, tilt, zoom."""


def same(one: Position | None, other: Position | None) -> bool:
    """Whether two positions are one, as far as the motors tell."""
    if one is None or other is None:
        return False
    return all(abs(a - b) <= play for a, b, play in zip(one, other, _PLAY, strict=True))


@dataclass(frozen=True, slots=True)
class Sight:
    """One look at the camera; `busy` is whether it says that lens or recall are under way, None
    where it does not say."""

    position: Position | None
    busy: bool | None = None


@dataclass(frozen=True, slots=True)
class Recall:
    """A recall that the camera accepted at `at_us` (µs UTC); number `HOME` sends it home."""

    number: int
    ticket: int
    at_us: int
    completed: bool = False
    seen: bool = False
    """It was seen under way."""


@dataclass(slots=True)
class CameraTrack:
    """What is known of one camera's movement."""

    position: Position | None = None
    since_us: int = 0
    moving: bool | None = None
    preset: int | None = None
    recall: Recall | None = None
    known: dict[int, Position] = field(default_factory=dict[int, Position])

    def recalled(self, recall: Recall) -> None:
        """A recall was accepted: whether the camera moves, and where it stands, is not known."""
        self.recall = recall
        self.moving = self.preset = None
        self.since_us = recall.at_us

    def completed(self, ticket: int) -> None:
        """The camera says that it has carried out that command."""
        if self.recall is not None and self.recall.ticket == ticket:
            self.recall = replace(self.recall, completed=True)

    def taken_over(self) -> None:
        """The camera was asked for something else, or declined after all."""
        self.recall = None
        self.moving = self.preset = None

    def stored(self, number: int) -> None:
        """Where it now points became a memory; in the middle of a turn nobody knows where."""
        if self.position is not None and self.moving is False:
            self.known[number] = self.position
            self.preset = number
        else:
            self.known.pop(number, None)

    def see(self, sight: Sight, now_us: int) -> None:
        """The camera was looked at, at `now_us` (µs UTC)."""
        if self.recall is not None and now_us - self.recall.at_us > _GIVEN_UP_US:
            self.recall = None
        before, here = self.position, sight.position
        moved = before is not None and here is not None and not same(before, here)
        if sight.busy or moved:
            self.moving, self.preset = True, None
            if self.recall is not None:
                self.recall = replace(self.recall, seen=True)
        elif here is None:
            self.moving = self.preset = None
        if sight.busy or not same(before, here):
            self.position, self.since_us = here, now_us
        elif now_us - self.since_us >= _REST_US and here is not None:
            self._rest(here, now_us)

    def _rest(self, here: Position, now_us: int) -> None:
        self.moving = False
        recall = self.recall
        if recall is None:
            return
        ended = recall.completed or now_us - self.since_us >= _LOST_US
        if recall.number == HOME:
            here = (*here[:2], 0)  # at home it stands with any zoom
        known = self.known.get(recall.number)
        if same(known, here) and (ended or recall.seen):
            self.preset, self.recall = recall.number, None
        elif recall.seen and ended:
            self.known[recall.number] = here
            self.preset = recall.number if known is None else None
            self.recall = None

    def forget(self) -> None:
        """Nobody has looked for a while; what the memories' positions were still holds."""
        self.recall = self.position = self.moving = self.preset = None
