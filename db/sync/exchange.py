"""One exchange with the office, as the state machine sees it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

from db.sync.identity import Identity

PUSH_DEADLINE_S = 30.0
SHORT_DEADLINE_S = 10.0


@dataclass(frozen=True, slots=True)
class Token:
    """What the console shows the office; the text itself never shows.

    `identity` is the certificate that it is bound to; None for one of before there were any.
    """

    text: str = field(repr=False)
    expires_us: int
    identity: Identity | None = None


@dataclass(frozen=True, slots=True)
class Request:
    """A request; `body` is JSON, compressed where `gzip` says so. The token never shows; it goes
    over a connection that shows `identity`, to which the office has bound it."""

    method: str
    path: str
    body: bytes = b""
    gzip: bool = False
    token: str = field(default="", repr=False)
    deadline_s: float = SHORT_DEADLINE_S
    identity: Identity | None = None


@dataclass(frozen=True, slots=True)
class Reply:
    """A whole reply, whatever its status."""

    status: int
    body: bytes
    retry_after_s: float = 0.0


class Lost(Exception):
    """An exchange without a whole reply; whether the office took the request is not known.

    `reason`: `deadline`, `unreachable`, `certificate`, `own_certificate` (the office refuses the
    one shown here), `own_key` (it can't be loaded), `closed`, `large`, `not_http`, `interrupted`
    (by ourselves).
    """

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


Transport = Callable[[Request], Reply]
"""Sends one request and gives its reply, or raises Lost; blocks for the deadline at most."""
