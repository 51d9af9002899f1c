"""What a new roster changes about the one in use."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace

from console.domain.endpoint import Endpoint


@dataclass(frozen=True, slots=True)
class RosterDifference:
    """What a new roster changes: sites by id; pairs are (before, after)."""

    added: tuple[Endpoint, ...]
    removed: tuple[Endpoint, ...]
    renamed: tuple[tuple[Endpoint, Endpoint], ...]
    moved: tuple[tuple[Endpoint, Endpoint], ...]
    """Under another parent."""
    detailed: tuple[tuple[Endpoint, Endpoint], ...]
    """Address, line, carrier, contacts, tier or group differ."""

    @property
    def nothing(self) -> bool:
        """Whether both rosters say the same."""
        return not (self.added or self.removed or self.renamed or self.moved or self.detailed)


def difference(old: Iterable[Endpoint], new: Iterable[Endpoint]) -> RosterDifference:
    """What changes where `new` replaces `old`; guests, whom no roster knows, are left aside."""
    before = {e.id: e for e in old if e.level != "guest"}
    after = {e.id: e for e in new}
    both = [(before[i], e) for i, e in after.items() if i in before]
    return RosterDifference(
        added=tuple(e for i, e in after.items() if i not in before),
        removed=tuple(e for i, e in before.items() if i not in after),
        renamed=tuple(pair for pair in both if pair[0].name != pair[1].name),
        moved=tuple(pair for pair in both if pair[0].parent != pair[1].parent),
        detailed=tuple(pair for pair in both if _detail(pair[0]) != _detail(pair[1])),
    )


def _detail(endpoint: Endpoint) -> Endpoint:
    return replace(endpoint, name="", short="", parent="", room="", camera="", check="", order=0)
