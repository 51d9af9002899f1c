"""The wire to the office: verified TLS, a total deadline and a size cap around every exchange.

Own certificates are shown with the tokens that are bound to them, on connections of their own.
Either the office's own authority is believed (`Anchor.ca_pem`), or, to enrol, the one
certificate whose fingerprint a person carried over. There is no way to believe anyone else.
"""

from __future__ import annotations

import hashlib
import hmac
import http.client
import socket
import ssl
import threading
import time
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any
from urllib.parse import urlsplit

import requests
from requests.adapters import HTTPAdapter
from urllib3 import HTTPSConnectionPool
from urllib3.connection import HTTPSConnection
from urllib3.exceptions import HTTPError

from db.sync.exchange import Lost, Reply, Request
from db.sync.failures import reason_of
from db.sync.identity import Identity

MAX_REPLY_BYTES = 1 << 20
_CHUNK_BYTES = 16 << 10


@dataclass(frozen=True, slots=True)
class Anchor:
    """Whom to believe: the office's authority in PEM, or the SHA-256 of one certificate in hex."""

    ca_pem: str = ""
    sha256: str = ""


class _Cut:
    """Ends one exchange when its time is up, or nobody wants it any more, from any thread."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._handle: socket.socket | None = None
        self.reason = ""
        self.over = False

    def watch(self, sock: socket.socket) -> None:
        """Cut this socket: a duplicate is kept, for the original may be wrapped meanwhile."""
        handle = socket.fromfd(sock.fileno(), sock.family, sock.type)
        with self._lock:
            old, self._handle = self._handle, handle
            if old is not None:
                old.close()
            if self.reason or self.over:
                self._shut()

    def cut(self, reason: str) -> None:
        with self._lock:
            if not self.over and not self.reason:
                self.reason = reason
                self._shut()

    def finish(self) -> None:
        with self._lock:
            self.over = True
            if self._handle is not None:
                self._handle.close()
                self._handle = None

    def _shut(self) -> None:
        if self._handle is not None:
            try:
                self._handle.shutdown(socket.SHUT_RDWR)
            except OSError:  # not connected, or gone already
                pass


class _Session(requests.Session):
    """A Session that follows no redirect."""

    def get_redirect_target(self, resp: requests.Response) -> None:
        return None


class _OnePool(HTTPAdapter):
    """One office, one pool with its own verified TLS."""

    def __init__(self, pool: HTTPSConnectionPool) -> None:
        self._pool = pool
        super().__init__(pool_connections=1, pool_maxsize=1, max_retries=0)

    def get_connection_with_tls_context(self, *_: Any, **__: Any) -> HTTPSConnectionPool:
        return self._pool

    def cert_verify(self, *_: Any, **__: Any) -> None:
        """Nothing to do: the pool's context verifies before anything is sent."""

    def close(self) -> None:
        self._pool.close()
        super().close()


