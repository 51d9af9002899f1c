"""A running order typed or pasted: items, minutes, cameras, and which site each line means."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from console.domain.endpoint import Endpoint
from console.domain.roster import read_roster
from console.domain.script import ScriptRow, read_script, twice
from console.domain.session import ScriptLine
from console.domain.site_match import SURE, SiteMatcher

FOLDER = Path(__file__).parents[2] / "resources" / "rosters"
SITES = read_roster((FOLDER / "dak_lak_2021.csv").read_bytes()).endpoints
SITES_2025 = read_roster((FOLDER / "dak_lak_2025.csv").read_bytes()).endpoints
NAMES = {e.id: e.name for e in SITES}
MATCHER = SiteMatcher(SITES)


def row(text: str) -> ScriptRow:
    reading = read_script(text, MATCHER)
    assert len(reading.rows) == 1
    return reading.rows[0]


@pytest.mark.parametrize(
    ("text", "site"),
    [
        ("Huyện Krông Bông", "Huyện Krông Bông"),
        ("huyen ea kar phat bieu", "Huyện Ea Kar"),
        ("HUYỆN EA KAR", "Huyện Ea Kar"),
        ("H. Lắk", "Huyện Lắk"),
        ("TX. Buôn Hồ - 5p", "Thị xã Buôn Hồ"),
        ("UBND thị xã Buôn Hồ phát biểu tham luận", "Thị xã Buôn Hồ"),
        ("Huyện ủy Krông Búk", "Huyện Krông Búk"),
        ("Huyện Ea H’leo", "Huyện Ea H'leo"),
        ("Huyện Ea Hleo", "Huyện Ea H'leo"),
        ("huyện Cư Mgar", "Huyện Cư M'gar"),
        ("TP BMT", "Thành phố Buôn Ma Thuột"),
        ("Thành phố Buôn Ma Thuột", "Thành phố Buôn Ma Thuột"),
        ("Xã Ea Hồ", "Xã Ea Hồ"),
        ("Xã Hoà Đông", "Xã Hòa Đông"),
        ("Krong A na", "Huyện Krông A Na"),
        ("Krông Ana phát biểu", "Huyện Krông A Na"),
        ("Phường Thống Nhất (thị xã Buôn Hồ)", "Phường Thống Nhất"),
        ("Đại diện xã Ea Tam, huyện Krông Năng", "Xã Ea Tam"),
        ("645", "Huyện Ea H'leo"),
    ],
)
def test_a_line_that_needs_nobodys_word(text: str, site: str) -> None:
    found = row(text)
    assert found.doubt == ""
    assert NAMES[found.line.endpoint] == site
    assert found.candidates[0].score >= SURE


@pytest.mark.parametrize(
    ("text", "doubt", "candidates"),
    [
        ("Thống Nhất", "several", ["Phường Thống Nhất", "Phường Thống Nhất"]),
        ("Phường Thống Nhất", "several", ["Phường Thống Nhất", "Phường Thống Nhất"]),
        ("Hồ", "several", ["Thị xã Buôn Hồ", "Xã Ea Hồ"]),
        ("Ea H'leo phát biểu", "several", ["Huyện Ea H'leo", "Xã Ea H'leo"]),
        ("Ea Kar", "several", ["Huyện Ea Kar", "Thị trấn Ea Kar"]),
        ("Tân Tiến", "several", ["Phường Tân Tiến", "Xã Tân Tiến"]),
        ("Huyện Ea Karr", "weak", ["Huyện Ea Kar", "Thị trấn Ea Kar"]),
        ("Krông Pắk", "several", ["Huyện Krông Pắc"]),
        ("BMT", "weak", ["Thành phố Buôn Ma Thuột"]),
        ("Huyện Krông Bông, huyện Ea Kar", "several", ["Huyện Krông Bông", "Huyện Ea Kar"]),
        ("Xã Không Có", "none", []),
        ("Phường Mỹ Đình phát biểu", "none", []),
    ],
)
def test_a_doubtful_line_shows_who_may_be_meant(
    text: str, doubt: str, candidates: list[str]
) -> None:
    found = row(text)
    assert (found.doubt, found.line.endpoint) == (doubt, "")
    names = [NAMES[c.endpoint] for c in found.candidates]
    assert names[: len(candidates)] == candidates
    if doubt == "none":
        assert names == []


@pytest.mark.parametrize(
    "text",
    [
        "Khai mạc", "Thảo luận tự do", "Giải lao 10 phút", "Kết luận của Chủ tịch UBND tỉnh",
        "Báo cáo tình hình kinh tế - xã hội", "Báo cáo tháng 10 – Sở KH&ĐT",
        "Ý kiến của các huyện", "Giải lao (10')",
    ],
)  # fmt: skip
def test_a_line_that_means_no_site_asks_nothing(text: str) -> None:
    found = row(text)
    assert (found.doubt, found.line.endpoint, found.candidates) == ("", "", ())


def test_a_department_is_asked_for_only_where_the_roster_has_departments() -> None:
    office = Endpoint("STC", "Sở Tài chính", "Sở Tài chính", "66", "department")
    (found,) = read_script("Báo cáo – Sở Xây dựng", [*SITES, office]).rows
    assert found.doubt == "none"
    (found,) = read_script("Báo cáo – Sở Tài chính", [*SITES, office]).rows
    assert found.line.endpoint == "STC"


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("3. Huyện Krông Bông phát biểu, 10 phút, camera 2",
         ScriptLine("Huyện Krông Bông phát biểu", "653", "", 10, 2)),
        ("4/ Huyện Ea Kar - phát biểu 10'", ScriptLine("Huyện Ea Kar", "651", "phát biểu", 10)),
        ("- Huyện Lắk: phát biểu (10 phút)", ScriptLine("Huyện Lắk", "656", "phát biểu", 10)),
        ("a) Thảo luận – 1 giờ", ScriptLine("Thảo luận", "", "1 giờ")),
        ("II. Khai mạc", ScriptLine("Khai mạc")),
        ("08h00 - 08h10 Khai mạc", ScriptLine("Khai mạc", "", "08h00 - 08h10", 10)),
        ("8:15 Huyện Lắk (cam 3)", ScriptLine("Huyện Lắk", "656", "8:15", None, 3)),
        ("10 phút giải lao", ScriptLine("giải lao", "", "", 10)),
        ("5\tHuyện Ea Súp\tphát biểu\t7\tcamera số 4",
         ScriptLine("Huyện Ea Súp", "646", "phát biểu", 7, 4)),
        ("645", ScriptLine("Huyện Ea H'leo", "645")),
        ("Báo cáo tháng 10", ScriptLine("Báo cáo tháng 10")),
    ],
)  # fmt: skip
def test_what_a_line_says(text: str, line: ScriptLine) -> None:
    assert row(text).line == line


def test_a_table_from_word() -> None:
    reading = read_script(
        "STT\tNội dung\tĐơn vị\tThời gian\r\n"
        "1\tKhai mạc\tUBND tỉnh\t5 phút\r\n\r\n"
        "2\tPhát biểu\tHuyện Krông Bông\t10 phút\r\n",
        SITES,
    )
    assert [r.number for r in reading.rows] == [2, 4]
    assert reading.lines() == (
        ScriptLine("Khai mạc", "", "UBND tỉnh", 5),
        ScriptLine("Huyện Krông Bông", "653", "Phát biểu", 10),
    )
    assert [(r.number, r.doubt) for r in reading.doubtful] == [(2, "none")]


def test_a_site_named_twice_is_said_with_both_lines() -> None:
    reading = read_script("Huyện Lắk\nThảo luận\nHuyện Lắk", SITES)
    (finding,) = reading.findings
    assert (finding.line, finding.code) == (3, "twice")
    assert dict(finding.params) == {"first": 1, "title": "Huyện Lắk"}


def test_choosing_settles_a_row() -> None:
    reading = read_script("Thống Nhất\nPhường Thống Nhất\nXã Không Có", SITES)
    assert len(reading.doubtful) == 3
    first = reading.rows[0].candidates[0].endpoint
    chosen = [reading.rows[0].chosen(first), reading.rows[1].chosen(first)]
    assert [r.doubt for r in chosen] == ["", ""]
    assert [f.line for f in twice(chosen)] == [2]
    assert reading.rows[2].chosen("").line.endpoint == ""


def test_communes_of_2025_whose_names_were_districts() -> None:
    names = {e.id: e.name for e in SITES_2025}
    reading = read_script("Xã Ea Súp\nEa H'leo\nPhường Buôn Ma Thuột\nHuyện Krông Bông", SITES_2025)
    found = [names.get(r.line.endpoint, "") for r in reading.rows]
    assert found == ["Xã Ea Súp", "Xã Ea H’leo", "Phường Buôn Ma Thuột", ""]
    assert reading.rows[3].doubt == "weak"
    assert names[reading.rows[3].candidates[0].endpoint] == "Xã Krông Bông"


def test_a_running_order_longer_than_any_is_cut_and_said() -> None:
    reading = read_script("Thảo luận\n" * 600, SITES)
    assert len(reading.rows) == 500
    assert [f.code for f in reading.findings] == ["too_many"]


@given(st.text(max_size=200))
@settings(max_examples=150, deadline=None)
def test_any_text_gives_rows_that_name_only_sites_of_the_roster(text: str) -> None:
    reading = read_script(text, MATCHER)
    for found in reading.rows:
        assert found.line.endpoint in ("", *NAMES)
        assert found.line.title
        assert all(0.0 <= c.score <= 1.0 for c in found.candidates)
        assert bool(found.doubt) <= (found.line.endpoint == "")


def test_minutes_end_at_ten_hours() -> None:
    for text in ("Khai mạc 601 phút", "Khai mạc (99999 phut)", "Nội dung\tPhút\nKhai mạc\t1000"):
        reading = read_script(text, [])
        (row,) = reading.rows
        assert (row.line.title, row.line.minutes, row.doubt) == ("Khai mạc", None, "minutes")
        assert row.odd_time in row.line.detail
        assert [finding.code for finding in reading.findings] == ["minutes"]
        assert row.chosen("").doubt == ""
    (row,) = read_script("Khai mạc 600 phút", []).rows
    assert (row.line.minutes, row.doubt, row.odd_time) == (600, "", "")
