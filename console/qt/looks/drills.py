"""A drill's score as it is told: on the instructor's panel and in the journal's strip."""

from __future__ import annotations

from collections.abc import Sequence

from console.domain.drill import StepScore, Texts
from console.qt.wording import say, wording


def in_words(texts: Texts) -> str:
    """A drill's own text in the language in use."""
    return dict(texts).get(wording.language, texts[0][1] if texts else "")


def passed(scores: Sequence[StepScore]) -> int:
    """How many steps were done in time."""
    return sum(each.passed for each in scores)


def drill_result(title: Texts, scores: Sequence[StepScore]) -> str:
    """How a drill went, in one sentence."""
    return say("drill.result", title=in_words(title), passed=passed(scores), of=len(scores))


def step_time(each: StepScore) -> str:
    """How long a step took; a dash where it was not done."""
    return "—" if each.took_s is None else say("drill.seconds", s=each.took_s)


def step_bar(each: StepScore) -> str:
    """How long a step may take."""
    return say("drill.bar", s=each.step.bar_s)


def drill_told(title: Texts, scores: Sequence[StepScore]) -> str:
    """How a drill went, step by step."""
    steps = (
        say("drill.step", text=in_words(each.step.text), time=step_time(each),
            bar=step_bar(each), mark="✓" if each.passed else "✗")
        for each in scores
    )  # fmt: skip
    return f"{drill_result(title, scores)} {'; '.join(steps)}"
