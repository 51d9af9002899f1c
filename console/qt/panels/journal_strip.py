"""The journal strip: the newest lines in plain words, and the field for a note."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QEvent, QPointF, QRectF, Qt, Signal
from PySide6.QtGui import QHelpEvent, QKeyEvent, QPainter, QPaintEvent, QPolygonF
from PySide6.QtWidgets import QLineEdit, QSizePolicy, QToolTip, QVBoxLayout, QWidget

from console.domain.commands.own import WriteNote
from console.domain.event import Event
from console.qt.fonts import BODY_PX
from console.qt.grid.sprites import text_width
from console.qt.looks.journal_lines import JournalLine, JournalLines, LineTone
from console.qt.looks.sites import short
from console.qt.panels.desk import Desk, Touched
from console.qt.panels.painted import draw_line
from console.qt.wording import clock, say, wording

_KINDS = frozenset({"command", "roster"})
STRIP_ROW_PX = 18
"""One line of the strip."""
_TEXT_LEFT = 80
_FIELD_PX = 3
"""Qt begins a field's text so far from its edge; here it begins under the lines."""


class LinesView(QWidget):
    """The newest lines, the newest first and brightest; as many as there is room for."""

    def __init__(self, desk: Desk, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._desk = desk
        self.lines: tuple[JournalLine, ...] = ()
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Expanding)
        self.setMinimumHeight(3 * STRIP_ROW_PX)
        desk.theme.changed.connect(self.update)

    @property
    def room(self) -> int:
        """How many lines there is room for."""
        return max(1, self.height() // STRIP_ROW_PX)

    def show_lines(self, lines: tuple[JournalLine, ...]) -> None:
        """Show these."""
        if lines != self.lines:
            self.lines = lines
            first = lines[0] if lines else None
            self.setAccessibleName(f"{clock(first.at_us)} {first.text}" if first else "")
            self.update()

    def event(self, event: QEvent) -> bool:
        if isinstance(event, QHelpEvent):
            row = event.pos().y() // STRIP_ROW_PX
            if 0 <= row < len(self.lines):
                text = self.lines[row].text
                wide = text_width(text, BODY_PX) > self.width() - _TEXT_LEFT
                QToolTip.showText(event.globalPos(), text if wide else "", self)
            return True
        return super().event(event)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        color = self._desk.theme.color
        for row, line in enumerate(self.lines):
            top = row * STRIP_ROW_PX
            if top + STRIP_ROW_PX > self.height():
                break
            newest = row == 0
            rect = QRectF(0, top, 62, STRIP_ROW_PX)
            draw_line(painter, rect, clock(line.at_us), color("text" if newest else "dim"))
            self._draw_mark(painter, top, line.tone)
            rect = QRectF(_TEXT_LEFT, top, self.width() - _TEXT_LEFT, STRIP_ROW_PX)
            draw_line(painter, rect, line.text, color("text" if newest else "muted"))

    def _draw_mark(self, painter: QPainter, top: float, tone: LineTone) -> None:
        """A triangle before what went wrong, dots before what is under way."""
        color = self._desk.theme.color
        x, y = _TEXT_LEFT - 9.0, top + STRIP_ROW_PX / 2
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        if tone is LineTone.WARN:
            painter.setBrush(color("amber"))
            corners = (QPointF(x, y - 4), QPointF(x + 4.5, y + 3.6), QPointF(x - 4.5, y + 3.6))
            painter.drawPolygon(QPolygonF(corners))
        elif tone is LineTone.PENDING:
            painter.setBrush(color("accent"))
            for dx in (-4, 0, 4):
                painter.drawEllipse(QPointF(x + dx, y), 1.2, 1.2)


class NoteField(QLineEdit):
    """A line for the journal. Signals: `left` (Esc)."""

    left = Signal()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape:
            self.left.emit()
            return
        super().keyPressEvent(event)


class JournalStrip(QWidget):
    """Lines and note field. Signals: `left` when the field is left."""

    left = Signal()

    def __init__(self, desk: Desk, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._desk = desk
        self.journal = JournalLines()
        self._grown = False
        self._about = ""
        self.lines = LinesView(desk)
        self.note = NoteField()
        self.note.setProperty("role", "quiet")
        self.note.setFixedHeight(26)
        self.note.setTextMargins(-_FIELD_PX, 0, 0, 0)
        self.note.returnPressed.connect(self._write)
        self.note.left.connect(self._leave)
        column = QVBoxLayout(self)
        column.setContentsMargins(16, 6, 16, 5)
        column.setSpacing(2)
        column.addWidget(self.lines, 1)
        column.addWidget(self.note)
        wording.changed.connect(self.retell)
        self.retell()

    def tell(self, events: Sequence[Event]) -> None:
        """Take in what happened; shown with the next frame."""
        if self.journal.add(events, self._desk.state):
            self._grown = True

    def refresh(self, touched: Touched, now_us: int) -> None:
        """Show new lines, and what has become of wishes."""
        if self._grown or touched.any(_KINDS):
            self._show()

    def retell(self) -> None:
        """Say everything anew."""
        self._word_field()
        self._show()

    def _show(self) -> None:
        self._grown = False
        self.lines.show_lines(self.journal.newest(self._desk.state, self.lines.room))

    def resizeEvent(self, event: object) -> None:
        self._show()

    def begin_note(self, site: str) -> None:
        """Begin a note, about a site if one is given."""
        self._about = site
        self._word_field()
        self.note.setFocus(Qt.FocusReason.ShortcutFocusReason)

    def _word_field(self) -> None:
        text = say("note.placeholder")
        if self._about:
            text = say("note.about", site=short(self._desk.state, self._about))
        self.note.setPlaceholderText(f"{text}   {say('note.hint')}")
        self.note.setAccessibleName(text)

    def _write(self) -> None:
        text = " ".join(self.note.text().split())
        if not text:
            self._leave()
            return
        if self._desk.actions.submit(WriteNote(text=text, endpoint=self._about)):
            self.note.clear()
            self._leave()

    def _leave(self) -> None:
        self._about = ""
        self._word_field()
        self.left.emit()
