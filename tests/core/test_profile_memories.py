"""Names of camera memories are changed in a profile without touching the rest."""

from __future__ import annotations

import tomllib

import pytest

from console.core.profile_memories import put_memories

CAMERA = '[[device]]\nid = "cam"  # trần nhà\nkind = "visca"\n'
MORE = '\n# MCU\n[[device]]\nid = "mcu"\nkind = "cms"\n'
WAYS = {
    "table": CAMERA + '[device.memories]\n# hai vị trí\n1 = "Chủ tọa"  # bàn đầu\n2 = "Bục"\n',
    "dots": CAMERA + 'memories.1 = "Chủ tọa"  # bàn đầu\nmemories."2" = "Bục"\nendpoint = "66"\n',
    "line": CAMERA + 'memories = { 1 = "Chủ tọa", 2 = "Bục" }  # bàn đầu\nendpoint = "66"\n',
    "none": CAMERA,
}


def told(text: str, number: int = 0) -> dict[str, str]:
    return tomllib.loads(text)["device"][number].get("memories", {})


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize("newline", ["\n", "\r\n"])
def test_each_way_of_writing_them_keeps_its_way(way: str, newline: str) -> None:
    before = (WAYS[way] + MORE).replace("\n", newline)
    after = put_memories(before, 0, {1: 'Bục "A"', 7: "Toàn cảnh"})
    assert told(after) == {"1": 'Bục "A"', "7": "Toàn cảnh"}
    lines = after.split(newline)
    assert not any("\n" in line or "\r" in line for line in lines)
    assert all(line in lines for line in MORE.splitlines())
    assert lines[1] == 'id = "cam"  # trần nhà'
    if way != "none":
        assert "# bàn đầu" in after
    assert after.count("memories") == 2 if way == "dots" else 1
    gone = put_memories(after, 0, {})
    assert told(gone) == {}
    assert "memories" not in gone
    assert tomllib.loads(gone)["device"][1]["id"] == "mcu"


def test_the_same_again_changes_nothing() -> None:
    for way in ("table", "dots", "none"):
        named = {int(k): name for k, name in told(WAYS[way]).items()}
        assert put_memories(WAYS[way] + MORE, 0, named) == WAYS[way] + MORE


def test_what_is_no_memory_stays_as_it_is_written() -> None:
    text = CAMERA + '[device.memories]\n01 = "một"\n1 = "hai"\nghi_chu = "x"\n' + MORE
    after = put_memories(text, 0, {3: "Ba"})
    assert told(after) == {"ghi_chu": "x", "3": "Ba"}
    assert put_memories(text, 0, {1: "hai"}) == text.replace('01 = "một"\n', "")


def test_a_device_at_the_end_without_a_last_line() -> None:
    assert told(put_memories(CAMERA.rstrip(), 0, {2: "Bục"})) == {"2": "Bục"}
    assert told(put_memories(MORE + CAMERA, 1, {2: "Bục"}), 1) == {"2": "Bục"}
