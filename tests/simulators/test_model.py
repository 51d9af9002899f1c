"""The province itself, stepped on its own clock."""

from __future__ import annotations

import statistics
from pathlib import Path
from random import Random

import pytest

from console.simulators.model.camera import Camera, Position, house_presets
from console.simulators.model.change import Change, Kind
from console.simulators.model.clock import Clock
from console.simulators.model.operators import Operators
from console.simulators.model.province import Province, StoryLine
from console.simulators.model.quality import Channel, Line
from console.simulators.model.roster import oddly_named, read_roster, shipped_roster
from console.simulators.model.scenario import Scenario
from console.simulators.model.site import LegState
from console.simulators.options import SCENES


def told(scene: str, seed: int, seconds: float, sites: int = 40) -> tuple[Province, Clock]:
    clock = Clock()
    rows = read_roster(shipped_roster(), sites)
    province = Province(rows, seed=seed, clock=clock, calm=scene == "calm")
    Operators(province)
    Scenario(province, scene).begin()
    clock.step(seconds)
    return province, clock


def story(scene: str, seed: int, seconds: float = 400) -> list[StoryLine]:
    return list(told(scene, seed, seconds)[0].story)


def test_clock_runs_calls_in_order_of_time_then_of_asking() -> None:
    clock, seen = Clock(), list[tuple[str, float]]()
    clock.after(2.0, lambda: seen.append(("c", clock.now_s)))
    clock.after(1.0, lambda: seen.append(("a", clock.now_s)))
    clock.after(1.0, lambda: seen.append(("b", clock.now_s)))
    cancelled = clock.after(1.5, lambda: seen.append(("x", clock.now_s)))
    cancelled.cancel()
    clock.step(1.0)
    assert seen == [("a", 1.0), ("b", 1.0)]
    clock.step(5.0)
    assert seen[-1] == ("c", 2.0)
    assert clock.now_s == 6.0
    assert clock.next_due_s() is None


def test_wall_delays_do_not_depend_on_the_speed_of_the_story() -> None:
    clock, seen = Clock(speed=10.0), list[float]()
    clock.after_wall(0.5, lambda: seen.append(clock.now_s))
    clock.step(20)
    assert seen == [5.0]


def test_shipped_rosters_are_whole() -> None:
    rows = read_roster(shipped_roster())
    levels = [row.level for row in rows]
    assert (levels.count("province"), levels.count("district"), levels.count("commune")) == (
        1,
        15,
        184,
    )
    assert {row.parent_code for row in rows} - {""} <= {row.code for row in rows}
    newer = read_roster(shipped_roster().with_name("dak_lak_2025.csv"))
    assert len(newer) == 103
    assert not [row.name for row in newer if "  " in row.name]


def test_more_sites_than_the_roster_has_are_invented() -> None:
    rows = read_roster(shipped_roster(), 500)
    assert len(rows) == len({row.code for row in rows}) == 500


@pytest.mark.parametrize(
    ("text", "part"),
    [
        ("code,name\n1,A\n", "columns"),
        ("code,parent_code,level,name\n", "needs a code"),
        ("code,parent_code,level,name\n1,,province,A\n1,,commune,B\n", "twice"),
    ],
)
def test_a_bad_roster_says_what_is_wrong(tmp_path: Path, text: str, part: str) -> None:
    path = tmp_path / "r.csv"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(ValueError, match=part):
        read_roster(path)


def test_hostile_names_keep_codes_and_count() -> None:
    rows = read_roster(shipped_roster(), 50)
    odd = oddly_named(rows)
    assert [row.code for row in odd] == [row.code for row in rows]
    names = "".join(row.name for row in odd)
    assert "<b>" in names
    assert "\u202e" in names
    assert max(len(row.name) for row in odd) > 290


@pytest.mark.parametrize("scene", SCENES)
def test_same_seed_same_story(scene: str) -> None:
    assert story(scene, 11) == story(scene, 11)


