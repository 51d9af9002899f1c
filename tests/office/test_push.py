"""Taking rows: what is acknowledged, what is refused, and that nothing is ever overwritten."""

from __future__ import annotations

import base64
from typing import Any

import pytest
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from db.fault import StoreFault
from db.protocol import Head, head_message
from db.record import MAX_BODY_BYTES, JournalRow, Place
from tests.office.asgi import Answer, Desk, packed
from tests.office.engines import Engine
from tests.office.rows import BOOT, ME, Chain

PATH = f"/v1/journal/{ME}/ops"
COLUMNS = "console_id, stream, epoch, utc_us, mono_us, boot_id, kind, schema_v, actor, cause"
COLUMNS += ", body, prev_hash, hash"
REFUSE_3 = {
    "sqlite": "WHEN NEW.seq = 3 BEGIN SELECT RAISE(ABORT, 'boom'); END",
    "postgresql": "FOR EACH ROW WHEN (NEW.seq = 3) EXECUTE FUNCTION office_refuses('boom')",
}


def push(office: Desk, token: str, body: dict[str, Any], path: str = PATH) -> Answer:
    return office.ask("POST", path, body, token=token)


def stored(office: Desk, auditor: str, epoch: int = 1) -> list[dict[str, Any]]:
    found = office.ask("GET", f"{PATH}?epoch={epoch}", token=auditor)
    return found.json["rows"]


def kinds(office: Desk) -> list[tuple[str, int]]:
    found = office.ask("GET", "/v1/incidents", token=office.person("auditor"))
    return [(item["kind"], item["seq"]) for item in found.json["incidents"]]


def test_rows_are_kept_byte_for_byte_and_the_head_is_countersigned(office: Desk, token: str):
    chain = Chain(7)
    answer = push(office, token, chain.push(1, 7))
    assert answer.status == 200
    assert answer.json["acked_seq"] == 7
    assert answer.json["head_hash"] == chain.hashes[6].hex()
    assert answer.json["received_us"] == office.clock.utc_us()
    key = Ed25519PublicKey.from_public_bytes(office.office.public_key)
    signature = bytes.fromhex(answer.json["countersignature"])
    head = Head(7, chain.hashes[6])
    key.verify(signature, head_message(chain.place, head, answer.json["received_us"]))
    for wrong in (Head(6, head.hash), Head(7, chain.hashes[5])):
        with pytest.raises(InvalidSignature):
            key.verify(signature, head_message(chain.place, wrong, answer.json["received_us"]))
    with pytest.raises(InvalidSignature):
        key.verify(signature, head_message(Place(ME, "qos", 1), head, office.clock.utc_us()))
    rows = stored(office, office.person("auditor"))
    assert [base64.b64decode(r["body"]) for r in rows] == [r.body for r in chain.rows]
    assert [r["hash"] for r in rows] == [h.hex() for h in chain.hashes]
    assert office.office.database.verdict().bad == ()


def test_the_same_push_again_changes_nothing_and_gets_the_same_receipt(office: Desk, token: str):
    chain = Chain(5)
    first = push(office, token, chain.push(1, 5)).json
    office.clock.now_s += 60
    again = push(office, token, chain.push(1, 5)).json
    assert again["received_us"] == first["received_us"]
    assert again["countersignature"] == first["countersignature"]
    assert len(stored(office, office.person("auditor"))) == 5


def test_an_overlap_adds_only_what_is_new_and_an_old_push_gets_todays_head(
    office: Desk, token: str
):
    chain = Chain(9)
    push(office, token, chain.push(1, 5))
    assert push(office, token, chain.push(3, 9)).json["acked_seq"] == 9
    late = push(office, token, chain.push(2, 4)).json
    assert (late["acked_seq"], late["head_hash"]) == (9, chain.hashes[8].hex())


def test_rows_after_a_gap_are_refused_with_the_number_expected(office: Desk, token: str):
    chain = Chain(9)
    push(office, token, chain.push(1, 3))
    answer = push(office, token, chain.push(5, 9))
    assert (answer.status, answer.code) == (409, "journal.gap")
    assert answer.json["params"] == {"expected": 4}
    assert kinds(office) == []
    assert push(office, token, chain.push(4, 9)).json["acked_seq"] == 9


@pytest.mark.parametrize(("first", "seq"), [(1, 4), (3, 4), (4, 4), (5, 4), (6, 5)])
def test_other_rows_under_known_numbers_are_a_fork(office: Desk, token: str, first: int, seq: int):
    chain = Chain(5)
    push(office, token, chain.push(1, 5))
    answer = push(office, token, chain.diverge(4, 5).push(first, 8))
    assert (answer.status, answer.code) == (409, "journal.fork")
    assert answer.json["params"] == {"seq": seq}
    assert kinds(office) == [("fork", seq)]
    assert [r["hash"] for r in stored(office, office.person("auditor"))] == [
        h.hex() for h in chain.hashes
    ]


def test_a_fork_that_agrees_again_in_its_last_row_is_still_a_fork(office: Desk, token: str):
    """Only hashes tell: the head is the same bytes, under another row before it."""
    chain = Chain(5)
    push(office, token, chain.push(1, 5))
    body = chain.push(1, 5)
    body["rows"][1]["actor"] = "somebody else"
    answer = push(office, token, body)
    assert (answer.status, answer.code) == (409, "journal.hash")


