"""Consoles known at an office, as by a code, without the HTTP of it."""

from __future__ import annotations

from functools import partial

from cryptography.hazmat.primitives import serialization

from db.office import access, certificates
from db.office.service import Office
from db.sync.identity import Identity, NewKey
from db.sync.office_sync import Token


def let_in(
    office: Office, console_id: str, role: str = "technician", *, code: str = "", name: str = "x"
) -> Token:
    """A console's token, with the identity that it is bound to; uses `code` up, or a new one."""
    key, now_us = NewKey(console_id), office.clock_us()
    certify = partial(office.authority.issue, certificates.key_of(key.csr), console_id, now_us)
    with office.database.write() as connection:
        code = code or access.issue_code(connection, role, now_us)
        issued = access.enrol(connection, code, console_id, name, now_us, certify)
    return Token(issued.token, issued.expires_us, key.certified(issued.certificate_pem))


def pem_of(identity: Identity | None) -> str:
    """What a connection that shows an identity tells of it, "" for none."""
    if identity is None:
        return ""
    return identity.certificate.public_bytes(serialization.Encoding.PEM).decode("ascii")


def a_code(office: Office, console: str | None = None, ago_us: int = 0) -> str:
    """A code for one console, or for any, given out now or a while ago."""
    now_us = office.clock_us() - ago_us
    with office.database.write() as connection:
        return access.issue_code(connection, "technician", now_us, console)
