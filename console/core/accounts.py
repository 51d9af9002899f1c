"""Accounts: who may sit at the console, as the office tells it in records of kind `account`; and
whom it has every console believe, in records of kind `pin`."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

from console.core.pins import Pin, is_print
from console.domain.problem import Problem
from console.domain.roles import ROLES
from console.domain.text import clean_name

if TYPE_CHECKING:
    from db.directory import Directory

ACCOUNT, PIN = "account", "pin"
_UNREADABLE = Problem.of("access.unreadable")


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

    @property
    def at_us(self) -> int:
        """When it was written (µs UTC)."""
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
    """The accounts by name, or why they can't be read. `pulled` is False where the office has not
    told them yet, as when their file was lost."""

    accounts: Mapping[str, Account] = field(default_factory=dict[str, Account])
    problem: Problem | None = None
    pulled: bool = True

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


def read_pins(records: Iterable[Told]) -> dict[str, Pin]:
    """The certificates that the office has every console believe, by address."""
    found: dict[str, Pin] = {}
    for record in records:
        address, print_ = record.body.get("device"), record.body.get("sha256")
        if isinstance(address, str) and isinstance(print_, str) and is_print(print_):
            note = clean_name(str(record.body.get("note") or ""))
            found[address] = Pin(print_, record.at_us, note)
    return found


def propose_pin(directory: Directory, address: str, pin: Pin, approver: str, operator: str) -> None:
    """Propose to the office that every console believe this. Raises StoreFault."""
    name = address.replace(":", "_") if address.replace(":", "").replace(".", "").isalnum() else ""
    body = {"device": address, "sha256": pin.sha256, "note": f"{pin.device} ({approver})"[:300]}
    record = name or sha256(address.encode()).hexdigest()[:32]
    directory.propose(PIN, record, body, operator=operator)


def read_directory(directory: Directory) -> tuple[Roll, dict[str, Pin]]:
    """What the office told last. Blocks for a short read."""
    from db.fault import StoreFault

    try:
        accounts = read_accounts(directory.records(ACCOUNT))
        pulled = bool(directory.cursor().server_epoch)
        return Roll(accounts, pulled=pulled), read_pins(directory.records(PIN))
    except (StoreFault, ValueError, TypeError, AttributeError):  # a row that is no record
        return Roll(problem=_UNREADABLE), {}


def read_kept(folder: Path) -> tuple[Roll, dict[str, Pin]]:
    """What the office told last time, before anything asks it again: from the folder of the store.
    Blocks."""
    from db.directory import Directory
    from db.directory_file import FILE
    from db.fault import StoreFault

    if not (folder / FILE).exists():
        return Roll(pulled=False), {}
    try:
        directory = Directory(folder)
    except StoreFault:
        return Roll(problem=_UNREADABLE), {}
    try:
        return read_directory(directory)
    finally:
        directory.close()
