"""The list of sites that a start shows in place of the one that was to be: told until it is put
right (decision 126)."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

from console.app.parts import Console
from console.domain import facts as f
from console.domain.alarm import Alarm, Priority
from console.qt.panels.toast import Offer
from console.qt.wording import say

if TYPE_CHECKING:
    from collections.abc import Sequence

    from console.core.roster_shelf import Shelved
    from console.qt.window import SessionWindow

_INSTEAD, _NONE, _PARTLY = "roster_instead", "roster_none", "roster_partly"


def tell_roster(console: Console, window: SessionWindow) -> None:
    """Say once which list is shown and why, and by an alarm for as long as the next start would
    find the same; then follow what becomes of it."""
    opened, dialogs = console.opened, window.inside.dialogs
    text = roster_words(console)
    if text:
        sys.stderr.write(text + "\n")
        offer = Offer("load_roster", say("roster.look"))
        window.inside.say_briefly(text, "refused", offer)
    wrong = _wrong(console)
    _raise(console, wrong)

    def shelved(outcomes: Sequence[Shelved]) -> None:
        dialogs.tell_shelved(outcomes)
        for outcome in outcomes:
            if outcome.problem is None:
                same = outcome.back and outcome.file.endswith(opened.named.name)
                _raise(console, wrong if same else "")

    console.shelved = shelved


def roster_words(console: Console) -> str:
    """What is not as it was to be, and what is shown; "" where all is well."""
    opened = console.opened
    if opened.problem is not None:
        empty = opened.problem.code == "roster.empty"
        why = say("roster.start_empty" if empty else "roster.start_gone", file=opened.named)
        if not opened.endpoints:
            return say("roster.start_none", why=why)
        n = len(opened.endpoints)
        return say("roster.start_instead", why=why, name=opened.roster, n=n)
    if opened.left_out:
        return say("roster.start_partly", file=opened.named.name, n=opened.left_out)
    return ""


def _wrong(console: Console) -> str:
    """The kind of alarm that the start is worth, "" for none."""
    opened = console.opened
    if opened.problem is not None:
        return _INSTEAD if opened.endpoints else _NONE
    return _PARTLY if opened.left_out else ""


def _raise(console: Console, wrong: str) -> None:
    """Raise this kind, and end whatever else was said of the list, by an earlier start, too."""
    opened, alarms = console.opened, console.store.state.alarms
    for kind in (_INSTEAD, _NONE, _PARTLY):
        known = alarms.get(f"own:{kind}")
        stands = known is not None and not known.cleared_us
        if stands and kind != wrong:
            console.tell(f.AlarmCleared(f"own:{kind}"))
        elif kind == wrong and not stands:
            priority = Priority.LOW if kind == _PARTLY else Priority.MEDIUM
            # the file stands where a device would: the texts of an alarm name one thing
            alarm = Alarm(f"own:{kind}", kind, priority, device=opened.named.name)
            console.tell(f.AlarmRaised(alarm))
