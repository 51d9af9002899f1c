"""What deserves an alarm."""

from __future__ import annotations

import pytest

from console.domain import facts as f
from console.domain.alarm import Alarm, Priority
from console.domain.commands.mcu import PutOnPodium
from console.domain.conditions import Condition, conditions, expected_on_podium
from console.domain.conference import Conference
from console.domain.device import DeviceSpec, LinkHealth
from console.domain.endpoint import Endpoint
from console.domain.fold import fold
from console.domain.observed import Quality
from console.domain.policy import Policy
from console.domain.presence import Presence
from console.domain.session import ScriptLine
from console.domain.state import State
from tests.domain.meeting import CALL, CHAIR, FAR, NEXT, OTHER, SPEAKER, Meeting
from tests.domain.worlds import S, event

DISTRICTS = [f"D{n}" for n in range(6)]
POLICY = Policy()


@pytest.fixture
def it() -> Meeting:
    """The meeting with six more districts of five communes each, all connected."""
    made = Meeting()
    sites = list(made.state.endpoints.values())
    for district in DISTRICTS:
        sites.append(Endpoint(district, f"Huyện {district}", district, CHAIR, "district"))
        sites += [
            Endpoint(f"{district}-{n}", f"Xã {n}", f"{n}", district, "commune") for n in range(5)
        ]
    made.tell(f.RosterLoaded("r", tuple(sites)))
    for site in sites:
        if site.id not in made.state.legs:
            made.tell(made.leg(site.id))
    made.tell(f.NextStaged(""))
    forgive(made)
    return made


def forgive(it: Meeting) -> None:
    """650 was lost before the tests began; let it be back."""
    it.tell(it.leg("650", presence=Presence.CONNECTED))


def found(it: Meeting) -> dict[str, Condition]:
    return conditions(it.state, POLICY)


def lose(it: Meeting, *sites: str) -> None:
    for site in sites:
        it.tell(f.LegEnded(it.state.legs[site].conference, site))


def told(condition: Condition) -> tuple[str, Priority, float]:
    return condition.alarm.kind, condition.alarm.priority, condition.delay_s


def raise_all(it: Meeting) -> None:
    """Every condition has become an alarm."""
    it.tell(*(f.AlarmRaised(c.alarm) for c in found(it).values()))


def test_a_calm_meeting_is_calm(it: Meeting):
    assert found(it) == {}


# -- sites lost ------------------------------------------------------------------------------------


def test_the_podium_is_first_and_without_delay(it: Meeting):
    lose(it, SPEAKER)
    assert told(found(it)[f"podium:{SPEAKER}"]) == ("podium_lost", Priority.HIGH, 0.0)
    it.tell(it.conference(podium=""))
    assert set(found(it)) == {f"podium:{SPEAKER}"}
    it.tell(it.leg(SPEAKER, presence=Presence.RINGING))
    assert set(found(it)) == {f"podium:{SPEAKER}"}


def test_a_new_podium_ends_the_podiums_alarm(it: Meeting):
    lose(it, SPEAKER)
    it.tell(it.conference(podium=NEXT))
    assert expected_on_podium(it.state) == NEXT
    assert f"podium:{SPEAKER}" not in found(it)


def test_who_was_taken_off_the_podium_may_leave(it: Meeting):
    it.tell(it.conference(podium=""))
    lose(it, SPEAKER)
    assert f"podium:{SPEAKER}" not in found(it)


def test_after_a_restart_an_expected_site_that_is_absent_is_lost():
    """The wish is taken up again from the journal; the MCU then reports who is there."""
    state = State()
    for fact in (
        f.RosterLoaded("r", (Endpoint(FAR, "Huyện Xa", "Xa"),)),
        f.CommandSubmitted(PutOnPodium(id="P", conference=CALL, endpoint=FAR)),
        f.CommandConfirmed("P"),
        f.RosterSeen(CALL, frozenset()),
        f.ConferenceSeen(Conference(CALL, "m1", live=True, podium="")),
    ):
        fold(state, event(fact, 1))
    assert set(conditions(state, POLICY)) == {f"podium:{FAR}"}


def test_the_chair_and_the_speakers_to_come(it: Meeting):
    lose(it, CHAIR, NEXT, "D0-1")
    wrong = found(it)
    assert told(wrong[f"chair:{CHAIR}"]) == ("chair_lost", Priority.HIGH, 0.0)
    assert told(wrong[f"speaker:{NEXT}"]) == ("speaker_lost", Priority.MEDIUM, 0.0)
    assert told(wrong["site:D0-1"]) == ("site_lost", Priority.LOW, POLICY.drop_delay_s)


def test_who_has_spoken_already_is_any_site_again(it: Meeting):
    it.tell(f.ScriptMoved(3))
    lose(it, NEXT)
    assert set(found(it)) == {f"site:{NEXT}"}


