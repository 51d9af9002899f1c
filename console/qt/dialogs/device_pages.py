"""The devices' dialog beside its list: one device in full, or the form that describes it."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QScrollArea, QStackedWidget, QWidget


class DevicePages(QStackedWidget):
    """Card and form, each as long as it needs to be; the form lies over the card."""

    def __init__(self, card: QWidget, form: QWidget) -> None:
        super().__init__()
        for page in (card, form):
            self.addWidget(_scrolled(page))

    @property
    def editing(self) -> bool:
        """Whether the form is open."""
        return self.currentIndex() == 1

    def show_form(self, *, shown: bool) -> None:
        """Open the form, or close it."""
        self.setCurrentIndex(1 if shown else 0)


def _scrolled(page: QWidget) -> QScrollArea:
    """A page that may be longer than the dialog is high."""
    area = QScrollArea()
    area.setWidgetResizable(True)
    area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
    area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
    for widget in (area.viewport(), page):
        widget.setProperty("role", "panel")
    page.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
    area.setWidget(page)
    return area
