"""The Watch: conditions that last become alarms, and calm again; speech proves two-way talk."""

from __future__ import annotations

import pytest

from console.core.frame import Frame
from console.core.watch import Watch
from console.domain import facts as f
from console.domain.alarm import Alarm, Priority
from console.domain.commands.own import AcknowledgeAlarms, ShelveAlarm
from console.domain.commands.take import TakeToPodium
from console.domain.endpoint import Endpoint
from console.domain.presence import Presence
from tests.core.desk import Desk
from tests.domain.meeting import CALL, CHAIR, NEXT, SPEAKER
from tests.domain.worlds import S

TICK_S = 0.2
COMMUNES = [f"D-{n}" for n in range(6)]


class Watched(Desk):
    """A desk with a Watch; time goes by in its steps of a fifth of a second."""

    def __init__(self) -> None:
        super().__init__()
        sites = list(self.state.endpoints.values())
        sites.append(Endpoint("D", "Huyện D", "D", CHAIR))
        sites += [Endpoint(c, f"Xã {c}", c, "D") for c in COMMUNES]
        self.meeting.tell(f.RosterLoaded("r", tuple(sites)))
        self.meeting.tell(self.meeting.leg("650", presence=Presence.CONNECTED))
        self.meeting.tell(*(self.meeting.leg(c) for c in COMMUNES))
        self.watch = Watch(self.store, self.clock)  # type: ignore[arg-type]

    def passes(self, seconds: float) -> list[f.Fact]:
        """What the console tells while time goes by."""
        before = len(self.told)
        end = self.clock.at_us + round(seconds * S)
        while self.clock.at_us < end:
            self.clock.wait(TICK_S)
            self.watch.look()
            self.settle()
        return [e.fact for e in self.told[before:] if e.source == "console"]

    def lose(self, *sites: str) -> None:
        self.post(*(f.LegEnded(CALL, site) for site in sites))
        self.settle()

    def back(self, *sites: str) -> None:
        self.post(*(self.meeting.leg(site, presence=Presence.CONNECTED) for site in sites))
        self.settle()

    def alarm(self, alarm_id: str) -> Alarm:
        return self.state.alarms[alarm_id]

    def standing(self) -> set[str]:
        """The alarms that are not over."""
        return {i for i, a in self.state.alarms.items() if not a.cleared_us}


@pytest.fixture
def desk() -> Watched:
    return Watched()


def raised(facts: list[f.Fact]) -> list[str]:
    return [fact.alarm.id for fact in facts if isinstance(fact, f.AlarmRaised)]


# -- how long until it alarms ----------------------------------------------------------------------


def test_a_calm_meeting_tells_nothing(desk: Watched):
    assert desk.passes(30) == []


def test_it_looks_five_times_a_second_at_most(desk: Watched):
    assert desk.watch.look()
    assert not desk.watch.look()
    desk.clock.wait(0.199)
    assert not desk.watch.look()
    desk.clock.wait(0.002)
    assert desk.watch.look()


def test_the_podium_alarms_within_a_second(desk: Watched):
    desk.lose(SPEAKER)
    assert raised(desk.passes(0.4)) == [f"podium:{SPEAKER}"]
    assert desk.alarm(f"podium:{SPEAKER}").priority is Priority.HIGH


def test_with_the_frame_clock_too(desk: Watched):
    """The facts that came between two looks ask for another tick."""
    asked: list[int] = []
    frame = Frame(desk.store, desk.dispatcher, desk.watch)
    frame.again = lambda: asked.append(desk.clock.at_us)
    frame.drain()
    desk.post(f.LegEnded(CALL, SPEAKER))
    start = desk.clock.at_us
    while f"podium:{SPEAKER}" not in desk.state.alarms:
        desk.clock.wait(1 / 30)
        keys = frame.drain()
        assert asked or f"podium:{SPEAKER}" in desk.state.alarms, "nobody asked for another tick"
    assert desk.clock.at_us - start < 0.3 * S
    assert ("alarm", f"podium:{SPEAKER}") in keys


def test_any_other_site_only_after_ten_seconds(desk: Watched):
    desk.lose("D-1")
    assert desk.passes(9.8) == []
    assert raised(desk.passes(0.6)) == ["site:D-1"]


def test_who_is_back_in_time_never_alarmed(desk: Watched):
    desk.lose("D-1")
    desk.passes(9)
    desk.back("D-1")
    assert desk.passes(20) == []
    assert desk.state.alarms == {}


