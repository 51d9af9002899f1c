"""The certificate that a device shows, as a person reads it before believing it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime

from console.wire.connection import look
from console.wire.deadline import REAPER, Guard
from console.wire.problems import WireError
from console.wire.tls import fingerprint


@dataclass(frozen=True, slots=True)
class Certificate:
    """Names as the certificate has them ("" where it can't be read), times in seconds UTC (0:
    unknown), `sha256` of the whole in lower-case hex."""

    sha256: str
    subject: str = ""
    issuer: str = ""
    names: tuple[str, ...] = ()
    begins_s: int = 0
    ends_s: int = 0

    @property
    def self_signed(self) -> bool:
        """Whether nobody else vouches for it."""
        return bool(self.subject) and self.subject == self.issuer

    def days_left(self, now_s: float) -> int | None:
        """Whole days until it expires, negative after; None where it does not say."""
        return int((self.ends_s - now_s) // 86400) if self.ends_s else None


def read_certificate(der: bytes) -> Certificate:
    """What a certificate (DER) says of itself; one that can't be read has its fingerprint only."""
    from cryptography import x509

    told = fingerprint(der)
    try:
        found = x509.load_der_x509_certificate(der)
        subject, issuer = found.subject.rfc4514_string(), found.issuer.rfc4514_string()
        begins, ends = found.not_valid_before_utc, found.not_valid_after_utc
    except ValueError:
        return Certificate(told)
    try:
        more = found.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
        names = tuple(str(name.value) for name in more)
    except (x509.ExtensionNotFound, ValueError):
        names = ()
    return Certificate(told, subject, issuer, names, _seconds(begins), _seconds(ends))


def _seconds(moment: datetime) -> int:
    return int(moment.replace(tzinfo=moment.tzinfo or UTC).timestamp())


def shown_by(host: str, port: int, deadline_s: float = 5.0) -> Certificate:
    """The certificate that a device shows; nothing is sent to it. Raises WireError."""
    guard = Guard(deadline_s)
    REAPER.attach()
    REAPER.add(guard)
    try:
        return read_certificate(look(host, port, guard))
    except WireError:
        guard.check()
        raise
    finally:
        guard.finish()
        REAPER.detach()


def grouped(sha256: str) -> str:
    """A fingerprint as it is read aloud and compared: pairs in capitals with colons."""
    return ":".join(sha256[at : at + 2] for at in range(0, len(sha256), 2)).upper()
