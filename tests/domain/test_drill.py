"""Scoring a drill: times of what the journal holds, from the trouble on."""

from __future__ import annotations

from pathlib import Path

import pytest

from console.core.drills import read_drill, read_drills
from console.domain import facts as f
from console.domain.alarm import Alarm, Priority
from console.domain.commands.mcu import MuteAllBut, MuteSite
from console.domain.commands.take import TakeToPodium
from console.domain.drill import ACTS
from console.domain.event import Event, stamped
from console.domain.problem import Refused
from console.domain.scoring import score

FOLDER = Path(__file__).parents[2] / "resources" / "training" / "drills"
LOST, HANG, MIC, DARK = read_drills(FOLDER)
OLD, NEW = TakeToPodium(endpoint="651", expected=""), TakeToPodium(endpoint="656", expected="")


def rows(*told: tuple[float, f.Fact]) -> list[Event]:
    return [stamped(fact, int(at_s * 1e6), "console") for at_s, fact in told]


def times(drill: object, events: list[Event]) -> list[float | None]:
    return [each.took_s for each in score(drill, events, 100_000_000)]  # type: ignore[arg-type]


def test_a_site_lost_is_scored_from_the_trouble_on() -> None:
    events = rows(
        (90, f.CommandSubmitted(OLD)),
        (99, f.AlarmAcknowledged("a")),
        (101, f.CommandConfirmed(OLD.id)),
        (102, f.AlarmAcknowledged("a")),
        (103, f.AlarmRaised(Alarm("b", "podium_lost", Priority.HIGH, ("651",)))),
        (107.5, f.AlarmAcknowledged("b")),
        (130, f.CommandSubmitted(NEW)),
        (130.5, f.CommandSubmitted(NEW)),
        (140, f.CommandConfirmed(NEW.id)),
    )
    scored = score(LOST, events, 100_000_000)
    assert [each.took_s for each in scored] == [7.5, 30.0, 40.0]
    assert [each.passed for each in scored] == [True, True, False]


def test_what_was_not_done_has_no_time_and_is_not_passed() -> None:
    scored = score(LOST, rows((101, f.CommandSubmitted(NEW))), 100_000_000)
    assert [(each.took_s, each.passed) for each in scored] == [
        (None, False), (1.0, True), (None, False),
    ]  # fmt: skip
    assert times(LOST, []) == [None, None, None]


def test_only_a_mute_counts_as_a_mute() -> None:
    open_it, mute = MuteSite(endpoint="656", muted=False), MuteSite(endpoint="656", muted=True)
    events = rows(
        (101, f.CommandSubmitted(open_it)),
        (102, f.CommandConfirmed(open_it.id)),
        (103, f.CommandSubmitted(mute)),
        (104, f.CommandSubmitted(NEW)),
        (105, f.CommandConfirmed(NEW.id)),
        (106, f.CommandConfirmed(mute.id)),
    )
    assert times(MIC, events) == [3.0, 6.0]


def test_that_a_take_mutes_the_site_before_is_no_answer_to_an_open_mic() -> None:
    step = MuteSite(endpoint="651", muted=True)
    events = rows(
        (101, f.CommandSubmitted(NEW, steps=(step.id,))),
        (101, f.CommandSubmitted(step, parent=NEW.id)),
        (102, f.CommandConfirmed(step.id)),
    )
    assert times(MIC, events) == [None, None]


def test_once_an_alarm_names_who_is_open_only_muting_him_counts() -> None:
    wrong, right = (MuteSite(endpoint=site, muted=True) for site in ("653", "656"))
    named = f.AlarmRaised(Alarm("mic:656", "open_mic", Priority.LOW, ("656",)))
    events = rows(
        (103, named),
        (104, f.CommandSubmitted(wrong)),
        (105, f.CommandConfirmed(wrong.id)),
        (108, f.CommandSubmitted(right)),
        (109, f.CommandConfirmed(right.id)),
    )
    assert times(MIC, events) == [8.0, 9.0]


@pytest.mark.parametrize(("keep", "took"), [(("651",), [4.0, 5.0]), (("656",), [None, None])])
def test_muting_everybody_else_mutes_him_too(keep: tuple[str, ...], took: list[float]) -> None:
    named = f.AlarmRaised(Alarm("mic:656", "open_mic", Priority.LOW, ("656",)))
    others = MuteAllBut(conference="m1/call", keep=keep)
    events = rows(
        (103, named), (104, f.CommandSubmitted(others)), (105, f.CommandConfirmed(others.id))
    )
    assert times(MIC, events) == took


def test_the_shipped_drills_are_four_and_whole() -> None:
    assert [d.name for d in (LOST, HANG, MIC, DARK)] == [
        "1_site_lost", "2_mcu_hang", "3_open_mic", "4_half_dark",
    ]  # fmt: skip
    assert HANG.when == "take"
    for drill in (LOST, HANG, MIC, DARK):
        assert all(step.on in ACTS and step.bar_s < drill.limit_s for step in drill.steps)
        assert all(dict(text).keys() == {"vi", "en"} for text in (drill.title, drill.task))


@pytest.mark.parametrize("body", ["", "title = 1", "[[step]]\non='x'\nbar_s=1\ntext={vi='',en=''}"])
def test_a_drill_that_makes_no_sense_is_refused(tmp_path: Path, body: str) -> None:
    path = tmp_path / "a.toml"
    path.write_text(body, encoding="utf-8")
    with pytest.raises(Refused):
        read_drill(path)
