"""Throw-away certificates, good and bad."""

from __future__ import annotations

import datetime as dt
import hashlib
import ipaddress
import ssl
from pathlib import Path

import trustme
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID


def ca_file(ca: trustme.CA, folder: Path, name: str = "ca.pem") -> str:
    """The authority's certificate as a file."""
    path = folder / name
    ca.cert_pem.write_to_path(str(path))
    return str(path)


def server(cert: trustme.LeafCert, folder: Path, minimum: str = "") -> ssl.SSLContext:
    """A server's context that shows this certificate."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    cert.configure_cert(context)
    return context


def self_signed(folder: Path, name: str = "codec", days: int = 365) -> tuple[ssl.SSLContext, str]:
    """A server's context with a self-signed certificate for a name that is not its address, as
    room codecs have it, and its SHA-256."""
    key = ec.generate_private_key(ec.SECP256R1())
    now = dt.datetime.now(dt.UTC)
    end = now + dt.timedelta(days=days)
    certificate = _bare(name, name, key, (min(now, end), end)).sign(key, hashes.SHA256())
    der = certificate.public_bytes(serialization.Encoding.DER)
    return _showing(folder, key, certificate), hashlib.sha256(der).hexdigest()


def of_old_make(folder: Path, address: str) -> tuple[ssl.SSLContext, str]:
    """A server's context for an address, and the file of its authority: neither names its keys nor
    says what they are for, as RFC 5280 asks and many a province's own authority never did."""
    ca_key, key = ec.generate_private_key(ec.SECP256R1()), ec.generate_private_key(ec.SECP256R1())
    now = dt.datetime.now(dt.UTC)
    span = (now, now + dt.timedelta(days=365))
    anything = x509.BasicConstraints(ca=True, path_length=None)
    authority = _bare("Root", "Root", ca_key, span).add_extension(anything, critical=False)
    path = folder / "old-ca.pem"
    signed = authority.sign(ca_key, hashes.SHA256())
    path.write_bytes(signed.public_bytes(serialization.Encoding.PEM))
    names = x509.SubjectAlternativeName([x509.IPAddress(ipaddress.ip_address(address))])
    leaf = _bare("cms", "Root", key, span).add_extension(names, critical=False)
    return _showing(folder, key, leaf.sign(ca_key, hashes.SHA256())), str(path)


def _bare(
    name: str, issuer: str, key: ec.EllipticCurvePrivateKey, span: tuple[dt.datetime, dt.datetime]
) -> x509.CertificateBuilder:
    """A certificate without any extension, to be signed."""
    subject, signer = (
        x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, text)]) for text in (name, issuer)
    )
    return (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(signer)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(span[0] - dt.timedelta(days=1))
        .not_valid_after(span[1])
    )


def _showing(
    folder: Path, key: ec.EllipticCurvePrivateKey, certificate: x509.Certificate
) -> ssl.SSLContext:
    path = folder / f"{certificate.serial_number:x}.pem"
    path.write_bytes(
        key.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        )
        + certificate.public_bytes(serialization.Encoding.PEM)
    )
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(path)
    return context
