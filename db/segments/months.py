"""Months, in UTC: by which the office seals."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, datetime


@dataclass(frozen=True, slots=True, order=True)
class Month:
    """One calendar month of UTC."""

    year: int
    month: int

    @classmethod
    def parse(cls, text: str) -> Month:
        """From `2026-10`. Raises ValueError."""
        if not re.fullmatch(r"\d{4}-\d\d", text):
            raise ValueError(f"{text!r} is no month: write it as 2026-10")
        found = cls(int(text[:4]), int(text[5:]))
        if not (1 <= found.month <= 12 and found.year > 0):
            raise ValueError(f"{text!r} is no month: write it as 2026-10")
        return found

    @classmethod
    def of(cls, utc_us: int) -> Month:
        """The month of a moment, µs of UTC."""
        then = datetime.fromtimestamp(utc_us / 1e6, UTC)
        return cls(then.year, then.month)

    def __str__(self) -> str:
        return f"{self.year:04}-{self.month:02}"

    def plus(self, months: int) -> Month:
        """So many months later; earlier for a negative number."""
        count = self.year * 12 + self.month - 1 + months
        return Month(count // 12, count % 12 + 1)

    @property
    def start_us(self) -> int:
        """Its first moment, µs of UTC."""
        return int(datetime(self.year, self.month, 1, tzinfo=UTC).timestamp()) * 1_000_000
