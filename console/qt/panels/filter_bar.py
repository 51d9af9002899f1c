"""The bar over the grid: search, filter chips with counts, density, and what the keys do now."""

from __future__ import annotations

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QKeyEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import (
    QButtonGroup,
    QHBoxLayout,
    QLineEdit,
    QPushButton,
    QSizePolicy,
    QToolButton,
    QWidget,
)

from console.qt.fonts import BODY_PX
from console.qt.grid.density import Density
from console.qt.grid.filters import Filter
from console.qt.grid.model import SiteGridModel
from console.qt.grid.sprites import Weight, text_width
from console.qt.panels.painted import Align, TextLine, draw_line
from console.qt.place import FILTERS_PX
from console.qt.theme import Theme
from console.qt.wording import say, wording

_ALWAYS = (Filter.ALL, Filter.LOST, Filter.MIC, Filter.FAILED, Filter.SPEAKING)


class SearchField(QLineEdit):
    """Find something by name, no diacritics needed. Signals: `left` (Esc), `entered` (Enter)."""

    left = Signal()
    entered = Signal()
    key = "/"
    """The key that leads to it, "" for none."""

    def keyPressEvent(self, event: QKeyEvent) -> None:
        match event.key():
            case Qt.Key.Key_Escape:
                self.left.emit()
            case Qt.Key.Key_Return | Qt.Key.Key_Enter | Qt.Key.Key_Down:
                self.entered.emit()
            case _:
                super().keyPressEvent(event)

    def paintEvent(self, event: QPaintEvent) -> None:
        super().paintEvent(event)
        if not self.text() and not self.hasFocus():
            painter = QPainter(self)
            rect = self.rect().adjusted(0, 0, -12, 0).toRectF()
            draw_line(painter, rect, self.key, self.palette().placeholderText().color(), 12,
                      align=Align.AlignRight)  # fmt: skip