def test_four_of_a_district_are_one_alarm_after_a_second(desk: Watched):
    desk.lose(*COMMUNES[:4])
    assert raised(desk.passes(1.4)) == ["lost:D"]
    assert len(desk.alarm("lost:D").sites) == 4


# -- latching --------------------------------------------------------------------------------------


def test_it_clears_after_a_calm_and_stays_until_noted(desk: Watched):
    desk.lose(SPEAKER)
    desk.passes(1)
    desk.back(SPEAKER)
    assert desk.passes(2.8) == []
    assert desk.passes(0.6) == [f.AlarmCleared(f"podium:{SPEAKER}")]
    assert desk.passes(60) == []
    desk.submit(AcknowledgeAlarms(alarms=(f"podium:{SPEAKER}",)))
    assert desk.state.alarms == {}


def test_noted_and_then_over_it_goes(desk: Watched):
    desk.lose(SPEAKER)
    desk.passes(1)
    desk.submit(AcknowledgeAlarms(alarms=(f"podium:{SPEAKER}",)))
    desk.back(SPEAKER)
    desk.passes(4)
    assert desk.state.alarms == {}


def test_a_site_that_flickers_is_one_alarm(desk: Watched):
    desk.lose(SPEAKER)
    told = desk.passes(1)
    for _ in range(10):
        desk.back(SPEAKER)
        told += desk.passes(2)
        desk.lose(SPEAKER)
        told += desk.passes(1)
    assert raised(told) == [f"podium:{SPEAKER}"]
    assert not any(isinstance(fact, f.AlarmCleared) for fact in told)


def test_what_comes_back_after_it_cleared_is_raised_anew(desk: Watched):
    desk.lose(SPEAKER)
    desk.passes(1)
    desk.back(SPEAKER)
    desk.passes(4)
    desk.lose(SPEAKER)
    assert raised(desk.passes(1)) == [f"podium:{SPEAKER}"]


# -- growing and shrinking -------------------------------------------------------------------------


def test_growth_has_to_be_noted_anew(desk: Watched):
    desk.lose(*COMMUNES[:4])
    desk.passes(2)
    desk.submit(AcknowledgeAlarms(alarms=("lost:D",)))
    desk.settle()
    assert desk.passes(5) == []
    desk.lose(COMMUNES[4])
    assert raised(desk.passes(1)) == ["lost:D"]
    assert len(desk.alarm("lost:D").sites) == 5
    assert desk.alarm("lost:D").acknowledged_us == 0


def test_sites_that_come_back_leave_it_after_a_calm_and_quietly(desk: Watched):
    desk.lose(*COMMUNES[:5])
    desk.passes(2)
    desk.submit(AcknowledgeAlarms(alarms=("lost:D",)))
    desk.settle()
    desk.back(COMMUNES[0])
    assert desk.passes(2.8) == []
    assert raised(desk.passes(0.6)) == ["lost:D"]
    assert len(desk.alarm("lost:D").sites) == 4
    assert desk.alarm("lost:D").acknowledged_us
    desk.back(*COMMUNES[1:4])
    desk.passes(4)
    assert desk.standing() == {"lost:D"}
    desk.back(COMMUNES[4])
    desk.passes(4)
    assert desk.state.alarms == {}


def test_a_site_that_flickers_within_a_group_is_no_news(desk: Watched):
    desk.lose(*COMMUNES[:5])
    told = desk.passes(2)
    for _ in range(10):
        desk.back(COMMUNES[0])
        told += desk.passes(2)
        desk.lose(COMMUNES[0])
        told += desk.passes(1)
    assert raised(told) == ["lost:D"]


def test_the_alarms_of_few_go_into_that_of_many(desk: Watched):
    desk.lose(*COMMUNES[:3])
    desk.passes(15)
    assert desk.standing() == {f"site:{c}" for c in COMMUNES[:3]}
    desk.lose(COMMUNES[3])
    desk.passes(2)
    assert set(desk.state.alarms) == {"lost:D"}


def test_a_quiet_open_microphone_that_is_heard_becomes_more_urgent(desk: Watched):
    desk.post(desk.meeting.leg("D-1", mic_muted=False))
    desk.settle()
    assert raised(desk.passes(3.4)) == ["mic:D-1"]
    desk.submit(AcknowledgeAlarms(alarms=("mic:D-1",)))
    desk.post(f.SpeechHeard("D-1", True))
    assert raised(desk.passes(0.4)) == ["mic:D-1"]
    assert desk.alarm("mic:D-1").priority is Priority.MEDIUM
    assert desk.alarm("mic:D-1").acknowledged_us == 0
    desk.post(f.SpeechHeard("D-1", False))
    assert desk.passes(10) == []
    assert desk.alarm("mic:D-1").priority is Priority.MEDIUM


