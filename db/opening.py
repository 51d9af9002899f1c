"""Opening the two files: made where there are none, checked where that is called for, and,
where damaged, set aside as evidence and followed by a new epoch. Never silently."""

from __future__ import annotations

import contextlib
import json
import time
from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

from sqlalchemy import select

from db.fault import StoreFault, is_damage
from db.folder import StoreFolder
from db.identity import Identity
from db.journal_file import JournalFile
from db.record import OPS, JournalRow, Place
from db.sample_file import SampleFile
from db.schema import journal
from db.sqlite_file import SqliteFile

_File = TypeVar("_File", bound=SqliteFile)


class Damage(Exception):
    """Why a file can't be gone on with: a short word, or SQLite's own."""


def open_samples(folder: StoreFolder, *, check: bool) -> tuple[SampleFile, list[StoreFault]]:
    """The samples file, with `store.damaged` where the one before had to be set aside."""
    path = folder.samples

    def sound(file: SampleFile) -> None:
        file.identity()
        if check:
            _quick_check(file)

    try:
        return _opened(lambda: SampleFile(path), sound), []
    except Damage as damage:
        return _samples_after(folder, str(damage))


def adopt_samples(
    folder: StoreFolder, samples: SampleFile, identity: Identity
) -> tuple[SampleFile, list[StoreFault]]:
    """Make the samples file the neighbour of this journal; another console's is set aside."""
    faults: list[StoreFault] = []
    known = samples.identity()
    if known is not None and known.console_id != identity.console_id:
        samples.close()
        samples, faults = _samples_after(folder, "another console's")
    if known != identity:
        samples.identify(identity)
    return samples, faults


def open_journal(
    folder: StoreFolder, boot_id: str, known: Identity | None, *, check: bool
) -> tuple[JournalFile, list[StoreFault]]:
    """The journal file, with `store.damaged` or `store.missing` where a new epoch began.

    `known` is the identity that the samples file remembers: it shows a journal that has gone,
    or come back from an older time. Raises StoreFault `store.newer`, and what SQLite raises.
    """
    path = folder.journal
    code, reason, last = "store.missing", "missing", _Last(known)
    if path.exists() and path.stat().st_size:
        try:
            sound = _sound_journal(last, check=check)
            return _opened(lambda: JournalFile(path, boot_id), sound), []
        except Damage as damage:
            code, reason = "store.damaged", str(damage)
    elif known is None:
        return _new_journal(folder, boot_id, Identity.new(), None), []
    told: dict[str, str | int] = {"reason": reason, "evidence": folder.set_aside(path)}
    identity, first = Identity.new(last.identity), _epoch_opened({**told, **last.told()})
    file = _new_journal(folder, boot_id, identity, first)
    told |= {"file": path.name, "epoch": identity.epoch}
    return file, [StoreFault(code, {**folder.params, **told})]


class _Last:
    """What is known of the journal so far: whose it is, and its last row."""

    def __init__(self, identity: Identity | None) -> None:
        self.identity = identity
        self.seq = 0
        self.hash = b""

    def learn(self, file: JournalFile) -> None:
        """Take from a file what it tells of itself."""
        if file.identity is not None:
            self.identity = file.identity
            self.learn_head(file)

    def learn_head(self, file: JournalFile) -> None:
        """Take from a file the last row of the journal it should be. Raises Unsound."""
        if self.identity is not None:
            place = Place(self.identity.console_id, OPS, self.identity.epoch)
            with file.connection.begin():
                self.seq, self.hash = file.head(place)

    def told(self) -> dict[str, str | int]:
        """For the first row of the next epoch."""
        epoch = self.identity.epoch if self.identity else 0
        return {"old_epoch": epoch, "old_seq": self.seq, "old_hash": self.hash.hex()}


def _sound_journal(last: _Last, *, check: bool) -> Callable[[JournalFile], None]:
    known = last.identity

    def sound(file: JournalFile) -> None:
        found = file.identity
        if found is None:
            with file.connection.begin():
                rows = file.connection.execute(select(journal.c.seq).limit(1)).first()
            if known is not None or rows is not None:
                raise Damage("identity")
            file.identify(Identity.new())
        elif known and known.console_id == found.console_id and known.epoch > found.epoch:
            raise Damage("older epoch")
        elif file.holds_another_s():
            last.learn_head(file)
            raise Damage("identity")
        last.learn(file)
        if not check:
            return
        _quick_check(file)
        if (bad := file.broken_tail()) is not None:
            raise Damage(f"epoch {bad.epoch} row {bad.seq}: {bad.reason}")

    return sound


def _opened(make: Callable[[], _File], sound: Callable[[_File], None]) -> _File:
    """A file that opens and is sound; Damage where it is not, other errors as they come."""
    file: _File | None = None
    try:
        file = make()
        sound(file)
    except BaseException as error:
        if file is not None:
            with contextlib.suppress(Exception):
                file.close()
        if is_damage(error):
            raise Damage(str(getattr(error, "orig", None) or error)) from error
        raise
    return file


def _new_journal(
    folder: StoreFolder, boot_id: str, identity: Identity, first: JournalRow | None
) -> JournalFile:
    """A new file, or one whose making was broken off; a WAL without its file is kept."""
    if not folder.journal.exists():
        folder.set_aside(folder.journal)
    return _opened(
        lambda: JournalFile(folder.journal, boot_id), lambda file: file.identify(identity, first)
    )


def _quick_check(file: SqliteFile) -> None:
    if (found := file.quick_check()) != "ok":
        raise Damage(found)


def _samples_after(folder: StoreFolder, reason: str) -> tuple[SampleFile, list[StoreFault]]:
    path: Path = folder.samples
    told: dict[str, str | int] = {"reason": reason, "evidence": folder.set_aside(path)}
    told["file"] = path.name
    return SampleFile(path), [StoreFault("store.damaged", {**folder.params, **told})]


def _epoch_opened(told: dict[str, str | int]) -> JournalRow:
    return JournalRow(
        kind="EpochOpened",
        body=json.dumps(told, ensure_ascii=False).encode("utf-8", "replace"),
        actor="store",
        utc_us=time.time_ns() // 1000,
        mono_us=time.monotonic_ns() // 1000,
    )