def test_how_long_a_site_is_lost_counts_from_what_the_mcu_reported(it: Meeting):
    at_us = it.wait(60)
    lose(it, "D0-1")
    assert found(it)["site:D0-1"].since_us == at_us


def test_a_redial_does_not_end_the_trouble(it: Meeting):
    lose(it, "D0-1")
    for presence in (Presence.DIALLING, Presence.RINGING):
        it.tell(it.leg("D0-1", presence=presence))
        assert set(found(it)) == {"site:D0-1"}
    it.tell(it.leg("D0-1", presence=Presence.CONNECTED))
    assert found(it) == {}


def test_who_never_came_and_who_was_no_site_is_not_lost(it: Meeting):
    it.tell(f.RosterLoaded("r", (*it.state.endpoints.values(), Endpoint("new", "Mới", "Mới"))))
    it.tell(f.RosterSeen(CALL, frozenset(it.state.legs) - {"new"}))
    it.tell(it.leg("new", presence=Presence.DIALLING))
    it.tell(it.leg("?sip:x"))
    lose(it, "?sip:x")
    assert found(it) == {}


# -- many at once ----------------------------------------------------------------------------------


def test_three_of_a_district_are_three_and_four_are_one(it: Meeting):
    lose(it, "D0-1", "D0-2", "D0-3")
    assert set(found(it)) == {"site:D0-1", "site:D0-2", "site:D0-3"}
    lose(it, "D0")
    condition = found(it)["lost:D0"]
    assert told(condition) == ("district_lost", Priority.MEDIUM, 1.0)
    assert condition.alarm.sites == ("D0", "D0-1", "D0-2", "D0-3")
    assert condition.alarm.group == "D0"
    assert set(found(it)) == {"lost:D0"}


def test_many_districts_are_one_for_each_mcu(it: Meeting):
    for site in ("D3-0", "D3-1", "D3-2", "D3-3", "D3-4"):
        it.tell(it.leg(site, conference=OTHER))
    for district in DISTRICTS[:4]:
        lose(it, *(f"{district}-{n}" for n in range(5)))
    lose(it, "D5-1")  # lost with the others, though its district is there
    wrong = found(it)
    assert set(wrong) == {"lost-mcu:m1", "lost-mcu:m2"}
    assert told(wrong["lost-mcu:m1"]) == ("many_lost", Priority.HIGH, 1.0)
    assert len(wrong["lost-mcu:m1"].alarm.sites) == 16
    assert len(wrong["lost-mcu:m2"].alarm.sites) == 5
    assert wrong["lost-mcu:m2"].alarm.device == "m2"


def test_two_hundred_lost_together_are_one(it: Meeting):
    for site in list(it.state.legs):
        if site not in (CHAIR, SPEAKER, NEXT, FAR):
            lose(it, site)
    assert set(found(it)) == {"lost-mcu:m1"}


def test_an_alarm_of_many_keeps_its_shape_until_nobody_is_left(it: Meeting):
    lose(it, "D0-1", "D0-2", "D0-3", "D0-4")
    raise_all(it)
    for back in ("D0-1", "D0-2", "D0-3"):
        it.tell(it.leg(back, presence=Presence.CONNECTED))
        assert set(found(it)) == {"lost:D0"}
    it.tell(it.leg("D0-4", presence=Presence.CONNECTED))
    assert found(it) == {}


def test_so_does_that_of_an_mcu_while_any_district_is_gone(it: Meeting):
    for district in DISTRICTS[:4]:
        lose(it, *(f"{district}-{n}" for n in range(5)))
    raise_all(it)
    for district in DISTRICTS[:3]:
        for n in range(5):
            it.tell(it.leg(f"{district}-{n}", presence=Presence.CONNECTED))
    assert set(found(it)) == {"lost-mcu:m1"}
    it.tell(it.leg("D3-0", presence=Presence.CONNECTED))
    it.tell(it.leg("D3-1", presence=Presence.CONNECTED))
    assert set(found(it)) == {"site:D3-2", "site:D3-3", "site:D3-4"}


def test_a_province_without_districts_is_one_group(it: Meeting):
    sites = tuple(Endpoint(str(n), f"Xã {n}", str(n), "root") for n in range(20))
    it.tell(f.RosterLoaded("2025", (Endpoint("root", "Tỉnh", "Tỉnh"), *sites)))
    for site in sites:
        it.tell(it.leg(site.id))
    lose(it, *(s.id for s in sites[:5]))
    assert set(found(it)) == {"lost:root"}


# -- links -----------------------------------------------------------------------------------------


def test_an_mcu_that_does_not_answer(it: Meeting):
    it.tell(f.LinkChanged("m1", LinkHealth.DOWN), f.PushChanged("m1", False))
    assert told(found(it)["link:m1"]) == ("mcu_down", Priority.HIGH, 0.0)
    assert "feed:m1" not in found(it)
    it.tell(f.LinkChanged("m1", LinkHealth.DEGRADED))
    assert told(found(it)["feed:m1"]) == ("feed_silent", Priority.MEDIUM, 5.0)


