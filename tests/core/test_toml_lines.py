"""Where each thing of a TOML file stands, and every line that is none."""

from __future__ import annotations

import tomllib

import pytest

from console.core.toml_lines import Lines, read_toml

TEXT = '''# ghi chú
title = """
[[device]]
x = 1
"""
chair = "66"

[[device]]
id = "a"
list = [
  "b", # [[device]]
]
[device.memories]
1 = "x"
a.b.c = 1
[[device]]
id = "c"
inline = { d = 1 }
[device.memories]
2 = "y"
[other.deep]
k = 1
'''


@pytest.mark.parametrize("newline", ["\n", "\r\n"])
def test_every_path_has_its_line(newline: str) -> None:
    lines = Lines(TEXT.replace("\n", newline))
    for path, line in {
        ("title",): 2,
        ("chair",): 6,
        ("device", 0): 8,
        ("device", 0, "id"): 9,
        ("device", 0, "list"): 10,
        ("device", 0, "memories"): 13,
        ("device", 0, "memories", "1"): 14,
        ("device", 0, "memories", "a", "b", "c"): 15,
        ("device", 1): 16,
        ("device", 1, "inline", "d"): 18,
        ("device", 1, "memories", "2"): 20,
        ("device", 1, "missing"): 16,
        ("other", "deep", "k"): 22,
        ("nowhere",): 0,
    }.items():
        assert lines.of(*path) == line, path


def test_a_sound_text_has_no_mistake() -> None:
    assert read_toml(TEXT) == (tomllib.loads(TEXT), [])


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("a = abc", "value"),
        ('a = "x', "string"),
        ('a "x"', "equals"),
        ("[a", "bracket"),
        ("a = [1, 2", "bracket"),
        ('a = "C:\\certs"', "backslash"),
        ('a = "C:\\Users\\x"', "backslash"),
        ("a = 1 2", "rest"),
        ("đ = 1", "key"),
    ],
)
def test_a_mistake_is_named_with_its_line(text: str, reason: str) -> None:
    told, mistakes = read_toml(f'first = "1"\n{text}\nlast = "3"\n')
    assert next((m.line, m.reason) for m in mistakes) in ((2, reason), (3, reason))
    assert told == {} or told["first"] == "1"


def test_all_mistakes_are_named_and_the_rest_is_read() -> None:
    told, mistakes = read_toml('a = x\nb = "2"\nc =\nb = "again"\nd = "4"\n')
    assert told == {"b": "2", "d": "4"}
    assert [(m.line, m.reason) for m in mistakes] == [(1, "value"), (3, "value"), (4, "twice")]


@pytest.mark.parametrize("text", ["\0", "[" * 5000, 'a = """\n' * 3, "= \n" * 200, "x = {" * 900])
def test_garbage_ends(text: str) -> None:
    assert read_toml(text)[1]
