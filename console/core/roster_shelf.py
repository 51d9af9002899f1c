"""The roster shelf: lists of sites that were loaded in the window and stay for the next start
(decision 123)."""

from __future__ import annotations

import re
import threading
from collections import deque
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta, timezone
from pathlib import Path, PurePath

from console.core.admission import Beside
from console.core.atomic import write_whole
from console.core.equipment import Equipment
from console.core.places import SHIPPED_ROSTER
from console.core.roster_choice import FOLDER, lists
from console.domain import facts as f
from console.domain.commands.own import LoadRoster, NextStart
from console.domain.endpoint import Endpoint
from console.domain.event import Event
from console.domain.problem import Problem, Refused
from console.domain.roster import LARGEST_BYTES, read_roster
from console.domain.roster_text import roster_text
from console.domain.state import State
from console.domain.text import clean_name, search_key

SHIPPED = ""
"""What a profile names that names no roster."""
_LISTED = 8
_COMPARED = 50
"""So many of the newest are looked through for one that says the same."""
_STEM = 40
_VIETNAM = timezone(timedelta(hours=7))


@dataclass(frozen=True, slots=True)
class Shelved:
    """What came of keeping a roster: the file that the next start reads and the one before, as
    the profile names them (`SHIPPED`: none), or why it stays as it was. `back`: it was taken
    back. `gone`: the one before is not there any more."""

    file: str = ""
    before: str = ""
    back: bool = False
    problem: Problem | None = None
    gone: bool = False


class RosterShelf:
    """Keeps what a `LoadRoster` that came true asks to keep: first the sites as a file of their
    own, then its name in the profile. All of the disk is touched in `beside`'s threads, one wish
    after the other; `told` is what came of them.
    """

    def __init__(
        self,
        equipment: Equipment,
        state: State,
        beside: Beside,
        told: Callable[[Sequence[Shelved]], None],
    ) -> None:
        assert equipment.path is not None
        self._equipment, self._state = equipment, state
        self._folder = equipment.path.parent
        self._beside, self._told = beside, told
        self._lock = threading.Lock()
        self._waiting: deque[tuple[LoadRoster, int]] = deque()
        self._before: list[str | None] = []
        """What the profile named before each of those that were to be kept since the start; None
        where that one could not be kept."""
        self.files: tuple[Path, ...] = ()
        """The newest lists beside the profile, ours and the technician's."""
        self.gone = False
        """Whether the list that the next start reads was not there when it was last looked for."""

    @property
    def in_use(self) -> str:
        """The file that the next start reads, without its folder; `SHIPPED` where none is named."""
        named = self._equipment.profile.roster
        return named.name if named is not None else SHIPPED

    def look(self) -> None:
        """See what lists there are. Touches the disk."""
        self.files = lists(self._folder / FOLDER, self._folder)[:_LISTED]
        named = self._equipment.profile.roster
        self.gone = named is not None and not named.is_file()

    def hear(self, events: Iterable[Event]) -> None:
        """What changed something, on the window's thread."""
        wanted = False
        for event in events:
            if not isinstance(event.fact, f.CommandConfirmed):
                continue
            tracked = self._state.commands.get(event.fact.command)
            wish = tracked.command if tracked is not None else None
            if isinstance(wish, LoadRoster) and wish.next_start is not NextStart.AS_IT_WAS:
                self._waiting.append((wish, event.at_us))
                wanted = True
        if wanted:
            self._beside(self._keep_waiting, self._told)

    def settle(self) -> None:
        """Wait until all that was asked for is kept. Touches the disk."""
        self._keep_waiting()

    def _keep_waiting(self) -> Sequence[Shelved]:
        outcomes: list[Shelved] = []
        with self._lock:
            while self._waiting:
                outcome = self._outcome(*self._waiting.popleft())
                if outcome is not None:
                    outcomes.append(outcome)
            self.look()
        return outcomes

    def _outcome(self, wish: LoadRoster, at_us: int) -> Shelved | None:
        back = wish.next_start is NextStart.BEFORE
        named = self._equipment.profile.roster
        gone = named is not None and not named.is_file()
        try:
            if back and self._before:
                file = self._before.pop()
                if file is None:
                    return None
                return Shelved(file, self._equipment.name_roster(file), back)
            file = self._there(wish)
            if file is None:
                file = self._written(wish, at_us)
            before = self._equipment.name_roster(file)
        except Refused as refused:
            if not back:
                self._before.append(None)
            return Shelved(back=back, problem=refused.problem)
        if not back:
            self._before.append(before)
        return Shelved(file, before, back, gone=gone)

    def _there(self, wish: LoadRoster) -> str | None:
        """What says just this already, as the profile names it: a list that was kept before, or
        the one that is shipped; None where nothing does."""
        wanted = (clean_name(wish.name), wish.record, wish.version, _sites(wish))
        if _says(SHIPPED_ROSTER) == wanted:
            return SHIPPED
        kept = (path for path in lists(self._folder / FOLDER)[:_COMPARED] if _says(path) == wanted)
        return next((path.relative_to(self._folder).as_posix() for path in kept), None)

    def _written(self, wish: LoadRoster, at_us: int) -> str:
        """A new file with the sites, as the profile names it. Raises Refused."""
        sites, name, folder = _sites(wish), clean_name(wish.name), self._folder / FOLDER
        text = roster_text(sites, name, clean_name(wish.record), wish.version)
        if read_roster(text.encode()).endpoints != sites:
            raise Refused(Problem.of("roster.inexact"))
        try:
            path = _free(folder, name, at_us)
            write_whole(path, text)
        except OSError as error:
            words = error.strerror or type(error).__name__
            raise Refused(Problem.of("roster.unwritable", words, file=str(folder))) from error
        return path.relative_to(self._folder).as_posix()


def _says(path: Path) -> tuple[str, str, int, tuple[Endpoint, ...]] | None:
    """What a list is called, which of the office's it is, and its sites."""
    try:
        if path.stat().st_size > LARGEST_BYTES:
            return None
        read = read_roster(path.read_bytes())
    except OSError:
        return None
    return read.name or clean_name(path.stem), read.record, read.version, read.endpoints


def _sites(wish: LoadRoster) -> tuple[Endpoint, ...]:
    """The sites as a list tells of them. What is taken back comes out of the State, which knows
    more of them."""
    sites = (replace(site, order=at) for at, site in enumerate(wish.endpoints))
    if wish.next_start is NextStart.BEFORE:
        sites = (replace(site, room="", camera="", check="") for site in sites)
    return tuple(sites)


def _free(folder: Path, name: str, at_us: int) -> Path:
    """A path where nothing is, called after the list and the day. Raises OSError."""
    stem = re.sub(r"[^a-z0-9]+", "_", search_key(name))[:_STEM].strip("_") or "roster"
    day = datetime.fromtimestamp(at_us / 1e6, _VIETNAM).date().isoformat()
    path, number = folder / f"{stem}_{day}.csv", 1
    while path.exists():
        number += 1
        path = folder / f"{stem}_{day}_{number}.csv"
    return path


def shown(file: str) -> str:
    """A roster that the profile names, without its folder."""
    return PurePath(file).name
