"""Looks: following touched keys always comes to what look_of says of the whole State."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from console.core.store import Store
from console.domain import facts as f
from console.domain.alarm import Alarm, Priority
from console.domain.commands.mcu import MuteSite
from console.domain.conference import Conference
from console.domain.endpoint import Endpoint
from console.domain.event import stamped
from console.domain.observed import Leg, Quality
from console.domain.presence import Presence
from console.domain.problem import Problem
from console.domain.session import ScriptLine
from console.qt.grid.filters import Filter, flags_of
from console.qt.grid.looks import Looks
from console.qt.grid.projection import look_of

S = 1_000_000
NOW = 1_795_484_530 * S
SITES = ("66", "651", "1", "2", "3")


def endpoints(extra: int = 0) -> tuple[Endpoint, ...]:
    return (
        Endpoint("66", "Tỉnh Đắk Lắk", "Đắk Lắk", level="province"),
        Endpoint("651", "Huyện Ea Kar", "Ea Kar", "66", order=1),
        *(Endpoint(f"{i}", f"Xã {i}", f"{i}", "651", order=i + 1) for i in range(1, 4 + extra)),
    )


def opened(extra: int = 0) -> Store:
    store = Store()
    told = (
        f.RosterLoaded("r", endpoints(extra)),
        f.SessionOpened("s", "Giao ban", "live", "66", "c"),
        f.ConferenceSeen(Conference("c", "mcu", live=True)),
        f.DeviceHeard("mcu", 20.0),
    )
    store.post([stamped(fact, NOW, "mcu") for fact in told])
    store.drain()
    return store


site = st.sampled_from(SITES)
maybe = st.sampled_from((None, True, False))
facts = st.one_of(
    st.builds(
        lambda s, p, m, v, h: f.LegSeen(Leg(s, "c", p, mic_muted=m, video_muted=v, hand_raised=h)),
        site, st.sampled_from(Presence), maybe, maybe, maybe,
    ),
    st.builds(lambda s: f.LegEnded("c", s), site),
    st.builds(f.SpeechHeard, site, st.booleans(), st.one_of(st.none(), st.integers(0, 8))),
    st.builds(
        lambda s, loss: f.QualityMeasured(s, Quality(NOW, loss, 12.0)),
        site, st.sampled_from((None, 0.1, 2.0, 9.0)),
    ),
    st.builds(lambda s: f.ConferenceSeen(Conference("c", "mcu", live=True, podium=s)), site),
    st.builds(f.NextStaged, st.sampled_from((*SITES, ""))),
    st.builds(f.CheckRecorded, site, st.sampled_from(("", "passed", "failed"))),
    st.builds(f.RoomSeen, site, st.just("room"), maybe),
    st.builds(lambda s: f.CommandSubmitted(MuteSite(id=f"w{s}", endpoint=s, muted=True)), site),
    st.builds(lambda s: f.CommandRefused(f"w{s}", Problem.of("cms.refused")), site),
    st.builds(lambda s: f.CommandLost(f"w{s}", Problem.of("command.timed_out")), site),
    st.builds(lambda s: f.AlarmRaised(Alarm(f"a{s}", "site_lost", Priority.LOW, (s,))), site),
    st.builds(lambda s: f.AlarmCleared(f"a{s}"), site),
    st.just(f.DeviceHeard("mcu", 20.0)),
    st.builds(lambda s: f.ScriptLoaded((ScriptLine("x", s),)), site),
    st.just(f.LegSeen(Leg("guest", "c", Presence.CONNECTED, name="Khách"))),
)  # fmt: skip


@settings(max_examples=150)
@given(st.lists(st.tuples(st.lists(facts, max_size=5), st.integers(0, 3000)), max_size=12))
def test_following_comes_to_the_same_as_looking_at_everything(
    story: list[tuple[list[f.Fact], int]],
) -> None:
    store = opened()
    looks = Looks(store.state)
    looks.refresh(set(), NOW)
    at_us = NOW
    for told, later_ms in story:
        at_us += later_ms * 1000
        store.post([stamped(fact, at_us, "mcu") for fact in told])
        looks.refresh(store.drain(), at_us)
    at_us = (at_us // S + 2) * S
    looks.refresh(set(), at_us)
    while looks.waiting:
        looks.refresh(set(), at_us)
    speakers = {item.endpoint for item in store.state.session.script}
    expected = {site: look_of(store.state, site, at_us) for site in store.state.endpoints}
    timeless = {"since_s": 0, "mic_s": 0}
    for site, look in expected.items():
        kept = looks.by_site[site]
        assert kept._replace(**timeless) == look._replace(**timeless), site
        assert (kept.since_s < 0, kept.mic_s < 0) == (look.since_s < 0, look.mic_s < 0)
        assert abs(kept.since_s - look.since_s) <= 1, "a second may turn a moment later"
        assert abs(kept.mic_s - look.mic_s) <= 1
    for which in list(Filter)[1:]:
        matching = [s for s, look in expected.items() if flags_of(look, s in speakers) & which]
        assert looks.counts[which] == len(matching)


def test_only_what_shows_something_else_is_told() -> None:
    store = opened()
    looks = Looks(store.state)
    store.post([stamped(f.LegSeen(Leg("1", "c", Presence.CONNECTED)), NOW, "mcu")])
    assert set(looks.refresh(store.drain(), NOW).sites) == {"1", "651"}
    store.post([stamped(f.RoomSeen("1", "room", standby=True), NOW, "room")])
    keys = store.drain()
    assert ("endpoint", "1") in keys
    assert looks.refresh(keys, NOW).sites == []


def test_a_level_is_told_apart_from_all_else() -> None:
    store = opened()
    looks = Looks(store.state)
    store.post([stamped(f.LegSeen(Leg("1", "c", Presence.CONNECTED)), NOW, "mcu")])
    looks.refresh(store.drain(), NOW)
    told: list[tuple[list[str], list[str]]] = []
    for talking, level in ((True, 3), (True, 5), (True, 5), (False, 0)):
        store.post([stamped(f.SpeechHeard("1", talking, level), NOW, "mcu")])
        changes = looks.refresh(store.drain(), NOW)
        told.append((changes.sites, changes.levels))
    assert told == [(["1"], []), ([], ["1"]), ([], []), (["1"], [])]


def test_a_time_turns_every_second_without_any_news() -> None:
    store = opened()
    looks = Looks(store.state)
    leg = f.LegSeen(Leg("1", "c", Presence.CONNECTED, mic_muted=False))
    store.post([stamped(leg, NOW, "mcu")])
    looks.refresh(store.drain(), NOW)
    assert looks.by_site["1"].mic_s == 0
    assert looks.refresh(set(), NOW + 900_000).sites == []
    assert looks.refresh(set(), NOW + 1_000_000).sites == ["1"]
    assert looks.by_site["1"].mic_s == 1


def test_what_there_is_no_time_for_comes_later_and_what_matters_first(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    store = opened(extra=60)
    looks = Looks(store.state)
    looks.refresh(set(), NOW)
    monkeypatch.setattr("console.qt.grid.looks.LOOKS_S", 0.0)
    legs = [f.LegSeen(Leg(s, "c", Presence.CONNECTED)) for s in looks.by_site]
    store.post([stamped(leg, NOW, "mcu") for leg in legs])
    store.post([stamped(f.NextStaged("60"), NOW, "mcu")])
    first = looks.refresh(store.drain(), NOW)
    assert first.sites[0] == "60"
    assert len(first.sites) < 40
    told = list(first.sites)
    while looks.waiting:
        told += looks.refresh(set(), NOW).sites
    assert set(told) == set(looks.by_site)


def test_all_that_matters_is_looked_at_however_little_time_there_is(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    store = opened(extra=60)
    looks = Looks(store.state)
    looks.refresh(set(), NOW)
    monkeypatch.setattr("console.qt.grid.looks.LOOKS_S", 0.0)
    sites = list(looks.by_site)
    alarm = Alarm("a", "lost", Priority.HIGH, tuple(sites), raised_us=NOW)
    store.post([stamped(f.AlarmRaised(alarm), NOW, "console")])
    assert set(looks.refresh(store.drain(), NOW).sites) == set(sites)


def test_another_roster_replaces_everything() -> None:
    store = opened()
    store.post([stamped(f.RosterSeen("c", frozenset()), NOW, "mcu")])
    store.drain()
    looks = Looks(store.state)
    assert looks.counts[Filter.ABSENT] == len(endpoints())
    assert looks.by_site["651"].connected == 0
    store.post([stamped(f.RosterLoaded("2", endpoints()[:2]), NOW, "operator")])
    changes = looks.refresh(store.drain(), NOW)
    assert changes.roster
    assert set(looks.by_site) == {"66", "651"}
    assert sum(looks.counts.values()) == 2


def test_a_district_is_counted_from_the_first_news_of_it() -> None:
    store = opened()
    looks = Looks(store.state)
    assert looks.by_site["651"].connected == -1
    site = next(each.id for each in endpoints() if each.parent == "651")
    for presence, connected in (
        (Presence.DIALLING, 0), (Presence.CONNECTED, 1), (Presence.DROPPED, 0),
    ):  # fmt: skip
        store.post([stamped(f.LegSeen(Leg(site, "c", presence)), NOW, "mcu")])
        looks.refresh(store.drain(), NOW)
        assert looks.by_site["651"].connected == connected
