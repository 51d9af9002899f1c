"""Certificates on both sides of real TLS: what gets through, and what each thief is told."""

from __future__ import annotations

import datetime as dt
import http.client
import json
import socket
import ssl
import tempfile
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import replace
from pathlib import Path
from random import Random
from typing import Any
from urllib.parse import urlsplit

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID
from starlette.requests import Request as StarletteRequest

from db.office import access, certificates, keys
from db.office.__main__ import main
from db.office.routes import asking
from db.sync.enrolment import EnrolmentRefused
from db.sync.exchange import Lost, Reply, Request
from db.sync.health import SyncIncident
from db.sync.identity import Identity, NewKey
from db.sync.office_sync import Clocks, OfficeSync, Token
from db.sync.transport import HttpsTransport, office_transport
from tests.office.asgi import Clock, new_office
from tests.office.letting_in import let_in
from tests.office.rows import ME, OTHER, Chain
from tests.office.serving import Served, serving
from tests.sync.memory import MemoryJournal, MemoryReceipts
from tests.sync.test_end_to_end import enrolled

DAY_US = 24 * 3600 * 1_000_000
BEAT = json.dumps({"sent_us": 0, "offset_us": 0, "standings": []}).encode()


@contextmanager
def wire(served: Served) -> Iterator[HttpsTransport]:
    made = office_transport(served.url, served.office.ca_pem)
    try:
        yield made
    finally:
        made.close()
        made.drop()


def push(token: Token) -> Request:
    body = json.dumps(Chain(1).push(1, 1)).encode()
    path = f"/v1/journal/{ME}/ops"
    return Request("POST", path, body, token=token.text, identity=token.identity)


def beat(token: Token) -> Request:
    path = f"/v1/heartbeat/{ME}"
    return Request("POST", path, BEAT, token=token.text, identity=token.identity)


def told(transport: HttpsTransport, request: Request) -> str:
    """What becomes of a request: "" for well, the office's code, or why there was no answer."""
    try:
        reply = transport(request)
    except Lost as lost:
        return lost.reason
    return "" if reply.status == 200 else str(json.loads(reply.body)["code"])


def written(served: Served) -> int:
    with served.office.database.read() as connection:
        query = "SELECT (SELECT count(*) FROM journal) + (SELECT count(*) FROM receipts)"
        return connection.exec_driver_sql(query).scalar_one()


def issued(folder: Path, console_id: str, now_us: int) -> Identity:
    """A certificate of an office's authority that no office wrote down."""
    key = NewKey(console_id)
    authority = certificates.Authority(folder)
    return key.certified(authority.issue(certificates.key_of(key.csr), console_id, now_us).pem)


def another(folder: Path) -> Path:
    """The keys of another office that has the same name."""
    (made := folder / "another").mkdir()
    keys.make_authority(made, "Office")
    keys.make_console_authority(made)
    keys.make_server_certificate(made, ["127.0.0.1"])
    return made


def a_servers(folder: Path) -> Identity:
    """The office's own server certificate, with its key."""
    key = serialization.load_pem_private_key((folder / keys.SERVER_KEY).read_bytes(), None)
    sealed = key.private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.PKCS8,
        serialization.BestAvailableEncryption(b"x"),
    )
    return Identity(sealed.decode() + (folder / keys.SERVER).read_text(), "x")


def a_server_of_the_consoles_authority(folder: Path) -> Identity:
    """Made with the consoles' authority's own key, but for a server."""
    found = keys.console_authority(folder)
    assert found is not None
    authority, authority_key = found
    key, now = ec.generate_private_key(ec.SECP256R1()), dt.datetime.now(dt.UTC)
    usage = x509.ExtendedKeyUsage([ExtendedKeyUsageOID.SERVER_AUTH])
    made = (
        x509.CertificateBuilder()
        .subject_name(x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, ME)]))
        .issuer_name(authority.subject)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now)
        .not_valid_after(now + dt.timedelta(days=1))
        .add_extension(usage, critical=False)
        .sign(authority_key, hashes.SHA256())
    )
    sealed = key.private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.PKCS8,
        serialization.BestAvailableEncryption(b"x"),
    )
    return Identity((sealed + made.public_bytes(serialization.Encoding.PEM)).decode(), "x")


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


