"""A prepared drill: what goes wrong, what the trainee should do, and how it went."""

from __future__ import annotations

from dataclasses import dataclass

Texts = tuple[tuple[str, str], ...]
"""A text by language: (("vi", "…"), ("en", "…"))."""
ACTS = ("alarm", "acknowledged", "take", "take_confirmed", "mute", "mute_confirmed")


@dataclass(frozen=True, slots=True)
class DrillStep:
    """Something to be seen in the journal within `bar_s` seconds of the trouble: `on` is one of
    ACTS. Its words are `text` by language."""

    on: str
    bar_s: float
    text: Texts


@dataclass(frozen=True, slots=True)
class DrillFault:
    """One trouble. `target` is podium, silent, mcus or half; `kind` and `values` are what the
    province is asked."""

    kind: str
    target: str
    values: tuple[tuple[str, str | int | float], ...] = ()


@dataclass(frozen=True, slots=True)
class Drill:
    """A drill as data. `when` says what sets it off: "start", or "take" for the trainee's next
    TAKE. `limit_s` after the trouble began it ends, whatever was done."""

    name: str
    title: Texts
    task: Texts
    when: str
    limit_s: float
    faults: tuple[DrillFault, ...]
    steps: tuple[DrillStep, ...]


@dataclass(frozen=True, slots=True)
class StepScore:
    """How one step went: seconds from the trouble, None where it was not done."""

    step: DrillStep
    took_s: float | None

    @property
    def passed(self) -> bool:
        """Whether it was done in time."""
        return self.took_s is not None and self.took_s <= self.step.bar_s
