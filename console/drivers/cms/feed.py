"""The events WebSocket: subscriptions, acknowledgements, updates.

Every server message must be acknowledged, or the server falls silent. Each subscribeRequest
replaces the whole set, so it always names everything that is wanted.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
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
Update = dict[str, Any]


@dataclass(slots=True)
class Feed:
    """One connection's numbering; `subscribed` is the call whose roster was asked for."""

    next_id: int = 1
    subscribed: str = ""
    alive: bool = False

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


def acknowledgement(inner: Update) -> str | None:
    """What to answer to a server message."""
    number = inner.get("messageId")
    if isinstance(number, bool) or not isinstance(number, int):
        return None
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
