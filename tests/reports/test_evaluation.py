"""The figures of a session: known answers from hand-made Events."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest

from console.domain import facts as f
from console.domain.alarm import Alarm, Priority
from console.domain.commands.mcu import HangUpSite, MuteSite, PutOnPodium
from console.domain.commands.take import TakeToPodium
from console.domain.presence import Presence
from console.domain.problem import Problem
from console.domain.session import ChairCall, ScriptLine
from console.reports.evaluation import connection_times, evaluation
from console.reports.figures import Evaluation, SiteFigures
from console.reports.plain import plain
from db.sample_queries import Figure, Minute
from tests.domain.worlds import DRILLED, ROSTER, SCORES
from tests.reports.province import CALL, MINUTE, START_US, S, Teller, figure, leg, podium, session

CHAIR, KB, EA_KAR, EA_TIH = "66", "653", "651", "24"


@pytest.fixture
def tell() -> Teller:
    """A session that was opened at second 0 with everyone in and muted."""
    told = Teller()
    told(-9, f.RosterLoaded("r", ROSTER), "console")
    told(-8, podium(""))
    for site in (CHAIR, KB, EA_KAR, EA_TIH):
        told(-5, leg(site))
    told(0, f.SessionOpened("S1", "Giao ban", "session", CHAIR, CALL), "operator", "c")
    return told


def figures(tell: Teller, *minutes: Minute) -> Evaluation:
    found = evaluation(tell.events, minutes)
    assert found is not None
    return found


def site(ev: Evaluation, wanted: str) -> SiteFigures:
    return next(s for s in ev.sites if s.endpoint.id == wanted)


def test_a_session_without_anything(tell: Teller) -> None:
    tell(600, f.SessionClosed("S1"), "operator", "c")
    ev = figures(tell)
    assert (ev.title, ev.chair, ev.seconds, ev.closed) == ("Giao ban", CHAIR, 600.0, True)
    assert [s.endpoint.id for s in ev.sites] == ["66", "653", "651", "24"]
    assert site(ev, KB).present_s == 600
    assert (ev.calls, ev.alarms, ev.wishes.total, ev.times.median_s) == ((), (), 0, None)
    assert all(not s.drops and s.left is None and not s.mics for s in ev.sites)
    assert ev.held_until_end


def test_no_session_no_figures() -> None:
    told = Teller()
    told(0, f.RosterLoaded("r", ROSTER), "console")
    assert evaluation(told.events) is None
    assert evaluation([]) is None


def test_what_was_before_and_comes_after_is_not_counted(tell: Teller) -> None:
    tell.events[2:2] = [replace(tell.events[2], fact=f.LegEnded(CALL, KB))]
    tell(60, f.SessionClosed("S1"), "operator", "c")
    tell(70, f.LegEnded(CALL, KB))
    ev = figures(tell)
    assert ev.seconds == 60
    assert site(ev, KB).drops == ()
    assert site(ev, KB).present_s == 60


def test_drops_are_counted_and_timed(tell: Teller) -> None:
    for at, back in ((100, 121), (200, 205), (300, 480)):
        tell(at, f.LegEnded(CALL, KB, "timeout"))
        tell(back, leg(KB))
    tell(900, f.SessionClosed("S1"), "operator", "c")
    kb = site(figures(tell), KB)
    assert [span.seconds for span in kb.drops] == [21, 5, 180]
    assert (kb.dropped_s, kb.longest_drop_s) == (206, 180)
    assert kb.present_s == 900 - 206
    assert (kb.present[0].from_us, kb.present[-1].ended) == (START_US, False)


def test_a_redial_that_fails_is_the_same_drop(tell: Teller) -> None:
    tell(100, f.LegEnded(CALL, KB))
    tell(110, leg(KB, Presence.DIALLING))
    tell(115, f.LegEnded(CALL, KB))
    tell(120, leg(KB, Presence.RINGING))
    tell(130, leg(KB))
    assert [span.seconds for span in site(figures(tell), KB).drops] == [30]


def test_drops_of_several_sites_overlap(tell: Teller) -> None:
    tell(100, f.LegEnded(CALL, KB))
    tell(110, f.LegEnded(CALL, EA_KAR))
    tell(120, leg(KB))
    tell(140, leg(EA_KAR))
    ev = figures(tell)
    assert site(ev, KB).dropped_s == 20
    assert site(ev, EA_KAR).dropped_s == 30


def test_who_was_hung_up_was_not_lost(tell: Teller) -> None:
    wish = HangUpSite(id="H", endpoint=KB)
    tell(100, f.CommandSubmitted(wish), "operator", "H")
    tell(101, f.LegEnded(CALL, KB))
    tell(102, f.CommandConfirmed("H"), "console", "H")
    tell(200, f.SessionClosed("S1"), "operator", "c")
    kb = site(figures(tell), KB)
    assert (kb.drops, kb.left, kb.present_s) == ((), None, 101)


def test_who_left_and_did_not_come_back_is_told_apart(tell: Teller) -> None:
    tell(400, f.LegEnded(CALL, KB))
    tell(600, f.SessionClosed("S1"), "operator", "c")
    ev = figures(tell)
    gone = site(ev, KB)
    assert gone.drops == ()
    assert gone.left is not None
    assert (gone.left.seconds, gone.left.ended) == (200, False)
    assert ev.held_until_end
    for other in (EA_KAR, EA_TIH, CHAIR):
        tell.events.insert(-1, replace(tell.events[-2], fact=f.LegEnded(CALL, other)))
    assert not figures(tell).held_until_end


def test_an_open_microphone_counts_only_out_of_turn_and_when_it_lasts(tell: Teller) -> None:
    tell(100, leg(KB, muted=False))
    tell(102, leg(KB))
    tell(200, leg(KB, muted=False))
    tell(240, podium(KB))
    tell(300, podium(EA_KAR))
    tell(310, leg(KB))
    tell(320, leg(CHAIR, muted=False))
    tell(400, f.SessionClosed("S1"), "operator", "c")
    ev = figures(tell)
    assert [span.seconds for span in site(ev, KB).mics] == [40, 10]
    assert site(ev, CHAIR).mics == ()
    assert [span.seconds for span in site(ev, KB).podium] == [60]
    assert [span.seconds for span in site(ev, EA_KAR).podium] == [100]


def _take(tell: Teller, at: float, target: str, number: int) -> None:
    wish = TakeToPodium(id=f"T{number}", endpoint=target, expected="")
    tell(at, f.CommandSubmitted(wish), "operator", wish.id)


def test_the_four_moments_of_a_call(tell: Teller) -> None:
    tell(100, f.ChairCalled(KB), "operator", "c")
    _take(tell, 101.5, KB, 1)
    tell(102, podium(KB))
    tell(102.25, leg(KB, muted=False))
    tell(104, f.TwoWayProven(KB, "speech"), "console")
    ev = figures(tell)
    (call,) = ev.calls
    moments = (call.called_us, call.take_us, call.confirmed_us, call.proven_us)
    assert [(at - START_US) / S for at in moments] == [100, 101.5, 102.25, 104]
    assert (ev.times.median_s, ev.times.p95_s, ev.times.worst_s) == (4, 4, 4)
    assert (ev.times.operator_s, ev.times.mcu_s, ev.times.site_s) == (1.5, 0.75, 1.75)


def test_connection_times_of_many_calls() -> None:
    calls = [ChairCall("x", S, 2 * S, 3 * S, (n + 1) * S, "speech") for n in range(1, 21)]
    times = connection_times([*calls, ChairCall("y", 0, S), ChairCall("z", S)], 10.0)
    assert (times.proven, times.unproven, times.over_target) == (20, 1, 10)
    assert (times.median_s, times.p95_s, times.worst_s) == (10.5, 19, 20)


def test_wishes_and_their_steps(tell: Teller) -> None:
    take = TakeToPodium(id="T", endpoint=KB, expected="")
    steps = (
        PutOnPodium(id="P", conference=CALL, endpoint=KB),
        MuteSite(id="M", endpoint=KB, muted=False),
    )
    tell(10, f.CommandSubmitted(take, steps=("P", "M")), "operator", "T")
    for step in steps:
        tell(10, f.CommandSubmitted(step, parent="T"), "operator", step.id)
    tell(11, f.CommandConfirmed("P"), "console", "P")
    tell(18, f.CommandLost("M", Problem.of("command.timeout", seconds=8.0)), "console", "M")
    tell(18, f.CommandLost("T", Problem.of("command.partly", failed=1, steps=2)), "console", "T")
    for number, site_id in enumerate((KB, EA_KAR)):
        wish = MuteSite(id=f"N{number}", endpoint=site_id, muted=True)
        tell(30, f.CommandSubmitted(wish), "operator", wish.id)
    tell(31, f.CommandRefused("N0", Problem.of("command.no_device")), "console", "N0")
    tell(31, f.CommandConfirmed("N1"), "console", "N1")
    wishes = figures(tell).wishes
    assert (wishes.total, wishes.confirmed, wishes.refused, wishes.unknown) == (3, 1, 1, 1)
    assert [(w.command.id, w.refused) for w in wishes.failures] == [("M", False), ("N0", True)]
    assert wishes.failures[0].problem.code == "command.timeout"


def test_a_step_that_was_tried_again_makes_the_whole_confirmed(tell: Teller) -> None:
    take = TakeToPodium(id="T", endpoint=KB, expected="")
    first, again = (MuteSite(id=i, endpoint=KB, muted=False) for i in ("M", "M2"))
    tell(10, f.CommandSubmitted(take, steps=("M",)), "operator", "T")
    tell(10, f.CommandSubmitted(first, parent="T"), "operator", "M")
    tell(18, f.CommandLost("M", Problem.of("command.timeout", seconds=8.0)), "console", "M")
    tell(18, f.CommandLost("T", Problem.of("command.partly", failed=1, steps=1)), "console", "T")
    tell(20, f.CommandSubmitted(again, parent="T", replaces="M"), "operator", "M2")
    tell(21, f.CommandConfirmed("M2"), "console", "M2")
    tell(21, f.CommandConfirmed("T"), "console", "T")
    wishes = figures(tell).wishes
    assert (wishes.total, wishes.confirmed, wishes.unknown) == (1, 1, 0)
    assert [w.command.id for w in wishes.failures] == ["M"]


def test_alarms_with_their_acknowledgements(tell: Teller) -> None:
    lost = Alarm("site:653", "site_lost", Priority.LOW, (KB,))
    tell(100, f.AlarmRaised(lost), "console")
    tell(105, f.AlarmRaised(replace(lost, sites=(KB, EA_KAR), priority=Priority.HIGH)), "console")
    tell(125, f.AlarmAcknowledged("site:653"), "operator", "a")
    tell(160, f.AlarmCleared("site:653"), "console")
    tell(300, f.AlarmRaised(lost), "console")
    first, second = figures(tell).alarms
    assert first.acknowledged_s == 25
    assert first.acknowledged_by == "operator"
    assert first.cleared_us - first.raised_us == 60 * S
    assert (first.alarm.priority, first.alarm.sites) == (Priority.HIGH, (KB, EA_KAR))
    assert (second.cleared_us, second.acknowledged_s) == (0, None)


def test_deviations_notes_and_who_never_spoke(tell: Teller) -> None:
    tell(5, f.ScriptLoaded((ScriptLine("Mở"), ScriptLine("a", KB), ScriptLine("b", EA_KAR))))
    tell(50, podium(KB))
    tell(60, f.ScriptDeviated(1, EA_KAR, EA_TIH), "operator", "c")
    tell(70, f.NoteWritten("micro 2 hết pin", KB), "operator", "c")
    ev = figures(tell)
    assert [(d.expected, d.actual) for d in ev.deviations] == [(EA_KAR, EA_TIH)]
    assert [(n.text, n.endpoint, n.author) for n in ev.notes] == [
        ("micro 2 hết pin", KB, "operator")
    ]
    assert [line.endpoint for line in ev.unheard] == [EA_KAR]


def test_drills_with_their_steps(tell: Teller) -> None:
    assert figures(tell).drills == ()
    tell(300, f.DrillScored("d", DRILLED, 7, SCORES), "operator", "c")
    (drill,) = figures(tell).drills
    assert (drill.title, drill.began_us, drill.scores) == (DRILLED, 7, SCORES)


def test_taken_up_after_a_kill(tell: Teller) -> None:
    """What nobody saw is no open microphone; who is gone afterwards was lost in between."""
    wish = MuteSite(id="M", endpoint=KB, muted=True)
    tell(100, leg(EA_KAR, muted=False))
    tell(110, f.CommandSubmitted(wish), "operator", "M")
    tell(170, f.RosterLoaded("r", ROSTER), "console")
    tell(171, f.CommandLost("M", Problem.of("command.interrupted")), "console", "M")
    tell(172, f.RosterLoaded("r2", ROSTER), "console")
    tell(173, leg(EA_KAR, muted=False))
    tell(173, f.RosterSeen(CALL, frozenset({CHAIR, EA_KAR, EA_TIH})))
    tell(180, leg(EA_KAR))
    tell(300, f.SessionClosed("S1"), "operator", "c")
    ev = figures(tell)
    assert [(g.from_us - START_US, g.to_us - START_US) for g in ev.gaps] == [(110 * S, 172 * S)]
    assert ev.wishes.failures[0].problem.code == "command.interrupted"
    assert [span.seconds for span in site(ev, EA_KAR).mics] == [80 - 61]
    assert site(ev, EA_KAR).present_s == 300
    left = site(ev, KB).left
    assert left is not None
    assert left.from_us == START_US + 173 * S


def test_a_roster_that_somebody_loads_is_no_restart(tell: Teller) -> None:
    tell(100, f.RosterLoaded("r2", ROSTER), "operator", "c-load")
    assert figures(tell).gaps == ()


def test_a_clock_put_back_between_two_runs_lengthens_nothing(tell: Teller) -> None:
    tell(100, f.LegEnded(CALL, KB))
    tell(-3500, f.RosterLoaded("r2", ROSTER), "console")
    tell(-3490, leg(KB))
    tell(-3400, f.SessionClosed("S1"), "operator", "c")
    ev = figures(tell)
    assert ev.clock_steps == ((START_US + 100 * S, -3600.0),)
    assert ev.seconds == 200
    assert [span.seconds for span in site(ev, KB).drops] == [10]


def test_events_out_of_order_by_moments_are_no_step(tell: Teller) -> None:
    tell(100, f.LegEnded(CALL, KB))
    tell(99.5, leg(EA_KAR, muted=False))
    tell(110, leg(KB))
    ev = figures(tell)
    assert ev.clock_steps == ()
    assert site(ev, KB).dropped_s == 10


def test_a_session_that_was_never_closed_ends_with_the_last_that_is_known(tell: Teller) -> None:
    tell(77, leg(KB, muted=False))
    tell(80, leg(KB))
    ev = figures(tell)
    assert (ev.closed, ev.seconds) == (False, 80)
    tell(5000, f.SessionOpened("S2", "Khác", "session", CHAIR, CALL), "operator", "c")
    assert figures(tell) == ev


def test_the_session_asked_for(tell: Teller) -> None:
    tell(80, f.SessionClosed("S1"), "operator", "c")
    tell(500, f.SessionOpened("S2", "Khác", "session", CHAIR, CALL), "operator", "c")
    tell(560, f.SessionClosed("S2"), "operator", "c")
    second = evaluation(tell.events, session="S2")
    assert second is not None
    assert (second.title, second.seconds) == ("Khác", 60)
    assert site(second, KB).present_s == 60


def test_guests_and_sites_that_never_came(tell: Teller) -> None:
    tell.events[:] = [e for e in tell.events if e.fact != leg(EA_TIH)]
    tell(50, f.RosterSeen(CALL, frozenset({CHAIR, KB, EA_KAR})))
    tell(60, leg("?sip:khach@x"))
    ev = figures(tell)
    assert [s.guest for s in ev.sites] == [False, False, False, False, True]
    assert len(ev.expected) == 4
    assert len(ev.joined) == 3
    assert site(ev, EA_TIH).present == ()
    assert site(ev, EA_TIH).left is None


def test_minutes_are_put_together_by_their_weight(tell: Teller) -> None:
    none = Figure(0, None, None)
    kb = site(
        figures(
            tell,
            Minute(KB, START_US, figure(0.5, 10), figure(8, 10, 21), none, figure(1000, 10), none),
            Minute(KB, START_US + MINUTE, figure(6.5, 30), figure(4, 30, 9), none, none, none),
        ),
        KB,
    ).media
    assert kb.minutes == 2
    assert (kb.loss_mean, kb.loss_worst) == (5.0, 6.5)
    assert (kb.minutes_warn, kb.minutes_bad) == (1, 1)
    assert (kb.jitter_mean, kb.jitter_max) == (5.0, 21)
    assert (kb.rtt_mean, kb.rx_mean, kb.tx_mean) == (None, 1000, None)


def test_a_site_without_minutes_has_no_figures(tell: Teller) -> None:
    media = site(figures(tell), KB).media
    assert (media.minutes, media.loss_mean, media.minutes_bad) == (0, None, 0)


def test_the_whole_province() -> None:
    told = session()
    ev = evaluation(told.events, told.minutes)
    assert ev is not None
    assert (len(ev.sites), len(ev.joined)) == (200, 198)
    assert (ev.times.proven, ev.times.unproven, ev.times.over_target) == (8, 1, 1)
    assert (ev.wishes.total, ev.wishes.refused, ev.wishes.unknown) == (12, 1, 1)
    assert sum(len(s.drops) for s in ev.sites) == 20
    assert sum(len(s.mics) for s in ev.sites) == 4
    assert ev.seconds == 3 * 3600 + 42 * 60 + 10


def test_figures_are_plain_json(tell: Teller) -> None:
    tell(10, f.CommandSubmitted(MuteSite(id="M", endpoint=KB, muted=True)), "operator", "M")
    tell(11, f.CommandRefused("M", Problem.of("command.no_device")), "console", "M")
    told = json.loads(json.dumps(plain(figures(tell))))
    assert told["wishes"]["failures"][0]["command"]["kind"] == "MuteSite"
    assert told["sites"][0]["endpoint"]["line"] == "unknown"
