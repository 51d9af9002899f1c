"""What a look at every picture found: no text is cut that must be read, nothing is covered, and
nothing moves that should stand still."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from PySide6.QtCore import QPoint
from PySide6.QtWidgets import QApplication, QDialog, QPushButton, QWidget
from pytestqt.qtbot import QtBot

from console.domain import facts as f
from console.qt.grid.sprites import text_width
from console.qt.looks.podium import StepLook, StepTone
from console.qt.panels.inspector_text import TONES
from console.qt.panels.painted import TextLine, caption
from console.qt.panels.steps import FailedSteps, StepTicks
from console.qt.wording import say
from tests.qt.bench_desk import one_theme
from tests.qt.conftest import Key, Stage
from tests.qt.scene import scene

Maker = Callable[..., Stage]
RELEASE = "step.release"


def step(key: str, tone: StepTone = StepTone.PENDING) -> StepLook:
    return StepLook(key, say(key, n=2), tone)


@pytest.mark.parametrize("width", [198, 220])
def test_a_long_step_of_take_is_read_whole(qtbot: QtBot, width: int) -> None:
    ticks = StepTicks(one_theme())
    qtbot.addWidget(ticks)
    keys = ("step.podium", RELEASE, "step.unmute", "step.mute", "step.screen", "step.camera")
    ticks.resize(width, 54)
    ticks.show()
    QApplication.processEvents()
    ticks.show_steps(tuple(step(key) for key in keys))
    cells = ticks._cells()
    for shown, cell in zip(ticks.steps, cells, strict=True):
        assert text_width(shown.text, 12) <= cell.width() - 14, shown.text
    assert not any(a.intersects(b) for a in cells for b in cells if a is not b)
    assert max(cell.bottom() for cell in cells) < ticks.sizeHint().height()
    ticks.show_steps(tuple(step(key) for key in keys if key != RELEASE))
    assert ticks.sizeHint().height() == 3 * 18, "short ones stand in two columns, as ever"


def test_a_step_that_failed_is_read_whole_beside_its_button(qtbot: QtBot) -> None:
    failed = FailedSteps(one_theme(), lambda _: None)
    qtbot.addWidget(failed)
    failed.resize(198, 120)
    failed.show_failed((step(RELEASE, StepTone.REFUSED),), "")
    failed.show()
    line = failed._rows[0][1]
    qtbot.waitUntil(lambda: line.width() < 198)
    assert line.said.text == "MCU kia nhường bục: từ chối"
    assert line.toolTip() == "", "nothing of it is cut off"
    assert line.width() <= failed._rows[0][2].x()


def first_row(dialog: QDialog) -> list[QWidget]:
    """What stands highest in a dialog."""
    shown = [w for w in dialog.findChildren(QPushButton) if w.isVisible()]
    top = min(w.mapTo(dialog, QPoint(0, 0)).y() for w in shown)
    return [w for w in shown if w.mapTo(dialog, QPoint(0, 0)).y() == top]


@pytest.mark.parametrize("action", ["load_roster", "paste_script"])
def test_what_a_lent_key_came_to_covers_nothing_of_the_dialog(stage: Stage, action: str) -> None:
    stage.inside.actions.run(action)
    stage.tick()
    dialog = QApplication.activeWindow()
    assert isinstance(dialog, QDialog)
    stage.press(Key.Key_F12)
    edge = stage.inside.dialog_keys.edges[dialog]
    QApplication.processEvents()
    assert edge.isVisible()
    for button in first_row(dialog):
        assert button.mapTo(dialog, QPoint(0, 0)).y() > edge.geometry().bottom(), button
    at = first_row(dialog)[0].mapTo(dialog, QPoint(0, 0))
    stage.tick(9)
    assert not edge.isVisible()
    assert first_row(dialog)[0].mapTo(dialog, QPoint(0, 0)) == at, "nothing moves under the hand"


def test_the_clock_stands_still_while_figures_change(make_stage: Maker) -> None:
    stage = make_stage(scene())
    clock, chips = stage.inside.header.clock, stage.inside.header.chips
    stage.scene.tell(f.DeviceHeard("cms-1", 124.0))
    stage.tick(silent=True)
    QApplication.processEvents()
    at, widths = clock.x(), [chip.width() for chip in chips]
    for ms in (9.0, 88.0, 101.0):
        stage.scene.tell(f.DeviceHeard("cms-1", ms))
        stage.tick(silent=True)
        QApplication.processEvents()
        assert chips[0].chip.text.endswith(f"{ms:.0f} ms")
        assert (clock.x(), [chip.width() for chip in chips]) == (at, widths)


def test_how_old_the_news_is_reads_the_same_everywhere(stage: Stage) -> None:
    stage.tick(7.8, silent=True)
    podium = stage.inside.session.podium
    told = {podium.card.connection.text, podium.next_card.ready.text}
    assert told == {"tin cũ 7 s"}
    assert stage.inside.header.chips[0].chip.text == "MCU im 7 s"


def test_the_headings_of_dialogs_are_those_of_panels(stage: Stage) -> None:
    stage.inside.actions.run("load_roster")
    stage.tick()
    dialog = QApplication.activeWindow()
    assert isinstance(dialog, QDialog)
    heading = next(w for w in dialog.findChildren(TextLine) if w.text == say("roster.preview"))
    ours = caption(one_theme())
    assert (heading._size_px, heading._weight) == (ours._size_px, ours._weight)
    assert stage.inside.session.script.title._weight == ours._weight
    ours.deleteLater()


def test_nothing_but_the_next_is_green() -> None:
    assert "green" not in TONES.values()


@pytest.mark.parametrize("width", [1366, 1920])
def test_the_preview_of_a_roster_does_not_scroll_sideways(
    make_stage: Maker, qtbot: QtBot, width: int
) -> None:
    stage = make_stage(scene(), width, 768)
    stage.inside.actions.run("load_roster")
    stage.tick()
    dialog = stage.inside.dialogs.roster
    assert dialog is not None
    QApplication.processEvents()
    assert dialog.tree.horizontalScrollBar().maximum() == 0
    assert not dialog._changes_title.isVisible(), "no heading over nothing"
    dialog.load_shipped("2021")
    qtbot.waitUntil(lambda: not dialog.bar.busy)
    qtbot.waitUntil(dialog.tree.verticalScrollBar().isVisible)
    assert dialog.tree.horizontalScrollBar().maximum() == 0, "with sites in it, either"


def test_a_note_begins_where_the_lines_above_it_begin(stage: Stage) -> None:
    strip = stage.inside.session.strip
    strip.note.setText("Ghi")
    left = strip.note.mapTo(strip, strip.note.cursorRect().center()).x()
    strip.note.home(False)
    left = strip.note.mapTo(strip, strip.note.cursorRect().center()).x()
    assert abs(left - strip.lines.x()) <= 1
