"""One province, two kinds of MCU: whose sites are whose, one story through both dialects."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator

import pytest

from console.simulators.launch import mcus_of
from console.simulators.model.clock import Clock
from console.simulators.model.province import CMS, FREESWITCH, Province
from console.simulators.model.roster import read_roster, shipped_roster
from console.simulators.model.scenario import Scenario
from console.simulators.options import Options, parse
from tests.simulators.conftest import Start, ended
from tests.simulators.esl import esl
from tests.simulators.events import events, roster_line
from tests.simulators.peer import Started, until


@pytest.fixture(scope="module")
def mixed() -> Iterator[Started]:
    peer = Started(
        "--mcus", "cms,freeswitch", "--scene", "calm", "--sites", "24", "--seed", "5",
        "--delay-ms", "20..60",
    )  # fmt: skip
    yield peer
    ended(peer)


def test_each_mcu_holds_whole_districts(mixed: Started) -> None:
    (switch,) = mixed.ready["freeswitch"]
    assert set(switch) == {"id", "url", "password", "conference", "sites"}
    assert switch["url"].startswith("esl://127.0.0.1:")
    here = set(switch["sites"])
    sites = mixed.state()["sites"]
    assert mixed.ready["cms"][0]["id"] == "cms-1"
    assert 0 < len(here) < len(sites)
    with esl(mixed) as line:
        assert set(line.roster()) == here
        assert switch["conference"] == "Giao-ban-tỉnh-Đắk-Lắk"
    there = {sites[code]["name"] for code in set(sites) - here}
    assert set(mixed.roster()) == there
    for code, site in sites.items():
        assert site["leg"]["bridge"] == ("freeswitch-1" if code in here else "cms-1")
    parents = {row.code: row.parent_code for row in read_roster(shipped_roster(), 24)}
    for code in here:
        assert parents[code] in here or parents[code] == "66"


def test_each_conference_has_a_lock_and_a_podium_of_its_own(mixed: Started) -> None:
    code = mixed.ready["freeswitch"][0]["sites"][0]
    with esl(mixed) as line:
        line.conference("lock")
        line.hear("lock")
        state = mixed.state()
        assert state["conference"]["locked"] is False
        assert state["freeswitch"]["freeswitch-1"]["conferences"][line.name]["locked"] is True
        line.conference("unlock")
        line.hear("unlock")
        line.conference(f"vid-floor {line.number(code)} force")
        until(lambda: mixed.state()["podium"] == [code])
        hall = mixed.site("66")["leg"]["participant"]
        mixed.cms("PUT", f"/participants/{hall}", {"importance": "100"})
        until(lambda: set(mixed.state()["podium"]) == {"66", code})
        mixed.cms("PUT", f"/participants/{hall}", {"importance": ""})
        line.conference("clear-vid-floor")
        until(lambda: mixed.state()["podium"] == [])


def test_one_happening_is_told_in_the_dialect_of_whoever_holds_the_site(mixed: Started) -> None:
    code = mixed.ready["freeswitch"][0]["sites"][0]
    with esl(mixed) as line, events(mixed) as ears:
        ears.subscribe(roster_line(mixed))
        here = len(mixed.ready["freeswitch"][0]["sites"])
        assert ears.hear(lambda: len(ears.roster()) == 24 - here)
        for site in (code, "66"):
            mixed.act("leave", site)
            mixed.act("join", site)
        assert ears.hear(lambda: len(ears.roster()) == 24 - here)
        line.hear("del-member")
        event = line.hear("add-member")
        assert event["Caller-Caller-ID-Number"] == code
        assert len(line.of("add-member")) == 1
        mixed.act("room_unmute", code)
        mixed.act("self_unmute", code)
        mixed.act("speak", code)
        line.hear("start-talking", int(event["Member-ID"]))
        assert mixed.state()["speaker"] == code
        mixed.act("quiet", code)
        mixed.act("self_mute", code)


def test_a_fault_befalls_one_family_alone(mixed: Started) -> None:
    mixed.fault("restart", "freeswitch", seconds=0.4)
    here = mixed.ready["freeswitch"][0]["sites"]
    assert mixed.state()["connected"] == 24 - len(here)
    assert mixed.read("/calls").attrib["total"] == "1"
    until(lambda: mixed.state()["connected"] == 24, 20)
    mixed.fault("restart", "cms", seconds=0.4)
    assert mixed.state()["connected"] == len(here)
    with esl(mixed) as line:
        assert len(line.roster()) == len(here)
    until(lambda: mixed.state()["connected"] == 24, 20)
    for target in ("cms", "freeswitch"):
        mixed.fault("stranger", target, uri=f"sip:7{len(target)}@203.0.113.9", seconds=0.3)
        strangers = [s for s in mixed.state()["sites"].values() if s["level"] == "stranger"]
        assert [s["leg"]["bridge"].partition("-")[0] for s in strangers] == [target]
        until(lambda: mixed.state()["connected"] == 24)
    mixed.clear()


def test_two_meeting_servers_and_a_freeswitch(start: Start) -> None:
    peer = start(
        "--mcus", "freeswitch,cms", "--bridges", "2", "--scene", "calm", "--sites", "24",
        "--no-rooms",
    )  # fmt: skip
    assert [each["id"] for each in peer.ready["cms"]] == ["cms-1", "cms-2"]
    bridges = {site["leg"]["bridge"] for site in peer.state()["sites"].values()}
    assert bridges == {"cms-1", "cms-2", "freeswitch-1"}
    assert peer.state()["connected"] == 24


def test_without_the_option_there_is_no_freeswitch(start: Start) -> None:
    peer = start("--scene", "calm", "--sites", "3", "--no-rooms")
    assert (peer.ready["freeswitch"], len(peer.ready["cms"])) == ([], 1)
    assert peer.state()["freeswitch"] == {}


def test_the_option_is_judged() -> None:
    assert parse(["province"]).mcus == ("cms",)
    assert parse(["province", "--mcus", "freeswitch,cms"]).mcus == ("cms", "freeswitch")
    assert mcus_of(Options(mcus=("cms", "freeswitch"), bridges=2)) == ["cms", "cms", "freeswitch"]
    run = subprocess.run(
        [sys.executable, "-m", "console.simulators", "province", "--mcus", "cms,pexip"],
        capture_output=True,
        text=True,
        timeout=30,
        check=False,
    )
    assert run.returncode == 2
    assert "cms, freeswitch" in run.stderr


def told(mcus: tuple[str, ...]) -> list[tuple[float, str, str]]:
    """What happens by itself within ten minutes of a lively meeting."""
    clock = Clock()
    province = Province(read_roster(shipped_roster(), 40), seed=3, clock=clock, mcus=mcus)
    Scenario(province, "lively").begin()
    clock.step(600)
    return [(each.at_s, each.what, each.code) for each in province.story]


def test_the_same_seed_tells_the_same_story_whoever_holds_the_meeting() -> None:
    skipped = {"conference"}
    stories = [
        [each for each in told(mcus) if each[1] not in skipped]
        for mcus in ((CMS,), (FREESWITCH,), (CMS, FREESWITCH))
    ]
    assert len(stories[0]) > 50
    sites = [[(at, what) for at, what, _ in story] for story in stories]
    assert sites[0] == sites[1] == sites[2]
