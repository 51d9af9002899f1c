"""Accounts: who may sit at the console, as the office tells it in records of kind `account`."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, Protocol

from console.domain.problem import Problem
from console.domain.roles import ROLES
from console.domain.text import clean_name

KIND = "account"


class Told(Protocol):
    """A record as the office keeps it."""

    @property
    def id(self) -> str:
        """Its name among its kind."""
        ...

    @property
    def body(self) -> Mapping[str, Any]:
        """What it says."""
        ...


@dataclass(frozen=True, slots=True)
class Account:
    """One person's account. `secret` is the record that a password is checked against (see
    `db.passwords`); it is left out wherever an account is written out."""

    name: str
    title: str
    role: str
    secret: str = field(default="", repr=False)
    disabled: bool = False


@dataclass(frozen=True, slots=True)
class Roll:
    """The accounts by name, or why they can't be read."""

    accounts: Mapping[str, Account] = field(default_factory=dict[str, Account])
    problem: Problem | None = None

    @property
    def needed(self) -> bool:
        """Whether somebody has to sign in."""
        return bool(self.accounts) or self.problem is not None


def account_name(text: str) -> str:
    """An account's name however it was typed."""
    return unicodedata.normalize("NFC", text).strip().casefold()


def read_accounts(records: Iterable[Told]) -> dict[str, Account]:
    """The accounts of the office's records. One in a role that this version does not know may do
    nothing; one without a password that can be checked lets nobody in."""
    found: dict[str, Account] = {}
    for record in records:
        body, name = record.body, account_name(record.id)
        role = str(body.get("role", ""))
        found[name] = Account(
            name,
            clean_name(str(body.get("display") or "")) or name,
            role if role in ROLES else "",
            str(body.get("password") or ""),
            body.get("disabled", False) is not False,
        )
    return found
