"""The stream of figures: after evidence, in small pieces, taken up again, kept at the office."""

from __future__ import annotations

import gzip
import json
import os
from pathlib import Path

import pytest

from db import minutes as minutes_module
from db import writer as writer_module
from db.record import QOS, Place, Sample
from db.sync.chain import FIGURES
from db.sync.exchange import Reply, Request
from db.verifier.__main__ import main as verify
from db.writer import JournalWriter
from tests.db.rows import SMALL, raw, row
from tests.office.rows import ME
from tests.office.serving import serving
from tests.sync.joined import acked, enrolled, rows_of, running, until
from tests.sync.office_sync.bench import Bench, answering

MINUTE = 60_000_000
START = 1_800_000_000_000_000
_QOS = Place(ME, QOS, 1)


def minute(bench: Bench, count: int) -> None:
    """Minutes of 200 sites, which hardly compress."""
    bench.write(count, QOS, json.dumps({"x": os.urandom(9000).hex()}).encode())


def streams(bench: Bench) -> list[str]:
    return [r.path.rsplit("/", 1)[1] for r in bench.sent if "/journal/" in r.path]


def test_figures_go_in_small_pieces_with_evidence_between_them(bench: Bench):
    minute(bench, 100)
    real = bench.wire

    def wire(request: Request) -> Reply:
        """Evidence is written while each of the first pushes of figures is under way."""
        if request.path.endswith("/qos") and len(bench.sent) < 40:
            bench.write(1)
        return real(request)

    bench.wire = wire
    bench.run(120)
    assert bench.acked(_QOS) == 100
    found = streams(bench)
    assert found.count("qos") >= 100 * 18_000 // FIGURES.bytes
    early = found[: found.index("qos") + 20]
    assert "qos,qos" not in ",".join(early), "evidence waited for two pushes of figures"
    sizes = [len(gzip.decompress(r.body)) for r in bench.sent if r.path.endswith("/qos")]
    assert max(sizes) <= FIGURES.bytes


def test_figures_wait_as_long_as_the_office_asks_and_then_go_on_where_they_were(bench: Bench):
    minute(bench, 12)
    bench.run(0.5)
    before = bench.acked(_QOS)
    bench.wire = answering(503, b"{}", 40.0)
    minute(bench, 4)
    bench.run(39)
    assert bench.acked(_QOS) <= 16
    bench.wire = bench.office.client
    bench.sync = bench.start()  # a program that begins anew, with its receipts alone
    bench.run(3)
    assert bench.acked(_QOS) == 16
    firsts = [b["first_seq"] for b in bench.pushes()]
    assert 1 in firsts
    assert firsts[-1] > before


def test_a_session_s_minutes_are_at_the_office_and_the_verifier_walks_them(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
):
    monkeypatch.setattr(writer_module, "_TICK_S", 0.02)
    monkeypatch.setattr(minutes_module, "SETTLE_S", 0.0)
    office, store = tmp_path / "office", tmp_path / "store"
    with serving(office) as served, JournalWriter.open(store, limits=SMALL) as writer:
        for n in range(4):
            for site in range(30):
                at_us = START + n * MINUTE + site
                writer.add_sample(Sample("họp", f"xã-{site}", at_us, 0.5, 3.0, 20.0, 1500, 700))
            writer.flush()
        writer.append(row(1)).result()
        account, token = enrolled(served, writer.health.figures.console_id)
        runner = running(writer, served.url, account, token)
        until(lambda: acked(writer) == (1, 3))
        assert runner.close()
    assert rows_of(office / "office.sqlite3") == rows_of(store / "journal.sqlite3")
    connection = raw(office / "office.sqlite3")
    (body,) = connection.execute(
        "SELECT body FROM journal WHERE stream = 'qos' AND seq = 2"
    ).fetchone()
    connection.close()
    told = json.loads(body)
    assert (told["session"], len(told["endpoints"])) == ("họp", 30)
    assert verify([str(store), "--json"]) == 0
    walked = json.loads(capsys.readouterr().out)
    chains = {c["stream"]: c["rows"] for f in walked["files"] for c in f["chains"]}
    assert chains == {"ops": 1, "qos": 3}
