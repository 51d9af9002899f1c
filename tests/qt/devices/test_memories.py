"""A camera's memories in the form: named, renamed and removed."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtTest import QTest

from console.domain.commands.own import NameDevice
from tests.qt.conftest import Key
from tests.qt.devices.bench import Bench

CAMERA = """[[device]]
id = "cam"
kind = "visca"
name = "Camera"
address = "visca+udp://127.0.0.1:52381"
endpoint = "66"
[device.memories]
1 = "Chủ tọa"  # bàn đầu
2 = "Bục"
"""


def test_camera_memories_are_named_renamed_and_removed(make: Callable[..., Bench]) -> None:
    it = make(CAMERA)
    it.dialog.table.point_at("cam")
    it.dialog.edit()
    memories = it.dialog.form.memories
    assert memories.isVisible()
    assert not it.dialog.form.pin.isVisible()
    assert memories.names() == {1: "Chủ tọa", 2: "Bục"}
    memories.add_button.setFocus()
    it.press(Key.Key_Space)
    assert it.dialog.focusWidget() is memories._rows[2].name
    it.dialog.editing.save()
    assert it.dialog.form.wrong["memories"].said.text.startswith("Vị trí camera 3 chưa có tên")
    QTest.keyClicks(memories._rows[2].name, "Toan canh")
    memories._rows[2].number.setValue(1)
    it.dialog.editing.save()
    assert it.dialog.form.wrong["memories"].said.text.startswith("Vị trí camera 1 có hai lần")
    assert it.path.read_text(encoding="utf-8") == CAMERA
    memories._rows[2].number.setValue(999)
    memories._rows[0].name.setText("Chủ trì")
    memories._rows[1].drop.click()
    assert it.dialog.focusWidget() is memories._rows[1].name
    it.dialog.editing.save()
    it.until(lambda: it.yard.asked)
    assert '1 = "Chủ trì"  # bàn đầu\n90 = "Toan canh"\n' in it.path.read_text(encoding="utf-8")
    assert it.yard.names() == ["renew"]
    spec = it.yard.asked[0][1].spec
    assert spec.memories == ((1, "Chủ trì"), (90, "Toan canh"))
    assert it.wished(NameDevice)[-1].spec == spec


def test_memories_of_a_camera_are_of_no_other_kind(make: Callable[..., Bench]) -> None:
    it = make(CAMERA)
    it.dialog.table.point_at("cam")
    it.dialog.edit()
    form = it.dialog.form
    form.kind.setCurrentIndex(form.kind.findData("freeswitch"))
    assert not form.memories.isVisible()
    form.fields["address"].setText("esl://127.0.0.1:1")
    it.dialog.editing.save()
    it.until(lambda: it.yard.asked)
    assert "memories" not in it.path.read_text(encoding="utf-8")
