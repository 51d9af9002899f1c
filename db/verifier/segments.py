"""Sealed segments (decision 095): each by itself, and whether they follow one another."""

from __future__ import annotations

import base64
import contextlib
import gzip
import importlib
import json
import zlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from hashlib import sha256
from pathlib import Path
from typing import Any

from db.verifier.heads import BadHead, Head, head_of
from db.verifier.record import COLUMNS, ZERO, Key, Row, wrong
from db.verifier.walk import BadRow, Chain, FileReport, Note, note_of, opening

MANIFEST, SIGNATURE, ROWS = "manifest.json", "manifest.sig", ".ndjson.gz"
_SIGNED_AS = b"hnth-segment-1\n"
_FORMAT = "hnth-segment-1"
_LINE_BYTES = 4 << 20
"""No row is longer: its body is at most 1 MiB, its texts 4 KiB each."""

_NAMES = [name for name in COLUMNS.split(", ") if name != "prev_hash"]
_NO_MANIFEST = (OSError, ValueError, KeyError, TypeError, AttributeError, RecursionError)
_NO_ROWS = (OSError, EOFError, zlib.error)


@dataclass(frozen=True, slots=True)
class Sealed:
    """What a manifest says of one chain."""

    key: Key
    first_seq: int
    prev_hash: bytes
    last_seq: int
    last_hash: bytes
    rows: int
    file: str
    sha256: str
    rows_sha256: str
    heads: list[Head]


@dataclass(slots=True)
class Segment:
    """One segment's manifest, as far as it could be read."""

    folder: Path
    report: FileReport
    chains: list[Sealed] = field(default_factory=list[Sealed])

    @property
    def name(self) -> str:
        """How the output calls its manifest."""
        return self.report.file


def segment_folders(path: Path) -> list[Path]:
    """The segments that a path means: one of its files, its folder, or a folder of segments."""
    if not path.is_dir():
        named = path.name == MANIFEST or path.name.endswith(ROWS)
        return [path.parent] if named and (path.parent / MANIFEST).exists() else []
    if (path / MANIFEST).exists():
        return [path]
    return sorted(each.parent for each in path.glob(f"*/{MANIFEST}"))


def verify_segments(
    folders: Sequence[Path], heads: Sequence[Head], public_key: Any
) -> list[FileReport]:
    """Check segments, in the order of their names, each manifest and each chain's file."""
    segments = [_segment(folder, public_key) for folder in folders]
    known = [*heads, *(head for segment in segments for head in _told_by(segment))]
    by_chain: dict[Key, list[Head]] = {}
    for head in known:
        by_chain.setdefault(head.key, []).append(head)
    reports: list[FileReport] = []
    ends: dict[Key, tuple[int, bytes]] = {}
    for segment in segments:
        reports.append(segment.report)
        for sealed in segment.chains:
            name = f"{segment.folder.name}/{sealed.file}"
            report = FileReport(name, segment.folder / sealed.file, sealed.key[0], sealed.key[2])
            _Walk(segment, sealed, report, by_chain.get(sealed.key, [])).run(ends.get(sealed.key))
            if sealed.last_seq > ends.get(sealed.key, (0, ZERO))[0]:
                ends[sealed.key] = sealed.last_seq, sealed.last_hash
            reports.append(report)
    return reports


def _segment(folder: Path, public_key: Any) -> Segment:
    path = folder / MANIFEST
    segment = Segment(folder, FileReport(f"{folder.name}/{MANIFEST}", path))
    report = segment.report
    try:
        data = path.read_bytes()
        told: Any = json.loads(data)
        if told["format"] != _FORMAT:
            raise ValueError(f"format {told['format']}")
        source = str(told["source"])
        for entry in told["chains"]:
            segment.chains.append(_sealed(entry, segment.name, report, public_key))
    except _NO_MANIFEST as error:
        report.unreadable = f"{type(error).__name__}: {error}"
        segment.chains.clear()
        return segment
    _check_seal(folder, data, source, report, public_key)
    return segment


