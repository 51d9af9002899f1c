"""A running order as somebody typed it or copied it from Word or Excel (R34, R50)."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from console.domain.endpoint import Endpoint
from console.domain.finding import Finding, Severity
from console.domain.script_columns import heading
from console.domain.session import ScriptLine
from console.domain.site_match import Candidate, Match, SiteMatcher
from console.domain.text import clean_name

MOST_LINES = 500
MOST_MINUTES = 600
"""A line is granted ten hours at most; a larger number is no length of an item."""

_NUMBERING = re.compile(
    r"\s*(?:[-–—•*+●▪◦·]+\s+|\(?\d{1,3}(?:\.\d{1,2})*[.)/:](?!\d)\s*|\(?[IVX]{1,5}[.)]\s*"
    r"|[a-zđ][.)]\s+|\d{1,3}\s*[-–]\s+)"
)
_MINUTES = re.compile(
    r"[(\[]?\s*(?:trong|khoảng|~)?\s*(?<!\d)(\d{1,9})\s*(?:phút|phut|minutes?|mins?|ph|p|['’′])"
    r"(?![^\W\d_])\s*[)\]]?",
    re.IGNORECASE,
)
_CLOCK = r"(\d{1,2})\s*(?:[h:]|giờ)\s*(\d{2})?\s*(?:phút|')?"
_SPAN = re.compile(
    rf"[(\[]?\s*(?:từ\s+)?{_CLOCK}\s*(?:-|–|—|đến|tới)\s*{_CLOCK}\s*[)\]]?", re.IGNORECASE
)
_AT = re.compile(rf"^\s*(?:lúc\s+)?{_CLOCK}\s*(?:[-–:|]\s*|\s+|$)", re.IGNORECASE)
_CAMERA = re.compile(
    r"[(\[]?\s*(?:vị trí\s+)?(?:camera|cam|preset|máy quay)\s*(?:số|vị trí)?\s*[:#]?\s*(\d{1,2})\s*"
    r"[)\]]?",
    re.IGNORECASE,
)
_PARTS = re.compile(r"\t|\s+[-–—|]\s+|[;:]\s+")
_ORDINAL = re.compile(r"\(?(?:\d{1,3}|[IVXivx]{1,5})[.)]?")
_LENGTH = re.compile(r"(\d{1,2})\s*[h:]\s*(\d{2})(?::00)?")
_REST = ("title", "site", "speaker", "other", "note", "number")


@dataclass(frozen=True, slots=True)
class ScriptRow:
    """One line of the text and what it was taken for.

    `doubt` is "" where nothing needs to be asked; "several" (more than one site fits), "weak"
    (the name is only similar), "none" (a site is meant and the roster has no such) or "minutes"
    (its time can't be meant) until somebody chooses. `line.endpoint` is the site taken or chosen,
    "" for none; `odd_time` the time that was not taken, as written.
    """

    number: int
    text: str
    line: ScriptLine
    candidates: tuple[Candidate, ...] = ()
    doubt: str = ""
    odd_time: str = ""

    def chosen(self, endpoint: str) -> ScriptRow:
        """The row after somebody said which site it is, or that it is none ("")."""
        return replace(self, line=replace(self.line, endpoint=endpoint), doubt="")


@dataclass(frozen=True, slots=True)
class ScriptReading:
    """A running order read: its rows in order, and what is odd about them."""

    rows: tuple[ScriptRow, ...]
    findings: tuple[Finding, ...] = ()

    @property
    def doubtful(self) -> tuple[ScriptRow, ...]:
        """The rows that somebody must look at."""
        return tuple(row for row in self.rows if row.doubt)

    def lines(self) -> tuple[ScriptLine, ...]:
        """The running order as it stands."""
        return tuple(row.line for row in self.rows)


def read_script(text: str, sites: SiteMatcher | Iterable[Endpoint]) -> ScriptReading:
    """The running order that a text tells of, one line per item.

    Lines parted by tabs under a line that heads a table's columns are read by those columns.
    """
    matcher = sites if isinstance(sites, SiteMatcher) else SiteMatcher(sites)
    findings: list[Finding] = []
    rows: list[ScriptRow] = []
    lines = unicodedata.normalize("NFC", text).replace("\r\n", "\n").replace("\r", "\n").split("\n")
    columns: tuple[str, ...] | None = None
    for number, raw in enumerate(lines, 1):
        cells = [clean_name(cell) for cell in raw.split("\t")]
        line = "\t".join(cells).strip()
        if not line:
            continue
        if headed := heading(cells):
            columns = headed
            continue
        if len(rows) >= MOST_LINES:
            findings.append(Finding.of(number, Severity.ERROR, "too_many", most=MOST_LINES))
            break
        if columns and sum(map(bool, cells)) > 1:
            rows.append(_table_row(number, cells, columns, matcher))
        else:
            rows.append(_row(number, line, matcher))
    findings += [
        Finding.of(row.number, Severity.WARNING, "minutes", text=row.odd_time, most=MOST_MINUTES)
        for row in rows
        if row.odd_time
    ]
    return ScriptReading(tuple(rows), tuple(findings) + twice(rows))


def twice(rows: Sequence[ScriptRow]) -> tuple[Finding, ...]:
    """Rows whose site already has a row above: meant perhaps, but worth a look."""
    first: dict[str, ScriptRow] = {}
    found: list[Finding] = []
    for row in rows:
        site = row.line.endpoint
        before = first.setdefault(site, row) if site else row
        if before is not row:
            told = {"first": before.number, "title": before.line.title}
            found.append(Finding.of(row.number, Severity.WARNING, "twice", **told))
    return tuple(found)


def _row(number: int, text: str, matcher: SiteMatcher) -> ScriptRow:
    rest = _without_number_cell(text)
    rest, minutes, when = _time(rest)
    rest = _NUMBERING.sub("", rest, count=1) if _NUMBERING.match(rest) else rest
    preset = None
    if camera := _CAMERA.search(rest):
        preset = int(camera[1]) or None
        rest = _cut(rest, camera)
    match = matcher.match(rest.replace("\t", " ; "))
    parts = [p for p in (part.strip(" ,.;:–—-|") for part in _PARTS.split(rest)) if p]
    if len(parts) > 1 and minutes is None and re.fullmatch(r"\d{1,3}", parts[-1]):
        minutes = int(parts.pop())
    title = parts[0] if parts else clean_name(text)
    minutes, odd = _granted(minutes)
    detail = " · ".join(part for part in [*parts[1:], when, odd] if part)
    line = ScriptLine(clean_name(title), "", clean_name(detail), minutes, preset)
    doubt = _doubt(match)
    if not doubt and match.candidates and match.sure:
        site = match.candidates[0].endpoint
        only_code = title == site
        line = replace(line, endpoint=site, title=matcher.name(site) if only_code else line.title)
    candidates = match.candidates if match.candidates and (doubt or match.sure) else ()
    doubt = doubt or ("minutes" if odd else "")
    return ScriptRow(number, clean_name(text.replace("\t", " · ")), line, candidates, doubt, odd)


def _granted(minutes: int | None) -> tuple[int | None, str]:
    """The minutes where they can be meant, else the words for what was written."""
    if minutes is None or minutes <= MOST_MINUTES:
        return minutes, ""
    return None, f"{minutes} phút"


def _table_row(
    number: int, cells: Sequence[str], columns: Sequence[str], matcher: SiteMatcher
) -> ScriptRow:
    """One row of a table whose columns are headed: the site is what its own column says, and
    only where that is empty, or there is none, what the speaker and the item say."""
    said: dict[str, list[str]] = {}
    for at, cell in enumerate(cells):
        if cell:
            said.setdefault(columns[at] if at < len(columns) else "other", []).append(cell)
    if all(_ORDINAL.fullmatch(cell) for cell in said.get("number", ())):
        said.pop("number", None)
    minutes, when = _times(said)
    preset = _preset(said)
    site = ", ".join(said.get("site", ()))
    named = site or " ; ".join((*said.get("speaker", ()), *said.get("title", ())))
    match = matcher.match(named) if named else Match(())
    doubt = _doubt(match) or ("none" if site and not match.candidates else "")
    first = "site" if site and match.candidates else next((n for n in _REST if n in said), "")
    head = ", ".join(said.pop(first, ())) if first else when
    if first == "title" and (numbering := _NUMBERING.match(head)):
        head = head[numbering.end() :] or head
    more = [cell for name in _REST for cell in said.get(name, ())]
    minutes, odd = _granted(minutes)
    more += [part for part in (when if when != head else "", odd) if part]
    line = ScriptLine(clean_name(head), "", clean_name(" · ".join(more)), minutes, preset)
    if not doubt and match.sure:
        found = match.candidates[0].endpoint
        title = matcher.name(found) if head == found else line.title
        line = replace(line, endpoint=found, title=title)
    candidates = match.candidates if doubt or match.sure else ()
    doubt = doubt or ("minutes" if odd else "")
    text = clean_name(" · ".join(filter(None, cells)))
    return ScriptRow(number, text, line, candidates, doubt, odd)


def _times(said: dict[str, list[str]]) -> tuple[int | None, str]:
    """The minutes that the columns of time grant, and the moments they name; taken out."""
    minutes: int | None = None
    moments: list[str] = []
    for name in ("minutes", "when"):
        for cell in said.pop(name, ()):
            length = _LENGTH.fullmatch(cell)
            granted: int | None = None
            if re.fullmatch(r"\d{1,9}", cell):
                granted = int(cell)
            elif length and (name == "minutes" or int(length[1]) == 0):
                granted = int(length[1]) * 60 + int(length[2])
            else:
                rest, granted, when = _time(cell)
                moments += [part for part in (when, rest.strip()) if part]
            minutes = granted if minutes is None else minutes
    return minutes, " – ".join(moments)


def _preset(said: dict[str, list[str]]) -> int | None:
    """The camera memory that a column of its own names, or a word beside another; taken out."""
    for cell in said.pop("preset", ()):
        if digits := re.fullmatch(r"\D*(\d{1,2})\D*", cell):
            return int(digits[1]) or None
        said.setdefault("other", []).append(cell)
    for name, found in said.items():
        for at, cell in enumerate(found):
            if camera := _CAMERA.search(cell):
                rest = _cut(cell, camera)
                said[name] = [*found[:at], *([rest] if rest else []), *found[at + 1 :]]
                return int(camera[1]) or None
    return None


def _doubt(match: Match) -> str:
    if not match.candidates:
        return "none" if match.names_tier else ""
    if match.sure:
        return ""
    best = match.candidates[0].score
    if len(match.candidates) > 1 and match.candidates[1].score > best - 0.3:
        return "several"
    return "weak"


def _without_number_cell(text: str) -> str:
    """Without a table's first cell where that only numbers the row."""
    first, tab, rest = text.partition("\t")
    return rest if tab and re.fullmatch(r"\(?\d{1,3}[.)]?", first.strip()) else text


def _time(text: str) -> tuple[str, int | None, str]:
    """The text without its times; the minutes it grants; the span or moment it names."""
    minutes: int | None = None
    when = ""
    if span := _SPAN.search(text):
        start = int(span[1]) * 60 + int(span[2] or 0)
        stop = int(span[3]) * 60 + int(span[4] or 0)
        if 0 < stop - start <= 600 and stop <= 24 * 60:
            minutes = stop - start
            when = span[0].strip(" ()[]")
            text = _cut(text, span)
    if given := _MINUTES.search(text):
        minutes = int(given[1])
        text = _cut(text, given)
    if not when and (moment := _AT.match(text)) and int(moment[1]) < 24:
        when = moment[0].strip(" -–:|")
        text = text[moment.end() :]
    return text, minutes, when


def _cut(text: str, found: re.Match[str]) -> str:
    before, after = text[: found.start()].rstrip(" ,;–-("), text[found.end() :].lstrip(" ,;)")
    between = "\t" if "\t" in found[0] else " "
    return f"{before}{between}{after}".strip(" ")
