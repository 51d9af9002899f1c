"""What the office has countersigned: the newest receipt of each chain, in one small file.

The file may be lost without harm: the office says again how far it came. It is kept because a
receipt proves what the office had, should it ever say otherwise.
"""

from __future__ import annotations

import contextlib
import json
import logging
import os
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

from db.protocol import Head, head_message
from db.record import Place

FILE = "receipts.json"
_log = logging.getLogger("db.sync")


@dataclass(frozen=True, slots=True)
class Receipt:
    """The office's word that it has every row of a chain up to `head` on its disk."""

    place: Place
    head: Head
    received_us: int
    signature: bytes

    @property
    def message(self) -> bytes:
        """What was signed."""
        return head_message(self.place, self.head, self.received_us)


class Receipts(Protocol):
    """Where receipts are kept."""

    def newest(self, place: Place) -> Receipt | None: ...
    def keep(self, receipt: Receipt) -> None: ...


class ReceiptFile:
    """Receipts in `receipts.json` of a store's folder. Belongs to one thread."""

    def __init__(self, folder: Path) -> None:
        self._path = folder / FILE
        self._known: dict[Place, Receipt] = {}
        try:
            for item in json.loads(self._path.read_bytes()):
                receipt = from_json(item)
                self._known[receipt.place] = receipt
        except FileNotFoundError:
            pass
        except (OSError, ValueError, KeyError, TypeError) as error:
            _log.warning("receipts can't be read, the office will be asked: %s", error)

    def newest(self, place: Place) -> Receipt | None:
        """The newest receipt of a chain."""
        return self._known.get(place)

    def keep(self, receipt: Receipt) -> None:
        """Keep a receipt, on the disk too unless that refuses; a later one of its chain stays."""
        known = self._known.get(receipt.place)
        if known is not None and known.head.seq >= receipt.head.seq:
            return
        self._known[receipt.place] = receipt
        text = json.dumps([to_json(item) for item in self._known.values()], indent=1)
        replace_file(self._path, text)


def replace_file(path: Path, text: str) -> None:
    """Put a whole new file in the place of one, unless the disk refuses: that is logged."""
    fresh = path.with_name(path.name + ".new")
    try:
        with fresh.open("w", encoding="utf-8") as file:
            file.write(text)
            file.flush()
            os.fsync(file.fileno())
        fresh.replace(path)
    except OSError as error:
        _log.warning("%s could not be written: %s", path.name, error)
        with contextlib.suppress(OSError):
            fresh.unlink(missing_ok=True)


def to_json(receipt: Receipt) -> dict[str, Any]:
    """A receipt as files have it (decision 086)."""
    place = receipt.place
    return {
        "console_id": place.console_id,
        "stream": place.stream,
        "epoch": place.epoch,
        "seq": receipt.head.seq,
        "hash": receipt.head.hash.hex(),
        "received_us": receipt.received_us,
        "signature": receipt.signature.hex(),
    }


def from_json(item: dict[str, Any]) -> Receipt:
    """A receipt from a file. Raises ValueError, KeyError, TypeError."""
    return Receipt(
        Place(str(item["console_id"]), str(item["stream"]), int(item["epoch"])),
        Head(int(item["seq"]), bytes.fromhex(item["hash"])),
        int(item["received_us"]),
        bytes.fromhex(item["signature"]),
    )
