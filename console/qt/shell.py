"""The shell: the top-level window, which shows the grid at once and the whole console soon after.

It imports nothing but what the first picture needs, so that the sites stand on the screen while
the rest is still being loaded.
"""

from __future__ import annotations

from typing import Protocol

from PySide6.QtCore import QEvent, QObject, Qt, Signal
from PySide6.QtGui import QCloseEvent
from PySide6.QtWidgets import QHBoxLayout, QStackedLayout, QVBoxLayout, QWidget

from console.domain.state import State
from console.qt.grid.density import Density
from console.qt.grid.model import SiteGridModel
from console.qt.grid.view import SiteGridView
from console.qt.settings import Settings
from console.qt.theme import Theme

_WIDE_PX = 1600
_HEAD_PX, _FILTER_PX, _FOOT_PX = 82, 46, 92


class Content(Protocol):
    """What fills the shell once it is loaded."""

    def may_close(self) -> bool:
        """Whether the window may go now; where not, the asking is passed on."""
        ...


class Shell(QWidget):
    """The program's one top-level window.

    Signals: `painted` once, after its first paint.
    """

    painted = Signal()

    def __init__(self, state: State, theme: Theme, settings: Settings) -> None:
        super().__init__()
        self.setWindowTitle("HNTH Console")
        self.setMinimumSize(1024, 640)
        self._content: Content | None = None
        self._pages = QStackedLayout(self)
        self._pages.setContentsMargins(0, 0, 0, 0)
        self._first = self._first_page(state, theme, settings)
        self._pages.addWidget(self._first)
        self._first.installEventFilter(self)
        self._place(settings)

    def _first_page(self, state: State, theme: Theme, settings: Settings) -> QWidget:
        """The grid where it is going to stand, and calm surfaces where the rest will be."""
        page = QWidget()
        self._model = SiteGridModel(state)
        self._grid = SiteGridView(self._model, theme)
        self._grid.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self._grid.set_density(Density.__members__.get(settings.now.density, Density.S))
        self._rail, self._aside, head, foot = (_surface() for _ in range(4))
        head.setFixedHeight(_HEAD_PX)
        foot.setFixedHeight(_FOOT_PX)
        middle = QVBoxLayout()
        middle.setContentsMargins(0, 0, 0, 0)
        middle.setSpacing(0)
        beside = QHBoxLayout()
        beside.setContentsMargins(15, _FILTER_PX, 0, 0)
        beside.addWidget(self._grid)
        middle.addLayout(beside, 1)
        middle.addWidget(foot)
        row = QHBoxLayout()
        row.setSpacing(0)
        row.addWidget(self._rail)
        row.addLayout(middle, 1)
        row.addWidget(self._aside)
        column = QVBoxLayout(page)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(head)
        column.addLayout(row, 1)
        return page

    def _place(self, settings: Settings) -> None:
        screen = self.screen().availableGeometry()
        if settings.now.geometry:
            self.setGeometry(*settings.now.geometry)
            if not screen.intersects(self.geometry()):
                self.move(screen.topLeft())
        else:
            self.resize(min(1920, screen.width()), min(1080, screen.height()))
        wide = self.width() >= _WIDE_PX
        folded = not wide if settings.now.folded is None else settings.now.folded
        self._rail.setFixedWidth(273 if wide else 249)
        self._aside.setFixedWidth(33 if folded else 321)

    def fill(self, content: QWidget, closing: Content) -> None:
        """Show the whole console; the first page is no longer needed."""
        self._content = closing
        self._pages.addWidget(content)
        self._pages.setCurrentWidget(content)
        self._pages.removeWidget(self._first)
        self._first.deleteLater()
        content.setFocus()

    # -- Qt ------------------------------------------------------------------------------------

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.Paint and watched is self._first:
            watched.removeEventFilter(self)
            self.painted.emit()
        return False

    def closeEvent(self, event: QCloseEvent) -> None:
        """The operator wants to leave: the content decides when."""
        if self._content is None or self._content.may_close():
            super().closeEvent(event)
        else:
            event.ignore()


def _surface() -> QWidget:
    surface = QWidget()
    surface.setProperty("role", "panel")
    surface.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
    return surface
