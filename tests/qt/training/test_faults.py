"""The kinds of trouble as data: their words, their fields, and whom they may befall."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QComboBox, QDoubleSpinBox, QLineEdit, QSpinBox
from pytestqt.qtbot import QtBot

from console.qt.selection import Selection
from console.qt.training.faults import Kind, Parameter, active_of, kinds_of, scope_name
from console.qt.training.form import FaultForm
from console.qt.training.targets import target_name, targets
from console.qt.wording import catalogue
from console.simulators.fault_kinds import KINDS
from tests.qt.scene import NEXT, PODIUM, scene
from tests.qt.training.bench import Instructing


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


def test_a_fault_for_nobody_is_told_and_not_sent(it: Instructing) -> None:
    it.choose("hold")
    it.panel.faults.fire()
    assert it.control.posted == []
    assert "Chọn một ô trên lưới" in it.panel.told[0].text


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
