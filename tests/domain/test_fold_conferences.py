"""What MCUs report, folded: legs, podium, speech, quality, guests."""

from __future__ import annotations

from dataclasses import replace

import pytest

from console.domain import facts as f
from console.domain.commands.mcu import HangUpAll, HangUpSite, PutOnPodium
from console.domain.conference import Conference
from console.domain.endpoint import Endpoint
from console.domain.observed import Leg, Quality
from console.domain.presence import Presence
from console.domain.problem import Problem
from console.domain.state import State
from tests.domain.worlds import CALLS, ROSTER, S, leg, on_the_roster, tell

CALL, OTHER = CALLS


@pytest.fixture
def state() -> State:
    return on_the_roster()


def presence(state: State, site: str = "653") -> Presence:
    return state.legs[site].presence


def podium(site: str | None, call: str = CALL, **told: object) -> f.ConferenceSeen:
    return f.ConferenceSeen(replace(Conference(call, "m1", live=True, podium=site), **told))


# -- presence ----------------------------------------------------------------------------------


def test_times_since_are_of_the_change(state: State):
    tell(state, f.LegSeen(leg(mic_muted=True)), 1)
    tell(state, f.LegSeen(leg(mic_muted=False)), 2)
    tell(state, f.LegSeen(leg(mic_muted=False, name="Krông Bông")), 3)
    assert state.legs["653"].presence_since_us == 1 * S
    assert state.legs["653"].mic_since_us == 2 * S


def test_a_drivers_own_times_are_not_believed(state: State):
    tell(state, f.LegSeen(leg(presence_since_us=99 * S, mic_since_us=99 * S, joined=True)), 1)
    assert state.legs["653"].presence_since_us == state.legs["653"].mic_since_us == 1 * S


def test_who_never_came_is_absent_and_who_left_has_dropped(state: State):
    tell(state, f.LegSeen(leg("653")))
    tell(state, f.LegSeen(leg("651", presence=Presence.RINGING)))
    keys = tell(state, f.RosterSeen(CALL, frozenset()), 5)
    assert presence(state, "653") is Presence.DROPPED
    assert presence(state, "651") is Presence.ABSENT
    assert presence(state, "24") is Presence.ABSENT
    assert keys == {("endpoint", s) for s in ("66", "653", "651", "24")}


def test_a_redial_that_fails_leaves_a_lost_site_lost(state: State):
    tell(state, f.LegSeen(leg()))
    tell(state, f.LegEnded(CALL, "653", "networkFailure"), 1)
    tell(state, f.LegSeen(leg(presence=Presence.DIALLING)), 2)
    assert state.legs["653"].joined
    tell(state, f.LegEnded(CALL, "653", "busy"), 3)
    assert presence(state) is Presence.DROPPED
    assert state.legs["653"].reason == "busy"


def test_what_was_known_of_a_leg_ends_with_it(state: State):
    tell(state, f.LegSeen(leg(mic_muted=False, layout=None, encrypted=True, address="sip:653@x")))
    tell(state, f.SpeechHeard("653", True, 5))
    tell(state, f.QualityMeasured("653", Quality(1, 0.5)))
    tell(state, f.LegEnded(CALL, "653"), 1)
    ended = state.legs["653"]
    assert (ended.mic_muted, ended.encrypted, ended.address) == (None, None, "sip:653@x")
    assert "653" not in state.speech
    assert "653" not in state.quality


@pytest.mark.parametrize("end", [f.LegEnded(CALL, "653"), f.RosterSeen(CALL, frozenset())])
def test_samples_of_before_the_end_are_not_heard_after_it(state: State, end: f.Fact):
    tell(state, f.LegSeen(leg()))
    tell(state, end, 1)
    assert tell(state, f.SpeechHeard("653", True), 1) == set()
    assert tell(state, f.QualityMeasured("653", Quality(1, 0.5)), 1) == set()


def test_another_conference_can_neither_end_nor_hide_a_live_leg(state: State):
    tell(state, f.LegSeen(leg(call=CALL)))
    assert tell(state, f.LegEnded(OTHER, "653")) == set()
    assert tell(state, f.LegSeen(leg(call=OTHER, presence=Presence.ABSENT))) == set()
    tell(state, f.RosterSeen(OTHER, frozenset()))
    assert state.legs["653"].conference == CALL
    assert presence(state) is Presence.CONNECTED


def test_a_site_moves_to_where_it_is_live(state: State):
    tell(state, f.RosterSeen(CALL, frozenset()))
    tell(state, f.LegSeen(leg(call=OTHER)))
    assert state.legs["653"].conference == OTHER


