"""A roster from a spreadsheet: what is read, what is put right and what is said of the rest."""

from __future__ import annotations

import unicodedata
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from console.domain.commands.own import LoadRoster
from console.domain.endpoint import Contact, Endpoint, LineKind
from console.domain.event import stamped
from console.domain.facts import RosterLoaded
from console.domain.finding import Severity
from console.domain.fold import fold
from console.domain.roster import RosterReading, read_roster
from console.domain.roster_change import difference
from console.domain.state import State
from console.domain.text import clean_name

FOLDER = Path(__file__).parents[2] / "resources" / "rosters"
HEAD = "code,parent_code,level,name\n"
GOOD = HEAD + (
    "66,,province,Tỉnh Đắk Lắk\n"
    "643,66,district,Thành phố Buôn Ma Thuột\n"
    "651,66,district,Huyện Ea Kar\n"
    "24118,643,commune,Phường Tân Lập\n"
    "24373,651,commune,Thị trấn Ea Kar\n"
)


def read(text: str, **given: str) -> RosterReading:
    return read_roster(text.encode(), **given)


def codes(reading: RosterReading) -> list[tuple[int, str]]:
    return [(f.line, f.code) for f in reading.findings]


def ids(reading: RosterReading) -> list[str]:
    return [e.id for e in reading.endpoints]


@pytest.mark.parametrize(
    ("year", "sites", "tiers"),
    [(2021, 200, {"province": 1, "district": 15, "commune": 184}), (2025, 103, {"commune": 102})],
)
def test_shipped_rosters_read_without_a_finding(
    year: int, sites: int, tiers: dict[str, int]
) -> None:
    reading = read_roster((FOLDER / f"dak_lak_{year}.csv").read_bytes(), "hnth.example")
    assert (len(reading.endpoints), reading.findings) == (sites, ())
    assert [e.order for e in reading.endpoints] == list(range(sites))
    for level, count in tiers.items():
        assert sum(e.level == level for e in reading.endpoints) == count
    root = reading.endpoints[0]
    assert (root.id, root.parent, root.address) == ("66", "", "sip:66@hnth.example")
    assert all(e.parent for e in reading.endpoints[1:])


def test_the_tree_decides_the_order() -> None:
    reading = read(
        HEAD + "24373,651,commune,Thị trấn Ea Kar\n643,66,district,Thành phố Buôn Ma Thuột\n"
        "651,66,district,Huyện Ea Kar\n66,,province,Tỉnh Đắk Lắk\n"
        "24118,643,commune,Phường Tân Lập\nSTC,66,department,Sở Tài chính\n"
    )
    assert ids(reading) == ["66", "STC", "643", "24118", "651", "24373"]
    assert reading.endpoints[3].short == "P. Tân Lập"


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be"])
@pytest.mark.parametrize("separator", [",", ";", "\t"])
@pytest.mark.parametrize("newline", ["\n", "\r\n"])
def test_every_way_a_spreadsheet_saves_it(encoding: str, separator: str, newline: str) -> None:
    body = GOOD.replace(",", separator).replace("\n", newline).encode(encoding)
    reading = read_roster(body)
    assert ids(reading) == ids(read(GOOD))
    assert reading.findings == ()
    assert reading.separator == separator


def test_excels_separator_line_and_blank_lines_keep_line_numbers() -> None:
    reading = read(
        "sep=;\n" + HEAD.replace(",", ";") + "66;;province;Tỉnh\n\n;;;\n66;;province;Lại\n"
    )
    assert ids(reading) == ["66"]
    assert codes(reading) == [(6, "code.twice")]


def test_decomposed_and_spaced_names_are_normalised_without_a_word() -> None:
    name = unicodedata.normalize("NFD", "Phường  Buôn Ma Thuột")
    reading = read(HEAD + f"1,,commune, {name} \n")
    assert reading.endpoints[0].name == "Phường Buôn Ma Thuột"
    assert reading.findings == ()


