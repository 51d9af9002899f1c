"""The events WebSocket: subscriptions, acknowledgements, updates.

Every server message must be acknowledged, or the server falls silent. Each subscribeRequest
replaces the whole set, so it always names everything that is wanted.
"""

from __future__ import annotations

import json
from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass, field
from enum import Enum
from typing import Any, cast

from console.wire.json import loads
from console.wire.problems import JsonRefused

_CALLS = ["name", "participants", "recording", "lockState", "callCorrelator"]
_INFO = ["name", "participants", "recording", "lockState", "joinAudioMuteOverride"]
_ROSTER = [
    "name", "uri", "state", "direction", "audioMuted", "videoMuted", "importance", "layout",
    "activeSpeaker", "presenter",
]  # fmt: skip
CALLS, INFO, ROSTER = 1, 2, 3
"""Our subscriptions' indexes."""
_REMEMBERED = 256
Update = dict[str, Any]


class Place(Enum):
    """Where a server message stands in the sequence."""

    NEXT = "next"
    AFTER_GAP = "after_gap"
    """Some before it have not come: lost, or overtaken."""
    LATE = "late"
    """Overtaken by others, which may tell of later changes."""
    AGAIN = "again"


@dataclass(slots=True)
class Feed:
    """One connection's numbering; `subscribed` is the call whose roster was asked for."""

    next_id: int = 1
    subscribed: str = ""
    alive: bool = False
    renewals: int = 0
    """How often the roster was asked for again after the bridge had ended it."""
    _last: int | None = None
    _seen: deque[int] = field(default_factory=lambda: deque[int](maxlen=_REMEMBERED))

    def place(self, number: int) -> Place:
        """Where the message with this id stands; the bridge numbers without gaps."""
        if number in self._seen:
            return Place.AGAIN
        self._seen.append(number)
        last = self._last
        if last is not None and number < last:
            return Place.LATE
        self._last = number
        return Place.NEXT if last is None or number == last + 1 else Place.AFTER_GAP

    def subscribe(self, call: str) -> str:
        """A request for the list of calls, and for one call's info and roster if given."""
        wanted: list[Update] = [{"index": CALLS, "type": "calls", "elements": _CALLS}]
        if call:
            wanted.append({"index": INFO, "type": "callInfo", "call": call, "elements": _INFO})
            wanted.append(
                {"index": ROSTER, "type": "callRoster", "call": call, "elements": _ROSTER}
            )
        self.subscribed = call
        message = {
            "messageId": self.next_id,
            "type": "subscribeRequest",
            "subscriptions": wanted,
        }
        self.next_id += 1
        return json.dumps({"type": "message", "message": message})


def read(message: str) -> Update | None:
    """The message inside a frame, or None for an acknowledgement and for garbage."""
    try:
        frame = loads(message)
    except JsonRefused:
        return None
    if not isinstance(frame, dict):
        return None
    inner = cast("Update", frame).get("message")
    return cast("Update", inner) if isinstance(inner, dict) else None


def acknowledgement(number: int) -> str:
    """What to answer to the server message with this id."""
    ack = {"messageId": number, "status": "success"}
    return json.dumps({"type": "messageAck", "messageAck": ack})


def updates(inner: Update, name: str = "updates") -> Iterator[Update]:
    """The objects in a message's list."""
    listed = inner.get(name)
    if isinstance(listed, list):
        for item in cast("list[object]", listed):
            if isinstance(item, dict):
                yield cast("Update", item)


def word(update: Update, name: str) -> str | None:
    """A text of an update."""
    value = update.get(name)
    return value if isinstance(value, str) else None
