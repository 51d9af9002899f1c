"""The wording: both languages whole, no key without a text, numbers as each language has them."""

from __future__ import annotations

import re
import string
from collections import Counter
from pathlib import Path

import pytest

from console.domain.problem import Problem
from console.qt import wording as words
from console.qt.action_table import SPECS
from console.qt.wording import LANGUAGES, catalogue, has, say, say_problem

ROOT = Path(__file__).parents[2]
SOURCES = sorted(
    path for path in (ROOT / "console").rglob("*.py") if "simulators" not in path.parts
)
SAID = re.compile(r"""\b(?:say|has)\(\s*["']([a-z0-9_.]+)["']""")
PROBLEMS = re.compile(r"""Problem(?:\.of)?\(\s*["']([a-z_]+\.[a-z_]+)["']""")
WIRE = re.compile(r"""default_code = ["']([a-z_.]+)["']""")
STORE = re.compile(r"""["'](store\.[a-z_]+)["']""")


def fields(text: words.Text) -> set[str]:
    """The values that a text needs."""
    texts = text.values() if isinstance(text, dict) else (text,)
    return {name for t in texts for _, name, _, _ in string.Formatter().parse(t) if name}


def test_both_languages_say_the_same_things() -> None:
    vietnamese, english = (catalogue(language) for language in LANGUAGES)
    assert vietnamese.keys() == english.keys()
    assert len(vietnamese) > 400
    for key, text in vietnamese.items():
        more = fields(english[key]) - fields(text)
        assert more <= {"n"}, f"{key}: English needs {more}"
        assert fields(text) - fields(english[key]) <= {"n"}, key
        assert bool(text) == bool(english[key]), key


def test_every_action_is_called_something_else_too() -> None:
    assert {spec.words for spec in SPECS if not has(f"alias.{spec.words}")} == set()


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_key_is_given_twice(language: str) -> None:
    keys = Counter(key for _, key, _ in words.entries(language))
    assert [key for key, count in keys.items() if count > 1] == []


@pytest.mark.parametrize("path", SOURCES, ids=lambda path: path.stem)
def test_every_key_in_the_sources_has_a_text(path: Path) -> None:
    for key in SAID.findall(path.read_text(encoding="utf-8")):
        assert has(key), f"{path.name} says {key}"


def test_every_problem_has_a_text() -> None:
    codes: set[str] = set()
    for path in SOURCES:
        if "simulators" in path.parts:
            continue
        text = path.read_text(encoding="utf-8")
        codes |= set(PROBLEMS.findall(text)) | set(WIRE.findall(text))
    codes |= set(STORE.findall((ROOT / "db" / "fault.py").read_text(encoding="utf-8")))
    assert len(codes) > 60
    keys = {f"problem.{code}" for code in codes}
    assert {key for key in keys if not has(key) and not has(f"{key}.what")} == set()


def test_every_alarm_has_its_four_texts() -> None:
    source = (ROOT / "console/domain/conditions.py").read_text(encoding="utf-8")
    kinds = set(re.findall(r'"([a-z]+_[a-z]+|lossy)"', source)) & {
        key.split(".")[1] for key in catalogue("vi") if key.endswith(".title")
    }
    assert {"podium_lost", "site_lost", "open_mic", "mcu_down", "lossy"} <= kinds
    for kind in kinds:
        for part in ("title", "cause", "effect", "action"):
            assert has(f"alarm.{kind}.{part}")


def test_numbers_have_the_languages_decimal_sign() -> None:
    assert words.number(2.44) == "2,4"
    assert say("ready.lossy", loss=6.44) == "mất gói 6,4 %"
    assert words.seconds(2.44) == "2,4 s"
    words.wording.use("en")
    assert words.number(2.44) == "2.4"
    assert say("ready.lossy", loss=6.44) == "6.4 % loss"


def test_times() -> None:
    assert words.elapsed(192.9) == "03:12"
    assert words.elapsed(4360) == "01:12:40"
    assert words.elapsed(-3) == "00:00"
    assert words.seconds(61) == "01:01"
    assert words.clock(1_795_484_530_000_000) == "08:42:10"
    assert words.date(1_795_484_530_000_000) == "24/11/2026"


def test_plural_is_chosen_by_number() -> None:
    words.wording.use("en")
    assert say("header.alarms", n=1) == "1 alarm"
    assert say("header.alarms", n=2) == "2 alarms"
    words.wording.use("vi")
    assert say("header.alarms", n=1) == "1 cảnh báo"


def test_a_missing_key_is_noted_and_shown_as_it_is(caplog: pytest.LogCaptureFixture) -> None:
    assert say("no.such_key") == "no.such_key"
    assert words.missing == {"no.such_key"}
    assert "no.such_key" in caplog.text
    words.missing.clear()


def test_values_that_do_not_fit_cost_no_sentence(caplog: pytest.LogCaptureFixture) -> None:
    assert "{name}" in say("wish.take")
    assert words.missing == {"wish.take"}
    words.missing.clear()


def test_texts_from_outside_are_cleaned() -> None:
    said = say("wish.mute", name="<b>Ea\u202e Kar</b>\n{0}")
    assert said == "Tắt mic <b>Ea Kar</b> {0}"
    assert len(say("wish.mute", name="x" * 5000)) < 320


def test_a_problem_says_cause_action_and_the_devices_words() -> None:
    problem = Problem.of("wire.unreachable", "ECONNREFUSED", device="MCU 1", reason="refused")
    said = say_problem(problem)
    assert said.startswith("MCU 1 từ chối kết nối")
    assert said.endswith("Nguyên văn: «ECONNREFUSED».")
    assert "thiết bị" in say_problem(Problem.of("wire.deadline", seconds=8.0))


def test_an_unknown_problem_still_says_its_code() -> None:
    assert "acme.odd" in say_problem(Problem.of("acme.odd", a=1))
    assert words.missing == {"problem.acme.odd"}
    words.missing.clear()


def test_a_language_that_is_unknown_changes_nothing() -> None:
    heard: list[bool] = []
    words.wording.changed.connect(lambda: heard.append(True))
    words.wording.use("fr")
    assert words.wording.language == "vi"
    assert heard == []
    words.wording.use("en")
    assert heard == [True]
