"""The script rail: the running order, where we are, who is there."""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import (
    QAbstractListModel,
    QModelIndex,
    QPersistentModelIndex,
    QRectF,
    QSize,
    Qt,
)
from PySide6.QtGui import QPainter, QPen
from PySide6.QtWidgets import (
    QAbstractItemView,
    QListView,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QVBoxLayout,
    QWidget,
)

from console.domain.planning import newer
from console.qt.grid.sprites import Weight, draw_alarm, text_width
from console.qt.looks.script import Place, ScriptRow, script_look
from console.qt.panels.desk import Desk, Touched
from console.qt.panels.inspector_rows import LinkButton
from console.qt.panels.painted import Align, TextLine, caption, draw_line
from console.qt.theme import Theme
from console.qt.wording import say, wording

Index = QModelIndex | QPersistentModelIndex
ROW_ROLE = Qt.ItemDataRole.UserRole + 1
_HEIGHT = 42
_KINDS = frozenset({"session", "conference", "alarm", "roster", "plan"})


class ScriptModel(QAbstractListModel):
    """The running order as rows."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.rows: tuple[ScriptRow, ...] = ()

    def show_rows(self, rows: tuple[ScriptRow, ...]) -> None:
        """Show these; tells only of rows that changed."""
        if len(rows) != len(self.rows):
            self.beginResetModel()
            self.rows = rows
            self.endResetModel()
            return
        before, self.rows = self.rows, rows
        for number, (old, new) in enumerate(zip(before, rows, strict=True)):
            if old != new:
                self.dataChanged.emit(self.index(number), self.index(number))

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008 - Qt's own signature
        return 0 if parent.isValid() else len(self.rows)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        row = self.rows[index.row()]
        match role:
            case Qt.ItemDataRole.DisplayRole:
                return row.title
            case Qt.ItemDataRole.ToolTipRole:
                return "\n".join(text for text in (row.title, row.detail) if text)
            case Qt.ItemDataRole.AccessibleTextRole:
                state = say(f"script.place.{row.place.value}")
                return say("script.row", n=row.number, title=row.title, state=state)
            case _ if role == ROW_ROLE:
                return row
            case _:
                return None


class ScriptDelegate(QStyledItemDelegate):
    """Paints one line: its number, title, detail, and what stands out about it."""

    def __init__(self, theme: Theme, parent: QWidget) -> None:
        super().__init__(parent)
        self._theme = theme

    def sizeHint(self, option: QStyleOptionViewItem, index: Index) -> QSize:
        return QSize(100, _HEIGHT)

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        row: ScriptRow = index.data(ROW_ROLE)
        color = self._theme.color
        rect = QRectF(option.rect)
        state = option.state
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        tallied = row.place in (Place.PODIUM, Place.NEXT, Place.CURRENT)
        if state & QStyle.StateFlag.State_Selected:
            painter.fillRect(rect, color("sel"))
        elif tallied:
            painter.fillRect(rect, color("raised"))
        self._draw_edge(painter, rect, row.place)
        if state & QStyle.StateFlag.State_HasFocus and state & QStyle.StateFlag.State_Selected:
            painter.setPen(QPen(color("accent"), 2))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawRoundedRect(rect.adjusted(1, 1, -1, -1), 2, 2)
        past = row.place is Place.DONE or row.absent
        number = QRectF(rect.left() + 8, rect.top() + 3, 22, rect.height() - 6)
        draw_line(painter, number, str(row.number), color("dim"), 12, align=Align.AlignHCenter)
        right = self._draw_mark(painter, rect, row)
        text = QRectF(rect.left() + 38, rect.top() + 4, right - rect.left() - 44, 18)
        weight = Weight.Normal if row.place is Place.DONE else Weight.Medium
        draw_line(painter, text, row.title, color("muted" if past else "text"), 13, weight)
        text.translate(0, 17)
        draw_line(painter, text, row.detail, color("dim" if past else "muted"), 12)
        painter.restore()

    def _draw_edge(self, painter: QPainter, rect: QRectF, place: Place) -> None:
        edge = QRectF(rect.left(), rect.top(), 4, rect.height())
        if place is Place.PODIUM:
            painter.fillRect(edge, self._theme.color("red"))
        elif place is Place.CURRENT:
            painter.fillRect(edge.adjusted(0, 0, -1, 0), self._theme.color("dim"))
        elif place is Place.NEXT:
            pen = QPen(self._theme.color("green"), 4)
            pen.setDashPattern([1.6, 1.0])
            pen.setCapStyle(Qt.PenCapStyle.FlatCap)
            painter.setPen(pen)
            x = rect.left() + 2
            painter.drawLine(int(x), int(rect.top()), int(x), int(rect.bottom()))

    def _draw_mark(self, painter: QPainter, rect: QRectF, row: ScriptRow) -> float:
        """What stands at the right end; where the text must end."""
        color = self._theme.color
        right = rect.right() - 12
        middle = rect.center().y()
        if row.alarm:
            box = QRectF(right - 14, middle - 7, 14, 14)
            draw_alarm(painter, box, row.alarm, row.acked, self._theme)
            right -= 20
        label = {Place.PODIUM: ("script.on", "red"), Place.NEXT: ("script.next", "green")}
        if row.place in label:
            key, role = label[row.place]
            return right - self._word(painter, rect, right, say(key), role, Weight.DemiBold)
        if row.absent:
            word = say("script.lost" if row.lost else "script.absent")
            return right - self._word(painter, rect, right, word, "amber")
        if row.place is Place.DONE:
            painter.setPen(QPen(color("dim"), 1.4))
            x = right - 8
            painter.drawLine(int(x), int(middle), int(x + 3), int(middle + 3))
            painter.drawLine(int(x + 3), int(middle + 3), int(x + 8), int(middle - 4))
            return right - 16
        return right

    def _word(
        self,
        painter: QPainter,
        rect: QRectF,
        right: float,
        text: str,
        role: str,
        weight: Weight = Weight.Normal,
    ) -> float:
        width = text_width(text, 11, weight)
        box = QRectF(right - width, rect.top(), width + 1, rect.height())
        draw_line(painter, box, text, self._theme.color(role), 11, weight)
        return width + 8


class ScriptView(QListView):
    """The list itself: arrows move, a click points at the line's site."""

    def __init__(self, desk: Desk, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._desk = desk
        self.setProperty("role", "plain")
        self.setMouseTracking(False)
        self.setUniformItemSizes(True)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.rows = ScriptModel(self)
        self.setModel(self.rows)
        self.setItemDelegate(ScriptDelegate(desk.theme, self))
        self.selectionModel().currentChanged.connect(self._moved)
        self.doubleClicked.connect(self._stage)
        desk.theme.changed.connect(self.viewport().update)

    def _moved(self, current: QModelIndex, before: QModelIndex) -> None:
        row = self.rows.rows[current.row()] if current.isValid() else None
        if row is not None and row.site and self.hasFocus():
            self._desk.point((row.site,))

    def _stage(self, index: QModelIndex) -> None:
        row = self.rows.rows[index.row()]
        if row.site:
            self._desk.point((row.site,))
            self._desk.actions.do("stage")

    def show_rows(self, rows: tuple[ScriptRow, ...]) -> None:
        """Show these, and keep what matters in sight."""
        before = _important(self.rows.rows)
        self.rows.show_rows(rows)
        now = _important(rows)
        if now != before and now >= 0:
            self.scrollTo(self.rows.index(now), QAbstractItemView.ScrollHint.EnsureVisible)


def _important(rows: tuple[ScriptRow, ...]) -> int:
    """The line that must be in sight: the next, else the podium, else where we are."""
    for place in (Place.NEXT, Place.PODIUM, Place.CURRENT):
        for number, row in enumerate(rows):
            if row.place is place:
                return number
    return -1


class ScriptRail(QWidget):
    """The running order under its title; a hint where there is none."""

    def __init__(self, desk: Desk, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._desk = desk
        self.title = caption(desk.theme)
        self.empty = TextLine(desk.theme, "dim", 12)
        self.news = LinkButton(desk.theme)
        self.news.clicked.connect(lambda _=False: desk.actions.run("plans"))
        self.view = ScriptView(desk)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 8, 0, 0)
        column.setSpacing(4)
        head = QVBoxLayout()
        head.setContentsMargins(12, 0, 12, 0)
        head.addWidget(self.title)
        head.addWidget(self.empty)
        head.addWidget(self.news)
        column.addLayout(head)
        column.addWidget(self.view, 1)
        wording.changed.connect(self.retell)
        self.retell()

    def refresh(self, touched: Touched, now_us: int) -> None:
        """Show what was touched."""
        state = self._desk.state
        sites = [line.endpoint for line in state.session.script if line.endpoint]
        if touched.any(_KINDS, *sites):
            self._show(now_us)

    def retell(self) -> None:
        """Show everything anew."""
        self.title.say(say("script.title"))
        self.view.setAccessibleName(say("script.title"))
        self._show(self._desk.clock.now_us())
        self.view.viewport().update()

    def _show(self, now_us: int) -> None:
        rows = script_look(self._desk.state, now_us)
        self.view.show_rows(rows)
        found = newer(self._desk.state)
        self.news.say(
            say("script.newer", version=found.version) if found is not None else "",
            say("script.newer_tip") if found is not None else "",
        )
        self.empty.say("" if rows else say("script.empty"))
        self.empty.setVisible(not rows)
