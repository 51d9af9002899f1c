"""Prepared drills read from their files."""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import Any, cast

from console.domain.drill import ACTS, Drill, DrillFault, DrillStep, Texts
from console.domain.problem import Problem, Refused


def read_drills(folder: Path) -> tuple[Drill, ...]:
    """Every drill of a folder, by file name. Raises Refused where one can't be read."""
    return tuple(read_drill(path) for path in sorted(folder.glob("*.toml")))


def read_drill(path: Path) -> Drill:
    """One drill. Raises Refused where the file can't be read or makes no sense."""
    try:
        told: dict[str, Any] = tomllib.loads(path.read_text(encoding="utf-8"))
        steps = tuple(
            DrillStep(str(s["on"]), float(s["bar_s"]), _texts(s["text"])) for s in told["step"]
        )
        if unknown := {step.on for step in steps} - set(ACTS):
            raise ValueError(f"step: {min(unknown)}")
        faults = tuple(_fault(fault) for fault in told["fault"])
        when = str(told.get("when", "start"))
        if when not in ("start", "take"):
            raise ValueError(f"when: {when}")
        return Drill(
            path.stem, _texts(told["title"]), _texts(told["task"]), when,
            float(told["limit_s"]), faults, steps,
        )  # fmt: skip
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise Refused(Problem.of("drill.unreadable", str(error), file=path.name)) from error


def _texts(plain: Any) -> Texts:
    texts = cast("dict[str, str]", plain)
    return tuple((language, str(texts[language])) for language in ("vi", "en"))


def _fault(plain: dict[str, Any]) -> DrillFault:
    values = {k: v for k, v in plain.items() if k not in ("kind", "target")}
    return DrillFault(str(plain["kind"]), str(plain["target"]), tuple(sorted(values.items())))
