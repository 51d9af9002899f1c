"""The steps of a TAKE: each ticked as the MCU confirms it, a failed one with its own retry."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QEvent, QPointF, QRect, QRectF, QSize, Qt
from PySide6.QtGui import QHelpEvent, QPainter, QPaintEvent, QPen, QPolygonF, QResizeEvent
from PySide6.QtWidgets import (
    QHBoxLayout,
    QPushButton,
    QSizePolicy,
    QToolTip,
    QVBoxLayout,
    QWidget,
)

from console.qt.grid.sprites import Weight, text_width
from console.qt.looks.inspector import Said
from console.qt.looks.podium import StepLook, StepTone
from console.qt.panels.inspector_text import ToneText
from console.qt.panels.painted import TextLine, draw_line
from console.qt.theme import Theme
from console.qt.wording import say

_ROW_PX = 18
_TEXT_PX = 12
_MARK_PX = 14
_ROLES = {
    StepTone.DONE: "muted",
    StepTone.PENDING: "accent",
    StepTone.REFUSED: "amber",
    StepTone.UNKNOWN: "amber",
    StepTone.UNDONE: "amber",
}


class StepTicks(QWidget):
    """The steps in two columns, each with the mark of how far it has come; one that a column
    can't hold whole has a row to itself."""

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self.steps: tuple[StepLook, ...] = ()
        self._rows = 2
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
        theme.changed.connect(self.update)

    def show_steps(self, steps: tuple[StepLook, ...]) -> None:
        """Show these; repaints only where something changed."""
        if steps == self.steps:
            return
        self.steps = steps
        said = [f"{s.text}: {s.tone.value}" for s in steps]
        self.setAccessibleName(", ".join(said))
        self._fit()
        self.update()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit()

    def _fit(self) -> None:
        """Be as tall as the rows are."""
        rows = max(2, self._cells()[-1].bottom() // _ROW_PX + 1 if self.steps else 0)
        if rows != self._rows:
            self._rows = rows
            self.updateGeometry()

    def sizeHint(self) -> QSize:
        return QSize(0, self._rows * _ROW_PX)

    minimumSizeHint = sizeHint

    def _cells(self) -> list[QRect]:
        """Where each step stands; the columns take what their texts need, if that is to be
        had."""
        wide = [text_width(step.text, _TEXT_PX) + _MARK_PX + 6 for step in self.steps]
        left, right = max(wide[::2], default=0.0), max(wide[1::2], default=0.0)
        whole, half = self.width(), self.width() / 2
        fits = left + right <= whole or max(left, right) <= half
        edge = int(max(left, min(half, whole - right)) if fits else half)
        cells: list[QRect] = []
        place = 0
        for step_px in wide:
            column = place % 2
            if not fits and step_px > half:
                place += column
                cells.append(QRect(0, place // 2 * _ROW_PX, whole, _ROW_PX))
                place += 2
                continue
            at, room = (edge, whole - edge) if column else (0, edge - 4)
            cells.append(QRect(at, place // 2 * _ROW_PX, room, _ROW_PX))
            place += 1
        return cells

    def event(self, event: QEvent) -> bool:
        if event.type() == QEvent.Type.ToolTip and isinstance(event, QHelpEvent):
            for step, cell in zip(self.steps, self._cells(), strict=True):
                if cell.contains(event.pos()):
                    text = f"{_step_text(step)}\n{step.why}" if step.why else _step_text(step)
                    QToolTip.showText(event.globalPos(), text, self)
                    return True
            QToolTip.hideText()
            return True
        return super().event(event)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        for step, room in zip(self.steps, self._cells(), strict=True):
            cell = QRectF(room)
            role = _ROLES[step.tone]
            _draw_mark(painter, QPointF(cell.left() + 5, cell.center().y()), step.tone, self._theme)
            cell.setLeft(cell.left() + _MARK_PX)
            draw_line(painter, cell, step.text, self._theme.color(role), _TEXT_PX)


def _draw_mark(painter: QPainter, at: QPointF, tone: StepTone, theme: Theme) -> None:
    color = theme.color(_ROLES[tone])
    painter.setPen(QPen(color, 1.6, Qt.PenStyle.SolidLine, Qt.PenCapStyle.RoundCap))
    painter.setBrush(Qt.BrushStyle.NoBrush)
    x, y = at.x(), at.y()
    match tone:
        case StepTone.DONE:
            painter.drawPolyline(
                QPolygonF([QPointF(x - 4, y), QPointF(x - 1, y + 3), QPointF(x + 4, y - 4)])
            )
        case StepTone.REFUSED | StepTone.UNDONE:
            painter.drawLine(QPointF(x - 3, y - 3), QPointF(x + 3, y + 3))
            painter.drawLine(QPointF(x - 3, y + 3), QPointF(x + 3, y - 3))
        case StepTone.UNKNOWN:
            draw_line(painter, QRectF(x - 5, y - 8, 12, 16), "?", color, _TEXT_PX)
        case StepTone.PENDING:
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(color)
            for dx in (-4, 0, 4):
                painter.drawEllipse(QPointF(x + dx, y), 1.3, 1.3)


def _step_text(step: StepLook) -> str:
    if step.tone is StepTone.DONE:
        return step.text
    return say(f"step.{step.tone.value}", step=step.text)


class FailedSteps(QWidget):
    """The steps that failed, each with its reason and a retry; nothing while none did."""

    def __init__(
        self, theme: Theme, retry: Callable[[str], None], parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self._theme, self._retry = theme, retry
        self._rows: list[tuple[QWidget, ToneText, QPushButton]] = []
        self._ids: list[str] = []
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 2, 0, 0)
        self._column.setSpacing(4)
        self._title = TextLine(theme, "amber", 13, Weight.DemiBold)
        self._column.addWidget(self._title)
        self.hide()

    def show_failed(self, failed: tuple[StepLook, ...], attempt: str) -> None:
        """Show these; `attempt` is who was to go on the podium and did not."""
        self._title.say(say("podium.attempt", name=attempt) if attempt else "")
        self._title.setVisible(bool(attempt))
        self._ids = [s.command for s in failed]
        while len(self._rows) < len(failed):
            self._add_row()
        for (row, line, button), step in zip(self._rows, failed, strict=False):
            line.say(Said(_step_text(step), "refused"))
            line.setToolTip(step.why)
            button.setText(say("podium.retry"))
            button.setToolTip(step.why)
            row.show()
        for row, _, _ in self._rows[len(failed) :]:
            row.hide()
        self.setVisible(bool(failed))

    def _add_row(self) -> None:
        row = QWidget()
        row.setProperty("role", "bar")
        line = ToneText(self._theme, _TEXT_PX, lines=3)
        button = QPushButton()
        button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        number = len(self._rows)
        button.clicked.connect(lambda: self._again(number))
        across = QHBoxLayout(row)
        across.setContentsMargins(0, 0, 0, 0)
        across.setSpacing(8)
        across.addWidget(line, 1)
        across.addWidget(button)
        self._column.addWidget(row)
        self._rows.append((row, line, button))

    def _again(self, number: int) -> None:
        if number < len(self._ids):
            self._retry(self._ids[number])
