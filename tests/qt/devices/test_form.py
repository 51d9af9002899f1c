"""The form of a device: nothing is written before it is sound."""

from __future__ import annotations

from PySide6.QtWidgets import QFileDialog

from console.domain.commands.own import ForgetDevice, NameDevice
from console.wire.http import Credentials
from tests.qt.conftest import Key
from tests.qt.devices.bench import TEXT, Bench


def test_a_device_is_added_from_the_keyboard_and_taken_on_at_once(it: Bench) -> None:
    it.press(Key.Key_Insert)
    form = it.dialog.form
    form.kind.setCurrentIndex(form.kind.findData("roomos"))
    typed = {"id": "phong-66", "name": "Phòng 66", "address": "https://10.1.0.9",
             "endpoint": "66 Tỉnh Đắk Lắk", "user": "op", "password": "geheim"}  # fmt: skip
    for name, text in typed.items():
        form.fields[name].setFocus()
        form.fields[name].setText(text)  # QTest types ASCII only
    it.press(Key.Key_Return)
    it.until(lambda: it.yard.asked)
    ((name, access),) = it.yard.asked
    assert name == "renew"
    assert access.credentials == Credentials("op", "geheim")
    assert (access.spec.id, access.spec.endpoint) == ("phong-66", "66")
    assert it.wished(NameDevice)[-1].spec == access.spec
    assert it.path.read_text(encoding="utf-8").startswith(TEXT.rstrip())
    assert "geheim" not in it.path.read_text(encoding="utf-8")
    assert it.dialog.row is not None
    assert it.dialog.row.id == "phong-66"
    assert it.dialog.form.password == ""


def test_what_is_wrong_stands_beside_its_field_and_nothing_is_written(it: Bench) -> None:
    it.dialog.add()
    form = it.dialog.form
    form.fields["id"].setText("cms-1")
    form.fields["address"].setText("10.0.0.1")
    it.dialog.editing.save()
    it.until(lambda: form.wrong["id"].said.text)
    assert "đã dùng ở dòng 3" in form.wrong["id"].said.text
    assert "phải bắt đầu bằng https://" in form.wrong["address"].said.text
    assert "thiếu «user»" in form.wrong["user"].said.text
    assert form.fields["id"].property("wrong") == "true"
    assert it.path.read_text(encoding="utf-8") == TEXT
    assert it.yard.asked == []
    it.press(Key.Key_Escape)
    assert it.dialog.pages.currentIndex() == 0
    assert it.wished(NameDevice) == []


def test_an_edit_reconnects_and_forgets_what_was_another(it: Bench) -> None:
    it.safe.kept["hnth-console", "cms-1:api"] = "geheim"
    it.press(Key.Key_F2)
    form = it.dialog.form
    it.until(lambda: "đã lưu" in form.fields["password"].placeholderText())
    assert form.fields["address"].text() == "https://127.0.0.1:1"
    form.fields["name"].setText("MCU tỉnh")
    it.dialog.editing.save()
    it.until(lambda: it.yard.asked)
    assert it.yard.names() == ["renew"]
    assert it.wished(ForgetDevice) == []
    assert 'name = "MCU tỉnh"' in it.path.read_text(encoding="utf-8")
    it.yard.asked.clear()
    it.dialog.edit()
    it.dialog.form.fields["address"].setText("https://127.0.0.1:2")
    it.dialog.editing.save()
    it.until(lambda: len(it.yard.asked) == 2)
    assert it.yard.names() == ["remove", "renew"]
    assert it.wished(ForgetDevice)[0].device == "cms-1"
    assert not [c for c in it.scene.state.conferences.values() if c.device == "cms-1"]


def test_a_device_without_a_password_says_so_and_the_keyring_too(it: Bench) -> None:
    it.dialog.edit()
    it.dialog.editing.save()
    it.until(lambda: it.yard.asked)
    assert it.yard.asked == [("remove", "cms-1"), ("decline", "profile.no_password")]
    it.safe.error = OSError("locked")
    it.dialog.edit()
    it.dialog.form.fields["password"].setText("x")
    it.dialog.editing.save()
    it.until(lambda: "Kho mật khẩu" in it.dialog.form.problem.said.text)
    assert it.dialog.pages.currentIndex() == 1


def test_the_form_asks_for_what_its_kind_needs(it: Bench) -> None:
    it.dialog.add()
    form = it.dialog.form
    for kind, shown in (("cms", "conference"), ("roomos", "endpoint")):
        form.kind.setCurrentIndex(form.kind.findData(kind))
        assert form.fields[shown].isVisible()
        assert not form.fields[{"conference": "endpoint"}.get(shown, "conference")].isVisible()


def test_a_private_ca_is_chosen_from_the_files(it: Bench) -> None:
    it.dialog.edit()
    it.dialog.form.ca_button.click()
    ask = it.dialog.form.findChild(QFileDialog)
    assert ask is not None
    ask.fileSelected.emit("/etc/ca riêng.pem")
    assert it.dialog.form.values()["ca"] == "/etc/ca riêng.pem"
    ask.close()
