"""Consoles' certificates: asked for with proof of the key, issued, kept, shown (decision 114)."""

from __future__ import annotations

import datetime as dt
import ssl
from collections.abc import Callable
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from uuid import UUID

from cryptography import x509
from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID
from sqlalchemy import Connection, insert, update

from db.office import keys
from db.office.problem import Refusal
from db.office.tables import certificates

_DAYS = 397
_SLACK_US = 24 * 3600 * 1_000_000
"""So far the office's clock may have gone back since it issued a certificate."""


@dataclass(frozen=True, slots=True)
class Certificate:
    """One of a console. `thumbprint` is its DER's SHA-256 (RFC 8705: x5t#S256), times µs of UTC."""

    console_id: str
    thumbprint: bytes
    serial: str
    not_before_us: int
    not_after_us: int
    pem: str


Certify = Callable[[], Certificate]
"""Issues what was asked for, once it is known that it may be."""


class Authority:
    """Issues certificates of consoles, if its key is in the office's folder."""

    def __init__(self, folder: Path) -> None:
        self._known = keys.console_authority(folder)

    @property
    def there(self) -> bool:
        """Whether it can issue any."""
        return self._known is not None

    def issue(self, key: ec.EllipticCurvePublicKey, console_id: str, now_us: int) -> Certificate:
        """A certificate that says: this key is this console's. For clients alone, 397 days.

        Raises Refusal where the authority's key is elsewhere.
        """
        if self._known is None:
            raise Refusal(503, "enrol.authority", retry_after_s=60)
        authority, authority_key = self._known
        now = dt.datetime.fromtimestamp(now_us // 1_000_000, dt.UTC)
        end = min(now + dt.timedelta(days=_DAYS), authority.not_valid_after_utc)
        serial = x509.random_serial_number()
        uri = x509.UniformResourceIdentifier(UUID(console_id).urn)
        own = x509.SubjectKeyIdentifier.from_public_key(key)
        of = x509.AuthorityKeyIdentifier.from_issuer_public_key(authority_key.public_key())
        made = (
            x509.CertificateBuilder()
            .subject_name(x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, console_id)]))
            .issuer_name(authority.subject)
            .public_key(key)
            .serial_number(serial)
            .not_valid_before(now)
            .not_valid_after(end)
            .add_extension(x509.SubjectAlternativeName([uri]), critical=False)
            .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
            .add_extension(keys.console_key_usage(), critical=True)
            .add_extension(x509.ExtendedKeyUsage([ExtendedKeyUsageOID.CLIENT_AUTH]), critical=True)
            .add_extension(own, critical=False)
            .add_extension(of, critical=False)
            .sign(authority_key, hashes.SHA256())
        )
        return Certificate(
            console_id,
            made.fingerprint(hashes.SHA256()),
            f"{serial:x}",
            int(now.timestamp()) * 1_000_000,
            int(end.timestamp()) * 1_000_000,
            made.public_bytes(serialization.Encoding.PEM).decode("ascii"),
        )


def key_of(csr: str) -> ec.EllipticCurvePublicKey:
    """The key of a request for a certificate (PKCS#10, PEM); whoever asks has proven to have it.

    Nothing else of the request counts. Raises Refusal.
    """
    try:
        asked = x509.load_pem_x509_csr(csr.encode("ascii"))
        key = asked.public_key()
        good = asked.is_signature_valid
    except (ValueError, TypeError, UnsupportedAlgorithm):
        raise Refusal(403, "enrol.csr") from None
    if not good or not isinstance(key, ec.EllipticCurvePublicKey) or key.curve.name != "secp256r1":
        raise Refusal(403, "enrol.csr")
    return key


def keep(connection: Connection, issued: Certificate) -> None:
    """Write down what was issued."""
    connection.execute(
        insert(certificates).values(
            thumbprint=issued.thumbprint,
            console_id=issued.console_id,
            serial=issued.serial,
            not_before_us=issued.not_before_us,
            not_after_us=issued.not_after_us,
        )
    )


def revoke(connection: Connection, console_id: str, now_us: int) -> int:
    """Make every certificate of a console void from its next request on; how many."""
    of_console = (certificates.c.console_id == console_id, certificates.c.revoked_us.is_(None))
    query = update(certificates).where(*of_console).values(revoked_us=now_us)
    return connection.execute(query).rowcount


def flaw(
    bound: bytes | None,
    shown: bytes,
    span_us: tuple[int | None, int | None],
    revoked_us: int | None,
    now_us: int,
) -> str:
    """What is wrong with the certificate that is shown with a token bound to `bound`, "" for
    nothing. `span_us` and `revoked_us` are what is known of the one shown."""
    if revoked_us is not None:
        return "revoked"
    if bound is None:
        return ""
    if not shown:
        return "none"
    begin_us, end_us = span_us
    if bound != shown or begin_us is None or end_us is None:
        return "other"
    if end_us <= now_us:
        return "expired"
    return "early" if begin_us > now_us + _SLACK_US else ""


def thumbprint(pem: str) -> bytes:
    """A certificate's SHA-256, from its PEM."""
    return sha256(ssl.PEM_cert_to_DER_cert(pem)).digest()
