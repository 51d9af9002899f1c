"""The alarm list: what is wrong, why, what follows, what to do; acknowledged or put aside."""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import (
    QAbstractListModel,
    QEvent,
    QModelIndex,
    QObject,
    QPersistentModelIndex,
    QRect,
    QRectF,
    QSize,
    Qt,
    Signal,
)
from PySide6.QtGui import QFontMetrics, QKeyEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import (
    QAbstractItemView,
    QFrame,
    QHBoxLayout,
    QListView,
    QPushButton,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QVBoxLayout,
    QWidget,
)

from console.domain.commands.own import AcknowledgeAlarms, ShelveAlarm
from console.qt.fonts import font
from console.qt.grid.sprites import Weight, draw_alarm
from console.qt.looks.alarms import AlarmRow, Standing, alarm_count, alarm_rows
from console.qt.panels.desk import Desk, Touched
from console.qt.panels.painted import Align, TextLine, draw_line
from console.qt.panels.sheet import draw_frame
from console.qt.theme import Theme
from console.qt.wording import clock, say, wording

Index = QModelIndex | QPersistentModelIndex
ROW_ROLE = Qt.ItemDataRole.UserRole + 1
SHELVE_S = 15 * 60
_KINDS = frozenset({"alarm", "roster", "second"})
_WIDTH, _TEXT_PX, _LEFT, _RIGHT, _BAR_PX = 620, 12, 44, 18, 12


def standing_text(row: AlarmRow) -> str:
    """Where an alarm stands: «chưa nhận», «gác đến 09:30»."""
    return say(f"alarm.list.{row.standing.name.lower()}", until=row.until_us)


def body_text(row: AlarmRow) -> str:
    """Cause, consequence and action, a line each."""
    parts = (("cause", row.cause), ("effect", row.effect), ("action", row.action))
    return "\n".join(say(f"alarm.list.{name}", text=text) for name, text in parts)


