"""Who may do what: roles, enrolment codes, tokens. Codes and tokens are kept as SHA-256 only.

A console's token is bound to the certificate that it was given with (RFC 8705, decision 114); a
person's is bound to none.
"""

from __future__ import annotations

import base64
import logging
import secrets
from dataclasses import dataclass, replace
from enum import StrEnum
from hashlib import sha256
from typing import Any

from sqlalchemy import Connection, bindparam, insert, select, update

from db.office import certificates
from db.office.certificates import Certify, flaw
from db.office.problem import Refusal
from db.office.tables import certificates as known_certificates
from db.office.tables import codes, consoles, tokens

CODE_US = 15 * 60 * 1_000_000
TOKEN_US = 90 * 24 * 3600 * 1_000_000
OVERLAP_US = 24 * 3600 * 1_000_000
"""How long a token lives on after the one that took its place was first seen."""

CONSOLE, PERSON = "console", "person"
_log = logging.getLogger("office")


class Right(StrEnum):
    """What a role may allow."""

    PUSH = "journal.push"
    READ_ALL = "journal.read_all"
    INCIDENTS = "incidents.read"
    METRICS = "metrics.read"
    ENROL = "consoles.enrol"
    REVOKE = "tokens.revoke"
    RECORDS = "records.read"
    PROPOSE = "records.propose"
    EDIT = "records.edit"
    """Sessions, rosters, contacts; and what consoles propose of them."""
    APPROVE = "records.approve"
    """Sessions' plans and certificates of devices."""
    ACCOUNTS = "accounts.edit"
    """Accounts, with all that is in them."""
    RETIRE = "journal.retire"
    """Sealed months leave the online journal; it takes two."""


_CONSOLE = frozenset({Right.PUSH, Right.RECORDS, Right.PROPOSE})
_WATCH = frozenset({Right.INCIDENTS, Right.METRICS})

ROLES: dict[str, frozenset[Right]] = {
    "viewer": frozenset({Right.METRICS}),
    "technician": _CONSOLE,
    "mcu_operator": _CONSOLE,
    "supervisor": _CONSOLE | _WATCH | {Right.READ_ALL, Right.EDIT, Right.APPROVE, Right.RETIRE},
    "administrator": _CONSOLE | _WATCH | {Right.ENROL, Right.REVOKE, Right.ACCOUNTS, Right.RETIRE},
    "auditor": _WATCH | {Right.READ_ALL, Right.RECORDS},
}
"""Administrators see to access and don't read journals; auditors read and change nothing."""

SUBJECT_RIGHTS: dict[str, Right] = {
    "session": Right.EDIT,
    "roster": Right.EDIT,
    "contact": Right.EDIT,
    "account": Right.ACCOUNTS,
    "pin": Right.APPROVE,
}
"""What it takes to change a record of a kind."""


@dataclass(frozen=True, slots=True)
class Principal:
    """Whoever stands behind a token: a console or a person, in a role."""

    subject: str
    subject_id: str
    role: str
    token_hash: bytes
    shown: bytes = b""
    """The thumbprint of the certificate that its connection shows, b"" for none."""
    fresh: bool = False
    """Whether the token was never seen before."""

    def need(self, right: Right) -> None:
        """Raise Refusal where the role does not allow it."""
        if not self.may(right):
            raise Refusal(403, "access.role", {"role": self.role, "needs": right.value})

    def may(self, right: Right) -> bool:
        """Whether the role allows it."""
        return right in ROLES.get(self.role, frozenset())

    def need_person(self) -> None:
        """Raise Refusal for a console's token: at a console nobody decides for the office."""
        if self.subject != PERSON:
            raise Refusal(403, "access.person")

    def hidden(self) -> frozenset[str]:
        """The kinds of records that are not for it: accounts are for consoles, who sign people in.

        A person needs the right to them.
        """
        if self.subject == CONSOLE or self.may(Right.ACCOUNTS):
            return frozenset()
        return frozenset({"account"})

    def need_own(self, console_id: str) -> None:
        """Raise Refusal unless this is that console's own token."""
        if (self.subject, self.subject_id) != (CONSOLE, console_id):
            raise Refusal(403, "access.console")


class Misused(Refusal):
    """A good token that came without the certificate which it is bound to, or with a void one.

    `console_id` is whose token it is, "" for a person's.
    """

    def __init__(self, console_id: str, shown: bytes, why: str) -> None:
        super().__init__(401, f"access.certificate_{why}")
        self.console_id = console_id
        self.detail = {"why": why, "shown": shown.hex()}


@dataclass(frozen=True, slots=True)
class Issued:
    """A token as it is shown once."""

    token: str
    expires_us: int
    certificate_pem: str = ""
    """The new certificate that it is bound to, "" for none."""

    def __repr__(self) -> str:
        return f"Issued(expires_us={self.expires_us})"


def issue_code(
    connection: Connection, role: str, now_us: int, console_id: str | None = None
) -> str:
    """A code that enrols one console within 15 minutes; `console_id` for one known before."""
    code = base64.b32encode(secrets.token_bytes(15)).decode("ascii")
    connection.execute(
        insert(codes).values(
            hash=_code_hash(code), role=role, console_id=console_id, expires_us=now_us + CODE_US
        )
    )
    return "-".join(code[i : i + 4] for i in range(0, len(code), 4))


