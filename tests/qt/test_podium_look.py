"""The podium panel's look: TAKE step by step, the connection time, the lost podium."""

from __future__ import annotations

from dataclasses import replace

from console.domain import facts as f
from console.domain.commands.mcu import SetScreenLayout
from console.domain.commands.take import TakeToPodium
from console.domain.presence import Presence
from console.domain.problem import Problem
from console.qt.looks.podium import Stand, StepTone, lost_podium, next_look, podium_look
from console.qt.looks.script import Place, pointer, script_look
from tests.qt.scene import CALL, NEXT, PODIUM, Scene, empty_scene, scene


def look(it: Scene):
    return podium_look(it.state, it.clock.at_us)


def tones(it: Scene) -> dict[str, StepTone]:
    return {step.text: step.tone for step in look(it).steps}


def take(it: Scene) -> None:
    it.dispatcher.submit(TakeToPodium(endpoint=NEXT, expected=it.state.podium, preset=2))
    it.settle()


def test_an_empty_podium_says_so() -> None:
    assert look(empty_scene()).stand is Stand.VACANT
    assert next_look(empty_scene().state, 1).site == ""


def test_who_is_on_for_how_long_and_in_what_time() -> None:
    on = look(scene())
    assert (on.stand, on.name) == (Stand.ON, "Krông Bông")
    assert on.spoken_s == 192
    assert on.planned_s == 600
    assert on.connection == "kết nối 2,4 s"
    assert not on.running
    assert set(tones(scene()).values()) == {StepTone.DONE}


def test_a_take_under_way_shows_each_step_as_the_mcu_confirms_it() -> None:
    it = scene()
    it.mcu.waits = True
    take(it)
    assert look(it).stand is Stand.TAKING
    assert look(it).name == "Ea Kar"
    assert tones(it)["hình lên bục"] is StepTone.PENDING
    assert tones(it)["camera 2"] is StepTone.DONE, "the room does not wait"
    for command in list(it.mcu.asked[-4:]):
        it.mcu.obey(command)
    it.settle()
    assert look(it).stand is Stand.ON
    assert set(tones(it).values()) == {StepTone.DONE}


def test_who_mutes_itself_on_the_podium_is_seen_at_once() -> None:
    it = scene()
    take(it)
    assert (look(it).unheard, look(it).failed) == ("", ())
    leg = it.state.legs[NEXT]
    it.tell(f.LegSeen(replace(leg, mic_muted=True)))
    it.settle()
    assert look(it).unheard == "mic đang tắt"
    assert [(step.text, step.tone) for step in look(it).failed] == [("mic mở", StepTone.UNDONE)]
    it.dispatcher.retry(look(it).failed[0].command)
    it.settle()
    assert (look(it).unheard, look(it).failed) == ("", ())
    assert it.state.legs[NEXT].mic_muted is False


def test_a_take_that_was_taken_back_has_failed_in_nothing() -> None:
    it = scene()
    take(it)
    it.dispatcher.undo()
    it.settle()
    assert it.state.legs[NEXT].mic_muted
    assert (look(it).name, look(it).attempt, look(it).failed) == ("Krông Bông", "", ())


def test_nor_is_it_said_not_to_have_come_about_where_a_step_was_refused() -> None:
    it = scene()
    it.mcu.refuses = {SetScreenLayout: Problem.of("cms.refused", device="MCU", word="busy")}
    take(it)
    it.mcu.refuses = {}
    it.dispatcher.undo()
    it.settle()
    assert (look(it).name, look(it).attempt, look(it).failed) == ("Krông Bông", "", ())


def test_a_room_that_has_its_own_microphone_off_on_the_podium_is_said() -> None:
    it = scene()
    room = it.state.rooms[PODIUM]
    it.tell(f.RoomSeen(PODIUM, room.device, mic_muted=True))
    it.settle()
    assert look(it).unheard == "mic phòng đang tắt"


def test_a_failed_step_is_named_the_others_stand_and_it_is_retried_alone() -> None:
    it = scene()
    it.mcu.refuses = {SetScreenLayout: Problem.of("cms.refused", device="MCU", word="busy")}
    take(it)
    assert look(it).stand is Stand.ON
    assert tones(it)["màn chủ tọa"] is StepTone.REFUSED
    assert tones(it)["mic mở"] is StepTone.DONE
    failed = next(s for s in look(it).steps if s.tone is StepTone.REFUSED)
    assert "MCU từ chối" in failed.why
    it.mcu.refuses = {}
    asked = len(it.mcu.asked)
    assert it.dispatcher.retry(failed.command).accepted
    it.settle()
    assert [type(c) for c in it.mcu.asked[asked:]] == [SetScreenLayout]
    assert set(tones(it).values()) == {StepTone.DONE}


