"""The office as the window knows it: what it is asked, and what of it is shown."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Protocol

from db.sync.health import SyncHealth


@dataclass(frozen=True, slots=True)
class Version:
    """One version of a record: its number at the office, and what it holds; None: deleted."""

    number: int
    body: dict[str, Any] | None


@dataclass(frozen=True, slots=True)
class Entry:
    """A change made here on its way to the office. `office` is the version that it met there, None
    while it met none: then it waits."""

    id: str
    kind: str
    record: str
    at_us: int
    ours: Version
    office: Version | None = None
    refused: str = ""
    """The office's code where it was refused for good, "" else."""

    @property
    def conflicts(self) -> bool:
        """Whether a person has to decide."""
        return self.office is not None


class Account(Protocol):
    """Whom this console belongs to; nothing in it is secret."""

    @property
    def console_id(self) -> str: ...

    @property
    def office_id(self) -> str: ...


class Office(Protocol):
    """The console's tie to its office. `enrol`, `leave`, `keep` and `again` block."""

    def health(self) -> SyncHealth | None:
        """How the sync does; None while this console belongs to no office."""
        ...

    def account(self) -> Account | None:
        """Whom it belongs to."""
        ...

    def enrol(self, url: str, fingerprint: str, code: str, name: str) -> None:
        """Use a code up. Raises Refused."""
        ...

    def leave(self) -> None:
        """Belong to no office any more. Raises Refused."""
        ...

    def hurry(self) -> None:
        """Try at once."""
        ...

    def entries(self) -> Sequence[Entry]:
        """The changes made here that wait or met another change, the oldest first."""
        ...

    def keep(self, entry: Entry) -> None:
        """Leave the office's version as it is. Raises Refused."""
        ...

    def again(self, entry: Entry) -> None:
        """Propose ours once more, over the office's version. Raises Refused."""
        ...
