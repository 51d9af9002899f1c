"""The command palette: type, choose, Enter; keyboard only."""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import (
    QAbstractListModel,
    QModelIndex,
    QPersistentModelIndex,
    QRectF,
    QSize,
    Qt,
    Signal,
)
from PySide6.QtGui import QAction, QFocusEvent, QKeyEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import (
    QFrame,
    QLineEdit,
    QListView,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QVBoxLayout,
    QWidget,
)

from console.qt.action_table import SPECS, key_text, keys_text
from console.qt.actions import Actions
from console.qt.fonts import BODY_PX
from console.qt.looks.palette import Found, Offer, find
from console.qt.panels.desk import Desk
from console.qt.panels.painted import Align, TextLine, draw_line
from console.qt.theme import Theme
from console.qt.wording import LANGUAGES, catalogue, say, wording

Index = QModelIndex | QPersistentModelIndex
FOUND_ROLE = Qt.ItemDataRole.UserRole + 1
_ROW_PX = 32
_WIDTH = 640
ABOUT_SITES = frozenset({"take", "stage", "mute", "cue", "hide", "redial", "hang_up", "note"})
_HIDDEN = frozenset({"palette"})
_INSTRUCTOR = "instructor"


class FoundModel(QAbstractListModel):
    """The entries."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.found: tuple[Found, ...] = ()

    def show_found(self, found: tuple[Found, ...]) -> None:
        """Show these."""
        self.beginResetModel()
        self.found = found
        self.endResetModel()

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008 - Qt's own signature
        return 0 if parent.isValid() else len(self.found)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        entry = self.found[index.row()]
        match role:
            case Qt.ItemDataRole.DisplayRole | Qt.ItemDataRole.AccessibleTextRole:
                return entry_text(entry)
            case _ if role == FOUND_ROLE:
                return entry
            case _:
                return None


def entry_text(entry: Found) -> str:
    """An entry in words: «Tắt mic · Buôn Hồ»."""
    if entry.action and entry.site:
        return say("palette.action_on", action=entry.text, site=entry.name)
    return entry.text


class FoundDelegate(QStyledItemDelegate):
    """Paints an entry: its words, its kind or key at the right."""

    def __init__(self, theme: Theme, parent: QWidget) -> None:
        super().__init__(parent)
        self._theme = theme

    def sizeHint(self, option: QStyleOptionViewItem, index: Index) -> QSize:
        return QSize(200, _ROW_PX)

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        entry: Found = index.data(FOUND_ROLE)
        color = self._theme.color
        rect = QRectF(option.rect)
        painter.save()
        if option.state & QStyle.StateFlag.State_Selected:
            painter.fillRect(rect, color("sel"))
            painter.fillRect(QRectF(rect.left(), rect.top(), 3, rect.height()), color("accent"))
        inner = rect.adjusted(14, 0, -14, 0)
        side = entry.key
        if entry.hold:
            side = say("palette.hold")
        elif entry.site and not entry.action:
            side = f"{say('palette.site')} {entry.site}"
        used = draw_line(painter, inner, side, color("dim"), 12, align=Align.AlignRight)
        inner.setWidth(inner.width() - used - 12)
        role = "text" if entry.enabled else "dim"
        draw_line(painter, inner, entry_text(entry), color(role), BODY_PX)
        painter.restore()


class PaletteField(QLineEdit):
    """Where one types; the arrows move in the list below. Signals: `moved` (rows), `left`."""

    moved = Signal(int)
    left = Signal()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        steps = {
            Qt.Key.Key_Up: -1,
            Qt.Key.Key_Down: 1,
            Qt.Key.Key_PageUp: -8,
            Qt.Key.Key_PageDown: 8,
        }
        if event.key() in steps:
            self.moved.emit(steps[Qt.Key(event.key())])
        elif event.key() == Qt.Key.Key_Escape:
            self.left.emit()
        else:
            super().keyPressEvent(event)

    def focusOutEvent(self, event: QFocusEvent) -> None:
        super().focusOutEvent(event)
        if event.reason() is not Qt.FocusReason.ActiveWindowFocusReason:
            self.left.emit()


class PaletteView(QFrame):
    """Over the window while it is open. Signals: `chosen` (Found), `left`."""

    chosen = Signal(object)
    left = Signal()

    def __init__(self, desk: Desk, parent: QWidget) -> None:
        super().__init__(parent)
        self._desk = desk
        self.setObjectName("palette")
        self.field = PaletteField()
        self.list = QListView()
        self.list.setProperty("role", "plain")
        self.list.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.list.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.list.setUniformItemSizes(True)
        self.entries = FoundModel(self)
        self.list.setModel(self.entries)
        self.list.setItemDelegate(FoundDelegate(desk.theme, self))
        self.nothing = TextLine(desk.theme, "muted", BODY_PX)
        self.foot = TextLine(desk.theme, "dim", 12)
        column = QVBoxLayout(self)
        column.setContentsMargins(12, 12, 12, 10)
        column.setSpacing(8)
        for widget in (self.field, self.nothing, self.list, self.foot):
            column.addWidget(widget)
        self.field.textChanged.connect(self._find)
        self.field.returnPressed.connect(self._choose)
        self.field.moved.connect(self._move)
        self.field.left.connect(self.dismiss)
        self.list.clicked.connect(self._choose)
        self._other: dict[str, str] = {}
        self.instructor: QAction | None = None
        """Opens and closes the instructor's panel, where there is one."""
        self.hide()

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(QPen(self._desk.theme.color("dim"), 1))
        painter.setBrush(self._desk.theme.color("raised"))
        painter.drawRoundedRect(QRectF(self.rect()).adjusted(0.5, 0.5, -0.5, -0.5), 4, 4)

    def open(self) -> None:
        """Begin to type."""
        self.field.setPlaceholderText(say("palette.placeholder"))
        self.field.setAccessibleName(say("action.palette"))
        self.nothing.say(say("palette.nothing"))
        self.foot.say(say("palette.help"))
        self._other = _other_names()
        self.field.clear()
        self._find("")
        self.place()
        self.show()
        self.raise_()
        self.field.setFocus(Qt.FocusReason.PopupFocusReason)

    def place(self) -> None:
        """Stand over the upper middle."""
        parent = self.parentWidget()
        if parent is not None:
            width = min(_WIDTH, parent.width() - 32)
            rows = max(1, len(self.entries.found))
            height = 100 + _ROW_PX * min(rows, 12)
            self.setGeometry((parent.width() - width) // 2, 96, width, height)

    def dismiss(self) -> None:
        """Go away."""
        if self.isVisible():
            self.hide()
            self.left.emit()

    def _find(self, typed: str) -> None:
        commands = palette_commands(self._desk.actions, self._other)
        if self.instructor is not None:
            commands.append(_instructor(self.instructor))
        found = find(typed, commands, self._desk.state)
        self.entries.show_found(found)
        self.list.setVisible(bool(found))
        self.nothing.setVisible(not found)
        if found:
            self.list.setCurrentIndex(self.entries.index(0))
        self.place()

    def _move(self, rows: int) -> None:
        count = len(self.entries.found)
        if count:
            row = max(0, min(count - 1, self.list.currentIndex().row() + rows))
            self.list.setCurrentIndex(self.entries.index(row))

    def _choose(self) -> None:
        index = self.list.currentIndex()
        if index.isValid() and self.entries.found:
            entry = self.entries.found[index.row()]
            self.dismiss()
            if entry.action == _INSTRUCTOR and self.instructor is not None:
                self.instructor.trigger()
            else:
                self.chosen.emit(entry)


def _instructor(action: QAction) -> Offer:
    """The instructor's panel, which is no action of the session's."""
    key = key_text(action.shortcut().toString())
    also = say("training.alias").replace(",", "")
    return Offer(_INSTRUCTOR, action.text(), key, True, False, also=also, usual=False)


def palette_commands(actions: Actions, other: dict[str, str]) -> list[Offer]:
    """Every action as the palette knows it."""
    return [
        Offer(
            spec.id,
            actions.of[spec.id].text().rstrip("…"),
            keys_text(spec),
            actions.of[spec.id].isEnabled(),
            spec.id in ABOUT_SITES,
            spec.hold,
            f"{other.get(spec.words, '')} {say(f'group.{spec.group}')}",
            usual=not spec.number and spec.id != "quit",
        )
        for spec in SPECS
        if spec.id not in _HIDDEN and not _prompted(spec.id)
    ]


def _prompted(action_id: str) -> bool:
    """The nine layouts of a screen are found by the prompt's own entry."""
    return action_id.startswith("screen_") and action_id != "screen_prompt"


def _other_names() -> dict[str, str]:
    """By what else each action is found: its name in the other language, for old hands type
    either, and what it is often called in both."""
    found: dict[str, list[str]] = {}
    for name in LANGUAGES:
        for key, text in catalogue(name).items():
            kind, _, action = key.partition(".")
            if isinstance(text, str) and (
                kind == "alias" or (kind == "action" and name != wording.language)
            ):
                found.setdefault(action, []).append(text.replace(",", ""))
    return {action: " ".join(texts) for action, texts in found.items()}
