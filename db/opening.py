"""Opening the two files: made where there are none, checked where that is called for, and,
where damaged, set aside as evidence and followed by a new epoch. Never silently."""

from __future__ import annotations

import contextlib
from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

from sqlalchemy import select

from db import epochs
from db.fault import StoreFault, is_damage
from db.folder import StoreFolder
from db.identity import Identity
from db.journal_file import JournalFile
from db.record import OPS, Place
from db.sample_file import SampleFile
from db.schema import journal
from db.sqlite_file import SqliteFile

_MISSING = "missing"
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
    folder: StoreFolder,
    boot_id: str,
    known: Identity | None,
    *,
    check: bool,
    condemned: str = "",
) -> tuple[JournalFile, list[StoreFault]]:
    """The journal file, with `store.damaged` or `store.missing` where a new epoch began.

    `known` is the identity that the samples file remembers: it shows a journal that has gone,
    or come back from an older time. `condemned` says what a full check found wrong with the file,
    "" for nothing. Raises StoreFault `store.newer`, and what SQLite raises.
    """
    path = folder.journal
    begun = epochs.finish(folder, boot_id)
    code, reason, last = "store.missing", _MISSING, _Last(known)
    if path.exists() and path.stat().st_size:
        try:
            sound = _sound_journal(last, check=check, condemned=condemned)
            file = _opened(lambda: JournalFile(path, boot_id), sound)
            folder.drop_next()
            if begun is None and known and file.identity and known.epoch < file.identity.epoch:
                begun = epochs.told_in(file)  # who began it did not live to tell
            return file, [] if begun is None else [_new_epoch(folder, begun)]
        except Damage as damage:
            code, reason = "store.damaged", str(damage)
    elif known is None:
        return _new_journal(folder, boot_id), []
    identity = Identity.new(last.identity)
    told: epochs.Told = {"reason": reason, **last.told()}
    told["evidence"] = epochs.begin(folder, boot_id, identity, told)
    file = _opened(lambda: JournalFile(path, boot_id), lambda _: None)
    return file, [_new_epoch(folder, {**told, "epoch": identity.epoch}, code)]


def _new_epoch(folder: StoreFolder, told: epochs.Told, code: str = "") -> StoreFault:
    code = code or ("store.missing" if told["reason"] == _MISSING else "store.damaged")
    shown = {name: told[name] for name in ("reason", "evidence", "epoch")}
    return StoreFault(code, {**folder.params, **shown, "file": folder.journal.name})


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


def _sound_journal(last: _Last, *, check: bool, condemned: str) -> Callable[[JournalFile], None]:
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
        if condemned:
            raise Damage(condemned)
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


def _new_journal(folder: StoreFolder, boot_id: str) -> JournalFile:
    """A new console's first file, or one whose making was broken off; a WAL alone is kept."""
    path = folder.journal
    if not path.exists():
        folder.set_aside(path, folder.evidence_name(path))
    return _opened(lambda: JournalFile(path, boot_id), lambda file: file.identify(Identity.new()))


def _quick_check(file: SqliteFile) -> None:
    if (found := file.quick_check()) != "ok":
        raise Damage(found)


def _samples_after(folder: StoreFolder, reason: str) -> tuple[SampleFile, list[StoreFault]]:
    path: Path = folder.samples
    evidence = folder.evidence_name(path)
    folder.set_aside(path, evidence)
    told: epochs.Told = {"reason": reason, "evidence": evidence, "file": path.name}
    return SampleFile(path), [StoreFault("store.damaged", {**folder.params, **told})]
