"""A list of the office's is read as a file's is: in the tree's order, with what is odd told."""

from __future__ import annotations

from typing import Any

from console.core.office_roster import read_record
from console.domain.endpoint import Contact, LineKind
from db.reference import Record

ROWS: list[dict[str, Any]] = [
    {
        "id": "653", "name": "Huyện Krông Bông", "parent": "66", "level": "district",
        "address": "kb@daklak.example", "line": "slcd", "carrier": "VNPT", "room": "r653",
        "camera": "c653", "group": "phía đông", "order": 2,
        "contacts": [
            {"role": "technician", "name": "H'Nga", "title": "KTV", "phone": "0905 1", "zalo": "z"},
            {"role": "leader", "name": "Võ Minh Tâm"},
        ],
    },
    {"id": "66", "name": "Tỉnh Đắk Lắk", "level": "province", "line": "unknown", "order": 1},
]  # fmt: skip


def record(rows: Any) -> Record:
    return Record("roster", "dak-lak", 3, 7, {"name": "Đắk Lắk", "rows": rows})


def test_every_field_comes_through() -> None:
    reading = read_record(record(ROWS))
    root, site = reading.endpoints
    assert (root.id, root.level, root.line, root.contacts) == (
        "66",
        "province",
        LineKind.UNKNOWN,
        (),
    )
    assert (site.id, site.parent, site.level, site.group) == ("653", "66", "district", "phía đông")
    assert (site.address, site.line, site.carrier) == (
        "sip:kb@daklak.example", LineKind.SLCD, "VNPT",
    )  # fmt: skip
    assert (site.room, site.camera) == ("r653", "c653")
    assert site.contacts == (
        Contact("leader", "Võ Minh Tâm"),
        Contact("technician", "H'Nga", "KTV", "0905 1", "z"),
    )
    assert not [found for found in reading.findings if found.code != "phone.odd"]


def test_a_site_without_an_address_is_dialled_in_the_domain() -> None:
    root, site = read_record(record(ROWS), "tinh.example").endpoints
    assert (root.address, site.address) == ("sip:66@tinh.example", "sip:kb@daklak.example")


def test_what_no_single_field_can_show_is_told() -> None:
    rows = [
        *ROWS,
        {**ROWS[0], "name": "Krông Bông lần nữa"},
        {"id": "9", "name": "Chín", "parent": "8"},
    ]
    reading = read_record(record(rows))
    assert {site.id for site in reading.endpoints} == {"66", "653", "9"}
    codes = {found.code for found in reading.findings}
    assert {"code.twice", "parent.missing"} <= codes


def test_a_body_that_breaks_the_offices_rules_breaks_nothing() -> None:
    for rows in (None, [], [1, "x", None], [{"contacts": [3], "id": "7"}], [{}]):
        reading = read_record(record(rows))
        assert reading.endpoints == ()
        assert reading.findings
