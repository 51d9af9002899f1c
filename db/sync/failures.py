"""What a failure of the layers below an exchange means."""

from __future__ import annotations

import http.client
import socket
import ssl
from typing import Any

from urllib3.exceptions import SSLError as UrllibSSLError

from db.sync.exchange import Lost


def reason_of(error: BaseException) -> str:
    """The `reason` of Lost that an error stands for, however deep it is wrapped."""
    if isinstance(error, Lost):
        return error.reason
    seen: set[int] = set()
    waiting: list[Any] = [error]
    kinds: list[BaseException] = []
    while waiting:
        item = waiting.pop()
        if isinstance(item, BaseException) and id(item) not in seen:
            seen.add(id(item))
            kinds.append(item)
            waiting += [*item.args, getattr(item, "reason", None), item.__cause__]
    if any(isinstance(item, ssl.SSLError) and _of_our_certificate(item) for item in kinds):
        return "own_certificate"
    for kind, reason in (
        (ssl.SSLCertVerificationError, "certificate"),
        (TimeoutError, "deadline"),
        (ConnectionRefusedError, "unreachable"),
        (socket.gaierror, "unreachable"),
        (ssl.SSLError, "not_http"),
        (UrllibSSLError, "not_http"),
        (http.client.RemoteDisconnected, "closed"),
        (ConnectionError, "closed"),
        (http.client.HTTPException, "not_http"),
        (OSError, "unreachable"),
    ):
        if any(isinstance(item, kind) for item in kinds):
            return reason
    return "not_http"


def _of_our_certificate(error: ssl.SSLError) -> bool:
    """Whether it is an alert of the other side about the certificate that was shown to it."""
    alert = error.reason or ""
    return "_ALERT_" in alert and ("CERTIFICATE" in alert or alert.endswith("_UNKNOWN_CA"))
