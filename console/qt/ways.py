"""Where keys, chips, the palette and the script lead: to a site, a note, a list, a workspace."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QWidget

from console.domain.commands.base import Command
from console.domain.commands.own import StageNext
from console.qt.actions import Actions
from console.qt.looks.header import Chip
from console.qt.looks.palette import Found
from console.qt.panels.alarms import AlarmsView
from console.qt.panels.popover import Popover
from console.qt.session import SessionWorkspace
from console.qt.workspaces import SESSION, Workspaces


class Ways:
    """Brings a workspace to the front and gives the keyboard to what is meant there."""

    def __init__(
        self,
        workspaces: Workspaces,
        session: SessionWorkspace,
        actions: Actions,
        alarms: AlarmsView,
        popover: Popover,
    ) -> None:
        self._workspaces, self._session, self._actions = workspaces, session, actions
        self._alarms, self._popover = alarms, popover

    def point(self, sites: tuple[str, ...]) -> None:
        """To sites on the grid, selected."""
        self._workspaces.show(SESSION)
        self._session.point(sites)

    def find(self) -> None:
        """To the search for a site, or in another workspace for what is listed there."""
        page = self._workspaces.page
        search = page.search() if page is not None else None
        if search is None:
            self._workspaces.show(SESSION)
            self._session.filter_bar.focus_search()
        else:
            search.setFocus(Qt.FocusReason.ShortcutFocusReason)

    def note(self, site: str = "") -> None:
        """To a note in the journal, about a site or about none."""
        self._workspaces.show(SESSION)
        self._session.strip.begin_note(site)

    def alarms(self) -> None:
        """To the list over the window, or to the one that the workspace has anyway."""
        page = self._workspaces.front
        listed = page.alarm_list() if page is not None else None
        if listed is None:
            self._alarms.toggle()
        else:
            listed.setFocus(Qt.FocusReason.ShortcutFocusReason)

    def home(self) -> None:
        """Back to what has the keyboard where nothing else is open."""
        self._workspaces.home().setFocus()

    def explain(self, chip: Chip, button: QWidget) -> None:
        """To a link's health in a few words; the office has a page of its own."""
        if chip.id == "office":
            self._workspaces.show("record")
        else:
            self._popover.explain(chip, button)

    def follow(self, action_id: str, wish: Command) -> None:
        """F9 and F10 point at the site they come to."""
        along = action_id in ("script_back", "script_on")
        if along and isinstance(wish, StageNext) and wish.endpoint:
            self.point((wish.endpoint,))

    def choose(self, entry: Found) -> None:
        """To what the palette found: a site, an action, or an action on a site."""
        if entry.site:
            self.point((entry.site,))
        if entry.action == "note" and entry.site:
            self.note(entry.site)
        elif entry.action:
            self._actions.run(entry.action)
