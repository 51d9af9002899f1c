"""Names as sprites: one for each way in which a name is written, and those to come drawn ahead."""

from __future__ import annotations

import pytest

from console.domain.presence import Presence
from console.qt.grid.density import Density
from console.qt.grid.gallery import sample
from console.qt.grid.look import Site
from console.qt.grid.model import SiteGridModel
from console.qt.grid.name_sprites import NameSprites
from console.qt.grid.sprites import Sprites
from console.qt.grid.tile_names import TileNames
from console.qt.grid.view import SiteGridView
from console.qt.theme import Theme
from tests.qt.scene import scene

SITES = [Site("1", "Xã Ea Tih", "Ea Tih"), Site("2", "Xã Ea Kmút", "Ea Kmút")]
HOUR_S = 3600.0


@pytest.fixture
def names(theme: Theme) -> NameSprites:
    made = TileNames(sample(Density.S))
    made.set_sites([SITES])
    return NameSprites(Sprites(theme, 1.0), made)


def test_a_name_written_alike_in_more_room_is_the_same_picture(names: NameSprites) -> None:
    wide, wider = (names.get(SITES[0], room, False) for room in (60.0, 64.0))
    assert wide is wider
    assert names.get(SITES[0], 30.0, False) is not wide, "there it is shortened"
    assert names.get(SITES[0], 60.0, True) is not wide, "there it is dimmed"


def test_what_one_name_came_to_is_drawn_ahead_for_the_others(names: NameSprites) -> None:
    assert not names.waiting
    names.get(SITES[0], 60.0, False)
    assert names.waiting
    names.draw_ahead(HOUR_S)
    assert not names.waiting
    assert set(names.kept) == {(s.id, 60.0, dim) for s in SITES for dim in (False, True)}
    kept = names.kept["2", 60.0, True]
    assert names.get(SITES[1], 60.0, True) is kept
    assert not names.waiting, "it is drawn already"


def test_there_is_an_end_to_drawing_ahead(
    names: NameSprites, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("console.qt.grid.name_sprites.LIMIT_BYTES", 1000)
    names.get(SITES[0], 60.0, False)
    names.draw_ahead(HOUR_S)
    assert not names.waiting
    assert set(names.kept) == {("1", 60.0, False)}


def test_what_had_to_go_from_the_sprites_is_not_held_here(
    names: NameSprites, monkeypatch: pytest.MonkeyPatch
) -> None:
    names.get(SITES[0], 60.0, False)
    monkeypatch.setattr("console.qt.grid.sprites.LIMIT_BYTES", 100)
    names.get(SITES[1], 60.0, False)
    assert set(names.kept) == {("2", 60.0, False)}


def test_the_grid_draws_ahead_when_it_has_nothing_else_to_do(qtbot, theme: Theme) -> None:
    province = scene()
    province.settle()
    view = SiteGridView(SiteGridModel(province.state), theme)
    qtbot.addWidget(view)
    view.resize(1366, 700)
    view.show()
    written = view._canvas.tiles.written
    qtbot.waitUntil(lambda: bool(written.kept) and not written.waiting)
    shown = {site for site, _, _ in written.kept}
    assert shown == set(province.state.endpoints)
    lost = next(s for s, leg in province.state.legs.items() if leg.presence is Presence.CONNECTED)
    assert {dim for site, _, dim in written.kept if site == lost} == {True, False}
