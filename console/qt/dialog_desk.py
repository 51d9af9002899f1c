"""What the window opens over itself: the dialogs for devices, rosters, scripts and reports."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Protocol

from PySide6.QtCore import QObject
from PySide6.QtWidgets import QWidget

from console.qt.panels.desk import Desk
from console.qt.seat import Seat
from console.qt.settings import Settings
from console.qt.wording import say

if TYPE_CHECKING:
    from console.core.equipment import Equipment
    from console.core.roster_shelf import Shelved
    from console.qt.dialogs.devices import DevicesDialog, Running
    from console.qt.dialogs.export import ExportDialog, Find, Make
    from console.qt.dialogs.roster import RosterDialog, Shelf
    from console.qt.record.office import OfficeDirectory


class Brief(Protocol):
    """Tells something in passing."""

    def __call__(self, text: str, tone: str = "told") -> None: ...


class DialogDesk(QObject):
    """Each dialog is imported when it is first wanted; there is one of each but the script's.

    `seat` is who sits at the console, `brief` tells something in passing.
    """

    def __init__(
        self,
        desk: Desk,
        window: QWidget,
        settings: Settings,
        seat: Seat,
        brief: Brief,
    ) -> None:
        super().__init__(window)
        self._desk, self._window, self._settings = desk, window, settings
        self._seat, self._brief = seat, brief
        self._shelf: Callable[[], Shelf | None] = lambda: None
        self._yard: tuple[Equipment, Running] | None = None
        self._reports: tuple[Find, Make] | None = None
        self.directory: Callable[[], OfficeDirectory | None] = lambda: None
        """What the office gave; replaced once there is a tie to it."""
        self.devices: DevicesDialog | None = None
        self.export: ExportDialog | None = None
        self.roster: RosterDialog | None = None
        desk.actions.serve(
            {
                "load_roster": self._load_roster,
                "devices": self.show_devices,
                "export": self.show_export,
                "paste_script": self._paste_script,
            }
        )

    # -- what the program gives ----------------------------------------------------------------

    def equip(self, equipment: Equipment, running: Running) -> None:
        """The devices that can be looked at and changed from now on."""
        self._yard = (equipment, running)

    def set_shelf(self, shelf: Callable[[], Shelf | None]) -> None:
        """Where rosters are kept for the next start, from now on; None where none are."""
        self._shelf = shelf

    def set_reports(self, find: Find, make: Make) -> None:
        """Who knows the store's sessions, and who makes a report on one, from now on."""
        self._reports = (find, make)

    def tell_shelved(self, outcomes: Sequence[Shelved]) -> None:
        """What came of keeping a roster for the next start."""
        from console.qt.dialogs.roster_words import shelved_words

        for outcome in outcomes:
            self._brief(*shelved_words(outcome))

    # -- opening -------------------------------------------------------------------------------

    def show_devices(self) -> None:
        """The devices' dialog; none over a console that nobody sits at."""
        from console.qt.dialogs.devices import DevicesDialog

        if self._seat.closed:
            return
        if self._yard is None:
            self._brief(say("devices.not_yet"))
            return
        if self.devices is None:
            self.devices = DevicesDialog(self._desk, *self._yard, self._window, self._seat.people)
            self.devices.ended.connect(self._forget_devices)
            self.devices.show()
        self.devices.activateWindow()

    def show_export(self, session: str = "") -> None:
        """The dialog that exports a report, on a session that is chosen."""
        from console.qt.dialogs.export import ExportDialog

        if self._reports is None:
            self._brief(say("export.not_yet"))
            return
        if self.export is None:
            self.export = ExportDialog(
                self._desk, self._settings, *self._reports, self._window, session=session
            )
            self.export.ended.connect(self._forget_export)
            self.export.show()
        self.export.activateWindow()

    def _load_roster(self) -> None:
        from console.qt.dialogs.roster import RosterDialog

        if self.roster is None:
            self.roster = RosterDialog(self._desk, self._window, self.directory, self._shelf)
            self.roster.finished.connect(self._forget_roster)
            self.roster.show()
        self.roster.activateWindow()

    def _paste_script(self) -> None:
        from console.qt.dialogs.script import ScriptDialog

        ScriptDialog(self._desk, self._window).show()

    def _forget_devices(self) -> None:
        self.devices = None

    def _forget_export(self) -> None:
        self.export = None

    def _forget_roster(self, _result: int = 0) -> None:
        self.roster = None

    # -- what happens beside -------------------------------------------------------------------

    def refresh(self, touched: frozenset[str] | set[str]) -> None:
        """Show anew what is open and concerned."""
        if self.devices is not None and "device" in touched:
            self.devices.refresh()
        if self.export is not None and "session" in touched:
            self.export.refresh()
        if self.roster is not None and "list" in touched:
            self.roster.refresh()

    def offers_report(self) -> bool:
        """Whether a report could be made."""
        return self._reports is not None

    def end(self) -> None:
        """The window closes."""
        if self.export is not None:
            self.export.end()
