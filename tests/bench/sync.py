"""How fast consoles that were away bring their evidence to the office, and what else waits.

`--consoles` processes with real stores of `--backlog-rows` rows each push to one `hnth-office
serve` over TLS, all at once, while each of them writes five more rows a second. So do a few more
consoles that have no backlog: theirs are the *live* rows. (Within one chain a row can't be before
those in front of it, so the rows of a console that still has a backlog are behind by as much as
that takes; `queued_behind_p99_s` tells it.) Beside it the same rows, fewer of them, go from
PouchDB to PouchDB's server by the protocol of CouchDB.
"""

from __future__ import annotations

import argparse
import json
import math
import os
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict
from functools import partial
from pathlib import Path
from typing import Any

from cryptography.hazmat.primitives import serialization

from db.office import access, certificates, keys, records
from db.office.database import Database
from db.office.service import DATABASE, init
from db.record import FIRST_HASH
from db.sync.exchange import Lost, Request
from db.sync.identity import NewKey
from db.sync.transport import HttpsTransport, office_transport
from tests.bench import _sync_peer

_START_S = 60.0


def main(argv: list[str]) -> dict[str, Any]:
    """Measure and return the figures."""
    parser = argparse.ArgumentParser(prog="sync", description=__doc__)
    parser.add_argument("--consoles", type=int, default=16)
    parser.add_argument("--backlog-rows", type=int, default=100_000, help="of each console")
    parser.add_argument("--live", type=int, default=4, help="consoles without a backlog")
    parser.add_argument("--peer-rows", type=int, default=1000, help="of each console; 0: no peer")
    parser.add_argument("--records", type=int, default=1000, help="that consoles pull; 0: none")
    parser.add_argument("--database", default="", metavar="URL", help="an empty PostgreSQL one")
    parser.add_argument("--folder", type=Path, default=Path.cwd(), help="on the disk to measure")
    args = parser.parse_args(argv)
    with tempfile.TemporaryDirectory(prefix="bench-sync-", dir=args.folder) as name:
        folder = Path(name)
        figures = _measure(folder, args)
        stores = [folder / f"console-{n}" / "rows.json" for n in range(args.consoles)]
        peer = (
            _sync_peer.measure(folder, stores) if args.peer_rows else _sync_peer.none("not asked")
        )
    ratio = figures["push_rows_per_s"] / peer["rows_per_s"] if peer["rows_per_s"] else None
    told = {"ratio_to_peer": round(ratio, 2) if ratio else None, **figures.pop("beside")}
    print(json.dumps(told), flush=True)
    return {"bench": "sync", **figures, "peer": peer}


