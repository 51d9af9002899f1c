"""Records, proposals and the feed: what is taken, kept and given out, to whom, and how soon."""

from __future__ import annotations

import asyncio
import json
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from pathlib import Path
from random import Random
from typing import Any

import pytest

from db.office import access, feed, polls, records
from db.office.__main__ import main
from db.office.revision import standing
from db.office.service import Office, renew_epoch
from db.reference import MAX_BODY_BYTES, Record
from tests.office.asgi import Answer, Desk, desk
from tests.office.engines import SQLITE
from tests.office.rows import ME, OTHER

SESSION = {
    "title": "Họp giao ban",
    "starts_us": 1,
    "chair": "66",
    "script": [{"title": "Khai mạc"}],
}
CONTACT = {"site": "66", "role": "technician", "person": "An"}
ACCOUNT = {"name": "an", "role": "technician", "password": "scrypt$not-a-password"}
PIN = {"device": "cms-1", "sha256": "a" * 64}
ROSTER = {"name": "2025", "rows": [{"id": "66", "name": "Đắk Lắk"}]}
BODIES = {
    "session": SESSION,
    "contact": CONTACT,
    "account": ACCOUNT,
    "pin": PIN,
    "roster": ROSTER,
}
APPROVED = SESSION | {"state": "approved"}


@pytest.fixture
def plain(tmp_path: Path) -> Iterator[Desk]:
    """An office on SQLite, for what no engine has a part in."""
    with desk(tmp_path) as made:
        yield made


def put(
    office: Desk, token: str, kind: str, body: Any, version: int = 0, record_id: str = "x"
) -> Answer:
    method = "DELETE" if body is None else "PUT"
    headers = {"if-match": f'"{version}"'}
    path = f"/v1/records/{kind}/{record_id}"
    return office.ask(method, path, body, token=token, headers=headers)


def pull(office: Desk, token: str, after: int = 0, query: str = "") -> Any:
    with office.office.database.read() as connection:
        epoch = standing(connection)[0]
    path = f"/v1/feed?server_epoch={epoch}&after={after}{query}"
    return office.ask("GET", path, token=token).json


def offer(kind: str = "contact", body: Any = CONTACT, **changes: Any) -> dict[str, Any]:
    known = {"id": "a" * 32, "kind": kind, "record_id": "x", "base_version": 0, "body": body}
    return known | {"operator": "hoa"} | changes


def propose(office: Desk, token: str, **changes: Any) -> Answer:
    return office.ask("POST", f"/v1/proposals/{ME}", offer(**changes), token=token)


def decide(office: Desk, token: str, how: str = "accept", proposal_id: str = "a" * 32) -> Answer:
    path = f"/v1/proposals/{proposal_id}/{how}"
    return office.ask("POST", path, {"note": "vì"}, token=token)


def test_each_change_is_a_version_that_is_kept_with_its_author(office: Desk):
    lan = office.person("supervisor", "lan")
    assert put(office, lan, "contact", CONTACT).json["version"] == 1
    second = put(office, lan, "contact", CONTACT | {"phone": "2"}, 1)
    assert (second.json["version"], second.json["rev"], second.json["author"]) == (2, 2, "lan")
    stale = put(office, lan, "contact", CONTACT | {"phone": "3"}, 1)
    assert (stale.status, stale.code) == (409, "record.version")
    assert stale.json["record"] == second.json
    gone = put(office, lan, "contact", None, 2)
    assert (gone.json["deleted"], gone.json["body"]) == (True, {})
    assert put(office, lan, "contact", None, 3).status == 404
    assert put(office, lan, "contact", CONTACT, 3).json["version"] == 4
    kept = office.ask("GET", "/v1/records/contact/x", token=lan).json["versions"]
    assert [item["version"] for item in kept] == [4, 3, 2, 1]
    assert kept[2]["body"]["phone"] == "2"


