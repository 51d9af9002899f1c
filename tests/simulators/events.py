"""A plain events client of the pretend MCU, on websockets."""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from tests.simulators.peer import Started
from tests.simulators.web_line import WebLine, web_line

ROSTER = ["name", "uri", "state", "audioMuted", "importance", "layout", "activeSpeaker"]
INFO = ["name", "participants", "lockState", "joinAudioMuteOverride"]


class Events:
    """One connection. Acks what it hears unless told otherwise."""

    def __init__(self, socket: WebLine) -> None:
        self.socket, self.acks = socket, True
        self.heard: list[dict[str, Any]] = []
        self.answers: list[dict[str, Any]] = []
        self._last = 100

    def say(self, value: Any) -> None:
        self.socket.send(value if isinstance(value, str) else json.dumps(value))

    def subscribe(self, *lines: dict[str, Any]) -> None:
        self._last += 1
        request = {"messageId": self._last, "type": "subscribeRequest", "subscriptions": lines}
        self.say({"type": "message", "message": request})

    def listen(self, seconds: float) -> None:
        """Hear what comes within so many seconds."""
        self.hear(lambda: False, seconds)

    def hear(self, enough: Callable[[], Any], patience_s: float = 10.0) -> bool:
        """Hear until it is enough; False when it never was."""
        end_s = time.monotonic() + patience_s
        while not enough():
            left_s = end_s - time.monotonic()
            if left_s <= 0:
                return False
            try:
                text = self.socket.recv(timeout=left_s)
            except TimeoutError:
                return bool(enough())
            self._take(json.loads(text))
        return True

    def _take(self, frame: dict[str, Any]) -> None:
        if frame["type"] == "messageAck":
            self.answers.append(frame["messageAck"])
            return
        message = frame["message"]
        self.heard.append(message)
        if self.acks:
            ack = {"messageId": message["messageId"], "status": "success"}
            self.say({"type": "messageAck", "messageAck": ack})

    def of(self, kind: str, index: int | None = None) -> list[dict[str, Any]]:
        """The messages of one type heard so far."""
        return [
            message
            for message in self.heard
            if message["type"] == kind and index in (None, message.get("subscriptionIndex"))
        ]

    def updates(self, index: int = 3) -> list[dict[str, Any]]:
        """The single updates of one roster subscription, in the order they came."""
        return [line for message in self.of("rosterUpdate", index) for line in message["updates"]]

    def roster(self, index: int = 3) -> dict[str, dict[str, Any]]:
        """What the updates of one subscription add up to."""
        found: dict[str, dict[str, Any]] = {}
        for line in self.updates(index):
            key = line["participant"]
            if line["updateType"] == "remove":
                found.pop(key, None)
            else:
                found.setdefault(key, {}).update(line)
        return found

    def states(self) -> list[tuple[int, str]]:
        return [
            (line["index"], line["state"])
            for message in self.of("subscriptionUpdate")
            for line in message["subscriptions"]
        ]


def token(peer: Started, bridge: int = 0) -> str:
    reply = peer.cms("POST", "/authTokens", bridge=bridge)
    assert reply.status_code == 200
    assert reply.content == b""
    return str(reply.headers["X-Cisco-CMS-Auth-Token"])


def address(peer: Started, key: str, bridge: int = 0) -> str:
    url = str(peer.ready["cms"][bridge]["url"]).replace("https:", "wss:")
    return f"{url}/events/v1?authToken={key}"


@contextmanager
def events(peer: Started, bridge: int = 0) -> Iterator[Events]:
    """A connection with a fresh token."""
    url = address(peer, token(peer, bridge), bridge)
    with web_line(url, peer.tls(), compression=None) as socket:
        yield Events(socket)


def roster_line(peer: Started, index: int = 3, bridge: int = 0) -> dict[str, Any]:
    return {"index": index, "type": "callRoster", "call": peer.call(bridge), "elements": ROSTER}


def info_line(peer: Started, index: int = 2) -> dict[str, Any]:
    return {"index": index, "type": "callInfo", "call": peer.call(), "elements": INFO}