class Console:
    """One console's process."""

    def __init__(self, folder: Path, seed: int, backlog: int, shown: int) -> None:
        line = [sys.executable, "-m", "tests.bench._sync_console"]
        self._process = subprocess.Popen(
            [*line, str(folder), str(seed), str(backlog), str(shown)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        self.backlog = backlog

    def hear(self) -> dict[str, Any]:
        """The next line it says."""
        assert self._process.stdout is not None
        line = self._process.stdout.readline()
        if not line:
            raise RuntimeError(f"a console ended with {self._process.wait()}")
        return json.loads(line)

    def say(self, **told: object) -> None:
        assert self._process.stdin is not None
        self._process.stdin.write(json.dumps(told) + "\n")
        self._process.stdin.flush()

    def end(self) -> None:
        self._process.kill()
        self._process.communicate()


def _measure(folder: Path, args: argparse.Namespace) -> dict[str, Any]:
    office = folder / "office"
    init(office, "Bench", ["127.0.0.1"], args.database)
    database = Database.open(args.database or office / DATABASE)
    backlogs = [args.backlog_rows] * args.consoles + [0] * args.live
    consoles: list[Console] = []
    try:
        for number, backlog in enumerate(backlogs):
            shown = min(backlog, args.peer_rows)
            consoles.append(Console(folder / f"console-{number}", number, backlog, shown))
        ids = [console.hear()["ready"] for console in consoles]
        accounts = _enrolled(office, database, ids)
        with _served(office, args.database) as (url, server):
            for console, account in zip(consoles, accounts, strict=True):
                console.say(**account, url=url)
            for console in consoles:
                console.say(go=True)
            drained = [console.hear() for console in consoles]
            for console in consoles:
                console.say(stop=True)
            told = [console.hear() for console in consoles]
            server_cpu_s = _cpu_s(server.pid)
            pulled_s = _pulled(database, consoles, args.records)
        _all_there(database, ids, told)
    finally:
        database.close()
        for console in consoles:
            console.end()
    took_s = max(item["drained"] for item in drained)
    evidence = sum(backlogs)
    rows = sum(item["acked"] for item in told)
    live = [
        s
        for item, backlog in zip(told, backlogs, strict=True)
        if not backlog
        for s in item["behind_s"]
    ]
    queued = [s for item in told for s in item["beside_s"]]
    pulled = args.records * len(consoles)
    return {
        "evidence_drained_s": round(took_s, 1),
        "live_behind_p99_s": _p99(live),
        "push_rows_per_s": round(evidence / took_s, 1),
        "feed_rows_per_s": round(pulled / pulled_s, 1) if pulled_s else None,
        "bytes_per_row": round(sum(item["bytes"] for item in told) / rows, 1),
        "beside": {
            "consoles": args.consoles,
            "backlog_rows_each": args.backlog_rows,
            "backlog_rows_in_all": evidence,
            "live_consoles": args.live,
            "live_rows": len(live),
            "live_behind_max_s": round(max(live, default=0.0), 3),
            "queued_behind_p99_s": _p99(queued),
            "server_cpu_s": server_cpu_s,
            "consoles_cpu_s": round(sum(item["cpu_s"] for item in told), 1),
        },
    }


def _pulled(database: Database, consoles: Sequence[Console], count: int) -> float:
    """Seconds until every console has these records, by the feed, from when the office had."""
    if not count:
        return 0.0
    for console in consoles:
        console.say(records=count)
    for console in consoles:
        console.hear()  # it has the snapshot, which is empty yet
    for number in range(count):
        with database.write() as connection:
            body = {"site": f"{number}", "role": "technician", "person": f"Nguyễn Văn {number}"}
            now_us = time.time_ns() // 1000
            key = ("contact", f"xa-{number}")
            records.put(connection, *key, body, version=0, author="bench", now_us=now_us)
    for console in consoles:
        console.say(go=True)
    return max(console.hear()["pulled"] for console in consoles)


def _enrolled(office: Path, database: Database, ids: Sequence[str]) -> list[dict[str, Any]]:
    """What each console has after its enrolment, which is not what is measured here."""
    public = keys.signing_key(office).public_key()
    raw = public.public_bytes(serialization.Encoding.Raw, serialization.PublicFormat.Raw)
    ca_pem = (office / keys.CA).read_text("ascii")
    authority = certificates.Authority(office)
    found: list[dict[str, Any]] = []
    for console_id in ids:
        now_us, key = time.time_ns() // 1000, NewKey(console_id)
        certify = partial(authority.issue, certificates.key_of(key.csr), console_id, now_us)
        with database.write() as connection:
            code = access.issue_code(connection, "technician", now_us)
            issued = access.enrol(connection, code, console_id, "bench", now_us, certify)
        account = {"console_id": console_id, "office_id": "", "ca_pem": ca_pem}
        account["public_key"] = raw.hex()
        identity = asdict(key.certified(issued.certificate_pem))
        told = {"token": issued.token, "expires_us": issued.expires_us, "identity": identity}
        found.append({"account": account, **told})
    return found


@contextmanager
def _served(office: Path, database: str) -> Iterator[tuple[str, subprocess.Popen[bytes]]]:
    """`hnth-office serve`, as its users start it."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    line = [sys.executable, "-m", "db.office", "serve", str(office)]
    if database:
        line += ["--database", database]
    server = subprocess.Popen(
        [*line, "--listen", "127.0.0.1", "--port", str(port)], stderr=subprocess.DEVNULL
    )
    url = f"https://127.0.0.1:{port}"
    try:
        _wait_for(office_transport(url, (office / keys.CA).read_text("ascii")))
        yield url, server
    finally:
        server.terminate()
        server.wait(30)


def _wait_for(transport: HttpsTransport) -> None:
    end_s = time.monotonic() + _START_S
    while True:
        try:
            transport(Request("GET", "/v1/hello"))
            transport.drop()
            return
        except Lost:
            if time.monotonic() > end_s:
                raise
            time.sleep(0.1)


def _all_there(database: Database, ids: Sequence[str], told: Sequence[dict[str, Any]]) -> None:
    """The office's heads are the consoles' own, or this was no measurement."""
    with database.read() as connection:
        heads = connection.exec_driver_sql("SELECT console_id, seq, hash FROM heads").all()
        count = connection.exec_driver_sql("SELECT count(*) FROM journal").scalar_one()
    known = {console_id: (seq, bytes(digest).hex()) for console_id, seq, digest in heads}
    for console_id, item in zip(ids, told, strict=True):
        head = known.get(console_id, (0, FIRST_HASH.hex()))  # who wrote nothing has no chain there
        if item["head"] != item["acked"] or head != (item["head"], item["hash"]):
            raise RuntimeError(f"not all there: {console_id} {head} {item['head']}")
    if count != sum(item["head"] for item in told):
        raise RuntimeError(f"{count} rows at the office")


def _cpu_s(pid: int) -> float:
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def _p99(values: list[float]) -> float | None:
    ordered = sorted(values)
    return round(ordered[math.ceil(len(ordered) * 0.99) - 1], 3) if ordered else None
