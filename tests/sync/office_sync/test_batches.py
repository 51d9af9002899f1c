"""What a console sends at once: how much, in which order, and how far it believes the way."""

from __future__ import annotations

import gzip

import pytest

from db.protocol import MAX_PUSH_BYTES
from db.record import Place
from db.sync.exchange import Reply, Request
from db.sync.health import Level
from tests.office.asgi import START_US
from tests.office.rows import ME
from tests.sync.office_sync.bench import Bench, answering, body_of


def test_a_backlog_goes_in_growing_batches_evidence_first(bench: Bench):
    bench.write(700, "qos")
    bench.write(700)
    bench.run(5)
    bodies = bench.pushes()
    paths = [r.path.rsplit("/", 1)[1] for r in bench.sent if "/journal/" in r.path]
    assert paths == sorted(paths)  # ops before qos
    assert [len(b["rows"]) for b in bodies][:4] == [50, 100, 200, 350]
    assert [b["first_seq"] for b in bodies][:4] == [1, 51, 151, 351]
    assert bench.acked() == bench.acked(Place(ME, "qos", 1)) == 700
    assert bench.health.unsent_rows == 0
    assert bench.health.level == Level.CALM
    assert bench.health.last_ack_us == START_US


def test_rows_stay_below_1_mib_and_the_largest_goes_alone(bench: Bench):
    bench.sync._chains[0].limit = 500
    bench.write(3, body=b"x" * 300_000)
    bench.write(1, body=b"y" * (1 << 20))
    bench.run(5)
    assert [len(b["rows"]) for b in bench.pushes()] == [2, 1, 1]
    sizes = [len(gzip.decompress(r.body)) for r in bench.sent if r.gzip]
    assert all(size <= MAX_PUSH_BYTES for size in sizes[:2])
    assert bench.acked() == 4


@pytest.mark.parametrize("status", [413, 408])
def test_a_batch_too_large_for_the_way_is_halved(bench: Bench, status: int):
    bench.write(8)
    bench.sync.step()
    bench.sync._chains[0].limit = 8
    bench.wire = answering(status)
    for _ in range(4):
        bench.sync.hurry()
        bench.sync._beat_at_s = 1e9
        bench.sync.step()
    assert [len(b["rows"]) for b in bench.pushes()] == [8, 4, 2, 1]
    assert (bench.health.incident is not None) == (status == 413)


def test_as_much_goes_at_once_as_the_way_takes_within_seconds(bench: Bench):
    """40 rows a second at first, later 4: as of a line of 16 and of 2 kbit/s."""
    bench.write(1500)
    rows_per_s = 40.0

    def slow(request: Request) -> Reply:
        if "/journal/" in request.path:
            bench.clock.now_s += len(body_of(request)["rows"]) / rows_per_s
        return bench.office.client(request)

    bench.wire = slow
    bench.run(12)
    assert [len(b["rows"]) for b in bench.pushes()] == [50, *[100] * 5]
    rows_per_s = 4.0
    bench.run(100)
    assert [len(b["rows"]) for b in bench.pushes()][6:10] == [100, 50, 25, 25]
    rows_per_s = 4000.0
    bench.run(20)
    assert bench.acked() == 1500
    assert bench.sync._chains[0].limit == 800
