"""Requests over mutual TLS, and the identities that thieves might have."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

from db.office import certificates, keys
from db.sync.exchange import Lost, Request
from db.sync.identity import Identity, NewKey
from db.sync.office_sync import Token
from db.sync.transport import HttpsTransport, office_transport
from tests.office.rows import ME, Chain
from tests.office.serving import Served

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
