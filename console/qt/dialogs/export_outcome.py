"""How the making of a report goes, and what came of it: files to open, or a sentence to copy."""

from __future__ import annotations

from functools import partial
from pathlib import Path

from PySide6.QtCore import QUrl
from PySide6.QtGui import QDesktopServices, QGuiApplication
from PySide6.QtWidgets import (
    QGridLayout,
    QHBoxLayout,
    QLineEdit,
    QProgressBar,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from console.qt.looks.inspector import Said
from console.qt.panels.inspector_text import ToneText
from console.qt.theme import Theme
from console.qt.wording import say

_MOST = 2
"""A report is a DOCX and a PDF."""


class ExportOutcome(QWidget):
    """A sentence, and under it a bar or the files; the sentence and the paths can be copied."""

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self._files: tuple[Path, ...] = ()
        self._copied = ""
        self.text = ToneText(theme, 13, lines=4)
        self.bar = QProgressBar()
        self.bar.setTextVisible(False)
        self.paths = [QLineEdit() for _ in range(_MOST)]
        self.open_buttons = [QPushButton(say("export.open")) for _ in range(_MOST)]
        self.folder_button = QPushButton(say("export.open_folder"))
        self.copy_button = QPushButton()
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(8)
        said = QHBoxLayout()
        said.setSpacing(12)
        said.addWidget(self.text, 1)
        column.addLayout(said)
        column.addWidget(self.bar)
        column.addLayout(self._grid())
        row = QHBoxLayout()
        row.setSpacing(8)
        row.addWidget(self.folder_button)
        row.addWidget(self.copy_button)
        row.addStretch(1)
        column.addLayout(row)
        self.folder_button.clicked.connect(lambda _: self._open_folder())
        self.copy_button.clicked.connect(lambda _: self._copy())
        self._clear()

    def _grid(self) -> QGridLayout:
        grid = QGridLayout()
        grid.setSpacing(8)
        for at, (path, button) in enumerate(zip(self.paths, self.open_buttons, strict=True)):
            path.setReadOnly(True)
            button.clicked.connect(partial(self._open, at))
            grid.addWidget(path, at, 0)
            grid.addWidget(button, at, 1)
        return grid

    @property
    def first_button(self) -> QPushButton:
        """What is pressed next, most of the time."""
        return self.open_buttons[-1]

    def _clear(self) -> None:
        self._files = ()
        for widget in (self.bar, *self.paths, *self.open_buttons, self.folder_button,
                       self.copy_button):  # fmt: skip
            widget.hide()

    def progress(self, rows: int, share: float | None) -> None:
        """So many rows of the journal are read, or such a share (0-1) of the files is written."""
        if not self.bar.isVisibleTo(self):
            self._clear()
            self.bar.show()
        if share is None:
            key = "export.reading_rows" if rows else "export.reading"
            self.text.say(Said(say(key, rows=_grouped(rows)), "muted"))
            self.bar.setRange(0, 0)
        else:
            self.text.say(Said(say("export.writing"), "muted"))
            self.bar.setRange(0, 100)
            self.bar.setValue(round(share * 100))
        self.bar.setAccessibleName(self.text.said.text)

    def stopping(self) -> None:
        """It is called off; the thread is coming to a halt."""
        self.text.say(Said(say("export.stopping"), "muted"))

    def stopped(self) -> None:
        """It was called off before anything was written."""
        self._clear()
        self.text.say(Said(say("export.stopped"), "muted"))

    def refuse(self, why: str) -> None:
        """There is no report, and why."""
        self._clear()
        self.text.say(Said(why, "refused"))
        self._offer_copy("export.copy", why)

    def show_files(self, files: tuple[Path, ...]) -> None:
        """These were written."""
        self._clear()
        self._files = files
        self.text.say(Said(say("export.done")))
        for path, line, button in zip(files, self.paths, self.open_buttons, strict=True):
            line.setText(str(path))
            line.setToolTip(str(path))
            line.setAccessibleName(path.name)
            button.setAccessibleName(say("export.open_what", file=path.name))
            line.show()
            button.show()
        self.folder_button.show()
        self._offer_copy("export.copy_paths", "\n".join(str(path) for path in files))

    def _offer_copy(self, key: str, text: str) -> None:
        self._copied = text
        self.copy_button.setText(say(key))
        self.copy_button.show()

    def _copy(self) -> None:
        QGuiApplication.clipboard().setText(self._copied)
        self.copy_button.setText(say("export.copied"))

    def _open(self, at: int, _checked: bool = False) -> None:
        if at < len(self._files):
            self._show(self._files[at])

    def _open_folder(self) -> None:
        if self._files:
            self._show(self._files[0].parent)

    def _show(self, path: Path) -> None:
        if not QDesktopServices.openUrl(QUrl.fromLocalFile(str(path))):
            self.text.say(Said(say("export.not_opened", path=str(path)), "warn"))


def _grouped(n: int) -> str:
    """A count with a thin gap between thousands, in either language."""
    return f"{n:,}".replace(",", "\u202f")
