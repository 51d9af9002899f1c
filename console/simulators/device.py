"""What every pretend device has in common: a request, a reply, a socket, an address."""

from __future__ import annotations

import base64
import binascii
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from typing import Protocol
from urllib.parse import parse_qsl

FORM = "application/x-www-form-urlencoded"


@dataclass(frozen=True, slots=True)
class Account:
    """A throw-away login; `role` in the device's own words."""

    user: str
    password: str
    role: str = "Admin"


@dataclass(frozen=True, slots=True)
class Ask:
    """One HTTP request as it arrived. Header names are in lower case."""

    method: str
    path: str
    query: tuple[tuple[str, str], ...]
    headers: dict[str, str]
    body: bytes
    host: str

    @property
    def content_type(self) -> str:
        """The media type without its parameters."""
        return self.headers.get("content-type", "").partition(";")[0].strip().lower()

    def form(self) -> dict[str, str]:
        """The form's fields; none when the body does not say that it is a form."""
        if self.content_type != FORM:
            return {}
        text = self.body.decode("utf-8", "replace")
        return dict(parse_qsl(text, keep_blank_values=True))

    def basic(self) -> tuple[str, str] | None:
        """User and password of Basic authentication, where given and well-formed."""
        scheme, _, value = self.headers.get("authorization", "").partition(" ")
        if scheme.lower() != "basic":
            return None
        try:
            user, colon, password = base64.b64decode(value, validate=True).decode().partition(":")
        except (binascii.Error, UnicodeDecodeError):
            return None
        return (user, password) if colon else None


@dataclass(slots=True)
class Reply:
    """One HTTP answer."""

    status: int = 200
    body: bytes = b""
    content_type: str = "text/xml"
    headers: dict[str, str] = field(default_factory=dict[str, str])


class Socket(Protocol):
    """A WebSocket as a device sees it: texts in, texts out."""

    def __aiter__(self) -> AsyncIterator[str]: ...

    async def send(self, text: str) -> None:
        """Send one text frame; lost without a word when the line is faulty."""
        ...

    async def close(self, code: int) -> None:
        """Say goodbye."""
        ...


class Endpoint(Protocol):
    """Whatever stands behind one listening port: it has a name, a line and a plug.

    Attributes:
        name: how faults and the log address it, such as `cms-1` or `room:24121`.
        family: `cms`, `rooms` or `cameras`.
    """

    name: str
    family: str

    def reachable(self) -> bool:
        """Whether the line to the device carries anything at all."""
        ...

    def go_down(self) -> None:
        """Lose power: everything it held in memory is gone."""
        ...

    def come_up(self) -> None:
        """Serve again after the power came back."""
        ...

    def forget_tokens(self) -> None:
        """Let every session and token expire at once."""
        ...


class Device(Endpoint, Protocol):
    """One pretend device that speaks HTTP."""

    async def answer(self, ask: Ask, *, dry: bool = False) -> Reply:
        """Answer one request; a dry one is answered as if it had been done."""
        ...

    def refusal(self, ask: Ask, code: str) -> Reply:
        """How this family words a refusal of this request."""
        ...

    def handshake(self, ask: Ask) -> Reply | str | None:
        """Judge a WebSocket handshake: a refusal, or the chosen subprotocol, or None for none."""
        ...

    async def converse(self, ask: Ask, socket: Socket) -> None:
        """Serve one WebSocket until it ends."""
        ...


class Port(Protocol):
    """A listening port that speaks no HTTP and sees to its own connections.

    Attributes:
        mode: good, down or mute, as `listener` names them.
    """

    @property
    def device(self) -> Endpoint:
        """Who stands behind it."""
        ...

    @property
    def mode(self) -> str:
        """What state its line is in."""
        ...

    async def open(self, port: int = 0) -> int:
        """Listen; returns the port number."""
        ...

    async def change(self, mode: str) -> None:
        """Go over to another mode, and cut or hold the connections it has."""
        ...

    def close(self) -> None:
        """Stop listening and cut every connection."""
        ...