def enrol(
    connection: Connection, code: str, console_id: str, name: str, now_us: int, certify: Certify
) -> Issued:
    """Use a code up: the console is known from now on, by a certificate and a token bound to it;
    older ones of it are void."""
    digest = _code_hash(code)
    query = select(codes).where(codes.c.hash == digest).with_for_update()
    found = connection.execute(query).one_or_none()
    if found is None or found.used_us is not None or found.expires_us <= now_us:
        raise Refusal(403, "enrol.code")
    if found.console_id not in (None, console_id):
        raise Refusal(403, "enrol.code")
    known = connection.scalar(
        select(consoles.c.console_id).where(consoles.c.console_id == console_id)
    )
    if known is not None and found.console_id is None:
        raise Refusal(409, "enrol.taken")
    connection.execute(update(codes).where(codes.c.hash == digest).values(used_us=now_us))
    if known is None:
        connection.execute(
            insert(consoles).values(console_id=console_id, name=name, enrolled_us=now_us)
        )
    revoke(connection, CONSOLE, console_id, now_us)
    issued = certify()
    certificates.keep(connection, issued)
    bound = issued.thumbprint
    token = issue_token(connection, CONSOLE, console_id, found.role, now_us, certificate=bound)
    return replace(token, certificate_pem=issued.pem)


def issue_token(
    connection: Connection,
    subject: str,
    subject_id: str,
    role: str,
    now_us: int,
    *,
    certificate: bytes | None = None,
    replaces: bytes | None = None,
) -> Issued:
    """A new token of 256 bits, good for 90 days, shown over that certificate alone if any."""
    token = secrets.token_urlsafe(32)
    expires_us = now_us + TOKEN_US
    connection.execute(
        insert(tokens).values(
            hash=_token_hash(token),
            subject=subject,
            subject_id=subject_id,
            role=role,
            created_us=now_us,
            expires_us=expires_us,
            certificate=certificate,
            replaces=replaces,
        )
    )
    return Issued(token, expires_us)


def rotate(
    connection: Connection, principal: Principal, now_us: int, certify: Certify | None = None
) -> Issued:
    """A new token in the place of this one, which is good until the new one was seen: an answer
    that is lost on its way locks nobody out.

    `certify` gives the new one a certificate of its own, else it is bound as the old one is.
    """
    old = tokens.c.hash == principal.token_hash
    bound, pem = connection.scalar(select(tokens.c.certificate).where(old)), ""
    if certify is not None:
        issued = certify()
        certificates.keep(connection, issued)
        bound, pem = issued.thumbprint, issued.pem
    token = issue_token(
        connection,
        principal.subject,
        principal.subject_id,
        principal.role,
        now_us,
        certificate=bound,
        replaces=principal.token_hash,
    )
    return replace(token, certificate_pem=pem)


def first_seen(connection: Connection, principal: Principal, now_us: int) -> None:
    """A new token has come: the one in whose place it is lives on for a day at most."""
    end_us = now_us + OVERLAP_US
    new = tokens.c.hash == principal.token_hash
    connection.execute(update(tokens).where(new, tokens.c.seen_us.is_(None)).values(seen_us=now_us))
    replaced = select(tokens.c.replaces).where(new).scalar_subquery()
    connection.execute(
        update(tokens)
        .where(tokens.c.hash == replaced, tokens.c.expires_us > end_us)
        .values(expires_us=end_us)
    )


def revoke(connection: Connection, subject: str, subject_id: str, now_us: int) -> int:
    """Make every token of a console or person void from its next request on, and the console's
    certificates with them; how many tokens."""
    if subject == CONSOLE:
        certificates.revoke(connection, subject_id, now_us)
    of_subject = (tokens.c.subject == subject, tokens.c.subject_id == subject_id)
    query = update(tokens).where(*of_subject, tokens.c.revoked_us.is_(None))
    return connection.execute(query.values(revoked_us=now_us)).rowcount


def authenticate(connection: Connection, token: str, now_us: int, shown: bytes = b"") -> Principal:
    """Who holds this token, over a connection that shows the certificate of this thumbprint.

    Raises Refusal where the token is unknown, expired or revoked, and where it is bound to another
    certificate or one that is not good now.
    """
    return _holder(connection, _token_hash(token), now_us, shown)


def still(connection: Connection, principal: Principal, now_us: int) -> None:
    """Raise Refusal where a token that was good a while ago is not so any more."""
    _holder(connection, principal.token_hash, now_us, principal.shown)


def _holder(connection: Connection, digest: bytes, now_us: int, shown: bytes) -> Principal:
    found = connection.execute(_HOLDER, {"shown": shown, "digest": digest}).one_or_none()
    if found is None or found.revoked_us is not None or found.expires_us <= now_us:
        raise Refusal(401, "access.token")
    span = (found.not_before_us, found.not_after_us)
    why = flaw(found.certificate, shown, span, found.closed_us, now_us)
    if why:
        _log.warning("%s %s: a good token, its certificate: %s", *found[1:3], why)
        raise Misused(found.subject_id if found.subject == CONSOLE else "", shown, why)
    fresh = found.seen_us is None
    return Principal(found.subject, found.subject_id, found.role, digest, shown, fresh)


_known = known_certificates.c
_HOLDER: Any = (
    select(tokens, _known.not_before_us, _known.not_after_us, _known.revoked_us.label("closed_us"))
    .outerjoin(known_certificates, _known.thumbprint == bindparam("shown"))
    .where(tokens.c.hash == bindparam("digest"))
)
"""Made once: it is asked at every request."""


def _code_hash(code: str) -> bytes:
    plain = "".join(code.split()).replace("-", "").upper()
    return sha256(plain.encode("utf-8", "replace")).digest()


def _token_hash(token: str) -> bytes:
    return sha256(token.encode("utf-8", "replace")).digest()
