"""What every fact is."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import ClassVar, TypeVar


@dataclass(frozen=True, slots=True)
class Fact:
    """Something that is so, told once."""

    sample: ClassVar[bool] = False

    @property
    def key(self) -> str:
        """For a sample: what it measures; the newest of one class and key replaces the others."""
        return ""


_Kind = TypeVar("_Kind", bound=type[Fact])


def sample_of(field: str) -> Callable[[_Kind], _Kind]:
    """Mark a class of samples by the field that is their key.

    The key is that field's own slot: half a million may be asked in a second.
    """

    def mark(kind: _Kind) -> _Kind:
        kind.sample = True
        type.__setattr__(kind, "key", getattr(kind, field))
        return kind

    return mark
