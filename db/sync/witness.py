"""What the office told of all consoles' chains: kept here, it can't be told otherwise later.

A small file beside the journal, `witness.json`: of each chain the newest head, the first one of
each day for 35 days, and the first of each month for 400 days, all countersigned by the office. Two
heads of one row are kept for good: the office signed for both.
"""

from __future__ import annotations

import json
import logging
from collections import Counter
from collections.abc import Iterable
from datetime import UTC, datetime
from pathlib import Path
from typing import Protocol

from db.record import Place
from db.sync.receipts import Receipt, from_json, replace_file, to_json

FILE = "witness.json"
DAYS, MOST_DAYS = 35, 400
_DAY_US = 24 * 3600 * 1_000_000
_log = logging.getLogger("db.sync")


class Witness(Protocol):
    """Where the heads of all consoles are kept."""

    def keep(self, told: Iterable[Receipt]) -> None:
        """Keep what the office told; every signature must have been checked."""
        ...

    def contradiction(self) -> Receipt | None:
        """A head that names another row than one before of the same number, None for none."""
        ...


class WitnessFile:
    """Heads in `witness.json` of a store's folder. Belongs to one thread."""

    def __init__(self, folder: Path) -> None:
        self._path = folder / FILE
        self._known: dict[Place, list[Receipt]] = {}
        try:
            for item in json.loads(self._path.read_bytes()):
                receipt = from_json(item)
                self._known.setdefault(receipt.place, []).append(receipt)
        except FileNotFoundError:
            pass
        except (OSError, ValueError, KeyError, TypeError) as error:
            _log.warning("what was witnessed can't be read, and is kept aside: %s", error)
            self._set_aside()

    def keep(self, told: Iterable[Receipt]) -> None:
        """Keep what is new, thin out what is old, and write the file where that changed it."""
        before = {place: list(kept) for place, kept in self._known.items()}
        newest_us = 0
        for receipt in told:
            kept = self._known.setdefault(receipt.place, [])
            newest_us = max(newest_us, receipt.received_us)
            if all(each.head != receipt.head for each in kept):
                kept.append(receipt)
        self._known = {place: _thinned(kept, newest_us) for place, kept in self._known.items()}
        if self._known != before:
            told_of = [to_json(each) for kept in self._known.values() for each in kept]
            replace_file(self._path, json.dumps(told_of, indent=0))

    def contradiction(self) -> Receipt | None:
        """The first head that names another row than one before of the same number."""
        for kept in self._known.values():
            if twice := _told_twice(kept):
                return next(each for each in kept if each.head.seq in twice)
        return None

    def _set_aside(self) -> None:
        try:
            self._path.replace(self._path.with_name("witness.unreadable.json"))
        except OSError as error:
            _log.warning("nor can it be set aside: %s", error)


def _told_twice(kept: list[Receipt]) -> set[int]:
    """The numbers that stand for two rows."""
    times = Counter(each.head.seq for each in kept)
    return {seq for seq, count in times.items() if count > 1}


def _thinned(kept: list[Receipt], now_us: int) -> list[Receipt]:
    """The newest, what contradicts another, and the first of each day or month."""
    kept = sorted(kept, key=lambda each: (each.head.seq, each.received_us))
    twice = _told_twice(kept)
    seen: set[str] = set()
    left: list[Receipt] = []
    for each in kept:
        age_days = (now_us - each.received_us) / _DAY_US
        then = datetime.fromtimestamp(each.received_us / 1e6, UTC)
        slot = then.strftime("%Y-%m-%d" if age_days <= DAYS else "%Y-%m")
        wanted = slot not in seen and age_days <= MOST_DAYS
        if wanted or each is kept[-1] or each.head.seq in twice:
            left.append(each)
        seen.add(slot)
    return left
