"""The devices' dialog: all of it by keyboard, and nothing is written before it is sound."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtTest import QAbstractItemModelTester, QTest
from PySide6.QtWidgets import QFileDialog, QWidget
from pytestqt.qtbot import QtBot
from shiboken6 import Shiboken

from console.core.equipment import Equipment
from console.core.pins import Pin
from console.core.profile import Access
from console.core.vault import Vault
from console.domain import facts as f
from console.domain.commands.own import ForgetDevice, NameDevice, TrustCertificate
from console.domain.device import DeviceSpec, LinkHealth
from console.domain.problem import Problem
from console.qt.dialogs.devices import DevicesDialog
from console.qt.wording import missing, wording
from console.wire.http import Credentials
from console.wire.tls import Trust
from tests.core.safe import Safe
from tests.qt.bench_desk import desk_for
from tests.qt.conftest import Stage
from tests.qt.scene import Scene, scene
from tests.wire import certs
from tests.wire.peers import hang, ok, peer, serving

Key = Qt.Key
TEXT = """# của kỹ thuật
[[device]]
id = "cms-1"
kind = "cms"
name = "MCU"
address = "https://127.0.0.1:1"
user = "api"

[[device]]
id = "room-651"
kind = "roomos"
address = "127.0.0.1"
endpoint = "651"
user = "op"
"""


class Yard:
    """Notes what is to be run."""

    def __init__(self) -> None:
        self.asked: list[tuple[str, Any]] = []

    def renew(self, access: Access) -> None:
        self.asked.append(("renew", access))

    def remove(self, device: str) -> None:
        self.asked.append(("remove", device))

    def decline(self, spec: DeviceSpec, problem: Problem) -> None:
        self.asked.append(("decline", problem.code))

    def names(self) -> list[str]:
        return [name for name, _ in self.asked]


class Bench:
    """A dialog on a profile of its own."""

    def __init__(self, qtbot: QtBot, folder: Path, text: str = TEXT) -> None:
        wording.use("vi")
        self.scene: Scene = scene()
        self.owner = QWidget()
        qtbot.addWidget(self.owner)
        self.path = folder / "profile.toml"
        self.path.write_text(text, encoding="utf-8")
        self.safe, self.yard = Safe(), Yard()
        self.equipment = Equipment(
            self.path, lambda: set(self.scene.state.endpoints), lambda: Vault(self.safe)
        )
        self.equipment.read()
        self.desk = desk_for(self.scene, self.owner)
        self.dialog: DevicesDialog = self.open()

    def open(self) -> DevicesDialog:
        self.dialog = DevicesDialog(self.desk, self.equipment, self.yard, self.owner)
        self.dialog.show()
        self.dialog.activateWindow()
        QTest.qWaitForWindowActive(self.dialog)
        self.dialog.table.point_at("cms-1")
        return self.dialog

    def until(self, holds: Callable[[], object], patience_s: float = 20.0) -> None:
        end = time.monotonic() + patience_s
        while not holds():
            assert time.monotonic() < end, "never came"
            QTest.qWait(10)
        self.scene.settle()

    def press(self, key: Qt.Key) -> None:
        QTest.keyClick(self.dialog.focusWidget() or self.dialog.table, key)
        QGuiApplication.processEvents()

    def wished(self, kind: type) -> list[Any]:
        facts = (event.fact for event in self.scene.paper.events)
        return [c for fact in facts if isinstance(c := getattr(fact, "command", None), kind)]

    def close(self) -> None:
        if Shiboken.isValid(self.dialog):
            background = self.dialog.background
            self.dialog.close()
            if Shiboken.isValid(background):
                background.close(wait=True)
        QGuiApplication.processEvents()


@pytest.fixture
def make(qtbot: QtBot, tmp_path: Path) -> Iterator[Callable[..., Bench]]:
    made: list[Bench] = []

    def bench(text: str = TEXT) -> Bench:
        made.append(Bench(qtbot, tmp_path, text))
        return made[-1]

    missing.clear()
    yield bench
    for each in made:
        each.close()
    assert not missing


@pytest.fixture
def it(make: Callable[..., Bench]) -> Bench:
    return make()


def test_each_device_stands_with_its_health_and_reason(it: Bench) -> None:
    tester = QAbstractItemModelTester(
        it.dialog.table.rows, QAbstractItemModelTester.FailureReportingMode.Fatal
    )
    mcu, room = it.dialog.table.rows.rows
    assert (mcu.name, mcu.state) == ("MCU", "đã kết nối")
    assert "phải bắt đầu bằng https://" in room.state
    it.scene.tell(f.LinkChanged("cms-1", LinkHealth.DOWN, Problem.of("device.login", device="MCU")))
    it.scene.settle()
    it.dialog.refresh()
    assert it.dialog.table.rows.rows[0].state.startswith("MCU không nhận tài khoản")
    assert it.dialog.card.state.said.text == it.dialog.table.rows.rows[0].state
    del tester


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


def test_removing_is_asked_once_more(it: Bench) -> None:
    it.press(Key.Key_Delete)
    assert "Bỏ «MCU» khỏi hồ sơ?" in it.dialog.card.question.said.text
    assert it.dialog.card.no_button.hasFocus()
    it.press(Key.Key_Escape)
    assert it.dialog.card.question.said.text == ""
    it.press(Key.Key_Delete)
    QTest.mouseClick(it.dialog.card.yes_button, Qt.MouseButton.LeftButton)
    it.until(lambda: it.yard.asked)
    assert it.yard.asked == [("remove", "cms-1")]
    assert "cms-1" not in it.scene.state.devices
    assert "cms-1" not in it.path.read_text(encoding="utf-8")
    assert [row.id for row in it.dialog.table.rows.rows] == ["room-651"]


def pin_of(it: Bench) -> str:
    entry = it.equipment.profile.entry("cms-1")
    assert entry is not None
    pin = it.equipment.believed(entry.spec)
    return pin.sha256 if pin is not None else ""


def blocked(it: Bench, reason: str) -> None:
    problem = Problem.of("wire.certificate", device="MCU", reason=reason, fingerprint="")
    it.scene.tell(f.LinkChanged("cms-1", LinkHealth.DOWN, problem))
    it.scene.settle()
    it.dialog.refresh()
    it.dialog._selected(it.dialog.table.currentIndex(), it.dialog.table.currentIndex())


def test_a_certificate_is_seen_compared_and_trusted(
    make: Callable[..., Bench], tmp_path: Path
) -> None:
    context, print_ = certs.self_signed(tmp_path, "cms.example")
    with peer(lambda sock: None, context) as other:
        it = make(TEXT.replace("https://127.0.0.1:1", other.url()))
        it.safe.kept["hnth-console", "cms-1:api"] = "geheim"
        blocked(it, "unknown_ca")
        card = it.dialog.card
        it.until(card.trust_button.isVisible)
    words = " ".join(line.said.text for line in card.certificate)
    assert "Cấp cho: CN=cms.example" in words
    assert "tự ký" in words
    assert print_[:2].upper() + ":" in words
    assert not card.block_button.isVisible()
    QTest.mouseClick(card.trust_button, Qt.MouseButton.LeftButton)
    it.until(lambda: it.yard.asked)
    assert it.yard.asked[0][1].trust.pin == print_
    (wish,) = it.wished(TrustCertificate)
    assert (wish.device, wish.fingerprint, wish.before) == ("cms-1", print_, "")
    assert print_ in (it.path.parent / "pins.toml").read_text(encoding="utf-8")


def test_a_changed_certificate_has_two_choices_and_no_third(
    make: Callable[..., Bench], tmp_path: Path
) -> None:
    context, print_ = certs.self_signed(tmp_path)
    with peer(lambda sock: None, context) as other:
        it = make(TEXT.replace("https://127.0.0.1:1", other.url()))
        it.equipment.pins.keep(f"127.0.0.1:{other.port}", Pin("c" * 64, 1_795_484_530_000_000))
        blocked(it, "changed")
        card = it.dialog.card
        it.until(card.block_button.isVisible)
        words = " ".join(line.said.text for line in card.certificate)
        assert "Vân tay đã tin từ 24/11/2026 08:42" in words
        assert "CC:CC" in words
        assert "vừa thay chứng thư" in words
        QTest.keyClick(it.dialog.table, Key.Key_Return)  # opens the form, and presses nothing
        assert it.dialog.pages.currentIndex() == 1
        it.dialog.form.leave_button.setFocus()
        QTest.keyClick(it.dialog.form.leave_button, Key.Key_Return)
        assert it.dialog.pages.currentIndex() == 0
        assert it.wished(TrustCertificate) == []
        QTest.mouseClick(card.block_button, Qt.MouseButton.LeftButton)
        assert not card.trust_button.isVisible()
        assert it.wished(TrustCertificate) == []
        assert pin_of(it) == "c" * 64
        blocked(it, "changed")
        it.until(card.block_button.isVisible)
    QTest.mouseClick(card.trust_button, Qt.MouseButton.LeftButton)
    it.until(lambda: pin_of(it) == print_)
    (wish,) = it.wished(TrustCertificate)
    assert (wish.fingerprint, wish.before) == (print_, "c" * 64)


def test_an_expired_certificate_can_not_be_trusted(
    make: Callable[..., Bench], tmp_path: Path
) -> None:
    context, _ = certs.self_signed(tmp_path, days=-2)
    with peer(lambda sock: None, context) as other:
        it = make(TEXT.replace("https://127.0.0.1:1", other.url()))
        blocked(it, "expired")
        it.until(lambda: it.dialog.card.certificate[0].said.text)
    assert not it.dialog.card.trust_button.isVisible()


def test_a_device_is_tested_beside_the_window(make: Callable[..., Bench], tmp_path: Path) -> None:
    context, print_ = certs.self_signed(tmp_path)
    with peer(serving(lambda _: ok(b"<html/>")), context) as other:
        it = make(TEXT.replace("https://127.0.0.1:1", other.url()))
        it.safe.kept["hnth-console", "cms-1:api"] = "geheim"
        it.equipment.pins.keep(f"127.0.0.1:{other.port}", Pin(print_))
        it.press(Key.Key_F5)
        assert it.dialog.card.progress.isVisible()
        it.until(lambda: not it.dialog.card.progress.isVisible())
    words = [line.said.text for line in it.dialog.card.checks]
    assert words[0].startswith("✓  kết nối: ")
    assert words[1].startswith("✓  chứng thư: đúng chứng thư đã tin")
    assert any(text.startswith("✗  đăng nhập: ") for text in words)


def test_a_test_is_cancelled_with_escape(make: Callable[..., Bench]) -> None:
    with peer(hang) as other:
        it = make(TEXT.replace("https://127.0.0.1:1", other.url("https")))
        it.safe.kept["hnth-console", "cms-1:api"] = "geheim"
        it.press(Key.Key_F5)
        it.press(Key.Key_Escape)
        assert not it.dialog.card.progress.isVisible()
        assert it.dialog.isVisible()
        it.press(Key.Key_Escape)
        assert not Shiboken.isValid(it.dialog) or not it.dialog.isVisible()


def test_a_form_is_tested_before_anything_is_kept(it: Bench) -> None:
    it.dialog.add()
    form = it.dialog.form
    for name, text in {"id": "x", "address": "https://127.0.0.1:1", "user": "u"}.items():
        form.fields[name].setText(text)
    it.press(Key.Key_F5)
    it.until(lambda: "Chưa lưu mật khẩu" in form.problem.said.text)
    form.fields["password"].setText("p")
    it.dialog.editing.test()
    it.until(lambda: form.problem.said.text.startswith("✗"))
    assert "từ chối kết nối" in form.problem.said.text
    assert it.path.read_text(encoding="utf-8") == TEXT


def test_news_of_a_device_leave_the_form_alone(it: Bench) -> None:
    it.dialog.edit()
    it.scene.tell(f.LinkChanged("cms-1", LinkHealth.DOWN, Problem.of("device.busy", device="MCU")))
    it.scene.settle()
    it.dialog.refresh()
    enabled = {name for name, button in it.dialog.buttons.items() if button.isEnabled()}
    assert enabled == {"close"}
    it.press(Key.Key_Escape)
    assert it.dialog.card.state.said.text.startswith("MCU đang bận")
    assert all(button.isEnabled() for button in it.dialog.buttons.values())


def test_the_form_asks_for_what_its_kind_needs(it: Bench) -> None:
    it.dialog.add()
    form = it.dialog.form
    for kind, shown in (("cms", "conference"), ("roomos", "endpoint")):
        form.kind.setCurrentIndex(form.kind.findData(kind))
        assert form.fields[shown].isVisible()
        assert not form.fields[{"conference": "endpoint"}.get(shown, "conference")].isVisible()


def test_training_can_be_seen_and_not_changed(qtbot: QtBot, it: Bench) -> None:
    it.close()
    it.equipment = Equipment(None)
    spec = DeviceSpec("cms-1", "cms", "MCU 1", "https://127.0.0.1:1")
    it.equipment.give([Access(spec, Credentials("u", "p"), Trust())])
    dialog = it.open()
    assert dialog.note.said.text.startswith("Chế độ huấn luyện")
    enabled = {name for name, button in dialog.buttons.items() if button.isEnabled()}
    assert enabled == {"check", "close"}
    it.press(Key.Key_Insert)
    it.press(Key.Key_F2)
    it.press(Key.Key_Delete)
    assert dialog.pages.currentIndex() == 0
    assert dialog.card.question.said.text == ""


@pytest.mark.parametrize("language", ["vi", "en"])
def test_it_fits_a_small_screen(make: Callable[..., Bench], language: str) -> None:
    it = make()
    it.close()
    wording.use(language)
    dialog = it.open()
    assert dialog.minimumSizeHint().width() <= 1100
    assert dialog.minimumSizeHint().height() <= 640
    wording.use("vi")


def test_the_window_opens_it_once_and_keeps_it_fresh(stage: Stage, tmp_path: Path) -> None:
    stage.press(Key.Key_D, Qt.KeyboardModifier.ControlModifier)
    assert "chưa sẵn sàng" in " ".join(stage.inside.toasts.texts)
    path = tmp_path / "profile.toml"
    path.write_text(TEXT, encoding="utf-8")
    equipment = Equipment(path, tuple, lambda: Vault(Safe()))
    equipment.read()
    stage.window.equip(equipment, Yard())
    stage.press(Key.Key_D, Qt.KeyboardModifier.ControlModifier)
    stage.inside.dialogs.show_devices()
    (dialog,) = stage.window.findChildren(DevicesDialog)
    stage.scene.tell(f.LinkChanged("cms-1", LinkHealth.DOWN, Problem.of("device.busy", device="M")))
    stage.tick()
    assert dialog.table.rows.rows[0].state.startswith("M đang bận")
    background = dialog.background
    dialog.close()
    background.close(wait=True)
    assert stage.inside.dialogs.devices is None
    stage.tick()


# -- certificates and camera memories in the form --------------------------------------------------


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


def test_a_fingerprint_is_learned_from_the_test_and_taken_back(
    make: Callable[..., Bench], tmp_path: Path
) -> None:
    context, print_ = certs.self_signed(tmp_path)
    with peer(serving(lambda _: ok(b"<html/>")), context) as other:
        it = make(TEXT.replace("https://127.0.0.1:1", other.url()))
        it.safe.kept["hnth-console", "cms-1:api"] = "geheim"
        it.dialog.edit()
        pin = it.dialog.form.pin
        assert not pin.learn_button.isVisible()
        it.dialog.editing.test()
        it.until(pin.learn_button.isVisible)
        assert print_[:2].upper() + ":" in pin.seen.said.text
        QTest.mouseClick(pin.learn_button, Qt.MouseButton.LeftButton)
        assert pin.value() == print_
        assert len(pin.edit.toPlainText().splitlines()) == 2
        it.dialog.editing.test()
        it.until(lambda: not it.dialog.trial.running)
        assert not pin.learn_button.isVisible()
        it.dialog.editing.save()
        it.until(lambda: it.yard.asked)
    assert f'pin = "{print_}"' in it.path.read_text(encoding="utf-8")
    (wish,) = it.wished(TrustCertificate)
    assert (wish.device, wish.fingerprint, wish.before) == ("cms-1", print_, "")
    assert it.yard.asked[0][1].trust.pin == print_
    it.dialog.edit()
    QTest.mouseClick(it.dialog.form.pin.clear_button, Qt.MouseButton.LeftButton)
    it.dialog.editing.save()
    it.until(lambda: len(it.yard.asked) == 2)
    assert "pin" not in it.path.read_text(encoding="utf-8")
    assert it.yard.asked[1][1].trust.pin == ""
    assert (it.wished(TrustCertificate)[-1].fingerprint, pin_of(it)) == ("", "")


def test_what_was_trusted_by_hand_is_shown_left_alone_and_can_be_taken_back(it: Bench) -> None:
    it.safe.kept["hnth-console", "cms-1:api"] = "geheim"
    it.equipment.pins.keep("127.0.0.1:1", Pin("c" * 64))
    it.dialog.edit()
    assert it.dialog.form.pin.edit.toPlainText().startswith("CC:CC:")
    it.dialog.editing.save()
    it.until(lambda: it.yard.asked)
    assert it.path.read_text(encoding="utf-8").startswith(TEXT.partition("\n[[")[0])
    assert (pin_of(it), it.wished(TrustCertificate)) == ("c" * 64, [])
    it.dialog.edit()
    it.dialog.form.pin.edit.setPlainText("abc")
    it.dialog.editing.save()
    it.until(lambda: it.dialog.form.wrong["pin"].said.text)
    assert "64 chữ số" in it.dialog.form.wrong["pin"].said.text
    it.dialog.form.pin.edit.setPlainText("  ")
    it.dialog.editing.save()
    it.until(lambda: len(it.yard.asked) == 2)
    assert pin_of(it) == ""
    assert it.wished(TrustCertificate)[-1].before == "c" * 64


def test_a_private_ca_is_chosen_from_the_files(it: Bench) -> None:
    it.dialog.edit()
    it.dialog.form.ca_button.click()
    ask = it.dialog.form.findChild(QFileDialog)
    assert ask is not None
    ask.fileSelected.emit("/etc/ca riêng.pem")
    assert it.dialog.form.values()["ca"] == "/etc/ca riêng.pem"
    ask.close()
