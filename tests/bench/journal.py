"""How long a command waits until its row is durable, beside what the disk itself takes.

For `--seconds`, every millisecond one 250-byte row is appended by one thread, and timed from
`append` to the moment its future resolves. In between, once every 10 ms, the same disk is asked
for the least that durability can cost: 4 KiB written over the same place of a file and fsynced.
That happens on a thread of its own, since the window's thread never waits for the disk either.
"""

from __future__ import annotations

import argparse
import math
import os
import tempfile
import threading
import time
from concurrent.futures import Future
from pathlib import Path
from typing import Any

from db.record import JournalRow
from db.writer import JournalWriter

_FSYNC_EVERY_S = 0.01
_BLOCK = os.urandom(4096)


def main(argv: list[str]) -> dict[str, Any]:
    """Measure and return the figures."""
    parser = argparse.ArgumentParser(prog="journal")
    parser.add_argument("--seconds", type=float, default=10.0)
    parser.add_argument("--rate", type=int, default=1000, help="commands per second")
    parser.add_argument("--folder", type=Path, default=Path.cwd(), help="on the disk to measure")
    args = parser.parse_args(argv)
    with tempfile.TemporaryDirectory(prefix="bench-journal-", dir=args.folder) as folder:
        return measure(Path(folder), args.seconds, args.rate)


def measure(folder: Path, seconds: float, rate: int) -> dict[str, Any]:
    """Run the load in a folder of its own."""
    durable_ns: list[int] = []
    fsync_ns: list[int] = []
    done = threading.Event()
    disk = threading.Thread(target=_fsyncs, args=(folder / "disk", fsync_ns, done))
    with JournalWriter.open(folder / "store") as writer:
        for _ in range(100):
            writer.append(_row(0)).result()
        disk.start()
        began = time.perf_counter()
        for number in range(int(seconds * rate)):
            time.sleep(max(0.0, began + number / rate - time.perf_counter()))
            row, at = _row(number), time.perf_counter_ns()

            def note(_: Future[int], at: int = at) -> None:
                durable_ns.append(time.perf_counter_ns() - at)

            writer.append(row).add_done_callback(note)
        writer.flush()
        took_s = time.perf_counter() - began
        done.set()
        disk.join()
    return {
        "bench": "journal",
        "p50_ms": _ms(durable_ns, 0.50),
        "p99_ms": _ms(durable_ns, 0.99),
        "fsync_p50_ms": _ms(fsync_ns, 0.50),
        "fsync_p99_ms": _ms(fsync_ns, 0.99),
        "rows_per_s": round(len(durable_ns) / took_s, 1),
    }


def _fsyncs(path: Path, took_ns: list[int], done: threading.Event) -> None:
    with path.open("wb", buffering=0) as file:
        file.write(_BLOCK)
        os.fsync(file.fileno())
        while not done.wait(_FSYNC_EVERY_S):
            file.seek(0)
            at = time.perf_counter_ns()
            file.write(_BLOCK)
            os.fsync(file.fileno())
            took_ns.append(time.perf_counter_ns() - at)


def _row(number: int) -> JournalRow:
    body = b'{"command":"MuteSite","site":"krong-bong","n":%d,"pad":"' % number
    return JournalRow(
        kind="CommandSubmitted",
        body=body + b"x" * (248 - len(body)) + b'"}',
        actor="bench",
        utc_us=time.time_ns() // 1000,
        mono_us=time.monotonic_ns() // 1000,
    )


def _ms(values_ns: list[int], share: float) -> float:
    ordered = sorted(values_ns)
    return round(ordered[math.ceil(len(ordered) * share) - 1] / 1e6, 3)
