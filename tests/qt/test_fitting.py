"""Languages, themes, window sizes and hostile names: nothing is cut, and nothing moves."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest
from PySide6.QtWidgets import QAbstractButton

from console.domain import facts as f
from console.qt.grid.sprites import Weight, text_width
from console.qt.panels.buttons import ActionButton
from console.qt.panels.painted import TextLine
from console.qt.wording import wording
from tests.qt.conftest import Key, Stage
from tests.qt.scene import NEXT, PODIUM, roster, scene

Maker = Callable[..., Stage]
SIZES = [(1366, 768), (1920, 1080)]
HOSTILE = "<b>Xã</b> \u202eđảo ngược\u202c &amp; " + "rất dài " * 60


def test_the_language_changes_everywhere_at_once(stage: Stage) -> None:
    stage.inside.actions.run("language")
    stage.tick(1)
    inside = stage.inside
    assert wording.language == "en"
    assert inside.session.podium.card.state_pill.text == "ON PODIUM"
    assert inside.session.podium.take.text() == "Put on podium · Ea Kar"
    assert inside.header.phase.text == "LIVE SESSION"
    assert inside.session.script.title.text == "SCRIPT"
    assert inside.tabs.tabText(0).startswith("Session")
    assert "Put Krông Bông on the podium" in " ".join(
        line.text for line in inside.session.strip.lines.lines
    )
    assert inside.actions.of["mute"].text() == "Mute"
    assert inside.hint.text.startswith("F1 keys")
    stage.inside.actions.run("language")
    stage.tick(1)
    assert inside.session.podium.card.state_pill.text == "LÊN BỤC"


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("language", ["vi", "en"])
@pytest.mark.parametrize("dress", ["dark", "light"])
def test_nothing_that_must_be_whole_is_cut(
    make_stage: Maker, size: tuple[int, int], language: str, dress: str
) -> None:
    stage = make_stage(scene(), *size)
    stage.inside.use_language(language)
    stage.inside.use_theme(dress)
    stage.tick(1)
    for line in stage.window.findChildren(TextLine):
        if line.isVisible() and line.text:
            assert line.height() >= line.sizeHint().height(), line.text
            assert shown_whole(line), line.text
    for button in stage.inside.session.podium.findChildren(ActionButton):
        if button.isVisible():
            bold = button is stage.inside.session.podium.take
            wide = text_width(button.text(), button._text_px) * (1.05 if bold else 1)
            assert wide <= button.width() - 18, button.text()
    assert stage.window.width() == size[0]
    assert stage.window.height() == size[1]
    assert not stage.window.grid.verticalScrollBar().isVisible(), "200 sites fit"


def test_nothing_is_cut_before_anything_is_there(bare: Stage) -> None:
    for language in ("vi", "en"):
        bare.inside.use_language(language)
        bare.tick(1)
        for line in bare.window.findChildren(TextLine):
            assert not (line.isVisible() and line.text) or shown_whole(line), line.text


def shown_whole(line: TextLine) -> bool:
    """Whether a line shows all it says."""
    boxed = 12 if line._pill or line._outline else 0
    return text_width(line.text, line._size_px, line._weight) <= line.width() - boxed + 1


@pytest.mark.parametrize(("width", "height"), SIZES)
def test_the_longest_name_of_the_province_stands_whole_on_the_podium(
    make_stage: Maker, width: int, height: int
) -> None:
    stage = make_stage(scene(), width, height)
    stage.select("643")
    stage.press(Key.Key_Space)
    stage.press(Key.Key_F12)
    stage.tick(1)
    card, take = stage.inside.session.podium.card, stage.inside.session.podium.take
    assert card.name.text == "TP. Buôn Ma Thuột"
    assert card.name.toolTip() == "", "nothing of it is cut off"
    assert text_width(card.name.text, 12, Weight.DemiBold) <= card.name.width()
    assert text_width(take.text(), 12, Weight.DemiBold) <= take.width() - 19


@pytest.mark.parametrize("size", SIZES)
def test_200_sites_fit_without_scrolling_at_both_sizes(
    make_stage: Maker, size: tuple[int, int]
) -> None:
    stage = make_stage(scene(), *size)
    assert stage.window.model.arrangement.fits
    assert stage.window.grid.density.value == ("S" if size[0] == 1920 else "XS")


def test_hostile_names_move_nothing_and_stay_text(make_stage: Maker) -> None:
    it = scene()
    sites = tuple(
        replace(e, name=HOSTILE, short=HOSTILE) if e.id in (PODIUM, NEXT) else e for e in roster()
    )
    it.tell(f.RosterLoaded("odd", sites))
    it.settle()
    plain, odd = make_stage(scene()), make_stage(it)
    for name in ("podium", "script", "strip", "layouts", "rail"):
        ours, theirs = getattr(odd.inside.session, name), getattr(plain.inside.session, name)
        assert ours.geometry() == theirs.geometry(), name
    said = odd.inside.session.podium.card.name.text
    assert said.startswith("<b>Xã</b> đảo ngược &amp; rất dài")
    assert "\u202e" not in said
    assert len(said) <= 300
    odd.press(Key.Key_F12)
    assert odd.inside.session.podium.geometry().width() == plain.inside.session.podium.width()


def test_everything_can_be_reached_and_is_named(stage: Stage) -> None:
    for button in stage.window.findChildren(QAbstractButton):
        if button.isVisible() and button.window() is stage.window:
            assert button.accessibleName() or button.text(), button.objectName()
            assert button.height() >= 24, button.text()
            assert button.width() >= 24, button.text()
