"""One device's eyes on the model, and the little it keeps itself."""

from __future__ import annotations

from dataclasses import dataclass, field

from console.simulators.model.province import Province
from console.simulators.model.room import Room
from console.simulators.model.site import Leg, Site
from console.simulators.roomos.feedback import Slot
from console.simulators.roomos.firmware import Firmware
from console.simulators.roomos.tree import Tree


@dataclass(slots=True)
class View:
    """One device's eyes on the model. `call_ids` numbers its calls, one after the other."""

    province: Province
    site: Site
    room: Room
    firmware: Firmware
    slots: dict[int, Slot]
    call_ids: dict[int, int] = field(default_factory=dict[int, int])
    calls_made: int = 0
    name: str = ""

    def call_id(self, leg: Leg) -> int:
        """The device's own number of a call."""
        if leg.number not in self.call_ids:
            self.calls_made += 1
            self.call_ids = {leg.number: self.calls_made}
        return self.call_ids[leg.number]

    def configuration(self) -> Tree:
        """What is set on the device."""
        return {
            "NetworkServices": {"HTTP": {"Mode": "HTTPS"}, "Websocket": "FollowHTTPService"},
            "SystemUnit": {"Name": self.name or self.site.name},
            "UserInterface": {"CustomMessage": self.room.custom_message},
        }
