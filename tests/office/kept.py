"""An office with rows in it, and hands that reach behind its guards."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from db.office.service import DATABASE, Office
from db.protocol import Head, head_message
from db.record import FIRST_HASH
from tests.db.rows import raw, unguarded
from tests.office.asgi import Desk, new_office
from tests.office.rows import BOOT, ME, Chain


def made(folder: Path, rows: int = 9, at_once: int = 3) -> tuple[Path, Chain]:
    """A closed office that has some rows of console ME, each push of them with its receipt."""
    desk = Desk(new_office(folder))
    chain = Chain(rows)
    token = desk.console(ME)
    for first in range(1, rows + 1, at_once):
        last = min(first + at_once - 1, rows)
        push(desk, chain, first, last, token)
        desk.clock.now_s += 60
    desk.close()
    return folder, chain


def push(desk: Desk, chain: Chain, first: int, last: int, token: str) -> None:
    answer = desk.ask("POST", f"/v1/journal/{ME}/ops", chain.push(first, last), token=token)
    assert answer.status == 200, answer.body


def behind(folder: Path, *statements: str, values: tuple[Any, ...] = ()) -> None:
    """Do to an office's database what its guards would refuse."""
    connection = unguarded(folder / DATABASE)
    try:
        for statement in statements:
            connection.execute(statement, values if "?" in statement else ())
    finally:
        connection.close()


def rewritten(folder: Path, chain: Chain, at: int) -> None:
    """Everything from a row on computed anew, and signed again: an office that has its own key."""
    office = Office(folder)
    office.close()
    other = chain.diverge(at, len(chain.rows) - at + 1)
    for seq, (item, digest) in enumerate(zip(other.rows, other.hashes, strict=True), 1):
        prev = other.hashes[seq - 2] if seq > 1 else FIRST_HASH
        behind(
            folder,
            "UPDATE journal SET kind = ?, body = ?, actor = ?, utc_us = ?, mono_us = ?, cause = ?,"
            " schema_v = ?, boot_id = ?, prev_hash = ?, hash = ? WHERE seq = ?",
            values=(item.kind, item.body, item.actor, item.utc_us, item.mono_us, item.cause,
                    item.schema_v, BOOT, prev, digest, seq),
        )  # fmt: skip
        message = head_message(other.place, Head(seq, digest), 5)
        behind(
            folder,
            "UPDATE receipts SET received_us = 5, hash = ?, signature = ? WHERE seq = ?",
            values=(digest, office.sign(message), seq),
        )
    behind(folder, "UPDATE heads SET hash = ?", values=(other.hashes[-1],))


def witnessed(folder: Path, to: Path) -> Path:
    """What another console was given, as it keeps it."""
    connection = raw(folder / DATABASE)
    found = connection.execute(
        "SELECT console_id, stream, epoch, seq, hash, received_us, signature FROM receipts"
    ).fetchall()
    connection.close()
    names = ("console_id", "stream", "epoch", "seq", "hash", "received_us", "signature")
    told: list[dict[str, Any]] = [dict(zip(names, each, strict=True)) for each in found]
    for each in told:
        each |= {"hash": each["hash"].hex(), "signature": each["signature"].hex()}
    to.mkdir()
    (to / "witness.json").write_text(json.dumps(told))
    return to
