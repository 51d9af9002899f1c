"""A plain client of the pretend FreeSWITCH: one TCP socket, frames as they come."""

from __future__ import annotations

import json
import re
import socket
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any
from urllib.parse import unquote, urlsplit

from tests.simulators.peer import Started

PATIENCE_S = 15.0


@dataclass(frozen=True)
class Frame:
    """Headers in their order, and the body's bytes."""

    headers: tuple[tuple[str, str], ...]
    body: bytes

    def __getitem__(self, name: str) -> str:
        return dict(self.headers)[name]

    @property
    def kind(self) -> str:
        return dict(self.headers).get("Content-Type", "")

    @property
    def text(self) -> str:
        return self.body.decode()

    @property
    def reply(self) -> str:
        return dict(self.headers).get("Reply-Text", "")


def pairs_of(text: str) -> list[tuple[str, str]]:
    """The header lines of a plain event up to the empty line, values decoded."""
    lines = text.partition("\n\n")[0].split("\n")
    return [(name, unquote(value)) for name, _, value in (line.partition(": ") for line in lines)]


class Line:
    """One connection."""

    def __init__(self, peer: Started, at: dict[str, Any], timeout_s: float = PATIENCE_S) -> None:
        self.peer, self.at = peer, at
        self.name = str(at["conference"])
        address = ("127.0.0.1", int(urlsplit(at["url"]).port or 0))
        self.socket = socket.create_connection(address, timeout=timeout_s)
        self.buffer = b""
        self.events: list[dict[str, str]] = []
        self.event_frames: list[Frame] = []

    # -- bytes -------------------------------------------------------------------------------

    def send(self, text: str | bytes) -> None:
        self.socket.sendall(text if isinstance(text, bytes) else text.encode())

    def _more(self, timeout_s: float = PATIENCE_S) -> None:
        self.socket.settimeout(timeout_s)
        piece = self.socket.recv(65_536)
        if not piece:
            raise EOFError(self.buffer)
        self.buffer += piece

    def frame(self, timeout_s: float = PATIENCE_S) -> Frame:
        """The next frame, whatever it is."""
        while b"\n\n" not in self.buffer:
            self._more(timeout_s)
        head, _, self.buffer = self.buffer.partition(b"\n\n")
        lines = (line.partition(": ") for line in head.decode().split("\n"))
        headers = tuple((name, value) for name, _, value in lines)
        size = int(dict(headers).get("Content-Length", 0))
        while len(self.buffer) < size:
            self._more(timeout_s)
        body, self.buffer = self.buffer[:size], self.buffer[size:]
        return Frame(headers, body)

    # -- commands ----------------------------------------------------------------------------

    def answer(self, timeout_s: float = PATIENCE_S) -> Frame:
        """The next frame that is no event; events on the way are kept."""
        while True:
            frame = self.frame(timeout_s)
            if not frame.kind.startswith("text/event-"):
                return frame
            self._keep(frame)

    def _keep(self, frame: Frame) -> None:
        self.event_frames.append(frame)
        match frame.kind:
            case "text/event-json":
                self.events.append(json.loads(frame.body))
            case "text/event-plain":
                self.events.append(dict(pairs_of(frame.text)))
            case _:
                rows = re.findall(r"<([\w-]+)>([^<]*)</", frame.text)
                self.events.append({name: unquote(value) for name, value in rows})

    def ask(self, command: str, timeout_s: float = PATIENCE_S) -> Frame:
        """A command and its answer."""
        self.send(command + "\n\n")
        return self.answer(timeout_s)

    def api(self, command: str, timeout_s: float = PATIENCE_S) -> str:
        frame = self.ask(f"api {command}", timeout_s)
        assert [name for name, _ in frame.headers] == ["Content-Type", "Content-Length"]
        return frame.text

    def conference(self, command: str) -> str:
        return self.api(f"conference {self.name} {command}")

    def login(self, events: str = "plain CUSTOM conference::maintenance") -> Line:
        assert self.frame().headers == (("Content-Type", "auth/request"),)
        assert self.ask(f"auth {self.at['password']}").reply == "+OK accepted"
        if events:
            assert self.ask(f"event {events}").reply.startswith("+OK event listener enabled")
        return self

    # -- events ------------------------------------------------------------------------------

    def until(self, enough: Callable[[], Any], patience_s: float = PATIENCE_S) -> Any:
        """Hear events until it is enough; returns what `enough` did."""
        end_s = time.monotonic() + patience_s
        while not (found := enough()):
            left_s = end_s - time.monotonic()
            assert left_s > 0, f"it never came: {self.actions()}"
            try:
                frame = self.frame(min(left_s, 0.2))
            except TimeoutError:
                continue
            assert frame.kind.startswith("text/event-"), frame
            self._keep(frame)
        return found

    def quiet(self, seconds: float) -> bool:
        """Whether nothing at all comes for so long."""
        try:
            self._keep(self.frame(seconds))
        except TimeoutError:
            return True
        return False

    def of(self, action: str, number: int | None = None) -> list[dict[str, str]]:
        """The events of one action, of one member or of all."""
        wanted = None if number is None else str(number)
        return [
            each
            for each in self.events
            if each.get("Action") == action and wanted in (None, each.get("Member-ID"))
        ]

    def hear(self, action: str, number: int | None = None) -> dict[str, str]:
        """The newest event of an action, waited for."""
        self.until(lambda: self.of(action, number))
        return self.of(action, number)[-1]

    def actions(self) -> list[str]:
        return [each.get("Action") or each["Event-Name"] for each in self.events]

    def forget(self) -> None:
        self.events.clear()
        self.event_frames.clear()

    # -- rosters -----------------------------------------------------------------------------

    def roster(self) -> dict[str, dict[str, Any]]:
        """The members by caller id number, as `json_list` gives them."""
        text = self.conference("json_list")
        if text.startswith("-ERR"):
            return {}
        return {each["caller_id_number"]: each for each in json.loads(text)[0]["members"]}

    def number(self, code: str) -> int:
        """A site's member id now."""
        return int(self.roster()[code]["id"])

    def close(self) -> None:
        self.socket.close()


@contextmanager
def esl(
    peer: Started, events: str = "plain CUSTOM conference::maintenance", which: int = 0
) -> Iterator[Line]:
    """A connection that is logged in and listens."""
    line = Line(peer, peer.ready["freeswitch"][which])
    try:
        yield line.login(events)
    finally:
        line.close()


@contextmanager
def raw(peer: Started) -> Iterator[Line]:
    """A connection on which nothing was said."""
    line = Line(peer, peer.ready["freeswitch"][0])
    try:
        yield line
    finally:
        line.close()
