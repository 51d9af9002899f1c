"""SiteGridView: the table that paints its viewport in one pass and keeps the rest of a table."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from PySide6.QtCore import (
    QEvent,
    QItemSelection,
    QItemSelectionModel,
    QModelIndex,
    QPoint,
    QPointF,
    QRect,
    QRectF,
    QSize,
    QSizeF,
    Qt,
    QTimer,
    Signal,
)
from PySide6.QtGui import (
    QAccessible,
    QContextMenuEvent,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QResizeEvent,
)
from PySide6.QtWidgets import QAbstractItemView, QHeaderView, QRubberBand, QTableView, QWidget

from console.qt.fonts import font
from console.qt.grid.arrange import MARGIN, Place
from console.qt.grid.canvas import GridCanvas
from console.qt.grid.cursor import step
from console.qt.grid.density import Density
from console.qt.grid.look import Site
from console.qt.grid.model import SITE_ROLE, SiteGridModel
from console.qt.grid.shapes import RING_PX
from console.qt.grid.sprites import Sprites
from console.qt.theme import Theme
from console.qt.wording import say, wording

Select = QItemSelectionModel.SelectionFlag
AHEAD_S = 0.001
"""So long at a time what will be needed is drawn, between two pictures."""


class SiteGridView(QTableView):
    """The grid of sites.

    Signals: `sites_selected` (tuple of sites in grid order), `site_activated` (double click or
    Enter), `menu_wanted` (site under the mouse, global position), `density_changed` (the density
    shown, which is smaller than the one asked for where the grid would not fit).
    """

    sites_selected = Signal(object)
    site_activated = Signal(str)
    menu_wanted = Signal(str, QPoint)
    density_changed = Signal(object)

    def __init__(self, model: SiteGridModel, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("siteGrid")
        self.setAccessibleName(say("grid.name"))
        self._model = model
        self._theme = theme
        self._asked = Density.S
        self._canvas = GridCanvas(model, theme, Sprites(theme, self.devicePixelRatioF()))
        self._pause = QTimer(self)
        self._pause.setSingleShot(True)
        self._pause.timeout.connect(self._draw_ahead)
        self._lefts: list[int] = []
        self._tops: list[int] = []
        self._names: list[list[Site]] = []
        self._band: QRubberBand | None = None
        self._pressed = QPoint()
        self._be_a_grid()
        self.setModel(model)
        self.selectionModel().selectionChanged.connect(self._note_selection)
        model.looks_changed.connect(self._note_looks)
        model.matches_changed.connect(self._rearrange)
        theme.changed.connect(self._redraw)
        wording.changed.connect(self._reword)

    def _be_a_grid(self) -> None:
        for header in (self.horizontalHeader(), self.verticalHeader()):
            header.hide()
            header.setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
            header.setMinimumSectionSize(1)
        self.setShowGrid(False)
        self.setCornerButtonEnabled(False)
        self.setSelectionMode(QAbstractItemView.SelectionMode.ExtendedSelection)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setHorizontalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setTabKeyNavigation(False)
        self.setAutoScroll(False)
        self.setFrameShape(QTableView.Shape.NoFrame)
        self.viewport().setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)
        self.viewport().setMouseTracking(False)

    # -- what the window asks ------------------------------------------------------------------

    @property
    def density(self) -> Density:
        """The density that is shown."""
        return self._model.arrangement.density

    def set_density(self, density: Density) -> None:
        """Ask for a density; S falls to XS by itself where it does not fit."""
        self._asked = density
        self._rearrange()

    def selected_sites(self) -> tuple[str, ...]:
        """The selected sites in grid order."""
        return tuple(s for s in self._model.looks if s in self._canvas.selected)

    def current_site(self) -> str:
        """The site under the keyboard cursor, "" if none."""
        return self.currentIndex().data(SITE_ROLE) or ""

    def select_sites(self, sites: Iterable[str], current: str = "") -> None:
        """Select these sites and no others, and put the cursor on `current` or the first."""
        chosen = [s for s in sites if self._model.index_of(s).isValid()]
        selection = QItemSelection()
        for site in chosen:
            index = self._model.index_of(site)
            selection.select(index, index)
        self.selectionModel().select(selection, Select.ClearAndSelect)
        target = self._model.index_of(current or next(iter(chosen), ""))
        if target.isValid():
            self.selectionModel().setCurrentIndex(target, Select.NoUpdate)
            self.scrollTo(target)

    def jump_to_code(self, code: str) -> bool:
        """Select the site with this code, or the first whose code begins so; whether there is
        one."""
        site = self._model.by_code(code)
        if site:
            self.select_sites([site])
            self.setFocus(Qt.FocusReason.ShortcutFocusReason)
        return bool(site)

    def rect_of(self, site: str) -> QRect:
        """Where a site's tile is, in the viewport's pixels; empty while it is not shown."""
        index = self._model.index_of(site)
        if not index.isValid():
            return QRect()
        made = self._model.arrangement
        left, top = self._lefts[index.column()], self._tops[index.row()]
        corner = QPoint(left, top - self.verticalScrollBar().value())
        return QRect(corner, QSize(made.cell_width(index.column()), made.measures.height))

    # -- arranging -----------------------------------------------------------------------------

    def _rearrange(self) -> None:
        size = self.contentsRect().size()  # unlike the viewport, the same with a scroll bar
        if size.width() < 60 or size.height() < 24:
            return
        before = self._model.arrangement.density
        kept, current = self.selected_sites(), self.current_site()
        moved = self._model.arrange(size.width(), size.height(), self._asked)
        policy = Qt.ScrollBarPolicy
        fits = self._model.arrangement.fits
        self.setVerticalScrollBarPolicy(
            policy.ScrollBarAlwaysOff if fits else policy.ScrollBarAlwaysOn
        )
        if moved:
            self._lay_out()
        if self._named() or moved:
            self._paint_anew(self._canvas.sprites)
        if moved:
            self.select_sites(kept, current)
        self._repaint_all()
        if self._model.arrangement.density is not before:
            self.density_changed.emit(self._model.arrangement.density)

    def _lay_out(self) -> None:
        made = self._model.arrangement
        self._lefts, self._tops = list(made.lefts), list(made.tops)
        columns, rows = self.horizontalHeader(), self.verticalHeader()
        self._split(columns, self._lefts, made.width + MARGIN)
        self._split(rows, self._tops, made.height + MARGIN)
        step_px = made.measures.height + made.measures.row_gap
        self.verticalScrollBar().setSingleStep(step_px)

    @staticmethod
    def _split(header: QHeaderView, starts: list[int], end: int) -> None:
        """Cut a header so that every section holds a tile and the gap behind it."""
        edges = [0, *starts[1:], end]
        for section in range(header.count()):
            header.resizeSection(section, edges[section + 1] - edges[section])

    def _named(self) -> bool:
        """Take the sites' names by group; whether any is another than before."""
        looks = self._model.looks
        before = self._names
        self._names = [
            [looks[s].site for s in (group.lead, *group.sites) if s in looks]
            for group in self._model.groups
        ]
        return self._names != before

    def _paint_anew(self, sprites: Sprites) -> None:
        self._canvas.paint_anew(sprites, self._names)

    def _redraw(self) -> None:
        self._canvas.tiles.clear()
        self._repaint_all()

    def _repaint_all(self) -> None:
        self._canvas.all_dirty = True
        self.viewport().update()

    def _note_looks(self, sites: list[str], levels: list[str], places: list[Place]) -> None:
        """These look different now."""
        self._canvas.dirty.update(sites)
        self._canvas.louder.update(levels)
        region = self._canvas.region(places)
        self.viewport().update(region.translated(0, -self.verticalScrollBar().value()))

    def dataChanged(
        self,
        topLeft: QModelIndex,  # noqa: N803 - Qt's own signature
        bottomRight: QModelIndex,  # noqa: N803
        roles: Sequence[int] = (),
    ) -> None:
        """Let Qt tell those who read the screen aloud. It would also repaint the whole block of
        cells, of which `_note_looks` asks for what has changed."""
        if QAccessible.isActive():
            super().dataChanged(topLeft, bottomRight, roles)

    def _reword(self) -> None:
        self.setAccessibleName(say("grid.name"))
        self._model.reword()
        self._redraw()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._rearrange()

    def event(self, event: QEvent) -> bool:
        if event.type() == QEvent.Type.DevicePixelRatioChange:
            self._paint_anew(Sprites(self._theme, self.devicePixelRatioF()))
            self._repaint_all()
        return super().event(event)

    def scrollContentsBy(self, dx: int, dy: int) -> None:
        super().scrollContentsBy(dx, dy)
        self._repaint_all()

    # -- painting ------------------------------------------------------------------------------

    def paintEvent(self, event: QPaintEvent) -> None:
        """Bring the canvas up to date, copy what is asked for, and draw the cursor over it."""
        painter = QPainter(self.viewport())
        if not self._model.cells():
            self._paint_empty(painter)
            return
        canvas = self._canvas.up_to_date(self.viewport().size(), self.verticalScrollBar().value())
        ratio = self._canvas.sprites.ratio
        if ratio != 1.0:
            painter.scale(1 / ratio, 1 / ratio)
        painter.setCompositionMode(QPainter.CompositionMode.CompositionMode_Source)
        # piece by piece: what goes through a whole region at once, Qt hands to other threads and
        # waits for them
        for rect in event.region():  # pyright: ignore[reportGeneralTypeIssues]
            piece = rect if ratio == 1.0 else _enlarged(rect, ratio)
            painter.drawPixmap(piece.topLeft(), canvas, piece)
        painter.setCompositionMode(QPainter.CompositionMode.CompositionMode_SourceOver)
        self._paint_cursor(painter)
        painter.end()
        if self._canvas.tiles.written.waiting:
            self._pause.start(0)

    def _draw_ahead(self) -> None:
        """Nothing else is to be done: draw some of what will be needed."""
        written = self._canvas.tiles.written
        written.draw_ahead(AHEAD_S)
        if written.waiting:
            self._pause.start(0)

    def _paint_cursor(self, painter: QPainter) -> None:
        rect = self.rect_of(self.current_site())
        if not self.hasFocus() or rect.isEmpty():
            return
        ratio = self._canvas.sprites.ratio
        ring = self._canvas.tiles.ring(lead=self.currentIndex().column() == 0)
        out = round(RING_PX * ratio)
        painter.drawPixmap(round(rect.x() * ratio) - out, round(rect.y() * ratio) - out, ring)

    def _paint_empty(self, painter: QPainter) -> None:
        painter.fillRect(self.viewport().rect(), self._theme.color("bg"))
        painter.setPen(self._theme.color("muted"))
        painter.setFont(font(14))
        nobody = "grid.nothing_matches" if self._model.looks else "grid.empty"
        flags = Qt.AlignmentFlag.AlignCenter | Qt.TextFlag.TextWordWrap
        painter.drawText(self.viewport().rect().adjusted(24, 24, -24, -24), flags, say(nobody))
        painter.end()

    # -- selecting -----------------------------------------------------------------------------

    def _note_selection(self, *_: object) -> None:
        selected: set[str] = set()
        spans = self.selectionModel().selection()
        for span in spans:  # pyright: ignore[reportGeneralTypeIssues]
            for row in range(span.top(), span.bottom() + 1):
                for column in range(span.left(), span.right() + 1):
                    selected.add(self._model.site_at(row, column))
        selected.discard("")
        if selected != self._canvas.selected:
            self._canvas.dirty |= self._canvas.selected ^ selected
            self._canvas.selected = frozenset(selected)
            self.viewport().update()
            self.sites_selected.emit(self.selected_sites())

    def currentChanged(self, current: QModelIndex, previous: QModelIndex) -> None:
        """Repaint where the cursor's ring was and where it is: it reaches into the gaps."""
        super().currentChanged(current, previous)
        for index in (current, previous):
            rect = self.rect_of(index.data(SITE_ROLE) or "")
            if not rect.isEmpty():
                self.viewport().update(rect.adjusted(-RING_PX, -RING_PX, RING_PX, RING_PX))

    def indexAt(self, pos: QPoint) -> QModelIndex:
        """The cell under a point; nothing in gaps and empty cells, where a rubber band starts."""
        index = super().indexAt(pos)
        if not self._model.site_at(index.row(), index.column()):
            return QModelIndex()
        return index

    def setSelection(self, rect: QRect, command: QItemSelectionModel.SelectionFlag) -> None:
        """Select every tile that a rectangle touches."""
        rect = rect.normalized()
        scrolled = self.verticalScrollBar().value()
        top, bottom = rect.top() + scrolled, rect.bottom() + scrolled
        selection = QItemSelection()
        made = self._model.arrangement
        for row, line in enumerate(self._model.cells()):
            if self._tops[row] > bottom or self._tops[row] + made.measures.height < top:
                continue
            for column, site in enumerate(line):
                left = self._lefts[column]
                right = left + made.cell_width(column)
                if site and left <= rect.right() and right >= rect.left():
                    index = self._model.index_of(site)
                    selection.select(index, index)
        self.selectionModel().select(selection, command)

    def selectAll(self) -> None:
        """Select every site that matches the filter."""
        self.select_sites(
            [s for s in self._model.looks if s in self._model.matches], self.current_site()
        )

    def moveCursor(
        self, action: QAbstractItemView.CursorAction, modifiers: Qt.KeyboardModifier
    ) -> QModelIndex:
        """Move by what the eye sees: see `cursor.step`; with Ctrl, Home and End go all the way."""
        index = self.currentIndex()
        at = (index.row(), index.column()) if index.isValid() else None
        cells = self._model.cells()
        if modifiers & Qt.KeyboardModifier.ControlModifier and at is not None:
            filled = [(r, c) for r, row in enumerate(cells) for c, site in enumerate(row) if site]
            if action == QAbstractItemView.CursorAction.MoveHome and filled:
                return self._model.index(*filled[0])
            if action == QAbstractItemView.CursorAction.MoveEnd and filled:
                return self._model.index(*filled[-1])
        to = step(cells, at, action)
        return self._model.index(*to) if to else QModelIndex()

    def keyboardSearch(self, search: str) -> None:
        """Letters are commands of the window, not a search."""

    # -- mouse and keys ------------------------------------------------------------------------

    def mousePressEvent(self, event: QMouseEvent) -> None:
        self._pressed = event.position().toPoint()
        super().mousePressEvent(event)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        super().mouseMoveEvent(event)
        if self.state() == QAbstractItemView.State.DragSelectingState:
            if self._band is None:
                self._band = QRubberBand(QRubberBand.Shape.Rectangle, self.viewport())
            self._band.setGeometry(QRect(self._pressed, event.position().toPoint()).normalized())
            self._band.show()

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        super().mouseReleaseEvent(event)
        if self._band is not None:
            self._band.hide()

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        site = self.indexAt(event.position().toPoint()).data(SITE_ROLE)
        if site:
            self.site_activated.emit(site)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and self.current_site():
            self.site_activated.emit(self.current_site())
            return
        super().keyPressEvent(event)

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        """The menu is the window's: the site under the mouse, or the cursor's for the menu key."""
        if event.reason() == QContextMenuEvent.Reason.Mouse:
            site = self.indexAt(event.pos()).data(SITE_ROLE) or ""
            if site and site not in self._canvas.selected:
                self.select_sites([site])
        else:
            site = self.current_site()
        self.menu_wanted.emit(site, event.globalPos())


def _enlarged(rect: QRect, ratio: float) -> QRect:
    """A rectangle in device pixels, those included that it has only a part of."""
    corner, size = QPointF(rect.topLeft()) * ratio, QSizeF(rect.size()) * ratio
    return QRectF(corner, size).toAlignedRect()
