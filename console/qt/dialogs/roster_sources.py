"""Where a roster is taken from: a file, the office, what is on this machine; and how it is read."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import (
    QComboBox,
    QFileDialog,
    QHBoxLayout,
    QLineEdit,
    QMenu,
    QPushButton,
    QWidget,
)

from console.domain.state import State
from console.domain.table import Table
from console.domain.text import clean_name
from console.qt import RESOURCES
from console.qt.dialogs.roster_keeping import Shelf
from console.qt.dialogs.roster_words import offer_text, usual_domain
from console.qt.dialogs.table_words import table_name
from console.qt.plain import PlainLabel
from console.qt.wording import say

SHIPPED = ("2021", "2025")


def shipped(year: str) -> Path:
    """A roster that comes along with the program."""
    return RESOURCES / "rosters" / f"dak_lak_{year}.csv"


class RosterSources(QWidget):
    """A row of ways to a roster. Signals: `file_chosen` (Path), `offer_chosen` (OfficeRoster),
    `read_otherwise`: another table of the file or another dial domain is wanted."""

    file_chosen = Signal(object)
    offer_chosen = Signal(object)
    read_otherwise = Signal()

    def __init__(self, state: State, shelf: Callable[[], Shelf | None]) -> None:
        super().__init__()
        self.setProperty("role", "panel")
        self._state, self._shelf = state, shelf
        self.choose_button = QPushButton(say("roster.choose"))
        self.office_button = QPushButton(say("roster.office"))
        self.there_button = QPushButton(say("roster.there"))
        self.table = QComboBox()
        self.domain = QLineEdit(usual_domain(state))
        self._build()
        self.refresh()

    def _build(self) -> None:
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(8)
        self.choose_button.clicked.connect(self._ask_file)
        self.choose_button.setDefault(True)
        row.addWidget(self.choose_button)
        for button, fill in (
            (self.office_button, self._list_offers), (self.there_button, self._list_there)
        ):  # fmt: skip
            button.setMenu(QMenu(button))
            button.menu().aboutToShow.connect(fill)
            row.addWidget(button)
        self.table.setAccessibleName(say("files.table"))
        self.table.activated.connect(lambda _: self.read_otherwise.emit())
        self.table.setMaximumWidth(260)
        self.table.hide()
        row.addWidget(self.table)
        row.addStretch(1)
        label = PlainLabel(say("roster.domain"), "muted")
        label.setBuddy(self.domain)
        self.domain.setPlaceholderText(say("roster.domain_hint"))
        self.domain.setToolTip(say("roster.domain_tip"))
        self.domain.setFixedWidth(230)
        self.domain.editingFinished.connect(self.read_otherwise)
        row.addWidget(label)
        row.addWidget(self.domain)

    def refresh(self) -> None:
        """Follow what the office offers."""
        offers = self._state.rosters
        self.office_button.setEnabled(bool(offers))
        self.office_button.setToolTip(say("roster.office_tip" if offers else "roster.office_none"))

    def show_tables(self, tables: Sequence[Table], at: int) -> None:
        """The tables that a file has, if there is a choice."""
        self.table.clear()
        self.table.addItems([table_name(table) for table in tables])
        self.table.setCurrentIndex(at)
        self.table.setVisible(len(tables) > 1)

    def _ask_file(self, _checked: bool = False) -> None:
        ask = QFileDialog(self.window(), say("roster.choose"), "", say("roster.filter"))
        ask.setFileMode(QFileDialog.FileMode.ExistingFile)
        ask.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        ask.fileSelected.connect(lambda name: self.file_chosen.emit(Path(name)))
        ask.open()

    def _list_there(self) -> None:
        """Lists that are on this machine: those of before, and what the program brought along."""
        menu = self.there_button.menu()
        menu.clear()
        shelf = self._shelf()
        for path in shelf.files if shelf is not None else ():
            action = menu.addAction(clean_name(path.name).replace("&", "&&"))
            action.triggered.connect(partial(self._choose, path))
        menu.addSeparator()
        for year in SHIPPED:
            action = menu.addAction(say(f"roster.shipped_{year}"))
            action.triggered.connect(partial(self._choose, shipped(year)))

    def _choose(self, path: Path, _checked: bool = False) -> None:
        self.file_chosen.emit(path)

    def _list_offers(self) -> None:
        menu = self.office_button.menu()
        menu.clear()
        source = self._state.roster_source
        for offer in sorted(self._state.rosters.values(), key=lambda each: each.name):
            action = menu.addAction(offer_text(offer, source))
            action.triggered.connect(lambda _=False, offer=offer: self.offer_chosen.emit(offer))
