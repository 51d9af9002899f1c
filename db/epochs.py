"""The next epoch of a journal: begun beside the old file, and in its place only when complete.

Whatever ends the program in between (a kill, a full disk), the old file is either still in its
place or set aside under the name that the new epoch's first row gives it.
"""

from __future__ import annotations

import contextlib
import json
import time
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from db.folder import StoreFolder
from db.identity import Identity
from db.journal_file import JournalFile
from db.record import EPOCH_OPENED, OPS, QOS, JournalRow, Place

Told = dict[str, str | int]


@dataclass(frozen=True, slots=True)
class NewEpoch:
    """A person's wish for a new epoch: `common` is the last row of each stream that the office
    has as it is here; rows after it are to be written once more."""

    reason: str
    operator: str
    common: Mapping[str, int]


def begin(folder: StoreFolder, boot_id: str, identity: Identity, told: Told) -> str:
    """Set the journal aside and put the first file of the next epoch in its place.

    `told` is for the epoch's first row; returns the evidence's name, "" where there was none.
    """
    folder.drop_next()
    evidence = folder.evidence_name(folder.journal)
    file = JournalFile(folder.next_journal, boot_id)
    try:
        file.identify(identity, _epoch_opened({**told, "evidence": evidence}))
        file.checkpoint("TRUNCATE")
    finally:
        file.close()
    _put_in_place(folder, evidence)
    return evidence


def finish(folder: StoreFolder, boot_id: str) -> Told | None:
    """Take up a beginning that was broken off after the old file had left its place.

    Gives what the epoch's first row tells, None where there was nothing to take up.
    """
    if folder.journal.exists() or not folder.next_journal.exists():
        return None
    with contextlib.suppress(Exception):  # what is not complete was begun in vain
        with contextlib.closing(JournalFile(folder.next_journal, boot_id)) as file:
            told = told_in(file)
        if told is not None:
            _put_in_place(folder, str(told["evidence"]))
            return told
    return None


def _put_in_place(folder: StoreFolder, evidence: str) -> None:
    folder.set_aside(folder.journal, evidence)
    folder.next_journal.rename(folder.journal)
    folder.drop_next()


def follow(file: JournalFile, act: NewEpoch) -> Identity:
    """Begin the next epoch in the same file, because a person says so: both stay readable.

    The first row tells who and why, the old epoch with its last row, and the last row of each
    stream that the office has too; what follows those is written once more.
    """
    before = file.identity
    assert before is not None
    with file.connection.begin():
        seq, digest = file.head(Place(before.console_id, OPS, before.epoch))
    told: dict[str, Any] = {"reason": act.reason, "operator": act.operator}
    told |= {"evidence": "", "old_epoch": before.epoch, "old_seq": seq, "old_hash": digest.hex()}
    after = {stream: act.common.get(stream, 0) for stream in (OPS, QOS)}
    identity = Identity.new(before)
    file.follow(identity, _epoch_opened({**told, "common": after}, act.operator), after)
    return identity


def told_in(file: JournalFile) -> Told | None:
    """What the first row of a file tells of the epoch it opens; None where it opens none."""
    row: Any = file.driver.execute(
        "SELECT epoch, body FROM journal WHERE stream = ? AND seq = 1 AND kind = ?"
        " ORDER BY epoch DESC LIMIT 1",
        (OPS, EPOCH_OPENED),
    ).fetchone()
    try:
        told = {**json.loads(row[1]), "epoch": row[0]} if row else None
    except (ValueError, TypeError):
        return None
    by_itself = told is not None and "common" not in told
    return told if by_itself and told and told.keys() >= {"reason", "evidence"} else None


def _epoch_opened(told: Mapping[str, Any], actor: str = "store") -> JournalRow:
    return JournalRow(
        kind=EPOCH_OPENED,
        body=json.dumps(told, ensure_ascii=False).encode("utf-8", "replace"),
        actor=actor,
        utc_us=time.time_ns() // 1000,
        mono_us=time.monotonic_ns() // 1000,
    )
