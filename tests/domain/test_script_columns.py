"""A running order as a table: columns told by their heading, sites by their own column."""

from __future__ import annotations

from pathlib import Path

import pytest

from console.domain.roster import best_table as best_roster
from console.domain.roster import read_roster, roster_of
from console.domain.roster_change import difference
from console.domain.script import read_script
from console.domain.script_columns import best_table, heading, table_text
from console.domain.session import ScriptLine
from console.domain.site_match import SiteMatcher
from console.domain.table import Row, Table, csv_table

FOLDER = Path(__file__).parents[2] / "resources" / "rosters"
BODY = (FOLDER / "dak_lak_2021.csv").read_bytes()
MATCHER = SiteMatcher(read_roster(BODY).endpoints)
HEAD = "STT\tThời gian\tNội dung\tĐơn vị/Điểm cầu\tNgười phát biểu\tGhi chú"


def table(*rows: tuple[str, ...], loose: bool = False) -> Table:
    return Table(tuple(Row(n, cells) for n, cells in enumerate(rows, 1)), loose=loose)


@pytest.mark.parametrize(
    ("cells", "columns"),
    [
        (HEAD, "number when title site speaker note"),
        ("TT\tNội dung công việc\tThời lượng (phút)\tĐơn vị thực hiện",
         "number title minutes site"),
        ("Số thứ tự\tĐiểm cầu\tNgười trình bày\tThời gian (phút)",
         "number site speaker minutes"),
        ("Item\tSite\tSpeaker\tMinutes\tCamera", "title site speaker minutes preset"),
        ("STT\tNội dung\tĐường dẫn họp", "number title other"),
    ],
)  # fmt: skip
def test_a_heading_tells_what_each_column_holds(cells: str, columns: str) -> None:
    assert heading(cells.split("\t")) == tuple(columns.split())


@pytest.mark.parametrize(
    "cells",
    ["Nội dung", "1\tKhai mạc\tĐơn vị", "Phát biểu\tHuyện Lắk", "STT\tThời gian", "a\tb\tNội dung",
     "Nội dung 1\tĐơn vị 2", ""],
)  # fmt: skip
def test_a_row_is_no_heading(cells: str) -> None:
    assert heading(cells.split("\t")) is None


def row(cells: str, head: str = HEAD) -> tuple[ScriptLine, str]:
    (found,) = read_script(f"{head}\n{cells}", MATCHER).rows
    return found.line, found.doubt


@pytest.mark.parametrize(
    ("cells", "line", "doubt"),
    [
        ("1\t08h00 - 08h10\tPhát biểu về hồ Lắk\tHuyện Krông Bông\tBà B, Chủ tịch\tcamera 2",
         ScriptLine("Huyện Krông Bông", "653",
                    "Phát biểu về hồ Lắk · Bà B, Chủ tịch · 08h00 - 08h10", 10, 2), ""),
        ("2\t0:10\tTham luận\tH. Lắk", ScriptLine("H. Lắk", "656", "Tham luận", 10), ""),
        ("3\t15\tThảo luận", ScriptLine("Thảo luận", "", "", 15), ""),
        ("4\t09:30\tÝ kiến\t\tChủ tịch UBND huyện Ea Kar",
         ScriptLine("Ý kiến", "651", "Chủ tịch UBND huyện Ea Kar · 09:30"), ""),
        ("5\t\tTham luận\tThống Nhất", ScriptLine("Thống Nhất", "", "Tham luận"), "several"),
        ("6\t\tKhai mạc\tVăn phòng", ScriptLine("Khai mạc", "", "Văn phòng"), "none"),
        ("7\t\t1. Khai mạc\t", ScriptLine("Khai mạc"), ""),
        ("8\t\tTham luận\t656", ScriptLine("Huyện Lắk", "656", "Tham luận"), ""),
        ("Phần I\t\tBáo cáo", ScriptLine("Báo cáo", "", "Phần I"), ""),
        ("9\t10 phút\tA\tHuyện Lắk\tB\tC\tthừa", ScriptLine("Huyện Lắk", "656",
         "A · B · thừa · C", 10), ""),
        ("Giải lao 15 phút", ScriptLine("Giải lao", "", "", 15), ""),
        ("\t08:00\t\tBan tổ chức", ScriptLine("Ban tổ chức", "", "08:00"), "none"),
    ],
)  # fmt: skip
def test_a_row_is_read_by_its_columns(cells: str, line: ScriptLine, doubt: str) -> None:
    assert row(cells) == (line, doubt)


