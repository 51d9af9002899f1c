"""One or two bridges holding one conference: whose leg is whose, and under which ids.

Participant ids are the same on every bridge of a cluster; call ids and leg ids are each bridge's
own; `callCorrelator` is what the instances of one call have in common (CMS API reference).
"""

from __future__ import annotations

import uuid
from collections.abc import Callable, Hashable, Iterable
from dataclasses import dataclass, field

from console.simulators.model.change import Change, Kind
from console.simulators.model.province import CMS, Province
from console.simulators.model.site import Conference, Leg

SETTLE_MARGIN_S = 0.001


@dataclass(slots=True, eq=False)
class Seat:
    """A leg with the ids the bridges know it by."""

    participant_id: str
    leg_id: str
    group_id: str
    leg: Leg
    moved_from: str | None = None
    moved_leg_from: str | None = None


@dataclass(slots=True, eq=False)
class Call:
    """A conference with its correlator and its id on each bridge that is up."""

    conference: Conference
    correlator: str
    cospace: str | None
    ids: dict[int, str]


@dataclass(slots=True, eq=False)
class BridgeRecord:
    """What one bridge is and has counted since it started."""

    number: int
    name: str
    guid: str
    host_id: str
    started_s: float
    up: bool = True
    legs_completed: int = 0
    legs_most: int = 0
    link_ids: dict[int, str] = field(default_factory=dict[int, str])
    returning: list[str] = field(default_factory=list[str])


Listener = Callable[[Change, Seat | None, Call | None], None]