def test_sites_that_the_roster_dropped_end_too(state: State):
    tell(state, f.LegSeen(leg("?guest")))
    tell(state, f.RosterSeen(CALL, frozenset({"66"})), 1)
    assert presence(state, "?guest") is Presence.DROPPED


# -- hung up on purpose --------------------------------------------------------------------------


def test_a_site_we_hung_up_is_not_lost(state: State):
    tell(state, podium("653"))
    tell(state, f.LegSeen(leg()))
    tell(state, f.CommandSubmitted(HangUpSite(id="H", endpoint="653")), 1)
    keys = tell(state, f.LegEnded(CALL, "653"), 2)
    assert presence(state) is Presence.ABSENT
    assert state.expected_podium == ""
    assert ("session", "") in keys


def test_a_hang_up_that_was_refused_loses_the_site_all_the_same(state: State):
    tell(state, f.LegSeen(leg()))
    tell(state, f.CommandSubmitted(HangUpSite(id="H", endpoint="653")), 1)
    tell(state, f.CommandRefused("H", Problem.of("cms.refused")), 2)
    tell(state, f.LegEnded(CALL, "653"), 3)
    assert presence(state) is Presence.DROPPED


@pytest.mark.parametrize("told", ["one by one", "by the roster"])
def test_the_end_of_the_meeting_loses_nobody(state: State, told: str):
    for site in ("66", "653"):
        tell(state, f.LegSeen(leg(site)))
    tell(state, f.LegSeen(leg("651", OTHER)))
    tell(state, f.CommandSubmitted(HangUpAll(id="H", conference=CALL)), 1)
    if told == "by the roster":
        tell(state, f.RosterSeen(CALL, frozenset()), 2)
    else:
        for site in ("66", "653"):
            tell(state, f.LegEnded(CALL, site), 2)
    tell(state, f.LegEnded(OTHER, "651"), 2)
    assert presence(state, "66") is presence(state, "653") is Presence.ABSENT
    assert presence(state, "651") is Presence.DROPPED


# -- the podium ----------------------------------------------------------------------------------


def test_the_podium_and_since_when(state: State):
    keys = tell(state, podium("653"), 1)
    assert keys == {("conference", CALL), ("endpoint", "653"), ("session", "")}
    tell(state, podium("653", locked=True), 2)
    assert state.podium == "653"
    assert state.podium_since_us() == 1 * S
    keys = tell(state, podium("651"), 3)
    assert {("endpoint", "653"), ("endpoint", "651")} <= keys
    assert state.podium_since_us() == 3 * S
    tell(state, podium(""), 4)
    assert (state.podium, state.podium_since_us()) == ("", 0)


def test_the_speaking_time_goes_on_where_the_podium_was_not_known_for_a_while(state: State):
    unknown = podium(None)
    tell(state, podium("653"), 1)
    tell(state, unknown, 5)
    assert (state.podium, state.podium_since_us()) == ("", 0)
    tell(state, podium("653"), 6)
    assert state.podium_since_us() == 1 * S
    tell(state, unknown, 7)
    tell(state, podium("651"), 8)
    assert state.podium_since_us() == 8 * S


def test_the_podium_of_the_chairs_own_conference_counts_first(state: State):
    tell(state, f.SessionOpened("S", "t", "session", "66", OTHER))
    tell(state, podium("653", CALL), 1)
    tell(state, podium("651", OTHER), 2)
    assert state.podium == "651"
    assert state.podium_since_us() == 2 * S
    tell(state, podium("", OTHER), 3)
    assert state.podium == "653"
    assert state.podium_since_us() == 1 * S


def test_a_site_lost_from_the_podium_is_still_expected_there(state: State):
    tell(state, f.LegSeen(leg()))
    tell(state, podium("653"))
    tell(state, f.LegEnded(CALL, "653"), 1)
    tell(state, podium(""), 1)
    assert state.podium == ""
    assert state.expected_podium == "653"


def test_a_site_taken_off_the_podium_is_not_expected_there(state: State):
    tell(state, f.LegSeen(leg()))
    tell(state, podium("653"), 1)
    tell(state, podium(None), 2)
    assert state.expected_podium == "653"  # the MCU just did not say
    tell(state, podium(""), 3)
    assert state.expected_podium == ""


def test_a_lost_site_that_comes_back_is_expected_there_whatever_is_not_yet_known_of_it(
    state: State,
):
    tell(state, f.LegSeen(leg()))
    tell(state, podium("653"), 1)
    tell(state, f.LegEnded(CALL, "653"), 1)
    tell(state, podium(""), 1)
    tell(state, f.LegSeen(leg()), 2)
    tell(state, podium(None), 2)
    tell(state, podium(""), 3)
    assert (state.podium, state.expected_podium) == ("", "653")


