"""What the window remembers between runs: a small TOML file, never anything secret."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any


@dataclass(frozen=True, slots=True)
class Remembered:
    """How the operator left the window. `geometry` is x, y, width, height in px, () if unknown,
    `torn_off` names the torn-off workspaces,
    `torn_geometry` where each stood; `folded` None lets the window decide by its
    width; `plots` are the figures that the MCU workspace plots; `reports` is the
    folder to which reports were written last, "" if there is none."""

    language: str = "vi"
    theme: str = "dark"
    density: str = "S"
    folded: bool | None = None
    geometry: tuple[int, ...] = ()
    maximised: bool = False
    workspace: str = "session"
    torn_off: tuple[str, ...] = ()
    torn_geometry: Mapping[str, tuple[int, ...]] = field(
        default_factory=dict[str, "tuple[int, ...]"]
    )
    plots: tuple[str, ...] = ()
    reports: str = ""


class Settings:
    """The remembered look of the window and the file it lives in; None: nothing is kept.

    A file that can't be read or written costs nothing but the memory.
    """

    def __init__(self, path: Path | None = None) -> None:
        self._path = path
        self.now = _read(path) if path is not None else Remembered()

    def keep(self, **changed: Any) -> None:
        """Remember something else from now on."""
        new = replace(self.now, **changed)
        if new == self.now:
            return
        self.now = new
        if self._path is None:
            return
        try:
            self._path.parent.mkdir(parents=True, exist_ok=True)
            self._path.write_text(_toml(new), encoding="utf-8")
        except (OSError, UnicodeEncodeError):
            pass  # a full or read-only disk is told by the journal, whose business it is


def _read(path: Path) -> Remembered:
    try:
        told = tomllib.loads(path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError):
        return Remembered()
    known = {name: value for name, value in told.items() if _fits(name, value)}
    lists = {name: tuple(known.pop(name)) for name in _LISTS if name in known}
    if "torn_geometry" in known:
        known["torn_geometry"] = {n: tuple(area) for n, area in known["torn_geometry"].items()}
    return replace(Remembered(), **lists, **known)


_KINDS: Mapping[str, type] = {
    "language": str, "theme": str, "density": str, "folded": bool, "maximised": bool,
    "workspace": str, "reports": str,
}  # fmt: skip
_ANY = -1
_LISTS: Mapping[str, tuple[type, int]] = {
    "geometry": (int, 4), "torn_off": (str, _ANY), "plots": (str, 2),
}  # fmt: skip
"""What each holds, and how many."""


def _fits(name: str, value: Any) -> bool:
    if name in _LISTS:
        return _is_list(value, *_LISTS[name])
    if name == "torn_geometry":
        return isinstance(value, dict) and all(_is_list(v, int, 4) for v in value.values())
    return name in _KINDS and type(value) is _KINDS[name]


def _is_list(value: Any, kind: type, count: int) -> bool:
    return (
        isinstance(value, list)
        and count in (_ANY, len(value))
        and all(type(each) is kind for each in value)
    )


def _toml(kept: Remembered) -> str:
    lines = [
        f'language = "{kept.language}"',
        f'theme = "{kept.theme}"',
        f'density = "{kept.density}"',
        f"maximised = {str(kept.maximised).lower()}",
        f'workspace = "{kept.workspace}"',
    ]
    if kept.folded is not None:
        lines.append(f"folded = {str(kept.folded).lower()}")
    import json  # not before the first paint

    if kept.reports:
        lines.append(f"reports = {json.dumps(kept.reports, ensure_ascii=False)}")
    lists = {name: getattr(kept, name) for name in _LISTS}
    lines += [f"{name} = {json.dumps(told)}" for name, told in lists.items() if told]
    if kept.torn_geometry:
        lines.append("[torn_geometry]")
        lines += [f"{name} = {list(area)}" for name, area in kept.torn_geometry.items()]
    return "\n".join(lines) + "\n"
