"""What went wrong, as data: a code that the wording turns into a sentence, and its parameters."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Protocol


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing that went wrong.

    `code` names a text under `problem.` in the wording (`wire.deadline`, `cms.refused`);
    `params` are the values that text needs, `detail` the device's own words, cleaned, or "".
    """

    code: str
    params: tuple[tuple[str, str | int | float], ...] = ()
    detail: str = ""

    @classmethod
    def of(cls, code: str, detail: str = "", **params: str | int | float) -> Problem:
        """A Problem with its parameters given by name."""
        return cls(code, tuple(sorted(params.items())), detail)

    @classmethod
    def told_by(cls, fault: Fault) -> Problem:
        """The same as a Problem."""
        return cls(fault.code, tuple(sorted(fault.params.items())))


class Fault(Protocol):
    """What another room raises: a code with the values that its text needs."""

    @property
    def code(self) -> str: ...

    @property
    def params(self) -> Mapping[str, str | int]: ...


class Refused(Exception):
    """A wish that a device, or the console on its behalf, declines; carries the Problem."""

    def __init__(self, problem: Problem) -> None:
        super().__init__(problem)
        self.problem = problem

    def __str__(self) -> str:
        return self.problem.code