def test_an_approved_plan_is_followed_by_another_approved_one_only(office: Desk):
    lan, minh = office.person("supervisor", "lan"), office.person("supervisor", "minh")
    assert put(office, lan, "session", SESSION).json["body"]["approver"] == ""
    claimed = APPROVED | {"approver": "somebody else"}
    assert put(office, lan, "session", claimed, 1).json["body"]["approver"] == "lan"
    back = put(office, minh, "session", SESSION, 2)
    assert (back.status, back.code) == (409, "record.approved")
    assert put(office, minh, "session", APPROVED, 2).json["body"]["approver"] == "minh"
    kept = office.ask("GET", "/v1/records/session/x", token=lan).json["versions"]
    assert [item["body"]["approver"] for item in kept] == ["minh", "lan", ""]


@pytest.mark.parametrize(
    ("kind", "changes", "where"),
    [
        ("contact", {"role": "king"}, "body.role"),
        ("contact", {"person": "x" * 101}, "body.person"),
        ("contact", {"more": 1}, "body.more"),
        ("session", {"starts_us": 1.5}, "body.starts_us"),
        ("session", {"script": [{"title": "x"}] * 501}, "body.script"),
        ("session", {"state": "cancelled"}, "body.state"),
        ("account", {"role": "god"}, "body.role"),
        ("pin", {"sha256": "A" * 64}, "body.sha256"),
        ("roster", {"rows": [{"id": "66"}]}, "body.rows.0.name"),
    ],
)
def test_a_body_that_is_not_of_its_kind_is_named(
    plain: Desk, kind: str, changes: dict[str, Any], where: str
):
    office = plain
    token = office.person("administrator" if kind == "account" else "supervisor")
    answer = put(office, token, kind, BODIES[kind] | changes)
    assert (answer.status, answer.json["params"]["where"]) == (422, where)


def test_a_record_larger_than_the_cap_is_refused(plain: Desk):
    office = plain
    rows = [{"id": str(n), "name": "Đ" * 230} for n in range(1200)]
    answer = put(office, office.person("supervisor"), "roster", {"name": "x", "rows": rows})
    assert (answer.status, answer.json["params"]) == (413, {"bytes": MAX_BODY_BYTES})


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


def test_a_proposal_is_on_the_newest_version_or_a_conflict(office: Desk):
    lan, console = office.person("supervisor", "lan"), office.console(ME)
    put(office, lan, "contact", CONTACT)
    stale = propose(office, console)
    assert (stale.status, stale.code) == (409, "record.version")
    assert (stale.json["params"], stale.json["record"]["version"]) == ({"version": 1}, 1)
    for _ in range(2):
        taken = propose(office, console, base_version=1, body=CONTACT | {"phone": "9"})
        assert taken.json == {"id": "a" * 32, "state": "waiting", "note": ""}
    other = propose(office, console, base_version=1, body=CONTACT | {"phone": "8"})
    assert (other.status, other.code) == (409, "proposal.id")
    [shown] = office.ask("GET", "/v1/proposals", token=lan).json["proposals"]
    assert (shown["console_id"], shown["operator"], shown["body"]["phone"]) == (ME, "hoa", "9")
    assert decide(office, lan).json["state"] == "accepted"
    assert decide(office, lan).code == "proposal.decided"
    assert propose(office, console, base_version=1, body=CONTACT | {"phone": "9"}).json == {
        "id": "a" * 32,
        "state": "accepted",
        "note": "vì",
    }
    page = pull(office, console, 1)
    assert [(row["version"], row["author"]) for row in page["rows"]] == [(2, "lan")]
    assert page["decisions"] == [{"id": "a" * 32, "state": "accepted", "note": "vì"}]
    assert pull(office, office.console(OTHER), 1)["decisions"] == []


def test_whatever_changes_a_record_outdates_what_waits_on_it(office: Desk):
    lan, console = office.person("supervisor", "lan"), office.console(ME)
    propose(office, console)
    propose(office, console, id="b" * 32)
    propose(office, console, id="c" * 32, record_id="y")
    assert decide(office, lan, proposal_id="b" * 32).status == 200
    decisions = {item["id"][0]: item["state"] for item in pull(office, console)["decisions"]}
    assert decisions == {"a": "outdated", "b": "accepted"}
    assert decide(office, lan, "reject", "c" * 32).status == 200
    assert decide(office, lan, "reject", "d" * 32).status == 404


