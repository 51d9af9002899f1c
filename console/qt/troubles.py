"""Why something was refused, whole: every flaw of a file, each on a line of its own."""

from __future__ import annotations

from console.domain.problem import Refused
from console.qt.wording import say, say_problem

_MOST = 8


def say_refusal(refused: Refused) -> str:
    """What went wrong and what to do about it; of many flaws the first ones, and how many more."""
    flaws = getattr(refused, "flaws", ())
    if not flaws:
        return say_problem(refused.problem)
    lines = [say_problem(flaw.problem) for flaw in flaws[:_MOST]]
    if len(flaws) > _MOST:
        lines.append(say("explain.more", n=len(flaws) - _MOST))
    return "\n".join(lines)
