"""Whom to believe on TLS: a private CA, the system's, or one pinned certificate. Never anyone.

There is no switch to turn verification off. The one context here that does not verify
(`shown_certificate`) only looks at the certificate that a device shows and then hangs up: it
carries no byte of ours.
"""

from __future__ import annotations

import hashlib
import hmac
import socket
import ssl
import threading
from dataclasses import dataclass

from console.wire.problems import CertificateRefused

_EXPIRED = {9, 10}
_NAME = {62, 63, 64}
"""X509_V_ERR_… of OpenSSL: not yet valid, expired; host, e-mail, IP mismatch."""


@dataclass(frozen=True, slots=True)
class Trust:
    """Whom to believe. `ca_file` is a PEM file of authorities, None for the system's own.

    `pinned_sha256` is the SHA-256 of one certificate in hex (colons allowed); where it is given,
    that certificate is the only thing believed, whatever name or issuer it carries.
    """

    ca_file: str | None = None
    pinned_sha256: str | None = None

    @property
    def pin(self) -> str:
        """The pinned fingerprint in lower-case hex without colons, or ""."""
        return (self.pinned_sha256 or "").replace(":", "").strip().lower()


_contexts: dict[Trust, ssl.SSLContext] = {}
_lock = threading.Lock()


def ready_context(trust: Trust) -> ssl.SSLContext | None:
    """The context of this trust, shared by all that hold it; None where it is a pin whose
    certificate must be looked at first (`anchored_context`)."""
    with _lock:
        context = _contexts.get(trust)
        if context is None and not trust.pin:
            context = _strict()
            try:
                if trust.ca_file is None:
                    context.load_default_certs()
                else:
                    context.load_verify_locations(cafile=trust.ca_file)
            except (OSError, ssl.SSLError) as error:
                raise CertificateRefused(
                    reason="unknown_ca", fingerprint="", ca_file=trust.ca_file or ""
                ) from error
            _contexts[trust] = context
        return context


def anchored_context(trust: Trust, shown: bytes) -> ssl.SSLContext:
    """The context whose sole anchor is the pinned certificate, which `shown` (DER) must be."""
    if not hmac.compare_digest(fingerprint(shown), trust.pin):
        raise CertificateRefused(reason="changed", fingerprint=fingerprint(shown))
    context = _strict()
    context.check_hostname = False
    context.verify_flags |= ssl.VerifyFlags.VERIFY_X509_PARTIAL_CHAIN
    context.load_verify_locations(cadata=shown)
    with _lock:
        return _contexts.setdefault(trust, context)


def _strict() -> ssl.SSLContext:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    return context


def fingerprint(certificate: bytes) -> str:
    """SHA-256 of a certificate in DER, lower-case hex."""
    return hashlib.sha256(certificate).hexdigest()


def refusal_reason(error: ssl.SSLCertVerificationError, trust: Trust) -> str:
    """Why a certificate was refused: unknown_ca, expired, name or changed."""
    if error.verify_code in _EXPIRED:
        return "expired"
    if trust.pin:
        return "changed"
    return "name" if error.verify_code in _NAME else "unknown_ca"


def looking_context() -> ssl.SSLContext:
    """A context to see a certificate with, and for nothing else."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.check_hostname = False
    context.verify_mode = ssl.CERT_NONE
    return context


def shown_certificate(connected: socket.socket, host: str) -> bytes:
    """The certificate (DER) that the peer of a fresh socket shows; the socket is used up."""
    with looking_context().wrap_socket(connected, server_hostname=host) as sock:
        return sock.getpeercert(binary_form=True) or b""
