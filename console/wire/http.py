"""HTTP to one device: one keep-alive session, one exchange at a time, each within its deadline."""

from __future__ import annotations

import base64
import http.client
import ssl
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import partial
from http.cookiejar import DefaultCookiePolicy
from typing import Any
from urllib.parse import urlencode, urlsplit

import requests
from requests.adapters import HTTPAdapter
from urllib3 import HTTPConnectionPool
from urllib3.exceptions import HTTPError

from console.wire.connection import Meter, WatchedConnection
from console.wire.deadline import Guard
from console.wire.problems import (
    Closed,
    DeadlinePassed,
    NotUnderstood,
    TooLarge,
    WireError,
)
from console.wire.session import Request
from console.wire.tls import Trust
from console.wire.turns import Turns

Pairs = tuple[tuple[str, str], ...]
MIB = 1024 * 1024


@dataclass(frozen=True, slots=True)
class HttpRequest(Request):
    """One request of a device's API.

    `path` begins with `/` and is already escaped; `query` and `form` are escaped here. `form`
    makes a form body, `body` with `content_type` any other. `login` False leaves the
    credentials out (where a session cookie in `headers` stands for them).
    """

    method: str
    path: str
    query: Pairs = ()
    form: Pairs | None = None
    body: bytes | None = None
    content_type: str | None = None
    headers: Pairs = ()
    deadline_s: float = 8.0
    max_bytes: int = 8 * MIB
    login: bool = True


@dataclass(frozen=True, slots=True)
class HttpReply:
    """A whole reply, whatever its status. Header names in lower case, in the order received."""

    status: int
    headers: Pairs
    body: bytes
    elapsed_s: float

    def header(self, name: str) -> str | None:
        """The first header of that name (lower case), or None."""
        return next((value for key, value in self.headers if key == name), None)


@dataclass(frozen=True, slots=True)
class Credentials:
    """A device account. The password never shows in a log."""

    user: str
    password: str = field(repr=False)

    @property
    def basic(self) -> str:
        """The value of the Authorization header (RFC 7617, UTF-8)."""
        pair = f"{self.user}:{self.password}".encode()
        return "Basic " + base64.b64encode(pair).decode("ascii")


class _Session(requests.Session):
    """A Session that follows no redirect and so never reads a redirect's body on its own."""

    def get_redirect_target(self, resp: requests.Response) -> None:
        return None


class _OnePool(HTTPAdapter):
    """An adapter for one device: one pool, whose connections do their own verified TLS."""

    def __init__(self, pool: HTTPConnectionPool) -> None:
        self._pool = pool
        super().__init__(pool_connections=1, pool_maxsize=1, max_retries=0)

    def get_connection_with_tls_context(self, *_: Any, **__: Any) -> HTTPConnectionPool:
        return self._pool

    def cert_verify(self, *_: Any, **__: Any) -> None:
        """Nothing to do: the connection verifies before it sends."""

    def close(self) -> None:
        self._pool.close()
        super().close()


