"""Text in a tone that changes: painted by hand, so that a change costs no new style."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QPointF, QSize, Qt
from PySide6.QtGui import (
    QColor,
    QFont,
    QFontMetricsF,
    QPainter,
    QPaintEvent,
    QResizeEvent,
    QTextLayout,
    QTextOption,
)
from PySide6.QtWidgets import QSizePolicy, QWidget

from console.qt.fonts import font
from console.qt.looks.inspector import Said
from console.qt.theme import Theme

TONES = {
    "value": "text", "muted": "muted", "dim": "dim", "pending": "accent", "refused": "amber",
    "unknown": "amber", "warn": "amber", "bad": "mag", "notice": "yellow", "red": "red",
}  # fmt: skip
"""Tone → role of the theme; none is green, which is the next's alone. What tells refused from
unknown is the sentence, never the hue."""


class ToneText(QWidget):
    """A Said: wrapped to at most `lines` lines, the last one elided; the whole text is its tip.

    A line break in it begins a new line. An empty text takes no room.
    """

    def __init__(
        self,
        theme: Theme,
        size_px: int = 13,
        weight: QFont.Weight = QFont.Weight.Normal,
        lines: int = 1,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._theme = theme
        self._lines = lines
        self._said = Said("")
        self._laid = 0
        self._font = font(size_px, weight)
        self._metrics = QFontMetricsF(self._font)
        self.setAttribute(Qt.WidgetAttribute.WA_NoSystemBackground)
        policy = QSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
        policy.setHeightForWidth(True)
        self.setSizePolicy(policy)
        theme.changed.connect(self.update)
        self.hide()

    @property
    def said(self) -> Said:
        """What it shows."""
        return self._said

    def say(self, said: Said) -> None:
        """Show another text or tone; does nothing where both are the same."""
        if said == self._said:
            return
        moved = said.text != self._said.text
        self._said = said
        if moved:
            self.setAccessibleName(said.text)
            if self.parentWidget() is not None:  # shown alone it would be a window of its own
                self.setVisible(bool(said.text))
            self._lay()
        self.update()

    def changeEvent(self, event: QEvent) -> None:
        """What was said before it stood anywhere shows once it does."""
        super().changeEvent(event)
        if event.type() is QEvent.Type.ParentChange and self.parentWidget() is not None:
            self.setVisible(bool(self._said.text))

    def _layout(self, width: float) -> tuple[QTextLayout, int]:
        laid = QTextLayout(self._said.text.replace("\n", "\u2028"), self._font)
        option = QTextOption()
        option.setWrapMode(QTextOption.WrapMode.WrapAtWordBoundaryOrAnywhere)
        laid.setTextOption(option)
        laid.beginLayout()
        count = 0
        top = 0.0
        while (line := laid.createLine()).isValid():
            line.setLineWidth(max(1.0, width))
            line.setPosition(QPointF(0, top))
            top += line.height()
            count += 1
        laid.endLayout()
        return laid, count

    def _lay(self) -> None:
        """Fit the height to the text at the present width."""
        _, count = self._layout(self.width())
        shown = min(max(1, count), self._lines)
        height = self.line_height() * shown
        if height != self._laid:
            self._laid = height
            self.setFixedHeight(height)
        self.setToolTip(self._said.text if self._cut(count) else "")

    def _cut(self, count: int) -> bool:
        return count > self._lines or (
            self._lines == 1 and self._metrics.horizontalAdvance(self._said.text) > self.width()
        )

    def line_height(self) -> int:
        """One line in px; a whole number, so that rows stay on their grid."""
        return round(self._metrics.height() + 1)

    def sizeHint(self) -> QSize:
        width = self._metrics.horizontalAdvance(self._said.text)
        return QSize(int(width) + 2, self._laid or self.line_height())

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._lay()

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setPen(self.color())
        painter.setFont(self._font)
        metrics = self._metrics
        if self._lines == 1:
            painter.drawText(
                self.rect(),
                Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter,
                metrics.elidedText(self._said.text, Qt.TextElideMode.ElideRight, self.width()),
            )
            return
        laid, count = self._layout(self.width())
        for number in range(min(count, self._lines)):
            line = laid.lineAt(number)
            top = number * self.line_height()
            if number == self._lines - 1 and count > self._lines:
                rest = self._said.text[line.textStart() :].replace("\n", " ")
                text = metrics.elidedText(rest, Qt.TextElideMode.ElideRight, self.width())
                painter.drawText(QPointF(0, top + metrics.ascent()), text)
            else:
                line.draw(painter, QPointF(0, top - line.y()))

    def color(self) -> QColor:
        """The colour of its tone in the theme that is on."""
        return self._theme.color(TONES[self._said.tone])
