"""Office files as they come: right tables, or a finding that says what to do; never a hang."""

from __future__ import annotations

import datetime as dt
import re
import time
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any
from unittest.mock import Mock

import openpyxl
import pytest

from console.core import tables as room
from console.core.tables import Cancelled, Tables, read_tables
from console.domain.table import LARGEST_ROWS
from console.qt.wording import catalogue

ROOT = Path(__file__).parents[2]
OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600
W = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'


def rows(read: Tables, at: int = 0) -> list[tuple[str, ...]]:
    return [row.cells for row in read.tables[at].rows]


def codes(read: Tables) -> list[str]:
    return [f.code for t in read.tables for f in t.findings] + [f.code for f in read.findings]


def file(folder: Path, body: bytes, name: str = "kịch bản.xlsx") -> Path:
    path = folder / name
    path.write_bytes(body)
    return path


def workbook(folder: Path, fill: Callable[[Any], object]) -> Path:
    book = openpyxl.Workbook()
    fill(book.active)
    path = folder / "sổ.xlsx"
    book.save(path)
    return path


def document(folder: Path, body: str) -> Path:
    path = folder / "văn bản.docx"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("[Content_Types].xml", "<Types/>")
        archive.writestr(
            "word/document.xml", f"<w:document {W}><w:body>{body}</w:body></w:document>"
        )
    return path


def p(text: str) -> str:
    return f"<w:p><w:r><w:t>{text}</w:t></w:r></w:p>"


def tc(text: str, properties: str = "") -> str:
    return f"<w:tc><w:tcPr>{properties}</w:tcPr>{text if '<' in text else p(text)}</w:tc>"


def tr(*cells: str, properties: str = "") -> str:
    return f"<w:tr><w:trPr>{properties}</w:trPr>{''.join(cells)}</w:tr>"


def patched(path: Path, part: str, change: Callable[[str], str]) -> Path:
    """The same package with one part changed."""
    with zipfile.ZipFile(path) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    parts[part] = change(parts[part].decode()).encode()
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, body in parts.items():
            archive.writestr(name, body)
    return path


# -- workbooks -------------------------------------------------------------------------------------


def test_cells_are_the_text_that_excel_shows(tmp_path: Path) -> None:
    def fill(sheet: Any) -> None:
        sheet.append(["Ô", 1, 24118.0, 1.5, True, dt.time(8, 5), dt.timedelta(minutes=70)])
        sheet.append(
            [
                *(dt.datetime.fromisoformat(t) for t in ("2026-11-26", "2026-11-26T08:30")),
                dt.date(2026, 1, 2),
            ]
        )
        sheet["A3"], sheet["B3"] = 66, 905000000
        sheet["A3"].number_format, sheet["B3"].number_format = "00000", "0000000000"

    read = read_tables(workbook(tmp_path, fill))
    assert rows(read) == [
        ("Ô", "1", "24118", "1.5", "TRUE", "08:05", "1:10"),
        ("26/11/2026", "08:30 26/11/2026", "02/01/2026"),
        ("00066", "0905000000"),
    ]
    assert (read.tables[0].name, codes(read)) == ("Sheet", [])


def test_cells_merged_downwards_are_repeated_and_empty_rows_are_not_rows(tmp_path: Path) -> None:
    def fill(sheet: Any) -> None:
        for line in (["KỊCH BẢN"], ["1", "Huyện Lắk", "A"], ["", "", "B"], ["2", "Khai mạc"]):
            sheet.append(line)
        sheet["A6"] = "3"
        for box in ("A1:C1", "A2:A3", "B2:B3", "A4:A5", "B4:B5"):
            sheet.merge_cells(box)

    read = read_tables(workbook(tmp_path, fill))
    assert [(row.line, row.cells) for row in read.tables[0].rows] == [
        (1, ("KỊCH BẢN",)),
        (2, ("1", "Huyện Lắk", "A")),
        (3, ("1", "Huyện Lắk", "B")),
        (4, ("2", "Khai mạc")),
        (6, ("3",)),
    ]