def test_windows_1258_is_converted_and_said() -> None:
    body = b""
    for char in GOOD:
        base = "".join(c for c in unicodedata.normalize("NFD", char) if c not in "̣̀́̃̉")
        tone = "".join(c for c in unicodedata.normalize("NFD", char) if c in "̣̀́̃̉")
        body += unicodedata.normalize("NFC", base).encode("cp1258") + tone.encode("cp1258")
    reading = read_roster(body)
    assert reading.endpoints == read(GOOD).endpoints
    assert codes(reading) == [(0, "encoding.converted")]
    assert reading.findings[0].severity is Severity.WARNING


TCVN3 = "code,name\n1,Huy\xd6n Ea Kar\n2,X\xb7 Ho\xb5 \xa7\xabng\n3,Th\xde tr\xcan Kr\xabng\n"
VNI = "code,name\n1,Huyeän Ea Kar\n2,Xaõ Hoaø Ñoâng\n3,Thò traán Kroâng Kmar\n"


@pytest.mark.parametrize(
    ("body", "code"),
    [
        (TCVN3.encode("latin-1"), "encoding.tcvn3"),
        (TCVN3.encode(), "encoding.tcvn3"),
        (VNI.encode("latin-1"), "encoding.vni"),
        (VNI.encode(), "encoding.vni"),
        (GOOD.encode().decode("cp1252", "replace").encode(), "encoding.twice"),
        (b"PK\x03\x04\x14\x00" + bytes(range(256)), "encoding.workbook"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(99), "encoding.workbook"),
        (bytes(range(256)) * 4, "encoding.not_text"),
        (GOOD.encode("utf-16")[:-1], "encoding.broken"),
        ((GOOD * 9).encode() + b"\xff", "encoding.broken"),
        ("mã,tên\n1,東京\n".encode("shift-jis", "replace"), "encoding.unknown"),
    ],
)
def test_what_cannot_be_read_is_named_and_nothing_is_guessed(body: bytes, code: str) -> None:
    reading = read_roster(body)
    assert reading.endpoints == ()
    assert [f.code for f in reading.findings] == [code]
    assert reading.findings[0].severity is Severity.ERROR


def test_codes_that_stand_twice_keep_the_first() -> None:
    reading = read(GOOD + "651,66,district,Huyện Khác\n")
    assert ids(reading) == ids(read(GOOD))
    finding = reading.findings[0]
    assert (finding.line, finding.severity, finding.code) == (7, Severity.ERROR, "code.twice")
    assert dict(finding.params) == {"code": "651", "first": 4, "name": "Huyện Khác"}


def test_missing_parents_and_circles_are_put_under_the_province() -> None:
    reading = read(
        GOOD + "A,999,commune,Xã Lạc\nB,C,commune,Xã B\nC,B,commune,Xã C\nD,D,commune,Xã D\n"
    )
    assert codes(reading) == [(7, "parent.missing"), (8, "parent.circle"), (10, "parent.circle")]
    parents = {e.id: e.parent for e in reading.endpoints}
    assert (parents["A"], parents["B"], parents["C"], parents["D"]) == ("66", "66", "B", "66")
    assert len(reading.endpoints) == 9


def test_a_parent_that_excel_has_spoilt_is_put_under_the_province() -> None:
    reading = read(GOOD + "24700,6.43E+02,commune,Xã Lạc\n")
    assert codes(reading) == [(7, "parent.missing"), (7, "parent.scientific")]
    assert reading.endpoints[-1].parent == "66"


def test_rows_without_name_or_code_are_left_out() -> None:
    reading = read(GOOD + ",66,commune,Xã Không Mã\n777,66,commune,\n7 7,66,commune,Xã X\n")
    assert codes(reading) == [(7, "code.empty"), (8, "name.empty"), (9, "code.invalid")]
    assert ids(reading) == ids(read(GOOD))


def test_names_that_would_spoil_the_screen_are_cleaned_and_said() -> None:
    reading = read(
        HEAD + "1,,commune,<b>Xã</b> Một\n2,,commune,Xã \u202eHai\n3,,commune,"
        + "Ba " * 200 + "\n4,,commune,Huy?n Bốn\n"
    )  # fmt: skip
    assert codes(reading) == [
        (2, "name.markup"), (3, "name.hidden"), (4, "name.cut"), (5, "name.damaged"),
    ]  # fmt: skip
    names = [e.name for e in reading.endpoints]
    assert names[:2] == ["<b>Xã</b> Một", "Xã Hai"]
    assert len(names[2]) == 300
    assert all(clean_name(name) == name for name in names)


