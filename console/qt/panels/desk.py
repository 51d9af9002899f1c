"""What every panel is given."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from console.core.clock import Clock
from console.core.store import Store
from console.domain.state import Key, State
from console.qt.actions import Actions
from console.qt.theme import Theme


@dataclass(frozen=True, slots=True)
class Desk:
    """The State to read, the door for wishes, the colours, and how to point at sites.

    `point` selects sites in the grid and puts the cursor there.
    """

    store: Store
    actions: Actions
    clock: Clock
    theme: Theme
    point: Callable[[tuple[str, ...]], None]

    @property
    def state(self) -> State:
        """Every current record."""
        return self.store.state


class Touched:
    """What a frame touched, looked at once for all panels; `second` is among the kinds when a
    second has passed, and `all` when everything must be shown anew."""

    __slots__ = ("keys", "kinds")

    def __init__(self, keys: set[Key], *more: str) -> None:
        self.keys = keys
        self.kinds = {kind for kind, _ in keys}.union(more)

    def any(self, kinds: frozenset[str], *sites: str) -> bool:
        """Whether a record of these kinds, or one of these sites, was touched."""
        if not self.kinds.isdisjoint(kinds) or "all" in self.kinds:
            return True
        return any(("endpoint", s) in self.keys or ("speech", s) in self.keys for s in sites)


EVERYTHING = Touched(set(), "all", "second")
