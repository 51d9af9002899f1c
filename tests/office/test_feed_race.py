"""Eight writers at once, some of whom take it all back, and a reader that follows the revisions.

1,000 transactions, or as many as `HNTH_RACE` says; the full programme has 10,000.
"""

from __future__ import annotations

import os
import threading
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from random import Random

import pytest
from sqlalchemy import Connection, insert, select, text

from db.fault import StoreFault
from db.office.database import Database
from db.office.revision import next_revision
from db.office.tables import records
from tests.office.asgi import desk
from tests.office.engines import Engine, Postgres

TRANSACTIONS = int(os.environ.get("HNTH_RACE", "1000"))
ON_A_FILE = 400
"""There is one writer at a time there, whatever happens."""
WRITERS = 8
ROLLED_BACK = 0.2
PAUSE_S = 0.001
PAGE = 500

Write = Callable[[Connection, str], int]
Read = Callable[[Connection, int], list[tuple[int, str]]]


class TakenBack(Exception):
    """A writer changed its mind."""


def race(
    database: Database, write: Write, read: Read, transactions: int = TRANSACTIONS
) -> tuple[dict[str, int], list[str]]:
    """What was committed, by id with its revision, and what the reader saw, in its order."""
    done = threading.Event()
    committed: dict[str, int] = {}

    def writer(number: int) -> dict[str, int]:
        random = Random(number)
        kept: dict[str, int] = {}
        for n in range(transactions // WRITERS):
            name = f"{number}-{n}"
            while True:
                try:
                    with database.write() as connection:
                        rev = write(connection, name)
                        time.sleep(random.random() * PAUSE_S)
                        if random.random() < ROLLED_BACK:
                            raise TakenBack
                    kept[name] = rev
                except TakenBack:
                    pass
                except StoreFault as fault:
                    if fault.code != "store.busy":
                        raise
                    continue  # what 503 tells a client
                break
        return kept

    def reader() -> list[str]:
        cursor, seen = 0, []
        while True:
            last = done.is_set()
            with database.read() as connection:
                page = read(connection, cursor)
            seen += [name for _, name in page]
            cursor = page[-1][0] if page else cursor
            if last and not page:
                return seen
            time.sleep(PAUSE_S / 4)

    with ThreadPoolExecutor(WRITERS + 1) as pool:
        following = pool.submit(reader)
        try:
            for kept in pool.map(writer, range(WRITERS)):
                committed |= kept
        finally:
            done.set()
        return committed, following.result()


def with_counter(connection: Connection, name: str) -> int:
    rev = next_revision(connection)
    connection.execute(
        insert(records).values(
            kind="contact", id=name, version=1, rev=rev, deleted=0, body="{}", author="", at_us=0
        )
    )
    return rev


def after(connection: Connection, cursor: int) -> list[tuple[int, str]]:
    query = select(records.c.rev, records.c.id).where(records.c.rev > cursor)
    return [(r.rev, r.id) for r in connection.execute(query.order_by(records.c.rev).limit(PAGE))]


def with_sequence(connection: Connection, name: str) -> int:
    query = text("INSERT INTO plain (id) VALUES (:id) RETURNING rev")
    return int(connection.execute(query, {"id": name}).scalar_one())


def after_in_plain(connection: Connection, cursor: int) -> list[tuple[int, str]]:
    query = text("SELECT rev, id FROM plain WHERE rev > :cursor ORDER BY rev LIMIT :page")
    found = connection.execute(query, {"cursor": cursor, "page": PAGE})
    return [(r.rev, r.id) for r in found]


@pytest.mark.slow
@pytest.mark.timeout(600)
def test_who_follows_the_counter_misses_nothing_and_sees_nothing_twice(
    tmp_path: Path, engine: Engine
):
    count = TRANSACTIONS if engine.name == "postgresql" else ON_A_FILE
    with desk(tmp_path, engine) as office:
        began = time.monotonic()
        committed, seen = race(office.office.database, with_counter, after, count)
        rate = len(committed) / (time.monotonic() - began)
        print(f"{engine.name}: {len(committed)} of {count} committed, {rate:.0f}/s")
    assert count / 2 < len(committed) < count
    assert seen == sorted(committed, key=lambda name: committed[name])
    assert sorted(committed.values()) == list(range(1, len(committed) + 1))


@pytest.mark.slow
@pytest.mark.timeout(600)
def test_who_follows_a_sequence_misses_rows_so_that_this_race_is_one(
    tmp_path: Path, postgres: Postgres
):
    with desk(tmp_path, postgres) as office:
        with office.office.database.write() as connection:
            connection.execute(text("CREATE TABLE plain (rev bigserial PRIMARY KEY, id text)"))
        committed, seen = race(office.office.database, with_sequence, after_in_plain)
    missed = committed.keys() - set(seen)
    print(f"a sequence: {len(missed)} of {len(committed)} missed")
    assert missed