def test_a_name_that_no_tile_has_room_for_is_kept_and_said() -> None:
    reading = read(HEAD + f"1,,commune,{'Đ' * 300}\n2,,commune,{'Đ' * 100}\n")
    assert codes(reading) == [(2, "name.long")]
    assert [len(e.name) for e in reading.endpoints] == [300, 100]


def test_what_excel_did_to_codes_and_phones() -> None:
    reading = read(
        "code,parent_code,level,name,technician,technician_phone\n"
        "01,,province,Tỉnh,,\n"
        "00123,1,commune,Xã Một,An,905000000\n"
        "00124,1.0,commune,Xã Hai,Bình,+84 905 000 000\n"
        "125,01,commune,Xã Ba,Chi,9.05E+08\n"
        "2.4118E+04,01,commune,Xã Bốn,,\n"
        "126.0,01,commune,Xã Năm,Dung,gọi anh Tư\n"
    )
    assert codes(reading) == [
        (5, "phone.scientific"), (6, "code.scientific"),
        (5, "code.zeros"), (7, "code.zeros"), (7, "phone.odd"),
        (3, "parent.zeros"), (3, "phone.zero"),
        (4, "parent.zeros"), (7, "code.decimal"),
    ]  # fmt: skip
    assert ids(reading) == ["01", "00123", "00124", "125", "126"]
    phones = [e.contacts[0].phone for e in reading.endpoints if e.contacts]
    assert phones == ["0905000000", "+84 905 000 000", "", "gọi anh Tư"]


def test_optional_columns_in_vietnamese() -> None:
    reading = read(
        "Mã;Mã cha;Cấp;Tên điểm cầu;Địa chỉ;Nhà mạng;Đường truyền;Lãnh đạo;Chức vụ lãnh đạo;"
        "SĐT lãnh đạo;Kỹ thuật;SĐT kỹ thuật;Zalo;Nhóm;Ghi chú\n"
        "66;;Tỉnh;Đắk Lắk;;VNPT;SLCD;;;;;;;;\n"
        "651;66;Huyện;Huyện Ea Kar;651@mcu.example;Viettel;Internet;Nguyễn Văn A;Phó Chủ tịch;"
        "0262 3 000 000;Trần B;0905000000;0905000000;Cụm 1;x\n"
        "652;66;Huyện;Huyện M'Đrắk;sip:651@MCU.example;;vệ tinh;;;;;;;;\n"
    )
    site = reading.endpoints[1]
    assert (site.level, site.line, site.carrier, site.group) == (
        "district", LineKind.INTERNET, "Viettel", "Cụm 1",
    )  # fmt: skip
    assert site.address == "sip:651@mcu.example"
    assert site.contacts == (
        Contact("leader", "Nguyễn Văn A", "Phó Chủ tịch", "0262 3 000 000"),
        Contact("technician", "Trần B", "", "0905000000", "0905000000"),
    )
    assert codes(reading) == [(4, "address.twice"), (4, "line.unknown"), (1, "column.unknown")]
    assert reading.endpoints[0].contacts == ()


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", [(0, "roster.empty")]),
        (HEAD, [(0, "roster.empty")]),
        ("mã,cấp\n1,xã\n", [(1, "column.missing")]),
        ("a,b\nc,d\n", [(1, "column.missing"), (1, "column.missing"),
                        (1, "column.unknown"), (1, "column.unknown")]),
    ],
)  # fmt: skip
def test_a_table_that_is_no_roster(text: str, expected: list[tuple[int, str]]) -> None:
    reading = read(text)
    assert reading.endpoints == ()
    assert codes(reading) == expected


def test_advised_columns_may_be_missing() -> None:
    reading = read("code,name\n1,Xã Một\n2,Xã Hai\n")
    assert ids(reading) == ["1", "2"]
    assert codes(reading) == [(1, "column.advised"), (1, "column.advised")]