class HttpsTransport:
    """Exchanges with one office over one kept connection. One thread at a time; `close` any."""

    def __init__(self, url: str, anchor: Anchor) -> None:
        parts = urlsplit(url)
        if parts.scheme != "https" or not parts.hostname:
            raise ValueError(f"not the URL of an office: {url!r}")
        self._base = url.rstrip("/")
        self._host, self._port = parts.hostname, parts.port or 443
        self._anchor = anchor
        self._session: requests.Session | None = None
        self._identity: Identity | None = None
        self._cut = _Cut()
        self._closed = False

    def __call__(self, request: Request) -> Reply:
        """Send one request and give the whole reply by its deadline, or raise Lost."""
        cut = self._cut = _Cut()
        if self._closed:
            raise Lost("closed")
        timer = threading.Timer(request.deadline_s, cut.cut, ("deadline",))
        timer.name, timer.daemon = "sync-deadline", True
        timer.start()
        try:
            if request.token and request.identity != self._identity:
                self._drop()
                self._identity = request.identity
            if self._session is None:
                self._session = self._connected(request.deadline_s)
            return self._send(self._session, request)
        except (
            requests.RequestException,
            HTTPError,
            OSError,
            http.client.HTTPException,
            Lost,
        ) as error:
            self._drop()
            raise Lost(cut.reason or reason_of(error)) from error
        finally:
            timer.cancel()
            timer.join()
            cut.finish()

    def close(self) -> None:
        """End the exchange under way and take no more. The calling thread drops the rest."""
        self._closed = True
        self._cut.cut("closed")

    def interrupt(self) -> None:
        """End the exchange under way, from any thread; the next one may begin at once."""
        self._cut.cut("interrupted")

    def drop(self) -> None:
        """Let the kept connection go; for the thread that makes the exchanges."""
        self._drop()

    def _send(self, session: requests.Session, request: Request) -> Reply:
        started = time.monotonic()
        headers = {"Accept-Encoding": "identity", "User-Agent": "hnth-console"}
        if request.body:
            headers["Content-Type"] = "application/json"
        if request.gzip:
            headers["Content-Encoding"] = "gzip"
        if request.token:
            headers["Authorization"] = f"Bearer {request.token}"
        prepared = session.prepare_request(
            requests.Request(
                request.method, self._base + request.path, headers=headers, data=request.body
            )
        )
        reply = session.send(
            prepared, stream=True, timeout=request.deadline_s, allow_redirects=False
        )
        try:
            if reply.headers.get("Content-Encoding", "identity").lower() != "identity":
                raise Lost("not_http")
            body = _body(reply)
        except BaseException:
            reply.close()
            raise
        if self._cut.reason or time.monotonic() - started > request.deadline_s:
            raise Lost(self._cut.reason or "deadline")
        return Reply(reply.status_code, body, _seconds(reply.headers.get("Retry-After", "")))

    def _connected(self, deadline_s: float) -> requests.Session:
        owner = self

        class Watched(HTTPSConnection):
            """A connection whose socket is cut with the exchange it is made for."""

            def _new_conn(self) -> socket.socket:
                sock = super()._new_conn()
                owner._cut.watch(sock)
                return sock

            def request(self, *args: Any, **options: Any) -> None:
                if self.sock is not None:
                    owner._cut.watch(self.sock)
                super().request(*args, **options)

        context = self._context(deadline_s)
        if self._identity is not None:
            _show(context, self._identity)
        pool = HTTPSConnectionPool(
            self._host, self._port, maxsize=1, block=False, ssl_context=context
        )
        if self._anchor.sha256:
            pool.assert_hostname = False  # this very certificate is all that is believed
        made: Any = Watched
        pool.ConnectionCls = made
        session = _Session()
        session.trust_env = False
        session.headers.clear()
        session.mount(self._base, _OnePool(pool))
        return session

    def _context(self, deadline_s: float) -> ssl.SSLContext:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
        context.minimum_version = ssl.TLSVersion.TLSv1_2
        if not self._anchor.sha256:
            context.load_verify_locations(cadata=self._anchor.ca_pem)
            return context
        shown = self._look(deadline_s)
        pin = self._anchor.sha256.replace(":", "").strip().lower()
        if not hmac.compare_digest(hashlib.sha256(shown).hexdigest(), pin):
            raise Lost("certificate")
        context.check_hostname = False
        context.verify_flags |= ssl.VerifyFlags.VERIFY_X509_PARTIAL_CHAIN
        context.load_verify_locations(cadata=shown)
        return context

    def _look(self, deadline_s: float) -> bytes:
        """The certificate (DER) that the office shows; this connection carries nothing of ours."""
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
        context.check_hostname = False
        context.verify_mode = ssl.CERT_NONE
        with socket.create_connection((self._host, self._port), timeout=deadline_s) as raw:
            self._cut.watch(raw)
            with context.wrap_socket(raw, server_hostname=self._host) as sock:
                return sock.getpeercert(binary_form=True) or b""

    def _drop(self) -> None:
        session, self._session = self._session, None
        if session is not None:
            session.close()


def office_transport(url: str, ca_pem: str) -> HttpsTransport:
    """The way to an enrolled console's office."""
    return HttpsTransport(url, Anchor(ca_pem=ca_pem))


def _show(context: ssl.SSLContext, identity: Identity) -> None:
    """Let a context show a certificate. Python takes one from a file alone: it lies there while
    this lasts, its key encrypted."""
    try:
        with TemporaryDirectory(prefix="hnth-") as folder:
            path = Path(folder) / "identity.pem"
            path.write_text(identity.pem, "ascii")
            context.load_cert_chain(path, password=identity.passphrase)
    except OSError as error:
        raise Lost("own_key") from error


def _body(reply: requests.Response) -> bytes:
    parts: list[bytes] = []
    size = 0
    while part := reply.raw.read(_CHUNK_BYTES, decode_content=False):
        size += len(part)
        if size > MAX_REPLY_BYTES:
            raise Lost("large")
        parts.append(part)
    return b"".join(parts)


def _seconds(text: str) -> float:
    """`Retry-After` in seconds; a date, or nonsense, counts as none."""
    return float(text) if text.isascii() and text.isdigit() and len(text) < 7 else 0.0