def test_rooms_that_do_not_answer_are_one_alarm(it: Meeting):
    for n in range(5):
        spec = DeviceSpec(f"room-{n}", "roomos", "VCS", "u", f"D{n}")
        it.tell(f.DeviceNamed(spec), f.LinkChanged(f"room-{n}", LinkHealth.DOWN))
    condition = found(it)["link:rooms"]
    assert told(condition) == ("rooms_down", Priority.LOW, 30.0)
    assert condition.alarm.sites == ("D0", "D1", "D2", "D3", "D4")


def test_a_device_without_a_feed_has_none_to_fall_silent(it: Meeting):
    assert it.state.devices["m1"].push is None
    assert found(it) == {}


# -- microphones -----------------------------------------------------------------------------------


def test_an_open_microphone_out_of_turn(it: Meeting):
    at_us = it.wait(5)
    it.tell(it.leg("D0-1", mic_muted=False))
    condition = found(it)["mic:D0-1"]
    assert told(condition) == ("open_mic", Priority.LOW, POLICY.open_mic_delay_s)
    assert condition.since_us == at_us


def test_heard_over_the_podium_it_is_more_urgent(it: Meeting):
    it.tell(it.leg("D0-1", mic_muted=False), f.SpeechHeard("D0-1", True))
    assert found(it)["mic:D0-1"].alarm.priority is Priority.MEDIUM
    it.tell(it.conference(podium=""))
    assert found(it)["mic:D0-1"].alarm.priority is Priority.LOW


def test_podium_and_chair_may_speak_and_unknown_is_not_open(it: Meeting):
    assert it.state.legs[CHAIR].mic_muted is False
    assert it.state.legs[SPEAKER].mic_muted is False
    it.tell(it.leg("D0-1", mic_muted=None))
    assert found(it) == {}


def test_before_a_session_everyone_may_speak(it: Meeting):
    it.tell(f.SessionClosed("S"), it.leg("D0-1", mic_muted=False))
    assert found(it) == {}


def test_many_quiet_open_microphones_are_one_alarm_and_the_heard_stay_apart(it: Meeting):
    sites = [f"D0-{n}" for n in range(5)]
    for site in sites:
        it.tell(it.leg(site, mic_muted=False))
    it.tell(f.SpeechHeard("D0-0", True))
    wrong = found(it)
    assert set(wrong) == {"mics", "mic:D0-0"}
    assert told(wrong["mics"]) == ("open_mics", Priority.LOW, POLICY.open_mic_delay_s)
    assert wrong["mics"].alarm.sites == tuple(sites[1:])
    raise_all(it)
    for site in sites[2:]:
        it.tell(it.leg(site, mic_muted=True))
    assert found(it)["mics"].alarm.sites == ("D0-1",)


# -- media -----------------------------------------------------------------------------------------


def measure(it: Meeting, site: str, loss: float | None) -> None:
    it.tell(f.QualityMeasured(site, Quality(it.wait(0.001), loss)))


def test_a_lossy_line(it: Meeting):
    measure(it, "D0-1", POLICY.loss_bad_pct)
    measure(it, "D0-2", POLICY.loss_bad_pct - 0.1)
    measure(it, "D0-3", None)
    assert set(found(it)) == {"loss:D0-1"}
    assert told(found(it)["loss:D0-1"]) == ("lossy", Priority.LOW, 10.0)


@pytest.mark.parametrize("site", [SPEAKER, CHAIR])
def test_the_podiums_and_the_chairs_line_matter_sooner(it: Meeting, site: str):
    measure(it, site, 9.0)
    assert told(found(it)[f"loss:{site}"]) == ("lossy", Priority.MEDIUM, 3.0)


def test_a_lossy_district_is_one_alarm_and_stays_one(it: Meeting):
    for n in range(4):
        measure(it, f"D0-{n}", 9.0)
    assert set(found(it)) == {"loss-group:D0"}
    raise_all(it)
    for n in range(3):
        measure(it, f"D0-{n}", 0.0)
    assert set(found(it)) == {"loss-group:D0"}
    measure(it, "D0-3", 0.0)
    assert found(it) == {}


def test_a_line_that_is_gone_loses_nothing(it: Meeting):
    measure(it, "D0-1", 9.0)
    lose(it, "D0-1")
    assert set(found(it)) == {"site:D0-1"}


def test_an_alarm_id_is_unique(it: Meeting):
    it.tell(f.ScriptLoaded(tuple(ScriptLine(s, s) for s in ("D0-0", "D0-1"))))
    lose(it, SPEAKER, CHAIR, *(f"D0-{n}" for n in range(5)))
    alarms = [c.alarm for c in found(it).values()]
    assert len({a.id for a in alarms}) == len(alarms)
    assert all(isinstance(a, Alarm) and a.sites for a in alarms)
    assert it.at_s * S > 0
