"""The inspector's rows: a label and what it is, a figure with its thin line, someone to call."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QGuiApplication, QPainter, QPaintEvent, QPen, QPolygonF
from PySide6.QtWidgets import (
    QAbstractButton,
    QHBoxLayout,
    QSizePolicy,
    QVBoxLayout,
    QWidget,
)

from console.qt.grid.sprites import Weight, text_height, text_width
from console.qt.looks.contacts import ContactLook
from console.qt.looks.inspector import Said
from console.qt.panels.inspector_text import TONES, ToneText
from console.qt.panels.painted import Align, draw_line
from console.qt.theme import Theme
from console.qt.wording import say

LABEL = 96
"""Where values begin (px)."""
_VALUE = 66
_PX = 13


class FactRow(QWidget):
    """«Đường   SLCD · VNPT»: a label and one value, which may take several lines."""

    def __init__(self, theme: Theme, key: str, lines: int = 1) -> None:
        super().__init__()
        self._theme = theme
        self._key = key
        self._value = ToneText(theme, _PX, lines=lines)
        row = QVBoxLayout(self)
        row.setContentsMargins(LABEL, 0, 0, 0)
        row.addWidget(self._value)
        theme.changed.connect(self.update)

    def say(self, said: Said) -> None:
        """Show a value; an empty one takes no room."""
        self._value.say(said)
        self.setAccessibleName(f"{say(self._key)} {said.text}")
        self.setVisible(bool(said.text))
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        paint_label(self, self._theme, say(self._key), self._value.line_height())


def paint_label(row: QWidget, theme: Theme, text: str, height: float) -> None:
    """The label of a row, in the height of its first line."""
    painter = QPainter(row)
    draw_line(painter, QRectF(0, 0, LABEL - 8, height), text, theme.color("muted"), _PX)


class FigureRow(QAbstractButton):
    """«Mất gói  ~~~~  0,2 %»: a figure, how it went in the last five minutes, and what it is now.

    Checked while the half-hour plot shows it; a click asks for that.
    """

    def __init__(self, theme: Theme, key: str, least_top: float) -> None:
        super().__init__()
        self._theme = theme
        self._key = key
        self._least_top = least_top
        self._said = Said("")
        self._trend: tuple[float, ...] = ()
        self._plotted = False
        self.setCheckable(True)
        self.setAttribute(Qt.WidgetAttribute.WA_Hover)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
        theme.changed.connect(self.update)

    def show_figure(self, said: Said, trend: Sequence[float], plotted: bool) -> None:
        """Show the newest value and the line to it (oldest first); `plotted`: there is a plot."""
        new = tuple(trend)
        if (said, new, plotted) == (self._said, self._trend, self._plotted):
            return
        self._said, self._trend, self._plotted = said, new, plotted
        self.setAccessibleName(f"{say(self._key)} {said.text}")
        self.setToolTip(say("inspector.trend.show", figure=say(self._key)))
        self.update()

    def sizeHint(self) -> QSize:
        return QSize(200, 24)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        color = self._theme.color
        rect = QRectF(self.rect())
        if self.hasFocus():
            painter.setPen(QPen(color("accent"), 2))
            painter.drawRoundedRect(rect.adjusted(1, 1, -1, -1), 2, 2)
        elif self.underMouse():
            painter.fillRect(rect, color("hover"))
        left = QRectF(0, 0, LABEL - 8, rect.height())
        shown = self.isChecked() and self._plotted
        draw_line(
            painter, left, say(self._key), color("text" if shown else "muted"), _PX,
            Weight.DemiBold if shown else Weight.Normal,
        )  # fmt: skip
        right = QRectF(rect.width() - _VALUE, 0, _VALUE, rect.height())
        tone = color(TONES[self._said.tone])
        wide = text_width(self._said.text, _PX)
        if not self._trend and wide > _VALUE:
            right = QRectF(LABEL, 0, rect.width() - LABEL, rect.height())
            draw_line(painter, right, self._said.text, tone, _PX)
            return
        draw_line(painter, right, self._said.text, tone, _PX, align=Align.AlignRight)
        line = QRectF(LABEL, 4, rect.width() - LABEL - _VALUE - 8, rect.height() - 8)
        self._paint_line(painter, line)

    def _paint_line(self, painter: QPainter, rect: QRectF) -> None:
        if len(self._trend) < 2:
            return
        top = max(self._least_top, *self._trend)
        step = rect.width() / (len(self._trend) - 1)
        points = QPolygonF(
            [
                QPointF(rect.left() + at * step, rect.bottom() - value / top * rect.height())
                for at, value in enumerate(self._trend)
            ]
        )
        odd = self._said.tone in ("warn", "bad")
        painter.setPen(QPen(self._theme.color(TONES[self._said.tone] if odd else "good"), 1))
        painter.drawPolyline(points)


class LinkButton(QAbstractButton):
    """A small thing to press among text: underlined, 22 px high, never in a form's way."""

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self._theme = theme
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setAttribute(Qt.WidgetAttribute.WA_Hover)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        theme.changed.connect(self.update)
        self.hide()

    def say(self, text: str, tip: str = "") -> None:
        """What it says; without a text it takes no room."""
        if text != self.text():
            self.setText(text)
            self.setVisible(bool(text))
            self.updateGeometry()
        self.setToolTip(tip)
        self.setAccessibleName(tip or text)

    def sizeHint(self) -> QSize:
        return QSize(int(text_width(self.text(), _PX)) + 2, 24)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        color = self._theme.color
        rect = QRectF(self.rect())
        if self.underMouse() and self.isEnabled():
            painter.fillRect(rect, color("hover"))
        ink = color("text" if self.isEnabled() else "dim")
        wide = draw_line(painter, rect, self.text(), ink, _PX)
        base = rect.height() - 3
        if self.hasFocus():
            painter.fillRect(QRectF(0, base - 1, wide, 2), color("accent"))
        elif self.isEnabled():
            painter.setPen(QPen(color("dim"), 1, Qt.PenStyle.DotLine))
            painter.drawLine(QPointF(0, base), QPointF(wide, base))


