"""Asking an office in the same process, request by request, without a socket."""

from __future__ import annotations

import asyncio
import gzip
import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, ClassVar

from db.office import access
from db.office.app import create_app
from db.office.service import Office
from db.sync.exchange import Reply, Request
from tests.office.engines import SQLITE, Engine
from tests.office.letting_in import let_in, pem_of

START_US = 1_800_000_000_000_000


@dataclass(frozen=True, slots=True)
class Answer:
    """What came back."""

    status: int
    headers: dict[str, str]
    body: bytes

    @property
    def json(self) -> Any:
        return json.loads(self.body)

    @property
    def code(self) -> str:
        return self.json["code"]


@cache
def _application() -> Any:
    """One application for all offices of this process: to make its routes takes a while."""
    return create_app(None)  # pyright: ignore[reportArgumentType]


class Asgi:
    """A client of one office; an event loop of its own, to be closed."""

    shows: ClassVar[dict[str, str]] = {}
    """The certificate, in PEM, of whoever has a token: theirs unless a request says another. One
    for all clients, for an office may be closed and opened again under its consoles."""

    def __init__(self, office: Office) -> None:
        self.office = office
        self.app = _application()
        self.app.state.office = office
        self.loop = asyncio.new_event_loop()

    def close(self) -> None:
        self.loop.close()

    def ask(
        self,
        method: str,
        path: str,
        body: Any = None,
        *,
        token: str = "",
        headers: dict[str, str] | None = None,
        address: str = "192.0.2.1",
        shown: str | None = None,
    ) -> Answer:
        """One request; `body` is JSON, or bytes as they are. `shown`: the certificate that its
        connection shows, "" for none."""
        data = body if isinstance(body, bytes) else b"" if body is None else _dumped(body)
        told = {"content-type": "application/json", **(headers or {})}
        if token:
            told["authorization"] = f"Bearer {token}"
        chain = self.shows.get(token, "") if shown is None else shown
        found = self.loop.run_until_complete(self._ask(method, path, data, told, address, chain))
        if found.status == 200 and path.startswith(("/v1/enrol", "/v1/tokens/")):
            self.shows[found.json["token"]] = found.json.get("certificate_pem") or chain
        return found

    def __call__(self, request: Request) -> Reply:
        """The same as a transport of the sync."""
        headers = {"content-encoding": "gzip"} if request.gzip else {}
        shown = pem_of(request.identity) if request.identity else None
        found = self.ask(
            request.method,
            request.path,
            request.body,
            token=request.token,
            headers=headers,
            shown=shown,
        )
        wait = found.headers.get("retry-after", "0")
        return Reply(found.status, found.body, float(wait))

    async def _ask(
        self,
        method: str,
        path: str,
        data: bytes,
        headers: dict[str, str],
        address: str,
        shown: str = "",
    ) -> Answer:
        plain, _, query = path.partition("?")
        scope = {
            "type": "http",
            "asgi": {"version": "3.0"},
            "http_version": "1.1",
            "method": method,
            "scheme": "https",
            "path": plain,
            "raw_path": plain.encode(),
            "query_string": query.encode(),
            "root_path": "",
            "headers": [(k.encode(), v.encode()) for k, v in headers.items()],
            "client": (address, 40000),
            "server": ("office", 443),
            "extensions": {"tls": {"client_cert_chain": [shown] if shown else []}},
        }
        parts = [data[i : i + 65536] for i in range(0, len(data), 65536)] or [b""]
        sent: list[dict[str, Any]] = []

        async def receive() -> dict[str, Any]:
            if not parts:
                return {"type": "http.disconnect"}
            part = parts.pop(0)
            return {"type": "http.request", "body": part, "more_body": bool(parts)}

        async def send(message: Any) -> None:
            sent.append(message)

        self.app.state.office = self.office
        await self.app(scope, receive, send)
        found = {k.decode(): v.decode() for k, v in sent[0]["headers"]}
        return Answer(sent[0]["status"], found, b"".join(m.get("body", b"") for m in sent[1:]))


def _dumped(body: Any) -> bytes:
    return json.dumps(body).encode()


def packed(body: Any) -> bytes:
    """A body as gzip."""
    return gzip.compress(_dumped(body), mtime=0)


def new_office(folder: Path) -> Path:
    """A fresh office with a file of its own, in a folder that is not there yet."""
    return SQLITE.new_office(folder)


class Clock:
    """A clock that stands until it is moved; seconds, and µs of UTC."""

    def __init__(self) -> None:
        self.now_s = 0.0

    def monotonic_s(self) -> float:
        return self.now_s

    def utc_us(self) -> int:
        return START_US + round(self.now_s * 1e6)


class Desk:
    """An office on a clock of its own, and whoever asks it."""

    def __init__(self, folder: Path, clock: Clock | None = None) -> None:
        self.clock = clock or Clock()
        self.office = Office(folder, clock_us=self.clock.utc_us, monotonic_s=self.clock.monotonic_s)
        self.client = Asgi(self.office)
        self.ask = self.client.ask

    def close(self) -> None:
        self.client.close()
        self.office.close()

    def person(self, role: str, name: str = "") -> str:
        """A person's token."""
        with self.office.database.write() as connection:
            return access.issue_token(
                connection, access.PERSON, name or role, role, self.clock.utc_us()
            ).token

    def code(self, role: str = "technician", console_id: str | None = None) -> str:
        with self.office.database.write() as connection:
            return access.issue_code(connection, role, self.clock.utc_us(), console_id)

    def console(self, console_id: str, role: str = "technician") -> str:
        """A console's token, by enrolment without the HTTP of it."""
        token = let_in(self.office, console_id, role)
        self.client.shows[token.text] = pem_of(token.identity)
        return token.text


@contextmanager
def desk(folder: Path, engine: Engine = SQLITE) -> Iterator[Desk]:
    """A fresh office to ask."""
    home = engine.new_office(folder / "office")
    try:
        made = Desk(home)
        try:
            yield made
        finally:
            made.close()
    finally:
        engine.forget(home)
