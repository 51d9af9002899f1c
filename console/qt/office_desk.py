"""What the window does about the office: its chip, its page, its dialogs, its actions."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QStandardPaths, Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QFileDialog, QWidget

from console.domain.event import Event
from console.domain.facts import RosterTold
from console.domain.problem import Problem, Refused
from console.domain.text import clean_name
from console.qt.clock import FrameClock
from console.qt.dialogs.background import Background
from console.qt.office_state import OfficeState
from console.qt.panels.toast import Offer
from console.qt.record.text import state_text
from console.qt.wording import clock, date, say, say_problem

if TYPE_CHECKING:
    from console.qt.dialogs.conflicts import ConflictsDialog
    from console.qt.dialogs.contact import ContactDialog
    from console.qt.dialogs.enrol import EnrolDialog
    from console.qt.dialogs.export import Find
    from console.qt.dialogs.plans import PlansDialog
    from console.qt.interior import Interior
    from console.qt.record.office import Office
    from console.qt.record.workspace import RecordWorkspace

_ACTIONS = ("sync_now", "conflicts", "plans", "enrol", "copy_sync", "save_sync", "leave_office")


class OfficeDesk(QObject):
    """Made when the store is open, or when the record page is shown before that."""

    def __init__(self, inside: Interior, frame: FrameClock | None) -> None:
        super().__init__(inside)
        self._inside, self._frame = inside, frame
        self._background = Background(self)
        self.state = OfficeState(self)
        self.page: RecordWorkspace | None = None
        self.enrol_dialog: EnrolDialog | None = None
        self.conflicts_dialog: ConflictsDialog | None = None
        self.contact_dialog: ContactDialog | None = None
        self.plans_dialog: PlansDialog | None = None
        self._find: Find | None = None
        self.furnished = 0
        """Lists up to this version were there when the office was made, and are no news: 1 for a
        training run's own office, 0 for any other."""
        actions = inside.actions
        actions.serve(
            {
                "sync_now": self._hurry,
                "conflicts": self.show_conflicts,
                "edit_contact": self.show_contact,
                "plans": self.show_plans,
                "enrol": self.show_enrol,
                "copy_sync": self._copy,
                "save_sync": self._ask_where,
                "leave_office": self._leave,
            }
        )
        actions.limit({name: partial(self.state.why_not, name) for name in _ACTIONS})
        actions.limit({"edit_contact": self._why_no_contact})
        inside.holding.own_text = self._held
        inside.header.office = self.state.chip
        inside.dialogs.directory = lambda: (
            self.state.office.directory if self.state.office else None
        )
        self.state.tied.connect(actions.retell)
        self.state.disputed.connect(self._disputed)
        actions.retell()

    @property
    def _window(self) -> QWidget:
        window = self._inside.parent()
        assert isinstance(window, QWidget)
        return window

    # -- what the window asks ------------------------------------------------------------------

    def take(self, office: Office) -> None:
        """The tie to the office, from now on."""
        self.state.take(office, self._inside.desk.clock.now_us())
        self._inside.header.retell()

    def look(self, now_us: int) -> None:
        """Once a second: see how it is."""
        before = self.state.changes
        self.state.look(now_us)
        if self.state.changes != before:
            self._inside.actions.retell()

    def make_page(self) -> RecordWorkspace:
        """The page, imported and built when it is first shown."""
        from console.qt.record.workspace import RecordWorkspace

        page = self.page = RecordWorkspace(self._inside.desk, self.state, self._frame)
        page.sessions.find = self._find
        page.decide.connect(self._decide)
        page.report.connect(self._inside.dialogs.show_export)
        page.pressed_down.connect(self._inside.holding.begin)
        page.let_go.connect(self._inside.holding.end)
        return page

    def _decide(self, proposal: str) -> None:
        """A line of the page's list: the same as the action, about that one."""
        actions = self._inside.actions
        problem = actions.why("conflicts")
        if problem is not None:
            actions.refused.emit("conflicts", problem, ())
        else:
            self.show_conflicts(proposal)

    def put_away(self) -> None:
        """The console closes: nothing half done stays open, and no code stays in sight."""
        for dialog in (self.enrol_dialog, self.conflicts_dialog):
            if dialog is not None:
                dialog.close()

    def set_find(self, find: Find) -> None:
        """Who knows the store's sessions."""
        self._find = find
        if self.page is not None:
            self.page.sessions.find = find
            self.page.sessions.read()

    def end(self) -> None:
        """Let go of what runs."""
        for dialog in (self.enrol_dialog, self.conflicts_dialog):
            if dialog is not None:
                dialog.end()
        self._background.close()

    # -- doing ---------------------------------------------------------------------------------

    def _tell(self, text: str, tone: str = "told") -> None:
        self._inside.say_briefly(text, tone)

    def _hurry(self) -> None:
        if self.state.office is not None:
            self.state.office.hurry()
            self._tell(say("record.tried"))

    def _held(self, action_id: str) -> str:
        health = self.state.health
        return say(f"confirm.{action_id}", n=health.unsent_rows if health is not None else 0)

    def _leave(self) -> None:
        office = self.state.office
        if office is not None:
            self._background.run(lambda: _leave(office), self._left)

    def _left(self, problem: Problem | None) -> None:
        if problem is not None:
            self._tell(say_problem(problem), "refused")
        else:
            self._tell(say("record.left"))
        self.look(self._inside.desk.clock.now_us())

    def _disputed(self, n: int) -> None:
        """Told in passing, unless the list of them is in sight."""
        seen = self.page is not None and self.page.isVisible()
        if self.conflicts_dialog is None and not seen:
            offer = Offer("conflicts", say("record.decide"))
            self._inside.say_briefly(say("record.conflict_told", n=n), "unknown", offer)

    # -- the state as text ---------------------------------------------------------------------

    def _text(self) -> str:
        return state_text(self.state, self._inside.desk.clock.now_us())

    def _copy(self) -> None:
        QGuiApplication.clipboard().setText(self._text())
        self._tell(say("toast.copied"))

    def _ask_where(self) -> None:
        now_us = self._inside.desk.clock.now_us()
        day = "-".join(f"{int(part):02}" for part in reversed(date(now_us).split("/")))
        name = f"{say('record.save_name')}_{day}_{clock(now_us).replace(':', '')}.txt"
        place = QStandardPaths.StandardLocation.DocumentsLocation
        folder = QStandardPaths.writableLocation(place) or str(Path.home())
        ask = QFileDialog(self._window, say("record.save_title"), str(Path(folder) / name))
        ask.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
        ask.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        ask.fileSelected.connect(self.save)
        ask.open()

    def save(self, path: str) -> None:
        """Write the state into a file."""
        text, target = self._text(), Path(path)
        self._background.run(lambda: _written(target, text), partial(self._saved, target.name))

    def _saved(self, name: str, problem: Problem | None) -> None:
        if problem is not None:
            self._tell(say_problem(problem), "refused")
        else:
            self._tell(say("record.saved", file=name))

    # -- dialogs -------------------------------------------------------------------------------

    def show_enrol(self) -> None:
        """The dialog that enrols; one at a time."""
        from console.qt.dialogs.enrol import EnrolDialog

        if self.state.office is None:
            return
        if self.enrol_dialog is None:
            theme = self._inside.desk.theme
            self.enrol_dialog = EnrolDialog(theme, self.state.office, self._window)
            self.enrol_dialog.enrolled.connect(lambda: self.look(self._inside.desk.clock.now_us()))
            self.enrol_dialog.ended.connect(self._forget_enrol)
            self.enrol_dialog.show()
        self.enrol_dialog.activateWindow()

    def _forget_enrol(self) -> None:
        self.enrol_dialog = None

    def show_conflicts(self, chosen: str = "") -> None:
        """The dialog in which a person decides; one at a time. What nobody chose begins with the
        selected site's."""
        from console.qt.dialogs.conflicts import ConflictsDialog

        chosen = chosen or self._conflict_of_site()
        if self.conflicts_dialog is not None:
            self.conflicts_dialog.choose(chosen)
        else:
            self.conflicts_dialog = ConflictsDialog(
                self._inside.desk, self.state, chosen, self._window
            )
            self.conflicts_dialog.told.connect(self._decided)
            self.conflicts_dialog.ended.connect(self._forget_conflicts)
            self.conflicts_dialog.show()
        self.conflicts_dialog.activateWindow()

    def _conflict_of_site(self) -> str:
        """The oldest conflict about the site that is selected alone, "" where there is none."""
        sites = self._inside.actions.selection.sites
        asked = self._inside.desk.state.proposed.get(sites[0], ()) if len(sites) == 1 else ()
        return next((each.id for each in reversed(asked) if each.state == "conflict"), "")

    def _why_no_contact(self) -> Problem | None:
        sites = self._inside.actions.selection.sites
        alone = self.state.why_not("edit_contact")
        if alone is None and (len(sites) != 1 or self._is_guest(sites[0])):
            return Problem.of("contact.one_site")
        return alone

    def _is_guest(self, site: str) -> bool:
        known = self._inside.desk.state.endpoints.get(site)
        return known is None or known.level == "guest"

    def show_contact(self) -> None:
        """The dialog that asks for another contact of the selected site; one at a time."""
        from console.qt.dialogs.contact import ContactDialog

        (site,) = self._inside.actions.selection.sites
        if self.contact_dialog is not None and self.contact_dialog.site != site:
            self.contact_dialog.close()
        if self.contact_dialog is None:
            self.contact_dialog = ContactDialog(self._inside.desk, site, self._window)
            self.contact_dialog.told.connect(self._decided)
            self.contact_dialog.ended.connect(self._forget_contact)
            self.contact_dialog.show()
        self.contact_dialog.activateWindow()

    def show_plans(self) -> None:
        """The approved sessions; one dialog at a time."""
        from console.qt.dialogs.plans import PlansDialog

        if self.plans_dialog is None:
            self.plans_dialog = PlansDialog(self._inside.desk, self._window)
            self.plans_dialog.ended.connect(self._forget_plans)
            self.plans_dialog.show()
        self.plans_dialog.activateWindow()

    def _forget_plans(self) -> None:
        self.plans_dialog = None

    def tell(self, events: Iterable[Event]) -> None:
        """What happened: a list of sites that came, where it is not the one in use."""
        state = self._inside.desk.state
        for event in events:
            roster = event.fact.roster if isinstance(event.fact, RosterTold) else None
            if roster is None or roster.version <= self.furnished:
                continue
            if (roster.record, roster.version) != state.roster_source:
                newer = state.roster_source[0] == roster.record
                key = "roster.told_newer" if newer else "roster.told"
                text = say(key, name=clean_name(roster.name), version=roster.version)
                offer = Offer("load_roster", say("roster.look"))
                self._inside.say_briefly(text, "told", offer)

    def refresh(self, kinds: Collection[str]) -> None:
        """The State has changed: follow it where plans are shown."""
        if self.plans_dialog is not None and not {"plan", "session"}.isdisjoint(kinds):
            self.plans_dialog.refresh()

    def _forget_contact(self) -> None:
        self.contact_dialog = None

    def _decided(self, text: str) -> None:
        self._tell(text)
        self.look(self._inside.desk.clock.now_us())

    def _forget_conflicts(self) -> None:
        self.conflicts_dialog = None


def _leave(office: Office) -> Problem | None:
    try:
        office.leave()
    except Refused as refused:
        return refused.problem
    return None


def _written(target: Path, text: str) -> Problem | None:
    try:
        target.write_text(text, encoding="utf-8")
    except OSError as error:
        return Problem.of("sync.not_saved", str(error.strerror or ""), folder=str(target.parent))
    return None
