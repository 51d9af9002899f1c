"""The office as it is looked at once a second, whatever is shown of it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from PySide6.QtCore import QObject, Signal

from console.domain.problem import Problem
from console.qt.looks.header import Chip
from console.qt.looks.proposals import entries_of
from console.qt.looks.sync import Story, office_chip, story
from console.qt.record.history import SyncHistory
from console.qt.record.office import Account, Office
from db.fault import StoreFault
from db.reference import Conflict
from db.sync.health import SyncHealth, SyncIncident

_STAYS = "sync.altered"
"""A row that was altered stays so, though the walk over the journal comes back to it only now and
then and the sync goes on meanwhile: it is shown as long as the program runs."""


class OfficeState(QObject):
    """Holds the tie to the office, None until the store is open, and its history.

    Signals: `tied` when this console came to belong to an office, or to none; `disputed` (how
    many) when proposals met other changes.
    """

    tied = Signal()
    disputed = Signal(int)

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        self.office: Office | None = None
        self.health: SyncHealth | None = None
        self.history = SyncHistory()
        self._altered: SyncIncident | None = None
        self.changes = 0
        """Grows whenever proposals may stand otherwise than before."""

    def take(self, office: Office, now_us: int) -> None:
        """Look at this one from now on."""
        self.office = office
        self.look(now_us)
        self.tied.emit()

    def look(self, now_us: int) -> None:
        """See how it is now."""
        if self.office is None:
            return
        before, self.health = self.health, self._held(self.office.health())
        self.history.observe(self.health, now_us)
        if (before is None) is not (self.health is None):
            self.changes += 1
            self.tied.emit()
        was, now = _standing(before), _standing(self.health)
        if was != now:
            self.changes += 1
        if now[0] > was[0]:
            self.disputed.emit(now[0])

    def _held(self, health: SyncHealth | None) -> SyncHealth | None:
        if health is None:
            self._altered = None
            return None
        if health.incident is not None and health.incident.code == _STAYS:
            self._altered = health.incident
        return health if health.incident else replace(health, incident=self._altered)

    @property
    def member(self) -> bool:
        """Whether this console belongs to an office."""
        return self.health is not None

    @property
    def problem(self) -> Problem | None:
        """Why an account that is there can't be used."""
        return self.office.problem if self.office is not None else None

    def chip(self, now_us: int) -> Chip | None:
        """The office in the header; None until it is known whether there is any."""
        return None if self.office is None else office_chip(self.health, now_us, self.problem)

    def story(self, now_us: int) -> Story:
        """How it stands, in words."""
        return story(self.health, now_us, self.problem)

    def account(self) -> Account | None:
        """Whom this console belongs to."""
        return self.office.account() if self.office is not None and self.member else None

    def entries(self) -> Sequence[Conflict]:
        """The changes made here that the office has not taken, conflicts first; none while they
        can't be read, which the store's own alarm tells."""
        directory = self.office.directory if self.office is not None else None
        if directory is None or not self.member:
            return ()
        try:
            return entries_of(directory)
        except StoreFault:
            return ()

    def why_not(self, action_id: str) -> Problem | None:
        """Why an action of the office is disabled now."""
        if self.office is None:
            return Problem.of("office.not_yet")
        if action_id == "enrol":
            return Problem.of("office.already") if self.member else None
        if action_id in ("copy_sync", "save_sync"):
            return None
        if self.health is None:
            return Problem.of("office.none")
        if action_id == "conflicts" and not self.health.conflicts:
            return Problem.of("proposal.no_conflict")
        return None


def _standing(health: SyncHealth | None) -> tuple[int, int, int]:
    if health is None:
        return 0, 0, 0
    return health.conflicts, health.proposals, health.pulled_us
