"""The walk along the chains of one file: the first bad row of each, and what else was noticed."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Protocol

from db.verifier.heads import BadHead, Head, receipt
from db.verifier.record import EPOCH_OPENED, ZERO, Floor, Key, Row, wrong

_STEP_US = 1_000_000


class Journal(Protocol):
    """A table `journal` as it is walked, in a file (`table`) or on a server (`server`)."""

    damage: str
    copied: bool

    @property
    def is_office(self) -> bool: ...
    @property
    def wal_is_missing(self) -> bool: ...
    def identity(self) -> tuple[Any, Any] | None: ...
    def guards_missing(self) -> set[str]: ...
    def heads(self, table: str = "heads") -> list[tuple[Any, ...]]: ...
    def chains(self) -> Mapping[Key, Any]: ...
    def floors(self) -> Mapping[Key, Floor]: ...
    def row_at(self, place: Any, /) -> Row | None: ...
    def rows(self, key: Key) -> Iterator[Row]: ...


@dataclass(frozen=True, slots=True)
class BadRow:
    """The first row of a chain that is not as it was written; `kind` and `utc_us` as stored.

    `reason`: see `record.wrong`; also `unreadable` (lost to damage), `beyond` (past the recorded
    head), `headless` (the chain's recorded head is gone), `head` (not the row that the recorded
    head names), `other` (not the row that a head kept elsewhere names), `cut` (the chain ends
    before a head kept elsewhere), `foreign` (another console's or epoch's), `unopened` (an epoch
    that does not begin with its opening), `nameless` (rows without `meta`), `forged` (a stored
    countersignature that does not hold), `gone`, `swapped`, `older`: see `folder`; `seal`,
    `unsealed`, `unlike`: see `segments`.
    """

    reason: str
    console_id: str
    stream: str
    epoch: int
    seq: int
    kind: str = ""
    utc_us: int | None = None
    more: dict[str, str | int] = field(default_factory=dict[str, str | int])


@dataclass(frozen=True, slots=True)
class Note:
    """Something worth knowing that is no proof of anything."""

    code: str
    params: dict[str, str | int] = field(default_factory=dict[str, str | int])


@dataclass(slots=True)
class Chain:
    """How far a chain is sound: its rows here, the last one's number and hash, and up to where
    others vouch for it."""

    console_id: str
    stream: str
    epoch: int
    rows: int = 0
    seq: int = 0
    hash: str = ZERO.hex()
    first_us: int | None = None
    last_us: int | None = None
    vouched_seq: int = 0
    signed_seq: int = 0


@dataclass(slots=True)
class FileReport:
    """What was found in one file. `unreadable` says why nothing could be read from it."""

    file: str
    path: Path | str
    console_id: str = ""
    epoch: int = 0
    of_office: bool = False
    unreadable: str = ""
    chains: list[Chain] = field(default_factory=list[Chain])
    bad: list[BadRow] = field(default_factory=list[BadRow])
    notes: list[Note] = field(default_factory=list[Note])


def first_heads(table: Journal, public_key: Any) -> tuple[list[Head], list[BadRow]]:
    """What a file says of other chains or has been told of its own: openings and receipts."""
    heads: list[Head] = []
    bad: list[BadRow] = []
    for key in table.chains():
        if not _sane(key) or key[1] != "ops" or key[2] < 2:
            continue
        row = next(table.rows(key), None)
        told = opening(row)
        if row is None or told is None:
            continue
        if told["old_seq"]:
            old = (key[0], "ops", told["old_epoch"])
            digest, source = bytes.fromhex(told["old_hash"]), f"epoch {key[2]}"
            heads.append(Head(old, told["old_seq"], digest, source, evidence=told["evidence"]))
    for stored in table.heads("receipts"):
        try:
            heads.append(receipt(stored, public_key))
        except (BadHead, ValueError, TypeError, KeyError):
            key = (_shown(stored[0]), _shown(stored[1]), _whole(stored[2]))
            bad.append(BadRow("forged", *key, _whole(stored[3])))
    return heads, bad


def walk(table: Journal, report: FileReport, heads: Sequence[Head]) -> None:
    """Walk every chain of a file into its report."""
    identity = table.identity()
    report.of_office = table.is_office
    if identity is not None:
        report.console_id, report.epoch = _shown(identity[0]), _whole(identity[1])
    recorded = {(row[0], row[1], row[2]): (row[3], row[4]) for row in table.heads()}
    places = table.chains()
    floors = table.floors()
    by_chain: dict[Key, list[Head]] = {}
    for head in heads:
        by_chain.setdefault(head.key, []).append(head)
    for key in sorted({*places, *recorded}, key=lambda k: (k[1] != "ops", *map(str, k))):
        row = table.row_at(places[key]) if key in places else None
        if not _sane(key):
            report.bad.append(_bad("extra", key, row, _whole(row.seq) if row else 0))
        elif identity is None and not table.is_office:
            reason = "unreadable" if table.damage else "nameless"
            report.bad.append(_bad(reason, key, row, _whole(row.seq) if row else 0))
        elif identity is not None and (key[0], key[2]) != identity and not _followed(table, key):
            report.bad.append(_bad("foreign", key, row, _whole(row.seq) if row else 0))
        else:
            chain = _Walk(table, report, key, by_chain.get(key, []))
            chain.run(recorded.get(key), floors.get(key))
    if identity is not None and not report.chains and not report.bad:
        if report.epoch > 1:
            report.bad.append(_bad("missing", (identity[0], "ops", identity[1]), None, 1))
        report.notes.append(Note("empty"))
    for code, holds in (
        ("damaged", table.damage), ("wal_missing", table.wal_is_missing), ("copied", table.copied),
        ("guards_missing", ", ".join(sorted(table.guards_missing()))),
    ):  # fmt: skip
        if holds:
            report.notes.append(Note(code, {"detail": str(holds)}))


class _Walk:
    """The walk along one chain."""

    def __init__(self, table: Journal, report: FileReport, key: Key, heads: list[Head]) -> None:
        self._table, self._report, self._key = table, report, key
        self._heads: dict[int, list[Head]] = {}
        for head in heads:
            self._heads.setdefault(head.seq, []).append(head)
        self._chain = Chain(*key)
        self._row: Row | None = None
        self._steps: list[tuple[int, int]] = []

    def run(self, recorded: tuple[Any, Any] | None, floor: Floor | None) -> None:
        bad = self._below(floor) or self._first_bad(recorded)
        if bad is not None:
            self._report.bad.append(bad)
        self._report.chains.append(self._chain)
        if self._steps:
            seq, step_us = max(self._steps, key=lambda step: abs(step[1]))
            told = {"stream": self._key[1], "epoch": self._key[2], "count": len(self._steps)}
            told |= {"seq": seq, "seconds": round(step_us / 1e6)}
            self._report.notes.append(Note("clock_step", told))

    def _below(self, floor: Floor | None) -> BadRow | None:
        """Begin after the rows that left; of their last one the hash is kept."""
        if floor is None:
            return None
        if not isinstance(floor.seq, int) or not isinstance(floor.hash, bytes):
            return self._named("missing", None, 1)
        self._chain.seq, self._chain.hash = floor.seq, floor.hash.hex()
        told = {"stream": self._key[1], "epoch": self._key[2], "seq": floor.seq}
        told |= {n: _shown(getattr(floor, n)) for n in ("month", "by_one", "by_two")}
        self._report.notes.append(Note("retired", told))
        return self._unlike(floor.seq, floor.hash, None)

    def _unlike(self, seq: int, digest: Any, row: Row | None) -> BadRow | None:
        """Hold a row against the heads that others kept of it."""
        for head in self._heads.get(seq, ()):
            if head.hash != digest:
                return self._named("other", row, seq, source=head.source)
            self._chain.vouched_seq = seq
            self._chain.signed_seq = seq if head.signed else self._chain.signed_seq
        return None

    def _first_bad(self, recorded: tuple[Any, Any] | None) -> BadRow | None:
        known, digest = recorded or (None, None)
        chain, prev = self._chain, bytes.fromhex(self._chain.hash)
        floor = chain.seq
        for row in self._table.rows(self._key):
            seq = chain.seq + 1
            if chain.seq == floor and isinstance(row.seq, int) and 0 < row.seq <= floor:
                continue  # it may leave any moment
            reason = wrong(row, seq, prev)
            if reason == "missing" and known is None and not chain.seq:
                reason = "extra"  # a row put beside the chains, not a chain without its beginning
            if reason:
                return self._named(reason, row, seq)
            if seq == 1 and self._key[1] == "ops" and self._key[2] > 1:
                if (told := opening(row)) is None:
                    return self._named("unopened", row, seq)
                self._report.notes.append(Note(note_of(told), {"epoch": self._key[2], **told}))
            if seq == known and row.hash != digest:
                return self._named("head", row, seq)
            if bad := self._unlike(seq, row.hash, row):
                return bad
            self._look_at_clock(row)
            prev, self._row = row.hash, row
            chain.rows, chain.seq = chain.rows + 1, seq
            chain.hash, chain.last_us = prev.hex(), row.utc_us
            chain.first_us = row.utc_us if chain.rows == 1 else chain.first_us
        return self._wrong_end(known)

    def _wrong_end(self, known: Any) -> BadRow | None:
        rows, lost = self._chain.seq, "unreadable" if self._table.damage else "missing"
        if not isinstance(known, int):
            return None if self._table.damage else self._named("headless", self._row, rows)
        if rows < known:
            return self._named(lost, None, rows + 1)
        if rows > known:  # it may have grown since, while the console runs
            now = [h[3] for h in self._table.heads() if (h[0], h[1], h[2]) == self._key]
            if not now or not isinstance(now[0], int) or now[0] < rows:
                return self._named("beyond", self._row, known + 1)
        if (ahead := max(self._heads, default=0)) > rows:
            return self._named("cut", None, rows + 1, source=self._heads[ahead][0].source,
                               told=ahead)  # fmt: skip
        return None

    def _named(self, reason: str, row: Row | None, seq: int, **more: str | int) -> BadRow:
        """A bad row; one that is not there is told by the row before it."""
        if reason == "missing" and self._table.damage:
            reason = "unreadable"
        if reason in {"missing", "unreadable", "cut"}:
            row = self._row
        if reason == "extra" and row is not None:
            more["number"] = _shown(row.seq)
            seq = row.seq if isinstance(row.seq, int) else seq
        return _bad(reason, self._key, row, seq, **more)

    def _look_at_clock(self, row: Row) -> None:
        """A step: the wall clock moved against the other by over 1 s, or went back at a start."""
        if (before := self._row) is None:
            return
        step_us = row.utc_us - before.utc_us
        if row.boot_id == before.boot_id:
            step_us -= row.mono_us - before.mono_us
        elif step_us > 0:
            return
        if abs(step_us) > _STEP_US:
            self._steps.append((row.seq, step_us))


def _followed(table: Journal, key: Key) -> bool:
    """Whether the epoch after this one was begun in this very file, by a person's act."""
    after: Key = (key[0], "ops", key[2] + 1)
    told = opening(next(table.rows(after), None)) if after in table.chains() else None
    return told is not None and not told["evidence"] and told["old_epoch"] == key[2]