def test_who_may_decide_depends_on_what_is_proposed(plain: Desk):
    office = plain
    console = office.console(ME)
    lan, keeper = office.person("supervisor"), office.person("administrator")
    propose(office, console, kind="account", body=ACCOUNT)
    propose(office, console, kind="session", body=APPROVED, id="b" * 32)
    assert office.ask("GET", "/v1/proposals", token=lan).json["proposals"][0]["kind"] == "session"
    assert decide(office, lan).json["params"]["needs"] == "accounts.edit"
    assert decide(office, keeper).status == 200
    assert decide(office, keeper, "accept", "b" * 32).status == 403
    assert decide(office, console, "accept", "b" * 32).code == "access.person"
    assert decide(office, lan, "accept", "b" * 32).status == 200


def test_at_a_console_nobody_edits_for_the_office(plain: Desk):
    office = plain
    console = office.console(ME, "supervisor")
    answer = put(office, console, "contact", CONTACT)
    assert (answer.status, answer.code) == (403, "access.person")


def test_versions_can_not_be_changed_past_the_program(office: Desk):
    put(office, office.person("supervisor"), "session", APPROVED)
    for statement in (
        "UPDATE record_versions SET author = 'x'",
        "DELETE FROM record_versions",
        "DELETE FROM records",
    ):
        with pytest.raises(Exception, match="store"), office.office.database.write() as connection:
            connection.exec_driver_sql(statement)


def wait_for(office: Desk, token: str, after: int, wait_s: int = 25) -> Any:
    with office.office.database.read() as connection:
        epoch = standing(connection)[0]
    path = f"/v1/feed?server_epoch={epoch}&after={after}&wait_s={wait_s}"
    headers = {"authorization": f"Bearer {token}"}
    shown = office.client.shows[token]
    return office.client._ask("GET", path, b"", headers, "192.0.2.1", shown)


async def polled(office: Desk, count: int) -> None:
    """Until so many polls wait."""
    while office.office.polls.count < count:  # noqa: ASYNC110
        await asyncio.sleep(0.01)


def test_a_poll_that_waits_is_answered_by_the_next_edit_and_holds_nothing(
    plain: Desk, monkeypatch: pytest.MonkeyPatch
):
    office = plain
    monkeypatch.setattr("db.office.routes.records.LOOK_S", 30.0)
    lan, consoles = office.person("supervisor"), [office.console(f"{n:032x}") for n in range(60)]

    async def scene() -> list[Answer]:
        tasks = [asyncio.ensure_future(wait_for(office, token, 0)) for token in consoles]
        await polled(office, len(tasks))
        before = {t.name for t in threading.enumerate() if "AnyIO" in t.name}
        metrics = await office.client._ask(
            "GET", "/metrics", b"", {"authorization": f"Bearer {lan}"}, "192.0.2.1"
        )
        assert b"hnth_office_waiting_polls 60" in metrics.body
        assert len(before) < len(tasks)
        headers = {"authorization": f"Bearer {lan}", "if-match": "0"}
        headers["content-type"] = "application/json"
        body = json.dumps(CONTACT).encode()
        made = await office.client._ask("PUT", "/v1/records/contact/x", body, headers, "192.0.2.1")
        assert made.status == 200
        return list(await asyncio.gather(*tasks))

    began = time.monotonic()
    found = office.client.loop.run_until_complete(scene())
    assert time.monotonic() - began < 25
    assert {len(answer.json["rows"]) for answer in found} == {1}
    assert office.office.polls.count == 0


