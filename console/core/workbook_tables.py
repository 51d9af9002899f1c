"""The sheets of an Excel workbook as tables of the text that their cells show."""

from __future__ import annotations

import warnings
import zipfile
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from typing import IO, Any, cast

from console.domain.finding import Finding, Severity
from console.domain.table import LARGEST_ROWS, Row, Table
from console.wire.xml import elements

_MOST_COLUMNS = 64
_MOST_MERGED = 100_000
_TOLD = 5


@dataclass
class _Survey:
    """What a sheet's own text says that its cells' values don't: which rows hold something,
    formulas without a saved value, cells beyond the last column that is read, merged cells."""

    filled: set[int] = field(default_factory=set[int])
    unsaved: list[str] = field(default_factory=list[str])
    beyond: list[str] = field(default_factory=list[str])
    merged: dict[int, list[tuple[int, int]]] = field(
        default_factory=dict[int, list[tuple[int, int]]]
    )
    """First row → (column, last row) of cells merged downwards."""


def workbook_tables(stream: IO[bytes]) -> list[Table]:
    """The filled sheets, hidden ones last. Dimensions that a sheet claims are not believed.

    A cell merged over columns stands in the first of them; one merged over rows is repeated in
    each row that has something of its own.
    """
    import openpyxl

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # of extensions that hold no cells
        book = cast(
            Any, openpyxl.load_workbook(stream, read_only=True, data_only=True, keep_links=False)
        )
        sheets = sorted(book.worksheets, key=lambda sheet: sheet.sheet_state != "visible")
        made = [_sheet(sheet, zipfile.ZipFile(stream)) for sheet in sheets]
        book.close()
    filled = [(name, rows, found) for name, rows, found in made if rows or found]
    return [
        Table(rows, found, name, number) for number, (name, rows, found) in enumerate(filled, 1)
    ]


def _sheet(
    sheet: Any, archive: zipfile.ZipFile
) -> tuple[str, tuple[Row, ...], tuple[Finding, ...]]:
    with archive.open(sheet._worksheet_path) as part:
        survey = _survey(part)
    found = _remarks(survey)
    rows: list[Row] = []
    last = max(survey.filled, default=0)
    running: dict[int, tuple[int, str]] = {}
    sheet.reset_dimensions()
    for line, cells in enumerate(sheet.iter_rows(max_col=_MOST_COLUMNS), 1):
        if line > last:
            break
        if line not in survey.filled:
            continue
        texts = [_text(cell) for cell in cells]
        own = any(text.strip() for text in texts)
        for text, cell in zip(texts, cells, strict=True):
            if cell.data_type == "e" and len(found) < _TOLD:
                place = cell.coordinate
                found.append(
                    Finding.of(line, Severity.WARNING, "cell.error", cell=place, text=text)
                )
        for column, until in survey.merged.get(line, ()):
            running[column] = (until, texts[column])
        for column, (until, text) in list(running.items()):
            if until < line:
                del running[column]
            elif not texts[column]:
                texts[column] = text
        if not own:
            continue
        if len(rows) > LARGEST_ROWS:
            found.append(Finding.of(line, Severity.ERROR, "file.too_many_rows", most=LARGEST_ROWS))
            break
        while texts and not texts[-1]:
            texts.pop()
        rows.append(Row(line, tuple(texts)))
    return str(sheet.title), tuple(rows), tuple(found)


def _survey(part: IO[bytes]) -> _Survey:
    from openpyxl.utils.cell import coordinate_to_tuple, range_boundaries

    told = _Survey()
    line = merged = 0
    for element in elements(part, "row", "mergeCell"):
        if str(element.tag).endswith("mergeCell"):
            merged += 1
            box = cast("tuple[int, int, int, int]", range_boundaries(element.get("ref") or "A1"))
            left, top, _, bottom = box
            if bottom > top and left <= _MOST_COLUMNS and merged <= _MOST_MERGED:
                told.merged.setdefault(top, []).append((left - 1, bottom))
            continue
        given = element.get("r")
        line = int(given) if given else line + 1
        column = 0
        for cell in element:
            place = cell.get("r")
            column = coordinate_to_tuple(place)[1] if place else column + 1
            names = {
                name
                for part in cell
                if (name := str(part.tag).rpartition("}")[2]) != "v" or part.text
            }
            if not names:
                continue
            told.filled.add(line)
            if column > _MOST_COLUMNS:
                told.beyond.append(place or f"{line}")
            elif "f" in names and not names & {"v", "is"}:
                told.unsaved.append(place or f"{line}")
    return told


def _remarks(survey: _Survey) -> list[Finding]:
    found: list[Finding] = []
    for code, cells in (("cell.unsaved", survey.unsaved), ("table.wide", survey.beyond)):
        if cells:
            found.append(
                Finding.of(
                    0, Severity.WARNING, code,
                    cells=len(cells), first=cells[0], most=_MOST_COLUMNS,
                )
            )  # fmt: skip
    return found


def _text(cell: Any) -> str:
    """A cell's value as Excel would show it in Vietnam, without colours and thousands."""
    value = cell.value
    match value:
        case None:
            return ""
        case str():
            return value
        case bool():
            return "TRUE" if value else "FALSE"
        case int() | float():
            return _number(value, str(cell.number_format or ""))
        case datetime() if (value.hour, value.minute) == (0, 0):
            return f"{value:%d/%m/%Y}"
        case datetime():
            return f"{value:%H:%M %d/%m/%Y}"
        case date():
            return f"{value:%d/%m/%Y}"
        case time():
            return f"{value:%H:%M}"
        case timedelta():
            minutes = round(value.total_seconds() / 60)
            return f"{minutes // 60}:{minutes % 60:02}"
        case _:
            return str(value)


def _number(value: float, shown_as: str) -> str:
    if value == int(value) and abs(value) < 1e15:
        text = str(int(value))
        zeros = shown_as.strip('"')
        return text.zfill(len(zeros)) if zeros and not zeros.strip("0") else text
    return f"{value:.10g}"
