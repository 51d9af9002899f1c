"""What a console believes: receipts signed for its own rows, and nothing else."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from db.protocol import Head, head_message
from db.sync.exchange import Reply, Request
from db.sync.health import Level
from tests.sync.office_sync.bench import OPS, Bench, answering


def changed(bench: Bench, change: Callable[[dict[str, Any]], None]) -> Callable[[Request], Reply]:
    """The office, but for what its receipts say."""

    def wire(request: Request) -> Reply:
        reply = bench.office.client(request)
        if "/journal/" in request.path and reply.status == 200:
            body = json.loads(reply.body)
            change(body)
            return Reply(200, json.dumps(body).encode())
        return reply

    return wire


@pytest.mark.parametrize(
    ("change", "incident"),
    [
        (lambda b: b.update(countersignature="00" * 64), "sync.countersignature"),
        (lambda b: b.update(received_us=b["received_us"] + 1), "sync.countersignature"),
        (lambda b: b.update(acked_seq=b["acked_seq"] + 1), "sync.countersignature"),
        (lambda b: b.update(head_hash="00" * 32), "sync.countersignature"),
    ],
)
def test_a_receipt_that_was_not_signed_so_marks_nothing(
    bench: Bench, change: Callable[[dict[str, Any]], None], incident: str
):
    bench.write(3)
    bench.wire = changed(bench, change)
    bench.run(2)
    assert (bench.acked(), bench.incident) == (0, incident)
    assert bench.health.unsent_rows == 3
    assert bench.health.level == Level.RED
    bench.wire = bench.office.client
    bench.run(61)
    assert (bench.acked(), bench.incident) == (3, "")


@pytest.mark.parametrize(
    ("seq", "own", "incident"),
    [(2, True, "sync.head"), (3, False, "sync.head"), (4, False, "sync.rollback")],
)
def test_a_signed_head_that_is_not_ours_marks_nothing(
    bench: Bench, seq: int, own: bool, incident: str
):
    """The right key, the wrong word: less than was sent, other rows, rows that we lost."""
    bench.write(3)

    def lie(body: dict[str, Any]) -> None:
        digest = bench.journal.chain(OPS)[seq - 1].hash if own else b"x" * 32
        message = head_message(OPS, Head(seq, digest), body["received_us"])
        body |= {"acked_seq": seq, "head_hash": digest.hex()}
        body["countersignature"] = bench.office.office.sign(message).hex()

    bench.wire = changed(bench, lie)
    bench.run(2)
    assert (bench.acked(), bench.incident) == (0, incident)


@pytest.mark.parametrize(
    "body",
    [b"", b"<html>Sign in</html>", b"[]", b"{}", b'{"acked_seq": "3"}', b"[" * 100_000, b"\xff"],
)
def test_a_page_that_is_no_answer_marks_nothing(bench: Bench, body: bytes):
    bench.write(3)
    bench.wire = answering(200, body)
    bench.run(120)
    assert (bench.acked(), bench.health.failure) == (0, "not_understood")


def test_receipts_that_went_missing_cost_one_row_not_all(bench: Bench):
    bench.write(500)
    bench.run(5)
    bench.journal.disk.receipts.clear()
    bench.sync = bench.start()
    before = len(bench.pushes())
    bench.run(31)
    assert bench.acked() == 500
    assert [len(b["rows"]) for b in bench.pushes()[before:]] == [1]


def test_an_older_receipt_never_takes_the_place_of_a_newer(bench: Bench):
    bench.write(3)
    bench.run(1)
    newest = bench.receipts.newest(OPS)
    assert newest is not None
    bench.receipts.keep(replace(newest, head=Head(2, b"x" * 32)))
    assert bench.receipts.newest(OPS) == newest