def test_another_seed_tells_another_story() -> None:
    assert story("lively", 11) != story("lively", 12)


def test_steps_of_any_size_tell_the_same_story() -> None:
    whole = story("lively", 4, 300)
    province, clock = told("lively", 4, 0)
    for _ in range(1200):
        clock.step(0.25)
    assert list(province.story) == whole


def test_what_is_done_to_one_site_leaves_the_lines_of_others_alone() -> None:
    first, _ = told("calm", 9, 120)
    second, clock = told("calm", 9, 30)
    touched = list(second.sites.values())[5]
    assert touched.leg is not None
    second.hang_up(touched.leg, "timeout")
    second.call_in(touched)
    clock.step(90)
    for code, site in first.sites.items():
        if code != touched.code:
            assert second.sites[code].line.video_up == site.line.video_up


def test_calm_everyone_is_in_and_muted_and_stays() -> None:
    province, _ = told("calm", 3, 600, sites=200)
    legs = province.legs()
    assert len(legs) == 200
    assert all(leg.rx_audio_mute and leg.state is LegState.CONNECTED for leg in legs)
    assert all(site.room is not None and site.room.mic_muted for site in province.sites.values())
    assert province.speaker is None


def test_empty_nobody_comes_unless_dialled() -> None:
    province, _ = told("empty", 3, 600)
    assert province.legs() == []


def test_joining_fills_within_half_an_hour_but_not_wholly() -> None:
    province, clock = told("joining", 3, 60, sites=200)
    early = len(province.legs())
    clock.step(1800)
    late = [site for site in province.sites.values() if "joined" not in whats(province, site.code)]
    assert early < 60
    assert 0 < len(late) < 15


def whats(province: Province, code: str) -> set[str]:
    return {line.what for line in province.story if line.code == code}


def test_lively_has_drops_returns_open_mics_and_strangers() -> None:
    province, _ = told("lively", 21, 2400, sites=80)
    happened = [line.what for line in province.story]
    assert 25 < happened.count("left") < 200
    assert 15 < happened.count("open mic") < 120
    assert any(line.code.startswith("stranger") for line in province.story)
    assert len(province.legs()) > 70


def line_under(channel: Channel, seconds: int, seed: int = 1) -> list[float]:
    line = Line(Random(seed), 10.0, 2.0, channel)
    losses: list[float] = []
    for second in range(seconds):
        line.second(second, 0.0)
        losses.append(line.video_up.loss_pct)
    return losses


def test_loss_comes_in_bursts_not_evenly() -> None:
    losses = line_under(Channel(1 / 60, 1 / 6, 8.0), 20_000)
    bad = [loss > 0 for loss in losses]
    share = sum(bad) / len(bad)
    runs = [len(run) for run in "".join("x" if b else " " for b in bad).split()]
    assert 0.05 < share < 0.15
    assert 4.0 < statistics.mean(runs) < 8.0


def test_jitter_and_delay_follow_loss_and_the_picture_shrinks() -> None:
    line = Line(Random(2), 10.0, 2.0, Channel(0.0, 1.0, 0.0))
    for second in range(30):
        line.second(second, 0.0)
    clear = (line.video_up.jitter_ms, line.rtt_ms, line.resolution)
    line.force(100.0, 10.0, 50.0)
    for second in range(30, 70):
        line.second(second, 0.0)
    assert line.video_up.jitter_ms > 3 * clear[0]
    assert line.rtt_ms > clear[1] + 20
    assert line.resolution[0] < clear[2][0] == 1920
    assert line.video_up.interval_lost > 0
    lost = line.video_up.lost
    for second in range(101, 400):
        line.second(second, 0.0)
    assert line.video_up.interval_lost == 0
    assert line.video_up.lost >= lost
    assert line.resolution[0] == 1920