def test_formulas_without_a_result_errors_and_far_columns_are_told(tmp_path: Path) -> None:
    def fill(sheet: Any) -> None:
        sheet["A1"], sheet["B1"], sheet["C1"] = "tên", "=1+1", "#N/A"
        sheet.cell(1, 70, "xa")

    read = read_tables(workbook(tmp_path, fill))
    assert rows(read) == [("tên", "", "#N/A")]
    found = {f.code: dict(f.params) for f in read.tables[0].findings}
    assert found["cell.unsaved"]["first"] == "B1"
    assert found["cell.error"] == {"cell": "C1", "text": "#N/A"}
    assert found["table.wide"]["first"] == "BR1"


def test_hidden_sheets_come_last_and_empty_ones_not_at_all(tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    draft: Any = book.active
    draft.title, draft["A1"], draft.sheet_state = "Nháp", "x", "hidden"
    book.create_sheet("Trống")
    book.create_sheet("Kịch bản")["B2"] = "y"
    book.save(tmp_path / "a.xlsx")
    read = read_tables(tmp_path / "a.xlsx")
    assert [(t.name, t.number) for t in read.tables] == [("Kịch bản", 1), ("Nháp", 2)]
    assert rows(read)[0] == ("", "y")


def test_claims_of_a_huge_sheet_are_not_believed(tmp_path: Path) -> None:
    def fill(sheet: Any) -> None:
        sheet["A1"] = "a"
        sheet["A1048576"] = "cuối"
        sheet.merged_cells.add("C1:XFD1048576")

    path = patched(
        workbook(tmp_path, fill),
        "xl/worksheets/sheet1.xml",
        lambda text: re.sub(r'<dimension ref="[^"]*"', '<dimension ref="A1:XFD1048576"', text),
    )
    began = time.monotonic()
    read = read_tables(path)
    assert [(row.line, row.cells) for row in read.tables[0].rows] == [
        (1, ("a",)),
        (1048576, ("cuối",)),
    ]
    assert time.monotonic() - began < 30


def test_ten_thousand_merged_rows_are_read_and_too_many_are_told(tmp_path: Path) -> None:
    book = openpyxl.Workbook(write_only=True)
    sheet: Any = book.create_sheet()
    for n in range(LARGEST_ROWS + 10):
        sheet.append([n, f"Xã {n}"] if n % 2 == 0 else [n])
    book.save(tmp_path / "lớn.xlsx")
    path = patched(
        tmp_path / "lớn.xlsx",
        "xl/worksheets/sheet1.xml",
        lambda text: text.replace(
            "</sheetData>",
            "</sheetData><mergeCells>"
            + "".join(f'<mergeCell ref="B{n}:B{n + 1}"/>' for n in range(1, 10_001, 2))
            + "</mergeCells>",
        ),
    )
    shares: list[float] = []
    read = read_tables(path, shares.append)
    assert len(read.tables[0].rows) == LARGEST_ROWS + 1
    assert rows(read)[9_999] == ("9999", "Xã 9998")
    assert rows(read)[10_001] == ("10001",)
    assert codes(read) == ["file.too_many_rows"]
    assert shares == sorted(shares)
    assert len(shares) > 5


# -- documents -------------------------------------------------------------------------------------


def test_a_document_with_merged_nested_and_controlled_cells(tmp_path: Path) -> None:
    nested = f"<w:tbl>{tr(tc('trong'), tc('lồng'))}</w:tbl>{p('sau')}"
    body = (
        p("Đoạn đầu")
        + "<w:tbl>"
        + tr(tc("1"), tc("Huyện Lắk", '<w:vMerge w:val="restart"/>'), tc("A"))
        + "<w:sdt><w:sdtContent>"
        + tr(tc("2"), tc("", "<w:vMerge/>"), tc("B"))
        + "</w:sdtContent></w:sdt>"
        + tr(tc("rộng", '<w:gridSpan w:val="2"/>'), tc(p("C1") + p("C2")))
        + tr(tc("bỏ"), tc("bỏ"), properties="<w:del/>")
        + tr(tc(""), tc("", "<w:vMerge/>"))
        + tr(tc("<w:p><w:del><w:r><w:delText>cũ</w:delText></w:r></w:del><w:ins><w:r>"
                "<w:t>mới</w:t></w:r></w:ins></w:p>"), tc(nested))
        + "</w:tbl><w:tbl>"
        + tr(tc("bảng hai"))
        + "</w:tbl>"
    )  # fmt: skip
    read = read_tables(document(tmp_path, body))
    assert [(row.line, row.cells) for row in read.tables[0].rows] == [
        (1, ("1", "Huyện Lắk", "A")),
        (2, ("2", "Huyện Lắk", "B")),
        (3, ("rộng", "", "C1\nC2")),
        (6, ("mới", "trong\nlồng\nsau")),
    ]
    assert rows(read, 1) == [("trong", "lồng")]
    assert rows(read, 2) == [("bảng hai",)]
    assert (rows(read, 3), read.tables[3].loose) == ([("Đoạn đầu",)], True)


def test_a_document_without_a_table_gives_its_lines(tmp_path: Path) -> None:
    read = read_tables(document(tmp_path, p("1. Khai mạc") + p("") + p("2. Huyện Lắk")))
    assert (rows(read), read.tables[0].loose) == ([("1. Khai mạc",), ("2. Huyện Lắk",)], True)
    assert codes(read_tables(document(tmp_path, p("")))) == ["table.none"]


def test_a_document_of_ten_thousand_rows_merged_down(tmp_path: Path) -> None:
    first = tr(tc("Huyện", '<w:vMerge w:val="restart"/>'), tc("0"))
    more = "".join(tr(tc("", "<w:vMerge/>"), tc(str(n))) for n in range(1, 10_000))
    read = read_tables(document(tmp_path, f"<w:tbl>{first}{more}</w:tbl>"))
    assert len(read.tables[0].rows) == 10_000
    assert rows(read)[-1] == ("Huyện", "9999")


# -- text ------------------------------------------------------------------------------------------

LINES = "Mã;Tên\n1;Huyện Ea Kar\n2;Xã Hòa Phú\n"


@pytest.mark.parametrize(
    "body",
    [
        LINES.encode(),
        LINES.encode("utf-8-sig"),
        LINES.encode("utf-16"),
        LINES.encode("utf-16-le"),
        LINES.replace(";", "\t").encode(),
        LINES.replace(";", ",").encode(),
        b"sep=;\r\n" + LINES.encode(),
        ("Ma\u0303;Tên\n1;Huyê\u0323n Ea Kar\n2;Xa\u0303 Ho\u0300a Phu\u0301\n").encode("cp1258"),
    ],
)  # fmt: skip
def test_text_of_any_kind_is_one_table(tmp_path: Path, body: bytes) -> None:
    read = read_tables(file(tmp_path, body, "tên sai.xlsx"))
    assert rows(read) == [("Mã", "Tên"), ("1", "Huyện Ea Kar"), ("2", "Xã Hòa Phú")]


def test_text_in_a_font_of_before_unicode_is_named(tmp_path: Path) -> None:
    body = "M·;T£n\n1;Huy\xd6n Ea Kar\n2;X\xb7 Ho\xb5\n".encode("latin-1")
    assert codes(read_tables(file(tmp_path, body))) == ["encoding.tcvn3"]


# -- what can't be read ----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("body", "code"),
    [
        (b"", "file.empty"),
        (b"\xef\xbb\xbf \r\n", "file.empty"),
        (OLE + "Workbook".encode("utf-16-le"), "file.old_excel"),
        (OLE + "WordDocument".encode("utf-16-le"), "file.old_word"),
        (OLE + "EncryptedPackage".encode("utf-16-le"), "file.password"),
        (OLE, "file.unknown"),
        (b"%PDF-1.7", "file.unknown"),
        (b"{\\rtf1 abc}", "file.rtf"),
        (b"<html><table><tr><td>1</td></tr></table></html>", "file.web_page"),
        (b"PK\x03\x04 not a package", "file.broken"),
        (b"a,b\n" * 2_100_000, "file.too_large"),
        (b"\0\1\2\3" * 50, "encoding.not_text"),
    ],
)
def test_a_file_that_is_no_table_is_named(tmp_path: Path, body: bytes, code: str) -> None:
    read = read_tables(file(tmp_path, body))
    assert (read.tables, codes(read)) == ((), [code])


