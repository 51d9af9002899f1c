"""The sites of a province as a table: one row per site, its parent before or after it."""

from __future__ import annotations

import csv
import unicodedata
from dataclasses import dataclass, replace
from pathlib import Path


@dataclass(frozen=True, slots=True)
class RosterRow:
    """One site: its official code, the code it stands under, its tier and its name."""

    code: str
    parent_code: str
    level: str
    name: str


def shipped_roster() -> Path:
    """The roster that ships with the program: 1 + 15 + 184 sites of 2021."""
    return Path(__file__).resolve().parents[3] / "resources" / "rosters" / "dak_lak_2021.csv"


def read_roster(path: Path, limit: int | None = None) -> list[RosterRow]:
    """The roster's rows in file order, at most `limit` of them.

    Raises:
        ValueError: a needed column is missing, or no row or a code stands twice.
        OSError: the file cannot be read.
    """
    with path.open(encoding="utf-8-sig", newline="") as file:
        reader = csv.DictReader(file)
        if not {"code", "parent_code", "level", "name"} <= set(reader.fieldnames or ()):
            raise ValueError(f"{path}: columns code,parent_code,level,name are needed")
        rows = [
            RosterRow(
                code=(row["code"] or "").strip(),
                parent_code=(row["parent_code"] or "").strip(),
                level=(row["level"] or "").strip(),
                name=" ".join((row["name"] or "").split()),
            )
            for row in reader
        ]
    codes = [row.code for row in rows]
    if not rows or "" in codes:
        raise ValueError(f"{path}: every row needs a code")
    if len(set(codes)) != len(codes):
        raise ValueError(f"{path}: a code stands twice")
    if limit is not None and limit > len(rows):
        rows += invented_rows(rows, limit - len(rows))
    return rows[:limit]


def invented_rows(rows: list[RosterRow], count: int) -> list[RosterRow]:
    """`count` further communes, for trials with more sites than the roster has."""
    districts = [row.code for row in rows if row.level == "district"] or [rows[0].code]
    taken = {row.code for row in rows}
    numbers = (str(number) for number in range(90000, 90000 + count + len(taken)))
    free = [code for code in numbers if code not in taken][:count]
    return [
        RosterRow(code, districts[at % len(districts)], "commune", f"Xã Thử Nghiệm {at + 1}")
        for at, code in enumerate(free)
    ]


ODD_NAMES = (
    "Xã <b>Ea H'leo</b> & M'Đrắk",
    "Xã \u202eđảo ngược\u202c",
    "Xã " + "rất dài " * 37,
    unicodedata.normalize("NFD", "Phường Thống Nhất Ổ Ữ Ặ"),
    "Xã \"trích\" 'dẫn'",
    "Xã\tcó\u200bkhoảng\u00a0lạ",
)


def oddly_named(rows: list[RosterRow]) -> list[RosterRow]:
    """The rows with hostile names given to some: markup, bidi controls, 300 characters."""
    changed = list(rows)
    for at, name in enumerate(ODD_NAMES):
        place = 1 + at * max(1, len(rows) // (len(ODD_NAMES) + 1))
        if place < len(rows):
            changed[place] = replace(rows[place], name=name)
    return changed