def _check_seal(
    folder: Path, data: bytes, source: str, report: FileReport, public_key: Any
) -> None:
    try:
        signature = bytes.fromhex((folder / SIGNATURE).read_text("ascii"))
    except FileNotFoundError:
        if source == "office":
            report.bad.append(BadRow("unsealed", "", "", 0, 0))
        else:
            report.notes.append(Note("unsealed"))
        return
    except (OSError, ValueError):
        signature = b""
    if public_key is None:
        report.notes.append(Note("seal_unchecked"))
        return
    try:
        public_key.verify(signature, _SIGNED_AS + data)
    except importlib.import_module("cryptography.exceptions").InvalidSignature:
        report.bad.append(BadRow("seal", "", "", 0, 0))
    else:
        report.notes.append(Note("sealed"))


def _sealed(entry: Any, name: str, report: FileReport, public_key: Any) -> Sealed:
    """A chain as the manifest has it. Raises what a manifest that is none raises."""
    key = (entry["console_id"], entry["stream"], entry["epoch"])
    numbers = [entry[each] for each in ("first_seq", "last_seq", "rows")]
    if [type(value) for value in (*key, *numbers)] != [str, str, int, int, int, int]:
        raise ValueError("console_id, stream, epoch, first_seq, last_seq, rows")
    first, last, rows = numbers
    file = str(entry["file"])
    if Path(file).name != file or not 1 <= first <= last or rows != last - first + 1:
        raise ValueError("file, first_seq, last_seq, rows")
    heads: list[Head] = []
    for item in entry["heads"]:
        told = {**item, "console_id": key[0], "stream": key[1], "epoch": key[2]}
        try:
            heads.append(head_of(told, f"{name} heads", public_key))
        except BadHead:
            report.bad.append(BadRow("forged", *key, int(item["seq"])))
    return Sealed(
        key, first, bytes.fromhex(entry["prev_hash"]), last, bytes.fromhex(entry["last_hash"]),
        rows, file, str(entry["sha256"]), str(entry["rows_sha256"]), heads,
    )  # fmt: skip


def _told_by(segment: Segment) -> Iterator[Head]:
    """What a segment says of its own rows, and of the last row before each of its chains."""
    for sealed in segment.chains:
        yield from sealed.heads
        yield Head(sealed.key, sealed.last_seq, sealed.last_hash, segment.name)
        if sealed.first_seq > 1:
            yield Head(sealed.key, sealed.first_seq - 1, sealed.prev_hash, segment.name)
        elif sealed.key[1] == "ops" and sealed.key[2] > 1:
            told = opening(next(_rows(segment.folder / sealed.file), None))
            if told is not None and told["old_seq"]:
                old = (sealed.key[0], "ops", told["old_epoch"])
                source = f"epoch {sealed.key[2]}"
                yield Head(old, told["old_seq"], bytes.fromhex(told["old_hash"]), source)


