"""Groups and their arrangement: districts as rows, everything on one screen, order for ever."""

from __future__ import annotations

import csv
from collections.abc import Sequence
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from console.domain.endpoint import Endpoint
from console.domain.text import short_name
from console.qt.grid.arrange import MARGIN, Arrangement, arrange
from console.qt.grid.density import MEASURES, Density
from console.qt.grid.groups import GUESTS, Group, groups_of, only

ROSTERS = Path(__file__).parents[3] / "resources" / "rosters"
FULL_HD, LAPTOP = (1310, 860), (1088, 570)


def roster(name: str) -> dict[str, Endpoint]:
    """A roster that ships with the program."""
    with (ROSTERS / name).open(encoding="utf-8") as file:
        return {
            row["code"]: Endpoint(
                row["code"], row["name"], short_name(row["name"]), row["parent_code"],
                row["level"], order=number,
            )
            for number, row in enumerate(csv.DictReader(file))
        }  # fmt: skip


def departments(endpoints: dict[str, Endpoint]) -> dict[str, Endpoint]:
    """The same with six departments of the province."""
    more = {f"D{i}": Endpoint(f"D{i}", f"Sở {i}", f"Sở {i}", "66", order=i) for i in range(6)}
    return endpoints | more


def rects(made: Arrangement) -> list[tuple[int, int, int, int]]:
    """Every tile as left, top, right, bottom."""
    return [
        (
            made.lefts[place.column],
            made.tops[place.row],
            made.lefts[place.column] + made.cell_width(place.column),
            made.tops[place.row] + made.measures.height,
        )
        for place in made.places.values()
    ]


def test_a_district_is_a_row_and_its_tile_leads() -> None:
    groups = groups_of(departments(roster("dak_lak_2021.csv")))
    assert len(groups) == 16
    assert groups[0].lead == "66"
    assert groups[0].sites == tuple(f"D{i}" for i in range(6))
    assert groups[1].lead == "643"
    assert len(groups[1].sites) == 21
    assert sum(map(len, groups)) == 206


def test_without_districts_sites_flow_under_their_initials() -> None:
    groups = groups_of(roster("dak_lak_2025.csv"))
    assert groups[0].sites == ("66",)
    labels = [group.label for group in groups[1:]]
    assert labels[:3] == ["B–C", "D–Đ", "E"]
    assert not any(group.lead for group in groups)
    assert sum(map(len, groups)) == 103


def test_guests_stand_last_and_loose_sites_first() -> None:
    endpoints = roster("dak_lak_2021.csv")
    endpoints["x"] = Endpoint("x", "Khách mời", "Khách mời", level="guest", order=10**6)
    endpoints["y"] = Endpoint("y", "Lạc lõng", "Lạc lõng", parent="nowhere", order=-1)
    groups = groups_of(endpoints)
    assert groups[0] == Group(("y",))
    assert groups[-1] == Group(("x",), label=GUESTS)


def test_deeper_trees_stand_under_their_district_in_order() -> None:
    endpoints = {
        e.id: e
        for e in (
            Endpoint("1", "P", "P"),
            Endpoint("2", "H", "H", "1", order=1),
            Endpoint("3", "X", "X", "2", order=2),
            Endpoint("4", "Thôn", "Thôn", "3", order=3),
            Endpoint("5", "Y", "Y", "2", order=4),
        )
    }
    assert groups_of(endpoints)[1] == Group(("3", "4", "5"), lead="2")


@pytest.mark.parametrize("extra", [False, True])
@pytest.mark.parametrize(
    ("size", "density"), [(FULL_HD, Density.S), (LAPTOP, Density.XS)], ids=["1920", "1366"]
)
def test_200_sites_fit_without_scrolling(
    size: tuple[int, int], density: Density, extra: bool
) -> None:
    endpoints = roster("dak_lak_2021.csv")
    made = arrange(groups_of(departments(endpoints) if extra else endpoints), *size, Density.S)
    assert made.fits
    assert made.density is density
    assert len(made.places) == len(endpoints) + 6 * extra
    assert max(bottom for *_, bottom in rects(made)) <= size[1] - MARGIN
    assert max(right for _, _, right, _ in rects(made)) <= size[0] - MARGIN


def test_s_falls_to_xs_before_it_scrolls_and_m_scrolls() -> None:
    groups = groups_of(roster("dak_lak_2021.csv"))
    assert arrange(groups, *LAPTOP, Density.S).density is Density.XS
    small = arrange(groups, 640, 300, Density.S)
    assert (small.density, small.fits) == (Density.XS, False)
    medium = arrange(groups, *FULL_HD, Density.M)
    assert (medium.density, medium.fits) == (Density.M, False)


def test_two_thousand_sites_are_all_visible() -> None:
    groups = [Group((), lead="p")] + [
        Group(tuple(f"{d}-{i}" for i in range(51)), lead=f"d{d}") for d in range(38)
    ]
    assert arrange(groups, 1920, 1080, Density.S).fits


def test_tiles_are_as_wide_as_the_rows_allow() -> None:
    groups = groups_of(roster("dak_lak_2021.csv"))
    made = arrange(groups, *FULL_HD, Density.S)
    again = arrange(groups, FULL_HD[0], FULL_HD[1], Density.S)
    assert made == again
    fewer = [g for g in groups if len(g.sites) < 13]
    assert arrange(fewer, *FULL_HD, Density.S).tile_width > made.tile_width


sizes = st.lists(st.integers(0, 30), min_size=1, max_size=20)


@given(sizes, st.integers(200, 4000), st.integers(100, 2200), st.sampled_from(Density))
def test_every_site_has_one_tile_and_no_two_overlap(
    counts: Sequence[int], width: int, height: int, density: Density
) -> None:
    groups = [
        Group(tuple(f"{g}.{i}" for i in range(count)), lead=f"{g}")
        for g, count in enumerate(counts)
    ]
    made = arrange(groups, width, height, density)
    assert len(made.places) == sum(map(len, groups))
    assert len(set(made.places.values())) == len(made.places)
    assert list(made.places) == [s for g in groups for s in (g.lead, *g.sites)]
    assert sorted(made.places.values()) == list(made.places.values())
    assert made.measures.height >= 24
    if made.fits:
        assert made.height <= height - MARGIN
        assert made.width <= max(width - MARGIN, made.lefts[-1] + made.tile_width)
    for left, right in zip(made.lefts, made.lefts[1:], strict=False):
        assert right - left >= made.measures.gap
    for top, below in zip(made.tops, made.tops[1:], strict=False):
        assert below - top >= made.measures.height + made.measures.row_gap


def test_filtering_keeps_the_order_and_the_leads() -> None:
    groups = groups_of(roster("dak_lak_2021.csv"))
    some = only(groups, frozenset({"24118", "24169", "651"}))
    assert some == (
        Group(("24118", "24169"), lead="643"),
        Group((), lead="651"),
    )


def test_every_density_has_targets_large_enough_to_hit() -> None:
    assert all(m.height >= 24 and m.min_width >= 24 for m in MEASURES.values())
