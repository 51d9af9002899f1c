"""Certificates on both sides of real TLS: what gets through, and what each thief is told."""

from __future__ import annotations

import http.client
import json
import socket
import ssl
import tempfile
from contextlib import closing
from dataclasses import replace
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
from cryptography import x509
from starlette.requests import Request as StarletteRequest

from db.office import access
from db.office.__main__ import main
from db.office.routes import asking
from db.sync.exchange import Request
from db.sync.identity import Identity
from db.sync.transport import HttpsTransport
from tests.office.asgi import new_office
from tests.office.letting_in import let_in
from tests.office.rows import ME, OTHER
from tests.office.serving import Served, serving
from tests.sync.joined import enrolled
from tests.sync.mutual_tls import (
    BEAT,
    DAY_US,
    a_server_of_the_consoles_authority,
    a_servers,
    another,
    beat,
    issued,
    push,
    told,
    wire,
    written,
)


def test_a_console_that_enrolled_pushes_over_mutual_tls(served: Served):
    account, token = enrolled(served, ME)
    assert token.identity is not None
    assert account.console_id == ME
    with wire(served) as transport:
        assert told(transport, push(token)) == ""
        assert told(transport, beat(token)) == ""
        assert told(transport, Request("GET", "/v1/hello")) == ""
    assert written(served) == 2


@pytest.mark.parametrize("version", [ssl.TLSVersion.TLSv1_2, ssl.TLSVersion.TLSv1_3])
def test_a_stolen_token_is_refused_with_its_reason_and_nothing_is_written(
    served: Served, tmp_path: Path, version: ssl.TLSVersion, monkeypatch: pytest.MonkeyPatch
):
    context = HttpsTransport._context

    def only(self: HttpsTransport, deadline_s: float) -> ssl.SSLContext:
        made = context(self, deadline_s)
        made.maximum_version = version
        return made

    monkeypatch.setattr(HttpsTransport, "_context", only)
    stolen = let_in(served.office, ME)
    other = let_in(served.office, OTHER)
    foreign = another(tmp_path)
    now_us = served.office.clock_us()
    thieves: list[tuple[Identity | None, str]] = [
        (None, "access.certificate_none"),
        (other.identity, "access.certificate_other"),
        (issued(served.folder, ME, now_us), "access.certificate_other"),
        (issued(served.folder, ME, now_us - 400 * DAY_US), "access.certificate_other"),
        (issued(foreign, ME, now_us), "own_certificate"),
        (a_servers(served.folder), "own_certificate"),
        (a_servers(foreign), "own_certificate"),
        (a_server_of_the_consoles_authority(served.folder), "own_certificate"),
    ]
    for identity, why in thieves:
        with wire(served) as transport:
            for request in (push(stolen), beat(stolen)):
                assert told(transport, replace(request, identity=identity)) == why
    assert written(served) == 0
    with wire(served) as transport:
        assert told(transport, push(stolen)) == ""


def test_whoever_is_refused_and_goes_on_sending_is_cut_off(served: Served, tmp_path: Path):
    context = ssl.create_default_context(cadata=served.office.ca_pem)
    foreign = issued(another(tmp_path), ME, served.office.clock_us())
    (path := tmp_path / "identity.pem").write_text(foreign.pem)
    context.load_cert_chain(path, password=foreign.passphrase)
    at = urlsplit(served.url)
    with (
        socket.create_connection((str(at.hostname), int(at.port or 0)), timeout=30) as raw,
        context.wrap_socket(raw, server_hostname=at.hostname) as secured,
        pytest.raises(OSError, match=r"(?i)pipe|reset|alert|eof|abort"),
    ):
        secured.sendall(bytes(64 << 20))


def test_a_certificate_without_its_key_gets_no_connection(served: Served, tmp_path: Path):
    """What anybody sees of a handshake under TLS 1.2 is of no use."""
    mine, other = let_in(served.office, ME), let_in(served.office, OTHER)
    assert mine.identity is not None
    assert other.identity is not None
    key, _, _ = other.identity.pem.partition("-----BEGIN CERT")
    _, mark, certificate = mine.identity.pem.partition("-----BEGIN CERT")
    mixed = Identity(key + mark + certificate, other.identity.passphrase)
    with wire(served) as transport:
        assert told(transport, replace(push(mine), identity=mixed)) == "own_key"
    wrong = Identity(mine.identity.pem, "wrong")
    with wire(served) as transport:
        assert told(transport, replace(push(mine), identity=wrong)) == "own_key"
    assert written(served) == 0


