"""The office in words: what was told of it, why it does not answer, what keeps rows back."""

from __future__ import annotations

from typing import Any

from console.domain import facts as f
from console.domain.problem import Problem
from console.domain.text import clean_name
from console.qt.wording import has, say, say_problem


def office_said(fact: Any) -> str:
    """A fact about the office as a line of the journal."""
    match fact:
        case f.OfficeEnrolled():
            return say("journal.office_enrolled", url=clean_name(fact.url))
        case f.OfficeLeft():
            return say("journal.office_left", url=clean_name(fact.url))
        case f.OfficeLost():
            return say("journal.office_lost", why=failure_text(fact.reason))
        case f.OfficeBack():
            return say("journal.office_back", s=fact.away_s)
        case _:
            return incident_text(fact.code, fact.params)


def failure_text(failure: str) -> str:
    """Why an exchange with the office failed (`SyncHealth.failure`)."""
    word, _, status = failure.partition(" ")
    key = f"office.failure.{word}"
    return say(key, status=status) if has(key) else say("office.failure.other", word=failure)


def incident_text(code: str, params: tuple[tuple[str, str | int], ...]) -> str:
    """What keeps rows from being sent (`SyncIncident`): what happened, and what to do."""
    return say_problem(Problem(code, params))
