"""The instructor's panel against a pretend control plane, and against the real one."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable, Iterator, Sequence
from dataclasses import asdict
from typing import Any

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QCloseEvent, QGuiApplication
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QComboBox, QDoubleSpinBox, QLineEdit, QPushButton, QSpinBox, QWidget
from pytestqt.qtbot import QtBot

from console.domain import facts as f
from console.domain.commands.take import TakeToPodium
from console.domain.event import Event
from console.domain.problem import Problem, Refused
from console.qt.looks.journal_lines import JournalLine, LineTone, line_of
from console.qt.selection import Selection
from console.qt.training.drill import DrillBox
from console.qt.training.faults import Kind, Parameter, active_of, kinds_of, scope_name
from console.qt.training.form import FaultForm
from console.qt.training.panel import InstructorPanel
from console.qt.training.quick import quick_faults
from console.qt.training.targets import active_text, target_name, targets
from console.qt.wording import catalogue, missing, wording
from console.simulators.fault_kinds import KINDS
from console.wire.problems import DeadlinePassed
from tests.qt.bench_desk import desk_for
from tests.qt.scene import CALL, NEXT, PODIUM, Scene, scene

CTRL_SHIFT = Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.ShiftModifier


class PretendControl:
    """A control plane that remembers what it was asked."""

    def __init__(self) -> None:
        self.posted: list[tuple[str, Any]] = []
        self.active: list[dict[str, Any]] = []
        self.trouble: Exception | None = None
        self.gate = threading.Event()
        self.gate.set()
        self.closed = False
        self.threads: set[str] = set()

    def get(self, path: str) -> Any:
        assert path == "/faults"
        return self._answered({"kinds": [asdict(k) for k in KINDS], "active": self.active})

    def post(self, path: str, body: object) -> Any:
        self.posted.append((path, body))
        return self._answered({"fault": 1})

    def _answered(self, answer: Any) -> Any:
        self.threads.add(threading.current_thread().name)
        self.gate.wait(10)
        if self.trouble is not None:
            raise self.trouble
        return json.loads(json.dumps(answer))

    def close(self) -> None:
        self.closed = True
        self.gate.set()


class Instructing:
    """A shown panel on a scene."""

    def __init__(self, qtbot: QtBot) -> None:
        wording.use("vi")
        self.scene: Scene = scene()
        self.owner = QWidget()
        qtbot.addWidget(self.owner)
        self.desk = desk_for(self.scene, self.owner)
        self.control = PretendControl()
        self.panel = InstructorPanel(self.desk, self.control, self.owner)
        self.panel.show()
        self.qtbot = qtbot

    def until(self, true: Callable[[], bool]) -> None:
        self.qtbot.waitUntil(true, timeout=5000)

    def button(self, name: str) -> QPushButton:
        found = self.panel.findChild(QPushButton, name)
        assert isinstance(found, QPushButton)
        return found

    def choose(self, kind: str) -> None:
        names = [k.kind for k in self.panel.faults.kinds]
        self.panel.faults.kind.setCurrentIndex(names.index(kind))


@pytest.fixture
def it(qtbot: QtBot) -> Iterator[Instructing]:
    made = Instructing(qtbot)
    missing.clear()
    made.until(lambda: bool(made.panel.faults.kinds))
    yield made
    made.panel.close()
    assert not missing


def test_it_is_marked_and_offers_what_the_province_can_do(it: Instructing) -> None:
    assert it.panel._mark.text == "HUẤN LUYỆN"
    assert it.panel.windowTitle() == "Bảng người hướng dẫn"
    assert it.panel.faults.kind.count() == len(KINDS)
    assert it.panel.faults.kind.itemText(0) == "Điểm cầu: rớt kết nối"
    assert it.control.threads == {"hnth-instructor_0"}


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
    from dataclasses import replace

    it.scene.tell(f.ConferenceSeen(replace(conference, podium="")))
    it.scene.settle()
    it.panel.follow()
    assert not it.button("drop_podium").isEnabled()
    it.panel.quick.fire(0)
    assert it.control.posted == []
    assert it.panel.told[0].tone == "refused"


def test_the_form_is_made_of_data_and_sends_only_what_was_changed(it: Instructing) -> None:
    it.choose("loss")
    it.desk.actions.select((NEXT, "656"))
    it.panel.follow()
    assert it.panel.faults.target.itemText(0) == "Đang chọn: 2 điểm cầu"
    boxes = it.panel.faults.form.findChildren(QDoubleSpinBox)
    assert [box.value() for box in boxes] == [10.0, 8.0, 60.0]
    boxes[1].setValue(12.5)
    QTest.mouseClick(it.panel.faults.button, Qt.MouseButton.LeftButton)
    it.until(lambda: bool(it.control.posted))
    body = {"kind": "loss", "target": f"{NEXT},656", "loss_pct": 12.5}
    assert it.control.posted == [("/fault", body)]


def test_a_fault_for_nobody_is_told_and_not_sent(it: Instructing) -> None:
    it.choose("hold")
    it.panel.faults.fire()
    assert it.control.posted == []
    assert "Chọn một ô trên lưới" in it.panel.told[0].text


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


# -- data ------------------------------------------------------------------------------------------


def test_every_kind_and_parameter_has_words_in_both_languages() -> None:
    for language in ("vi", "en"):
        texts = catalogue(language)
        for kind in KINDS:
            assert f"training.fault.{kind.kind}.name" in texts, kind.kind
            assert f"training.fault.{kind.kind}.about" in texts, kind.kind
            assert f"training.scope.{kind.scope}" in texts
            for parameter in kind.parameters:
                assert f"training.parameter.{parameter.name}" in texts, parameter.name


def test_answers_that_make_no_sense_are_left_out() -> None:
    for odd in (None, [], {"kinds": 3, "active": "x"}, {"kinds": [{}, 4], "active": [None]}):
        assert kinds_of(odd) == ()
        assert active_of(odd) == ()


def of_scope(scope: str, *families: str) -> Kind:
    return Kind("any", scope, True, "", families=families)


def test_whom_a_fault_may_befall() -> None:
    state = scene().state
    one = Selection((NEXT,))
    sites = targets(of_scope("site"), state, one)
    assert [t.id for t in sites[:4]] == [NEXT, PODIUM, NEXT, "643"]
    assert [t.role for t in sites[:4]] == ["selected", "podium", "next", ""]
    assert len(sites) == 3 + 15
    assert [t.id for t in targets(of_scope("bridge"), state, one)] == ["cms"]
    devices = targets(of_scope("device"), state, one)
    assert [t.id for t in devices[:3]] == ["cms", "rooms", f"room:{NEXT}"]
    assert {t.id for t in devices[3:]} == {
        f"room:{d.endpoint}" for d in state.devices.values() if d.kind == "roomos"
    }
    assert targets(of_scope("camera"), state, one) == ()
    assert targets(of_scope("bridge", "freeswitch"), state, one) == ()
    assert target_name(f"camera:{NEXT}", state).startswith("Camera VISCA của ")
    assert target_name(f"room:{NEXT}", state) == "Thiết bị phòng Ea Kar"
    assert target_name("651,652,653,654", state) == "Ea Kar, M'Đrắk, Krông Bông +1"
    assert (target_name("cms", state), target_name("cms-1", state)) == ("mọi MCU", "MCU")
    assert target_name("*", state) == "tất cả"


def test_the_target_follows_who_plays_the_part_and_else_stays(it: Instructing) -> None:
    it.choose("hang")
    it.desk.actions.select((NEXT,))
    it.panel.follow()
    texts = [target.text for target in it.panel.faults.offered]
    it.panel.faults.target.setCurrentIndex(texts.index("Phòng đang chọn: Ea Kar"))
    it.desk.actions.select((PODIUM,))
    it.panel.follow()
    assert it.panel.faults.target.currentText() == "Phòng đang chọn: Krông Bông"
    it.desk.actions.select(())
    it.panel.follow()
    assert it.panel.faults.target.currentText() == "Phòng đang chọn: chưa có"
    it.panel.faults.fire()
    assert it.panel.told[0].tone == "refused"
    it.panel.faults.target.setCurrentIndex(texts.index("Thiết bị phòng Ea Kar"))
    it.desk.actions.select((PODIUM,))
    it.panel.follow()
    it.choose("slow")
    assert it.panel.faults.target.currentText() == "Thiết bị phòng Ea Kar"
    it.panel.faults.fire()
    it.until(lambda: bool(it.control.posted))
    assert it.control.posted[0][1]["target"] == f"room:{NEXT}"


def test_trouble_that_no_device_here_can_have_is_not_offered(it: Instructing) -> None:
    it.choose("lost_reply")
    assert it.panel.faults.target.isHidden()
    assert not it.panel.faults.button.isEnabled()
    assert it.panel.faults.about.said.text == "Tỉnh giả lập này không có thiết bị loại đó."
    it.choose("hang")
    assert not it.panel.faults.target.isHidden()
    assert it.panel.faults.button.isEnabled()


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


def test_each_kind_of_field(qtbot: QtBot) -> None:
    form = FaultForm(
        (
            Parameter("seconds", "number", 10.0, low=0.1, high=100),
            Parameter("count", "integer", None, low=1, high=5),
            Parameter("path", "text", "*"),
            Parameter("method", "choice", "*", ("*", "GET")),
        )
    )
    qtbot.addWidget(form)
    assert form.values() == {}
    form.findChildren(QDoubleSpinBox)[0].setValue(1000)
    form.findChildren(QSpinBox)[0].setValue(2)
    edit = next(e for e in form.findChildren(QLineEdit) if e.text() == "*")
    edit.setText("/api/v1/*")
    form.findChildren(QComboBox)[0].setCurrentText("GET")
    assert form.values() == {"seconds": 100.0, "count": 2, "path": "/api/v1/*", "method": "GET"}


def test_a_scope_without_words_shows_the_provinces_own(it: Instructing) -> None:
    assert (scope_name("site"), scope_name("video_wall")) == ("Điểm cầu", "video wall")


# -- drills ----------------------------------------------------------------------------------------


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
    it.scene.tell(f.AlarmAcknowledged(next(iter(it.scene.state.alarms))))
    it.scene.dispatcher.submit(TakeToPodium(endpoint=NEXT, expected=PODIUM))
    it.scene.settle()
    it.until(lambda: drills.drill is None)
    assert drills.told.text == "Diễn tập «Rớt điểm cầu đang phát biểu»: đạt 3/3."
    assert drills.told.tone == "green"
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
