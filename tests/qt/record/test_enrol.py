"""Enrolling from the window: pasted, compared, refused, called off; the code is forgotten."""

from __future__ import annotations

from collections.abc import Iterator
from threading import Event

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot
from shiboken6 import Shiboken

from console.domain.problem import Problem
from console.qt.dialogs.enrol import EnrolDialog, failure_lines
from console.qt.record.prints import grouped_code, print_flaw, print_groups
from console.qt.record.stage import INVITATION, PRINT, PretendOffice
from console.qt.wording import LANGUAGES, catalogue, wording
from tests.qt.bench_desk import one_theme

CODE = "MFRG-GZDF-MZTW-Q2LK-NNWG-23TP"
URL = "https://vanphong.daklak.example:8443"


class Bench:
    """The dialog on an office that answers as it is told."""

    def __init__(self, qtbot: QtBot) -> None:
        self.qtbot = qtbot
        self.owner = QWidget()
        qtbot.addWidget(self.owner)
        self.office = PretendOffice()
        self.dialog = EnrolDialog(one_theme(), self.office, self.owner)
        self.dialog.show()
        self.heard: list[str] = []
        self.dialog.enrolled.connect(lambda: self.heard.append("enrolled"))

    def over(self) -> None:
        self.qtbot.waitUntil(lambda: not self.dialog.busy, timeout=20_000)


@pytest.fixture
def it(qtbot: QtBot) -> Iterator[Bench]:
    bench = Bench(qtbot)
    yield bench
    if bench.office.waits is not None:
        bench.office.waits.set()
    if Shiboken.isValid(bench.dialog):
        bench.dialog.close()
    QGuiApplication.processEvents()


def test_an_invitation_fills_the_fields_and_one_key_enrols(it: Bench) -> None:
    dialog = it.dialog
    dialog.invitation.setText(INVITATION)
    assert dialog.invitation.text() == "", "the code stands in one place"
    assert dialog.fields["url"].text() == URL
    assert dialog.fields["code"].text() == CODE
    assert dialog.groups.groups == print_groups(PRINT)
    assert dialog.groups.accessibleName().startswith("Nhóm 1: 3 F A 2. Nhóm 2: C 1 9 E.")
    dialog.fields["name"].setText("Bàn 1")
    QTest.keyClick(dialog.go_button, Qt.Key.Key_Return)
    it.over()
    assert it.office.done == [("enrol", URL, PRINT.lower(), CODE, "Bàn 1")]
    assert "Đã ghi danh" in dialog.told
    assert it.heard == ["enrolled"]
    assert dialog.fields["code"].text() == ""


def test_typed_by_hand_in_any_dress(it: Bench) -> None:
    dialog = it.dialog
    dialog.fields["url"].setText(f" {URL}/ ")
    pairs = ":".join(PRINT[at : at + 2] for at in range(0, 64, 2)).lower()
    dialog.fields["print"].setText(pairs)
    dialog.fields["code"].setText(CODE.replace("-", "").lower())
    dialog.fields["name"].setText("Bàn 1")
    dialog.enrol()
    it.over()
    assert it.office.done == [("enrol", URL, PRINT.lower(), CODE, "Bàn 1")]


@pytest.mark.parametrize(
    ("field", "value", "said"),
    [
        ("url", "http://vanphong", "https://"),
        ("url", "", "https://"),
        ("print", PRINT[:-3], "đủ vân tay"),
        ("print", PRINT[:-1] + "G", "đủ vân tay"),
        ("code", "MFRG", "mã ghi danh"),
        ("name", " ", "Đặt tên"),
    ],
)
def test_what_is_missing_is_asked_for_where_it_is_missing(
    it: Bench, field: str, value: str, said: str
) -> None:
    it.dialog.invitation.setText(INVITATION)
    it.dialog.fields["name"].setText("Bàn 1")
    it.dialog.fields[field].setText(value)
    it.dialog.enrol()
    assert said in it.dialog.told
    assert it.dialog.focusWidget() is it.dialog.fields[field]
    assert it.office.done == []


def test_half_an_invitation_is_said_to_be_half(it: Bench) -> None:
    it.dialog.invitation.setText(f"{URL} code={CODE}")
    assert "thiếu" in it.dialog.told
    assert it.dialog.fields["url"].text() == ""