class _Walk:
    """The walk along one chain's file."""

    def __init__(
        self, segment: Segment, sealed: Sealed, report: FileReport, heads: list[Head]
    ) -> None:
        self._segment, self._sealed, self._report = segment, sealed, report
        self._heads: dict[int, list[Head]] = {}
        for head in heads:
            self._heads.setdefault(head.seq, []).append(head)
        self._chain = Chain(*sealed.key)
        self._row: Row | None = None

    def run(self, end: tuple[int, bytes] | None) -> None:
        """Walk; `end` is where the segments before left the chain."""
        sealed, report = self._sealed, self._report
        report.chains.append(self._chain)
        path = self._segment.folder / sealed.file
        if not path.exists():
            more: dict[str, str | int] = {"file": sealed.file, "source": self._segment.name}
            report.bad.append(BadRow("gone", *sealed.key, sealed.first_seq, more=more))
            return
        bad = self._wrong_beginning(end) or self._first_bad(path)
        if bad is not None:
            report.bad.append(bad)
        elif _digest(path) == sealed.sha256:
            return
        elif _digest(path, packed=True) == sealed.rows_sha256:
            report.notes.append(Note("repacked", {"file": sealed.file}))
        else:
            report.bad.append(self._named("unlike", None, sealed.first_seq))

    def _wrong_beginning(self, end: tuple[int, bytes] | None) -> BadRow | None:
        first, prev = self._sealed.first_seq, self._sealed.prev_hash
        if first == 1:
            return self._named("unlinked", None, 1) if prev != ZERO else None
        if end is None:
            told = {"epoch": self._sealed.key[2], "stream": self._sealed.key[1], "seq": first}
            self._report.notes.append(Note("begins_later", told))
            return None
        if first > end[0] + 1:
            return self._named("missing", None, end[0] + 1)
        unlinked = first == end[0] + 1 and prev != end[1]
        return self._named("unlinked", None, first) if unlinked else None

    def _first_bad(self, path: Path) -> BadRow | None:
        sealed, chain = self._sealed, self._chain
        seq, prev = sealed.first_seq - 1, sealed.prev_hash
        for row in _rows(path):
            seq += 1
            if row is None:
                return self._named("unreadable", None, seq)
            if (row.console_id, row.stream, row.epoch) != sealed.key:
                return self._named("foreign", row, seq)
            if seq > sealed.last_seq:
                return self._named("beyond", row, seq)
            if reason := wrong(row._replace(prev_hash=prev), seq, prev):
                return self._named(reason, row, seq)
            if seq == 1 and sealed.key[1] == "ops" and sealed.key[2] > 1:
                if (told := opening(row)) is None:
                    return self._named("unopened", row, seq)
                self._report.notes.append(Note(note_of(told), {"epoch": sealed.key[2], **told}))
            for head in self._heads.get(seq, ()):
                if head.hash != row.hash:
                    return self._named("other", row, seq, source=head.source)
                if head.source != self._segment.name:
                    chain.vouched_seq = seq
                    chain.signed_seq = seq if head.signed else chain.signed_seq
            prev, self._row = row.hash, row
            chain.rows, chain.seq = chain.rows + 1, seq
            chain.hash, chain.last_us = prev.hex(), row.utc_us
            chain.first_us = row.utc_us if chain.first_us is None else chain.first_us
        if seq < sealed.last_seq:
            return self._named("cut", None, seq + 1, source=self._segment.name,
                               told=sealed.last_seq)  # fmt: skip
        return None

    def _named(self, reason: str, row: Row | None, seq: int, **more: str | int) -> BadRow:
        row = row if reason not in {"missing", "unreadable", "cut"} else self._row
        kind = row.kind if row is not None and isinstance(row.kind, str) else ""
        utc_us = row.utc_us if row is not None and isinstance(row.utc_us, int) else None
        if reason == "extra" and row is not None:
            more["number"] = str(row.seq)
            seq = row.seq if isinstance(row.seq, int) else seq
        return BadRow(reason, *self._sealed.key, seq, kind, utc_us, more)


def _rows(path: Path) -> Iterator[Row | None]:
    """The rows of a file; None, and no more, where it can't be read further."""
    try:
        with gzip.open(path, "rb") as file:
            while line := file.readline(_LINE_BYTES):
                row = _row(line)
                yield row
                if row is None:
                    return
    except _NO_ROWS:
        yield None


def _row(line: bytes) -> Row | None:
    with contextlib.suppress(ValueError, KeyError, TypeError, RecursionError):
        told: Any = json.loads(line)
        values = {name: told[name] for name in _NAMES}
        body, digest = values["body"], values["hash"]
        if isinstance(body, str):
            values["body"] = base64.b64decode(body, validate=True)
        values["hash"] = bytes.fromhex(digest) if isinstance(digest, str) else None
        return Row(**values, prev_hash=ZERO)
    return None


def _digest(path: Path, *, packed: bool = False) -> str:
    """SHA-256 of a file, or of what is packed in it."""
    digest = sha256()
    with gzip.open(path, "rb") if packed else path.open("rb") as file:
        while part := file.read(1 << 20):
            digest.update(part)
    return digest.hexdigest()
