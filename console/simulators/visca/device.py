"""One site's VISCA camera behind its port, whatever carries its messages."""

from __future__ import annotations

from collections.abc import Callable

from console.simulators.faults import FaultBoard
from console.simulators.model.change import Change, Kind
from console.simulators.model.province import Province
from console.simulators.model.ptz import Ptz
from console.simulators.model.site import Site
from console.simulators.request_log import Received, RequestLog
from console.simulators.visca import messages
from console.simulators.visca.door import ANSWERED_HERE, Door
from console.simulators.visca.head import Head
from console.simulators.visca.hearing import hear
from console.simulators.visca.profile import profile_of

Send = Callable[[str, bytes], None]


class CameraDevice:
    """A camera: its mind, its door, and what happens to its power and line."""

    family = "cameras"

    def __init__(
        self,
        province: Province,
        site: Site,
        ptz: Ptz,
        board: FaultBoard,
        log: RequestLog,
        catch_up: Callable[[], None],
    ) -> None:
        self.name = f"camera:{site.code}"
        self.site, self.ptz, self.catch_up = site, ptz, catch_up
        self.head = Head(province, site, ptz, profile_of(ptz.transport))
        self.door = Door(board, (self.name, self.family), self.reachable)
        self.head.forgets = lambda: board.take("memory_lost", (self.name, self.family)) is not None
        self.restarted: Callable[[], None] = lambda: None
        self._province, self._log = province, log

    def arrives(self, wire: bytes, message: bytes) -> Received | None:
        """A message arrived: bring the story to the present and write it down.

        None where it gets no farther: the line is cut or silent, or it was lost on the way.
        """
        self.catch_up()
        line = self._log.write(self.name, "VISCA", f"/{self.ptz.transport}", "", wire.hex(" "))
        if self.door.silent():
            return None
        line.fault = self.door.took("lost_request", "request", message)
        return None if line.fault else line

    def hears(self, message: bytes, line: Received, send: Send) -> bool:
        """Hear one message and answer through `send`; whether it was accepted."""
        line.fault = self.door.took("busy refuse ignored_write", "request", message)
        accepted = True

        def say(way: str, reply: bytes) -> None:
            nonlocal accepted
            if not line.status:
                line.status, accepted = reply[1], way != "error"
            send(way, reply)

        code = ANSWERED_HERE.get(line.fault)
        if code is not None:
            say("error", messages.error(code, 0 if code == messages.FULL else 1))
        else:
            hear(self.head, message, say, dry=line.fault == "ignored_write")
        return accepted

    def changed(self, change: Change) -> None:
        """The camera of this site moved, by whoever's hand."""
        if change.kind is Kind.CAMERA_ARRIVED or "camera" in change.fields:
            self.head.camera_changed()

    # -- power and line ----------------------------------------------------------------------

    def reachable(self) -> bool:
        """Whether its line carries anything."""
        return self._province.clock.now_s >= self.site.cut_until_s

    def go_down(self) -> None:
        """Lose power."""
        self.door.close()
        self.head.lose_power()
        self.restarted()

    def come_up(self) -> None:
        """Start again: it finds its bearings first."""
        self.catch_up()
        self.head.start()

    def forget_tokens(self) -> None:
        """It knows no sessions."""
