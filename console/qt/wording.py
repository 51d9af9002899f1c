"""Every sentence the operator reads, in Vietnamese or English, and the numbers and times in them.

Texts live in `resources/i18n/<language>/*.toml`; a key is the path of tables to it, whatever the
file (`[podium]` with `on = "…"` is `podium.on`), so that several files may carry one area. A text
may hold `{name}` for a value and, after a colon, how to show it: `{loss:.1f}` (decimal comma in
Vietnamese), `{at:time}` 08:39:02, `{at:hm}` 08:39, `{s:elapsed}` 03:12, `{s:long}` 00:03:12,
`{s:sec}` 2,4 s. A text that needs a plural is a table of `one` and `other`, chosen by the value
`n`.
"""

from __future__ import annotations

import logging
import re
import string
import time
import tomllib
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from functools import lru_cache
from pathlib import Path
from typing import Any

from PySide6.QtCore import QObject, Signal

from console.domain.problem import Problem
from console.domain.text import clean_name

FOLDER = Path(__file__).parents[2] / "resources" / "i18n"
LANGUAGES = ("vi", "en")
ZONE_S = 7 * 3600
"""The province's time, UTC+7 all year, whatever the PC's own zone is set to."""

_log = logging.getLogger(__name__)
_DECIMAL = {"vi": ",", "en": "."}
_SPOKEN = ContextVar("language", default="")
_SENTENCE = re.compile(r"(?<=[.!?]) +")
"""Between two sentences of a text."""
Text = str | dict[str, str]

missing: set[str] = set()
"""Keys that were asked for and that no catalogue holds; tests demand that it stays empty."""


def catalogue(language: str) -> dict[str, Text]:
    """Every text of a language by its key."""
    return {key: text for _, key, text in entries(language)}


def entries(language: str) -> list[tuple[str, str, Text]]:
    """Every text of a language as it is written: file, key, text."""
    return [entry for path in sorted((FOLDER / language).glob("*.toml")) for entry in _read(path)]


def _read(path: Path) -> list[tuple[str, str, Text]]:
    told = tomllib.loads(path.read_text(encoding="utf-8"))
    return [(path.name, key, text) for key, text in _flat("", told)]


def _flat(prefix: str, table: dict[str, Any]) -> list[tuple[str, Text]]:
    found: list[tuple[str, Text]] = []
    for name, value in table.items():
        if isinstance(value, dict) and not value.keys() <= {"one", "other"}:
            found += _flat(f"{prefix}{name}.", value)
        else:
            found.append((prefix + name, value))
    return found


class Wording(QObject):
    """The language in use. `changed` tells every panel to say its texts anew."""

    changed = Signal()

    def __init__(self) -> None:
        super().__init__()
        self._language = LANGUAGES[0]
        self._areas: dict[tuple[str, str], dict[str, Text]] = {}
        self._whole: dict[str, dict[str, Text]] = {}

    @property
    def language(self) -> str:
        """`vi` or `en`."""
        return _SPOKEN.get() or self._language

    def use(self, language: str) -> None:
        """Switch to `vi` or `en`; an unknown language changes nothing."""
        if language in LANGUAGES and language != self._language:
            self._language = language
            self.changed.emit()

    @contextmanager
    def speaking(self, language: str) -> Iterator[None]:
        """Inside, and in this thread alone, another language is in use; "" changes nothing."""
        before = _SPOKEN.set(language if language in LANGUAGES else _SPOKEN.get())
        try:
            yield
        finally:
            _SPOKEN.reset(before)

    def text(self, key: str) -> Text | None:
        """The raw text of a key in the language in use, else in the first language."""
        found = self._find(self.language, key)
        return self._find(LANGUAGES[0], key) if found is None else found

    def _find(self, language: str, key: str) -> Text | None:
        """Looked for in the file named like the key's first part, then in all of them: the first
        paint needs the grid's words alone."""
        whole = self._whole.get(language)
        if whole is not None:
            return whole.get(key)
        area = key.partition(".")[0]
        texts = self._areas.get((language, area))
        if texts is None:
            path = FOLDER / language / f"{area}.toml"
            texts = {k: text for _, k, text in _read(path)} if path.exists() else {}
            self._areas[language, area] = texts
        if key in texts:
            return texts[key]
        self._whole[language] = catalogue(language)
        return self._whole[language].get(key)


wording = Wording()


def say(key: str, **values: object) -> str:
    """The text of a key with its values put in; the key itself where there is no such text."""
    text = wording.text(key)
    if text is None:
        missing.add(key)
        _log.error("no text for %s", key)
        return key
    if isinstance(text, dict):
        text = text.get("one" if values.get("n") == 1 else "other", "")
    return _put(key, text, values)


