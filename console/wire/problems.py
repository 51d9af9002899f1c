"""What can go wrong on the wire, as codes and parameters; the wording makes sentences of them."""

from __future__ import annotations

from typing import ClassVar

Param = str | int | float


class WireError(Exception):
    """An exchange that did not end in a whole reply.

    `code` names a text (`wire.deadline`), `params` are the values it needs. Nothing is known of
    what the device did with the request, unless the class says so.
    """

    default_code: ClassVar[str] = "wire.failed"

    def __init__(self, code: str = "", **params: Param) -> None:
        self.code = code or self.default_code
        self.params: dict[str, Param] = params
        super().__init__(self.code, params)

    def __reduce__(self) -> tuple[object, ...]:
        """Survives the way back from a worker process."""
        return _made, (type(self), self.code, self.params)


def _made(kind: type[WireError], code: str, params: dict[str, Param]) -> WireError:
    return kind(code, **params)


class Unreachable(WireError):
    """No connection came about: nothing was sent. `reason`: refused, route, name, dropped."""

    default_code = "wire.unreachable"


class DeadlinePassed(WireError):
    """The exchange took longer than `seconds`, all of it counted.

    `reason`, where more is known: greeting (connected, and it never spoke first as its protocol
    wants), datagrams (nothing came, and nobody says whether anything arrived there).
    """

    default_code = "wire.deadline"


class TooLarge(WireError):
    """The reply passes the cap of `bytes`; `part` is `head` or `body`."""

    default_code = "wire.too_large"


class NotUnderstood(WireError):
    """The reply is not what the protocol prescribes.

    `reason`: not_http, truncated (or bad chunks), encoding, not_tls, not_websocket, not_esl,
    not_visca, visca_message and visca_sequence (the camera says so of ours), binary.
    """

    default_code = "wire.not_understood"


class CertificateRefused(WireError):
    """The device did not prove who it is; nothing was sent.

    `reason`: unknown_ca, expired (outside its validity), name, changed (not the pinned one).
    `fingerprint` is the SHA-256 of what it showed, in lower-case hex, or "".
    """

    default_code = "wire.certificate"


class LoginRefused(WireError):
    """The device let us not in; nothing was asked. `reason`: password, address (not allowed)."""

    default_code = "wire.login"


class Closed(WireError):
    """The connection ended too early. `reason`: reset (by the device), aborted (by us)."""

    default_code = "wire.closed"


class XmlRefused(NotUnderstood):
    """Not safe, well-formed XML. `reason`: size, encoding, doctype, tags, depth, syntax."""

    default_code = "wire.xml"


class JsonRefused(NotUnderstood):
    """Not strict JSON. `reason`: size, encoding, depth, duplicate, number, syntax."""

    default_code = "wire.json"
