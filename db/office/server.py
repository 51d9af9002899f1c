"""The HTTP server around one office's application: TLS that asks consoles for their certificate,
and tells the application what it saw; it lets long polls go when it closes."""

from __future__ import annotations

import asyncio
import logging
import socket
import ssl
from pathlib import Path
from typing import Any

import uvicorn
from starlette.types import Receive, Scope, Send
from uvicorn.protocols.http.h11_impl import H11Protocol

from db.office import keys
from db.office.app import create_app
from db.office.service import Office

_NO_CHECK_TIME = 0x200000
"""OpenSSL's X509_V_FLAG_NO_CHECK_TIME. When a certificate is good is looked up at every request
(`access.py`), where its end has a name that a console can tell its operator."""
_MORE_PIECES = 8
"""Of 256 KiB at most each (asyncio's buffer)."""
_log = logging.getLogger("office")


class Server(uvicorn.Server):
    """Uvicorn, which waits for the requests under way; so polls must not go on waiting."""

    def __init__(self, office: Office, **options: Any) -> None:
        super().__init__(_Config(office, **options))
        self._office = office

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        """Answer every poll, then close."""
        self._office.polls.end()
        await super().shutdown(sockets)


class _Config(uvicorn.Config):
    """Uvicorn's, with the office's own TLS; its HTTP is h11's, whatever else is installed."""

    def __init__(self, office: Office, **options: Any) -> None:
        certificate = {"ssl_certfile": office.folder / keys.SERVER}
        key = {"ssl_keyfile": office.folder / keys.SERVER_KEY}
        options |= {"http": _Telling, "ws": "none", "access_log": False}
        super().__init__(create_app(office), **certificate, **key, **options)
        self._folder = office.folder

    def load(self) -> None:
        """What there is to load, the TLS context after uvicorn's own."""
        super().load()
        self.ssl = server_context(self._folder)


def server_context(folder: Path) -> ssl.SSLContext:
    """TLS as the office speaks it. Who shows a certificate must have its key, and have it from the
    consoles' authority for being a client; nobody must show one, since people have none."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    context.num_tickets = 0  # each connection proves its key anew
    context.load_cert_chain(folder / keys.SERVER, folder / keys.SERVER_KEY)
    if (folder / keys.CONSOLES).exists():
        context.load_verify_locations(folder / keys.CONSOLES)
        context.verify_mode = ssl.CERT_OPTIONAL
        context.verify_flags |= ssl.VerifyFlags.VERIFY_X509_PARTIAL_CHAIN
        context.verify_flags |= ssl.VerifyFlags(_NO_CHECK_TIME)
        context.sslobject_class = _Refusing
    return context


class _Refusing(ssl.SSLObject):
    """Tells its peer why its certificate is refused.

    asyncio breaks a handshake off without sending OpenSSL's alert. So a refused handshake is made
    to look like one that waits for more: the alert is sent, and the end is the peer's to make, or
    that of asyncio's deadline for handshakes. Nothing that still comes is read, so that only so
    many pieces of it are let in.
    """

    _refused: ssl.SSLCertVerificationError | None = None
    _pieces = _MORE_PIECES

    def do_handshake(self) -> None:
        """See SSLObject."""
        if self._refused is None:
            try:
                super().do_handshake()
                return
            except ssl.SSLCertVerificationError as error:
                _log.warning("a client's certificate is refused: %s", error.verify_message)
                self._refused = error
        self._pieces -= 1
        if self._pieces < 0:
            raise self._refused
        raise ssl.SSLWantReadError


class _Telling(H11Protocol):
    """HTTP that tells the application which certificate the connection shows, as ASGI's TLS
    extension has it (`client_cert_chain`: PEM, here the client's own alone)."""

    def connection_made(self, transport: asyncio.Transport) -> None:
        """TLS is there: what it showed stays the same as long as the connection."""
        super().connection_made(transport)
        secured = transport.get_extra_info("ssl_object")
        shown = secured.getpeercert(binary_form=True) if secured is not None else None
        chain = [ssl.DER_cert_to_PEM_cert(shown)] if shown else []
        inner = self.app

        async def telling(scope: Scope, receive: Receive, send: Send) -> None:
            scope.setdefault("extensions", {})["tls"] = {"client_cert_chain": chain}
            await inner(scope, receive, send)

        self.app = telling
