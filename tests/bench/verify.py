"""How long `hnth-verify` takes for a journal of `--rows` rows, as a user has it: as a process."""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

from db.record import JournalRow
from db.writer import JournalWriter

_BATCH = 2000


def main(argv: list[str]) -> dict[str, Any]:
    """Measure and return the figures."""
    parser = argparse.ArgumentParser(prog="verify")
    parser.add_argument("--rows", type=int, default=100_000)
    parser.add_argument("--folder", type=Path, default=Path.cwd(), help="on the disk to measure")
    args = parser.parse_args(argv)
    with tempfile.TemporaryDirectory(prefix="bench-verify-", dir=args.folder) as name:
        folder = Path(name)
        _write(folder, args.rows)
        line = [sys.executable, "-m", "db.verifier", str(folder), "--json"]
        began = time.perf_counter()
        done = subprocess.run(line, capture_output=True, check=True, timeout=600)
        took_s = time.perf_counter() - began
        size = (folder / "journal.sqlite3").stat().st_size
    told = json.loads(done.stdout)
    return {
        "bench": "verify",
        "verdict": told["verdict"],
        "rows": sum(chain["rows"] for file in told["files"] for chain in file["chains"]),
        "seconds": round(took_s, 3),
        "rows_per_s": round(args.rows / took_s, 1),
        "file_mib": round(size / (1 << 20), 1),
    }


def _write(folder: Path, rows: int) -> None:
    with JournalWriter.open(folder) as writer:
        for start in range(0, rows, _BATCH):
            numbers = range(start, min(rows, start + _BATCH))
            writer.append_many([_row(number) for number in numbers]).result()


def _row(number: int) -> JournalRow:
    body = b'{"command":"MuteSite","site":"krong-bong","n":%d,"pad":"' % number
    return JournalRow(
        kind="CommandSubmitted",
        body=body + b"x" * (248 - len(body)) + b'"}',
        actor="bench",
        utc_us=time.time_ns() // 1000,
        mono_us=time.monotonic_ns() // 1000,
    )
