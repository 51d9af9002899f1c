"""A checkup's findings in words."""

from __future__ import annotations

from console.core.checkup import Check
from console.domain.text import clean_name
from console.qt.wording import has, say, say_problem


def subject_text(check: Check) -> str:
    """What was looked at, and which side of it: «MCU 1 · TLS»."""
    own = f"doctor.subject.{check.subject}"
    subject = say(own) if has(own) else clean_name(check.subject)
    return say("doctor.of", subject=subject, check=say(f"doctor.check.{check.name}"))


def check_text(check: Check) -> str:
    """How it came out, and what to do."""
    if check.problem is not None:
        return say_problem(check.problem)
    values = dict(check.values)
    key = f"doctor.good.{check.name}"
    if has(f"{key}_{values.get('how')}"):
        key = f"{key}_{values['how']}"
    if check.name == "store" and not values.get("rows"):
        key = "doctor.good.no_store"
    return say(key, **values)