def test_our_own_release_ends_the_expectation_even_of_a_lost_site(state: State):
    tell(state, f.LegSeen(leg()))
    tell(state, podium("653"))
    tell(state, f.LegEnded(CALL, "653"), 1)
    tell(state, podium(""), 1)
    release = PutOnPodium(id="P", conference=CALL, endpoint="")
    tell(state, f.CommandSubmitted(release), 2)
    tell(state, f.CommandConfirmed("P"), 3)
    assert state.expected_podium == ""


# -- speech and quality --------------------------------------------------------------------------


def test_speech_since_when(state: State):
    tell(state, f.SpeechHeard("653", True, 3), 1)
    tell(state, f.SpeechHeard("653", True, 6), 2)
    assert state.speech["653"].since_us == 1 * S
    assert state.speech["653"].level == 6
    assert tell(state, f.SpeechHeard("653", True, 6), 3) == set()
    tell(state, f.SpeechHeard("653", False), 4)
    assert state.speech["653"].since_us == 4 * S


def test_the_newest_measurement_stands(state: State):
    tell(state, f.QualityMeasured("653", Quality(1, 0.5)))
    assert tell(state, f.QualityMeasured("653", Quality(2, 6.5))) == {("endpoint", "653")}
    assert state.quality["653"].loss_pct == 6.5
    assert tell(state, f.QualityMeasured("653", Quality(2, 6.5))) == set()


# -- guests --------------------------------------------------------------------------------------


def test_a_guest_gets_the_name_that_the_mcu_learns_later(state: State):
    tell(state, f.LegSeen(leg("?sip:z", address="sip:z")))
    keys = tell(state, f.LegSeen(leg("?sip:z", address="sip:z", name="Anh Hai")))
    assert state.endpoints["?sip:z"].name == "Anh Hai"
    assert ("roster", "r") in keys
    tell(state, f.LegSeen(leg("?sip:z", address="sip:z", mic_muted=True)))
    assert state.endpoints["?sip:z"].name == "Anh Hai"


def test_a_guest_whom_a_new_roster_has_goes_once_he_is_told_as_gone(state: State):
    tell(state, f.LegSeen(leg("?sip:z", address="SIP:z")))
    site = Endpoint("9", "Xã Chín", "Chín", "66", address="sip:z")
    tell(state, f.RosterLoaded("r2", (*ROSTER, site)))
    assert "?sip:z" in state.endpoints, "he is in the conference, and under no other name yet"
    tell(state, f.LegSeen(leg("9", address="sip:z")))
    keys = tell(state, f.LegSeen(leg("?sip:z", presence=Presence.ABSENT)))
    assert ("roster", "r2") in keys
    assert "?sip:z" not in state.endpoints
    assert "?sip:z" not in state.legs
    assert presence(state, "9") is Presence.CONNECTED


def test_a_guest_who_leaves_stays_listed(state: State):
    tell(state, f.LegSeen(leg("?sip:z", address="sip:z")))
    tell(state, f.LegSeen(leg("?sip:z", address="sip:z", presence=Presence.ABSENT)))
    assert "?sip:z" in state.endpoints


def test_a_site_of_the_roster_keeps_its_own_name(state: State):
    tell(state, f.LegSeen(leg(name="codec-12")))
    assert state.endpoints["653"].name == "Huyện Krông Bông"


def test_whoever_dials_at_random_does_not_fill_the_grid(state: State):
    tell(state, f.LegSeen(leg("?stays")), 0)
    for n in range(500):
        tell(state, f.LegSeen(leg(f"?sip:{n}")), n)
        tell(state, f.LegEnded(CALL, f"?sip:{n}"), n)
    guests = [e for e in state.endpoints.values() if e.level == "guest"]
    assert len(guests) < 60
    assert {"?stays", "?sip:499"} <= {e.id for e in guests}
    assert set(state.legs) <= set(state.endpoints)
    orders = [e.order for e in guests]
    assert len(set(orders)) == len(orders)


def test_a_leg_of_another_shape_is_whole(state: State):
    """The fold copies a leg field by field: no field may be forgotten."""
    made = Leg("653", CALL, Presence.CONNECTED, True, True, True, None, "n", "a", True, True, "why")
    tell(state, f.LegSeen(made), 1)
    expected = replace(made, presence_since_us=1 * S, mic_since_us=1 * S, joined=True)
    assert state.legs["653"] == expected