class FilterChip(QPushButton):
    """One filter with how many sites it matches; the count in bold, figures of one width."""

    def __init__(self, theme: Theme, which: Filter, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self.which = which
        self.count = -1
        self.setCheckable(True)
        self.setProperty("role", "chip")
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        theme.changed.connect(self.update)

    def show_count(self, count: int) -> None:
        """Show a count, in the language in use."""
        self.count = count
        text = say(self.which.key)
        self.setAccessibleName(f"{text} {count}")
        self.setText(f"{text}  {count}")
        self.updateGeometry()

    def sizeHint(self) -> QSize:
        label = text_width(say(self.which.key), BODY_PX)
        digits = max(2, len(str(self.count)))
        count = text_width("0" * digits, BODY_PX, Weight.DemiBold)
        return QSize(int(label + count) + 32, 28)

    minimumSizeHint = sizeHint

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        color = self._theme.color
        on, focused = self.isChecked(), self.hasFocus()
        edge = "accent" if on or focused else "line"
        pen_px = 2.0 if focused else 1.0
        rect = self.rect().toRectF().adjusted(pen_px / 2, pen_px / 2, -pen_px / 2, -pen_px / 2)
        pen = painter.pen()
        pen.setColor(color(edge))
        pen.setWidthF(pen_px)
        painter.setPen(pen)
        ground = "sel" if on else ("hover" if self.underMouse() else "bg")
        painter.setBrush(color(ground))
        painter.drawRoundedRect(rect, rect.height() / 2, rect.height() / 2)
        inner = rect.adjusted(12, 0, -11, 0)
        known = self.count > 0 or on
        used = draw_line(painter, inner, say(self.which.key), color("text" if known else "muted"))
        inner.setLeft(inner.left() + used + 7)
        role = "text" if known else "dim"
        draw_line(painter, inner, str(max(0, self.count)), color(role), weight=Weight.DemiBold)


class FilterBar(QWidget):
    """Search and filters. Signals: `filtered` (Filter, search text), `density_wanted`,
    `left` (back to the grid), `entered` (to the first match)."""

    filtered = Signal(object, str)
    density_wanted = Signal(object)
    left = Signal()
    entered = Signal()

    def __init__(self, model: SiteGridModel, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._model = model
        self.search = SearchField()
        self.search.setClearButtonEnabled(False)
        self.search.setFixedWidth(190)
        self.search.textChanged.connect(self._changed)
        self.search.left.connect(self._leave)
        self.search.entered.connect(self.entered)
        self.chips = [FilterChip(theme, which) for which in Filter]
        self._group = QButtonGroup(self)
        self._group.setExclusive(True)
        self.setFixedHeight(FILTERS_PX)
        row = QHBoxLayout(self)
        row.setContentsMargins(16, 0, 12, 0)
        row.setSpacing(8)
        row.addWidget(self.search)
        for chip in self.chips:
            self._group.addButton(chip)
            chip.clicked.connect(self._changed)
            row.addWidget(chip)
        self.chips[0].setChecked(True)
        row.addStretch(1)
        self._size = TextLine(theme, "muted", 12, hug=True)
        row.addWidget(self._size)
        self.densities: dict[Density, QToolButton] = {}
        sizes = QHBoxLayout()
        sizes.setSpacing(0)
        for density in Density:
            button = QToolButton()
            button.setText(density.value)
            button.setCheckable(True)
            button.setProperty("role", "flat")
            button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
            button.clicked.connect(lambda _=False, d=density: self.density_wanted.emit(d))
            self.densities[density] = button
            sizes.addWidget(button)
        row.addLayout(sizes)
        wording.changed.connect(self.retell)
        self.retell()

    @property
    def which(self) -> Filter:
        """The filter that is on."""
        return next((c.which for c in self.chips if c.isChecked()), Filter.ALL)

    def retell(self) -> None:
        """Say everything anew."""
        self.search.setPlaceholderText(say("filter.search"))
        self.search.setAccessibleName(say("filter.search"))
        self._size.say(say("filter.density"))
        for density, button in self.densities.items():
            button.setToolTip(say("filter.density_tip", name=density.value))
            button.setAccessibleName(say("filter.density_tip", name=density.value))
        for chip in self.chips:
            chip.show_count(self._model.count(chip.which))
        self._fit()

    def refresh(self) -> None:
        """Show how many sites each filter matches; rare filters show only while they match."""
        counts = [(chip, self._model.count(chip.which)) for chip in self.chips]
        others = [(chip, count) for chip, count in counts if count != chip.count]
        for chip, count in others:
            chip.show_count(count)
        if others:
            self._fit()

    def _fit(self) -> None:
        """Show the usual filters, and those that match something as far as there is room."""
        room = self.width() - 190 - 16 * 2 - 190
        used = 0
        ordered = sorted(self.chips, key=lambda c: (c.which not in _ALWAYS, c.count <= 0))
        wanted: set[Filter] = set()
        for chip in ordered:
            needed = chip.which in _ALWAYS or chip.count > 0 or chip.isChecked()
            width = chip.sizeHint().width() + 8
            if needed and (used + width <= room or chip.which is Filter.ALL or chip.isChecked()):
                wanted.add(chip.which)
                used += width
        for chip in self.chips:
            chip.setVisible(chip.which in wanted)

    def resizeEvent(self, event: object) -> None:
        self._fit()

    def show_density(self, shown: Density, asked: Density) -> None:
        """Mark the density that is shown; it may be smaller than the one asked for."""
        for density, button in self.densities.items():
            button.setChecked(density is shown)
        if shown is not asked:
            self.densities[shown].setToolTip(say("filter.density_auto", name=shown.value))

    def focus_search(self) -> None:
        """Begin to search."""
        self.search.setFocus(Qt.FocusReason.ShortcutFocusReason)
        self.search.selectAll()

    def clear(self) -> None:
        """Show every site again."""
        self.search.clear()
        self.chips[0].setChecked(True)
        self._changed()

    @property
    def filtering(self) -> bool:
        """Whether some sites may be left out."""
        return bool(self.search.text().strip()) or self.which is not Filter.ALL

    def _changed(self) -> None:
        self._fit()
        self.filtered.emit(self.which, self.search.text())

    def _leave(self) -> None:
        self.search.clear()
        self.left.emit()
