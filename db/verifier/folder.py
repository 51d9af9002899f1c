"""A whole store: its journal, what was set aside before it, and whether they belong together.

Or an office's folder, or sealed segments: whatever a path holds.
"""

from __future__ import annotations

import contextlib
from collections.abc import Sequence
from contextlib import closing
from pathlib import Path
from typing import Any

from db.verifier.heads import Head, stored_heads
from db.verifier.opened import OpenedFile, Unreadable
from db.verifier.segments import segment_folders, verify_segments
from db.verifier.table import JournalTable
from db.verifier.walk import BadRow, FileReport, Note, first_heads, walk

JOURNAL, SAMPLES, RECEIPTS = "journal.sqlite3", "samples.sqlite3", "receipts.json"
OFFICE, WITNESS = "office.sqlite3", "witness.json"
_TRIES = 3


class NothingHere(Exception):
    """A path with no journal to check."""


def verify_path(
    path: Path,
    heads: Sequence[Head] = (),
    public_key: Any = None,
    *,
    seen: Sequence[Head] = (),
) -> list[FileReport]:
    """Check one file, a folder with every journal in it, or segments. Raises NothingHere.

    `heads` must be of what is checked, `seen` by witnesses may be of anybody's chains. In a
    folder a file that should be there and is not is a bad row too: `gone`.
    """
    if segments := segment_folders(path):
        return verify_segments(segments, [*heads, *seen], public_key)
    if not path.is_dir():
        if not path.exists():
            raise NothingHere(str(path))
        return _verify([path], list(heads), public_key, list(seen))
    if (path / OFFICE).exists():
        return _verify([path / OFFICE], list(heads), public_key, list(seen))
    files = sorted(
        path.glob("journal*.sqlite3"), key=lambda each: (each.name != JOURNAL, each.name)
    )
    known = _samples_identity(path / SAMPLES)
    if not files and known is None:
        raise NothingHere(str(path))
    reports = _verify(files, list(heads), public_key, list(seen), whole=True)
    if not (path / JOURNAL).exists():
        gone = FileReport(JOURNAL, path / JOURNAL, *(known or ("", 0)))
        gone.bad.append(BadRow("gone", gone.console_id, "ops", gone.epoch, 1))
        reports.insert(0, gone)
    elif known is not None and not reports[0].unreadable:
        _compare(reports[0], known)
    return reports


def _verify(
    files: list[Path], given: list[Head], public_key: Any, seen: list[Head], *, whole: bool = False
) -> list[FileReport]:
    told: list[Head] = []
    for path in files:  # an epoch's opening speaks of another file: so all are asked first
        with contextlib.suppress(Unreadable), closing(JournalTable(path)) as table:
            told += first_heads(table, public_key)[0]
    kept, unfit = stored_heads(files[0].with_name(RECEIPTS), public_key) if files else ([], [])
    names = {path.name for path in files}
    told += kept
    if files:
        own, unfit_too = stored_heads(files[0].with_name(WITNESS), public_key)
        seen, unfit = [*seen, *own], [*unfit, *unfit_too]
    heads = [*given, *told, *seen]
    reports = [_report(path, heads, names, public_key) for path in files]
    found = {(c.console_id, c.stream, c.epoch) for r in reports for c in r.chains}
    for head in dict.fromkeys((*given, *(told if whole else ()))):
        if reports and head.key not in found and not any(report.unreadable for report in reports):
            _without_file(head, reports, whole=whole)
    for head in {head.key: head for head in seen if head.key not in found}.values():
        if reports and not any(report.unreadable for report in reports):
            _unseen(head, reports, whole=whole)
    for error in unfit:
        if error.code == "forged_head":
            told_of = error.params
            key = (told_of["console"], told_of["stream"], int(told_of["epoch"]))
            reports[0].bad.append(BadRow("forged", *key, int(told_of["seq"])))
        else:
            told_of = {name: error.params[name] for name in ("file", "detail")}
            reports[0].notes.append(Note("receipts", {**told_of}))
    return reports


def _report(path: Path, heads: list[Head], names: set[str], public_key: Any) -> FileReport:
    report = FileReport(path.name, path)
    ours = [h for h in heads if h.evidence in {"", path.name} or h.evidence not in names]
    try:
        for _ in range(_TRIES):
            report = FileReport(path.name, path)
            with closing(JournalTable(path)) as table:
                report.bad += first_heads(table, public_key)[1]
                walk(table, report, ours)
                if not table.moved:
                    return report
        report.unreadable = "the file keeps changing"
    except Unreadable as error:
        report.unreadable = str(error)
    return report


def _without_file(head: Head, reports: list[FileReport], *, whole: bool) -> None:
    """Say that a head was kept of a chain that is in none of the files."""
    consoles = {report.console_id for report in reports if report.console_id}
    report, key = reports[0], head.key
    more: dict[str, str | int] = {"source": head.source, "file": head.evidence, "told": head.seq}
    if consoles and key[0] not in consoles:
        report.bad.append(BadRow("swapped", *key, head.seq, more=more))
    elif whole or key[2] in {each.epoch for each in reports}:
        report.bad.append(BadRow("gone", *key, 1, more=more))
    else:
        report.notes.append(Note("head_elsewhere", {**more, "stream": key[1], "epoch": key[2]}))


def _unseen(head: Head, reports: list[FileReport], *, whole: bool) -> None:
    """Say that a witness saw a chain that should be in one of these files, and is not."""
    known = {report.console_id for report in reports}
    epochs = {report.epoch for report in reports}
    ours = head.key[0] in known and (whole or head.key[2] in epochs)
    if reports[0].of_office or ours:
        more: dict[str, str | int] = {"source": head.source, "file": "", "told": head.seq}
        reports[0].bad.append(BadRow("gone", *head.key, 1, more=more))


def _samples_identity(path: Path) -> tuple[str, int] | None:
    """Console and newest epoch that the samples beside the journal remember."""
    with contextlib.suppress(Unreadable), closing(OpenedFile(path)) as file:
        match file.identity():
            case (str(console_id), int(epoch)):
                return console_id, epoch
            case _:
                return None
    return None


def _compare(report: FileReport, known: tuple[str, int]) -> None:
    """Whether the journal is the one that the samples beside it know."""
    more: dict[str, str | int] = {"source": SAMPLES, "told": known[1]}
    if report.console_id != known[0]:
        reason = "swapped"
    elif report.epoch < known[1]:
        reason = "older"
    else:
        return
    report.bad.append(BadRow(reason, report.console_id, "ops", report.epoch, 1, more=more))