class AlarmsModel(QAbstractListModel):
    """The alarms as rows; a selected one stays selected while the list changes."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.rows: tuple[AlarmRow, ...] = ()

    def show_rows(self, rows: tuple[AlarmRow, ...]) -> bool:
        """Show these; whether other alarms stand in other places now."""
        if rows == self.rows:
            return False
        same = [r.id for r in rows] == [r.id for r in self.rows]
        if same:
            self.rows = rows
            self.dataChanged.emit(self.index(0), self.index(len(rows) - 1))
            return False
        self.beginResetModel()
        self.rows = rows
        self.endResetModel()
        return True

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008 - Qt's own signature
        return 0 if parent.isValid() else len(self.rows)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        row = self.rows[index.row()]
        match role:
            case Qt.ItemDataRole.DisplayRole:
                return row.title
            case Qt.ItemDataRole.AccessibleTextRole:
                return f"{row.title}, {standing_text(row)}. {body_text(row)}"
            case _ if role == ROW_ROLE:
                return row
            case _:
                return None


class AlarmDelegate(QStyledItemDelegate):
    """Paints an alarm: its numbered shape, what is wrong, where it stands, and its texts, in
    lines as long as the list is wide."""

    def __init__(self, theme: Theme, parent: QListView) -> None:
        super().__init__(parent)
        self._theme = theme
        self._list = parent

    def _body_height(self, row: AlarmRow) -> int:
        box = QRect(0, 0, self._body_width(), 1000)
        flags = Qt.TextFlag.TextWordWrap
        return QFontMetrics(font(_TEXT_PX)).boundingRect(box, flags, body_text(row)).height()

    def _body_width(self) -> int:
        """The same whether there is a scroll bar or not, so that one that appears moves nothing."""
        return self._list.width() - _BAR_PX - _LEFT - _RIGHT

    def sizeHint(self, option: QStyleOptionViewItem, index: Index) -> QSize:
        return QSize(200, self._body_height(index.data(ROW_ROLE)) + 48)

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        row: AlarmRow = index.data(ROW_ROLE)
        color = self._theme.color
        rect = QRectF(option.rect)
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        if option.state & QStyle.StateFlag.State_Selected:
            painter.fillRect(rect, color("sel"))
            painter.fillRect(QRectF(rect.left(), rect.top(), 3, rect.height()), color("accent"))
        quiet = row.standing in (Standing.OVER, Standing.SHELVED)
        box = QRectF(rect.left() + 14, rect.top() + 12, 20, 20)
        draw_alarm(painter, box, row.priority, row.standing is not Standing.NEW, self._theme)
        head = QRectF(rect.left() + _LEFT, rect.top() + 10, rect.width() - _LEFT - 14, 24)
        side = f"{standing_text(row)} · {clock(row.since_us)}"
        used = draw_line(painter, head, side, color("muted"), 12, align=Align.AlignRight)
        head.setWidth(head.width() - used - 12)
        role = "muted" if quiet else "text"
        draw_line(painter, head, row.title, color(role), 13, Weight.DemiBold)
        painter.setFont(font(_TEXT_PX))
        painter.setPen(color("muted"))
        body = QRectF(head.left(), rect.top() + 36, self._body_width(), rect.height() - 40)
        painter.drawText(body, Qt.TextFlag.TextWordWrap, body_text(row))
        painter.setPen(QPen(color("line"), 1))
        painter.drawLine(rect.bottomLeft(), rect.bottomRight())
        painter.restore()


class AlarmsPanel(QFrame):
    """The alarms with what can be done about them. Signals: `showing` (sites) when the operator
    wants to see whom an alarm concerns."""

    showing = Signal(object)
    over = False
    """Whether it lies over the window, and so has the keyboard to itself."""

    def __init__(self, desk: Desk, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._desk = desk
        theme = desk.theme
        self.title = TextLine(theme, "text", 16 if self.over else 13, Weight.DemiBold, hug=True)
        self.summary = TextLine(theme, "muted", 12, align=Align.AlignRight)
        self.empty = TextLine(theme, "muted")
        self.list = QListView()
        self.list.installEventFilter(self)
        self.list.setProperty("role", "plain")
        self.list.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.list.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.list.setResizeMode(QListView.ResizeMode.Adjust)
        self.entries = AlarmsModel(self)
        self.list.setModel(self.entries)
        self.list.setItemDelegate(AlarmDelegate(theme, self.list))
        self.list.selectionModel().currentChanged.connect(self._enable)
        self.acknowledge, self.shelve, self.show_sites = (QPushButton() for _ in range(3))
        self.acknowledge.clicked.connect(self._acknowledge)
        self.shelve.clicked.connect(self._shelve)
        self.show_sites.clicked.connect(self._show_sites)
        top, foot = QHBoxLayout(), QHBoxLayout()
        for row in (top, foot):
            row.setContentsMargins(14, 10, 14, 10)
            row.setSpacing(8)
        top.addWidget(self.title)
        top.addWidget(self.summary, 1)
        for button in (self.acknowledge, self.shelve, self.show_sites):
            button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
            foot.addWidget(button)
        foot.addStretch(1)
        column = QVBoxLayout(self)
        column.setContentsMargins(2, 2, 2, 2)
        column.setSpacing(0)
        column.addLayout(top)
        hint = QHBoxLayout()
        hint.setContentsMargins(14, 0, 14, 8)
        hint.addWidget(self.empty)
        column.addLayout(hint)
        column.addWidget(self.list, 1)
        column.addLayout(foot)
        wording.changed.connect(self.retell)
        self.retell()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() in (QEvent.Type.FocusIn, QEvent.Type.FocusOut):
            self.update()
        return super().eventFilter(watched, event)

    def paintEvent(self, event: QPaintEvent) -> None:
        focused = not self.over and self.list.hasFocus()
        edge = "accent" if focused else "dim" if self.over else "line"
        draw_frame(self, self._desk.theme, edge, 2 if focused else 1)

    def retell(self) -> None:
        """Say everything anew."""
        self.title.say(say("alarm.list.title"))
        self.empty.say(say("alarm.list.empty"))
        self.acknowledge.setText(say("alarm.list.acknowledge"))
        self.show_sites.setText(say("alarm.list.show"))
        self.list.setAccessibleName(say("alarm.list.title"))
        self.show_now(self._desk.clock.now_us())

    def refresh(self, touched: Touched, now_us: int) -> None:
        """Show what was touched, while it is open."""
        if self.isVisible() and touched.any(_KINDS):
            self.show_now(now_us)

    def show_now(self, now_us: int) -> bool:
        """Show the alarms as they are; whether other ones stand in other places."""
        state = self._desk.state
        chosen, before = self._chosen(), self.entries.rows
        moved = self.entries.show_rows(alarm_rows(state, now_us))
        if self.entries.rows != before:
            self.list.scheduleDelayedItemsLayout()  # texts of another length
        if moved:
            ids = [row.id for row in self.entries.rows]
            at = ids.index(chosen.id) if chosen and chosen.id in ids else 0
            self.list.setCurrentIndex(self.entries.index(at))
        count = alarm_count(state, now_us)
        self.summary.say(say("alarm.list.summary", n=count.open, unnoted=count.unnoted))
        self.empty.setVisible(not self.entries.rows)
        self._enable()
        return moved

    def _chosen(self) -> AlarmRow | None:
        row = self.list.currentIndex().row()
        return self.entries.rows[row] if 0 <= row < len(self.entries.rows) else None

    def _enable(self) -> None:
        row = self._chosen()
        unnoted = row is not None and row.standing in (Standing.NEW, Standing.OVER)
        self.acknowledge.setEnabled(unnoted)
        self.shelve.setEnabled(row is not None and row.standing is not Standing.OVER)
        shelved = row is not None and row.standing is Standing.SHELVED
        self.shelve.setText(say("alarm.list.unshelve" if shelved else "alarm.list.shelve"))
        self.show_sites.setEnabled(row is not None and bool(row.sites))

    def _acknowledge(self) -> None:
        row = self._chosen()
        if row is not None:
            self._desk.actions.submit(AcknowledgeAlarms(alarms=(row.id,)))

    def _shelve(self) -> None:
        row = self._chosen()
        if row is None:
            return
        shelved = row.standing is Standing.SHELVED
        until = 0 if shelved else self._desk.clock.now_us() + SHELVE_S * 1_000_000
        self._desk.actions.submit(ShelveAlarm(alarm=row.id, until_us=until))

    def _show_sites(self) -> None:
        row = self._chosen()
        if row is not None and row.sites:
            self.showing.emit(row.sites)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self._show_sites()
        else:
            super().keyPressEvent(event)


class AlarmsView(AlarmsPanel):
    """The same over the window. Signals: `left`."""

    left = Signal()
    over = True

    def __init__(self, desk: Desk, parent: QWidget) -> None:
        super().__init__(desk, parent)
        self.setObjectName("alarms")
        self.showing.connect(self._point)
        self.hide()

    def toggle(self) -> None:
        """Open with the keyboard in the list, or close."""
        if self.isVisible():
            self.dismiss()
            return
        self.show_now(self._desk.clock.now_us())
        self.place()
        self.show()
        self.raise_()
        self.list.setFocus(Qt.FocusReason.PopupFocusReason)

    def place(self) -> None:
        """Stand under the header at the right."""
        parent = self.parentWidget()
        if parent is None:
            return
        self.resize(_WIDTH, self.height())
        if (layout := self.layout()) is not None:
            layout.activate()
        tall = sum(self.list.sizeHintForRow(i) for i in range(len(self.entries.rows)))
        height = min(parent.height() - 120, max(150, tall + 128))
        self.setGeometry(parent.width() - _WIDTH - 12, 56, _WIDTH, height)

    def dismiss(self) -> None:
        """Close."""
        if self.isVisible():
            self.hide()
            self.left.emit()

    def show_now(self, now_us: int) -> bool:
        moved = super().show_now(now_us)
        if moved:
            self.place()
        return moved

    def _point(self, sites: tuple[str, ...]) -> None:
        self.dismiss()
        self._desk.point(sites)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape:
            self.dismiss()
        else:
            super().keyPressEvent(event)
