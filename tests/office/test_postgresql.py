"""An office on PostgreSQL: what its server may do to it, and what it lets nobody do."""

from __future__ import annotations

import os
import signal
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from pathlib import Path

import psycopg
import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import text, update

from db.fault import StoreFault
from db.migrate import revision_of
from db.office import postgresql, tables
from db.office.database import Database
from db.office.problem import Refusal
from db.office.service import Office
from db.office.tables import consoles
from db.verify import Verdict
from tests.office.asgi import Asgi, Desk, desk
from tests.office.engines import Postgres, own_server
from tests.office.letting_in import let_in
from tests.office.rows import ME, Chain

PATH = f"/v1/journal/{ME}/ops"


@pytest.fixture
def office(tmp_path: Path, postgres: Postgres) -> Iterator[Desk]:
    with desk(tmp_path, postgres) as made:
        yield made


@pytest.fixture
def own() -> Iterator[Postgres]:
    """A server that a test may do anything to."""
    server = own_server()
    yield Postgres(server)
    server.close()


@pytest.fixture
def empty(postgres: Postgres) -> Iterator[str]:
    """The name of a database without anything in it."""
    name = postgres.server.new()
    yield name
    postgres.server.drop(name)


def push(office: Desk, token: str, first: int, last: int) -> int:
    return office.ask("POST", PATH, Chain(last).push(first, last), token=token).status


def code_of(act: Callable[[], object]) -> str:
    with pytest.raises(StoreFault) as caught:
        act()
    return caught.value.code


def shown(database: Database, setting: str) -> str:
    with database.write() as connection:
        return str(connection.scalar(text(f"SHOW {setting}")))


def test_the_migrations_make_what_the_tables_say(office: Desk):
    with office.office.database.write() as connection:
        found = compare_metadata(MigrationContext.configure(connection), tables.metadata)
        assert found == []
        assert revision_of(connection) == tables.OFFICE_HEAD


def test_processes_that_start_at_once_migrate_one_after_another(postgres: Postgres, empty: str):
    url = postgres.server.url(empty)
    with ThreadPoolExecutor(4) as pool:
        for found in [pool.submit(Database.open, url) for _ in range(4)]:
            found.result().close()
    heads = postgres.server.ask("SELECT version_num FROM alembic_version", name=empty)
    assert heads == [(tables.OFFICE_HEAD,)]


def test_a_database_of_a_newer_program_is_refused(postgres: Postgres, empty: str):
    url = postgres.server.url(empty)
    Database.open(url).close()
    postgres.server.ask("UPDATE alembic_version SET version_num = 'office_0777'", name=empty)
    assert code_of(lambda: Database.open(url)) == "store.newer"


def test_every_connection_keeps_what_it_commits_and_waits_for_nothing_for_ever(office: Desk):
    database = office.office.database
    assert shown(database, "synchronous_commit") == "on"
    assert shown(database, "statement_timeout") == "10s"
    assert shown(database, "lock_timeout") == "5s"
    assert shown(database, "idle_in_transaction_session_timeout") == "30s"


def test_a_database_that_was_told_to_commit_lazily_is_told_otherwise(
    postgres: Postgres, empty: str
):
    postgres.server.ask(f"ALTER DATABASE {empty} SET synchronous_commit = off")
    with closing(Database.open(postgres.server.url(empty))) as database:
        assert shown(database, "synchronous_commit") == "on"
        with database.write() as connection:
            assert connection.scalar(text("SHOW synchronous_commit")) == "on"


def test_a_server_that_does_not_sync_is_not_believed(own: Postgres):
    server = own.server
    url = server.url(server.new())
    Database.open(url).close()
    server.ask("ALTER SYSTEM SET fsync = off", "SELECT pg_reload_conf()")
    wait_for(lambda: server.ask("SHOW fsync") == [("off",)])
    with pytest.raises(StoreFault, match="fsync is off"):
        Database.open(url)


