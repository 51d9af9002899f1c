"""How offices head the columns of a running order, and which of several tables is one."""

from __future__ import annotations

import re
from collections.abc import Sequence

from console.domain.finding import Finding, Severity
from console.domain.table import Row, Table
from console.domain.text import clean_name, search_key

_LONGEST_HEADING = 60
_LEAST_ROWS = 3
_HEADING_WITHIN = 30
_WORDS = frozenset({
    "stt", "tt", "so", "thu", "tu", "den", "thoi", "gian", "luong", "gio", "du", "kien", "bat",
    "dau", "ket", "thuc", "noi", "dung", "don", "vi", "tri", "co", "quan", "dia", "phuong",
    "diem", "cau", "trinh", "bay", "phat", "bieu", "ghi", "chu", "phut", "nguoi", "hien",
    "dai", "cong", "viec", "tiet", "muc", "chuc", "danh", "ho", "ten", "va", "chuong", "camera",
    "kich", "ban", "luu", "y", "cua", "phu", "trach", "dieu", "hanh", "chi", "preset",
    "no", "time", "item", "site", "speaker", "minutes", "duration", "content", "agenda", "unit",
    "from", "to", "note", "notes", "start", "end",
})  # fmt: skip
_SIGNS = (
    ("minutes", ("thoi luong", "so phut", "phut", "minutes", "duration")),
    ("when", ("thoi gian", "thoi diem", "gio", "bat dau", "ket thuc", "time", "start", "end")),
    ("title", ("noi dung", "tiet muc", "cong viec", "chuong trinh", "content", "agenda", "item")),
    ("site", ("diem cau", "don vi", "dia phuong", "co quan", "site", "unit")),
    ("speaker", ("phat bieu", "trinh bay", "nguoi", "dai bieu", "thuc hien", "speaker", "ho ten",
                 "ho va ten", "chu tri")),
    ("preset", ("camera", "preset", "may quay")),
    ("note", ("ghi chu", "luu y", "note")),
)  # fmt: skip
_NUMBER = frozenset({"stt", "tt", "so tt", "so thu tu", "no", "so", "thu tu"})


def heading(cells: Sequence[str]) -> tuple[str, ...] | None:
    """What each column holds where these cells head a running order, else None: number, when,
    minutes, title, site, speaker, preset, note, or "other".

    At least two cells must be made of nothing but the words such headings use, and those must
    be most of the cells that are filled.
    """
    filled = [cell for cell in cells if cell.strip()]
    alike = sum(_is_heading_cell(cell) for cell in filled)
    if alike < 2 or alike * 2 <= len(filled):
        return None
    columns = tuple(_column(cell) for cell in cells)
    return columns if {"title", "site", "speaker"} & set(columns) else None


def _is_heading_cell(cell: str) -> bool:
    words = re.findall(r"[^\W\d_]+", search_key(cell))
    if not words or len(cell) > _LONGEST_HEADING or re.search(r"\d", cell):
        return False
    return all(word in _WORDS for word in words)


def _column(cell: str) -> str:
    key = " ".join(re.findall(r"[^\W_]+", search_key(cell)))
    if key in _NUMBER:
        return "number"
    if not key:
        return "other"
    return next((name for name, signs in _SIGNS if any(s in key for s in signs)), "other")


def best_table(tables: Sequence[Table]) -> int:
    """The place of the table that most likely is the running order: the longest that is headed
    as one, else the longest real table, else whatever there is."""

    def weight(at: int) -> tuple[int, int]:
        table = tables[at]
        if _heading_at(table) is not None:
            return 3, len(table.rows)
        wide = any(sum(bool(c.strip()) for c in row.cells) > 1 for row in table.rows)
        if wide and not table.loose and len(table.rows) >= _LEAST_ROWS:
            return 2, len(table.rows)
        return int(table.loose and bool(table.rows)), len(table.rows)

    return max(range(len(tables)), key=weight, default=0)


def table_text(table: Table) -> tuple[str, tuple[Finding, ...]]:
    """The table as lines to edit, cells parted by tabs, from its heading on; and what was left
    out: rows above the heading."""
    start = _heading_at(table) or 0
    lines = [_line(row, loose=table.loose) for row in table.rows[start:]]
    found: tuple[Finding, ...] = ()
    if start:
        first = next((c for c in table.rows[0].cells if c.strip()), "")
        above = Finding.of(
            table.rows[0].line, Severity.NOTE, "table.above", rows=start, text=clean_name(first)
        )
        found = (above,)
    return "\n".join(lines), found


def _heading_at(table: Table) -> int | None:
    return next(
        (at for at, row in enumerate(table.rows[:_HEADING_WITHIN]) if heading(row.cells)), None
    )


def _line(row: Row, *, loose: bool) -> str:
    cells = [
        ", ".join(part for piece in cell.splitlines() if (part := " ".join(piece.split())))
        for cell in row.cells
    ]
    return " ".join(cells).strip() if loose else "\t".join(cells).rstrip("\t")