def test_an_expired_certificate_is_named_by_the_office_not_by_tls(tmp_path: Path):
    folder = new_office(tmp_path / "office")
    with serving(folder) as served:
        now_us = served.office.clock_us()
        served.office.clock_us = lambda: now_us - 398 * DAY_US
        old = let_in(served.office, ME)
        served.office.clock_us = lambda: now_us
        with served.office.database.write() as connection:
            query = f"UPDATE tokens SET expires_us = {now_us + DAY_US}"
            connection.exec_driver_sql(query)
        with wire(served) as transport:
            assert told(transport, push(old)) == "access.certificate_expired"
        assert written(served) == 0


def test_revoking_ends_a_connection_that_is_kept_open_with_its_next_request(served: Served):
    token = let_in(served.office, ME)
    assert token.identity is not None
    context = ssl.create_default_context(cadata=served.office.ca_pem)
    path = served.folder.parent / "identity.pem"
    path.write_text(token.identity.pem)
    context.load_cert_chain(path, password=token.identity.passphrase)
    at = urlsplit(served.url)
    headers = {"Authorization": f"Bearer {token.text}", "Content-Type": "application/json"}
    connection = http.client.HTTPSConnection(str(at.hostname), at.port, context=context)
    with closing(connection):

        def ask() -> tuple[int, Any]:
            connection.request("POST", f"/v1/heartbeat/{ME}", BEAT, headers)
            reply = connection.getresponse()
            return reply.status, json.loads(reply.read())

        assert ask()[0] == 200
        own = connection.sock.getsockname()
        assert ask()[0] == 200
        assert main(["revoke", str(served.folder), ME]) == 0
        status, said = ask()
        assert (status, said["code"]) == (401, "access.token")
        with served.office.database.write() as database:
            person = access.issue_token(
                database, access.PERSON, "an", "auditor", served.office.clock_us()
            )
        headers["Authorization"] = f"Bearer {person.token}"
        status, said = ask()
        assert (status, said["code"]) == (401, "access.certificate_revoked")
        assert connection.sock.getsockname() == own  # one connection, all the while


def test_people_need_no_certificate(served: Served):
    with served.office.database.write() as connection:
        now_us = served.office.clock_us()
        issued_to = access.issue_token(connection, access.PERSON, "an", "auditor", now_us)
    with wire(served) as transport:
        assert told(transport, Request("GET", "/v1/incidents", token=issued_to.token)) == ""


def test_no_trace_of_a_key_is_left_in_any_file(
    served: Served, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    (tmp_path / "temporary").mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path / "temporary"))
    seen: list[str] = []
    load = ssl.SSLContext.load_cert_chain

    def looked_at(self: ssl.SSLContext, path: Any, *more: Any, **named: Any) -> None:
        if Path(path).name == "identity.pem":
            seen.append(Path(path).read_text())
        load(self, path, *more, **named)

    monkeypatch.setattr(ssl.SSLContext, "load_cert_chain", looked_at)
    token = let_in(served.office, ME)
    with wire(served) as transport:
        assert told(transport, push(token)) == ""
    assert list((tmp_path / "temporary").iterdir()) == []
    (shown,) = seen
    assert "BEGIN ENCRYPTED PRIVATE KEY" in shown
    assert "BEGIN PRIVATE KEY" not in shown
    assert "BEGIN EC PRIVATE KEY" not in shown


def test_an_application_sees_what_asgi_says_it_should(
    served: Served, monkeypatch: pytest.MonkeyPatch
):
    """`client_cert_chain` of the TLS extension: PEM, the client's own first."""
    seen: list[Any] = []
    token, look = let_in(served.office, ME), asking.shown_by

    def looked_at(request: StarletteRequest) -> bytes:
        seen.append(request.scope["extensions"]["tls"])
        return look(request)

    monkeypatch.setattr(asking, "shown_by", looked_at)
    with wire(served) as transport:
        assert told(transport, replace(beat(token), identity=None)) != ""
        assert told(transport, beat(token)) == ""
    assert token.identity is not None
    assert seen[0] == {"client_cert_chain": []}
    (shown,) = seen[1]["client_cert_chain"]
    assert x509.load_pem_x509_certificate(shown.encode()) == token.identity.certificate
