"""An approved plan as the meeting at this console would have it, and what a newer one changes."""

from __future__ import annotations

from collections.abc import Container, Sequence
from dataclasses import dataclass, replace
from difflib import SequenceMatcher

from console.domain.commands.office import RunPlan
from console.domain.ids import new_id
from console.domain.reference import Plan
from console.domain.session import ScriptLine, Session
from console.domain.state import State


@dataclass(frozen=True, slots=True)
class Fitted:
    """A plan's running order for the roster in use: a site that the roster lacks becomes a line
    without one. `lacking` are the codes of those, the chair's among them."""

    lines: tuple[ScriptLine, ...]
    chair: str
    lacking: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class LineChanges:
    """How one running order differs from another: lines that are new, gone, or said otherwise
    (before and after)."""

    added: tuple[ScriptLine, ...] = ()
    gone: tuple[ScriptLine, ...] = ()
    altered: tuple[tuple[ScriptLine, ScriptLine], ...] = ()

    def __bool__(self) -> bool:
        return bool(self.added or self.gone or self.altered)


def fitted(plan: Plan, sites: Container[str]) -> Fitted:
    """The plan for a roster."""
    lines = tuple(
        line if not line.endpoint or line.endpoint in sites else replace(line, endpoint="")
        for line in plan.script
    )
    named = [plan.chair, *(line.endpoint for line in plan.script)]
    lacking = [code for code in dict.fromkeys(named) if code and code not in sites]
    return Fitted(lines, plan.chair if plan.chair in sites else "", tuple(lacking))


def newer(state: State) -> Plan | None:
    """The plan of the running meeting in a version that the office has since; None if there is
    none."""
    plan = state.plans.get(state.session.plan) if state.session.plan else None
    return plan if plan is not None and plan.version > state.session.plan_version else None


def runs(state: State, plan: Plan) -> bool:
    """Whether the meeting is run by this plan, in whatever version."""
    return bool(state.session.id) and state.session.plan == plan.record


def begun(session: Session) -> bool:
    """Whether a meeting is under way: somebody was called, or its running order was moved along."""
    return session.line >= 0 or bool(session.calls)


def wish_for(state: State, plan: Plan) -> RunPlan:
    """What runs the meeting by a plan: a new session of its own, or for the running one its newer
    running order, which stands where it stood."""
    made = fitted(plan, state.endpoints)
    session = state.session
    root = next((e.id for e in state.endpoints.values() if not e.parent), "")
    same = runs(state, plan)
    return RunPlan(
        session="" if same else new_id(),
        record=plan.record,
        version=plan.version,
        title=plan.title,
        chair=made.chair or session.chair or root,
        lines=made.lines,
        line=place(session, made.lines) if same else -1,
    )


def place(session: Session, lines: Sequence[ScriptLine]) -> int:
    """Where the meeting stands in another running order: at the same line, else at the last one
    before it that is still there."""
    for at in range(min(session.line, len(session.script) - 1), -1, -1):
        if session.script[at] in lines:
            return list(lines).index(session.script[at])
    return -1


def changes(before: Sequence[ScriptLine], after: Sequence[ScriptLine]) -> LineChanges:
    """What a newer running order changes."""
    added: list[ScriptLine] = []
    gone: list[ScriptLine] = []
    altered: list[tuple[ScriptLine, ScriptLine]] = []
    matcher = SequenceMatcher(None, list(before), list(after), autojunk=False)
    for kind, a, b, c, d in matcher.get_opcodes():
        if kind == "equal":
            continue
        paired = min(b - a, d - c)
        altered += zip(before[a : a + paired], after[c : c + paired], strict=True)
        gone += before[a + paired : b]
        added += after[c + paired : d]
    return LineChanges(tuple(added), tuple(gone), tuple(altered))
