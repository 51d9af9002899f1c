"""An office with rows in it, and hands that reach behind its guards."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from db.office.service import DATABASE
from tests.db.rows import unguarded
from tests.office.asgi import Desk, new_office
from tests.office.rows import ME, Chain


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