@pytest.mark.parametrize("name", ["utc_us", "mono_us", "boot_id", "kind", "actor", "cause", "body"])
def test_a_row_that_does_not_give_its_hash_is_refused(office: Desk, token: str, name: str):
    chain = Chain(3)
    body = chain.push(1, 3)
    value = body["rows"][1][name]
    body["rows"][1][name] = value + 1 if isinstance(value, int) else "QUJD"
    answer = push(office, token, body)
    assert (answer.status, answer.code) == (409, "journal.hash")
    assert kinds(office) == [("hash", 1)]
    assert stored(office, office.person("auditor")) == []


def test_an_incident_is_counted_not_repeated(office: Desk, token: str):
    push(office, token, Chain(5).push(1, 5))
    for _ in range(3):
        push(office, token, Chain(5, salt="x").push(1, 5))
        office.clock.now_s += 10
    found = office.ask("GET", "/v1/incidents", token=office.person("auditor")).json["incidents"]
    assert [(item["kind"], item["times"]) for item in found] == [("fork", 3)]
    assert found[0]["last_us"] - found[0]["first_us"] == 20_000_000


def test_a_later_epoch_begins_with_its_own_first_row_and_closes_the_one_before(
    office: Desk, token: str
):
    old, new = Chain(5), Chain(4, epoch=2, first="EpochOpened")
    push(office, token, old.push(1, 3))
    refused = push(office, token, Chain(4, epoch=2).push(1, 4))
    assert (refused.status, refused.code) == (409, "journal.unopened")
    assert push(office, token, new.push(1, 4)).json["acked_seq"] == 4
    assert push(office, token, old.push(1, 3)).status == 200
    closed = push(office, token, old.push(1, 5))
    assert (closed.status, closed.code) == (409, "journal.epoch")
    assert closed.json["params"]["newest"] == 2
    assert kinds(office) == [("superseded", 4)]
    auditor = office.person("auditor", "a")
    assert [len(stored(office, auditor, epoch)) for epoch in (1, 2)] == [3, 4]


def test_the_streams_of_a_console_are_chains_of_their_own(office: Desk, token: str):
    push(office, token, Chain(3).push(1, 3))
    other = push(office, token, Chain(3).push(1, 3), f"/v1/journal/{ME}/qos")
    assert other.code == "journal.hash"  # the stream is part of what is hashed
    assert push(office, token, {}, f"/v1/journal/{ME}/more").status == 422


def test_the_largest_row_that_a_journal_takes_fits(office: Desk, token: str):
    chain = Chain(0)
    row = JournalRow("NoteWritten", bytes(range(256)) * (MAX_BODY_BYTES // 256), "a", 1, 2)
    from tests.office.rows import hashes

    chain.rows = [row]
    chain.hashes = hashes(chain.rows, chain.place, 1, bytes(32))
    assert push(office, token, chain.push(1, 1)).status == 200


def test_gzip_is_welcome(office: Desk, token: str):
    headers = {"content-encoding": "gzip"}
    body = packed(Chain(300).push(1, 300))
    answer = office.ask("POST", PATH, body, token=token, headers=headers)
    assert answer.json["acked_seq"] == 300


def test_a_push_that_fails_half_way_leaves_nothing(office: Desk, token: str, engine: Engine):
    with office.office.database.write() as connection:
        connection.exec_driver_sql(
            f"CREATE TRIGGER refuse BEFORE INSERT ON journal {REFUSE_3[engine.name]}"
        )
    answer = push(office, token, Chain(5).push(1, 5))
    assert (answer.status, answer.code) == (503, "office.busy")
    assert answer.headers["retry-after"] == "5"
    assert stored(office, office.person("auditor")) == []
    with office.office.database.write() as connection:
        of = " ON journal" if engine.name == "postgresql" else ""
        connection.exec_driver_sql(f"DROP TRIGGER refuse{of}")
    assert push(office, token, Chain(5).push(1, 5)).json["acked_seq"] == 5


def test_the_offices_own_tables_refuse_what_does_not_append(
    office: Desk, token: str, engine: Engine
):
    push(office, token, Chain(3).push(1, 3))
    office.ask("POST", PATH, Chain(3, salt="x").push(1, 3), token=token)
    statements = [
        "UPDATE journal SET body = hash",
        "DELETE FROM journal",
        "UPDATE receipts SET received_us = 0",
        "DELETE FROM receipts",
        "DELETE FROM incidents",
        f"INSERT INTO journal ({COLUMNS}, seq) SELECT {COLUMNS}, 4 FROM journal WHERE seq = 3",
        f"INSERT INTO journal ({COLUMNS}, seq) SELECT {COLUMNS}, 5 FROM journal WHERE seq = 3",
    ]
    if engine.name == "postgresql":
        statements += [f"TRUNCATE {name}" for name in ("journal", "receipts", "incidents")]
    for statement in statements:
        with pytest.raises(StoreFault), office.office.database.write() as connection:
            connection.exec_driver_sql(statement)
    assert office.office.database.verdict().rows == 3


def test_boot_ids_are_kept(office: Desk, token: str):
    push(office, token, Chain(2).push(1, 2))
    assert {r["boot_id"] for r in stored(office, office.person("auditor"))} == {BOOT}
