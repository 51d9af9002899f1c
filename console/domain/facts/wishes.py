"""What becomes of wishes."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from console.domain.facts.base import Fact
from console.domain.problem import Problem

if TYPE_CHECKING:
    from console.domain.commands.base import Command


@dataclass(frozen=True, slots=True)
class CommandSubmitted(Fact):
    """A wish was accepted; `parent` is the composite it is a step of, or ""."""

    command: Command
    parent: str = ""
    steps: tuple[str, ...] = ()
    inverse: Command | None = None
    held_before: bool = False
    """What it asks for was already so when it was submitted."""
    replaces: str = ""
    """The failed step of `parent` that this one tries again, or ""."""


@dataclass(frozen=True, slots=True)
class CommandSent(Fact):
    """The wish is durable and its first byte is about to leave."""

    command: str


@dataclass(frozen=True, slots=True)
class CommandAnswered(Fact):
    """The device took the request; whether it did what was asked is still to be seen."""

    command: str


@dataclass(frozen=True, slots=True)
class CommandConfirmed(Fact):
    """The device reports what was wished."""

    command: str


@dataclass(frozen=True, slots=True)
class CommandRefused(Fact):
    """The device, or the console, declined the wish, and why."""

    command: str
    problem: Problem


@dataclass(frozen=True, slots=True)
class CommandLost(Fact):
    """Nobody knows whether the wish was done: look before trying again."""

    command: str
    problem: Problem