def test_a_bad_trunk_is_felt_by_its_whole_district_alone() -> None:
    province, clock = told("calm", 5, 5, sites=200)
    district = next(site for site in province.sites.values() if site.level == "district")
    province.trunk_channel = Channel(0.0, 0.0, 9.0)
    province.trunks[district.code].bad = True
    clock.step(3)
    for site in province.sites.values():
        below = site.code == district.code or site.parent_code == district.code
        assert (site.line.video_up.loss_pct > 1) == below


def test_a_camera_takes_seconds_and_passes_between() -> None:
    camera, presets = Camera(), house_presets()
    duration_s = camera.go(presets[3].position, 10.0, 3)
    assert 1.5 <= duration_s <= 4.0
    halfway = camera.position(10.0 + duration_s / 2)
    assert presets[3].position.pan < halfway.pan < 0
    assert camera.moving(10.0 + duration_s - 0.01)
    assert not camera.moving(10.0 + duration_s)
    assert camera.position(20.0) == presets[3].position
    farthest_s = camera.go(Position(17000, 9000, 12000), 30.0)
    assert farthest_s == 4.0


def test_a_stuck_camera_stays_and_a_driven_one_stops_at_the_limit() -> None:
    camera = Camera()
    camera.stuck_until_s = 5.0
    assert camera.go(Position(1000), 1.0) == 0.0
    assert camera.position(4.0) == Position()
    camera.ramp((4000.0, 0.0, 0.0, 0.0), 10.0)
    assert camera.moving(11.0)
    assert camera.position(11.0).pan == 4000
    assert camera.position(60.0).pan == 17000
    camera.ramp((0.0, 0.0, 0.0, 0.0), 11.0)
    assert camera.position(60.0).pan == 4000


def test_operators_answer_the_podium_and_leave_it() -> None:
    province, clock = told("calm", 8, 1)
    site = list(province.sites.values())[9]
    assert site.leg is not None
    assert site.room is not None
    province.set_leg(site.leg, importance=100, rx_audio_mute=False)
    assert not site.audible
    clock.step(4)
    assert site.audible
    assert province.speaker is site.leg
    province.set_leg(site.leg, importance=None, rx_audio_mute=True)
    assert not site.audible
    clock.step(4)
    assert not site.speaking
    assert site.room.mic_muted


def test_the_bridges_mute_and_the_rooms_are_two_facts() -> None:
    province, _ = told("calm", 8, 1)
    site = list(province.sites.values())[3]
    assert site.leg is not None
    province.set_speaking(site, True)
    province.set_leg(site.leg, rx_audio_mute=False)
    assert not site.audible
    province.set_room(site, mic_muted=False)
    assert site.audible
    province.set_leg(site.leg, rx_audio_mute=True)
    assert not site.audible
    assert site.room is not None
    assert not site.room.mic_muted


def test_changes_are_told_once_and_only_when_something_changed() -> None:
    province, _ = told("calm", 8, 1)
    heard: list[Change] = []
    province.watch(heard.append)
    leg = next(iter(province.sites.values())).leg
    assert leg is not None
    province.set_leg(leg, rx_audio_mute=True)
    assert heard == []
    province.set_leg(leg, rx_audio_mute=False)
    assert [(change.kind, change.fields) for change in heard] == [
        (Kind.LEG_CHANGED, frozenset({"rx_audio_mute"}))
    ]
    province.hang_up(leg, "timeout")
    province.hang_up(leg, "timeout")
    assert [change.kind for change in heard][1:] == [Kind.LEG_REMOVED]
    province.set_leg(leg, importance=3)
    assert len(heard) == 2


def test_an_unwilling_site_rings_out() -> None:
    province, clock = told("empty", 8, 1)
    site = list(province.sites.values())[2]
    site.answers = False
    leg = province.seat(site, province.main, outgoing=True)
    province.ring(leg)
    clock.step(10)
    assert leg.state is LegState.RINGING
    clock.step(25)
    assert site.leg is None
    assert any(line.detail == "ringingTimeout" for line in province.story)
