"""One request being served by one bridge: what it asks, and what every handler needs."""

from __future__ import annotations

from dataclasses import dataclass

from console.simulators.cms.cluster import BridgeRecord, Call, Cluster, Seat
from console.simulators.cms.xml import Refused
from console.simulators.device import Ask
from console.simulators.faults import FaultBoard


@dataclass(frozen=True, slots=True)
class Context:
    """A request with the bridge it came to."""

    ask: Ask
    cluster: Cluster
    bridge: BridgeRecord
    board: FaultBoard

    @property
    def query(self) -> dict[str, str]:
        """The query's fields, the last of equal names."""
        return dict(self.ask.query)

    def form(self) -> dict[str, str]:
        """The form's fields; none for a write that does not say it is a form."""
        return self.ask.form()

    def call(self, call_id: str) -> Call:
        """The call this bridge knows by this id, or a refusal."""
        call = self.cluster.call_with(call_id, self.bridge.number)
        if call is None:
            raise Refused("callDoesNotExist")
        return call

    def seat(self, participant_id: str) -> Seat:
        """The participant of this id, wherever in the cluster it sits, or a refusal."""
        seat = self.cluster.seats.get(participant_id)
        if seat is None:
            raise Refused("participantDoesNotExist")
        return seat

    def own_seat(self, participant_id: str) -> Seat:
        """A participant that this bridge hosts; others it refuses to change."""
        seat = self.seat(participant_id)
        if seat.leg.bridge != self.bridge.number:
            raise Refused("participantCannotBeModified")
        return seat

    def leg(self, leg_id: str) -> Seat:
        """The seat whose leg has this id on this bridge, or a refusal."""
        seat = self.cluster.by_leg_id.get(leg_id)
        if seat is None or seat.leg.bridge != self.bridge.number:
            raise Refused("callLegDoesNotExist")
        return seat

    def listed(self, seats: list[Seat]) -> list[Seat]:
        """Seats in the order this listing happens to give them."""
        fault = self.board.find("unstable_order", (self.bridge.name, "cms"))
        return self.cluster.shuffled(seats, wildly=fault is not None)