def test_minutes_and_cameras_in_columns_of_their_own() -> None:
    head = "Nội dung\tĐiểm cầu\tThời lượng\tCamera"
    assert row("A\tHuyện Lắk\t1:30\tvị trí 3", head)[0].minutes == 90
    assert row("A\tHuyện Lắk\t5\tvị trí 3", head)[0].preset == 3
    assert row("A\tHuyện Lắk\t5\tgần, xa", head)[0].detail == "A · gần, xa"


def test_a_heading_repeated_on_another_page_is_no_item_and_another_one_counts_anew() -> None:
    text = f"{HEAD}\n1\t\tKhai mạc\n{HEAD}\n2\t\tBế mạc\nĐiểm cầu\tNội dung\nHuyện Lắk\tA"
    lines = read_script(text, MATCHER).lines()
    assert [line.title for line in lines] == ["Khai mạc", "Bế mạc", "Huyện Lắk"]


def test_a_site_named_twice_is_shown_and_both_rows_stand() -> None:
    reading = read_script(f"{HEAD}\n1\t\tA\tHuyện Lắk\n2\t\tB\tHuyện Lắk", MATCHER)
    assert [line.endpoint for line in reading.lines()] == ["656", "656"]
    assert [(f.code, f.line) for f in reading.findings] == [("twice", 3)]


def test_a_table_becomes_text_that_reads_the_same() -> None:
    made = table(
        ("KỊCH BẢN ĐIỀU HÀNH",),
        tuple(HEAD.split("\t")),
        ("1", "8h - 8h10", "Khai\tmạc", "UBND tỉnh", "Ông A\nChủ tịch"),
        ("", "", "", "Huyện Lắk"),
    )
    text, (above,) = table_text(made)
    assert text.split("\n")[1:] == ["1\t8h - 8h10\tKhai mạc\tUBND tỉnh\tÔng A, Chủ tịch",
                                    "\t\t\tHuyện Lắk"]  # fmt: skip
    assert dict(above.params) == {"rows": 1, "text": "KỊCH BẢN ĐIỀU HÀNH"}
    lines = read_script(text, MATCHER).lines()
    assert (lines[0].minutes, lines[1].endpoint) == (10, "656")
    assert table_text(table(("Khai mạc",), ("Huyện Lắk",), loose=True)) == (
        "Khai mạc\nHuyện Lắk", (),
    )  # fmt: skip


def test_the_running_order_among_several_tables() -> None:
    letterhead = table(("UBND TỈNH", "CỘNG HÒA"), ("Số 1", "Độc lập"))
    order = table(("Nội dung", "Đơn vị"), ("a", "b"))
    plain = table(*((str(n), "b") for n in range(9)))
    lines = table(*((str(n),) for n in range(99)), loose=True)
    assert best_table([letterhead, order, plain, lines]) == 1
    assert best_table([letterhead, plain, lines]) == 1
    assert best_table([letterhead, lines]) == 1
    assert best_table([letterhead]) == 0


# -- rosters ---------------------------------------------------------------------------------------


def test_a_roster_under_a_title_and_beside_other_sheets() -> None:
    made = table(
        ("DANH SÁCH ĐIỂM CẦU",), ("", "Năm 2026"),
        ("STT", "Mã", "Tên điểm cầu", "Trực thuộc", "Cấp"),
        ("1", "66", "Tỉnh Đắk Lắk", "", "tỉnh"), ("2", "656", "Huyện Lắk", "66", "huyện"),
    )  # fmt: skip
    reading = roster_of(made)
    assert [(e.id, e.parent, e.level) for e in reading.endpoints] == [
        ("66", "", "province"), ("656", "66", "district"),
    ]  # fmt: skip
    notes = table(*((str(n), "ghi chú") for n in range(50)))
    assert best_roster([notes, made]) == 1
    assert roster_of(notes).endpoints == ()
    assert "column.missing" in {f.code for f in roster_of(notes).findings}
    assert roster_of(Table(())).findings[0].code == "roster.empty"


def test_a_text_table_is_parted_by_what_its_first_row_with_several_cells_is() -> None:
    made = csv_table(b"Danh s\xc3\xa1ch\n\nM\xc3\xa3;T\xc3\xaan, m\xe1\xbb\x9bi;C\n1;a;b\n")
    assert made.separator == ";"
    assert [row.line for row in made.rows] == [1, 3, 4]
    assert not made.loose
    assert csv_table(b"a\nb\n").loose


def test_contacts_that_change_are_a_change_of_their_own() -> None:
    head = "code,name,technician,technician_phone\n"
    old = read_roster(f"{head}1,A,Tư,0905000001\n2,B,Năm,0905000002\n".encode()).endpoints
    new = read_roster(f"{head}1,A,Tư,0905000009\n2,B,Năm,0905000002\n".encode()).endpoints
    change = difference(old, new)
    assert [after.id for _, after in change.contacted] == ["1"]
    assert (change.detailed, change.nothing) == ((), False)
