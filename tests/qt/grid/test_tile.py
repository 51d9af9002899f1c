"""Tiles: nothing is cut, nobody reads alike, everything that matters is seen."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator
from dataclasses import replace
from itertools import pairwise

import pytest
from PySide6.QtGui import QColor, QImage, QPainter, QPixmap

from console.domain.presence import Presence
from console.qt.grid.arrange import arrange
from console.qt.grid.density import MEASURES, Density
from console.qt.grid.gallery import gallery_widget, sample, states
from console.qt.grid.groups import groups_of
from console.qt.grid.look import Band, Mark, Site, Stale, Tally, TileLook
from console.qt.grid.marks import Marks, chosen
from console.qt.grid.sites import site_of
from console.qt.grid.sprites import Sprites, rough_width, text_width
from console.qt.grid.tile import TilePainter
from console.qt.theme import THEMES, Theme
from console.qt.wording import LANGUAGES, wording
from tests.qt.scene import scene

HERE = TileLook(Site("1", "Xã Ea Kmút", "Ea Kmút"), Presence.CONNECTED, loss_band=Band.GOOD)
LEAD = HERE._replace(site=Site("2", "Huyện Ea Kar", "Ea Kar", lead=True), connected=16, total=16)


def tiles(theme: Theme, density: Density, ratio: float = 1.0) -> TilePainter:
    made = TilePainter(Sprites(theme, ratio), sample(density))
    made.names.set_sites([[HERE.site], [LEAD.site]])
    return made


def painted(tiles: TilePainter, look: TileLook, selected: bool = False) -> QImage:
    """A tile as an image, with a margin of 8 px of magenta that must stay."""
    width = tiles.arrangement.lead_width if look.site.lead else tiles.arrangement.tile_width
    canvas = QPixmap(width + 16, tiles.measures.height + 16)
    canvas.fill(QColor("#FF00FF"))
    painter = QPainter(canvas)
    tiles.paint(painter, 8, 8, look, tiles.recipe(look, selected))
    painter.end()
    return canvas.toImage()


def outside(image: QImage) -> Iterator[str]:
    """The colours of the margin."""
    for x in range(image.width()):
        for y in range(image.height()):
            if not (8 <= x < image.width() - 8 and 8 <= y < image.height() - 8):
                yield image.pixelColor(x, y).name()


@pytest.mark.parametrize("density", Density)
@pytest.mark.parametrize("language", LANGUAGES)
def test_nothing_is_cut_or_spills_in_any_state(
    theme: Theme, density: Density, language: str
) -> None:
    wording.use(language)
    painter = tiles(theme, density)
    for key, look, selected in states():
        made = painter.compose(look, selected)
        width = painter.arrangement.lead_width if look.site.lead else painter.arrangement.tile_width
        for x, y, sprite in made.parts:
            assert x >= 0, key
            assert x + sprite.width() <= width, key
            # a line of text has headroom of a quarter of its size above and below
            assert y >= -3, key
            assert y + sprite.height() <= painter.measures.height + 3, key
        assert set(outside(painted(painter, look, selected))) == {"#ff00ff"}, key


@pytest.mark.parametrize("tally", [Tally.PODIUM, Tally.NEXT])
def test_a_narrow_district_says_podium_and_next_in_words_before_it_counts(
    theme: Theme, tally: Tally
) -> None:
    sprites = Sprites(theme, 1.0)
    narrow = replace(sample(Density.XS), lead_width=124)
    painter = TilePainter(sprites, narrow)
    painter.names.set_sites([[HERE.site], [LEAD.site]])
    look = LEAD._replace(tally=tally, connected=14, total=16)
    (item,) = Marks(sprites, Density.XS, painter.measures.text_px).of(look)
    shown = [sprite.cacheKey() for _, _, sprite in painter.compose(look).parts]
    assert item.forms[-1].sprite is not None
    assert item.forms[-1].sprite.cacheKey() in shown


@pytest.mark.parametrize("density", Density)
def test_marks_stand_side_by_side(theme: Theme, density: Density) -> None:
    painter = tiles(theme, density)
    for key, look, selected in states():
        made = painter.compose(look, selected)
        size = painter._marks.icon_px
        spans: dict[int, list[tuple[int, int]]] = defaultdict(list)
        for x, y, sprite in made.parts:
            if sprite.width() < painter.arrangement.tile_width * 0.9:
                spans[(y + sprite.height() // 2) // 8].append((x, x + sprite.width() - 1))
        if made.voice_at:
            x, y = made.voice_at
            spans[(y + size // 2) // 8].append((x, x + size - 1))
        for row in spans.values():
            row.sort()
            for (_, right), (left, _) in pairwise(row):
                assert left >= right, key


@pytest.mark.parametrize("density", Density)
def test_each_state_looks_unlike_normal_and_unlike_most_others(
    theme: Theme, density: Density
) -> None:
    painter = tiles(theme, density)
    shots = {
        key: painted(painter, look, selected)
        for key, look, selected in states()
        if not look.site.lead
    }
    shown_from_s_on = {"jittery", "lossy", "on_hold"} if density is Density.XS else set()
    for key, shot in shots.items():
        if key != "normal" and key not in shown_from_s_on:
            assert shot != shots["normal"], key
    assert shots["podium"] != shots["next"] != shots["selected"]
    assert shots["pending"] != shots["refused"] != shots["unknown"]
    assert shots["stale"] != shots["grey"]


def test_normal_has_no_mark_at_all(theme: Theme) -> None:
    for density in (Density.XS, Density.S):
        marks = Marks(Sprites(theme, 1.0), density, MEASURES[density].text_px)
        assert marks.of(HERE) == []
        assert len(tiles(theme, density).compose(HERE).parts) == 1, "the quality line alone"


@pytest.mark.parametrize("theme_name", THEMES)
def test_the_frames_of_podium_and_next_are_red_and_green(theme: Theme, theme_name: str) -> None:
    theme.use(theme_name)
    painter = tiles(theme, Density.S)
    podium = painted(painter, HERE._replace(tally=Tally.PODIUM))
    middle = podium.height() // 2
    assert [podium.pixelColor(8 + i, middle) for i in range(4)] == [theme.color("red")] * 4
    staged = painted(painter, HERE._replace(tally=Tally.NEXT))
    edge = [staged.pixelColor(10, y) for y in range(10, staged.height() - 10)]
    assert theme.color("green") in edge
    assert theme.color("bg") in edge, "dashes, for those who can't tell red from green"


def test_the_quality_line_gets_shorter_and_changes_colour(theme: Theme) -> None:
    painter = tiles(theme, Density.XS)

    def line(look: TileLook) -> tuple[QColor, int]:
        image = painted(painter, look)
        y = 8 + MEASURES[Density.XS].height - 2
        color = image.pixelColor(12, y)
        row = [image.pixelColor(x, y) for x in range(9, image.width() - 9)]
        return color, row.count(color)

    good = line(HERE)
    warn = line(HERE._replace(loss=21, loss_band=Band.WARN))
    bad = line(HERE._replace(loss=64, loss_band=Band.BAD))
    assert [good[0], warn[0], bad[0]] == [theme.color(r) for r in ("good", "amber", "mag")]
    assert good[1] > warn[1] > bad[1]


def test_more_important_marks_are_kept_where_there_is_little_room(theme: Theme) -> None:
    marks = Marks(Sprites(theme, 1.0), Density.S, MEASURES[Density.S].text_px)
    crowded = HERE._replace(
        mark=Mark.PENDING, wish="mute", alarm=1, mic_s=7, talking=True, hand=True, net=True
    )
    items = marks.of(crowded)
    one = chosen(items, items[0].forms[-1].width, 3)
    assert [placed.form for placed in one] == [items[0].forms[-1]]
    assert len(chosen(items, 500, 3)) == len(items)
    assert chosen(items, 500, 3)[-1].right


def test_a_tile_of_a_silent_mcu_no_longer_tells_of_sound_and_line(theme: Theme) -> None:
    loud = HERE._replace(talking=True, level=8, mic_s=3, loss=64, loss_band=Band.BAD)
    assert tiles(theme, Density.S).compose(loud._replace(stale=Stale.GREYED)).parts == ()


@pytest.mark.parametrize(
    ("size", "density"),
    [((1310, 860), Density.S), ((1088, 570), Density.XS), ((1310, 860), Density.M)],
)
def test_200_real_names_are_unlike_within_their_district(
    theme: Theme, size: tuple[int, int], density: Density
) -> None:
    state = scene()
    state.settle()
    groups = groups_of(state.state.endpoints)
    made = arrange(groups, *size, density)
    assert made.density is density
    painter = TilePainter(Sprites(theme, 1.0), made)
    leads = {group.lead for group in groups}
    sites = {s: site_of(state.state.endpoints, s, s in leads) for s in state.state.endpoints}
    rows = [[sites[s] for s in (g.lead, *g.sites)] for g in groups]
    painter.names.set_sites(rows)
    for row in rows:
        for reserved in (0, 15, 30):
            written = [painter.names.of(s, painter._width(s.lead) - 10 - reserved) for s in row]
            assert max(Counter(written).values()) == 1, written
            for site, name in zip(row, written, strict=True):
                room = painter._width(site.lead) - 10 - reserved
                weight = painter.names.weight(site.lead)
                assert text_width(name, painter.names.px(site.lead), weight) * 0.94 <= room + 1
    cut = [
        s.short
        for row in rows
        for s in row
        if "…" in painter.names.of(s, painter._width(s.lead) - 10)
    ]
    assert len(cut) <= 2, cut


def test_measuring_letter_by_letter_is_near_enough(theme: Theme) -> None:
    for name in ("Khuê Ngọc Điền", "TP. Buôn Ma Thuột", "Ea Yiêng", "Tân Tiến"):
        assert rough_width(name, 12) == pytest.approx(text_width(name, 12), abs=1.5)


@pytest.mark.parametrize("ratio", [1.0, 1.25, 1.5, 2.0])
def test_sprites_are_as_large_as_the_screen_needs(theme: Theme, ratio: float) -> None:
    painter = tiles(theme, Density.S, ratio)
    plate = painter.recipe(HERE).plate
    assert plate.width() == round(painter.arrangement.tile_width * ratio)
    assert plate.devicePixelRatio() == 1.0


def test_sprites_are_kept_within_bounds(theme: Theme, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("console.qt.grid.sprites.LIMIT_BYTES", 100_000)
    sprites = Sprites(theme, 1.0)
    for number in range(200):
        sprites.text(f"{number}", "text", 12)
        assert sprites.size_bytes <= 100_000
    kept = len(sprites.kept)
    sprites.clear()
    assert (len(sprites.kept), sprites.size_bytes) == (0, 0)
    assert kept < 200


def test_a_level_is_drawn_over_the_one_before(theme: Theme) -> None:
    painter = tiles(theme, Density.S)
    loud, soft = (HERE._replace(talking=True, level=level) for level in (8, 1))
    recipe = painter.recipe(loud)
    assert recipe is painter.recipe(soft), "a level needs no recipe of its own"
    assert recipe.plain
    assert recipe.voice_at is not None
    fresh = painted(painter, soft)
    canvas = QPixmap.fromImage(painted(painter, loud))
    brush = QPainter(canvas)
    dx, dy = recipe.voice_at
    brush.drawPixmap(8 + dx, 8 + dy, recipe.voices[1])
    brush.end()
    assert canvas.toImage() == fresh
    assert recipe.voices[-1] is not recipe.voices[8]


def test_the_gallery_shows_every_state(theme: Theme, qtbot: object) -> None:
    gallery = gallery_widget(theme)
    dark = gallery.grab().toImage()
    theme.use("light")
    light = gallery.grab().toImage()
    assert dark.size() == light.size()
    assert light.pixelColor(5, 5) == theme.color("bg")
    assert dark != light
    gallery.deleteLater()
