"""Polls of the feed that wait: answered by the next edit, and ended when they must."""

from __future__ import annotations

import asyncio
import json
import threading
import time
from typing import Any

import pytest

from db.office import access, polls, records
from db.office.revision import standing
from tests.office.asgi import Answer, Desk
from tests.office.editing import ACCOUNT, CONTACT
from tests.office.rows import ME


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
