"""The theme: every text can be read, every role exists in both, and a switch reaches everything."""

from __future__ import annotations

import re
from itertools import product
from string import Template

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QColor, QFontInfo, QPalette
from PySide6.QtWidgets import QApplication, QPushButton
from pytestqt.qtbot import QtBot

from console.qt import RESOURCES
from console.qt.fonts import font, load_fonts
from console.qt.icons import icon, pixmap
from console.qt.plain import PlainLabel
from console.qt.theme import THEMES, Theme, tokens

GROUNDS = ("bg", "surface", "raised", "tile")
TEXTS = ("text", "muted", "dim", "accent", "red", "green", "mag", "amber", "yellow")
PATCHES = ("accent", "red", "green", "mag", "amber", "yellow")


def luminance(color: str) -> float:
    """WCAG 2's relative luminance."""
    parts = [int(color[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    linear = [p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4 for p in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(one: str, other: str) -> float:
    """WCAG 2's contrast ratio."""
    light, dark = sorted((luminance(one), luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


@pytest.mark.parametrize("theme_name", THEMES)
def test_every_text_can_be_read_on_every_ground(theme_name: str) -> None:
    colors = tokens()[theme_name]
    pairs = [*product(TEXTS, GROUNDS), ("dim", "tileoff"), ("text", "tileoff"), ("text", "hover")]
    pairs += [("text", "hatch"), ("dim", "hatchoff")]
    pairs += [(f"on_{patch}", patch) for patch in PATCHES]
    poor = {
        pair: round(ratio, 2)
        for pair in pairs
        if (ratio := contrast(colors[pair[0]], colors[pair[1]])) < 4.5
    }
    assert not poor


@pytest.mark.parametrize("theme_name", THEMES)
def test_text_on_a_selected_tile_can_still_be_read(theme_name: str) -> None:
    colors = tokens()[theme_name]
    poor = {
        (text, ground): round(ratio, 2)
        for text, ground in product(TEXTS, ("sel",))
        if (ratio := contrast(colors[text], colors[ground])) < 4.0
    }
    assert not poor


@pytest.mark.parametrize("theme_name", THEMES)
def test_frames_and_lines_that_mean_something_stand_out(theme_name: str) -> None:
    colors = tokens()[theme_name]
    for role, ground in product(("red", "green", "accent", "amber", "mag", "good"), GROUNDS):
        assert contrast(colors[role], colors[ground]) >= 3.0, (role, ground)


def test_both_themes_have_the_same_roles() -> None:
    themes = tokens()
    assert tuple(themes) == THEMES
    assert themes["dark"].keys() == themes["light"].keys()
    assert all(re.fullmatch("#[0-9A-F]{6}", c) for t in themes.values() for c in t.values())


@pytest.mark.parametrize("theme_name", THEMES)
def test_the_sheet_names_only_roles_and_drawings_that_exist(theme_name: str) -> None:
    sheet = Template((RESOURCES / "theme" / "style.qss").read_text(encoding="utf-8"))
    assert set(sheet.get_identifiers()) <= {*tokens()[theme_name], "icons"}
    for name in re.findall(r"\$icons/(\w+\.svg)", sheet.template):
        assert (RESOURCES / "icons" / theme_name / name).is_file()


def test_a_switch_reaches_palette_sheet_and_painters(qapp: QApplication, theme: Theme) -> None:
    told: list[str] = []
    theme.changed.connect(lambda: told.append(theme.current))
    theme.use("light")
    assert theme.current == "light"
    assert told == ["light"]
    assert qapp.palette().color(QPalette.ColorRole.Window) == QColor(tokens()["light"]["bg"])
    assert theme.color("amber") == QColor(tokens()["light"]["amber"])
    assert theme.hex("amber") in qapp.styleSheet()
    theme.use("light")
    theme.use("sepia")
    assert told == ["light"]
    theme.use("dark")
    assert tokens()["dark"]["amber"] in qapp.styleSheet()


def test_buttons_and_grounds_take_the_colours_on_screen(qtbot: QtBot, theme: Theme) -> None:
    button = QPushButton("Gọi lại")
    qtbot.addWidget(button)
    button.resize(200, 40)
    button.show()
    for name in THEMES:
        theme.use(name)
        shot = button.grab().toImage()
        assert shot.pixelColor(20, 20) == theme.color("raised")


def test_the_keyboard_focus_is_two_pixels_of_accent(qtbot: QtBot, theme: Theme) -> None:
    button = QPushButton("Gọi lại")
    qtbot.addWidget(button)
    button.resize(200, 40)
    with qtbot.waitActive(button):
        button.show()
        button.activateWindow()
    button.setFocus(Qt.FocusReason.TabFocusReason)
    qtbot.waitUntil(button.hasFocus)
    shot = button.grab().toImage()
    assert [shot.pixelColor(100, y) for y in (0, 1)] == [theme.color("accent")] * 2
    assert shot.pixelColor(100, 3) != theme.color("accent")


def test_inter_is_there_with_figures_of_one_width(qtbot: QtBot, theme: Theme) -> None:
    assert load_fonts()
    for weight in (400, 500, 600):
        made = font(13, type(font().weight())(weight))
        assert QFontInfo(made).family() == "Inter"
    label = PlainLabel("", "timer")
    qtbot.addWidget(label)
    label.show()
    widths = {label.fontMetrics().horizontalAdvance(figure * 8) for figure in "0123456789"}
    assert len(widths) == 1


def test_a_label_shows_markup_as_it_is(qtbot: QtBot, theme: Theme) -> None:
    label = PlainLabel("<b>Ea H'leo</b>", "title")
    plain = PlainLabel("Ea H'leo", "title")
    qtbot.addWidget(label)
    qtbot.addWidget(plain)
    assert label.textFormat() == Qt.TextFormat.PlainText
    assert label.sizeHint().width() > plain.sizeHint().width()


def test_every_drawing_can_be_drawn_in_a_colour(theme: Theme) -> None:
    names = [path.stem for path in (RESOURCES / "icons").glob("*.svg")]
    assert len(names) > 20
    for name in names:
        image = pixmap(name, QColor("#FF0000"), 16, 2.0).toImage()
        inked = [
            image.pixelColor(x, y)
            for x, y in product(range(image.width()), range(image.height()))
            if image.pixelColor(x, y).alpha() > 200
        ]
        assert inked, name
        assert all(color.red() > 200 and color.green() < 60 for color in inked), name
    assert not icon("mic", theme).isNull()