def test_a_database_that_can_t_hold_every_letter_is_refused(postgres: Postgres):
    server = postgres.server
    server.ask("CREATE DATABASE letters TEMPLATE template0 ENCODING 'SQL_ASCII'")
    try:
        with pytest.raises(StoreFault, match="SQL_ASCII"):
            Database.open(server.url("letters"))
    finally:
        server.drop("letters")


def test_a_server_elsewhere_must_prove_who_it_is(
    postgres: Postgres, empty: str, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(postgresql, "is_local", lambda _: False)
    with pytest.raises(StoreFault, match="verify-full"):
        Database.open(postgres.server.url(empty, sslmode="prefer"))


def test_readers_can_t_write(office: Desk):
    def write() -> None:
        with office.office.database.read() as connection:
            connection.execute(update(consoles).values(name="x"))

    assert code_of(write) == "store.readonly"


def test_guards_hold_also_where_replicas_are_let_through(
    office: Desk, tmp_path: Path, postgres: Postgres
):
    push(office, office.console(ME), 1, 3)
    for statement in ("UPDATE journal SET body = hash", "TRUNCATE journal"):
        let_through = f"SET session_replication_role = replica; {statement}"
        with pytest.raises(psycopg.errors.RaiseException, match="append-only"):
            postgres.rows(tmp_path / "office", let_through)
    assert office.office.database.verdict().rows == 3


def test_an_altered_row_is_named(office: Desk, tmp_path: Path, postgres: Postgres):
    push(office, office.console(ME), 1, 9)
    postgres.rows(tmp_path / "office", "ALTER TABLE journal DISABLE TRIGGER ALL")
    postgres.rows(tmp_path / "office", "UPDATE journal SET actor = 'x' WHERE seq = 4")
    found = office.office.database.verdict()
    assert [(bad.seq, bad.reason) for bad in found.bad] == [(4, "altered")]
    assert office.office.database.verdict(tail=3).bad == ()


def test_a_lost_connection_fails_what_it_was_lost_in_and_nothing_more(office: Desk):
    database = office.office.database

    def lose() -> None:
        with database.write() as connection, database.write() as other:
            pid = connection.scalar(text("SELECT pg_backend_pid()"))
            other.execute(text("SELECT pg_terminate_backend(:pid)"), {"pid": pid})
            connection.execute(text("SELECT 1"))

    for _ in range(3):
        assert code_of(lose) == "store.io"
        assert shown(database, "fsync") == "on"


def test_a_connection_lost_among_the_rows_of_a_push_leaves_none_of_them(
    office: Desk, tmp_path: Path, postgres: Postgres
):
    token = office.console(ME)
    postgres.rows(
        tmp_path / "office",
        "CREATE FUNCTION die() RETURNS trigger LANGUAGE plpgsql AS"
        " $$ BEGIN PERFORM pg_terminate_backend(pg_backend_pid()); RETURN NEW; END $$;"
        " CREATE TRIGGER die BEFORE INSERT ON journal FOR EACH ROW WHEN (NEW.seq = 3)"
        " EXECUTE FUNCTION die()",
    )
    for _ in range(3):
        assert push(office, token, 1, 9) == 503
        assert push(office, token, 1, 2) == 200
    postgres.rows(tmp_path / "office", "DROP TRIGGER die ON journal")
    assert push(office, token, 1, 9) == 200
    assert office.office.database.verdict() == Verdict(9, ())


@pytest.mark.parametrize("how", [signal.SIGINT, signal.SIGQUIT], ids=["stopped", "crashed"])
def test_while_the_server_is_away_there_is_503_and_then_all_is_there(
    tmp_path: Path, own: Postgres, how: int
):
    with desk(tmp_path, own) as office:
        token = office.console(ME)
        assert push(office, token, 1, 3) == 200
        own.server.stop(how)
        answer = office.ask("POST", PATH, Chain(5).push(4, 5), token=token)
        assert (answer.status, answer.code) == (503, "office.busy")
        assert answer.headers["retry-after"] == "5"
        assert office.ask("GET", "/v1/hello").status == 200
        own.server.start()
        assert push(office, token, 4, 5) == 200
        assert office.office.database.verdict().rows == 5


def test_a_lock_that_someone_keeps_is_503_in_the_end(
    tmp_path: Path, postgres: Postgres, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(postgresql, "LOCK_S", 1)
    with desk(tmp_path, postgres) as office:
        token = office.console(ME)
        with office.office.database.write() as connection:
            connection.execute(update(consoles).values(name="x"))
            assert push(office, token, 1, 3) == 503
        assert push(office, token, 1, 3) == 200


def test_a_statement_that_takes_too_long_is_broken_off(
    tmp_path: Path, postgres: Postgres, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(postgresql, "STATEMENT_S", 1)
    with desk(tmp_path, postgres) as office:

        def sleep() -> None:
            with office.office.database.read() as connection:
                connection.execute(text("SELECT pg_sleep(60)"))

        assert code_of(sleep) == "store.busy"


def test_a_server_that_falls_silent_is_given_up(
    tmp_path: Path, postgres: Postgres, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(postgresql, "STATEMENT_S", 1)
    monkeypatch.setattr(postgresql, "_GRACE_S", 0.2)
    with desk(tmp_path, postgres) as office:
        database = office.office.database
        pids: list[int] = []

        def ask_the_silent() -> None:
            with database.write() as connection:
                pids.append(int(connection.scalar(text("SELECT pg_backend_pid()")) or 0))
                os.kill(pids[0], signal.SIGSTOP)
                connection.execute(text("SELECT 1"))

        began = time.monotonic()
        try:
            assert code_of(ask_the_silent) == "store.io"
            assert 1.0 < time.monotonic() - began < 20
            assert shown(database, "fsync") == "on"
        finally:
            os.kill(pids[0], signal.SIGCONT)


def test_when_every_connection_is_in_use_there_is_503(
    tmp_path: Path, postgres: Postgres, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(postgresql, "_CONNECTIONS", 1)
    monkeypatch.setattr(postgresql, "_POOL_WAIT_S", 0.1)
    with desk(tmp_path, postgres) as office:
        token = office.console(ME)
        with office.office.database.write():
            assert push(office, token, 1, 3) == 503
        assert push(office, token, 1, 3) == 200


def test_processes_on_one_database_take_a_row_once_and_give_one_receipt(
    office: Desk, tmp_path: Path
):
    token = office.console(ME)
    others = [
        Office(tmp_path / "office", clock_us=office.clock.utc_us, monotonic_s=time.monotonic)
        for _ in range(2)
    ]
    chain = Chain(60)

    def send(number: int) -> list[tuple[int, str]]:
        client = Asgi(others[number % 2])
        try:
            answers = [
                client.ask("POST", PATH, chain.push(first, first + 19), token=token)
                for first in (1, 11, 21, 31, 41)
            ]
        finally:
            client.close()
        return [(answer.status, answer.json.get("countersignature", "")) for answer in answers]

    try:
        with ThreadPoolExecutor(6) as pool:
            found = [answer for answers in pool.map(send, range(6)) for answer in answers]
    finally:
        for other in others:
            other.close()
    assert {status for status, _ in found} == {200}
    verdict = office.office.database.verdict()
    assert (verdict.rows, verdict.bad) == (60, ())
    with office.office.database.read() as connection:
        receipts = connection.execute(tables.receipts.select()).all()
    assert {signature for _, signature in found} == {row.signature.hex() for row in receipts}


def test_a_code_lets_one_console_in_whoever_else_tries_it_at_that_moment(office: Desk):
    code = office.code()

    def enrol(number: int) -> bool:
        try:
            let_in(office.office, f"{number:032x}", code=code)
        except Refusal:
            return False
        return True

    with ThreadPoolExecutor(8) as pool:
        assert sorted(pool.map(enrol, range(8))) == [False] * 7 + [True]


def wait_for(holds: Callable[[], bool]) -> None:
    end = time.monotonic() + 30
    while not holds():
        assert time.monotonic() < end
        time.sleep(0.02)