def note_of(told: dict[str, Any]) -> str:
    """What is said of an opening: after damage, or by a person's act or a loss."""
    return "epoch_opened" if told["evidence"] else "epoch_begun"


def opening(row: Row | None) -> dict[str, Any] | None:
    """What the first row of an epoch tells of the one before; None where it is no opening."""
    if row is None or row.kind != EPOCH_OPENED or not isinstance(row.body, bytes):
        return None
    try:
        told = json.loads(row.body)
        bytes.fromhex(told["old_hash"])
        kinds = {"reason": str, "evidence": str, "old_epoch": int, "old_seq": int}
        sound = all(type(told[name]) is kind for name, kind in kinds.items())
        return (
            {**{name: told[name] for name in kinds}, "old_hash": told["old_hash"]}
            if sound
            else None
        )
    except (ValueError, KeyError, TypeError, RecursionError):
        return None


def _bad(reason: str, key: Key, row: Row | None, seq: int, **more: str | int) -> BadRow:
    kind = _shown(row.kind) if row is not None else ""
    utc_us = row.utc_us if row is not None and isinstance(row.utc_us, int) else None
    return BadRow(reason, _shown(key[0]), _shown(key[1]), _whole(key[2]), seq, kind, utc_us, more)


def _sane(key: Key) -> bool:
    """Whether a chain can be one: two texts that are text, and a number."""
    texts = isinstance(key[0], str) and isinstance(key[1], str) and isinstance(key[2], int)
    return texts and (key[0] + key[1]).isprintable() and key[2] > 0


def _shown(value: Any) -> str:
    return value if isinstance(value, str) else repr(value)


def _whole(value: Any) -> int:
    return value if isinstance(value, int) else 0