# -- shelving --------------------------------------------------------------------------------------


def test_shelved_until_its_time_even_if_it_comes_and_goes(desk: Watched):
    desk.lose(SPEAKER)
    desk.passes(1)
    shelf = ShelveAlarm(alarm=f"podium:{SPEAKER}", until_us=desk.clock.at_us + 60 * S)
    desk.submit(shelf)
    desk.back(SPEAKER)
    desk.passes(5)
    desk.lose(SPEAKER)
    desk.passes(5)
    assert desk.alarm(f"podium:{SPEAKER}").shelved_until_us == shelf.until_us
    told = desk.passes(60)
    assert told == [f.AlarmShelved(f"podium:{SPEAKER}", 0)]
    assert desk.alarm(f"podium:{SPEAKER}").shelved_until_us == 0


# -- what is not its business ----------------------------------------------------------------------


def test_alarms_of_the_console_itself_are_left_alone(desk: Watched):
    desk.post(f.AlarmRaised(Alarm("own:store.full", "own_store_full", Priority.HIGH)))
    desk.post(f.AlarmRaised(Alarm("own:office_fork", "office_fork", Priority.HIGH)))
    desk.settle()
    assert desk.passes(30) == []
    assert desk.standing() == {"own:store.full", "own:office_fork"}


def test_its_memory_is_of_what_is_wrong_now(desk: Watched):
    for _ in range(20):
        desk.lose("D-1", "D-2", SPEAKER)
        desk.passes(2)
        desk.back("D-1", "D-2", SPEAKER)
        desk.passes(4)
    assert desk.watch._since_us == {}
    assert desk.watch._gone_us == {}
    assert desk.watch._fewer_us == {}


# -- two-way talk (R6) -----------------------------------------------------------------------------


def on_podium(desk: Watched) -> None:
    desk.post(f.ChairCalled(NEXT))
    desk.settle()
    desk.clock.wait(1)
    desk.done(TakeToPodium(endpoint=NEXT, expected=SPEAKER))


def proofs(facts: list[f.Fact]) -> list[f.Fact]:
    return [fact for fact in facts if isinstance(fact, f.TwoWayProven)]


def test_speech_for_a_second_proves_it(desk: Watched):
    on_podium(desk)
    desk.post(f.SpeechHeard(NEXT, True))
    desk.settle()
    assert proofs(desk.passes(0.8)) == []
    assert proofs(desk.passes(0.6)) == [f.TwoWayProven(NEXT, "speech")]
    call = desk.state.session.calls[-1]
    assert call.how == "speech"
    assert call.proven_us - call.confirmed_us >= S
    assert proofs(desk.passes(5)) == []


def test_speech_of_before_counts_only_from_the_podium_on(desk: Watched):
    desk.post(f.SpeechHeard(NEXT, True))
    desk.settle()
    desk.clock.wait(10)
    on_podium(desk)
    assert proofs(desk.passes(0.8)) == []
    assert proofs(desk.passes(0.6)) == [f.TwoWayProven(NEXT, "speech")]


def test_a_cough_is_not_talk(desk: Watched):
    on_podium(desk)
    for _ in range(5):
        desk.post(f.SpeechHeard(NEXT, True))
        desk.settle()
        assert proofs(desk.passes(0.6)) == []
        desk.post(f.SpeechHeard(NEXT, False))
        desk.settle()
        assert proofs(desk.passes(0.4)) == []


def test_nor_is_the_talk_of_another_site(desk: Watched):
    on_podium(desk)
    desk.post(f.SpeechHeard(SPEAKER, True))
    desk.settle()
    assert proofs(desk.passes(5)) == []


def test_nor_that_of_a_site_which_the_podium_does_not_show_any_more(desk: Watched):
    on_podium(desk)
    desk.post(f.SpeechHeard(NEXT, True), desk.meeting.conference(podium=""))
    desk.settle()
    assert proofs(desk.passes(5)) == []


def test_the_chairs_next_call_does_not_stop_the_proof(desk: Watched):
    on_podium(desk)
    desk.post(f.ChairCalled(SPEAKER), f.SpeechHeard(NEXT, True))
    desk.settle()
    assert proofs(desk.passes(1.4)) == [f.TwoWayProven(NEXT, "speech")]
    assert desk.state.session.calls[-2].proven_us