def test_what_another_process_writes_is_found_and_a_second_poll_ends_the_first(
    plain: Desk, monkeypatch: pytest.MonkeyPatch
):
    office = plain
    monkeypatch.setattr("db.office.routes.records.LOOK_S", 0.05)
    console = office.console(ME)

    async def scene() -> tuple[Answer, Answer]:
        first = asyncio.ensure_future(wait_for(office, console, 0))
        await polled(office, 1)
        second = asyncio.ensure_future(wait_for(office, console, 0))
        over = await first
        with office.office.database.write() as connection:
            records.put(connection, "contact", "x", CONTACT, version=0, author="", now_us=1)
        return over, await second

    over, found = office.client.loop.run_until_complete(scene())
    assert (over.json["rows"], len(found.json["rows"])) == ([], 1)


def test_a_token_revoked_while_its_poll_waits_sees_nothing_more(
    plain: Desk, monkeypatch: pytest.MonkeyPatch
):
    office = plain
    monkeypatch.setattr("db.office.routes.records.LOOK_S", 0.05)
    console = office.console(ME)

    async def scene() -> Answer:
        poll = asyncio.ensure_future(wait_for(office, console, 0))
        await polled(office, 1)
        with office.office.database.write() as connection:
            access.revoke(connection, access.CONSOLE, ME, office.clock.utc_us())
            records.put(connection, "account", "x", ACCOUNT, version=0, author="", now_us=1)
        return await poll

    answer = office.client.loop.run_until_complete(scene())
    assert (answer.status, answer.code) == (401, "access.token")


def test_an_office_that_closes_lets_its_polls_go():
    async def scene() -> None:
        waiting = polls.Polls()
        with waiting.waiting("a") as poll:
            waiting.end()
            await poll.wait(30)
            assert poll.over
        with waiting.waiting("b") as late:
            assert late.over

    asyncio.run(scene())


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


def run(folder: Path, *words: str) -> int:
    name, act, *rest = words
    return main([name, act, str(folder), *rest])


def test_records_and_proposals_from_the_command_line(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
):
    folder = SQLITE.new_office(tmp_path / "office")
    file = tmp_path / "body.json"
    file.write_text(json.dumps(APPROVED))
    assert run(folder, "record", "put", "session", "s1", str(file), "--by", "lan") == 0
    assert run(folder, "record", "put", "session", "s1", str(file), "--by", "lan") == 0
    assert "session s1 version 2" in capsys.readouterr().out
    stale = ("record", "put", "session", "s1", str(file), "--by", "lan", "--version", "1")
    assert run(folder, *stale) == 1
    assert "record.version version=2" in capsys.readouterr().err
    file.write_text("[")
    assert run(folder, "record", "put", "session", "s1", str(file), "--by", "lan") == 1
    assert run(folder, "record", "list", "session") == 0
    shown = capsys.readouterr().out
    assert shown == "s1\tversion 2\tlan\tHọp giao ban\n"
    assert run(folder, "record", "list", "session", "--json") == 0
    assert json.loads(capsys.readouterr().out)["approver"] == "lan"
    office = Desk(folder)
    token = office.console(ME)
    propose(office, token)
    propose(office, token, id="b" * 32, body=CONTACT | {"person": "An\x1b[31m"})
    office.close()
    assert run(folder, "proposals", "list") == 0
    shown = capsys.readouterr().out
    assert f"{'a' * 32}\tcontact x\thoa\tAn\n" in shown
    assert "\x1b" not in shown
    assert run(folder, "proposals", "accept", "a" * 32, "--by", "lan") == 0
    assert run(folder, "proposals", "reject", "b" * 32, "--by", "lan", "--note", "no") == 1
    assert run(folder, "proposals", "reject", "c" * 32, "--by", "lan") == 1
    captured = capsys.readouterr()
    assert captured.out == "contact x version 1\n"
    assert "proposal.decided state=outdated" in captured.err
    assert run(folder, "proposals", "list") == 0
    assert capsys.readouterr().out == ""


def test_a_record_says_whether_it_is_the_same():
    here = Record("contact", "x", 1, 1, {"a": 1})
    assert here.same({"a": 1})
    assert not here.same(None)
    assert Record("contact", "x", 2, 2, {}, True).same(None)
