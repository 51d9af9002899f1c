"""The key sheet: every key, in place, in groups; F1 opens and closes it."""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QWidget

from console.qt.action_table import GROUPS, SPECS, ActionSpec, key_text
from console.qt.grid.sprites import Weight, text_width
from console.qt.main_menu import INSTRUCTOR_KEYS
from console.qt.panels.painted import Align, draw_line
from console.qt.theme import Theme
from console.qt.wording import say, wording

_ROW_PX = 25
_HEAD_PX = 34
_COLUMN_PX = 372


@dataclass(frozen=True, slots=True)
class KeyRow:
    """One line of the sheet: its keys and what they do."""

    keys: str
    text: str


def key_rows(*, instructor: bool = False) -> dict[str, list[KeyRow]]:
    """The sheet by group, made from the table of actions so that it can't be wrong. `instructor`:
    there is an instructor's panel, which is no action of the session's."""
    rows: dict[str, list[KeyRow]] = {group: [] for group in GROUPS}
    for spec in SPECS:
        if spec.keys and not spec.number:
            rows[spec.group].append(KeyRow(_keys(spec), _said(spec)))
    rows["picture"].append(KeyRow(say("key.layout_digits"), say("sheet.layouts")))
    rows["picture"].append(KeyRow(say("key.screen_digits"), say("sheet.screens")))
    rows["camera"].append(KeyRow(say("key.alt_digits"), say("sheet.cameras")))
    rows["find"].insert(0, KeyRow(say("key.digits"), say("sheet.digits")))
    rows["find"].append(KeyRow(say("key.arrows"), say("sheet.arrows")))
    rows["window"].append(KeyRow(say("key.workspaces"), say("sheet.workspaces")))
    rows["window"].append(KeyRow(_lent_keys(), say("sheet.lent")))
    rows["window"].append(KeyRow(say("key.escape"), say("sheet.escape")))
    if instructor:
        rows["window"].append(KeyRow(key_text(INSTRUCTOR_KEYS), say("training.title")))
    return {group: lines for group, lines in rows.items() if lines}


def _keys(spec: ActionSpec) -> str:
    both = spec.keys[:2] if spec.id == "take" else spec.keys[:1]
    shown = " / ".join(key_text(key) for key in both)
    return f"{shown} ({say('key.hold')} 2 s)" if spec.hold else shown


def _lent_keys() -> str:
    """The keys that act in dialogs, too, in the order of the keyboard."""
    plain = {key for spec in SPECS for key in spec.lent if "+" not in key}
    return " ".join(sorted(plain, key=lambda key: (len(key), key)))


def _said(spec: ActionSpec) -> str:
    return say(f"action.{spec.words}").rstrip("…")


class KeySheet(QWidget):
    """All keys over the window; the keys go on working under it."""

    def __init__(self, theme: Theme, parent: QWidget) -> None:
        super().__init__(parent)
        self._theme = theme
        self.instructor = False
        """Whether there is an instructor's panel."""
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        wording.changed.connect(self.update)
        theme.changed.connect(self.update)
        self.hide()

    def toggle(self) -> None:
        """Open or close."""
        self.setVisible(not self.isVisible())
        if self.isVisible():
            self.place()

    def place(self) -> None:
        """Stand in the middle, as large as it needs."""
        parent = self.parentWidget()
        if parent is None:
            return
        columns = self._columns(max(1, min(3, (parent.width() - 80) // _COLUMN_PX)))
        tall = max(sum(_HEAD_PX + _ROW_PX * len(rows) for _, rows in column) for column in columns)
        width = len(columns) * _COLUMN_PX + 40
        height = min(parent.height() - 40, tall + 76)
        self.setGeometry((parent.width() - width) // 2, (parent.height() - height) // 2, width,
                         height)  # fmt: skip
        self.setAccessibleName(say("sheet.title"))
        self.raise_()

    def dismiss(self) -> None:
        """Close."""
        self.hide()

    def _columns(self, count: int) -> list[list[tuple[str, list[KeyRow]]]]:
        return _dealt(list(key_rows(instructor=self.instructor).items()), count)

    def mousePressEvent(self, event: object) -> None:
        self.hide()

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        color = self._theme.color
        painter.setPen(QPen(color("dim"), 1))
        painter.setBrush(color("raised"))
        painter.drawRoundedRect(QRectF(self.rect()).adjusted(0.5, 0.5, -0.5, -0.5), 4, 4)
        top = QRectF(28, 14, self.width() - 56, 28)
        used = draw_line(painter, top, say("sheet.title"), color("text"), 16, Weight.DemiBold)
        top.setLeft(top.left() + used + 24)
        draw_line(painter, top, say("sheet.help"), color("muted"), 12, align=Align.AlignRight)
        columns = self._columns(max(1, (self.width() - 40) // _COLUMN_PX))
        for number, column in enumerate(columns):
            self._draw_column(painter, 28 + number * _COLUMN_PX, column)

    def _draw_column(
        self, painter: QPainter, x: float, column: list[tuple[str, list[KeyRow]]]
    ) -> None:
        color = self._theme.color
        y = 52.0
        caps = [text_width(row.keys, 12, Weight.Medium) for _, rows in column for row in rows]
        left = x + max(118.0, max(caps, default=0.0) + 26)
        for group, rows in column:
            head = QRectF(x, y + 6, _COLUMN_PX - 32, _HEAD_PX - 8)
            title = say(f"group.{group}").upper()
            draw_line(painter, head, title, color("muted"), 11, Weight.DemiBold)
            y += _HEAD_PX
            for row in rows:
                wide = text_width(row.keys, 12, Weight.Medium) + 14
                cap = QRectF(x, y + 2, wide, _ROW_PX - 5)
                painter.setPen(QPen(color("line"), 1))
                painter.setBrush(color("surface"))
                painter.drawRoundedRect(cap, 3, 3)
                draw_line(
                    painter, cap, row.keys, color("text"), 12, Weight.Medium, Align.AlignHCenter
                )
                text = QRectF(left, y, x + _COLUMN_PX - 24 - left, _ROW_PX)
                draw_line(painter, text, row.text, color("text"))
                y += _ROW_PX


def _dealt(
    groups: list[tuple[str, list[KeyRow]]], count: int
) -> list[list[tuple[str, list[KeyRow]]]]:
    """The groups dealt to columns in order, each about as tall as the next."""
    total = sum(_HEAD_PX + _ROW_PX * len(rows) for _, rows in groups)
    columns: list[list[tuple[str, list[KeyRow]]]] = [[]]
    tall = 0.0
    for group, rows in groups:
        height = _HEAD_PX + _ROW_PX * len(rows)
        if columns[-1] and tall + height / 2 > total / count and len(columns) < count:
            columns.append([])
            tall = 0.0
        columns[-1].append((group, rows))
        tall += height
    return columns