def test_a_fingerprint_says_how_much_is_missing(it: Bench) -> None:
    it.dialog.fields["print"].setText(PRINT[:60])
    assert it.dialog.compare.said.text == "Vân tay còn thiếu 4 chữ."
    it.dialog.fields["print"].setText(PRINT + "AB")
    assert it.dialog.compare.said.text == "Vân tay thừa 2 chữ."
    it.dialog.fields["print"].setText("xyz")
    assert "0–9" in it.dialog.compare.said.text
    assert print_flaw(PRINT) == ("", 0)
    assert grouped_code("mfrg gzdf") == "MFRG-GZDF"


def failed(code: str) -> Problem:
    return Problem.of(f"office.{code}", host="vp.example", console="b41f", error="odd")


@pytest.mark.parametrize("code", ["code", "taken", "often", "deadline", "closed", "not_office"])
def test_a_code_that_the_office_may_have_seen_is_forgotten(it: Bench, code: str) -> None:
    it.office.refuses = failed(code)
    it.dialog.invitation.setText(INVITATION)
    it.dialog.enrol()
    it.over()
    assert it.dialog.fields["code"].text() == ""
    assert it.dialog.focusWidget() is it.dialog.fields["code"]
    assert it.heard == []


@pytest.mark.parametrize(
    "code", ["unreachable", "certificate", "not_tls", "other_version", "no_authority"]
)
def test_a_code_that_was_not_used_up_need_not_be_typed_again(it: Bench, code: str) -> None:
    it.office.refuses = failed(code)
    it.dialog.invitation.setText(INVITATION)
    it.dialog.enrol()
    it.over()
    assert it.dialog.fields["code"].text() == CODE
    told = it.dialog.told
    it.dialog.copy_button.click()
    assert QGuiApplication.clipboard().text() == told
    assert "Làm gì" in told
    it.dialog.close()
    assert CODE not in repr(it.office.done)


def test_waiting_can_be_called_off_and_a_late_answer_still_counts(it: Bench) -> None:
    it.office.waits = Event()
    it.dialog.invitation.setText(INVITATION)
    it.dialog.enrol()
    assert it.dialog.bar.isVisible()
    assert not it.dialog.fields["url"].isEnabled()
    QTest.keyClick(it.dialog, Qt.Key.Key_Escape)
    assert not it.dialog.busy
    assert it.dialog.isVisible()
    assert "thôi chờ" in it.dialog.told
    assert it.dialog.fields["code"].text() == ""
    it.office.waits.set()
    it.qtbot.waitUntil(lambda: it.heard == ["enrolled"])
    assert it.dialog.told.startswith("Đã ghi danh"), "nobody goes on believing that it was not"
    QTest.keyClick(it.dialog, Qt.Key.Key_Escape)


@pytest.mark.parametrize("field", ["url", "print", "code"])
def test_a_whole_invitation_is_taken_in_whatever_field_it_is_pasted(it: Bench, field: str) -> None:
    it.dialog.fields[field].setText(INVITATION)
    assert it.dialog.fields["url"].text() == URL
    assert it.dialog.fields["print"].text() == PRINT.upper()
    assert it.dialog.fields["code"].text() == CODE
    assert it.dialog.go_button.hasFocus() or not it.dialog.isActiveWindow()


def test_a_keyring_that_keeps_nothing_costs_no_code(it: Bench) -> None:
    it.office.refuses = Problem.of("office.keyring_locked")
    it.dialog.invitation.setText(INVITATION)
    it.dialog.enrol()
    it.over()
    assert it.dialog.fields["code"].text() == CODE, "it was not sent"


def test_a_mistake_of_the_program_is_told_too(it: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    def breaks(*_: str) -> None:
        raise RuntimeError("odd")

    monkeypatch.setattr(it.office, "enrol", breaks)
    it.dialog.invitation.setText(INVITATION)
    it.dialog.enrol()
    it.over()
    assert "Ghi danh không thành" in it.dialog.told


@pytest.mark.parametrize("language", LANGUAGES)
def test_each_failure_says_what_follows_and_what_to_do(language: str) -> None:
    wording.use(language)
    told = [k.split(".") for k in catalogue(language) if k.startswith("problem.office.")]
    names = {code for _, _, code, *part in told if part == ["what"]}
    assert len(names) >= 9
    for name in names:
        lines = failure_lines(failed(name))
        assert len(lines) == 3, name
        assert all(line.text and "{" not in line.text for line in lines), name
    keyring = failure_lines(Problem.of("office.keyring_absent"))
    assert len(keyring) == 1
    assert keyring[0].text
