"""Journal and office differ: forks, lost and altered rows, an office restored, gaps."""

from __future__ import annotations

import json

import pytest

from db.record import Place
from db.sync.exchange import Reply, Request
from tests.office.rows import ME
from tests.sync.office_sync.bench import OPS, Bench, answering, body_of


def test_a_fork_stops_the_stream_until_a_new_epoch_and_the_other_goes_on(bench: Bench):
    bench.write(5)
    bench.run(1)
    bench.journal.edit(OPS, 4, rehash=True)
    bench.journal.disk.receipts.clear()
    bench.write(2)
    bench.write(4, "qos")
    bench.sync = bench.start()
    bench.run(3)
    assert bench.incident == "sync.fork"
    incident = bench.health.incident
    assert incident is not None
    assert dict(incident.params) == {"stream": "ops", "seq": 4}
    assert bench.acked() == 0
    assert bench.acked(Place(ME, "qos", 1)) == 4
    bench.journal.open_epoch(bench.clock.utc_us())
    bench.run(3)
    assert bench.incident == ""
    assert bench.acked(Place(ME, "ops", 2)) == 1


def test_a_journal_that_lost_rows_is_told_and_sends_nothing(bench: Bench):
    bench.write(5)
    bench.run(1)
    image = bench.journal.disk.copy()
    image.chains["ops", 1] = image.chains["ops", 1][:3]
    bench.journal.disk = image
    before = len(bench.pushes())
    bench.run(31)
    assert bench.incident == "sync.rollback"
    assert len(bench.pushes()) == before


@pytest.mark.parametrize("sent", [False, True])
def test_a_row_that_was_altered_is_found_and_never_sent(bench: Bench, sent: bool):
    bench.write(5)
    if sent:
        bench.run(1)
    bench.journal.edit(OPS, 2, rehash=False)
    before = len(bench.pushes())
    bench.run(62)
    assert bench.incident == "sync.altered"
    assert len(bench.pushes()) == before
    found = bench.office.ask("GET", "/v1/incidents", token=bench.office.person("auditor"))
    assert [(i["kind"], i["seq"]) for i in found.json["incidents"]] == [("altered", 2)]


def test_what_follows_an_altered_row_that_the_office_has_is_sent_and_the_row_still_told(
    bench: Bench,
):
    bench.write(5)
    bench.run(1)
    bench.journal.edit(OPS, 2, rehash=False)
    bench.run(31)
    assert bench.incident == "sync.altered"
    bench.write(3)
    bench.run(5)
    assert bench.acked() == 8
    assert bench.incident == "sync.altered", "nobody mended the row"


def test_a_row_altered_since_the_last_walk_is_not_sent_either(bench: Bench):
    bench.write(5)
    bench.sync.step()  # the heartbeat, which walks all five
    bench.journal.edit(OPS, 2, rehash=False)
    bench.run(3)
    assert bench.pushes() == []
    assert bench.incident == "sync.altered"


def test_an_office_that_has_less_than_it_had_gets_the_rest_though_nothing_new_is_written(
    bench: Bench,
):
    """A restored office: its heartbeat tells of a row that we went past long ago."""
    bench.write(20)
    bench.run(5)
    assert bench.acked() == 20
    tenth = bench.journal.rows(OPS, 9, 1)[0]
    told: list[Request] = []

    def restored(request: Request) -> Reply:
        reply = bench.office.client(request)
        if "/heartbeat/" not in request.path or told:
            return reply
        told.append(request)
        body = json.loads(reply.body)
        body["heads"] = [{"stream": "ops", "seq": 10, "hash": tenth.hash.hex()}]
        return Reply(200, json.dumps(body).encode())

    bench.wire = restored
    before = len(bench.pushes())
    bench.run(40)
    assert told
    assert [(b["first_seq"], len(b["rows"])) for b in bench.pushes()[before:]] == [(11, 10)]
    assert bench.health.unsent_rows == 0
    assert bench.incident == ""


def test_a_gap_the_office_can_not_mean_is_no_way_back(bench: Bench):
    bench.write(3)
    bench.sync.step()
    body = b'{"code":"journal.gap","params":{"expected":9}}'
    bench.wire = answering(409, body)
    bench.run(1)
    assert (bench.incident, bench.acked()) == ("sync.refused", 0)


def test_an_office_that_only_ever_sees_gaps_is_left_alone(bench: Bench):
    bench.write(40)
    bench.run(1)
    bench.write(5)

    def backwards(request: Request) -> Reply:
        if "/journal/" not in request.path:
            return bench.office.client(request)
        expected = body_of(request)["first_seq"] - 5
        return Reply(409, b'{"code":"journal.gap","params":{"expected":%d}}' % expected)

    bench.wire = backwards
    before = len(bench.pushes())
    bench.run(20)
    assert [b["first_seq"] for b in bench.pushes()[before:]] == [41, 36, 31, 26]
    assert bench.incident == "sync.refused"
