"""TAKE: a site goes on the podium (R80, R83, R84, R88)."""

from __future__ import annotations

from dataclasses import fields

import pytest

from console.domain import facts as f
from console.domain.capability import Capability
from console.domain.commands.base import Command
from console.domain.commands.composite import Batch
from console.domain.commands.mcu import MuteSite, PutOnPodium, SetScreenLayout
from console.domain.commands.own import MoveScript, StageNext
from console.domain.commands.room import RecallPreset
from console.domain.commands.take import TakeToPodium
from console.domain.device import LinkHealth
from console.domain.layout import Layout
from console.domain.problem import Problem
from tests.domain.meeting import CALL, CHAIR, FAR, LOST, MCU, NEXT, OTHER, SPEAKER, Meeting


@pytest.fixture
def it() -> Meeting:
    return Meeting()


def take(site: str = NEXT, expected: str = SPEAKER, **more: object) -> TakeToPodium:
    return TakeToPodium(endpoint=site, expected=expected, **more)  # type: ignore[arg-type]


def steps(it: Meeting, command: Command) -> list[tuple[type, dict[str, object]]]:
    """The steps, without what differs each time."""
    told: list[tuple[type, dict[str, object]]] = []
    for step in command.steps(it.state):
        values = {one.name: getattr(step, one.name) for one in fields(step)}
        del values["id"], values["actor"]
        told.append((type(step), values))
    return told


def code(problem: Problem | None) -> str:
    return problem.code if problem else ""


# -- whether it makes sense ------------------------------------------------------------------------


def test_a_take_that_makes_sense(it: Meeting):
    assert take().guard(it.state) is None
    assert it.state.can(take())


def test_the_second_press_does_nothing(it: Meeting):
    it.submit(take())
    assert code(take().guard(it.state)) == "take.already"
    it.tell(it.conference(podium=NEXT))
    assert code(take().guard(it.state)) == "take.already"


def test_after_a_failure_it_may_be_pressed_again(it: Meeting):
    first = take()
    it.submit(first)
    it.tell(f.CommandRefused(first.id, Problem.of("cms.refused")))
    assert take().guard(it.state) is None


def test_a_podium_that_changed_meanwhile_is_not_swept_away(it: Meeting):
    assert code(take(expected="").guard(it.state)) == "take.podium_changed"
    it.tell(it.conference(podium=FAR))
    why = take().guard(it.state)
    assert why == Problem.of("take.podium_changed", site="Huyện Xa")


@pytest.mark.parametrize("site", [LOST, "nobody"])
def test_nobody_goes_on_the_podium_who_is_not_there(it: Meeting, site: str):
    assert code(take(site).guard(it.state)) == "take.not_connected"


# -- what it consists of ---------------------------------------------------------------------------


def test_the_steps(it: Meeting):
    assert steps(it, take(preset=2)) == [
        (PutOnPodium, {"conference": CALL, "endpoint": NEXT}),
        (MuteSite, {"endpoint": NEXT, "muted": False}),
        (MuteSite, {"endpoint": SPEAKER, "muted": True}),
        (SetScreenLayout, {"endpoint": CHAIR, "layout": Layout.SINGLE}),
        (RecallPreset, {"endpoint": NEXT, "number": 2}),
    ]


def test_the_site_before_gives_up_the_podium_on_its_own_mcu(it: Meeting):
    """The site stands on the second MCU; the first must show it and not its own."""
    told = steps(it, take(FAR))
    assert told[:3] == [
        (PutOnPodium, {"conference": OTHER, "endpoint": FAR}),
        (PutOnPodium, {"conference": CALL, "endpoint": ""}),
        (MuteSite, {"endpoint": FAR, "muted": False}),
    ]
    routes = [step.route(it.state) for step in take(FAR).steps(it.state)]
    assert routes == ["m2", "m1", "m2", "m1", "m1"]


def test_the_chair_is_never_muted_and_keeps_its_screen_when_it_speaks(it: Meeting):
    it.tell(it.conference(podium=CHAIR))
    assert (MuteSite, {"endpoint": CHAIR, "muted": True}) not in steps(it, take(expected=CHAIR))
    it.tell(it.conference(podium=SPEAKER))
    own = [kind for kind, _ in steps(it, take(CHAIR))]
    assert SetScreenLayout not in own


def test_who_has_left_is_not_muted(it: Meeting):
    it.tell(f.LegEnded(CALL, SPEAKER), it.conference(podium=""))
    told = steps(it, take(expected=""))
    assert [values["endpoint"] for kind, values in told if kind is MuteSite] == [NEXT]


