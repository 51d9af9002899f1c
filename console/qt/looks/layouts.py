"""What the layout panel shows: layouts that can be chosen, which one is reported, which asked."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum

from console.domain.commands.base import Command
from console.domain.commands.mcu import SetConferenceLayout, SetScreenLayout
from console.domain.device import Device
from console.domain.layout import Layout
from console.domain.policy import Policy
from console.domain.problem import Problem
from console.domain.state import Phase, State
from console.domain.text import clean_name
from console.qt.looks.sites import conference_of, stale_s

NUMBERED = (
    Layout.SINGLE,
    Layout.ONE_PLUS_FIVE,
    Layout.ONE_PLUS_SEVEN,
    Layout.ONE_PLUS_NINE,
    Layout.EQUAL_2X2,
    Layout.EQUAL_3X3,
    Layout.EQUAL_4X4,
    Layout.STACKED,
    Layout.AUTOMATIC,
)
"""What L then 1–9 chooses: the same key for the same picture on every MCU."""
_REFUSED_SHOWN_S = 60


class Asked(Enum):
    """What became of the newest wish for a layout."""

    NOTHING = "nothing"
    PENDING = "pending"
    REFUSED = "refused"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class LayoutChoice:
    """One layout. `problem` is why it can't be chosen (or why it was refused), None if it can."""

    layout: Layout
    number: int
    reported: bool
    asked: Asked
    problem: Problem | None
    enabled: bool


def conference_choices(state: State, now_us: int) -> tuple[LayoutChoice, ...]:
    """The layouts of the picture that everyone sees."""
    conference = state.conferences.get(conference_of(state))
    device = state.devices.get(conference.device) if conference else None
    reported = conference.layout if conference else None
    ids = conference.id if conference else ""
    wish = SetConferenceLayout(id="", conference=ids, layout=Layout.SINGLE)
    shown = device.layouts if device else ()
    return _choices(state, now_us, wish, reported, shown, device)


def screen_choices(state: State, now_us: int) -> tuple[LayoutChoice, ...]:
    """The layouts of the chair's own screen (R84)."""
    chair = state.session.chair
    leg = state.legs.get(chair)
    device = state.device_for(chair)
    wish = SetScreenLayout(id="", endpoint=chair, layout=Layout.SINGLE)
    shown = device.screen_layouts if device else ()
    return _choices(state, now_us, wish, leg.layout if leg else None, shown, device)


def other_layout(state: State, kind: str) -> Layout | None:
    """What is reported of the "conference" or the chair's "screen" where none of the nine keys
    gives it, so that no button can show it; else None."""
    conference, leg = (
        state.conferences.get(conference_of(state)),
        state.legs.get(state.session.chair),
    )
    record = conference if kind == "conference" else leg
    layout = record.layout if record else None
    return None if layout in NUMBERED else layout


def conference_silent_s(state: State, now_us: int) -> int:
    """For how long (s) the MCU that reports these layouts has been silent, 0 while it is not."""
    silent_s = stale_s(state, state.device_of(conference_of(state)), now_us)
    return int(silent_s) if silent_s >= Policy().stale_s else 0


def _choices(
    state: State,
    now_us: int,
    wish: Command,
    reported: Layout | None,
    shown: tuple[Layout, ...],
    device: Device | None,
) -> tuple[LayoutChoice, ...]:
    asked = _newest(state, now_us, type(wish))
    general = state.why_not(wish)
    found: list[LayoutChoice] = []
    for number, layout in enumerate(NUMBERED, 1):
        problem = general
        if problem is None and layout not in shown:
            name = clean_name(device.name) if device else ""
            problem = Problem.of("layout.not_supported", device=name)
        mark, why = asked.get(layout, (Asked.NOTHING, None))
        found.append(
            LayoutChoice(layout, number, layout is reported, mark, problem or why, problem is None)
        )
    return tuple(found)


def _newest(
    state: State, now_us: int, kind: type[Command]
) -> dict[Layout, tuple[Asked, Problem | None]]:
    """The newest wish of this kind, unless it came true: its layout and what became of it."""
    for tracked in reversed(state.commands.values()):
        command = tracked.command
        if not isinstance(command, kind):
            continue
        layout: Layout = command.layout  # type: ignore[attr-defined]
        if tracked.phase.open:
            return {layout: (Asked.PENDING, None)}
        recent = now_us - tracked.ended_us < _REFUSED_SHOWN_S * 1e6
        if tracked.phase is Phase.REFUSED and recent:
            return {layout: (Asked.REFUSED, tracked.problem)}
        if tracked.phase is Phase.UNKNOWN and recent and not command.satisfied(state):
            return {layout: (Asked.UNKNOWN, tracked.problem)}
        return {}
    return {}
