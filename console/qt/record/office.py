"""The office as the window knows it: what it is asked, and what of it is shown."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

from console.domain.problem import Problem
from db.reference import Conflict, Proposal, Record
from db.sync.health import SyncHealth


class Member(Protocol):
    """What a console and its office are called to one another."""

    @property
    def console_id(self) -> str: ...

    @property
    def office_id(self) -> str: ...


class Account(Protocol):
    """Whom this console belongs to; nothing in it is secret."""

    @property
    def url(self) -> str: ...

    @property
    def name(self) -> str:
        """What this console is called there."""
        ...

    @property
    def office(self) -> Member: ...


class Proposals(Protocol):
    """What the office gave, and the changes made here that it has not taken yet. Reads are short;
    raises StoreFault."""

    def record(self, kind: str, record_id: str) -> Record | None:
        """What the office gave, by its kind and id."""
        ...

    def proposals(self, limit: int = 500) -> Sequence[Proposal]:
        """What was proposed here, the newest first."""
        ...

    def conflicts(self) -> Sequence[Conflict]:
        """What somebody must choose between, the oldest first."""
        ...

    def keep_office(self, proposal_id: str) -> bool:
        """Answer with the office's version; False where there is no such conflict."""
        ...

    def propose_again(self, proposal_id: str, *, operator: str) -> Proposal | None:
        """Answer with ours once more; None where there is no such conflict."""
        ...


class Office(Protocol):
    """The console's tie to its office. `enrol` and `leave` block."""

    @property
    def directory(self) -> Proposals | None:
        """None where this console belongs to no office, or the file can't be opened."""
        ...

    @property
    def problem(self) -> Problem | None:
        """Why an account that is there can't be used."""
        ...

    def health(self) -> SyncHealth | None:
        """How the sync does; None while this console belongs to no office."""
        ...

    def account(self) -> Account | None:
        """Whom it belongs to."""
        ...

    def enrol(self, url: str, fingerprint: str, code: str, name: str = "") -> object:
        """Use a code up. Raises Refused."""
        ...

    def leave(self) -> None:
        """Belong to no office any more. Raises Refused."""
        ...

    def hurry(self) -> None:
        """Try at once."""
        ...
