"""A table as rows of text, wherever it came from; and the table that a CSV file holds."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from dataclasses import dataclass, replace

from console.domain.encoding import read_text
from console.domain.finding import Finding, Severity
from console.domain.roster_columns import OWN_START

LARGEST_ROWS = 20_000
_SEPARATORS = ",;\t"
_LOOKED_AT = 20


@dataclass(frozen=True, slots=True)
class Row:
    """One row: `line` is its number as the program that keeps the table shows it, from 1."""

    line: int
    cells: tuple[str, ...]

    @property
    def filled(self) -> bool:
        """Whether any cell holds something."""
        return any(cell.strip() for cell in self.cells)


@dataclass(frozen=True, slots=True)
class Table:
    """The filled rows of one table, in order, and what was odd about reading them.

    `name` is the sheet's, "" where it has none; `number` counts the tables of a file from 1.
    `loose`: lines of text rather than a table, each with one cell. `encoding` and `separator`
    tell how a text file was read, "" for a workbook or a document.
    """

    rows: tuple[Row, ...]
    findings: tuple[Finding, ...] = ()
    name: str = ""
    number: int = 1
    loose: bool = False
    encoding: str = ""
    separator: str = ""


def csv_table(body: bytes) -> Table:
    """The table that the bytes of a text file hold: cells parted by comma, semicolon or tab,
    whichever part the most in the first lines. No rows: a finding says why."""
    read = read_text(body, sure=body.startswith(OWN_START))
    if read.text is None:
        return Table((), read.findings, encoding=read.encoding)
    text, skipped, given = read.text, 0, ""
    first, _, rest = text.partition("\n")
    if first.strip(" \r").lower() in ("sep=,", "sep=;", "sep=\t", "sep="):
        text, skipped, given = rest, 1, first.rstrip("\r")[4:5]
    separator = given or _separator(text)
    table = _Cells(text, separator, skipped).table()
    return replace(
        table,
        findings=(*read.findings, *table.findings),
        encoding=read.encoding,
        separator=separator,
        loose=not any(len(row.cells) > 1 for row in table.rows),
    )


def _separator(text: str) -> str:
    lines = [line for line in text.splitlines()[:_LOOKED_AT] if line.strip()]
    heading = next((line for line in lines if any(s in line for s in _SEPARATORS)), "")
    return max(_SEPARATORS, key=lambda s: (heading.count(s), sum(line.count(s) for line in lines)))


class _Cells:
    """One pass over the text of one CSV file."""

    def __init__(self, text: str, separator: str, skipped: int) -> None:
        self._text, self._separator, self._line = text, separator, skipped
        self._skipped = skipped
        self._found: list[Finding] = []

    def table(self) -> Table:
        """Everything at once."""
        return Table(tuple(self._rows()), tuple(self._found))

    def _find(self, line: int, code: str, /, **params: str | int) -> None:
        self._found.append(Finding.of(line, Severity.ERROR, code, **params))

    def _rows(self) -> Iterator[Row]:
        reader = csv.reader(io.StringIO(self._text, newline=""), delimiter=self._separator)
        count = 0
        try:
            for cells in reader:
                start, self._line = self._line + 1, self._skipped + reader.line_num
                row = Row(start, tuple(cells))
                if not row.filled:
                    continue
                if count > LARGEST_ROWS:
                    self._find(start, "file.too_many_rows", most=LARGEST_ROWS)
                    break
                if any("\n" in cell and self._separator in cell for cell in cells):
                    self._find(start, "row.open_quote", last=self._line)
                count += 1
                yield row
        except csv.Error:
            self._find(self._line + 1, "row.unreadable")