def test_extra_cells_and_open_quotes_are_said() -> None:
    reading = read(HEAD + '1,,commune,Xã Một,thừa\n2,,commune,"Xã Hai\n3,,commune,Xã Ba\n4,,c,D\n')
    assert (2, "row.extra_cells") in codes(reading)
    assert (3, "row.open_quote") in codes(reading)


def test_five_thousand_rows_work_and_are_said() -> None:
    rows = "".join(f"{n:05},66,commune,Xã Số {n}\n" for n in range(5000))
    reading = read(HEAD + "66,,province,Tỉnh\n" + rows)
    assert len(reading.endpoints) == 5001
    assert codes(reading) == [(0, "roster.large")]


def test_a_chain_of_five_thousand_tiers_does_not_overflow() -> None:
    rows = "".join(f"{n:05},{n - 1:05},commune,Xã {n}\n" for n in range(1, 3000))
    reading = read(HEAD + "00000,,province,Tỉnh\n" + rows)
    assert len(reading.endpoints) == 3000
    assert reading.endpoints[-1].order == 2999


def test_a_huge_file_is_refused() -> None:
    reading = read_roster(b"x" * 9_000_000)
    assert [f.code for f in reading.findings] == ["file.too_large"]


@given(st.binary(max_size=400))
@settings(max_examples=150, deadline=None)
def test_any_bytes_give_sites_or_a_finding(body: bytes) -> None:
    reading = read_roster(HEAD.encode() + body)
    assert reading.endpoints or reading.findings
    assert len({e.id for e in reading.endpoints}) == len(reading.endpoints)


@given(
    st.lists(
        st.tuples(
            st.sampled_from("ABCDEF"), st.sampled_from(["", *"ABCDEFX"]), st.text(max_size=12)
        ),
        max_size=12,
    )
)
@settings(max_examples=150, deadline=None)
def test_every_site_stands_once_and_after_its_parent(rows: list[tuple[str, str, str]]) -> None:
    text = HEAD + "".join(
        f'{code},{parent},commune,"{name.replace(chr(34), "")}"\n' for code, parent, name in rows
    )
    reading = read(text.encode("utf-8", "replace").decode())
    seen: set[str] = set()
    for endpoint in reading.endpoints:
        assert endpoint.parent == "" or endpoint.parent in seen
        seen.add(endpoint.id)
    assert len(seen) == len(reading.endpoints)


def site(code: str, name: str, parent: str = "66", **more: str) -> Endpoint:
    return Endpoint(code, name, name, parent, "commune", **more)  # type: ignore[arg-type]


def test_the_difference_of_two_rosters() -> None:
    old = [site("1", "Một"), site("2", "Hai"), site("3", "Ba"), site("4", "Bốn", carrier="VNPT")]
    old.append(Endpoint("?sip:x", "khách", "khách", level="guest"))
    new = [site("1", "Mốt"), site("3", "Ba", "643"), site("4", "Bốn"), site("5", "Năm")]
    change = difference(old, new)
    assert [e.id for e in change.added] == ["5"]
    assert [e.id for e in change.removed] == ["2"]
    assert [(a.name, b.name) for a, b in change.renamed] == [("Một", "Mốt")]
    assert [(a.parent, b.parent) for a, b in change.moved] == [("66", "643")]
    assert [b.id for _, b in change.detailed] == ["4"]
    assert not change.nothing
    assert difference(old, old[:-1]).nothing


def test_loading_a_roster_can_be_taken_back() -> None:
    state = State()
    first, second = read(GOOD).endpoints, read(HEAD + "1,,commune,Một\n").endpoints
    assert LoadRoster(name="cũ", endpoints=first).inverse(state) is None
    fold(state, stamped(RosterLoaded("cũ", first), 1, "console"))
    load = LoadRoster(name="mới", endpoints=second)
    back = load.inverse(state)
    fold(state, stamped(load.facts(state)[0], 2, "console"))
    assert list(state.endpoints) == ["1"]
    assert isinstance(back, LoadRoster)
    fold(state, stamped(back.facts(state)[0], 3, "console"))
    assert (state.roster, tuple(state.endpoints.values())) == ("cũ", first)
