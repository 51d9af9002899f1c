"""What speaks to one device: one exchange at a time, each within its deadline and size cap."""

from __future__ import annotations

from dataclasses import dataclass
from importlib import import_module
from typing import TYPE_CHECKING, Any, Protocol
from urllib.parse import urlsplit

if TYPE_CHECKING:
    from console.wire.http import Credentials
    from console.wire.tls import Trust


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """What one exchange asks of a device; each protocol has its own, which names its deadline.

    `urgent` is for whoever orders the exchanges: an operator's wish overtakes polling.
    """

    urgent: bool = False


class Reply(Protocol):
    """What came of a Request; every protocol has its own."""

    @property
    def elapsed_s(self) -> float:
        """How long the exchange took, all of it counted."""
        ...


class Session(Protocol):
    """One device's session. Blocking; `exchange` is called from a pool thread, the rest from any.

    Exchanges wait for one another, and the waiting counts against the deadline.
    """

    def exchange(self, request: Any, /) -> Reply:
        """Ask and wait for the whole reply. Raises WireError by the Request's deadline at latest.

        A session takes the Requests of its own protocol only.
        """
        ...

    def abort(self) -> None:
        """End the exchange under way, if any; it raises Closed."""
        ...

    def close(self) -> None:
        """End the exchange under way, and the session for good."""
        ...


_SESSIONS = {
    "http": ("console.wire.http", "HttpSession"),
    "https": ("console.wire.http", "HttpSession"),
    "esl": ("console.wire.esl", "EslSession"),
}
_CAMERAS = ("visca+udp", "visca+tcp", "visca+rawudp")
SCHEMES = (*_SESSIONS, *_CAMERAS)
"""How an address may begin."""


def open_session(address: str, credentials: Credentials | None, trust: Trust) -> Session:
    """The session that an address's scheme asks for; it connects with its first exchange.

    Raises ValueError where the address is not a device's.
    """
    scheme = urlsplit(address).scheme
    if scheme in _CAMERAS:
        camera: Session = import_module("console.wire.visca").ViscaSession(address)
        return camera
    if scheme not in _SESSIONS:
        raise ValueError(f"not the address of a device: {address!r}")
    module, name = _SESSIONS[scheme]
    session: Session = getattr(import_module(module), name)(address, credentials, trust)
    return session