class HttpSession:
    """One device's keep-alive session. Blocking; to be called from a pool thread.

    Exchanges wait for one another, and the waiting counts against the deadline. Cookies are the
    driver's business: none are kept here. Proxies, redirects and compression are not used.
    """

    def __init__(self, base_url: str, credentials: Credentials | None, trust: Trust) -> None:
        parts = urlsplit(base_url)
        if parts.scheme not in ("http", "https") or not parts.hostname:
            raise ValueError(f"not the URL of a device: {base_url!r}")
        self._base = base_url.rstrip("/")
        self._credentials = credentials
        self._turns = Turns()
        self.meter = Meter(0)
        self.fresh = False
        tls = parts.scheme == "https"
        pool = HTTPConnectionPool(
            parts.hostname, parts.port or (443 if tls else 80), maxsize=1, block=False
        )
        made: Any = partial(WatchedConnection, trust=trust if tls else None, watch=self)
        pool.ConnectionCls = made
        self._session = _Session()
        self._session.trust_env = False
        self._session.headers.clear()
        self._session.cookies.set_policy(DefaultCookiePolicy(allowed_domains=[]))
        self._session.mount(self._base, _OnePool(pool))

    @property
    def guard(self) -> Guard:
        """The deadline of the exchange under way, for the connection."""
        return self._turns.guard

    def exchange(self, request: HttpRequest) -> HttpReply:
        """Send one request and read its whole reply. Raises WireError by the deadline at latest.

        A GET whose kept connection turns out to be dead is sent once more on a new one; nothing
        else is ever sent twice.
        """
        with self._turns.take(request.deadline_s):
            self.meter, self.fresh = Meter(request.max_bytes), False
            try:
                return self._send(request)
            except Closed as dead:
                stale = not self.fresh and self.meter.received == 0
                if not stale or request.method != "GET" or dead.params["reason"] == "aborted":
                    raise
            self.meter = Meter(request.max_bytes)
            return self._send(request)

    def abort(self) -> None:
        """End the exchange under way, if any, from any thread; it raises Closed."""
        self._turns.abort()

    def close(self) -> None:
        """End the exchange under way, and the session for good; from any thread."""
        self._turns.close(self._session.close)

    def _send(self, request: HttpRequest) -> HttpReply:
        started = time.monotonic()
        try:
            reply = self._session.send(
                self._prepared(request),
                stream=True,
                timeout=self.guard.left_s(),
                allow_redirects=False,
            )
            try:
                body = self._body(reply, request.max_bytes)
            except BaseException:
                reply.raw.close()
                raise
        except WireError:
            self.guard.check()
            raise
        except (requests.RequestException, HTTPError, OSError, http.client.HTTPException) as error:
            raise self._meaning(error) from error
        self.guard.check()
        headers = tuple((name.lower(), value) for name, value in reply.raw.headers.items())
        return HttpReply(reply.status_code, headers, body, time.monotonic() - started)

    def _prepared(self, request: HttpRequest) -> requests.PreparedRequest:
        if not request.path.startswith("/"):
            raise ValueError(f"not a path: {request.path!r}")
        headers = {"Accept-Encoding": "identity", "User-Agent": "hnth-console"}
        headers |= dict(request.headers)
        body, content_type = request.body, request.content_type
        if request.form is not None:
            body = urlencode(request.form).encode("ascii")
            content_type = "application/x-www-form-urlencoded"
        if content_type is not None:
            headers["Content-Type"] = content_type
        if request.login and self._credentials is not None:
            headers["Authorization"] = self._credentials.basic
        url = self._base + request.path
        if request.query:
            url += "?" + urlencode(request.query)
        # not through the Session: what it merges from itself is empty here, at twice the time
        prepared = requests.PreparedRequest()
        prepared.prepare_method(request.method)
        prepared.url = requests.utils.requote_uri(url)
        prepared.prepare_headers(headers)
        prepared.prepare_body(body, None)
        return prepared

    def _body(self, reply: requests.Response, max_bytes: int) -> bytes:
        raw = reply.raw
        if raw.headers.get("Content-Encoding", "identity").strip().lower() not in ("identity", ""):
            raise NotUnderstood(reason="encoding")
        if (raw.length_remaining or 0) > max_bytes:
            raise TooLarge(part="body", bytes=max_bytes)
        parts: list[bytes] = []
        size = 0
        while part := raw.read(64 * 1024, decode_content=False):
            size += len(part)
            if size > max_bytes:
                raise TooLarge(part="body", bytes=max_bytes)
            parts.append(part)
        return b"".join(parts)

    def _meaning(self, error: BaseException) -> WireError:
        """What a failure of the layers below means, by the exceptions it was made of."""
        try:
            self.guard.check()
        except WireError as verdict:
            return verdict
        causes = list(_causes(error))
        for cause in causes:
            if isinstance(cause, WireError):
                return cause
            if isinstance(cause, http.client.RemoteDisconnected | ConnectionError):
                return Closed(reason="reset")
        for kind, problem in (
            (TimeoutError, DeadlinePassed(seconds=self.guard.deadline_s)),
            (ssl.SSLError, Closed(reason="reset")),
            (http.client.IncompleteRead, NotUnderstood(reason="truncated")),
            (http.client.HTTPException, NotUnderstood(reason="not_http")),
            (OSError, Closed(reason="reset")),
        ):
            if any(isinstance(cause, kind) for cause in causes):
                return problem
        return NotUnderstood(reason="not_http")


def _causes(error: BaseException) -> Iterator[BaseException]:
    """An exception and all that it was made of, each once."""
    seen: set[int] = set()
    waiting: list[Any] = [error]
    while waiting:
        item = waiting.pop(0)
        if not isinstance(item, BaseException) or id(item) in seen:
            continue
        seen.add(id(item))
        yield item
        waiting += [*item.args, getattr(item, "reason", None), item.__cause__, item.__context__]
