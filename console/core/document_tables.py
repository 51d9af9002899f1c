"""The tables of a Word document, nested ones too, and its lines of text outside of them."""

from __future__ import annotations

import zipfile
from collections.abc import Iterator

from console.domain.finding import Finding, Severity
from console.domain.table import LARGEST_ROWS, Row, Table
from console.wire.xml import Element, parse

_MOST_TAGS = 6_000_000
_MOST_COLUMNS = 64
_WRAPPERS = frozenset({"sdt", "sdtContent", "customXml", "ins", "moveTo", "smartTag"})
_UNSEEN = frozenset({
    "del", "moveFrom", "Fallback", "delText", "instrText", "pPr", "rPr", "tblPr", "tblGrid",
    "tcPr", "trPr", "sdtPr", "sectPr",
})  # fmt: skip
"""Deleted text, properties, and the second telling of what an older Word can't show."""


def document_tables(archive: zipfile.ZipFile, size: int) -> list[Table]:
    """The filled tables in the order of the document, then the lines outside of them.

    A cell that spans columns stands in the first of them; one that spans rows is repeated in
    each row that has something of its own. Rows count from 1 in each table.
    """
    root = parse(archive.read("word/document.xml"), size, _MOST_TAGS)
    tables: list[Table] = []
    for element in _all_tables(root):
        table = _table(element, len(tables) + 1)
        if table.rows:
            tables.append(table)
    lines = [line for line in _outside(root) if line.strip()]
    if lines:
        rows = tuple(Row(number, (line,)) for number, line in enumerate(lines, 1))
        lone = Finding.of(0, Severity.NOTE, "document.no_table", rows=len(rows))
        found = () if tables else (lone,)
        tables.append(Table(rows, found, number=len(tables) + 1, loose=True))
    return tables


def _name(element: Element) -> str:
    return str(element.tag).rpartition("}")[2]


def _all_tables(element: Element) -> Iterator[Element]:
    for child in element:
        name = _name(child)
        if name in _UNSEEN:
            continue
        if name == "tbl":
            yield child
        yield from _all_tables(child)


def _parts(element: Element, wanted: str) -> Iterator[Element]:
    """The rows of a table or the cells of a row, whatever content controls surround them."""
    for child in element:
        name = _name(child)
        if name == wanted:
            yield child
        elif name in _WRAPPERS:
            yield from _parts(child, wanted)


def _property(element: Element, holder: str, name: str) -> Element | None:
    for child in element:
        if _name(child) == holder:
            return next((each for each in child if _name(each) == name), None)
    return None


def _value(element: Element | None) -> str:
    if element is None:
        return ""
    space = str(element.tag).rpartition("}")[0]
    return element.get(f"{space}}}val") or ""


def _count(element: Element | None) -> int:
    value = _value(element)
    return min(int(value), _MOST_COLUMNS) if value.isdecimal() else 0


def _table(element: Element, number: int) -> Table:
    rows: list[Row] = []
    found: list[Finding] = []
    above: dict[int, str] = {}
    for line, tr in enumerate(_parts(element, "tr"), 1):
        if _property(tr, "trPr", "del") is not None:
            continue
        cells: dict[int, str] = {}
        own = False
        at = _count(_property(tr, "trPr", "gridBefore"))
        for tc in _parts(tr, "tc"):
            text = _text(tc)
            merged = _property(tc, "tcPr", "vMerge")
            if merged is not None and _value(merged) != "restart" and not text:
                text = above.get(at, "")
            else:
                own = own or bool(text)
                above.pop(at, None)
                if merged is not None:
                    above[at] = text
            cells[at] = text
            at += max(1, _count(_property(tc, "tcPr", "gridSpan")))
        if not own:
            continue
        if len(rows) > LARGEST_ROWS:
            found.append(Finding.of(line, Severity.ERROR, "file.too_many_rows", most=LARGEST_ROWS))
            break
        rows.append(Row(line, tuple(cells.get(n, "") for n in range(max(cells) + 1))))
    return Table(tuple(rows), tuple(found), number=number)


def _text(cell: Element) -> str:
    pieces: list[str] = []
    _gather(cell, pieces)
    lines = (" ".join(line.split()) for line in "".join(pieces).split("\n"))
    return "\n".join(line for line in lines if line)


def _gather(element: Element, pieces: list[str]) -> None:
    for child in element:
        name = _name(child)
        if name in _UNSEEN:
            continue
        match name:
            case "t":
                pieces.append(child.text or "")
            case "tab" | "ptab" | "tc":
                pieces.append(" ")
                _gather(child, pieces)
            case "noBreakHyphen":
                pieces.append("-")
            case "br" | "cr":
                pieces.append("\n")
            case "p" if pieces:
                pieces.append("\n")
                _gather(child, pieces)
            case _:
                _gather(child, pieces)


def _outside(element: Element) -> Iterator[str]:
    """The lines of text that stand in no table."""
    for child in element:
        name = _name(child)
        if name == "p":
            yield from _text(child).split("\n")
        elif name not in _UNSEEN and name != "tbl":
            yield from _outside(child)
