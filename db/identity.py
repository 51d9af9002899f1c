"""Whose store this is, and in which epoch."""

from __future__ import annotations

import time
import uuid
from dataclasses import dataclass
from typing import Any

from db.fault import Unsound


@dataclass(frozen=True, slots=True)
class Identity:
    """The console a store belongs to and the epoch of its journal, written in both files.

    An epoch is one unbroken run of sequence numbers from 1. A journal that was lost or damaged
    is followed by a new epoch, so that no number is ever given twice.
    """

    console_id: str
    epoch: int
    created_utc_us: int

    @classmethod
    def new(cls, after: Identity | None = None) -> Identity:
        """A console's first identity, or the one that begins the next epoch."""
        now_us = time.time_ns() // 1000
        if after is None:
            return cls(uuid.uuid4().hex, 1, now_us)
        return cls(after.console_id, after.epoch + 1, now_us)

    @classmethod
    def read(cls, console_id: object, epoch: object, created_utc_us: object) -> Identity:
        """An identity as a file has it. Raises Unsound for what never was one."""
        match console_id, epoch, created_utc_us:
            case str(name), int(number), int(then) if name.isprintable() and number > 0:
                return cls(name, number, then)
            case _:
                raise Unsound("identity")

    def values(self) -> dict[str, Any]:
        """The one row of a `meta` table."""
        return {
            "id": 1,
            "console_id": self.console_id,
            "epoch": self.epoch,
            "created_utc_us": self.created_utc_us,
        }