@pytest.mark.parametrize(
    ("parts", "code"),
    [
        ({"xl/workbook.bin": b"x"}, "file.binary_excel"),
        ({"mimetype": b"application/vnd.oasis.opendocument.spreadsheet"}, "file.opendocument"),
        ({"ảnh.jpg": b"x"}, "file.not_office"),
        ({"xl/workbook.xml": b"<workbook/>"}, "file.broken"),
        ({"xl/workbook.xml": b'<a xmlns="http://purl.oclc.org/ooxml/spreadsheetml/main"/>'},
         "file.strict"),
        ({"word/document.xml": b"<w:document"}, "file.broken"),
        ({"word/document.xml": b'<!DOCTYPE a [<!ENTITY b "c">]><a>&b;</a>'}, "file.broken"),
        ({"xl/workbook.xml": b"<a/>", "xl/sharedStrings.xml": b"<!DOCTYPE a><a/>"}, "file.broken"),
        ({f"word/{n}.xml": b"" for n in range(5001)}, "file.bomb"),
    ],
)  # fmt: skip
def test_a_package_that_is_no_table_is_named(
    tmp_path: Path, parts: dict[str, bytes], code: str
) -> None:
    path = tmp_path / "a.xlsx"
    with zipfile.ZipFile(path, "w") as archive:
        for name, body in parts.items():
            archive.writestr(name, body)
    assert codes(read_tables(path)) == [code]