def test_an_office_of_before_whose_authority_is_elsewhere_serves_on_and_enrols_nobody(
    tmp_path: Path,
):
    folder = new_office(tmp_path / "office")
    for name in (keys.CA_KEY, keys.CONSOLES, keys.CONSOLES_KEY):
        (folder / name).rename(tmp_path / name)
    with serving(folder) as served:
        with pytest.raises(EnrolmentRefused) as caught:
            enrolled(served, ME)
        assert caught.value.code == "enrol.authority"
        with served.office.database.write() as connection:
            now_us = served.office.clock_us()
            text = access.issue_token(connection, access.CONSOLE, ME, "technician", now_us).token
            query = f"INSERT INTO consoles (console_id, name, enrolled_us) VALUES ('{ME}', 'x', 1)"
            connection.exec_driver_sql(query)
        with wire(served) as transport:
            console = Console(served, transport, Token(text, 0))
            assert console.go() is None
            assert {token.identity for token in console.kept} == {None}
    (tmp_path / keys.CA_KEY).rename(folder / keys.CA_KEY)
    with serving(folder) as served, wire(served) as transport:
        assert told(transport, beat(console.sync.token)) == ""
        with served.office.database.read() as connection:
            query = "SELECT count(*) FROM certificates"
            assert connection.exec_driver_sql(query).scalar_one() == 0
        account, token = enrolled(served, OTHER)
        assert account.console_id == OTHER
        assert token.identity is not None


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


class Console:
    """A sync over real TLS whose rotations are asked for by its clock."""

    def __init__(self, served: Served, transport: HttpsTransport, token: Token) -> None:
        self.served = served
        self.clock = Clock()
        self.kept: list[Token] = []
        self.lose = False
        self.transport = transport
        self.ahead_us = 0
        journal = MemoryJournal(ME)
        journal.append("ops", Chain(1).rows[0])
        self.sync = OfficeSync(
            journal,
            MemoryReceipts(journal),
            self.send,
            lambda *_: True,
            token,
            Clocks(self.clock.monotonic_s, self.utc_us),
            keep_token=self.kept.append,
            random=Random(1),
        )

    def utc_us(self) -> int:
        return self.served.office.clock_us() + self.ahead_us

    def send(self, request: Request) -> Reply:
        reply = self.transport(request)
        if self.lose and request.path == "/v1/tokens/renew":
            raise Lost("deadline")
        return reply

    def go(self, times: int = 6) -> SyncIncident | None:
        """So many steps, each two hours after the other."""
        for _ in range(times):
            self.clock.now_s += 7200
            self.sync.hurry()
            self.sync._beat_at_s = self.clock.now_s
            self.sync.step()
            self.sync._beat_at_s = 1e12
            self.sync.step()
        return self.sync.health.incident


def test_a_rotation_whose_answer_is_lost_is_asked_again_with_the_old_key(served: Served):
    now_us = served.office.clock_us()
    served.office.clock_us = lambda: now_us - 61 * DAY_US
    token = let_in(served.office, ME)
    served.office.clock_us = lambda: now_us
    with wire(served) as transport:
        console = Console(served, transport, token)
        console.lose = True
        assert console.go() is None
        assert console.kept == []
        served.office.clock_us = lambda: now_us + 25 * DAY_US
        console.lose = False
        assert console.go() is None
        assert console.sync.health.failure == ""
        (fresh,) = console.kept
        assert fresh.identity is not None
        assert token.identity is not None
        assert console.sync.token == fresh
        assert fresh.identity.thumbprint != token.identity.thumbprint
        assert told(transport, beat(token)) == ""  # for a day
        served.office.clock_us = lambda: now_us + 27 * DAY_US
        assert told(transport, beat(token)) == "access.token"
        assert console.go() is None
        assert told(transport, beat(fresh)) == ""


def test_a_console_rotates_by_the_offices_clock_not_its_own(served: Served):
    now_us = served.office.clock_us()
    token = let_in(served.office, ME)
    served.office.clock_us = lambda: now_us + 61 * DAY_US
    with wire(served) as transport:
        console = Console(served, transport, token)
        console.ahead_us = -300 * DAY_US
        assert console.go() is None
        assert len(console.kept) == 1


@pytest.mark.parametrize(
    ("damage", "code", "params"),
    [
        ("expired", "sync.expired", ()),
        ("revoked", "sync.access", (("status", 401), ("reason", "access.token"))),
        ("other", "sync.certificate", (("reason", "other"),)),
        ("foreign", "sync.certificate", (("reason", "refused"),)),
    ],
)
def test_the_console_is_told_what_is_wrong_with_its_certificate(
    served: Served, tmp_path: Path, damage: str, code: str, params: tuple[Any, ...]
):
    token = let_in(served.office, ME)
    now_us = served.office.clock_us()
    if damage == "expired":
        with served.office.database.write() as connection:
            connection.exec_driver_sql(f"UPDATE certificates SET not_after_us = {now_us}")
    elif damage == "revoked":
        main(["revoke", str(served.folder), ME])
    elif damage == "other":
        token = replace(token, identity=let_in(served.office, OTHER).identity)
    else:
        token = replace(token, identity=issued(another(tmp_path), ME, now_us))
    with wire(served) as transport:
        incident = Console(served, transport, token).go(2)
    assert incident is not None
    assert (incident.code, incident.params) == (code, params)
    assert written(served) == 0


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
