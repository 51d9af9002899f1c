"""The office's keys: a private authority, what it certifies, the key that countersigns.

Files of one folder, readable by their owner alone: `ca.pem`, `ca.key`, `server.pem` (the
certificate and its authority), `server.key`, `consoles.pem`, `consoles.key`, `signing.key`. The
authority's key is needed only to make the server's certificate and the consoles' authority, so it
may be kept elsewhere in between. The consoles' authority stays: it certifies each console as it
enrols, and can certify nothing else (decision 114).
"""

from __future__ import annotations

import datetime as dt
import ipaddress
import os
from collections.abc import Sequence
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, ed25519
from cryptography.hazmat.primitives.asymmetric.types import PrivateKeyTypes
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

CA, CA_KEY, SERVER, SERVER_KEY, SIGNING_KEY, CONSOLES, CONSOLES_KEY = (
    "ca.pem",
    "ca.key",
    "server.pem",
    "server.key",
    "signing.key",
    "consoles.pem",
    "consoles.key",
)
_CA_DAYS = 3650
_SERVER_DAYS = 397
_HOUR = dt.timedelta(hours=1)


def make_authority(folder: Path, office_name: str) -> None:
    """A new authority, good for ten years. Raises FileExistsError where there is one."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, _cut(office_name, 64))])
    now = dt.datetime.now(dt.UTC)
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - _HOUR)
        .not_valid_after(now + dt.timedelta(days=_CA_DAYS))
        .add_extension(x509.BasicConstraints(ca=True, path_length=1), critical=True)
        .add_extension(_usage(certificates=True), critical=True)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
        .sign(key, hashes.SHA256())
    )
    _write(folder / CA_KEY, _pem(key))
    _write(folder / CA, certificate.public_bytes(serialization.Encoding.PEM))


def make_server_certificate(folder: Path, hosts: Sequence[str]) -> None:
    """A certificate for these names and addresses, good for 397 days, in place of any before."""
    ca, ca_key = _authority(folder, CA, CA_KEY)
    key = ec.generate_private_key(ec.SECP256R1())
    now = dt.datetime.now(dt.UTC)
    authority_id = x509.AuthorityKeyIdentifier.from_issuer_public_key(ca_key.public_key())
    certificate = (
        x509.CertificateBuilder()
        .subject_name(x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, _cut(hosts[0], 64))]))
        .issuer_name(ca.subject)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - _HOUR)
        .not_valid_after(now + dt.timedelta(days=_SERVER_DAYS))
        .add_extension(x509.SubjectAlternativeName([_name(h) for h in hosts]), critical=False)
        .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
        .add_extension(_usage(certificates=False), critical=True)
        .add_extension(x509.ExtendedKeyUsage([ExtendedKeyUsageOID.SERVER_AUTH]), critical=False)
        .add_extension(authority_id, critical=False)
        .sign(ca_key, hashes.SHA256())
    )
    pem = certificate.public_bytes(serialization.Encoding.PEM)
    for name in (SERVER, SERVER_KEY):
        (folder / name).unlink(missing_ok=True)
    _write(folder / SERVER_KEY, _pem(key))
    _write(folder / SERVER, pem + ca.public_bytes(serialization.Encoding.PEM))


def make_console_authority(folder: Path) -> None:
    """The authority that certifies consoles, certified by the office's; as good for as long.

    Raises FileExistsError where there is one, FileNotFoundError where `ca.key` is elsewhere.
    """
    ca, ca_key = _authority(folder, CA, CA_KEY)
    key = ec.generate_private_key(ec.SECP256R1())
    (named,) = ca.subject.get_attributes_for_oid(NameOID.COMMON_NAME)
    name = f"{_cut(str(named.value), 55)} consoles"
    authority_id = x509.AuthorityKeyIdentifier.from_issuer_public_key(ca_key.public_key())
    certificate = (
        x509.CertificateBuilder()
        .subject_name(x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)]))
        .issuer_name(ca.subject)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(dt.datetime.now(dt.UTC) - _HOUR)
        .not_valid_after(ca.not_valid_after_utc)
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .add_extension(_usage(certificates=True), critical=True)
        .add_extension(x509.ExtendedKeyUsage([ExtendedKeyUsageOID.CLIENT_AUTH]), critical=False)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
        .add_extension(authority_id, critical=False)
        .sign(ca_key, hashes.SHA256())
    )
    _write(folder / CONSOLES_KEY, _pem(key))
    _write(folder / CONSOLES, certificate.public_bytes(serialization.Encoding.PEM))


def console_authority(folder: Path) -> tuple[x509.Certificate, ec.EllipticCurvePrivateKey] | None:
    """What certifies consoles, made now where an office of before has none; None where it can't
    be: its key, or `ca.key`, is kept elsewhere."""
    if not (folder / CONSOLES).exists():
        if not (folder / CA_KEY).exists():
            return None
        (folder / CONSOLES_KEY).unlink(missing_ok=True)  # of a start that was broken off
        make_console_authority(folder)
    if not (folder / CONSOLES_KEY).exists():
        return None
    return _authority(folder, CONSOLES, CONSOLES_KEY)


def console_key_usage() -> x509.KeyUsage:
    """What a console's key is for: signing its handshakes."""
    return _usage(certificates=False)


def make_signing_key(folder: Path) -> None:
    """A new Ed25519 key. Raises FileExistsError where there is one: consoles have it pinned."""
    _write(folder / SIGNING_KEY, _pem(ed25519.Ed25519PrivateKey.generate()))


def signing_key(folder: Path) -> ed25519.Ed25519PrivateKey:
    """The key that countersigns heads."""
    data = (folder / SIGNING_KEY).read_bytes()
    key = serialization.load_pem_private_key(data, None)
    assert isinstance(key, ed25519.Ed25519PrivateKey)
    return key


def server_fingerprint(folder: Path) -> str:
    """SHA-256 of the server's certificate, lower-case hex: what a console is enrolled with."""
    first = x509.load_pem_x509_certificate((folder / SERVER).read_bytes())
    return first.fingerprint(hashes.SHA256()).hex()


def _authority(
    folder: Path, name: str, key_name: str
) -> tuple[x509.Certificate, ec.EllipticCurvePrivateKey]:
    certificate = x509.load_pem_x509_certificate((folder / name).read_bytes())
    key = serialization.load_pem_private_key((folder / key_name).read_bytes(), None)
    assert isinstance(key, ec.EllipticCurvePrivateKey)
    return certificate, key


def _cut(text: str, most: int) -> str:
    """What of a name X.509 takes: so many bytes of UTF-8, and no half letter."""
    return text.encode()[:most].decode(errors="ignore")


def _usage(*, certificates: bool) -> x509.KeyUsage:
    return x509.KeyUsage(
        digital_signature=not certificates,
        content_commitment=False,
        key_encipherment=False,
        data_encipherment=False,
        key_agreement=False,
        key_cert_sign=certificates,
        crl_sign=certificates,
        encipher_only=False,
        decipher_only=False,
    )


def _name(host: str) -> x509.GeneralName:
    try:
        return x509.IPAddress(ipaddress.ip_address(host))
    except ValueError:
        return x509.DNSName(host)


def _pem(key: PrivateKeyTypes) -> bytes:
    return key.private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.PKCS8,
        serialization.NoEncryption(),
    )


def _write(path: Path, data: bytes) -> None:
    """A new file that only its owner reads, on the disk when this returns."""
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
        file.write(data)
        file.flush()
        os.fsync(file.fileno())
