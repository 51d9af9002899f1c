"""Editing a profile leaves what a technician wrote as it is."""

from __future__ import annotations

import tomllib
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from console.core.profile_edit import drop_device, put_device, put_roster
from console.core.profile_entry import FIELDS

EXAMPLE = Path(__file__).parents[2] / "resources" / "profile" / "example.toml"
TEXT = """# đầu tệp
title = "Giao ban"   # tên phiên

# MCU chính, tủ A
[[device]]
id = "mcu-1"            # không đổi
address = "https://10.0.0.1"  # cổng 443
kind = "cms"
extra = 5

# camera hội trường
[[device]]
kind = "visca"
id = 'cam'
[device.memories]
1 = "Chủ tọa"

# cuối tệp
"""


def test_only_what_changes_is_touched() -> None:
    new = put_device(TEXT, 0, {"address": "https://10.0.0.9:445", "name": 'MCU "1" \\ A'})
    before, after = TEXT.splitlines(), new.splitlines()
    assert [line for line in before if line not in after] == [
        'address = "https://10.0.0.1"  # cổng 443'
    ]
    assert [line for line in after if line not in before] == [
        'address = "https://10.0.0.9:445"  # cổng 443', r'name = "MCU \"1\" \\ A"',
    ]  # fmt: skip
    assert after.index(r'name = "MCU \"1\" \\ A"') == after.index("extra = 5") + 1
    assert tomllib.loads(new)["device"][0]["name"] == 'MCU "1" \\ A'


def test_nothing_new_changes_nothing() -> None:
    assert put_device(TEXT, 0, {"id": "mcu-1", "kind": "cms", "user": ""}) == TEXT
    assert put_device(TEXT, 1, {"id": "cam"}) == TEXT


def test_a_key_goes_and_one_comes_before_the_tables_below() -> None:
    new = put_device(TEXT, 1, {"id": "cam", "endpoint": "66", "kind": ""})
    told = tomllib.loads(new)["device"][1]
    assert told == {"id": "cam", "endpoint": "66", "memories": {"1": "Chủ tọa"}}
    assert "\nid = 'cam'\nendpoint = \"66\"\n[device.memories]\n" in new


def test_a_new_device_stands_at_the_end() -> None:
    new = put_device(TEXT, None, {"id": "room", "kind": "roomos", "name": "Phòng", "ca": ""})
    assert new.startswith(TEXT.rstrip())
    assert new.endswith('\n\n[[device]]\nid = "room"\nkind = "roomos"\nname = "Phòng"\n')
    assert put_device("", None, {"id": "a"}) == '[[device]]\nid = "a"\n'


def test_a_device_goes_with_its_own_comment_alone() -> None:
    new = drop_device(TEXT, 0)
    assert "MCU chính" not in new
    assert new == TEXT.replace(TEXT[TEXT.index("# MCU chính") : TEXT.index("# camera")], "")
    last = drop_device(TEXT, 1)
    assert last.endswith("extra = 5\n\n# cuối tệp\n")
    assert [d["id"] for d in tomllib.loads(last)["device"]] == ["mcu-1"]


def test_windows_line_ends_stay() -> None:
    text = TEXT.replace("\n", "\r\n")
    for new in (
        put_device(text, 0, {"name": "A", "address": "https://b"}),
        put_device(text, None, {"id": "x"}),
        drop_device(text, 0),
    ):
        assert new.count("\n") == new.count("\r\n")
        assert tomllib.loads(new)["device"]


values = st.fixed_dictionaries(
    {}, optional={n: st.text(st.characters(codec="utf-8"), max_size=8) for n in FIELDS[:-1]}
)


@given(st.sampled_from((0, 1)), values)
def test_whatever_is_written_reads_back_and_the_rest_stays(number: int, new: dict) -> None:
    before = tomllib.loads(TEXT)
    after = tomllib.loads(put_device(TEXT, number, new))
    expected = {**before["device"][number], **new}
    assert after["device"][number] == {k: v for k, v in expected.items() if v != ""}
    assert after["device"][1 - number] == before["device"][1 - number]
    assert after["title"] == before["title"]


def test_the_shipped_example_can_be_edited() -> None:
    text = EXAMPLE.read_text(encoding="utf-8")
    new = put_device(text, 0, {"address": "https://192.168.1.5"})
    assert new.replace("https://192.168.1.5", "https://10.0.0.10:445") == text
    with pytest.raises(StopIteration):
        put_device(text, 9, {"id": "x"})


def test_a_roster_changes_its_own_line_alone() -> None:
    text = TEXT.replace("\n# MCU", 'roster = "cũ.csv"  # của kỹ thuật\n\n# MCU', 1)
    new = put_roster(text, "rosters/mới.csv")
    assert new == text.replace("cũ.csv", "rosters/mới.csv")
    assert put_roster(new, "cũ.csv") == text
    assert put_roster(text, "cũ.csv") == text
    assert "roster" not in tomllib.loads(put_roster(text, ""))
    odd = put_roster("roster = 5 # số\n", "a.csv")
    assert odd == 'roster = "a.csv" # số\n'


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", 'roster = "a.csv"\n'),
        ("# đầu\n", '# đầu\nroster = "a.csv"\n'),
        ("# đầu", '# đầu\nroster = "a.csv"\n'),
        ('title = "x"', 'title = "x"\nroster = "a.csv"\n'),
        ("# đầu\r\n", '# đầu\r\nroster = "a.csv"\r\n'),
        ("title = 'x' # t\n\n# tủ\n[[device]]\n",
         "title = 'x' # t\nroster = \"a.csv\"\n\n# tủ\n[[device]]\n"),
        ("# đầu\n\n# tủ\n[[device]]\n", '# đầu\n\nroster = "a.csv"\n\n# tủ\n[[device]]\n'),
        ("[[device]]\r\nid = 'b'", 'roster = "a.csv"\r\n\r\n[[device]]\r\nid = \'b\'\r\n'),
    ],
)  # fmt: skip
def test_a_roster_is_named_before_the_devices(text: str, expected: str) -> None:
    assert put_roster(text, "a.csv") == expected
    assert put_roster(text, "") == text


@given(st.sampled_from((TEXT, "", "# a", "a.b = 1\n[x]\n", 'roster="""\nx"""#c\n')),
       st.text(st.characters(codec="utf-8"), max_size=8))  # fmt: skip
def test_whatever_roster_is_named_reads_back_and_the_rest_stays(text: str, value: str) -> None:
    after, before = tomllib.loads(put_roster(text, value)), tomllib.loads(text)
    assert after.pop("roster", "") == value
    before.pop("roster", None)
    assert after == before


def test_a_roster_in_the_shipped_example() -> None:
    text = EXAMPLE.read_text(encoding="utf-8")
    new = put_roster(text, "rosters/a.csv")
    assert new.replace('roster = "rosters/a.csv"\n', "", 1) == text
