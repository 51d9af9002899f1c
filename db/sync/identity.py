"""By what a console is known to its office: a key made here, and the office's certificate for it.

The key leaves this process only encrypted (PKCS#8), under a passphrase that is kept elsewhere.
"""

from __future__ import annotations

import secrets
from dataclasses import dataclass, field

from cryptography import x509
from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

_PEM, _PKCS8 = serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8


@dataclass(frozen=True, slots=True)
class Identity:
    """A certificate and its key; `pem` is both, the key encrypted. Neither part ever shows."""

    pem: str = field(repr=False)
    passphrase: str = field(repr=False)

    @classmethod
    def opened(cls, pem: str, passphrase: str) -> Identity:
        """One that was kept. Raises ValueError where the passphrase does not open the key, or
        key and certificate are not of one another."""
        found = cls(pem, passphrase)
        try:
            data = pem.encode("ascii")
            key = serialization.load_pem_private_key(data, passphrase.encode())
            fits = key.public_key() == found.certificate.public_key()
        except (TypeError, UnsupportedAlgorithm) as error:
            raise ValueError("not a key that was kept") from error
        if not fits:
            raise ValueError("the certificate is another key's")
        return found

    @property
    def certificate(self) -> x509.Certificate:
        """The certificate."""
        return x509.load_pem_x509_certificate(self.pem.encode("ascii"))

    @property
    def thumbprint(self) -> str:
        """SHA-256 of the certificate, in hex."""
        return self.certificate.fingerprint(hashes.SHA256()).hex()


class NewKey:
    """A fresh key of P-256, and the request for its certificate."""

    def __init__(self, console_id: str) -> None:
        self._key = ec.generate_private_key(ec.SECP256R1())
        name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, console_id)])
        builder = x509.CertificateSigningRequestBuilder().subject_name(name)
        self.csr = builder.sign(self._key, hashes.SHA256()).public_bytes(_PEM).decode("ascii")
        """The request (PKCS#10, PEM), signed with the key."""

    def certified(self, pem: str) -> Identity:
        """What the office made of the request. Raises ValueError where it is another key's."""
        certificate = x509.load_pem_x509_certificate(pem.encode("ascii"))
        try:
            fits = certificate.public_key() == self._key.public_key()
        except UnsupportedAlgorithm:
            fits = False
        if not fits:
            raise ValueError("the certificate is another key's")
        passphrase = secrets.token_urlsafe(32)
        closed = serialization.BestAvailableEncryption(passphrase.encode())
        key = self._key.private_bytes(_PEM, _PKCS8, closed)
        return Identity((key + certificate.public_bytes(_PEM)).decode("ascii"), passphrase)
