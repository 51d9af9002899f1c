"""Becoming known to an office: a one-time code and a fingerprint, carried over by a person."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from db.sync import answers
from db.sync.answers import NotUnderstood
from db.sync.exchange import Lost, Request, Token, Transport
from db.sync.identity import NewKey


class EnrolmentRefused(Exception):
    """The office said no, or what answered is no office.

    `code`: `enrol.code` (wrong, used or older than 15 minutes), `enrol.taken` (this console is
    known: ask for a code for it), `enrol.authority` (the office can certify no console now),
    `request.often`, `request.invalid` (of another version), `lost` with `reason`,
    `not_understood`.
    """

    def __init__(self, code: str, reason: str = "") -> None:
        super().__init__(code, reason)
        self.code = code
        self.reason = reason


@dataclass(frozen=True, slots=True)
class OfficeAccount:
    """What a console keeps of its office; nothing in it is secret."""

    console_id: str
    office_id: str
    ca_pem: str
    public_key: str
    """Ed25519, 32 bytes in hex: whose countersignature counts."""

    def to_json(self) -> str:
        """As it is kept in a file."""
        return json.dumps(asdict(self), indent=1)

    @classmethod
    def from_json(cls, text: str) -> OfficeAccount:
        """From a file. Raises ValueError."""
        try:
            return cls(**{name: str(value) for name, value in json.loads(text).items()})
        except (TypeError, AttributeError) as error:
            raise ValueError("not an office's account") from error

    def verifies(self, message: bytes, signature: bytes) -> bool:
        """Whether the office signed this."""
        try:
            Ed25519PublicKey.from_public_bytes(bytes.fromhex(self.public_key)).verify(
                signature, message
            )
        except (InvalidSignature, ValueError):
            return False
        return True


def enrol(
    transport: Transport, code: str, console_id: str, name: str
) -> tuple[OfficeAccount, Token]:
    """Use a code up. The transport must believe only the fingerprint that came with the code.

    The token brings the identity that it is bound to, with a key made here; its text and the
    identity's passphrase belong in the system's safe. Raises EnrolmentRefused.
    """
    key = NewKey(console_id)
    asked = {"code": code, "console_id": console_id, "name": name, "csr": key.csr}
    body = json.dumps(asked).encode()
    try:
        reply = transport(Request("POST", "/v1/enrol", body))
    except Lost as lost:
        raise EnrolmentRefused("lost", lost.reason) from lost
    if reply.status != 200:
        raise EnrolmentRefused(answers.refused(reply).code or "not_understood")
    try:
        known = answers.texts(reply, "console_id", "office_id", "ca_pem", "public_key")
        identity = key.certified(*answers.texts(reply, "certificate_pem"))
        account, token = OfficeAccount(*known), Token(*answers.token(reply), identity)
    except (NotUnderstood, ValueError) as error:
        raise EnrolmentRefused("not_understood") from error
    if account.console_id != console_id:
        raise EnrolmentRefused("not_understood")
    return account, token
