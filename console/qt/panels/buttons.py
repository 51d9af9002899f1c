"""ActionButton: an action's name at the left, its key at the right; held where it must be."""

from __future__ import annotations

from PySide6.QtCore import QRectF, QSize, Qt, Signal
from PySide6.QtGui import QKeyEvent, QMouseEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import (
    QPushButton,
    QSizePolicy,
    QStyle,
    QStyleOptionButton,
    QStylePainter,
    QWidget,
)

from console.qt.action_table import keys_text
from console.qt.actions import Actions
from console.qt.fonts import BODY_PX
from console.qt.grid.sprites import Weight, text_width
from console.qt.panels.painted import Align, draw_line, fitting_px
from console.qt.theme import Theme
from console.qt.wording import say

_KEY_PX = 11
_LEAST_PX = 12
"""A name that needs more room is written smaller, down to this, before it is cut."""


class ActionButton(QPushButton):
    """One action as a button: named, enabled and explained by its QAction, and by nothing else.

    Signals: `pressed_down` and `let_go` (action id) for actions that are held.
    """

    pressed_down = Signal(str)
    let_go = Signal(str)

    def __init__(
        self,
        actions: Actions,
        theme: Theme,
        action_id: str,
        role: str = "key",
        text_px: int = BODY_PX,
        text: str = "",
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._theme, self._text_px, self._fixed = theme, text_px, text
        self._spec = actions.specs[action_id]
        self._action = actions.of[action_id]
        self._actions = actions
        self.setObjectName(action_id)
        self.setProperty("role", role)
        self._bold = role == "take"
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self._action.changed.connect(self._follow)
        theme.changed.connect(self.update)
        if not self.holds:
            self.clicked.connect(self._action.trigger)
        self._follow()

    @property
    def holds(self) -> bool:
        """Whether holding it does something of its own."""
        return self._spec.hold or self._spec.held is not None

    def set_text(self, text: str) -> None:
        """Another name than the action's: what it would do right now."""
        if text != self._fixed:
            self._fixed = text
            self._follow()

    def _follow(self) -> None:
        self.setEnabled(self._action.isEnabled())
        self.setText(self._fixed or self._action.text())
        self.setToolTip(self._action.toolTip())
        self.setAccessibleName(self._action.text())
        self.setAccessibleDescription(self._action.toolTip())

    def _key(self) -> str:
        return say("key.hold") if self._spec.hold else keys_text(self._spec)

    def sizeHint(self) -> QSize:
        weight = Weight.DemiBold if self._bold else Weight.Normal
        key = text_width(self._key(), _KEY_PX)
        wide = text_width(self.text(), self._text_px, weight) + (key + 10 if key else 0) + 24
        return QSize(int(wide), 44 if self._bold else 32)

    def minimumSizeHint(self) -> QSize:
        return QSize(48, self.sizeHint().height())

    def paintEvent(self, event: QPaintEvent) -> None:
        option = QStyleOptionButton()
        self.initStyleOption(option)
        option.text = ""
        painter = QStylePainter(self)
        painter.drawControl(QStyle.ControlElement.CE_PushButton, option)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        rect = QRectF(self.rect()).adjusted(10, 0, -9, 0)
        down = self._bold and self.isDown()
        able = "on_red" if down else "text"
        color = self._theme.color(able if self.isEnabled() else "dim")
        weight = Weight.DemiBold if self._bold else Weight.Normal
        key = self._key()
        beside = rect.width() - text_width(key, _KEY_PX) - 4
        least_px = min(self._text_px, _LEAST_PX)
        size_px = fitting_px(self.text(), self._text_px, least_px, beside, weight)
        if key and text_width(self.text(), size_px, weight) <= beside:
            dim = self._theme.color("on_red" if down else "dim")
            used = draw_line(painter, rect, key, dim, _KEY_PX, align=Align.AlignRight)
            rect.setWidth(rect.width() - used - 4)
        else:
            size_px = fitting_px(self.text(), self._text_px, least_px, rect.width(), weight)
        draw_line(painter, rect, self.text(), color, size_px, weight)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Enter presses a focused button; the space bar always stages the next."""
        if event.key() == Qt.Key.Key_Return and not event.isAutoRepeat():
            self.pressed_down.emit(self._spec.id) if self.holds else self.click()
            return
        event.ignore()

    def keyReleaseEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Return and not event.isAutoRepeat() and self.holds:
            self.let_go.emit(self._spec.id)
            return
        event.ignore()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        super().mousePressEvent(event)
        if self.holds and event.button() == Qt.MouseButton.LeftButton:
            self.pressed_down.emit(self._spec.id)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        super().mouseReleaseEvent(event)
        if self.holds and event.button() == Qt.MouseButton.LeftButton:
            self.let_go.emit(self._spec.id)
