"""One camera's mind: two sockets, what may run beside what, and when a command is done.

Wire document, rooms §4; what may run beside what follows the vendor's table of mode conditions.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

from console.simulators.model.camera import Camera, Position
from console.simulators.model.province import Province
from console.simulators.model.ptz import STARTS_S, Ptz
from console.simulators.model.site import Site
from console.simulators.visca import messages
from console.simulators.visca.messages import Refused
from console.simulators.visca.profile import Profile

SOCKETS = (1, 2)
SOON_S = 0.03
AXES = "ptzf"
Say = Callable[[str, bytes], None]


@dataclass(frozen=True, slots=True)
class Plan:
    """What a command comes to.

    Attributes:
        name: what it is; only the same can overtake it.
        begin: does it.
        axes: which of pan, tilt, zoom and focus it moves.
        until: `soon`, or `arrived` at where it sends the camera, or `started`.
        always: whether it may be done in standby and under the menu.
        able: whether the camera's own settings allow it.
    """

    name: str
    begin: Callable[[], None]
    axes: str = ""
    until: str = "soon"
    always: bool = False
    able: bool = True


@dataclass(slots=True, eq=False)
class Job:
    """A command in a socket; `goal_s` is the arrival it waits for, if it waits for one."""

    socket: int
    name: str
    axes: str
    say: Say
    goal_s: float | None = None


class Head:
    """Hears whole messages, and says acknowledgements, completions, answers and errors.

    `say` gets what kind of reply it is (ack, completion, answer, error) and its bytes, for the
    command's completion too, seconds later.
    """

    def __init__(self, province: Province, site: Site, ptz: Ptz, profile: Profile) -> None:
        if site.room is None:
            raise ValueError(f"{site.code} has no room")
        self.province, self.site, self.ptz, self.profile = province, site, ptz, profile
        self.camera: Camera = site.room.camera
        self.forgets: Callable[[], bool] = lambda: False
        self._jobs: dict[int, Job] = {}
        self._own = False

    @property
    def now_s(self) -> float:
        """The present of the story."""
        return self.province.clock.now_s

    @property
    def here(self) -> Position:
        """Where it looks."""
        return self.camera.position(self.now_s)

    def running(self, name: str = "") -> list[Job]:
        """The commands that are on their way, of one name or all."""
        moving = [job for job in self._jobs.values() if job.goal_s is not None]
        return [job for job in moving if name in ("", job.name)]

    # -- commands ----------------------------------------------------------------------------

    def execute(self, plan: Plan, say: Say, *, dry: bool = False) -> None:
        """Take a command into a socket and begin it; a dry one is only said to be done.

        Raises:
            Refused: no socket is free, or the camera cannot do this now.
        """
        socket = next((socket for socket in SOCKETS if socket not in self._jobs), 0)
        if not socket:
            raise Refused(messages.FULL)
        if not self._may(plan):
            raise Refused(messages.NOT_EXECUTABLE, socket)
        job = self._jobs[socket] = Job(socket, plan.name, plan.axes, say)
        say("ack", messages.ack(socket))
        if dry:
            self._done_soon(job)
            return
        if plan.until == "arrived":
            self._overtake(plan.axes)
        plan.begin()
        if plan.until == "arrived":
            job.goal_s = self.camera.arrival_s
        elif plan.until == "started":
            self.province.clock.after(STARTS_S, lambda: self._done(job))
        else:
            self._done_soon(job)

    def _may(self, plan: Plan) -> bool:
        ptz, now_s = self.ptz, self.now_s
        if plan.always or not plan.able:
            return plan.able
        if not ptz.power or ptz.menu or ptz.starting(now_s):
            return False
        if plan.name == "stop" or not plan.axes:
            return plan.name != "set" or not self.camera.moving(now_s)
        if self.camera.stuck(now_s):
            return False
        if plan.name == "drive":
            return not self.running()
        driven = {axis for axis, speed in zip(AXES, self.camera.drive, strict=True) if speed}
        if driven - set(plan.axes):
            return False
        rivals = [job for job in self.running() if set(job.axes) & set(plan.axes)]
        return all(job.name == plan.name for job in rivals)

    def _overtake(self, axes: str) -> None:
        for job in self.running():
            if set(job.axes) & set(axes):
                self._end(job)

    def _end(self, job: Job) -> None:
        """End a command that did not get where it was sent."""
        if self._jobs.get(job.socket) is job:
            del self._jobs[job.socket]
            job.say("error", messages.error(messages.CANCELLED, job.socket))

    def _done(self, job: Job) -> None:
        if self._jobs.get(job.socket) is job:
            del self._jobs[job.socket]
            job.say("completion", messages.completion(job.socket))

    def _done_soon(self, job: Job) -> None:
        self.province.clock.after_wall(SOON_S, lambda: self._done(job))

    def cancel(self, socket: int, say: Say) -> None:
        """Call off the command in a socket; it gets no completion.

        Raises:
            Refused: there is none.
        """
        job = self._jobs.pop(socket, None)
        if job is None:
            raise Refused(messages.NO_SOCKET, socket)
        if job.axes:
            self.halt(job.axes)
        say("answer", messages.error(messages.CANCELLED, socket))

    def clear(self) -> None:
        """Forget every command without a word, and stand still."""
        self._jobs.clear()
        self.halt(AXES)

    # -- moving ------------------------------------------------------------------------------

    def go(self, slowness: float = 1.0, **axes: int) -> None:
        """Send the camera to new values of these axes; what else is on its way goes on."""
        base = self.camera.target if self.running() else self.here
        target = replace(base, **axes).held(self.camera.reach)
        self._own = True
        self.province.go(self.site, target, slowness=slowness)
        self._own = False
        self.ptz.moved = True
        for job in self.running():
            job.goal_s = self.camera.arrival_s
        self.province.clock.after(self.camera.arrival_s - self.now_s, self._arrived)

    def _arrived(self) -> None:
        for job in self.running():
            if job.goal_s is not None and job.goal_s <= self.now_s + 1e-6:
                self._done(job)

    def drive(self, speeds: dict[str, float]) -> None:
        """Drive these axes at so many units a second until told otherwise; 0 stops one."""
        drive = dict(zip(AXES, self.camera.drive, strict=True)) | speeds
        self._own = True
        self.camera.ramp((drive["p"], drive["t"], drive["z"], drive["f"]), self.now_s)
        self.province.camera_driven(self.site)
        self._own = False
        self.ptz.moved = True

    def halt(self, axes: str) -> None:
        """Stop these axes at once, and end the commands that moved them."""
        self._overtake(axes)
        if self.running():
            names = {"p": "pan", "t": "tilt", "z": "zoom", "f": "focus"}
            here = self.here
            self.go(**{names[axis]: getattr(here, names[axis]) for axis in axes})
        else:
            self.drive(dict.fromkeys(axes, 0.0))

    def camera_changed(self) -> None:
        """End what somebody else's hand has overtaken."""
        if self._own:
            return
        for job in self.running():
            if job.goal_s != self.camera.arrival_s or any(self.camera.drive):
                self._end(job)

    # -- power -------------------------------------------------------------------------------

    def start(self) -> None:
        """Find its bearings, which takes seconds; some then go to memory 0."""
        self.ptz.power, self.ptz.menu, self.ptz.moved = True, False, False
        self.ptz.starting_until_s = self.now_s + STARTS_S
        memory = self.ptz.memories.get(0)
        if self.profile.starts_at_zero and memory is not None:
            self.go(pan=memory.pan, tilt=memory.tilt, zoom=memory.zoom, focus=memory.focus)

    def lose_power(self) -> None:
        """Everything it was about is gone; memories stay."""
        self.clear()
        self.ptz.recalled, self.ptz.auto_focus = None, True
        self.ptz.recall_speeds.clear()
