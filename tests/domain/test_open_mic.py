"""Whose open microphone is out of turn while an MCU can't say who is on the podium."""

from __future__ import annotations

from console.domain import facts as f
from console.domain.conditions import open_mic
from console.domain.conference import Conference
from console.domain.fold import fold
from console.domain.observed import Leg
from console.domain.presence import Presence
from console.domain.state import State
from tests.domain.worlds import event

CALL = "mcu/call"


def told(state: State, *facts: f.Fact) -> State:
    """The State after some facts."""
    for fact in facts:
        fold(state, event(fact))
    return state


def conference(podium: str | None) -> f.ConferenceSeen:
    """The conference with somebody, nobody ("") or who knows whom (None) on its podium."""
    return f.ConferenceSeen(Conference(CALL, "mcu", live=True, podium=podium))


def test_the_podium_is_in_turn_until_it_is_known_that_it_is_not() -> None:
    state = told(State(), conference("653"))
    for site in ("653", "651"):
        leg = Leg(site, CALL, Presence.CONNECTED, mic_muted=False)
        told(state, f.LegSeen(leg))
    assert (open_mic(state, "653"), open_mic(state, "651")) == (False, True)
    told(state, conference(None))
    assert (open_mic(state, "653"), open_mic(state, "651")) == (False, True)
    told(state, conference("651"))
    assert (open_mic(state, "653"), open_mic(state, "651")) == (True, False)
    told(state, conference(""))
    assert (open_mic(state, "653"), open_mic(state, "651")) == (True, True)
