"""A table of a file in words: which it is and how long."""

from __future__ import annotations

from console.domain.table import Table
from console.domain.text import clean_name
from console.qt.wording import say


def table_name(table: Table) -> str:
    """«Trang tính “Kịch bản” · 14 hàng», «Bảng 2 · 14 hàng», «Đoạn văn · 14 dòng»."""
    rows = len(table.rows)
    if table.name:
        return say("files.sheet", name=clean_name(table.name), n=rows)
    return say("files.lines" if table.loose else "files.numbered", at=table.number, n=rows)
