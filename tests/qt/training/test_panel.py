"""The instructor's panel: common troubles by one press, what is in force, a province that hangs."""

from __future__ import annotations

from dataclasses import replace

from PySide6.QtCore import Qt
from PySide6.QtGui import QCloseEvent, QGuiApplication
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QPushButton

from console.domain import facts as f
from console.domain.problem import Problem, Refused
from console.qt.selection import Selection
from console.qt.training.quick import quick_faults
from console.qt.training.targets import active_text
from console.qt.wording import wording
from console.simulators.fault_kinds import KINDS
from console.wire.problems import DeadlinePassed
from tests.qt.scene import CALL, NEXT, PODIUM, Scene, scene
from tests.qt.training.bench import Instructing


def test_it_is_marked_and_offers_what_the_province_can_do(it: Instructing) -> None:
    assert it.panel._mark.text == "HUẤN LUYỆN"
    assert it.panel.windowTitle() == "Bảng người hướng dẫn"
    assert it.panel.faults.kind.count() == len(KINDS)
    assert it.panel.faults.kind.itemText(0) == "Điểm cầu: rớt kết nối"
    assert it.control.threads == {"hnth-instructor_0"}


def test_it_is_no_higher_than_a_small_screen_lets_it_be(it: Instructing) -> None:
    assert it.panel.height() <= it.panel.screen().availableSize().height() - 40
    assert it.panel.minimumSizeHint().height() < 600, "and scrolls where there is still less"


def test_the_common_troubles_are_one_press_each(it: Instructing) -> None:
    QTest.mouseClick(it.button("drop_podium"), Qt.MouseButton.LeftButton)
    QTest.mouseClick(it.button("slow_mcu"), Qt.MouseButton.LeftButton)
    QTest.mouseClick(it.button("hang_mcu"), Qt.MouseButton.LeftButton)
    it.until(lambda: len(it.control.posted) == 3)
    assert it.control.posted == [
        ("/fault", {"kind": "drop", "target": PODIUM, "seconds": 20}),
        ("/fault", {"kind": "slow", "target": "cms", "seconds": 30, "delay_ms": 2000}),
        ("/fault", {"kind": "hang", "target": "cms", "seconds": 20}),
    ]
    it.until(lambda: len(it.panel.told) == 3)
    assert it.panel.told[-1].text == "08:42:10 rớt kết nối · Krông Bông"


def test_the_keys_of_the_common_troubles(it: Instructing) -> None:
    it.panel.activateWindow()
    QGuiApplication.processEvents()
    both = Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.ShiftModifier
    QTest.keyClick(it.panel, Qt.Key.Key_F1, both)
    QTest.keyClick(it.panel, Qt.Key.Key_F5, both)
    it.until(lambda: len(it.control.posted) == 2)
    assert [body["kind"] for _, body in it.control.posted] == ["drop", "district_outage"]


def test_an_empty_podium_can_not_be_dropped(it: Instructing) -> None:
    conference = it.scene.state.conferences[CALL]
    it.scene.tell(f.ConferenceSeen(replace(conference, podium="")))
    it.scene.settle()
    it.panel.follow()
    assert not it.button("drop_podium").isEnabled()
    it.panel.quick.fire(0)
    assert it.control.posted == []
    assert it.panel.told[0].tone == "refused"


def test_the_common_troubles_pick_whom_it_makes_sense_for() -> None:
    it = scene()
    quick = {q.name: q.bodies for q in quick_faults(it.state, Selection(("24373",)), 0)}
    assert quick["open_mic"] == ({"kind": "open_mic", "target": "24373", "seconds": 20},)
    assert quick["drop_district"] == ({"kind": "district_outage", "target": "651", "seconds": 45},)
    for lot in range(0, 400, 7):
        quick = {q.name: q.bodies for q in quick_faults(it.state, Selection(), lot)}
        (body,) = quick["open_mic"]
        assert body["target"] not in (PODIUM, NEXT, it.state.session.chair)
    assert not [q for q in quick_faults(Scene().state, Selection(), 3) if q.bodies]


