"""A workspace beside the session, as the window sees it."""

from __future__ import annotations

from PySide6.QtWidgets import QWidget

from console.domain.state import Key
from console.qt.panels.desk import Touched


class Page(QWidget):
    """A page of the window. Refreshed while it is shown; whoever shows it calls `show_all`."""

    def refresh(self, keys: set[Key], touched: Touched, now_us: int) -> None:
        """Show what was touched."""
        raise NotImplementedError

    def show_all(self) -> None:
        """Show everything anew."""
        raise NotImplementedError

    def home(self) -> QWidget:
        """Who has the keyboard when nobody else wants it."""
        return self

    def panes(self) -> list[QWidget]:
        """Where F6 goes, in turn."""
        raise NotImplementedError

    def clear(self) -> bool:
        """Show again what searches and choices left out; whether there was anything."""
        return False

    def search(self) -> QWidget | None:
        """The field in which one searches here, if there is any."""
        return None

    def end(self) -> None:
        """The program leaves: let go of what runs."""

    def alarm_list(self) -> QWidget | None:
        """The list of alarms that the page has anyway, if it has one."""
        return None
