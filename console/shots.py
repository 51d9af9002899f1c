"""Every window and state as PNG files, from one fixed scene: both sizes, both themes.

What they show is drawn by the program's own widgets from a State that was folded from facts;
only the time and the facts are prepared.
"""

from __future__ import annotations

import sys
from pathlib import Path

from PySide6.QtCore import QPoint, QRect, QSize, Qt
from PySide6.QtGui import QPainter, QPalette, QPixmap
from PySide6.QtWidgets import QApplication, QDialog, QWidget

from console.qt.pictures.setting import SIZES
from console.qt.pictures.table import pictures
from console.qt.theme import THEMES, Theme

_DIALOG_BAR_PX = 26


def render(out: Path, only: str = "") -> int:
    """Draw every picture whose name holds `only` into a folder; 0."""
    app = QApplication.instance() or QApplication(sys.argv[:1])
    assert isinstance(app, QApplication)
    theme = Theme(app)
    out.mkdir(parents=True, exist_ok=True)
    for size in SIZES:
        for name in THEMES:
            theme.use(name)
            for shot, picture in pictures(theme, size):
                file = f"{shot}_{name}_{size[0]}.png"
                if only in file:
                    with picture() as widget:
                        _drawn(widget).save(str(out / file))
                    sys.stdout.write(file + "\n")
    return 0


def _drawn(widget: QWidget) -> QPixmap:
    """The window, with the dialog that stands before it in a frame such as a desktop draws."""
    drawn = widget.grab()
    for dialog in widget.findChildren(QDialog):
        if dialog.isVisible():
            size = dialog.size()
            frame = QRect(0, 0, size.width() + 2, size.height() + _DIALOG_BAR_PX + 1)
            frame.moveCenter(drawn.rect().center())
            bar = QRect(frame.topLeft(), QSize(frame.width(), _DIALOG_BAR_PX))
            palette = dialog.palette()
            painter = QPainter(drawn)
            painter.fillRect(frame, palette.color(QPalette.ColorRole.Mid))
            painter.setPen(palette.color(QPalette.ColorRole.WindowText))
            painter.drawText(bar, Qt.AlignmentFlag.AlignCenter, dialog.windowTitle())
            painter.drawPixmap(bar.bottomLeft() + QPoint(1, 1), dialog.grab())
            painter.end()
    return drawn
