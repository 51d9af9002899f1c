"""What an events client may subscribe to, and how each element is worded."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, cast

from console.simulators.cms.cluster import Call, Cluster, Seat
from console.simulators.cms.legs import active_layout
from console.simulators.cms.participants import bare
from console.simulators.model.site import LegState

State = str
PENDING, ACTIVE, DEACTIVATED = "pending", "active", "deactivated"


@dataclass(slots=True, eq=False)
class Subscription:
    """One line of a subscribeRequest. `news` holds what changed since the last message:
    per call or participant, how (`add`, `update`, `remove`) and which elements."""

    index: int
    type: str
    call_id: str
    elements: frozenset[str]
    state: State = PENDING
    news: list[tuple[str, str, set[str]]] = field(default_factory=list[tuple[str, str, set[str]]])

    def add_news(self, key: str, how: str, elements: set[str]) -> None:
        """Something changed; several updates of one thing become one."""
        if how == "update":
            for known, known_how, known_elements in reversed(self.news):
                if known == key and known_how in ("add", "update"):
                    known_elements.update(elements)
                    return
                if known == key:
                    break
        self.news.append((key, how, elements))


def speaking(cluster: Cluster, seat: Seat) -> bool:
    """Whether the bridge takes this participant for the active speaker."""
    return cluster.province.speaker is seat.leg


def lobby_state(seat: Seat) -> str:
    """A leg's state; who waits in the lobby is still in the initial one."""
    return LegState.INITIAL if seat.leg.in_lobby else seat.leg.state


ROSTER: Mapping[str, Callable[[Cluster, Seat], Any]] = {
    "name": lambda cluster, seat: seat.leg.shown_name,
    "uri": lambda cluster, seat: bare(seat.leg.site.uri),
    "state": lambda cluster, seat: str(lobby_state(seat)),
    "direction": lambda cluster, seat: "outgoing" if seat.leg.outgoing else "incoming",
    "audioMuted": lambda cluster, seat: seat.leg.rx_audio_mute,
    "videoMuted": lambda cluster, seat: seat.leg.rx_video_mute,
    "importance": lambda cluster, seat: seat.leg.importance or 0,
    "layout": lambda cluster, seat: active_layout(seat),
    "activeSpeaker": speaking,
    "presenter": lambda cluster, seat: seat.leg.presenting,
    "endpointRecording": lambda cluster, seat: False,
    "canMove": lambda cluster, seat: seat.leg.state is LegState.CONNECTED,
    "movedParticipant": lambda cluster, seat: seat.moved_from or "",
    "movedParticipantCallBridge": lambda cluster, seat: "",
}
LEG_ELEMENTS: Mapping[str, frozenset[str]] = {
    "label": frozenset({"name"}),
    "state": frozenset({"state", "canMove"}),
    "in_lobby": frozenset({"state"}),
    "rx_audio_mute": frozenset({"audioMuted"}),
    "rx_video_mute": frozenset({"videoMuted"}),
    "importance": frozenset({"importance"}),
    "chosen_layout": frozenset({"layout"}),
    "default_layout": frozenset({"layout"}),
    "active_speaker": frozenset({"activeSpeaker"}),
    "presenting": frozenset({"presenter"}),
}


def lock_state(call: Call) -> str:
    """`locked` or `unlocked`."""
    return "locked" if call.conference.locked else "unlocked"


CALL: Mapping[str, Callable[[Cluster, Call], Any]] = {
    "name": lambda cluster, call: call.conference.name,
    "participants": lambda cluster, call: len(cluster.seats_of(call.conference)),
    "distributedInstances": lambda cluster, call: len(call.ids) - 1,
    "recording": lambda cluster, call: "active" if call.conference.recording else "inactive",
    "streaming": lambda cluster, call: "active" if call.conference.streaming else "inactive",
    "endpointRecording": lambda cluster, call: "inactive",
    "lockState": lambda cluster, call: lock_state(call),
    "callType": lambda cluster, call: "coSpace" if call.cospace else "adHoc",
    "callCorrelator": lambda cluster, call: call.correlator,
    "joinAudioMuteOverride": lambda cluster, call: call.conference.join_muted,
}
CONFERENCE_ELEMENTS: Mapping[str, frozenset[str]] = {
    "name": frozenset({"name"}),
    "recording": frozenset({"recording"}),
    "streaming": frozenset({"streaming"}),
    "locked": frozenset({"lockState"}),
    "join_muted": frozenset({"joinAudioMuteOverride"}),
}


def parse(items: object) -> list[Subscription] | None:
    """The subscriptions of a request, or None when they make no sense."""
    if not isinstance(items, list):
        return None
    found: list[Subscription] = []
    for item in cast("list[object]", items):
        entry = cast("dict[str, Any]", item) if isinstance(item, dict) else {}
        index, kind, elements = entry.get("index"), entry.get("type"), entry.get("elements")
        if not isinstance(index, int) or kind not in ("calls", "callInfo", "callRoster"):
            return None
        if not isinstance(elements, list) or index in {known.index for known in found}:
            return None
        call_id = entry.get("call", "")
        if kind != "calls" and not (isinstance(call_id, str) and call_id):
            return None
        names = frozenset(str(name) for name in cast("list[object]", elements))
        found.append(Subscription(index, str(kind), str(call_id), names))
    return found
