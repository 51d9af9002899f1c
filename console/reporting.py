"""The report on a session, from the store to its files: for the command line and the window.

Only reads the store, so the console may be running on it.
"""

from __future__ import annotations

import argparse
import json
import re
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path

from console.core.folders import data_folder
from console.core.sessions import SessionEntry, SessionReading, StoreFolder, sessions
from console.domain.alarm import Alarm
from console.domain.commands.base import Command
from console.domain.event import Event
from console.domain.problem import Problem, Refused
from console.domain.state import State
from console.domain.text import search_key
from console.qt.looks.alarms import alarm_title
from console.qt.looks.wishes import wish_text
from console.qt.wording import date, has, number, say, say_problem, say_reason, wording
from console.reports.evaluation import evaluation
from console.reports.figures import Evaluation, Provenance
from console.reports.media import Minute
from console.reports.progress import Progress, unheeded
from console.reports.words import local

JOURNAL_FILE = "journal.sqlite3"
_TELL_EVERY = 500


@dataclass(frozen=True, slots=True)
class Made:
    """A report that was written: its files, and the figures in it."""

    files: tuple[Path, ...]
    figures: Evaluation


def find_sessions(data: Path) -> list[SessionEntry]:
    """The sessions of a data folder, the newest first. Raises Refused."""
    with _told(data):
        return sessions(_store(data))


def figures_of(data: Path, entry: SessionEntry, progress: Progress = unheeded) -> Evaluation:
    """A session in figures. Raises Refused, and what `progress` raises."""
    reading = SessionReading(_store(data), entry)

    def heeded(events: Iterator[Event]) -> Iterator[Event]:
        for count, event in enumerate(events, 1):
            if count % _TELL_EVERY == 0:
                progress(_TELL_EVERY)
            yield event

    with _told(data):
        minutes, lost = _minutes(reading)
        found = evaluation(heeded(reading.events()), minutes, session=entry.id)
        if found is None:
            raise Refused(Problem.of("report.unknown_session", session=entry.id, folder=str(data)))
        progress(0)
        return replace(found, provenance=replace(_provenance(reading), samples=lost))


def make(
    data: Path,
    entry: SessionEntry,
    out: Path,
    reading: Progress = unheeded,
    writing: Callable[[int, int], None] = lambda done, of: None,
    language: str = "",
) -> Made:
    """Write the report on a session as DOCX and PDF, in a language, "" in the one in use.

    `reading` is told how many rows are read, `writing` how much is written; either may raise
    Cancelled. Raises Refused; nothing is left half-written.
    """
    from console.reports.files import prepare

    prepare(out)  # said before the work, not after it
    with wording.speaking(language):
        return _make(data, entry, out, reading, writing)


def _make(
    data: Path,
    entry: SessionEntry,
    out: Path,
    reading: Progress,
    writing: Callable[[int, int], None],
) -> Made:
    figures = figures_of(data, entry, reading)
    try:
        from console.reports.compose import document
        from console.reports.docx import docx_bytes
        from console.reports.files import write_whole
        from console.reports.pdf import pdf_bytes
    except ImportError as error:
        raise Refused(Problem.of("report.no_library", name=error.name or "")) from error
    told = document(figures, Said(figures))
    total = 2 * sum(len(getattr(block, "rows", ())) for block in told.blocks)
    done = 0

    def written(lines: int) -> None:
        nonlocal done
        done += lines
        writing(min(done, total), total)

    contents = {".docx": docx_bytes(told, written), ".pdf": pdf_bytes(told, written)}
    writing(total, total)
    return Made(write_whole(out, file_stem(figures), contents), figures)


def file_stem(figures: Evaluation) -> str:
    """The files' name: «bao-cao_2026-11-12_giao-ban-thang-11», letters of every keyboard."""
    at = local(figures.started_us)
    title = re.sub(r"[^a-z0-9]+", "-", search_key(figures.title)).strip("-")[:60].strip("-")
    return f"bao-cao_{at.tm_year}-{at.tm_mon:02}-{at.tm_mday:02}" + (f"_{title}" if title else "")


class Said:
    """The window's own words for sites, wishes and alarms, in the language in use."""

    def __init__(self, figures: Evaluation) -> None:
        self.language = wording.language
        self._state = State(
            endpoints={site.endpoint.id: site.endpoint for site in figures.sites},
            devices={device.id: device for device in figures.devices},
        )

    def say(self, key: str, **values: object) -> str:
        """The text of a key with its values put in."""
        return say(key, **values)

    def has(self, key: str) -> bool:
        """Whether there is a text for this key."""
        return has(key)

    def number(self, value: float, digits: int = 1) -> str:
        """A number with the language's decimal sign."""
        return number(value, digits)

    def wish(self, command: Command) -> str:
        """What a wish asks for."""
        return wish_text(self._state, command)

    def alarm(self, alarm: Alarm) -> str:
        """What is wrong, in one line."""
        return alarm_title(self._state, alarm)

    def problem(self, problem: Problem) -> str:
        """What went wrong: what to do about it is no business of a paper that is filed."""
        return say_reason(problem)