def test_a_take_that_nobody_confirms_is_unknown_and_can_be_retried() -> None:
    it = scene()
    it.mcu.waits = True
    take(it)
    it.clock.at_us += 21_000_000
    it.settle()
    shown = look(it)
    assert (shown.stand, shown.name, shown.attempt) == (Stand.ON, "Krông Bông", "Ea Kar")
    assert {step.tone for step in shown.failed} == {StepTone.UNKNOWN}
    assert "hình lên bục" in [step.text for step in shown.failed]
    it.mcu.waits = False
    for step in shown.failed:
        it.dispatcher.retry(step.command)
        it.settle()
    assert (look(it).stand, look(it).name, look(it).attempt) == (Stand.ON, "Ea Kar", "")
    assert look(it).failed == ()


def test_the_stopwatch_runs_from_the_chairs_call() -> None:
    it = scene()
    it.tell(f.ChairCalled(NEXT))
    it.settle()
    it.clock.at_us += 4_000_000
    assert look(it).connection == "chủ tọa gọi · 00:04"
    assert look(it).running
    it.mcu.waits = True
    take(it)
    assert look(it).connection == "đang nối · 00:04"
    for command in list(it.mcu.asked[-4:]):
        it.mcu.obey(command)
    it.settle()
    assert look(it).connection == "chờ hai chiều · 00:04"
    it.clock.at_us += 1_500_000
    it.tell(f.TwoWayProven(NEXT, "speech"))
    it.settle()
    assert look(it).connection == "kết nối 5,5 s"


def test_a_call_is_the_same_call_when_another_site_is_taken() -> None:
    it = scene()
    it.tell(f.ChairCalled("656"))
    it.settle()
    it.clock.at_us += 2_000_000
    take(it)
    call = it.state.session.calls[-1]
    assert (call.endpoint, it.clock.at_us - call.called_us) == (NEXT, 2_000_000)


def test_the_podium_that_drops_is_lost_at_once_and_back_when_it_returns() -> None:
    it = scene()
    it.tell(f.LegEnded(CALL, PODIUM, "networkFailure"))
    it.settle()
    it.clock.at_us += 1_000_000
    lost = look(it)
    assert (lost.stand, lost.site, lost.note) == (Stand.LOST, PODIUM, "mất 00:01")
    assert lost_podium(it.state) == PODIUM
    it.tell(it.leg(PODIUM, presence=Presence.DIALLING))
    it.settle()
    assert look(it).note == "gọi lại · 00:00"
    it.tell(it.leg(PODIUM, presence=Presence.CONNECTED))
    it.settle()
    assert look(it).stand is not Stand.LOST


def test_old_news_is_called_old() -> None:
    it = scene()
    assert look(it).stale_s == 0
    it.clock.at_us += 3_000_000
    assert look(it).stale_s == 3


def test_the_next_says_what_is_missing() -> None:
    it = scene()
    assert next_look(it.state, it.clock.at_us).readiness.text == "sẵn sàng"
    it.tell(it.leg(NEXT, video_muted=True))
    it.settle()
    there = next_look(it.state, it.clock.at_us)
    assert (there.readiness.text, there.alarmed) == ("đang tắt hình", True)
    it.tell(f.LegEnded(CALL, NEXT))
    it.settle()
    it.clock.at_us += 1_000_000
    assert "mất kết nối" in next_look(it.state, it.clock.at_us).readiness.text


def test_the_script_marks_where_everyone_stands() -> None:
    it = scene()
    rows = script_look(it.state, it.clock.at_us)
    places = [row.place for row in rows]
    assert places[:4] == [Place.DONE, Place.DONE, Place.PODIUM, Place.NEXT]
    assert set(places[4:]) == {Place.AHEAD}
    assert rows[5].alarm == 2
    assert rows[3].detail == "phát biểu · 10 phút"
    assert pointer(it.state.session) == 3


def test_a_scripted_site_that_is_absent_is_marked() -> None:
    it = scene()
    it.tell(f.LegEnded(CALL, "656"))
    it.settle()
    assert script_look(it.state, it.clock.at_us)[4].absent
