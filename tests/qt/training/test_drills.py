"""Drills: fired from the panel, scored by what the operator did, and written down."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QPushButton

from console.domain import facts as f
from console.domain.alarm import Alarm, Priority
from console.domain.commands.take import TakeToPodium
from console.domain.event import Event
from console.domain.problem import Problem, Refused
from console.qt.looks.journal_lines import JournalLine, LineTone, line_of
from console.qt.training.drill import DrillBox
from console.qt.wording import wording
from tests.qt.scene import NEXT, PODIUM
from tests.qt.training.bench import Instructing

CTRL_SHIFT = Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.ShiftModifier


def drilling(it: Instructing, name: str) -> DrillBox:
    def told(events: Sequence[Event]) -> None:
        it.scene.told.extend(events)
        it.panel.tell(events)

    it.scene.store.on_told = told
    it.panel.drills.choose(name)
    QTest.keyClick(it.panel, Qt.Key.Key_F8, CTRL_SHIFT)
    it.until(lambda: it.panel.drills.drill is not None)
    return it.panel.drills


def scored(it: Instructing) -> list[f.DrillScored]:
    it.scene.settle()
    facts = (event.fact for event in it.scene.told)
    return [fact for fact in facts if isinstance(fact, f.DrillScored)]


def line(it: Instructing) -> JournalLine:
    """What the journal's strip says of the newest score."""
    (told,) = [e for e in it.scene.told if isinstance(e.fact, f.DrillScored)]
    found = line_of(told, it.scene.state)
    assert found is not None
    return found


def test_a_drill_is_fired_scored_and_written_down(it: Instructing) -> None:
    drills = drilling(it, "1_site_lost")
    assert "Xác nhận cảnh báo (F8)" in drills.told.text
    it.until(lambda: bool(it.control.posted))
    body = {"kind": "drop", "target": PODIUM, "seconds": 60}
    assert it.control.posted[0] == ("/fault", body)
    it.scene.clock.at_us += 4_000_000
    lost = Alarm(f"podium:{PODIUM}", "podium_lost", Priority.HIGH, (PODIUM,))
    it.scene.tell(f.AlarmRaised(lost), f.AlarmAcknowledged(lost.id))
    it.scene.dispatcher.submit(TakeToPodium(endpoint=NEXT, expected=PODIUM))
    it.scene.settle()
    it.until(lambda: drills.drill is None)
    assert drills.told.text == "Diễn tập «Rớt điểm cầu đang phát biểu»: đạt 3/3."
    assert drills.told.tone == "value"
    (fact,) = scored(it)
    assert (fact.drill, fact.scores) == ("1_site_lost", drills.scores)
    assert [each.step.bar_s for each in fact.scores] == [20, 30, 35]
    assert all(each.took_s is not None and each.took_s >= 4 for each in fact.scores)
    assert line(it).text == (
        "Diễn tập «Rớt điểm cầu đang phát biểu»: đạt 3/3. Xác nhận cảnh báo 4,0 s (mức 20 s) ✓; "
        "Ra lệnh đưa lên bục 4,0 s (mức 30 s) ✓; MCU xác nhận 4,0 s (mức 35 s) ✓"
    )
    assert line(it).tone is LineTone.DONE
    wording.use("en")
    assert line(it).text.startswith("Drill “A site lost while speaking”: 3 of 3 passed. Alarm")
    it.until(lambda: ("/clear", {"fault": 0}) in it.control.posted)


def test_beginning_a_drill_hands_the_keyboard_to_no_button(it: Instructing) -> None:
    """A second press of the space bar must neither end the faults nor the drill."""
    drills = it.panel.drills
    start = drills.findChild(QPushButton)
    assert start is not None
    start.setFocus()
    QTest.keyClick(start, Qt.Key.Key_Space)
    assert drills.drill is not None
    focus = it.panel.focusWidget()
    assert not isinstance(focus, QPushButton)
    QTest.keyClick(it.panel, Qt.Key.Key_F9, CTRL_SHIFT)
    assert not isinstance(it.panel.focusWidget(), QPushButton)


def test_a_drill_that_nobody_answers_ends_unpassed(it: Instructing) -> None:
    drills = drilling(it, "3_open_mic")
    it.scene.clock.at_us += 61_000_000
    it.until(lambda: drills.drill is None)
    assert drills.told.text.endswith("đạt 0/2.")
    assert [each.took_s for each in drills.scores] == [None, None]
    assert [each.took_s for each in scored(it)[0].scores] == [None, None]
    assert "Ra lệnh tắt mic — (mức 15 s) ✗; MCU xác nhận — " in line(it).text
    assert line(it).tone is LineTone.WARN


def test_the_hang_waits_for_the_take_and_cancelling_ends_the_faults(it: Instructing) -> None:
    drills = drilling(it, "2_mcu_hang")
    assert it.control.posted == []
    it.scene.dispatcher.submit(TakeToPodium(endpoint=NEXT, expected=PODIUM))
    it.scene.settle()
    it.until(lambda: bool(it.control.posted))
    assert it.control.posted[0][1] == {"kind": "hang", "target": "cms", "seconds": 20}
    QTest.keyClick(it.panel, Qt.Key.Key_F9, CTRL_SHIFT)
    it.until(lambda: ("/clear", {"fault": 0}) in it.control.posted)
    assert (drills.drill, drills.scores) == (None, ())
    assert drills.told.text == "Đã hủy bài diễn tập và dẹp sự cố."
    assert scored(it) == []


def test_a_fault_that_the_province_refuses_ends_the_drill(it: Instructing) -> None:
    it.control.trouble = Refused(Problem.of("training.refused", "no such site", status=400))
    drills = drilling(it, "4_half_dark")
    it.until(lambda: drills.drill is None)
    assert drills.told.tone == "refused"
    targets = it.control.posted[0][1]["target"].split(",")
    assert len(targets) > 5
    assert PODIUM not in targets
    it.control.trouble = None
