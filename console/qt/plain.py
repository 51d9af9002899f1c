"""A label that never reads its text as markup: names come from devices and files."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLabel, QWidget


class PlainLabel(QLabel):
    """A QLabel in PlainText format. `role` picks its look in the style sheet (`title`, `caps`,
    `value`, `dim`, …); it is set before the label is shown, since a later change costs a polish.
    """

    def __init__(self, text: str = "", role: str = "", parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setTextFormat(Qt.TextFormat.PlainText)
        if role:
            self.setProperty("role", role)
        self.setText(text)
