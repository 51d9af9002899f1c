"""The instructor's hand on the office: each act, what it did, and what was refused."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from console.domain.problem import Problem, Refused
from console.qt.training.office import OfficeBox
from tests.qt.bench_desk import one_theme
from tests.qt.scene import NOW_US


class Office:
    """Does at once what it is asked, or refuses."""

    def __init__(self) -> None:
        self.cut_now = "whole"
        self.copied_us = 0
        self.done: list[str] = []
        self.refuses = False

    def _do(self, what: str) -> int:
        if self.refuses:
            raise Refused(Problem.of("training.office_refused"))
        self.done.append(what)
        return 17

    def cut(self, how: str = "silent") -> None:
        self._do(f"cut {how}")
        self.cut_now = how

    def reconnect(self) -> None:
        self._do("reconnect")
        self.cut_now = "whole"

    def keep_backup(self) -> int:
        self.copied_us = NOW_US
        return self._do("backup")

    def restore_old_backup(self) -> int:
        return self._do("restore")

    def edit_row_behind_its_back(self, where: str) -> int:
        return self._do(f"edit {where}")


@pytest.fixture
def press(qtbot: QtBot) -> Callable[[OfficeBox, str], None]:
    """Press a button and wait until its act is over."""

    def pressed(box: OfficeBox, name: str) -> None:
        assert box.buttons[name].isEnabled(), name
        box.buttons[name].click()
        assert box.busy
        told = box.line.said.text
        box.buttons["backup"].click()
        assert "Đang làm" in told, "one act at a time"
        qtbot.waitUntil(lambda: not box.busy)

    return pressed


def test_the_keyboard_stays_where_the_act_was(
    qtbot: QtBot, press: Callable[[OfficeBox, str], None]
) -> None:
    owner, office = QWidget(), Office()
    qtbot.addWidget(owner)
    box = OfficeBox(one_theme(), office)
    box.setParent(owner)
    owner.show()
    box.buttons["edit_office"].setFocus()
    press(box, "edit_office")
    assert owner.focusWidget() is box.buttons["edit_office"]
    press(box, "refused")
    box.buttons["reconnect"].setFocus()
    press(box, "reconnect")
    assert owner.focusWidget() is box.buttons["silent"], "nothing is left to mend"
    assert office.done == ["edit office", "cut refused", "reconnect"]


def test_every_act_is_done_and_told(qtbot: QtBot, press: Callable[[OfficeBox, str], None]) -> None:
    owner, office = QWidget(), Office()
    qtbot.addWidget(owner)
    box = OfficeBox(one_theme(), office)
    box.setParent(owner)
    told: list[tuple[str, str]] = []
    box.told.connect(lambda text, tone: told.append((text, tone)))
    assert not box.buttons["reconnect"].isEnabled()
    assert not box.buttons["restore"].isEnabled()
    press(box, "silent")
    assert "không ai trả lời" in box.line.said.text
    assert box.line.said.tone == "warn"
    press(box, "reconnect")
    assert "đang thông" in box.line.said.text
    press(box, "backup")
    assert "Bản lưu lúc 08:42:10" in box.line.said.text
    for name in ("restore", "edit_console", "edit_office", "refused"):
        press(box, name)
    assert office.done == [
        "cut silent", "reconnect", "backup", "restore", "edit console", "edit office",
        "cut refused",
    ]  # fmt: skip
    assert ("Sửa trộm ở bàn: dòng 17", "muted") in told
    office.refuses = True
    press(box, "reconnect")
    assert told[-1][1] == "refused"
    assert "Văn phòng giả không làm được" in told[-1][0]
    assert all(button.accessibleName() for button in box.buttons.values())
    box.end()
