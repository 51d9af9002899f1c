"""What lies beside the session: the MCU's and the record's workspace, and the tie to the office."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from console.domain.event import Event
from console.domain.state import State
from console.qt.clock import FrameClock
from console.qt.happened import Happenings
from console.qt.panels.desk import Touched
from console.qt.settings import Settings
from console.qt.trends.figures import FiguresHistory
from console.qt.wording import say

if TYPE_CHECKING:
    from console.qt.dialogs.export import Find
    from console.qt.interior import Interior
    from console.qt.mcu.events import Older
    from console.qt.mcu.workspace import McuWorkspace
    from console.qt.office_desk import OfficeDesk
    from console.qt.page import Page


class Beside:
    """Imported and built when it is first shown; what it will show is gathered from the start."""

    def __init__(self, inside: Interior, frame: FrameClock | None, settings: Settings) -> None:
        self._inside, self._frame, self.settings = inside, frame, settings
        self.figures, self._happenings = FiguresHistory(), Happenings()
        self._older: Older | None = None
        self._find: Find | None = None
        self._mcu: McuWorkspace | None = None
        self._office: OfficeDesk | None = None

    @property
    def pages(self) -> dict[str, Callable[[], Page]]:
        """The workspaces by name, and how each is made."""
        return {"mcu": self._make_mcu, "record": self._make_record}

    def _make_mcu(self) -> McuWorkspace:
        from console.qt.mcu.workspace import McuWorkspace

        desk = self._inside.desk
        made = McuWorkspace(desk, self.figures, self._happenings, self.settings, self._frame)
        made.events.older = self._older
        made.events.show_more()
        made.copied.connect(lambda text: self._inside.say_briefly(say("toast.copied")))
        self._mcu = made
        return made

    def _make_record(self) -> Page:
        return self.office.make_page()

    @property
    def office(self) -> OfficeDesk:
        """What is shown of the office."""
        if self._office is None:
            from console.qt.office_desk import OfficeDesk

            self._office = OfficeDesk(self._inside, self._frame)
            if self._find is not None:
                self._office.set_find(self._find)
        return self._office

    def set_older(self, older: Older) -> None:
        """Where older Events than those since the start are read."""
        self._older = older
        if self._mcu is not None:
            self._mcu.events.older = older
            self._mcu.events.show_more()

    def set_find(self, find: Find) -> None:
        """Who knows the store's sessions."""
        self._find = find
        if self._office is not None:
            self._office.set_find(find)

    def tell(self, events: Sequence[Event]) -> None:
        """What happened."""
        self._happenings.add(events)
        if self._office is not None:
            self._office.tell(events)

    def refresh_office(self, touched: Touched, now_us: int) -> None:
        """What the header tells of the office is as it is now."""
        if self._office is not None:
            if "second" in touched.kinds:
                self._office.look(now_us)
            self._office.refresh(touched.kinds)

    def observe(self, state: State, touched: Touched, now_us: int) -> None:
        """Keep what the MCUs measured."""
        if "device" in touched.kinds or "second" in touched.kinds:
            self.figures.observe(state, now_us)

    def put_away(self) -> None:
        """Nobody sits at the console."""
        if self._office is not None:
            self._office.put_away()

    def end(self) -> None:
        """Let go of what lives longer than the window."""
        if self._office is not None:
            self._office.end()
