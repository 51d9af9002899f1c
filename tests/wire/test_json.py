"""JSON that is read, and JSON that is refused."""

from __future__ import annotations

import json as plain

import pytest
from hypothesis import given
from hypothesis import strategies as st

from console.wire.json import MAX_DEPTH, loads
from console.wire.problems import JsonRefused

VALUES = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
    max_leaves=20,
)


@given(VALUES)
def test_what_json_says_is_what_is_read(value):
    assert loads(plain.dumps(value)) == value
    assert loads(plain.dumps(value, ensure_ascii=False).encode()) == value


@pytest.mark.parametrize(
    ("document", "reason"),
    [
        ('{"a": 1, "a": 2}', "duplicate"),
        ('[{"b": {"a": 1, "a": 1}}]', "duplicate"),
        ("NaN", "number"),
        ("[Infinity]", "number"),
        ("-Infinity", "number"),
        ("1e999", "number"),
        ("[" * 65 + "]" * 65, "depth"),
        ("[" * 100_000, "depth"),
        ('{"a":' * 100_000 + "1" + "}" * 100_000, "depth"),
        ("", "syntax"),
        ("{", "syntax"),
        ("[1,]", "syntax"),
        ("{'a': 1}", "syntax"),
        ("<html>", "syntax"),
        ('"\n"', "syntax"),
        ("1" * 5000, "syntax"),
        (b'"\xc3\x28"', "encoding"),
        ('"\0"', "syntax"),
        ("﻿1", "syntax"),
    ],
)
def test_what_is_refused(document, reason):
    with pytest.raises(JsonRefused) as caught:
        loads(document)
    assert caught.value.params["reason"] == reason


def test_too_large():
    with pytest.raises(JsonRefused):
        loads("[" + "1," * 10 + "1]", max_chars=10)


def test_the_deepest_that_passes():
    assert loads("[" * MAX_DEPTH + "]" * MAX_DEPTH) == plain.loads(
        "[" * MAX_DEPTH + "]" * MAX_DEPTH
    )


def test_brackets_in_strings_are_not_nesting():
    text = "[{" * 1000 + '\\"' + "é"
    assert loads(plain.dumps({"name": text, "more": [[]] * 100})) == {
        "name": text,
        "more": [[]] * 100,
    }


@given(st.text(alphabet='[]{}",:\\ a1\n', max_size=300))
def test_any_text_is_read_or_refused(document):
    try:
        loads(document)
    except JsonRefused:
        pass
