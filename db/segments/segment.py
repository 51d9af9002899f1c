"""Writing one segment: rows as NDJSON under gzip, a file for each chain, and a manifest.

The same rows give the same bytes: nothing in a segment tells when or where it was made.
"""

from __future__ import annotations

import base64
import gzip
import json
import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from hashlib import file_digest, sha256
from pathlib import Path
from typing import Any

from db.protocol import Head
from db.record import Place
from db.segments.whole_files import new_folder
from db.verify import COLUMNS, wrong

FORMAT = "hnth-segment-1"
MANIFEST, SIGNATURE = "manifest.json", "manifest.sig"
SIGNED_AS = b"hnth-segment-1\n"
"""Goes before the manifest's bytes in what is signed."""

_NAMES = COLUMNS.split(", ")
_LEFT_OUT = {"prev_hash"}
_GZIP_LEVEL = 6


class NotSound(Exception):
    """A row that is not as it was written; nothing was made."""

    def __init__(self, place: Place, seq: int, reason: str) -> None:
        super().__init__(place, seq, reason)
        self.place, self.seq, self.reason = place, seq, reason


@dataclass(frozen=True, slots=True)
class Vouched:
    """A head that the office countersigned: when, and its signature."""

    head: Head
    received_us: int
    signature: bytes


@dataclass(frozen=True, slots=True)
class Run:
    """Rows of one chain: from the one that follows `after` to `last`."""

    place: Place
    after: Head
    last: Head
    vouched: tuple[Vouched, ...] = ()


Page = Callable[[Place, int], Sequence[Sequence[Any]]]
"""Some rows of a chain that follow a number, in order, their values in the order of `COLUMNS`."""


def write(
    folder: Path,
    told: dict[str, Any],
    runs: Sequence[Run],
    page: Page,
    sign: Callable[[bytes], bytes] | None = None,
    *,
    as_it_is: bool = False,
) -> bytes:
    """Make a segment in a folder that is not there yet; the SHA-256 of its manifest.

    `told` is what the manifest says beside its chains. Raises NotSound for a row that does not
    give its hash, unless the rows are to be handed over `as_it_is`; FileExistsError.
    """
    with new_folder(folder) as begun:
        chains = [_write_chain(begun, run, page, as_it_is=as_it_is) for run in runs]
        manifest = {"format": FORMAT, **told, "chains": chains}
        text = json.dumps(manifest, indent=1, sort_keys=True) + "\n"
        data = text.encode("ascii")
        (begun / MANIFEST).write_bytes(data)
        if sign is not None:
            (begun / SIGNATURE).write_text(sign(SIGNED_AS + data).hex() + "\n", "ascii")
    return sha256(data).digest()


def _write_chain(folder: Path, run: Run, page: Page, *, as_it_is: bool) -> dict[str, Any]:
    place = run.place
    parts = (place.console_id, place.stream, str(place.epoch))
    name = ".".join(re.sub(r"[^0-9A-Za-z_-]", "_", part) for part in parts) + ".ndjson.gz"
    plain, count = sha256(), 0
    with (
        (folder / name).open("xb") as file,
        gzip.GzipFile("", "wb", _GZIP_LEVEL, file, mtime=0) as packed,
    ):
        for row in _rows(run, page, as_it_is=as_it_is):
            line = _line(row)
            plain.update(line)
            packed.write(line)
            count += 1
    return {
        "console_id": place.console_id,
        "stream": place.stream,
        "epoch": place.epoch,
        "first_seq": run.after.seq + 1,
        "prev_hash": run.after.hash.hex(),
        "last_seq": run.last.seq,
        "last_hash": run.last.hash.hex(),
        "rows": count,
        "file": name,
        "sha256": _sha256_of(folder / name),
        "rows_sha256": plain.hexdigest(),
        "heads": [
            {
                "seq": item.head.seq,
                "hash": item.head.hash.hex(),
                "received_us": item.received_us,
                "signature": item.signature.hex(),
            }
            for item in run.vouched
        ],
    }


def _rows(run: Run, page: Page, *, as_it_is: bool) -> Iterator[Sequence[Any]]:
    seq, prev = run.after.seq, run.after.hash
    while seq < run.last.seq and (found := page(run.place, seq)):
        for row in found:
            if row[3] > run.last.seq:
                break
            if not as_it_is and (reason := wrong(row, seq + 1, prev)):
                raise NotSound(run.place, seq + 1, reason)
            yield row
            seq, prev = row[3], row[13]
        else:
            continue
        break
    if not as_it_is and (seq, prev) != (run.last.seq, run.last.hash):
        raise NotSound(run.place, min(seq + 1, run.last.seq), "head")


def _line(row: Sequence[Any]) -> bytes:
    told = {n: v for n, v in zip(_NAMES, row, strict=True) if n not in _LEFT_OUT}
    body, digest = told["body"], told["hash"]
    told["body"] = base64.b64encode(body).decode() if isinstance(body, bytes) else body
    told["hash"] = digest.hex() if isinstance(digest, bytes) else None
    return json.dumps(told, separators=(",", ":")).encode("ascii") + b"\n"


def _sha256_of(path: Path) -> str:
    with path.open("rb") as file:
        return file_digest(file, "sha256").hexdigest()