def test_who_is_still_on_the_way_to_the_podium_is_replaced_like_who_is_there(it: Meeting):
    """The chair changes his mind before the first MCU has said that it did anything."""
    it.tell(it.conference(podium=""))
    first = take(expected="")
    it.submit(first)
    for step in first.steps(it.state):
        it.submit(step)
    told = steps(it, take(FAR, expected=""))
    assert (PutOnPodium, {"conference": CALL, "endpoint": ""}) in told
    assert (MuteSite, {"endpoint": NEXT, "muted": True}) in told
    assert (MuteSite, {"endpoint": FAR, "muted": False}) in told


@pytest.mark.parametrize(
    ("lacks", "left_out"),
    [
        (Capability.SCREEN_LAYOUT, SetScreenLayout),
        (Capability.MUTE_ONE, MuteSite),
    ],
)
def test_what_the_mcu_is_not_able_to_do_is_left_out(it: Meeting, lacks: Capability, left_out: type):
    it.able("m1", MCU & ~lacks)
    kinds = [kind for kind, _ in steps(it, take(preset=2))]
    assert left_out not in kinds
    assert kinds[0] is PutOnPodium
    assert it.state.can(take())


def test_without_a_podium_there_is_no_take(it: Meeting):
    it.able("m1", MCU & ~Capability.PODIUM)
    assert code(it.state.why_not(take())) == "command.not_supported"


def test_a_room_without_a_camera_and_a_site_without_a_room(it: Meeting):
    it.able("room-651", Capability.STANDBY)
    assert RecallPreset not in [kind for kind, _ in steps(it, take(preset=2))]
    assert RecallPreset not in [kind for kind, _ in steps(it, take(FAR, preset=2))]


def test_a_camera_that_is_only_away_is_a_step_that_will_be_named(it: Meeting):
    it.tell(f.LinkChanged("room-651", LinkHealth.DOWN))
    assert RecallPreset in [kind for kind, _ in steps(it, take(preset=2))]


def test_the_chairs_screen_may_be_left_alone(it: Meeting):
    assert SetScreenLayout not in [kind for kind, _ in steps(it, take(screen=None))]


def test_no_leg_no_steps(it: Meeting):
    assert take("nobody").steps(it.state) == ()


# -- what becomes so at once -----------------------------------------------------------------------


def test_the_staged_site_is_staged_no_more_and_the_script_moves_on(it: Meeting):
    assert take().facts(it.state) == (f.ScriptMoved(2), f.NextStaged(""))


def test_another_site_leaves_the_staging_alone_and_is_a_deviation(it: Meeting):
    assert take(FAR).facts(it.state) == (f.ScriptMoved(3), f.ScriptDeviated(1, NEXT, FAR))


def test_a_site_that_the_script_does_not_have(it: Meeting):
    assert take(CHAIR).facts(it.state) == (f.ScriptDeviated(1, NEXT, CHAIR),)


def test_a_site_that_speaks_twice_is_found_where_the_script_stands(it: Meeting):
    lines = it.state.session.script
    it.tell(f.ScriptLoaded((*lines, lines[2])), f.ScriptMoved(3))
    assert take().facts(it.state)[0] == f.ScriptMoved(4)


def test_at_the_end_of_the_script_nothing_is_due_but_the_last(it: Meeting):
    it.tell(f.ScriptMoved(3))
    assert f.ScriptDeviated(3, FAR, CHAIR) in take(CHAIR).facts(it.state)


def test_without_a_script_there_is_nothing_to_deviate_from(it: Meeting):
    it.tell(f.ScriptLoaded(()), f.NextStaged(""))
    assert take().facts(it.state) == ()


# -- taking it back --------------------------------------------------------------------------------


def test_undo_gives_back_podium_sound_screen_camera_staging_and_line(it: Meeting):
    undo = take(preset=2).inverse(it.state)
    assert isinstance(undo, Batch)
    kinds = {type(step) for step in undo.of}
    assert kinds == {PutOnPodium, MuteSite, SetScreenLayout, RecallPreset, StageNext, MoveScript}


def test_done_is_picture_and_sound(it: Meeting):
    it.tell(it.conference(podium=NEXT))
    assert not take().satisfied(it.state)
    it.tell(it.leg(NEXT, mic_muted=False))
    assert take().satisfied(it.state)
