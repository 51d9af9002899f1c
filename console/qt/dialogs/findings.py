"""A list of findings: which line, what is odd, what to do; the worst first."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QColor, QPainter, QPaintEvent, QPolygonF
from PySide6.QtWidgets import QFrame, QHBoxLayout, QScrollArea, QVBoxLayout, QWidget

from console.domain.finding import Severity
from console.qt.dialogs.roster_words import FindingRow
from console.qt.looks.inspector import Said
from console.qt.panels.inspector_text import ToneText
from console.qt.panels.painted import Align, TextLine
from console.qt.theme import Theme
from console.qt.wording import say

_ROLES = {Severity.ERROR: "mag", Severity.WARNING: "amber", Severity.NOTE: "dim"}


class SeveritySign(QWidget):
    """How bad a finding is, as a shape: a square, a triangle, a disc."""

    def __init__(self, theme: Theme, severity: Severity) -> None:
        super().__init__()
        self._theme, self._severity = theme, severity
        self.setFixedSize(16, 18)
        self.setToolTip(say(f"roster.severity.{severity.value}"))
        self.setAccessibleName(self.toolTip())

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        color: QColor = self._theme.color(_ROLES[self._severity])
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(color)
        box = QRectF(2, 4, 10, 10)
        match self._severity:
            case Severity.ERROR:
                painter.drawRect(box)
            case Severity.WARNING:
                top = QRectF(box).center()
                top.setY(box.top())
                painter.drawPolygon(QPolygonF([top, box.bottomRight(), box.bottomLeft()]))
            case _:
                painter.drawEllipse(box.adjusted(2, 2, -2, -2))


class FindingsView(QScrollArea):
    """The findings, or that there are none."""

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self._theme = theme
        self.setWidgetResizable(True)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setProperty("role", "panel")
        self.viewport().setProperty("role", "panel")
        self.texts: tuple[str, ...] = ()
        """What it says, row by row."""

    def show_rows(self, rows: Sequence[FindingRow], fine: str) -> None:
        """Show these; `fine` is said where there are none."""
        inside = QFrame()
        inside.setProperty("role", "panel")
        column = QVBoxLayout(inside)
        column.setContentsMargins(0, 0, 8, 0)
        column.setSpacing(8)
        self.texts = tuple(row.text for row in rows)
        for row in rows:
            column.addWidget(self._row(row))
        if not rows and fine:
            text = ToneText(self._theme, lines=3)
            text.say(Said(fine, "dim"))
            column.addWidget(text)
        column.addStretch(1)
        self.setWidget(inside)

    def _row(self, row: FindingRow) -> QWidget:
        holder = QFrame()
        holder.setProperty("role", "panel")
        line = QHBoxLayout(holder)
        line.setContentsMargins(0, 0, 0, 0)
        line.setSpacing(6)
        line.addWidget(SeveritySign(self._theme, row.severity), 0, Align.AlignTop)
        right = QVBoxLayout()
        right.setContentsMargins(0, 0, 0, 0)
        right.setSpacing(0)
        if row.where:
            where = TextLine(self._theme, "muted", 12)
            where.say(row.where)
            right.addWidget(where)
        text = ToneText(self._theme, 13, lines=6)
        text.say(Said(row.text))
        right.addWidget(text)
        line.addLayout(right, 1)
        return holder

    def sizeHint(self) -> QSize:
        return QSize(320, 240)
