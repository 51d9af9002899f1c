"""Which consoles are enrolled: by which certificate, until when, and whether they may come in."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import Connection, and_, select

from db.office.access import CONSOLE
from db.office.tables import certificates, consoles, tokens


@dataclass(frozen=True, slots=True)
class Enrolled:
    """One console. `state`: `admitted`; `revoked`; `expired`, its token or its certificate;
    `unbound`, admitted without a certificate since it was enrolled before there were any.
    """

    console_id: str
    name: str
    role: str
    state: str
    serial: str
    """Its certificate's, in hex; "" for none."""
    not_after_us: int
    expires_us: int
    """When its token does, if it is not rotated before."""
    heard_us: int


def enrolled(connection: Connection, now_us: int) -> list[Enrolled]:
    """Every console by name, with the token and certificate that it was last seen to use."""
    own = and_(tokens.c.subject == CONSOLE, tokens.c.subject_id == consoles.c.console_id)
    query = (
        select(
            consoles,
            tokens.c.role,
            tokens.c.expires_us,
            tokens.c.revoked_us,
            certificates.c.serial,
            certificates.c.not_after_us,
        )
        .join(tokens, own)
        .outerjoin(certificates, certificates.c.thumbprint == tokens.c.certificate)
        .order_by(
            consoles.c.name,
            consoles.c.console_id,
            tokens.c.revoked_us.is_not(None),
            tokens.c.seen_us.is_(None),
            tokens.c.created_us.desc(),
        )
    )
    found: dict[str, Enrolled] = {}
    for row in connection.execute(query):
        end_us = min(row.expires_us, row.not_after_us or row.expires_us)
        state = "admitted" if row.serial else "unbound"
        state = "expired" if end_us <= now_us else state
        state = "revoked" if row.revoked_us is not None else state
        found.setdefault(
            row.console_id,
            Enrolled(
                row.console_id,
                row.name,
                row.role,
                state,
                row.serial or "",
                row.not_after_us or 0,
                row.expires_us,
                row.heard_us or 0,
            ),
        )
    return list(found.values())
