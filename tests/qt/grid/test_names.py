"""Names: shortened as people would, and never two alike in one district."""

from __future__ import annotations

from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from console.qt.grid.names import alphabetical, bare_name, fit, forms, initial, tier_of


def chars(text: str) -> float:
    """Every letter is one wide."""
    return len(text)


def test_tier_and_bare_name() -> None:
    assert tier_of("Thị trấn Ea Drăng") == "Thị trấn"
    assert tier_of("TT. Ea Drăng") == "TT."
    assert tier_of("Xãnh") == ""
    assert bare_name("P. Tân Lập") == bare_name("Phường Tân Lập") == "Tân Lập"


def test_forms_go_from_whole_to_initials() -> None:
    assert list(forms("P. Khuê Ngọc Điền")) == [
        "P. Khuê Ngọc Điền", "Khuê Ngọc Điền", "K. Ngọc Điền", "K. N. Điền",
        "K.N.Điền",
    ]  # fmt: skip
    assert next(iter(forms("P. Tân Lập", tiered=True))) == "P. Tân Lập"
    assert "Tân Lập" not in forms("P. Tân Lập", tiered=True)


def test_a_guests_address_begins_with_who_he_is() -> None:
    assert list(forms("sip:khach@tinh.example")) == [
        "sip:khach@tinh.example", "khach@tinh.example", "khach",
    ]  # fmt: skip
    two = [("g1", "sip:khach1@tinh.example"), ("g2", "sip:khach2@tinh.example")]
    wide = fit(two, chars, 16)
    assert fit(two, chars, 7, wide) != ["…xample", "…ample"]
    assert fit(two, chars, 7) == ["khach1", "khach2"]
    assert fit([("g1", "sip:vanphong@tinh.example")], chars, 6) == ["vanph…"]
    assert fit(two, chars, 5) == ["khac…", "kh…h2"]


def test_what_is_cut_keeps_three_letters_of_the_word_that_tells_most() -> None:
    assert fit([("1", "Hòa Thuận"), ("2", "Hòa Thắng")], chars, 6) == ["H.Thu…", "H.Thắ…"]
    assert fit([("1", "Hòa Thuận")], chars, 5) == ["Hòa…"]


def test_a_space_more_makes_no_other_name() -> None:
    thong, thanh = fit([("1", "Thống Nhất"), ("2", "Thành Nhất")], chars, 7)
    assert thong == "T. Nhất"
    assert thanh not in ("T. Nhất", "T.Nhất")


def test_the_tier_goes_before_any_letter_and_for_all_of_its_kind() -> None:
    names = [("1", "P. Tân Lập"), ("2", "P. Tân Thành"), ("3", "Cư Êbur")]
    assert fit(names, chars, 12) == ["P. Tân Lập", "P. Tân Thành", "Cư Êbur"]
    assert fit(names, chars, 11) == ["Tân Lập", "Tân Thành", "Cư Êbur"]


def test_a_commune_named_as_its_district_keeps_its_tier() -> None:
    names = [("1", "TT. Ea Súp"), ("2", "Ya Tờ Mốt")]
    assert fit(names, chars, 10, lead="Ea Súp")[0] == "TT. Ea Súp"
    assert bare_name(fit(names, chars, 9, lead="Ea Súp")[0]) != "Ea Súp"


def test_two_of_one_name_are_told_apart() -> None:
    names = [("24331", "P. Thống Nhất"), ("24999", "Thống Nhất")]
    wide = fit(names, chars, 20)
    assert wide == ["P. Thống Nhất", "Thống Nhất"]
    for width in range(3, 14):
        assert len(set(fit(names, chars, width))) == 2


def test_true_twins_are_told_apart_by_their_code() -> None:
    assert fit([("100", "Tân Lập"), ("200", "Tân Lập")], chars, 7) == ["Tân Lập", "T. Lập"]
    assert len(set(fit([("100", "A"), ("200", "A")], chars, 1))) == 2


def test_a_narrower_tile_is_not_written_like_anothers_wide_one() -> None:
    names = [("1", "Tân Lập"), ("2", "T. Lập")]
    wide = fit(names, chars, 7)
    narrow = fit(names, chars, 6, wide)
    assert wide == ["Tân Lập", "T. Lập"]
    assert narrow[0] not in ("Tân Lập", "T. Lập")
    assert narrow[1] == "T. Lập"


@given(
    st.lists(
        st.text(st.sampled_from("Êđ ăMT.a'k"), min_size=1, max_size=14).filter(str.strip),
        min_size=1,
        max_size=12,
    ),
    st.integers(1, 16),
)
def test_nobody_reads_alike_however_narrow(texts: list[str], width: int) -> None:
    names = [(f"{7000 + i}", text.strip()) for i, text in enumerate(texts)]
    written = fit(names, chars, width)
    assert max(Counter(text.replace(". ", ".") for text in written).values()) == 1
    assert all(written)


@pytest.mark.parametrize(
    ("first", "second"),
    [("An Lạc", "Ăn Lạc"), ("Ea Đar", "Ea Ê"), ("Dray Sáp", "Đắk Nuê"), ("Xã Bình", "Phường Cư")],
)
def test_dictionary_order(first: str, second: str) -> None:
    assert alphabetical(first) < alphabetical(second)


def test_initials_are_letters_of_the_alphabet() -> None:
    names = ("Xã Ô Loan", "Phường Ấn", "Đức Bình", "Huyện Ea Kar", "1 Tháng 5")
    assert [initial(name) for name in names] == ["Ô", "Â", "Đ", "E", "#"]
