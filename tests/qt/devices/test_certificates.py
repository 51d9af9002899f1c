"""A device's certificate: seen and compared before it is trusted, and taken back."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from console.core.pins import Pin
from console.domain import facts as f
from console.domain.commands.own import TrustCertificate
from console.domain.device import LinkHealth
from console.domain.problem import Problem
from tests.qt.conftest import Key
from tests.qt.devices.bench import TEXT, Bench
from tests.wire import certs
from tests.wire.peers import ok, peer, serving


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
