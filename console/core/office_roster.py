"""A list of sites that the office gives, read and checked as a file's is."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from console.domain.roster import RosterReading, roster_of
from console.domain.table import Row, Table
from console.domain.text import clean_name

if TYPE_CHECKING:
    from db.reference import Record

_COLUMNS = {
    "code": "id",
    "parent_code": "parent",
    "level": "level",
    "name": "name",
    "address": "address",
    "carrier": "carrier",
    "line": "line",
    "group": "group",
}
"""What a table heads, and what a row of the record calls it."""
_ROLES = ("leader", "technician")
_PERSON = {"": "name", "_title": "title", "_phone": "phone"}
_UNKNOWN_LINE = "unknown"


def read_record(record: Record, domain: str = "") -> RosterReading:
    """The sites of a record of kind `roster`, in the order of the tree, and what is odd about
    them. The office's rules hold for each field by itself; that codes are one of a kind and
    parents there is looked at here. With a `domain`, a site without an address is dialled there.
    """
    rows = _told(record.body, "rows")
    reading = roster_of(_table(rows), domain)
    placed = {str(row.get("id") or ""): row for row in rows}
    sites = (
        replace(site, room=clean_name(_text(row, "room")), camera=clean_name(_text(row, "camera")))
        for site in reading.endpoints
        for row in (placed.get(site.id, {}),)
    )
    return replace(reading, endpoints=tuple(sites))


def _table(rows: list[Mapping[str, Any]]) -> Table:
    people = tuple(f"{role}{part}" for role in _ROLES for part in _PERSON)
    heading = Row(1, (*_COLUMNS, *people, "zalo"))
    ordered = sorted(rows, key=lambda row: row.get("order") or 0)
    return Table((heading, *(Row(at, _cells(row)) for at, row in enumerate(ordered, 2))))


def _cells(row: Mapping[str, Any]) -> tuple[str, ...]:
    by_role = {_text(each, "role"): each for each in _told(row, "contacts")}
    line = _text(row, "line")
    plain = (_text(row, name) for name in _COLUMNS.values() if name not in ("line", "group"))
    people = (_text(by_role.get(role, {}), part) for role in _ROLES for part in _PERSON.values())
    zalo = _text(by_role.get("technician", {}), "zalo")
    line = "" if line == _UNKNOWN_LINE else line
    return (*plain, line, _text(row, "group"), *people, zalo)


def _told(body: Mapping[str, Any], name: str) -> list[Mapping[str, Any]]:
    found: list[Any] = body.get(name) or []
    return [each for each in found if isinstance(each, dict)]


def _text(row: Mapping[str, Any], name: str) -> str:
    return str(row.get(name) or "")