def _put(key: str, text: str, values: dict[str, object]) -> str:
    if "{" not in text:
        return text
    try:
        return _filled(text, values)
    except (KeyError, ValueError, TypeError, IndexError):
        missing.add(key)
        _log.exception("the text of %s does not fit its values", key)
        return text


def has(key: str) -> bool:
    """Whether a text exists for this key."""
    return wording.text(key) is not None


def say_problem(problem: Problem) -> str:
    """What went wrong and what to do about it, with the device's own words at the end.

    A problem with a `reason` may have a text of its own for it: `wire.unreachable.refused`.
    """
    return _told(problem, advice=True)


def say_refused(problem: Problem) -> str:
    """The same of a wish that was refused or lost. What the console tries again by itself is the
    link, never a wish: such a problem has a text of its own for it, `device.busy.wish`."""
    return _told(problem, advice=True, wish=True)


def say_parts(problem: Problem) -> tuple[str, ...]:
    """What happened, what follows and what to do, of a problem that is told in these parts; else
    none."""
    key = f"problem.{problem.code}"
    if not has(f"{key}.what"):
        return ()
    values = dict(problem.params)
    return tuple(say(f"{key}.{part}", **values) for part in ("what", "consequence", "action"))


def say_reason(problem: Problem) -> str:
    """What went wrong alone, for a paper: a problem's first sentence, whatever names stand in it,
    and the device's own words."""
    return _told(problem, advice=False)


def _told(problem: Problem, *, advice: bool, wish: bool = False) -> str:
    values = dict(problem.params)
    key = f"problem.{problem.code}"
    if has(f"{key}.{values.get('reason')}"):
        key = f"{key}.{values['reason']}"
    if wish and has(f"{key}.wish"):
        key = f"{key}.wish"
    raw = wording.text(key)
    if isinstance(raw, str):
        text = raw if advice else _SENTENCE.split(raw, maxsplit=1)[0]
        text = _put(key, text, {"device": say("problem.some_device"), **values})
    elif parts := say_parts(problem):
        text = " ".join(parts) if advice else parts[0]
    else:
        missing.add(key)
        told = ", ".join(f"{name} {value}" for name, value in problem.params)
        text = say("problem.other", code=problem.code, values=told)
    if problem.detail:
        text = f"{text} {say('problem.detail', detail=problem.detail)}"
    return text


def number(value: float, digits: int = 1) -> str:
    """A number with the language's decimal sign: 2.44 → «2,4»."""
    return f"{value:.{digits}f}".replace(".", _DECIMAL[wording.language])


def seconds(value: float) -> str:
    """A short time in seconds: «2,4 s»; from a minute on as `elapsed`."""
    return f"{number(value)} s" if value < 60 else elapsed(value)


def elapsed(value_s: float) -> str:
    """A time that runs: «03:12», from an hour on «01:12:40»."""
    whole = max(0, int(value_s))
    if whole < 3600:
        return f"{whole // 60:02}:{whole % 60:02}"
    return f"{whole // 3600:02}:{whole // 60 % 60:02}:{whole % 60:02}"


def clock(at_us: int) -> str:
    """The time of day of a moment (µs UTC) in the province: «08:39:02»."""
    moment = time.gmtime(at_us // 1_000_000 + ZONE_S)
    return f"{moment.tm_hour:02}:{moment.tm_min:02}:{moment.tm_sec:02}"


def date(at_us: int) -> str:
    """The day of a moment (µs UTC) in the province: «23/11/2026» in either language."""
    moment = time.gmtime(at_us // 1_000_000 + ZONE_S)
    return f"{moment.tm_mday:02}/{moment.tm_mon:02}/{moment.tm_year}"


@lru_cache(maxsize=2048)
def _clean(text: str) -> str:
    return clean_name(text)


class _Format(string.Formatter):
    """Puts values into texts: cleaned, with the language's decimal sign, in our time formats."""

    def format_field(self, value: Any, format_spec: str) -> str:
        match format_spec:
            case "time":
                return clock(int(value))
            case "hm":
                return clock(int(value))[:5]
            case "elapsed":
                return elapsed(value)
            case "long":
                return elapsed(value) if value >= 3600 else f"00:{elapsed(value)}"
            case "sec":
                return seconds(value)
            case _:
                pass
        if isinstance(value, str):
            return _clean(value)
        text: str = super().format_field(value, format_spec)
        return text.replace(".", _DECIMAL[wording.language]) if isinstance(value, float) else text


_FORMAT = _Format()


@lru_cache(maxsize=4096)
def _parts(text: str) -> tuple[tuple[str, str | None, str], ...]:
    """A text parted at its values: what stands before each, its name, how it is written."""
    return tuple((before, name, spec or "") for before, name, spec, _ in _FORMAT.parse(text))


def _filled(text: str, values: dict[str, object]) -> str:
    return "".join(
        before if name is None else before + _FORMAT.format_field(values[name], spec)
        for before, name, spec in _parts(text)
    )
