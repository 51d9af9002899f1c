"""A supervisor agrees to a certificate in the devices' dialog; without him nothing is believed."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from console.core.accounts import Account
from console.core.operators import Operators
from console.core.pins import Pin
from console.domain import facts as f
from console.domain.commands.own import NameDevice, TrustCertificate
from console.domain.device import LinkHealth
from console.domain.problem import Problem
from console.qt.dialogs.devices import DevicesDialog
from console.qt.signin.approval import Approval
from console.qt.signin.stage import enter, seated
from console.qt.wording import missing
from console.wire.certificate import Certificate
from db import passwords
from db.passwords import Cost
from tests.qt.devices.bench import Bench

Key = Qt.Key
WORD = "mưa rào ở Krông Bông"
SECRET = passwords.make(WORD, Cost(10, 8, 1))
PEOPLE = {
    name: Account(name, name, role, SECRET)
    for name, role in (
        ("an", "mcu_operator"),
        ("minh", "supervisor"),
        ("hoa", "technician"),
        ("xem", "viewer"),
    )
}
PRINT = "5b1e" * 16


class Guarded(Bench):
    """A devices' dialog at a console with accounts, an unknown certificate shown by its MCU."""

    def __init__(self, qtbot: QtBot, folder: Path) -> None:
        super().__init__(qtbot, folder)
        self.people: Operators = seated(self.scene, PEOPLE)
        self.close()
        self.proposed: list[tuple[str, str, str]] = []
        self.equipment.propose = lambda address, pin, approver: self.proposed.append(
            (address, pin.sha256, approver)
        )

    def sit(self, name: str) -> Guarded:
        """Somebody signs in and opens the dialog on the device that is blocked."""
        enter(self.people, name)
        self.dialog = DevicesDialog(self.desk, self.equipment, self.yard, self.owner, self.people)
        problem = Problem.of("wire.certificate", device="MCU", reason="unknown_ca")
        self.scene.tell(f.LinkChanged("cms-1", LinkHealth.DOWN, problem))
        self.scene.settle()
        self.dialog.certificates.shown["cms-1"] = Certificate(
            PRINT, "CN=cms", "CN=cms", begins_s=0, ends_s=2**33
        )
        self.dialog.show()
        self.dialog.activateWindow()
        QTest.qWaitForWindowActive(self.dialog)
        self.dialog.table.point_at("cms-1")
        self.dialog.refresh()
        return self

    @property
    def approval(self) -> Approval:
        assert self.dialog.approval is not None
        return self.dialog.approval

    def agree(self, name: str, word: str) -> None:
        self.approval.name.setText(name)
        self.approval.password.setText(word)
        self.press(Key.Key_Return)
        self.until(self.approval.agree_button.isEnabled)


@pytest.fixture
def make(qtbot: QtBot, tmp_path: Path) -> Iterator[Callable[[str], Guarded]]:
    made: list[Guarded] = []

    def guarded(name: str) -> Guarded:
        made.append(Guarded(qtbot, tmp_path))
        return made[-1].sit(name)

    missing.clear()
    yield guarded
    for each in made:
        each.close()
    assert not missing


def test_a_certificate_is_believed_once_a_supervisor_agreed_and_both_are_named(
    make: Callable[[str], Guarded],
) -> None:
    it = make("an")
    it.safe.kept["hnth-console", "cms-1:api"] = "geheim"
    it.dialog.card.trust_button.click()
    assert it.approval.isVisible()
    assert it.dialog.focusWidget() is it.approval.name
    assert it.wished(TrustCertificate) == []
    it.agree("minh", "không phải vậy đâu")
    assert "không đúng" in it.approval.message.said.text
    it.agree("an", WORD)
    assert "không phải giám sát" in it.approval.message.said.text
    assert it.wished(TrustCertificate) == []
    it.agree("minh", WORD)
    it.until(lambda: it.yard.asked)
    (wish,) = it.wished(TrustCertificate)
    assert (wish.actor, wish.approver, wish.fingerprint) == ("an", "minh", PRINT)
    assert it.equipment.pins.of("127.0.0.1:1") == Pin(PRINT, it.scene.clock.at_us, "MCU", "")
    assert it.proposed == [("127.0.0.1:1", PRINT, "minh")]
    assert not it.approval.isVisible()
    assert it.people.current is not None
    assert it.people.current.name == "an"


def test_escape_leaves_everything_as_it_was(make: Callable[[str], Guarded]) -> None:
    it = make("an")
    it.dialog.trust()
    it.press(Key.Key_Escape)
    assert not it.approval.isVisible()
    assert it.dialog.isVisible()
    assert it.wished(TrustCertificate) == []
    assert it.equipment.pins.of("127.0.0.1:1") is None


@pytest.mark.parametrize("name", ["hoa", "xem"])
def test_who_may_not_change_devices_sees_them_and_why_not(
    make: Callable[[str], Guarded], name: str
) -> None:
    it = make(name)
    for button in ("add", "change", "drop"):
        assert not it.dialog.buttons[button].isEnabled()
        assert "vận hành MCU" in it.dialog.buttons[button].toolTip()
    before = it.path.read_text(encoding="utf-8")
    it.dialog.add()
    it.dialog.edit()
    it.dialog.ask_removal()
    it.dialog.trust()
    assert not it.dialog.pages.editing
    assert not it.dialog.removal.asked
    assert not it.approval.isVisible()
    assert "vận hành MCU" in it.dialog.note.said.text
    assert it.path.read_text(encoding="utf-8") == before


def test_a_fingerprint_in_the_form_does_not_go_round_the_supervisor(
    make: Callable[[str], Guarded],
) -> None:
    it = make("an")
    it.dialog.edit()
    it.dialog.form.pin.edit.setPlainText(PRINT)
    it.dialog.editing.save()
    assert "giám sát" in it.dialog.form.problem.said.text
    assert PRINT not in it.path.read_text(encoding="utf-8")
    it.dialog.form.pin.edit.setPlainText("")
    it.dialog.editing.save()
    it.until(lambda: it.wished(NameDevice))


def test_the_lock_closes_the_form_to_whoever_comes(make: Callable[[str], Guarded]) -> None:
    it = make("an")
    it.dialog.edit()
    it.people.lock()
    it.dialog.editing.save()
    assert "đang khóa" in it.dialog.form.problem.said.text
