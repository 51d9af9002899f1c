"""The journal and the samples file as the writer thread works on them, in good days and bad."""

from __future__ import annotations

import contextlib
import logging
import time
import uuid
from collections.abc import Callable, Sequence
from dataclasses import replace

from db.epochs import NewEpoch, follow
from db.fault import StoreFault, fault_of
from db.folder import StoreFolder
from db.full_check import FullCheck
from db.health import Figures, Limits
from db.identity import Identity
from db.journal_file import JournalFile
from db.minutes import Minutes, minute_of
from db.opening import adopt_samples, open_journal, open_samples
from db.record import QOS, JournalRow, Sample
from db.sample_file import SampleFile
from db.sqlite_file import SqliteFile

_log = logging.getLogger("db")
_FAILURES = (Exception,)
"""Whatever goes wrong becomes a StoreFault: nothing may end the writer thread."""

_FILE_STAYS_OPEN = {"store.full", "store.busy"}
_TIGHT_WAL_BYTES = 64 << 10
_NO_ROOM_BYTES = 64 << 10


class StoreFiles:
    """Both files of one folder, and what to do when the disk fails them. One thread's.

    Full: the ballast is given up, the WAL moved in, and the write tried once more. Any other
    failure: the file is closed, opened anew and checked; what was being written counts as not
    written.
    """

    def __init__(
        self, folder: StoreFolder, limits: Limits, on_fault: Callable[[StoreFault], None]
    ) -> None:
        self.figures = Figures()
        self._folder = folder
        self._limits = limits
        self._on_fault = on_fault
        self._boot_id = uuid.uuid4().hex
        self._journal: JournalFile | None = None
        self._samples: SampleFile | None = None
        self._known: Identity | None = None
        self._condemned = ""
        """What the weekly check found wrong with the journal file, in SQLite's words."""
        self._check = FullCheck(folder.journal, limits.check_after_s, limits.check_every_s)
        self._minutes = Minutes()
        self._tight = False
        """Whether the disk has been full and the ballast is not back yet."""

    def open(self) -> None:
        """Take the folder and open both files, or raise StoreFault and leave nothing held."""
        try:
            self._folder.acquire()
        except StoreFault as fault:
            raise self._unopened(fault) from fault
        try:
            try:
                self._open(check=self._folder.left_unclean)
            except _FAILURES as error:
                if self._fault(error).code not in {"store.full", "store.io"}:
                    raise
                if not self._folder.drop_ballast():
                    raise
                self._open(check=True)
        except _FAILURES as error:
            self._close_files()
            fault = self._unopened(self._fault(error))
            self._folder.release(clean=not self._folder.left_unclean)
            raise fault from error
        self.measure()

    def commit(self, rows: Sequence[tuple[str, JournalRow]]) -> list[int]:
        """Make rows durable and return their numbers, or raise StoreFault: none is written."""
        try:
            if self._journal is None:
                self._open(check=True)
            numbers = self._append(rows)
        except _FAILURES as error:
            fault = self._fault(error)
            if fault.code not in _FILE_STAYS_OPEN:
                self._close_files()
                with contextlib.suppress(*_FAILURES):
                    self._open(check=True)
            self._note(fault)
            raise fault from error
        self._mend()
        self._stretch()
        return numbers

    def begin_epoch(self, act: NewEpoch) -> int:
        """Begin the next epoch in the same file; its number. Raises StoreFault: nothing changed."""
        try:
            if self._journal is None:
                self._open(check=True)
            assert self._journal is not None
            identity = self._known = follow(self._journal, act)
        except _FAILURES as error:
            fault = self._fault(error)
            if fault.code not in _FILE_STAYS_OPEN:
                self._close_files()
            self._note(fault)
            raise fault from error
        with contextlib.suppress(*_FAILURES):  # else the next opening does it
            if self._samples is not None:
                self._samples.identify(identity)
        self.measure()
        return identity.epoch

    def write_samples(self, batch: Sequence[Sample]) -> None:
        """Write samples, or count them as dropped: they are figures and never hold up a row."""
        if self.figures.free_bytes < self._limits.free_pause_samples:
            self._drop(len(batch), self.figures.samples_fault)
            return
        try:
            if self._samples is None:
                self._open(check=True)
            assert self._samples is not None
            self._samples.write(batch)
        except _FAILURES as error:
            fault = self._fault(error)
            if fault.code not in _FILE_STAYS_OPEN:
                self._samples = _closed(self._samples)
            self._drop(len(batch), fault)
            return
        self._minutes.touch((sample.t_us for sample in batch), time.monotonic())
        if self.figures.samples_fault is not None:
            self.figures = replace(self.figures, samples_fault=None)

    def tell_minutes(self) -> None:
        """Put the samples' next complete minutes into the journal, as rows of the stream `qos`.

        They wait while the disk has a fault or little room: figures never take evidence's place.
        """
        little = self.figures.free_bytes < self._limits.free_pause_samples
        due = self._minutes.due(time.monotonic())
        if not due or little or self.figures.fault is not None:
            return
        with contextlib.suppress(*_FAILURES):  # told by commit, or by the next samples written
            if self._samples is not None:
                rows = self._samples.rows_of(due)
                self.commit([(QOS, row) for row in rows])
                self._minutes.told(due)

    def tend(self, *, idle: bool) -> None:
        """Once a second: reopen what was lost, move WALs in, grow the ballast, look at the disk.

        A fault ends here too, as soon as the disk takes bytes again.
        """
        try:
            if self._journal is None or self._samples is None:
                self._open(check=True)
            if self.figures.fault is not None and self._folder.takes_bytes():
                self._mend()
            self._folder.grow_ballast()
            self._tight = self._tight and not self._folder.ballast_bytes()
            for file in (self._journal, self._samples):
                large = file is not None and file.wal_bytes() > self._limits.wal_checkpoint
                if file and idle and large:
                    file.checkpoint("TRUNCATE")
                elif file and not file.moved_in and (idle or large):
                    file.checkpoint("PASSIVE")
            self._take_check()
        except _FAILURES as error:
            fault = self._fault(error)
            if fault.code in _FILE_STAYS_OPEN:
                _log.info("upkeep: %s", fault)
            else:
                self._close_files()
                self._note(fault)
        self.measure()

    def measure(self) -> None:
        """Refresh the figures."""
        journal, samples = self._journal, self._samples
        identity = journal.identity if journal else None
        with contextlib.suppress(OSError):
            self.figures = replace(
                self.figures,
                console_id=identity.console_id if identity else self.figures.console_id,
                epoch=identity.epoch if identity else self.figures.epoch,
                wal_bytes=max((f.wal_bytes() for f in (journal, samples) if f), default=0),
                free_bytes=self._folder.free_bytes(),
                ballast_bytes=self._folder.ballast_bytes(),
            )

    def close(self) -> None:
        """Move the WALs in, close both files, give the folder back."""
        self._check.close()
        clean = self._journal is not None
        for file in (self._journal, self._samples):
            with contextlib.suppress(*_FAILURES):
                if file is not None:
                    file.checkpoint("TRUNCATE")
        self._close_files()
        self._folder.release(clean=clean)

    def _open(self, *, check: bool) -> None:
        """Open what is not open; the samples first, for they remember whose journal it was."""
        faults: list[StoreFault] = []
        if self._samples is None:
            try:
                self._samples, faults = open_samples(self._folder, check=check)
                self._known = self._samples.identity() or self._known
            except _FAILURES as error:
                if self._known is None:
                    raise
                self._drop(0, self._fault(error))
        if self._journal is None:
            journal, found = open_journal(
                self._folder, self._boot_id, self._known, check=check, condemned=self._condemned
            )
            self._journal, self._known = journal, journal.identity
            self._condemned = ""
            faults += found
        if self._samples is not None and self._known is not None:
            self._samples, found = adopt_samples(self._folder, self._samples, self._known)
            faults += found
        self._look_for_untold()
        mode, notices = self._journal.journal_mode, (*self.figures.notices, *faults)
        self.figures = replace(self.figures, journal_mode=mode, notices=notices)
        for fault in faults:
            self._tell(fault)

    def _take_check(self) -> None:
        """What the weekly check found: a damaged file is followed by a new epoch, as at a start;
        of an altered row in a sound file people are told."""
        found = self._check.tend()
        if found is None:
            return
        if found.damage:
            self._condemned = found.damage
            self._journal = _closed(self._journal)
            self._open(check=True)
        elif (bad := found.bad) is not None:
            where: dict[str, str | int] = {"stream": bad.stream, "epoch": bad.epoch, "seq": bad.seq}
            told = {**self._folder.params, "file": self._folder.journal.name, **where}
            fault = StoreFault("store.altered", {**told, "reason": bad.reason})
            self.figures = replace(self.figures, notices=(*self.figures.notices, fault))
            self._tell(fault)

    def _look_for_untold(self) -> None:
        """Take up where the journal's last row of figures stops; a later epoch begins anew."""
        if self._samples is None or self._journal is None or self._known is None:
            return
        last = self._journal.last_body(QOS)
        begun_us = self._known.created_utc_us if self._known.epoch > 1 else 0
        after_us = begun_us if last is None else minute_of(last)
        with contextlib.suppress(*_FAILURES):
            self._minutes.touch(self._samples.untold(after_us), time.monotonic())

    def _append(self, rows: Sequence[tuple[str, JournalRow]]) -> list[int]:
        assert self._journal is not None
        try:
            return self._journal.append(rows)
        except _FAILURES as error:
            if self._fault(error).code != "store.full":
                raise
        self._folder.drop_ballast()
        self._tight = True
        self._journal.checkpoint("PASSIVE")
        return self._journal.append(rows)

    def _stretch(self) -> None:
        """While room is tight keep the WAL small, so that it does not eat what is left of it."""
        if self._tight and self._journal and self._journal.wal_bytes() > _TIGHT_WAL_BYTES:
            with contextlib.suppress(*_FAILURES):
                self._journal.checkpoint("PASSIVE")

    def _close_files(self) -> None:
        self._journal = _closed(self._journal)
        self._samples = _closed(self._samples)

    def _fault(self, error: BaseException) -> StoreFault:
        return fault_of(error, str(self._folder.path))

    def _unopened(self, fault: StoreFault) -> StoreFault:
        """A full disk when the store was to be opened: nothing goes on by itself after that.

        SQLite calls it an I/O error where it can't even make the WAL's shared memory.
        """
        full = fault.code == "store.full"
        if fault.code == "store.io":
            with contextlib.suppress(OSError):
                full = self._folder.free_bytes() < _NO_ROOM_BYTES
        return StoreFault("store.no_room", fault.params) if full else fault

    def _note(self, fault: StoreFault) -> None:
        before = self.figures.fault
        self.figures = replace(self.figures, fault=fault)
        if before is None or before.code != fault.code:
            self._tell(fault)

    def _tell(self, fault: StoreFault) -> None:
        try:
            self._on_fault(fault)
        except _FAILURES:
            _log.exception("who was told of a fault failed")

    def _mend(self) -> None:
        if self.figures.fault is not None:
            self.figures = replace(self.figures, fault=None)

    def _drop(self, count: int, fault: StoreFault | None) -> None:
        dropped = self.figures.samples_dropped + count
        self.figures = replace(self.figures, samples_dropped=dropped, samples_fault=fault)


def _closed(file: SqliteFile | None) -> None:
    """Close a file that may already be beyond closing in order."""
    if file is not None:
        with contextlib.suppress(*_FAILURES):
            file.close()
