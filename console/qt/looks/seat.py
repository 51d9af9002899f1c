"""Who sits at the console, in words: for the header, the sign-in panel and the journal strip."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from console.domain import facts as f
from console.domain.text import clean_name
from console.qt.wording import has, say

if TYPE_CHECKING:
    from console.core.operators import Operator, Operators

KINDS = {
    f.OperatorSignedIn: "signed_in",
    f.OperatorSignInRefused: "refused",
    f.OperatorSignedOut: "signed_out",
    f.ConsoleLocked: "console_locked",
    f.ConsoleUnlocked: "console_unlocked",
}
"""Fact → kind of journal line."""
EMERGENCY = "emergency:"


@dataclass(frozen=True, slots=True)
class SeatLook:
    """The header's word on it. `short` fits a narrow window; `locked` draws a lock before it."""

    text: str
    short: str
    tip: str
    tone: str = "muted"
    locked: bool = False


def seat_look(people: Operators) -> SeatLook:
    """Who sits there now."""
    who, closed = people.current, people.closed
    if who is None:
        text = say("access.nobody")
        return SeatLook(text, text, say("access.nobody_tip"), "amber", locked=True)
    name, role = who.title, role_text(who)
    if who.how == "system":
        text = say("access.system", name=name)
        key = "access.system_known_tip" if people.needed else "access.system_tip"
        return SeatLook(text, text, say(key, name=name), "amber" if people.needed else "muted")
    if who.how == "emergency":
        text = say("access.emergency_who", name=name)
        short = say("access.emergency_short")
        return SeatLook(text, short, say("access.emergency_tip", name=name), "mag", closed)
    key = "access.locked_tip" if closed else "access.person_tip"
    tip = say(key, name=name, role=role)
    text = say("access.person", name=name, role=role)
    return SeatLook(text, given_name(name), tip, "amber" if closed else "text", closed)


def given_name(name: str) -> str:
    """What a person is called: the last word of a Vietnamese name."""
    return name.rpartition(" ")[2] or name


def role_text(who: Operator) -> str:
    """A role by name, as it is written where there is no word for it."""
    return role_name(who.role)


def role_name(role: str) -> str:
    """The same of a role's id."""
    return say(f"role.{role}") if has(f"role.{role}") else clean_name(role)


def seat_said(kind: str, fact: Any) -> tuple[str, bool]:
    """A journal line, and whether it is a warning."""
    name = clean_name(fact.operator.removeprefix(EMERGENCY))
    match kind:
        case "signed_in":
            if fact.how == "emergency":
                return say("journal.signed_in_emergency", name=name, reason=fact.reason), True
            return say("journal.signed_in", name=name, role=role_name(fact.role)), False
        case "refused":
            known = has(f"journal.refused_{fact.reason}")
            key = f"journal.refused_{fact.reason if known else 'role'}"
            if fact.reason == "password" and fact.until_us:
                key = "journal.refused_password_locked"
            return say(key, name=name, n=fact.failures, until=fact.until_us), True
        case "signed_out" | "console_locked":
            key = f"journal.{kind}_{fact.why}"
            return say(key if has(key) else f"journal.{kind}_asked", name=name), False
        case _:
            return say("journal.console_unlocked", name=name), False
