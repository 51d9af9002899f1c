"""The VISCA driver: a camera's memories, its movement and its standby."""

from __future__ import annotations

from collections.abc import Generator, Sequence
from typing import ClassVar

from console.domain import facts as f
from console.domain.capability import CAMERA, Capability
from console.domain.commands.base import Command
from console.domain.commands.room import (
    HomeCamera,
    MoveCamera,
    RecallPreset,
    SetStandby,
    StorePreset,
)
from console.domain.observed import HOME, Preset
from console.domain.problem import Problem, Refused
from console.domain.text import clean_name
from console.drivers.protocol import Ask, Heard, Pause, Report, Round, Setting, Talk
from console.drivers.visca import packets
from console.drivers.visca.dialect import NOT_EXECUTABLE, Dialect, Step
from console.drivers.visca.track import CameraTrack, Recall, Sight
from console.wire.problems import DeadlinePassed, WireError
from console.wire.visca import ViscaNews, ViscaReply
from console.wire.websocket import SocketPlan

_WATCHES, _WATCH_S = 8, 0.3
"""How often, and how far apart, a turning camera is looked at before the next look."""
_WAKE_S = (1.0,) * 9
"""Waits between recalls while a camera wakes up."""
WAKES_US = 9_000_000
"""So long after it was switched on a camera may say that it is on and do nothing yet."""
_FIRST_LOOK_S = 0.8
"""For the look before a recall, which may be missed."""