# -- the store ---------------------------------------------------------------------------------

_SAMPLES = "samples.sqlite3"


def _store(data: Path) -> StoreFolder:
    """The store in a data folder, or the folder itself where it is one. Raises Refused."""
    for folder in (data / "store", data):
        if (folder / JOURNAL_FILE).is_file():
            return StoreFolder(folder)
    raise Refused(Problem.of("report.no_store", folder=str(data)))


def _minutes(reading: SessionReading) -> tuple[list[Minute], str]:
    """The session's quality figures; where their file can't be read there is still a report, which
    names it."""
    from db.fault import StoreFault

    if not (reading.store.folder / _SAMPLES).exists():
        return [], ""
    try:
        return list(reading.minutes()), ""
    except StoreFault:
        return [], _SAMPLES


@contextmanager
def _told(data: Path) -> Iterator[None]:
    """Faults of the store as problems of the report."""
    from db.fault import StoreFault

    try:
        yield
    except StoreFault as fault:
        code = {"store.damaged": "report.damaged", "store.busy": "store.busy"}.get(fault.code)
        problem = Problem.of(
            code or "report.unreadable", str(fault.params.get("detail", "")), folder=str(data)
        )
        raise Refused(problem) from fault


def _provenance(reading: SessionReading) -> Provenance:
    """What was read, and whether its chain is whole."""
    from db.fault import fault_of
    from db.queries import latest
    from db.verify import verify_file

    last = reading.last
    if last is None:
        return Provenance()
    newest, begun = latest(reading.store, 1)[0], reading.entry.row
    tail = newest.seq - begun.seq + 1 if newest.epoch == begun.epoch else None
    path = reading.store.folder / JOURNAL_FILE
    try:
        verdict = verify_file(path, tail)
    except Exception as error:
        raise fault_of(error, str(reading.store.folder)) from error
    bad = "; ".join(f"{row.epoch}/{row.seq} ({row.reason})" for row in verdict.bad[:3])
    return Provenance(
        rows=reading.rows,
        epoch=last.epoch,
        seq=last.seq,
        hash=last.hash.hex(),
        unreadable=reading.unreadable,
        bad=bad,
    )


# -- the command line --------------------------------------------------------------------------


def command(args: argparse.Namespace) -> int:
    """`hnth-console report`: the exit code, 2 where there is no report."""
    wording.use(args.lang)
    data = data_folder(args.data, "run")
    try:
        found = find_sessions(data)
        if args.list:
            _list(data, found, as_json=args.json)
            return 0
        made = make(data, chosen(found, args.session or "", data), args.out)
    except Refused as refused:
        sys.stderr.write(say_problem(refused.problem) + "\n")
        return 2
    if args.json:
        from console.reports.plain import plain

        told = {"files": [str(path) for path in made.files], "evaluation": plain(made.figures)}
        _write(json.dumps(told, ensure_ascii=False, indent=1))
    else:
        _write("\n".join((say("report.list.written"), *(f"  {path}" for path in made.files))))
    return 0


def chosen(found: list[SessionEntry], session: str, data: Path) -> SessionEntry:
    """The session of an id, or of its beginning; "" the newest. Raises Refused."""
    if not found:
        raise Refused(Problem.of("report.no_session", folder=str(data)))
    if not session:
        return found[0]
    fitting = [e for e in found if e.id == session] or [
        e for e in found if e.id.startswith(session)
    ]
    if not fitting:
        raise Refused(Problem.of("report.unknown_session", session=session, folder=str(data)))
    if len(fitting) > 1:
        raise Refused(Problem.of("report.ambiguous", session=session, n=len(fitting)))
    return fitting[0]


def _list(data: Path, found: list[SessionEntry], *, as_json: bool) -> None:
    if as_json:
        told = [
            {"id": e.id, "title": e.title, "opened_us": e.opened_us, "closed": e.closed}
            for e in found
        ]
        _write(json.dumps(told, ensure_ascii=False, indent=1))
        return
    if not found:
        _write(say("report.list.none", folder=str(data)))
        return
    _write(say("report.list.head", folder=str(data)))
    for entry in found:
        standing = say("report.list.closed" if entry.closed else "report.list.open")
        when = {"day": date(entry.opened_us), "at": entry.opened_us}
        line = say("report.list.line", id=entry.id, standing=standing, title=entry.title, **when)
        _write(line)


def _write(text: str) -> None:
    """To whatever the output can show: a Windows console may lack Vietnamese letters."""
    encoding = sys.stdout.encoding or "utf-8"
    sys.stdout.write(text.encode(encoding, "replace").decode(encoding) + "\n")
    sys.stdout.flush()
