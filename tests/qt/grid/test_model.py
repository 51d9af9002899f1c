"""SiteGridModel: a table that Qt can rely on, telling of what changed and of nothing else."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QModelIndex, Qt
from PySide6.QtTest import QAbstractItemModelTester

from console.domain import facts as f
from console.domain.presence import Presence
from console.qt.grid.density import Density
from console.qt.grid.filters import Filter
from console.qt.grid.look import TileLook
from console.qt.grid.model import LOOK_ROLE, SITE_ROLE, SiteGridModel
from tests.qt.scene import Scene, scene

ROLE = Qt.ItemDataRole


@pytest.fixture
def province() -> Scene:
    made = scene()
    made.settle()
    return made


@pytest.fixture
def model(qapp: object, province: Scene) -> SiteGridModel:
    made = SiteGridModel(province.state)
    made.refresh(set(), province.clock.now_us())
    made.arrange(1310, 860, Density.S)
    return made


def refresh(model: SiteGridModel, province: Scene) -> None:
    model.refresh(province.settle(), province.clock.now_us())


def test_it_passes_the_model_tester_through_a_session(
    model: SiteGridModel, province: Scene
) -> None:
    tester = QAbstractItemModelTester(model, QAbstractItemModelTester.FailureReportingMode.Warning)
    province.tell(province.leg("24118", presence=Presence.DROPPED))
    refresh(model, province)
    model.set_filter(Filter.LOST, hide=True)
    model.arrange(1310, 860, Density.M)
    model.set_filter()
    model.arrange(1088, 570, Density.S)
    province.tell(f.RosterLoaded("2", tuple(province.state.endpoints.values())[:40]))
    refresh(model, province)
    model.arrange(1310, 860, Density.S)
    assert model.rowCount() > 0
    tester.deleteLater()


def test_every_site_has_one_cell_and_the_order_is_the_trees(model: SiteGridModel) -> None:
    cells = [site for row in model.cells() for site in row if site]
    assert cells == list(model.looks)
    assert len(cells) == 200
    for site in cells:
        index = model.index_of(site)
        assert index.data(SITE_ROLE) == site
        assert isinstance(index.data(LOOK_ROLE), TileLook)
        assert index.flags() & Qt.ItemFlag.ItemIsSelectable


def test_an_empty_cell_is_nobody(model: SiteGridModel) -> None:
    row = next(r for r, cells in enumerate(model.cells()) if not cells[-1])
    index = model.index(row, model.columnCount() - 1)
    assert index.data(SITE_ROLE) is None
    assert index.flags() == Qt.ItemFlag.NoItemFlags
    assert model.site_at(999, 0) == ""
    assert model.rowCount(model.index(0, 0)) == model.columnCount(model.index(0, 0)) == 0
    assert not model.index_of("nobody").isValid()


def test_each_cell_can_be_read_aloud(model: SiteGridModel) -> None:
    index = model.index_of("24118")
    assert index.data(ROLE.DisplayRole) == "P. Tân Lập"
    assert index.data(ROLE.AccessibleTextRole).startswith("Phường Tân Lập, Thành phố Buôn Ma Thuột")
    assert index.data(ROLE.ToolTipRole) == index.data(ROLE.AccessibleTextRole)


def test_a_change_is_told_for_its_cell_and_for_no_other(
    model: SiteGridModel, province: Scene
) -> None:
    told: list[tuple[QModelIndex, QModelIndex]] = []
    model.dataChanged.connect(lambda first, last, _roles: told.append((first, last)))
    province.tell(province.leg("24118", video_muted=True))
    refresh(model, province)
    index = model.index_of("24118")
    assert [(a.row(), a.column(), b.column()) for a, b in told] == [
        (index.row(), index.column(), index.column())
    ]
    told.clear()
    province.tell(province.leg("24118", video_muted=True))
    refresh(model, province)
    assert told == []


def test_two_changes_of_a_row_are_told_as_one_stretch(
    model: SiteGridModel, province: Scene
) -> None:
    told: list[tuple[int, int, int]] = []
    model.dataChanged.connect(
        lambda first, last, _roles: told.append((first.row(), first.column(), last.column()))
    )
    for site in ("24121", "24127"):
        province.tell(province.leg(site, video_muted=True))
    refresh(model, province)
    row = model.index_of("24121").row()
    assert told == [(row, model.index_of("24121").column(), model.index_of("24127").column())]


def test_counts_follow_the_state(model: SiteGridModel, province: Scene) -> None:
    assert model.count(Filter.ALL) == 200
    assert (model.count(Filter.LOST), model.count(Filter.FAILED)) == (2, 2)
    assert model.count(Filter.SPEAKING) == 5
    province.tell(province.leg("24118", presence=Presence.DROPPED))
    refresh(model, province)
    assert model.count(Filter.LOST) == 3


def test_a_filter_dims_or_hides_and_keeps_the_order(model: SiteGridModel) -> None:
    everyone = list(model.looks)
    model.set_filter(Filter.LOST)
    assert len(model.matches) == 2
    assert len(model.groups) == 16, "dimmed sites stay where they are"
    model.set_filter(Filter.LOST, hide=True)
    model.arrange(1310, 860, Density.S)
    shown = [site for row in model.cells() for site in row if site]
    assert model.matches < set(shown)
    assert shown == [site for site in everyone if site in shown]
    model.set_filter(search="tan lap")
    assert {model.looks[s].site.name for s in model.matches} == {"Phường Tân Lập", "Xã Tân Lập"}
    model.set_filter(Filter.SPEAKING, "krong bong")
    assert model.matches == {"653"}
    model.set_filter()
    assert model.matches == set(everyone)


def test_a_filter_follows_the_state(model: SiteGridModel, province: Scene) -> None:
    model.set_filter(Filter.LOST)
    province.tell(province.leg("24118", presence=Presence.DROPPED))
    refresh(model, province)
    assert "24118" in model.matches


def test_codes(model: SiteGridModel) -> None:
    assert model.by_code("651") == "651"
    assert model.by_code("24118") == "24118"
    assert model.by_code("2411") == "24118"
    assert model.by_code("99999") == ""


def test_labels_stand_where_nobody_leads(qapp: object, province: Scene) -> None:
    flat = tuple(
        e for e in province.state.endpoints.values() if e.level in ("province", "district")
    )
    communes = [e for e in province.state.endpoints.values() if e.level == "commune"][:40]
    from dataclasses import replace

    province.tell(f.RosterLoaded("flat", (flat[0], *(replace(e, parent="66") for e in communes))))
    province.settle()
    model = SiteGridModel(province.state)
    model.arrange(1310, 860, Density.S)
    labels = [model.label(row) for row in range(model.rowCount())]
    assert any(labels)
    row = next(r for r, label in enumerate(labels) if label)
    assert model.index(row, 0).data() == labels[row]