def test_faults_in_force_are_listed_and_ended(it: Instructing) -> None:
    it.control.active = [
        {"number": 7, "kind": "hang", "target": "cms", "values": {"seconds": 20.0}},
        {"number": 8, "kind": "brand_new", "target": NEXT, "values": {}},
        {"kind": "broken"},
    ]
    it.panel.look()
    it.until(lambda: len(it.panel.active) == 2)
    assert [active_text(a, it.scene.state) for a in it.panel.active] == [
        "treo · mọi MCU · 20 giây", "brand new · Ea Kar",
    ]  # fmt: skip
    ends = [b for b in it.panel.findChildren(QPushButton) if b.text() == "Dẹp"]
    QTest.mouseClick(ends[0], Qt.MouseButton.LeftButton)
    it.until(lambda: bool(it.control.posted))
    QTest.mouseClick(it.panel._clear_all, Qt.MouseButton.LeftButton)
    it.until(lambda: len(it.control.posted) == 2)
    assert it.control.posted == [("/clear", {"fault": 7}), ("/clear", {"fault": 0})]


def test_that_no_fault_is_in_force_is_said(it: Instructing) -> None:
    it.panel.look()
    it.until(lambda: not it.panel.asking)
    it.until(lambda: it.panel._active.height() > 10)


def test_a_long_name_is_cut_on_its_button_and_whole_in_its_tip(it: Instructing) -> None:
    it.desk.actions.select(("24373",))
    it.panel.resize(320, 700)
    it.until(lambda: it.button("open_mic").text().endswith("…"))
    assert it.button("open_mic").toolTip().endswith("Ea Kar (Ea Kar)")
    assert it.button("open_mic").toolTip() == it.button("open_mic").accessibleName()


def test_what_the_province_refuses_is_told_once(it: Instructing) -> None:
    it.until(lambda: not it.panel._asking)
    it.control.trouble = Refused(Problem.of("training.refused", "no such site", status=400))
    it.panel.quick.fire(2)
    it.until(lambda: bool(it.panel.told) and it.panel.told[0].tone == "refused")
    assert "no such site" in it.panel.told[-1].text
    it.control.trouble = DeadlinePassed(seconds=5.0)
    for _ in range(3):
        it.until(lambda: not it.panel._asking)
        it.panel.look()
    it.until(lambda: "Tỉnh giả lập không trả lời" in it.panel.told[0].text)
    it.until(lambda: not it.panel._asking)
    told = [said.text for said in it.panel.told if "không trả lời" in said.text]
    assert len(told) == 1


def test_a_hanging_province_never_blocks_the_window_nor_its_end(it: Instructing) -> None:
    it.until(lambda: not it.panel._asking)
    it.control.gate.clear()
    it.panel.quick.fire(2)
    it.panel.look()
    it.panel.follow()
    assert it.panel.isVisible()
    it.panel.close()
    assert it.control.closed
    it.panel.look()
    it.panel.quick.fire(2)
    QGuiApplication.processEvents()
    assert it.panel.told == ()


def test_the_instructor_only_puts_it_away(it: Instructing) -> None:
    seen: list[bool] = []
    it.panel.visibility_changed.connect(seen.append)

    class FromOutside(QCloseEvent):
        def spontaneous(self) -> bool:
            return True

    event = FromOutside()
    it.panel.closeEvent(event)
    assert not it.panel.isVisible()
    assert not it.control.closed
    assert not it.panel._timer.isActive()
    it.panel.show()
    assert it.panel._timer.isActive()
    assert seen == [False, True]


def test_language_changes_while_it_is_open(it: Instructing) -> None:
    it.choose("slow")
    try:
        wording.use("en")
        assert it.panel._mark.text == "TRAINING"
        assert it.panel.faults.kind.currentText() == "Device: answers late"
        assert it.panel.faults.button.text() == "Cause it"
    finally:
        wording.use("vi")
