"""A roster that is written down reads back as the very same sites."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from console.domain.endpoint import Contact, Endpoint, LineKind
from console.domain.roster import read_roster, roster_of
from console.domain.roster_columns import COLUMNS, LEVELS, LINES
from console.domain.roster_text import roster_text
from console.domain.table import Row, Table, csv_table
from console.simulators.model.roster import read_roster as read_by_simulators

FOLDER = Path(__file__).parents[2] / "resources" / "rosters"
NASTY = (
    "Xã <b>Ea H'leo</b> & \"M'Đrắk\"", 'Nói "thế", rồi; thôi', "=HYPERLINK(1)", "-1+2", "@a", "'",
    '"', "…" * 300, "Ư" * 300, "数字 Ñandú Übergröße øùûõ", "Huyá»‡n Ä‘ Æ° Ã¡", "sep=;",
    "code", "name", ";;;;;;;;;;;;;;;;;;;;;;;;;;;;", "#", "\ufeffx", "ÖÄÜ ß", "a?b", "a\u200d\u0301",
)  # fmt: skip


def again(sites: tuple[Endpoint, ...]) -> tuple[Endpoint, ...]:
    return read_roster(roster_text(sites, "danh sách").encode()).endpoints


@pytest.mark.parametrize("year", [2021, 2025])
@pytest.mark.parametrize("domain", ["", "hnth.example"])
def test_the_shipped_rosters_come_back(year: int, domain: str, tmp_path: Path) -> None:
    sites = read_roster((FOLDER / f"dak_lak_{year}.csv").read_bytes(), domain).endpoints
    text = roster_text(sites, f"Đắk Lắk {year}")
    reading = read_roster(text.encode())
    assert reading.endpoints == sites
    assert reading.findings == ()
    path = tmp_path / "kept.csv"
    path.write_text(text, encoding="utf-8", newline="")
    assert [row.name for row in read_by_simulators(path)] == [site.name for site in sites]


def test_all_that_is_known_of_a_site_comes_back() -> None:
    people = (
        Contact("leader", "Võ Minh Tâm", "Chủ tịch", "0262 385"),
        Contact("technician", "H'Nga", "KTV", "0905000001", "zalo-1"),
    )
    root = Endpoint("66", "Tỉnh Đắk Lắk", "Đắk Lắk", level="province")
    full = Endpoint(
        "651", "Huyện Ea Kar", "Ea Kar", "66", "district", "sip:651@a.example", "phong-651",
        "cam-651", LineKind.SLCD, "VNPT", people, order=1, group="phía đông",
    )  # fmt: skip
    assert again((root, full)) == (root, full)


def test_what_list_it_is_comes_back_and_no_other_file_says_so() -> None:
    (site,) = read_roster(b"code,name\n1,A\n").endpoints
    for source in (('Đắk Lắk, "mới"', "rec-7", 4), ("tên", "", 0)):
        reading = read_roster(roster_text((site,), *source).encode())
        assert (reading.name, reading.record, reading.version) == source
    other = read_roster(b"code,name\n1,A\n")
    assert (other.name, other.record, other.version) == ("", "", 0)
    odd = read_roster(b"code,name,list_name,list_version\n1,A,x,-4\n")
    assert (odd.name, odd.version) == ("x", 0)


@pytest.mark.parametrize("name", NASTY)
def test_nasty_names_come_back(name: str) -> None:
    table = Table((Row(1, ("code", "name", "group")), Row(2, ("1", name, name))))
    sites = roster_of(table).endpoints
    assert len(sites) == 1
    assert again(sites) == sites


def test_another_program_reads_the_same_cells() -> None:
    (site,) = roster_of(Table((Row(1, ("code", "name")), Row(2, ("1", NASTY[0]))))).endpoints
    text = roster_text((site,), "x").removeprefix("\ufeff")
    heading, row = csv.reader(text.splitlines())
    assert heading == list(COLUMNS)
    assert row[heading.index("name")] == NASTY[0]


def test_saved_anew_in_another_encoding_it_is_looked_at_as_any_file() -> None:
    text = roster_text(read_roster(b"code,name\n1,Huy\xe1\xbb\x87n Ea Kar\n").endpoints, "x")
    broken = text.encode().replace("ệ".encode(), b"\xff")
    assert csv_table(broken).findings[0].code == "encoding.broken"


signs = st.characters(codec="utf-8") | st.sampled_from(
    " \",;\t\n\r'<>&=\u200d\u0301\u0323đĐªº…\u3000"
)
words = st.text(signs, max_size=12) | st.sampled_from(NASTY)
CODES = ("66", "643", "0643", "643.0", "651", "24118", "A-1", "a-1", "x" * 41, "٣.0", "1e5", "")
cells = {
    "code": st.sampled_from(CODES) | words,
    "parent_code": st.sampled_from(CODES),
    "level": st.sampled_from(("", *LEVELS, *LEVELS.values(), "Tỉnh", "t\u200bỉnh", "İ")) | words,
    "name": words,
    "address": st.sampled_from(("", "sip:a@b", "A@b", "a b", "643@c")) | words,
    "line": st.sampled_from(("", *LINES, "SLCĐ")),
    "leader_phone": st.sampled_from(("", "905000000", "2625550000", "9,05E+08", "x")),
}
ROW = st.tuples(*(cells.get(name, words) for name in COLUMNS))


@settings(max_examples=80, deadline=None)
@given(st.lists(ROW, min_size=1, max_size=8), st.sampled_from(("", "tinh.example")))
def test_whatever_was_accepted_comes_back(rows: list[tuple[str, ...]], domain: str) -> None:
    table = Table((Row(1, tuple(COLUMNS)), *(Row(at, row) for at, row in enumerate(rows, 2))))
    sites = roster_of(table, domain).endpoints
    if sites:
        assert again(sites) == sites
