"""The sync in words and numbers: every state in both languages, the chip, ages, figures."""

from __future__ import annotations

import pytest

from console.domain.problem import Problem
from console.qt.looks.header import Health
from console.qt.looks.sync import age_text, conditions, figures, office_chip, story, told
from console.qt.wording import LANGUAGES, has, wording
from db.sync.health import Level, SyncHealth, SyncIncident
from tests.qt.scene import NOW_US, S

INCIDENTS = (
    "fork", "rollback", "altered", "head", "countersignature", "refused", "access", "stopped",
    "token",
)  # fmt: skip
CODES = ("late", "very_late", "clock", "clock_far", "conflict", "away", *INCIDENTS)


def incident(code: str) -> SyncHealth:
    params = (("own", 3), ("reason", "journal.hash"), ("seq", 7), ("status", 409))
    return SyncHealth(incident=SyncIncident(f"sync.{code}", params, NOW_US))


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("code", CODES)
def test_whatever_is_wrong_has_cause_consequence_and_action(code: str, language: str) -> None:
    wording.use(language)
    problem = Problem.of("office.no_token", url="https://office.example")
    made = told(code, incident(code) if code in INCIDENTS else SyncHealth(), NOW_US, problem)
    assert all((made.what, made.cause, made.consequence, made.action))
    assert "{" not in " ".join((made.what, *made.lines))
    assert len(made.lines) == 3
    assert has(f"sync.{code}.title")


@pytest.mark.parametrize(
    ("health", "code", "shown", "text"),
    [
        (None, "none", Health.OFF, "VP chưa nối"),
        (SyncHealth(), "never", Health.OFF, "VP"),
        (SyncHealth(last_ack_us=NOW_US), "calm", Health.GOOD, "VP"),
        (SyncHealth(3, 2.0, NOW_US), "calm", Health.GOOD, "VP"),
        (SyncHealth(1234, 90.0, NOW_US), "sending", Health.GOOD, "VP · 1 234 chờ"),
        (SyncHealth(3, 2.0, NOW_US, 0, "deadline"), "away", Health.OFF, "VP đang nối lại"),
        (SyncHealth(3, 301.0, NOW_US), "late", Health.WARN, "VP chậm 5 phút"),
        (SyncHealth(3, 3601.0, NOW_US), "very_late", Health.BAD, "VP chậm 1:00 giờ"),
        (SyncHealth(offset_us=-2_100_000), "clock", Health.WARN, "VP lệch giờ 2 s"),
        (SyncHealth(offset_us=61_000_000), "clock_far", Health.BAD, "VP lệch giờ 61 s"),
        (SyncHealth(offset_us=0, conflicts=2), "conflict", Health.WARN, "VP · 2 xung đột"),
        (incident("fork"), "fork", Health.BAD, "VP sự cố"),
        (incident("of_tomorrow"), "other", Health.BAD, "VP sự cố"),
    ],
)
def test_the_chip_has_a_shape_and_words(
    health: SyncHealth | None, code: str, shown: Health, text: str
) -> None:
    assert story(health, NOW_US).code == code
    chip = office_chip(health, NOW_US)
    assert (chip.health, chip.text) == (shown, text)
    assert story(health, NOW_US).what in chip.detail


def test_what_is_shown_is_as_bad_as_the_syncs_own_level() -> None:
    """Whatever the sync counts as amber or red is seen as such, and nothing else is."""
    shapes = {Health.WARN: Level.AMBER, Health.BAD: Level.RED}
    for late_s in (0.0, 300.0, 300.5, 3600.0, 3600.5):
        for offset_us in (0, 2_000_000, -2_000_001, 60_000_000, 60_000_001):
            for conflicts in (0, 1):
                for failure in ("", "unreachable"):
                    health = SyncHealth(1, late_s, 1, offset_us, failure, conflicts=conflicts)
                    shown = office_chip(health, NOW_US).health
                    assert shapes.get(shown, Level.CALM) == health.level, health
                    assert bool(conditions(health)) == (health.level > 0 or bool(failure))


def test_an_account_that_cannot_be_used_says_why() -> None:
    problem = Problem.of("office.no_token", url="https://vp.example")
    made = story(incident("stopped"), NOW_US, problem)
    assert "https://vp.example" in made.cause


def test_ages() -> None:
    ages = (0, 59.9, 60, 3599, 3600, 7265, 172_800)
    assert [age_text(s) for s in ages] == [
        "0 giây", "59 giây", "1 phút", "59 phút", "1:00 giờ", "2:01 giờ", "2 ngày",
    ]  # fmt: skip
    wording.use("en")
    assert [age_text(s) for s in (1, 61, 7265)] == ["1 second", "1 minute", "2:01 h"]


def test_figures_say_time_and_how_long_ago_and_carry_the_level() -> None:
    health = SyncHealth(
        12, 700.0, NOW_US - 65 * S, -61_000_000, pulled_us=NOW_US - 9 * S, feed_rev=1284,
        proposals=1, conflicts=2,
    )  # fmt: skip
    cells = {cell.id: cell for cell in figures(health, NOW_US)}
    assert (cells["unsent"].value, cells["unsent"].role) == ("12", "amber")
    assert (cells["oldest"].value, cells["oldest"].unit) == ("11", "phút")
    assert (cells["ack"].value, cells["ack"].unit) == ("08:41:05", "1 phút trước")
    assert (cells["offset"].value, cells["offset"].role) == ("−61,0", "mag")
    assert (cells["feed"].value, cells["feed"].unit) == ("1\u202f284", "lấy 9 giây trước")
    assert (cells["proposals"].value, cells["conflicts"].role) == ("1", "amber")
    nothing = {cell.id: cell.value for cell in figures(SyncHealth(), NOW_US)}
    assert nothing["ack"] == nothing["offset"] == nothing["feed"] == nothing["oldest"] == "—"
