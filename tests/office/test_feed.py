"""The feed of records: to whom it goes, in pages, with nothing left unseen."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from pathlib import Path
from random import Random

import pytest

from db.office import feed, records
from db.office.revision import standing
from db.office.service import Office, renew_epoch
from tests.office.asgi import Desk
from tests.office.editing import ACCOUNT, CONTACT, pull, put
from tests.office.engines import SQLITE
from tests.office.rows import ME


def test_accounts_go_to_consoles_and_to_whoever_keeps_them(office: Desk):
    keeper, console = office.person("administrator"), office.console(ME)
    assert put(office, keeper, "account", ACCOUNT).status == 200
    put(office, office.person("supervisor"), "contact", CONTACT)
    for token, shown in (
        (console, ["account", "contact"]),
        (keeper, ["account", "contact"]),
        (office.person("supervisor"), ["contact"]),
        (office.person("auditor"), ["contact"]),
    ):
        page = pull(office, token)
        snapshot = office.ask("GET", "/v1/snapshot", token=token).json
        assert [row["kind"] for row in page["rows"]] == shown
        assert [row["kind"] for row in snapshot["rows"]] == shown
        assert (page["next"], snapshot["rev"]) == (2, 2)
        history = office.ask("GET", "/v1/records/account/x", token=token)
        assert history.status == (200 if "account" in shown else 403)


def test_the_feed_goes_by_pages_in_order_and_knows_what_is_gone(office: Desk):
    lan, console = office.person("supervisor"), office.console(ME)
    for n in range(5):
        put(office, lan, "contact", CONTACT, 0, f"c{n}")
    put(office, lan, "contact", CONTACT | {"phone": "2"}, 1, "c0")
    first = pull(office, console, 0, "&limit=3")
    assert ([row["id"] for row in first["rows"]], first["next"]) == (["c1", "c2", "c3"], 4)
    rest = pull(office, console, 4, "&limit=3")
    assert ([row["id"] for row in rest["rows"]], rest["next"]) == (["c4", "c0"], 6)
    assert pull(office, console, 6) == rest | {"rows": [], "next": 6}
    assert pull(office, console, 7)["code"] == "feed.gone"
    renew_epoch(office.office.database)
    gone = office.ask("GET", f"/v1/feed?server_epoch={rest['server_epoch']}&after=6", token=console)
    assert (gone.status, gone.code) == (410, "feed.gone")


def test_a_page_ends_before_it_is_too_large(office: Desk, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(feed, "PAGE_CHARS", 200)
    lan, console = office.person("supervisor"), office.console(ME)
    for n in range(3):
        put(office, lan, "contact", CONTACT | {"title": "x" * 90}, 0, f"c{n}")
    assert [row["id"] for row in pull(office, console)["rows"]] == ["c0", "c1"]
    snapshot = office.ask("GET", "/v1/snapshot", token=console).json
    assert (len(snapshot["rows"]), snapshot["after"]) == (2, 2)


class TakenBack(Exception):
    """A writer changed its mind."""


def test_eight_writers_some_of_whom_take_it_back_leave_nothing_unseen(tmp_path: Path):
    """Through the records and pages themselves, on SQLite; `test_feed_race` has both engines."""
    office = Office(SQLITE.new_office(tmp_path / "office"))
    database, seen, done = office.database, {}, threading.Event()

    def writer(number: int) -> None:
        random = Random(number)
        for _ in range(25):
            name = f"c{random.randrange(6)}"
            with suppress(TakenBack), database.write() as connection:
                known = records.find(connection, "contact", name)
                gone = known is None or known.deleted
                body = None if not gone and random.random() < 0.3 else CONTACT
                records.put(
                    connection,
                    "contact",
                    name,
                    body,
                    version=known.version if known else 0,
                    author=str(number),
                    now_us=1,
                )
                if random.random() < 0.3:
                    raise TakenBack

    def reader() -> int:
        with database.read() as connection:
            epoch = standing(connection)[0]
        cursor = 0
        while True:
            last = done.is_set()
            with database.read() as connection:
                page = feed.page(connection, cursor, epoch, 3)
            for row in page.rows:
                assert row.rev > cursor
                assert row.id not in seen or seen[row.id].version < row.version
                seen[row.id] = row
            if last and page.next == cursor:
                return cursor
            cursor = page.next

    with ThreadPoolExecutor(9) as pool:
        following = pool.submit(reader)
        list(pool.map(writer, range(8)))
        done.set()
        cursor = following.result()
    with database.read() as connection:
        whole = feed.snapshot(connection, None, 0, "", 500)
    office.close()
    assert sorted(seen.values(), key=lambda r: r.rev) == whole.rows
    assert sum(record.version for record in whole.rows) == cursor == whole.rev
