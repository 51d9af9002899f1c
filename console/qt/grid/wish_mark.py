"""What became of the newest wish about a site, as its tile tells it."""

from __future__ import annotations

from console.domain.commands import mcu, room
from console.domain.commands.base import Command
from console.domain.commands.composite import Batch
from console.domain.commands.take import TakeToPodium
from console.domain.state import Phase, State, Tracked
from console.qt.grid.look import Mark

REFUSED_SHOWN_S = 60
"""So long a refusal stays on its tile; the journal keeps it for good."""
_NO_WISH = (Mark.NONE, "", 0)


def wish_mark(state: State, site: str, now_us: int) -> tuple[Mark, str, int]:
    """What became of the newest wish about a site; a step of a TAKE speaks for the whole."""
    tracked = state.commands.get(state.wishes[site])
    if tracked is None:
        return _NO_WISH
    whole = state.commands.get(tracked.parent) if tracked.parent else None
    if (
        whole is not None
        and isinstance(whole.command, TakeToPodium)
        and site in whole.command.sites()
    ):
        tracked = whole
    mark = _mark(state, tracked, now_us)
    wish, number = _named(tracked.command, site) if mark else ("", 0)
    return (mark, wish, number) if wish else _NO_WISH


def _mark(state: State, tracked: Tracked, now_us: int) -> Mark:
    if tracked.phase.open:
        return Mark.PENDING
    if tracked.phase is Phase.REFUSED:
        recent = now_us - tracked.ended_us < REFUSED_SHOWN_S * 1_000_000
        return Mark.REFUSED if recent else Mark.NONE
    if tracked.phase is Phase.UNKNOWN and not tracked.command.satisfied(state):
        return Mark.UNKNOWN
    return Mark.NONE


def _named(command: Command, site: str) -> tuple[str, int]:
    """The wish's name under `grid.wish.` in the wording, and its number; "" shows nothing."""
    match command:
        case mcu.MuteSite() | room.MuteRoom():
            return ("mute" if command.muted else "unmute"), 0
        case mcu.HideVideo():
            return ("hide" if command.hidden else "unhide"), 0
        case TakeToPodium():
            return "take", 0
        case mcu.PutOnPodium():
            return ("podium" if command.endpoint == site else "leave"), 0
        case mcu.SetScreenLayout():
            return "layout", 0
        case mcu.DialSite():
            return "dial", 0
        case mcu.HangUpSite():
            return "hang_up", 0
        case room.RecallPreset():
            return "preset", command.number
        case room.HomeCamera():
            return "home", 0
        case room.StorePreset():
            return "store", command.number
        case room.SetStandby():
            return ("sleep" if command.on else "awake"), 0
        case Batch():
            return next((_named(s, site) for s in command.of if site in s.sites()), ("", 0))
        case _:
            return "", 0