def test_a_bomb_is_not_inflated(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "bom.docx"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("word/document.xml", b" " * (room.LARGEST_PART + 1))
    monkeypatch.setattr(zipfile.ZipFile, "open", lambda *_: pytest.fail("inflated"))
    assert codes(read_tables(path)) == ["file.bomb"]


def test_a_locked_archive_and_a_missing_file(tmp_path: Path) -> None:
    path = workbook(tmp_path, lambda sheet: sheet.append(["a"]))
    body = bytearray(path.read_bytes())
    body[body.index(b"PK\x01\x02") + 8] |= 1
    assert codes(read_tables(file(tmp_path, bytes(body)))) == ["file.password"]
    assert codes(read_tables(tmp_path / "không có.xlsx")) == ["file.gone"]
    assert codes(read_tables(tmp_path)) == ["file.folder"]
    held = tmp_path / "held.xlsx"
    held.write_bytes(b"PK")
    with pytest.MonkeyPatch.context() as patch:
        for error, code in ((PermissionError(13, "x"), "denied"), (OSError(5, "x"), "unreadable")):
            patch.setattr(Path, "read_bytes", Mock(side_effect=error))
            assert codes(read_tables(held)) == [f"file.{code}"]


@pytest.mark.parametrize("kind", ["xlsx", "docx"])
def test_a_package_cut_or_spoilt_anywhere_is_a_finding(tmp_path: Path, kind: str) -> None:
    if kind == "xlsx":
        path = workbook(tmp_path, lambda sheet: [sheet.append([n, "Huyện Lắk"]) for n in range(9)])
    else:
        path = document(tmp_path, f"<w:tbl>{tr(tc('a'), tc('b')) * 9}</w:tbl>")
    whole = path.read_bytes()
    for cut in range(0, len(whole), max(1, len(whole) // 25)):
        assert isinstance(read_tables(file(tmp_path, whole[:cut])), Tables)
        spoilt = whole[:cut] + bytes([whole[cut] ^ 0x55]) + whole[cut + 1 :]
        read = read_tables(file(tmp_path, spoilt))
        assert read.tables or read.findings


def test_it_stops_when_nobody_wants_it(tmp_path: Path) -> None:
    path = workbook(tmp_path, lambda sheet: [sheet.append([n]) for n in range(5000)])
    looks = 0

    def cancelled() -> bool:
        nonlocal looks
        looks += 1
        return looks > 4

    with pytest.raises(Cancelled):
        read_tables(path, cancelled=cancelled)


def test_every_finding_has_words_in_both_languages() -> None:
    source = "".join(
        (ROOT / "console" / place).read_text(encoding="utf-8")
        for place in (
            "core/tables.py", "core/workbook_tables.py", "core/document_tables.py",
            "domain/script_columns.py",
        )
    )  # fmt: skip
    found = set(re.findall(r'"((?:file|table|cell)\.[a-z_]+)"', source))
    assert len(found) > 15
    for language in ("vi", "en"):
        texts = catalogue(language)
        for code in found:
            assert {f"files.finding.{code}", f"roster.finding.{code}"} & texts.keys(), code
