"""Filters and search."""

from __future__ import annotations

import pytest

from console.domain.presence import Presence
from console.domain.text import search_key
from console.qt.grid.filters import Filter, flags_of, found, search_text
from console.qt.grid.look import Band, Mark, Site, TileLook
from console.qt.wording import has

HERE = TileLook(Site("1", "Phường Thống Nhất", "P. Thống Nhất"), Presence.CONNECTED)


@pytest.mark.parametrize(
    ("look", "matched"),
    [
        (HERE, set()),
        (HERE._replace(presence=Presence.DROPPED), {Filter.LOST}),
        (HERE._replace(presence=Presence.DIALLING), {Filter.LOST}),
        (HERE._replace(presence=Presence.ABSENT), {Filter.ABSENT}),
        (HERE._replace(presence=Presence.UNKNOWN), set()),
        (HERE._replace(presence=Presence.ON_HOLD), set()),
        (HERE._replace(mic_s=0), {Filter.MIC}),
        (HERE._replace(check_failed=True), {Filter.FAILED}),
        (HERE._replace(net=True), {Filter.INTERNET}),
        (HERE._replace(loss_band=Band.WARN), {Filter.LOSSY}),
        (HERE._replace(mark=Mark.UNKNOWN, hand=True), {Filter.ASKED, Filter.HAND}),
    ],
)
def test_what_a_look_matches(look: TileLook, matched: set[Filter]) -> None:
    assert {which for which in list(Filter)[1:] if flags_of(look) & which} == matched
    assert flags_of(look, speaks=True) & Filter.SPEAKING


def test_every_filter_has_a_bit_and_a_name_of_its_own() -> None:
    assert len({int(which) for which in Filter}) == len(Filter)
    assert all(has(which.key) for which in Filter)


@pytest.mark.parametrize(
    ("typed", "name", "hit"),
    [
        ("buon ho", "Thị xã Buôn Hồ", True),
        ("BUÔN HỒ", "Thị xã Buôn Hồ", True),
        ("dak", "Xã Đắk Nuê", True),
        ("ho buon", "Thị xã Buôn Hồ", True),
        ("uon", "Thị xã Buôn Hồ", False),
        ("h leo", "Xã Ea H'leo", True),
        ("mdrak", "Huyện M'Đrắk", False),
        ("m drak", "Huyện M'Đrắk", True),
        ("243", "Xã Ea Sol", True),
        ("ea kar", "Xã Cư Ni", True),
    ],
)
def test_search_needs_no_diacritics(typed: str, name: str, hit: bool) -> None:
    text = search_text(Site("24310", name, name, parent="Huyện Ea Kar"))
    assert found(search_key(typed), text) is hit
