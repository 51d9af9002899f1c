"""What every fact is."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar


@dataclass(frozen=True, slots=True)
class Fact:
    """Something that is so, told once."""

    sample: ClassVar[bool] = False

    @property
    def key(self) -> str:
        """For a sample: what it measures; the newest of one class and key replaces the others."""
        return ""