class Cluster:
    """The bridges' common memory.

    Attributes:
        delay_s: the range of seconds (wall) by which what was asked takes effect late.
    """

    def __init__(
        self, province: Province, bridges: int, delay_s: tuple[float, float] = (0.05, 0.8)
    ) -> None:
        self.province, self.delay_s = province, delay_s
        self._ids = province.rng("cms/ids")
        self._delays = province.rng("cms/delays")
        self._busy_until: dict[Hashable, float] = {}
        self.dry = False
        self.cospace = self.new_id()
        self.leg_profile = self.new_id()
        self.bridges = [
            BridgeRecord(n, f"cms-{n + 1}", self.new_id(), self.new_id(), province.clock.now_s)
            for n in range(bridges)
        ]
        self.calls: list[Call] = []
        self.seats: dict[str, Seat] = {}
        self.by_leg_id: dict[str, Seat] = {}
        self._by_leg: dict[int, Seat] = {}
        self.order: list[str] = []
        self._listeners: list[Listener] = []
        for conference in province.conferences:
            if conference.mcu == CMS:
                self._add_call(conference)
        for leg in province.legs():
            if leg.conference.mcu == CMS:
                self._add_seat(leg)
        province.watch(self._changed)

    def new_id(self) -> str:
        """A fresh GUID, the same ones in the same order for the same seed."""
        return str(uuid.UUID(int=self._ids.getrandbits(128), version=4))

    # -- what the province does --------------------------------------------------------------

    def listen(self, listener: Listener) -> None:
        """Tell `listener` of every change, with the seat and the call it concerns."""
        self._listeners.append(listener)

    def _changed(self, change: Change) -> None:
        """Learn what came before telling, forget what went after; pass over others' meetings."""
        leg, conference = change.leg, change.conference
        if conference is not None and conference.mcu != CMS:
            return
        if change.kind is Kind.LEG_ADDED and leg is not None:
            self._add_seat(leg)
        elif change.kind is Kind.CONFERENCE_ADDED and conference is not None:
            self._add_call(conference)
        seat = self._by_leg.get(leg.number) if leg is not None else None
        call = self.call_of(conference) if conference is not None else None
        for listener in self._listeners:
            listener(change, seat, call)
        if change.kind is Kind.LEG_REMOVED and leg is not None:
            self._remove_seat(leg)
        elif change.kind is Kind.CONFERENCE_REMOVED and call is not None:
            self.calls.remove(call)

    def _add_call(self, conference: Conference) -> None:
        ids = {bridge.number: self.new_id() for bridge in self.bridges if bridge.up}
        space = self.cospace if conference is self.province.main else None
        self.calls.append(Call(conference, self.new_id(), space, ids))

    def _add_seat(self, leg: Leg) -> None:
        seat = Seat(self.new_id(), self.new_id(), self.new_id(), leg)
        self.seats[seat.participant_id] = seat
        self.by_leg_id[seat.leg_id] = seat
        self._by_leg[leg.number] = seat
        self.order.insert(self._ids.randrange(len(self.order) + 1), seat.participant_id)
        bridge = self.bridges[leg.bridge]
        bridge.legs_most = max(bridge.legs_most, len(self.local_seats(leg.bridge)))

    def _remove_seat(self, leg: Leg) -> None:
        seat = self._by_leg.pop(leg.number, None)
        if seat is None:
            return
        del self.seats[seat.participant_id], self.by_leg_id[seat.leg_id]
        self.order.remove(seat.participant_id)
        self._busy_until.pop(self.key(leg), None)
        self.bridges[leg.bridge].legs_completed += 1

    # -- looking things up -------------------------------------------------------------------

    def seat_of(self, leg: Leg) -> Seat | None:
        """The seat of a leg that still sits there."""
        return self._by_leg.get(leg.number)

    def seats_of(self, conference: Conference) -> list[Seat]:
        """Every seat of a conference, in the bridges' own order."""
        return [
            seat
            for participant_id in self.order
            if (seat := self.seats[participant_id]).leg.conference is conference
        ]

    def local_seats(self, bridge: int) -> list[Seat]:
        """Every seat on one bridge."""
        return [seat for key in self.order if (seat := self.seats[key]).leg.bridge == bridge]

    def key(self, leg: Leg) -> Hashable:
        """Under what name writes to a leg wait for one another."""
        return ("leg", leg.number)

    def call_with(self, call_id: str, bridge: int) -> Call | None:
        """The call one bridge knows by this id."""
        return next((call for call in self.calls if call.ids.get(bridge) == call_id), None)

    def call_of(self, conference: Conference) -> Call | None:
        """The call of a conference."""
        return next((call for call in self.calls if call.conference is conference), None)

    # -- taking effect -----------------------------------------------------------------------

    def later(self, keys: Iterable[Hashable], effect: Callable[[], object]) -> None:
        """Let a write take effect 50–800 ms from now, after any earlier write to the same keys.

        A dry request has no effect at all.
        """
        if self.dry:
            return
        keys, clock, busy = list(keys), self.province.clock, self._busy_until
        due_s = clock.now_s + self._delays.uniform(*self.delay_s) * clock.speed
        due_s = max(due_s, *(busy.get(key, 0.0) + SETTLE_MARGIN_S for key in keys))
        busy.update(dict.fromkeys(keys, due_s))
        clock.after(due_s - clock.now_s, effect)

    def shuffled(self, seats: list[Seat], *, wildly: bool) -> list[Seat]:
        """The seats as a listing gives them: now and then two neighbours change places, and
        under the fault of that name no two listings agree."""
        seats = list(seats)
        rng = self.province.rng("cms/order")
        if wildly:
            rng.shuffle(seats)
        elif len(seats) > 1 and rng.random() < 0.02:
            at = rng.randrange(len(seats) - 1)
            seats[at], seats[at + 1] = seats[at + 1], seats[at]
        return seats

    # -- power -------------------------------------------------------------------------------

    def go_down(self, bridge: BridgeRecord) -> None:
        """One bridge loses power: its legs drop, its ids are forgotten."""
        bridge.up = False
        self.province.bridges_down.add(bridge.number)
        for leg in self.province.legs(bridge=bridge.number):
            bridge.returning.append(leg.site.code)
            self.province.hang_up(leg, "callDeactivated")
        for call in self.calls:
            call.ids.pop(bridge.number, None)
        if not any(other.up for other in self.bridges):
            for call in self.calls:
                reset(call.conference)

    def come_up(self, bridge: BridgeRecord) -> None:
        """It starts again: new ids, counters from zero, and the sites call back in."""
        clock = self.province.clock
        bridge.up, bridge.started_s = True, clock.now_s
        self.province.bridges_down.discard(bridge.number)
        bridge.legs_completed = bridge.legs_most = 0
        for call in self.calls:
            call.ids[bridge.number] = self.new_id()
        rng = self.province.rng("cms/return")
        for code in bridge.returning:
            site = self.province.sites.get(code)
            if site is not None:
                clock.after(rng.uniform(1.0, 6.0), lambda site=site: self.province.call_in(site))
        bridge.returning.clear()


def reset(conference: Conference) -> None:
    """Forget what a conference was told; who restarts alone forgets."""
    conference.locked = conference.recording = conference.streaming = False
    conference.message_text, conference.message_duration = "", "0"
    conference.highest_pane, conference.self_pane = None, "unset"
    conference.join_muted = None
