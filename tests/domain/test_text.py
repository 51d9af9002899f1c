"""Names from outside, and identities."""

from __future__ import annotations

import time
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from console.domain.ids import new_id, next_number
from console.domain.text import clean_name, search_key, short_name, without_scheme

ANY = st.text(st.characters(exclude_categories=[]), max_size=700)


@given(ANY)
def test_whatever_comes_is_one_clean_line(text: str):
    name = clean_name(text)
    assert len(name) <= 300
    assert name == name.strip()
    assert name == unicodedata.normalize("NFC", name)
    assert not any(unicodedata.category(c) in ("Cc", "Cf", "Cs", "Zl", "Zp") for c in name)
    assert clean_name(name) == name
    name.encode("utf-8")


def test_what_is_kept_and_what_is_not():
    assert clean_name("<b>Xã</b>\tEa\n Tih") == "<b>Xã</b> Ea Tih"
    assert clean_name("a\u202eb\u2066c\u200d") == "abc"
    assert clean_name("x" * 301) == "x" * 299 + "…"
    assert clean_name("Đa\u0306\u0301k") == "Đắk"


@pytest.mark.parametrize(
    ("typed", "name"),
    [
        ("buon ho", "Thị xã Buôn Hồ"),
        ("dak lak", "Đắk Lắk"),
        ("m drak", "Huyện M'Đrắk"),
        ("EA TIH", "Xã Ea Tih"),
    ],
)
def test_search_ignores_diacritics(typed: str, name: str):
    assert search_key(typed) in search_key(name)


@given(ANY)
def test_a_search_key_of_a_key_is_itself(text: str):
    assert search_key(search_key(text)) == search_key(text)


@pytest.mark.parametrize(
    ("name", "short"),
    [
        ("Huyện Ea Kar", "Ea Kar"),
        ("Thành phố Buôn Ma Thuột", "TP. Buôn Ma Thuột"),
        ("Xã ", "Xã"),
        ("Sở Y tế", "Sở Y tế"),
    ],
)
def test_short_names(name: str, short: str):
    assert short_name(name) == short


def test_identities_are_all_different_and_sort_by_time():
    first = [new_id() for _ in range(500)]
    time.sleep(0.002)
    later = new_id()
    assert len(set(first)) == 500
    assert all(len(i) == 20 and i < later for i in first)


def test_numbers_rise():
    assert next_number() < next_number()


@pytest.mark.parametrize(
    ("name", "told"),
    [
        ("sip:khach@tinh.example", "khach@tinh.example"),
        ("SIPS:khach@tinh.example", "khach@tinh.example"),
        ("h323:10.0.0.7", "10.0.0.7"),
        ("tel:0905123456", "0905123456"),
        ("Ghi chú: sip:khach", "Ghi chú: sip:khach"),
        ("sip:", "sip:"),
        ("Ea Kar", "Ea Kar"),
    ],
)
def test_an_address_begins_with_who_it_is_of(name: str, told: str):
    assert without_scheme(name) == told
