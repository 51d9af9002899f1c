"""The names of a camera's memories, as part of the device's form: a number and a name each."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QHBoxLayout, QLineEdit, QPushButton, QSpinBox, QVBoxLayout, QWidget

from console.domain.problem import Problem
from console.qt.wording import say

_LONGEST_NAME = 60


@dataclass(frozen=True, slots=True)
class _Row:
    """The widgets of one memory."""

    whole: QWidget
    number: QSpinBox
    name: QLineEdit
    drop: QPushButton


class MemoryTable(QWidget):
    """Rows of number and name. A number is one that the camera has; a new row takes the lowest
    that is free."""

    def __init__(self) -> None:
        super().__init__()
        self._numbers = range(0)
        self._rows: list[_Row] = []
        self.add_button = QPushButton(say("devices.memory.add"))
        self.add_button.setAutoDefault(False)
        self.add_button.clicked.connect(self.add)
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(4)
        foot = QHBoxLayout()
        foot.addWidget(self.add_button)
        foot.addStretch(1)
        self._column.addLayout(foot)

    def show_memories(self, memories: Mapping[int, str]) -> None:
        """Begin with these."""
        for row in list(self._rows):
            self._drop(row)
        for number, name in memories.items():
            self._append(number, name)

    def suit(self, numbers: range) -> None:
        """The numbers that this kind of device has."""
        self._numbers = numbers
        for row in self._rows:
            row.number.setRange(numbers.start, max(numbers.start, numbers.stop - 1))
        self._may_add()

    def add(self) -> None:
        """One more, to be named; the keyboard goes to its name."""
        taken = {row.number.value() for row in self._rows}
        free = next((number for number in self._numbers if number not in taken), None)
        if free is not None:
            self._append(free, "").name.setFocus()

    def names(self) -> dict[int, str]:
        """The names by number; of a number that is there twice, the last."""
        return {row.number.value(): row.name.text().strip() for row in self._rows}

    def flaw(self) -> Problem | None:
        """Why these can't be kept, and the keyboard on the row to blame; None where they can."""
        taken: set[int] = set()
        for row in self._rows:
            number = row.number.value()
            code = "twice" if number in taken else "" if row.name.text().strip() else "nameless"
            if code:
                (row.number if code == "twice" else row.name).setFocus()
                return Problem.of(f"profile.memory_{code}", number=number)
            taken.add(number)
        return None

    def _append(self, number: int, name: str) -> _Row:
        whole = QWidget()
        whole.setProperty("role", "panel")
        row = _Row(whole, QSpinBox(), QLineEdit(name), QPushButton(say("devices.memory.drop")))
        if self._numbers:
            row.number.setRange(self._numbers.start, self._numbers.stop - 1)
        else:
            row.number.setRange(0, max(number, 255))
        row.number.setValue(number)
        row.number.setAlignment(Qt.AlignmentFlag.AlignCenter)
        row.number.setAccessibleName(say("devices.memory.number"))
        row.name.setMaxLength(max(_LONGEST_NAME, len(name)))
        row.name.setPlaceholderText(say("devices.memory.name"))
        row.name.setAccessibleName(say("devices.memory.name"))
        row.drop.setAutoDefault(False)
        row.drop.setToolTip(say("devices.memory.tip"))
        row.drop.clicked.connect(lambda: self._drop_and_stay(row))
        line = QHBoxLayout(whole)
        line.setContentsMargins(0, 0, 0, 0)
        line.setSpacing(6)
        line.addWidget(row.number)
        line.addWidget(row.name, 1)
        line.addWidget(row.drop)
        self._column.insertWidget(len(self._rows), whole)
        self._rows.append(row)
        self._order()
        self._may_add()
        return row

    def _drop(self, row: _Row) -> None:
        self._rows.remove(row)
        self._column.removeWidget(row.whole)
        row.whole.hide()
        row.whole.deleteLater()
        self._may_add()

    def _drop_and_stay(self, row: _Row) -> None:
        at = self._rows.index(row)
        self._drop(row)
        near = self._rows[min(at, len(self._rows) - 1)].name if self._rows else self.add_button
        near.setFocus(Qt.FocusReason.OtherFocusReason)

    def _order(self) -> None:
        """Tab goes down the rows, then to the button that adds."""
        for before, after in zip(self._rows, self._rows[1:], strict=False):
            QWidget.setTabOrder(before.drop, after.number)
        if self._rows:
            QWidget.setTabOrder(self._rows[-1].drop, self.add_button)

    def _may_add(self) -> None:
        self.add_button.setEnabled(len(self._rows) < len(self._numbers))