class ViscaDriver:
    """One camera. It knows its memories by number only; their names are the profile's."""

    kind: ClassVar[str] = "visca"
    can: ClassVar[Capability] = CAMERA | Capability.STANDBY

    def __init__(self, setting: Setting) -> None:
        self._device = setting.spec.id
        self._endpoint = setting.spec.endpoint
        self._name = setting.spec.name
        self._now_us = setting.now_us
        self._visca = Dialect(self._name, self._news)
        self._names = {
            n: clean_name(name)
            for n, name in setting.spec.memories
            if packets.memory(n) is not None
        }
        self._track = CameraTrack()
        self._has_lens_block = False
        self._wish = ""
        """The wish that the recall under way is for."""
        self._failed: dict[str, Problem] = {}
        """Why a recall that was accepted came to nothing, by its wish."""
        self._storing: tuple[int, int, str] | None = None
        """Ticket, number and name of a memory whose completion is awaited."""
        self._driven = False
        self._woken_us = -WAKES_US

    # -- first contact ---------------------------------------------------------------------------

    def probe(self) -> Talk:
        """Who it is, and whether it tells what its lens is doing."""
        standby = packets.read_standby((yield from self._visca.read(packets.POWER)))
        version = packets.read_version((yield from self._visca.read(packets.VERSION)))
        if standby is None and version is None:
            raise Refused(Problem.of("device.other_kind", device=self._name, kind=self.kind))
        lens = packets.read_lens((yield from self._visca.read(packets.LENS)))
        self._has_lens_block = lens is not None
        able, refusals = self.can, list[tuple[Capability, Problem]]()
        if not self._names:
            able &= ~Capability.PRESET_LIST
            problem = Problem.of("visca.no_names", device=self._name)
            refusals.append((Capability.PRESET_LIST, problem))
        return [
            f.DeviceProbed(
                self._device,
                able,
                tuple(refusals),
                software=version.software if version else "",
                model=version.model if version else "",
            )
        ]

    def observe(self) -> Talk:
        """Standby, the memories' names, and where it points."""
        facts = [*(yield from self._read_power()), *self._listed()]
        return [*facts, *(yield from self._read_camera())]

    def rounds(self) -> Sequence[Round]:
        """Where it points is the sign of life."""
        return (
            Round("camera", 15.0, self._read_camera, focus_s=1.0),
            Round("power", 60.0, self._read_power, focus_s=5.0),
        )

    # -- reading ---------------------------------------------------------------------------------

    def _read_power(self) -> Talk:
        standby = packets.read_standby((yield from self._visca.read(packets.POWER)))
        return [f.RoomSeen(self._endpoint, self._device, standby=standby)]

    def _read_camera(self) -> Talk:
        yield from self._look_at_camera()
        return [self._camera_seen()]

    def _look_at_camera(self, deadline_s: float = 3.0) -> Step:
        busy, lens = None, None
        if self._has_lens_block:
            lens = packets.read_lens((yield from self._visca.read(packets.LENS, deadline_s)))
        if lens is not None:
            zoom, busy = lens.zoom, lens.zooming or lens.recalling
        else:
            zoom = packets.read_zoom((yield from self._visca.read(packets.ZOOM, deadline_s)))
        told = yield from self._visca.read(packets.PAN_TILT, deadline_s)
        pan_tilt = packets.read_pan_tilt(told)
        position = None if pan_tilt is None or zoom is None else (*pan_tilt, zoom)
        self._track.see(Sight(position, busy), self._now_us())

    def _camera_seen(self) -> f.CameraSeen:
        track = self._track
        return f.CameraSeen(self._endpoint, self._device, track.moving, track.preset)

    def _listed(self) -> list[f.Fact]:
        if not self._names:
            return []
        presets = tuple(Preset(n, self._names[n]) for n in sorted(self._names))
        return [f.PresetsListed(self._endpoint, self._device, presets)]

    def _news(self, news: ViscaNews) -> None:
        """How a command ended that had been accepted before."""
        completed = len(news.packet) == 3
        recall = self._track.recall
        if self._storing is not None and news.ticket == self._storing[0]:
            _, number, name = self._storing
            self._storing = None
            if completed:
                self._stored(number, name)
        elif recall is not None and news.ticket == recall.ticket:
            if completed:
                self._track.completed(news.ticket)
            else:
                self._failed = {self._wish: self._visca.refusal(news.packet[2])}
                self._track.taken_over()

    # -- wishes ----------------------------------------------------------------------------------

    def perform(self, command: Command) -> Talk:
        """Ask the camera."""
        match command:
            case RecallPreset(number=number):
                packet = packets.recall(self._memory(number))
                return (yield from self._turn_to(packet, number, command.id))
            case HomeCamera():
                return (yield from self._turn_to(packets.home(), HOME, command.id))
            case StorePreset(number=number, name=name):
                return (yield from self._store(number, clean_name(name)))
            case MoveCamera():
                yield from self._move(command)
            case SetStandby(on=on):
                self._track.taken_over()
                yield from self._visca.do(packets.power(not on))
                self._woken_us = -WAKES_US if on else self._now_us()
            case _:
                raise Refused(
                    Problem.of("command.not_supported", device=self._name, kind=self.kind)
                )
        return ()

    def _memory(self, number: int) -> int:
        on_wire = packets.memory(number)
        if on_wire is None:
            raise Refused(Problem.of("visca.memory", device=self._name, number=number))
        return on_wire

    def _turn_to(self, packet: bytes, number: int, wish: str) -> Talk:
        """A camera that sleeps is woken: a recall can't mean anything else."""
        try:
            yield from self._look_at_camera(_FIRST_LOOK_S)
        except WireError:
            self._track.see(Sight(None), self._now_us())
        reply: ViscaReply = yield from self._visca.try_to(packet)
        if reply.error == NOT_EXECUTABLE:
            reply = yield from self._wake_and(packet, reply)
        if reply.error is not None:
            raise Refused(self._visca.refusal(reply.error))
        self._wish = wish
        done = reply.completed and bool(reply.packet)
        self._track.recalled(Recall(number, reply.ticket, self._now_us(), completed=done))
        return [self._camera_seen()]

    def _wake_and(self, packet: bytes, reply: ViscaReply) -> Step:
        told = yield from self._visca.read(packets.POWER)
        if packets.read_standby(told) is True:
            yield from self._visca.do(packets.power(True))
        elif self._now_us() - self._woken_us >= WAKES_US:
            return reply
        for wait_s in _WAKE_S:
            yield Pause(wait_s)
            reply = yield from self._visca.try_to(packet)
            if reply.error != NOT_EXECUTABLE:
                break
        return reply

    def _store(self, number: int, name: str) -> Talk:
        """Done once the camera has completed it: it has no list to read back."""
        packet = packets.store(self._memory(number))
        yield from self._look_at_camera()
        reply: ViscaReply = yield from self._visca.do(packet, completion=True)
        if not reply.completed:
            self._storing = (reply.ticket, number, name)
            raise DeadlinePassed(seconds=reply.elapsed_s)
        self._stored(number, name)
        return [*self._listed(), self._camera_seen()]

    def _stored(self, number: int, name: str) -> None:
        self._names[number] = name
        self._track.stored(number)

    def _move(self, command: MoveCamera) -> Step:
        """Each axis as wished. A camera without a zoom need not be told to stop it."""
        self._track.taken_over()
        self._driven = bool(command.pan or command.tilt or command.zoom)
        yield from self._visca.do(packets.drive(command.pan, command.tilt))
        reply: ViscaReply = yield from self._visca.try_to(packets.zoom(command.zoom))
        if command.zoom and reply.error is not None:
            raise Refused(self._visca.refusal(reply.error))

    def look(self, command: Command) -> Talk:
        """Read back what shows whether the wish came true."""
        match command:
            case RecallPreset() | HomeCamera():
                return (yield from self._watch_recall(command.id))
            case StorePreset():
                seen = yield from self._read_camera()
                return [*self._listed(), *seen]
            case SetStandby():
                return (yield from self._read_power())
            case _:
                return (yield from self._read_camera())

    def _watch_recall(self, wish: str) -> Talk:
        """The camera until its recall has ended, for a while."""
        for _ in range(_WATCHES):
            facts = yield from self._read_camera()
            if (problem := self._failed.pop(wish, None)) is not None:
                return [*facts, f.CommandRefused(wish, problem)]
            if self._track.recall is None:
                return facts
            yield Report(facts)
            yield Pause(_WATCH_S)
        return ()

    # -- pushed news: a camera tells nothing unasked ---------------------------------------------

    def listen(self) -> Generator[Ask, None, SocketPlan | None]:
        """No event feed."""
        yield from ()
        return None

    def hear(self, message: str) -> Heard:
        """Nothing is heard."""
        return Heard()

    def forget(self) -> None:
        """The link was lost; the camera may have restarted."""
        self._track.forget()
        self._storing = None

    def leave(self) -> Talk:
        """A camera that was left turning is stopped."""
        if self._driven:
            self._driven = False
            for packet in packets.STOP:
                yield from self._visca.ask(packet, deadline_s=1.0)
        return ()
