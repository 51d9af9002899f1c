"""Who sits at the console."""

from __future__ import annotations

from dataclasses import dataclass

from console.domain.facts.base import Fact


@dataclass(frozen=True, slots=True)
class OperatorSignedIn(Fact):
    """Somebody sits at the console from now on: by "password", or by "emergency" with the reason
    that was typed. `operator` is the account's name, of an emergency the name that was typed."""

    operator: str
    role: str
    how: str
    reason: str = ""


@dataclass(frozen=True, slots=True)
class OperatorSignInRefused(Fact):
    """Somebody was not let in, and why: "unknown" (the account), "password", "locked_out",
    "disabled", "role" or "record".

    `operator` is a known account's name, "" for any other text: it may be a password typed in the
    wrong field. `failures` in a row so far; `until_us` (µs UTC) is set where the account is locked
    out until then. `purpose` is "sign_in" or "approval".
    """

    operator: str
    reason: str
    failures: int = 0
    until_us: int = 0
    purpose: str = "sign_in"


@dataclass(frozen=True, slots=True)
class OperatorSignedOut(Fact):
    """Somebody sits at the console no more: "asked" for it, was "relieved" by another, the
    account was "disabled" at the office, or the program was "closed"."""

    operator: str
    why: str


@dataclass(frozen=True, slots=True)
class ConsoleLocked(Fact):
    """The console takes no wishes until somebody signs in: nobody touched it ("idle") or it was
    "asked" for. What it watches and writes goes on."""

    operator: str
    why: str


@dataclass(frozen=True, slots=True)
class ConsoleUnlocked(Fact):
    """The console takes wishes again, those of `operator`."""

    operator: str