class ContactRow(QWidget):
    """Someone to call. Signals: `copied` (the number that is now on the clipboard)."""

    copied = Signal(str)

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self._theme = theme
        self._look = ContactLook("", "")
        self._person = ToneText(theme, _PX, lines=2)
        self._phone = LinkButton(theme)
        self._phone.clicked.connect(self._copy)
        self._zalo = ToneText(theme, 12)
        self._source = ToneText(theme, 12, lines=2)
        self._asked = ToneText(theme, 12, lines=5)
        numbers = QHBoxLayout()
        numbers.setContentsMargins(0, 0, 0, 0)
        numbers.setSpacing(12)
        numbers.addWidget(self._phone, 0, Align.AlignLeft)
        numbers.addWidget(self._zalo, 1)
        rows = QVBoxLayout(self)
        rows.setContentsMargins(LABEL, 0, 0, 0)
        rows.setSpacing(0)
        rows.addWidget(self._person)
        rows.addLayout(numbers)
        rows.addWidget(self._source)
        rows.addWidget(self._asked)
        theme.changed.connect(self.update)

    def show_look(self, look: ContactLook) -> None:
        """Show somebody."""
        self._look = look
        self._person.say(Said(look.person))
        self._phone.say(look.phone, say("inspector.contact.copy", phone=look.phone))
        zalo = say("inspector.contact.zalo", zalo=look.zalo) if look.zalo else ""
        self._zalo.say(Said(zalo, "muted"))
        self._source.say(Said(look.source, "dim"))
        self._asked.say(Said(look.asked, look.tone))
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        paint_label(self, self._theme, self._look.role, self._person.line_height())

    def _copy(self, _checked: bool = False) -> None:
        QGuiApplication.clipboard().setText(self._look.phone)
        self.copied.emit(self._look.phone)

    def minimumSizeHint(self) -> QSize:
        return QSize(LABEL, int(text_height(_PX)))
