"""Every wish: where it goes, when it has come true, what takes it back."""

from __future__ import annotations

from dataclasses import replace

import pytest

from console.domain import facts as f
from console.domain.capability import Capability
from console.domain.commands.base import Command
from console.domain.commands.composite import Batch
from console.domain.commands.mcu import (
    DialSite,
    HangUpAll,
    HangUpSite,
    HideVideo,
    LockConference,
    MuteAllBut,
    MuteSite,
    PutOnPodium,
    RecordConference,
    SetConferenceLayout,
    SetScreenLayout,
    ShowBanner,
)
from console.domain.commands.own import (
    AcknowledgeAlarms,
    CloseSession,
    ConfirmTwoWay,
    ForgetDevice,
    LoadRoster,
    LoadScript,
    MoveScript,
    NameDevice,
    NoteChairCall,
    OpenSession,
    RecordCheck,
    RecordDrill,
    ShelveAlarm,
    StageNext,
    TrustCertificate,
    WriteNote,
)
from console.domain.commands.room import (
    HomeCamera,
    MoveCamera,
    MuteRoom,
    RecallPreset,
    SetStandby,
    StorePreset,
)
from console.domain.commands.take import TakeToPodium
from console.domain.device import DeviceSpec
from console.domain.layout import Layout
from console.domain.observed import HOME
from console.domain.presence import Presence
from console.domain.problem import Problem
from console.domain.session import ScriptLine
from console.domain.state import State
from tests.domain.meeting import (
    CALL,
    CHAIR,
    FAR,
    LOST,
    NEXT,
    OTHER,
    ROOM,
    ROSTER,
    SCRIPT,
    SPEAKER,
    Meeting,
)
from tests.domain.obedience import obey
from tests.domain.worlds import DRILLED, SCORES, records

REVERSIBLE: list[Command] = [
    MuteSite(endpoint=NEXT, muted=False),
    MuteSite(endpoint=SPEAKER, muted=True),
    HideVideo(endpoint=NEXT, hidden=True),
    MuteAllBut(conference=CALL, keep=(CHAIR,)),
    PutOnPodium(conference=CALL, endpoint=NEXT),
    PutOnPodium(conference=CALL, endpoint=""),
    SetConferenceLayout(conference=CALL, layout=Layout.EQUAL_3X3),
    SetScreenLayout(endpoint=CHAIR, layout=Layout.SINGLE),
    LockConference(conference=CALL, locked=True),
    RecordConference(conference=CALL, on=True),
    ShowBanner(conference=CALL, text="Mời Ea Kar bật mic"),
    RecallPreset(endpoint=NEXT, number=2),
    MuteRoom(endpoint=NEXT, muted=False),
    HomeCamera(endpoint=NEXT),
    SetStandby(endpoint=NEXT, on=True),
    StageNext(endpoint=FAR),
    StageNext(endpoint=""),
    MoveScript(line=2),
    MoveScript(line=-1),
    LoadScript(lines=SCRIPT[:2]),
    RecordCheck(endpoint=NEXT, result="failed"),
    TakeToPodium(endpoint=NEXT, expected=SPEAKER, preset=2),
    TakeToPodium(endpoint=FAR, expected=SPEAKER),
    Batch(of=(MuteSite(endpoint=NEXT, muted=False), StageNext(endpoint=""))),
    Batch(of=(MuteAllBut(conference=CALL, keep=()), MuteAllBut(conference=OTHER, keep=()))),
]
FINAL: list[Command] = [
    DialSite(conference=CALL, endpoint=LOST, address="sip:650@x"),
    HangUpSite(endpoint=NEXT),
    HangUpAll(conference=CALL),
    StorePreset(endpoint=NEXT, number=3, name="Bên trái"),
    MoveCamera(endpoint=NEXT, pan=1),
]
OWN: list[Command] = [
    NoteChairCall(endpoint=NEXT),
    ConfirmTwoWay(),
    WriteNote(text="mất điện"),
    RecordDrill(drill="d", title=DRILLED, began_us=5, scores=SCORES),
    AcknowledgeAlarms(alarms=("a",)),
    ShelveAlarm(alarm="a", until_us=5),
    OpenSession(session="S2", title="", phase="", chair="", conference=""),
    CloseSession(),
    LoadRoster(name="r2", endpoints=ROSTER[:2]),
    NameDevice(spec=DeviceSpec("mcu-9", "cms", "MCU 9", "https://9")),
    ForgetDevice(device="cms"),
    TrustCertificate(device="cms", address="h:443", fingerprint="ab"),
]


@pytest.fixture
def it() -> Meeting:
    return Meeting()


def names(commands: list[Command]) -> list[str]:
    return [type(command).__name__ for command in commands]


@pytest.mark.parametrize("command", REVERSIBLE, ids=names(REVERSIBLE))
def test_undo_brings_back_exactly_what_was(it: Meeting, command: Command):
    before = records(it.state)
    undo = command.inverse(it.state)
    assert undo is not None
    assert not command.satisfied(it.state)
    obey(it, command)
    assert command.satisfied(it.state)
    assert records(it.state) != before
    obey(it, undo)
    after = records(it.state)
    assert _without_times(after) == _without_times(before)


def _without_times(told: dict[tuple[str, str], object]) -> str:
    """Records as text, but for when things became so, and who is thought to be the podium's."""
    kept = dict(told)
    session, _ = kept.pop(("session", ""))  # type: ignore[misc]
    return repr((sorted(kept.items()), session))


@pytest.mark.parametrize(
    "command",
    [c for c in REVERSIBLE if not isinstance(c, (TakeToPodium, Batch, LoadScript))],
    ids=lambda c: type(c).__name__,
)
def test_what_is_so_already_has_nothing_to_take_back(it: Meeting, command: Command):
    obey(it, command)
    assert command.satisfied(it.state)
    assert command.inverse(it.state) is None


@pytest.mark.parametrize("command", FINAL, ids=names(FINAL))
def test_what_can_not_be_taken_back(it: Meeting, command: Command):
    assert not command.satisfied(it.state)
    assert command.inverse(it.state) is None
    it.submit(command)
    obey(it, command)
    assert command.satisfied(it.state)


def test_only_what_needs_two_hands_is_held():
    held = [c for c in (*REVERSIBLE, *FINAL, *OWN) if c.hold]
    assert {type(c) for c in held} == {HangUpSite, HangUpAll, StorePreset}


# -- where it goes -------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("command", "device"),
    [
        (MuteSite(endpoint=NEXT, muted=True), "m1"),
        (MuteSite(endpoint=FAR, muted=True), "m2"),
        (MuteSite(endpoint="nobody", muted=True), ""),
        (LockConference(conference=OTHER, locked=True), "m2"),
        (LockConference(conference="none", locked=True), ""),
        (RecordConference(conference=OTHER, on=True), "m2"),
        (RecallPreset(endpoint=NEXT, number=1), "room-651"),
        (RecallPreset(endpoint=FAR, number=1), ""),
        (RecallPreset(endpoint="nobody", number=1), ""),
        (TakeToPodium(endpoint=FAR, expected=""), "m2"),
        (TakeToPodium(endpoint="nobody", expected=""), ""),
        *((command, "") for command in OWN),
    ],
    ids=lambda value: type(value).__name__ if isinstance(value, Command) else value,
)
def test_a_wish_goes_to_the_device_that_carries_it(it: Meeting, command: Command, device: str):
    assert command.route(it.state) == device
    if device:
        assert command.needs is not Capability.NONE
        assert it.state.can(command)


def test_why_a_device_can_not(it: Meeting):
    recall = RecallPreset(endpoint=NEXT, number=1)
    it.able("room-651", Capability.STANDBY)
    why = it.state.why_not(recall)
    assert why is not None
    assert (why.code, dict(why.params)["device"]) == ("command.not_supported", "ROOM-651")
    reason = Problem.of("room.no_camera")
    refusals = ((Capability.PRESET_RECALL | Capability.PRESET_STORE, reason),)
    it.tell(f.DeviceProbed("room-651", Capability.STANDBY, refusals))
    assert it.state.why_not(recall) == reason
    nowhere = it.state.why_not(RecallPreset(endpoint=FAR, number=1))
    assert nowhere is not None
    assert nowhere.code == "command.no_device"
    assert it.state.why_not(WriteNote(text="")) is None


def test_an_empty_state_answers_every_question():
    for command in (*REVERSIBLE, *FINAL, *OWN):
        state = State()
        assert command.route(state) == ""
        command.satisfied(state)
        command.inverse(state)
        command.guard(state)
        command.facts(state)
        command.steps(state)
        command.sites()


# -- what is not known is not taken for its opposite -----------------------------------------------


@pytest.mark.parametrize(
    ("unknown", "command"),
    [
        ("mic_muted", MuteSite(endpoint=NEXT, muted=True)),
        ("video_muted", HideVideo(endpoint=NEXT, hidden=True)),
        ("layout", SetScreenLayout(endpoint=NEXT, layout=Layout.STACKED)),
    ],
)
def test_an_unknown_switch_of_a_leg(it: Meeting, unknown: str, command: Command):
    it.tell(it.leg(NEXT, **{unknown: None}))
    assert not command.satisfied(it.state)
    assert command.inverse(it.state) is None


@pytest.mark.parametrize(
    ("unknown", "command"),
    [
        ("locked", LockConference(conference=CALL, locked=True)),
        ("layout", SetConferenceLayout(conference=CALL, layout=Layout.SINGLE)),
        ("recording", RecordConference(conference=CALL, on=True)),
        ("banner", ShowBanner(conference=CALL, text="x")),
        ("podium", PutOnPodium(conference=CALL, endpoint=NEXT)),
    ],
)
def test_an_unknown_switch_of_a_conference(it: Meeting, unknown: str, command: Command):
    it.tell(it.conference(CALL, **{unknown: None}))
    assert not command.satisfied(it.state)
    assert command.inverse(it.state) is None


@pytest.mark.parametrize(
    "command", [MuteRoom(endpoint=NEXT, muted=True), SetStandby(endpoint=NEXT, on=True)]
)
def test_an_unknown_switch_of_a_room(it: Meeting, command: Command):
    it.tell(f.RoomSeen(NEXT, "room-651"))
    assert not command.satisfied(it.state)
    assert command.inverse(it.state) is None


def test_mute_all_opens_again_only_who_was_open(it: Meeting):
    it.tell(it.leg(NEXT, mic_muted=None))
    everyone = MuteAllBut(conference=CALL, keep=(CHAIR,))
    assert set(everyone.open_sites(it.state)) == {SPEAKER, NEXT}
    undo = everyone.inverse(it.state)
    assert isinstance(undo, Batch)
    assert [step.sites() for step in undo.of] == [(SPEAKER,)]


def test_a_camera_has_arrived_when_it_stands_still_there(it: Meeting):
    recall = RecallPreset(endpoint=NEXT, number=2)
    it.tell(f.CameraSeen(NEXT, "room-651", True, 2))
    assert not recall.satisfied(it.state)
    it.tell(f.CameraSeen(NEXT, "room-651", None, 2))
    assert not recall.satisfied(it.state)
    it.tell(f.CameraSeen(NEXT, "room-651", False, 2))
    assert recall.satisfied(it.state)
    assert MoveCamera(endpoint=NEXT).satisfied(it.state)


def test_a_camera_goes_back_to_where_it_stood(it: Meeting):
    home, second = HomeCamera(endpoint=NEXT), RecallPreset(endpoint=NEXT, number=2)
    it.tell(f.CameraSeen(NEXT, "room-651", False, 2))
    back = home.inverse(it.state)
    assert isinstance(back, RecallPreset)
    assert back.number == 2
    it.tell(f.CameraSeen(NEXT, "room-651", False, HOME))
    assert home.satisfied(it.state)
    assert home.inverse(it.state) is None
    assert isinstance(second.inverse(it.state), HomeCamera)


def test_everyone_is_hung_up_when_nobody_is_on_the_way_either(it: Meeting):
    everyone = HangUpAll(conference=CALL)
    for site in (CHAIR, SPEAKER, NEXT):
        it.tell(f.LegEnded(CALL, site))
    it.tell(it.leg(LOST, presence=Presence.RINGING))
    assert not everyone.satisfied(it.state)
    it.tell(f.LegEnded(CALL, LOST))
    assert everyone.satisfied(it.state)


# -- the console's own -----------------------------------------------------------------------------


@pytest.mark.parametrize("line", [-2, len(SCRIPT)])
def test_no_line_outside_the_script(it: Meeting, line: int):
    move = MoveScript(line=line)
    assert move.guard(it.state) == Problem.of("script.end")
    assert move.facts(it.state) == ()


def test_a_script_loaded_at_its_line(it: Meeting):
    lines = (ScriptLine("a"), ScriptLine("b"))
    for line, moved in ((-1, ()), (1, (f.ScriptMoved(1),)), (5, ())):
        load = LoadScript(lines=lines, line=line)
        assert load.facts(it.state) == (f.ScriptLoaded(lines), *moved)


def test_alarms_that_are_gone_are_not_noted(it: Meeting):
    assert AcknowledgeAlarms(alarms=("a",)).facts(it.state) == ()
    assert ShelveAlarm(alarm="a", until_us=5).facts(it.state) == ()


def test_two_way_talk_is_with_whoever_is_on_the_podium(it: Meeting):
    assert ConfirmTwoWay().facts(it.state) == (f.TwoWayProven(SPEAKER, "operator"),)
    it.tell(it.conference(podium=""))
    assert ConfirmTwoWay().facts(it.state) == ()


def test_a_roster_is_loaded_even_where_rooms_and_checks_are_carried_over(it: Meeting):
    it.tell(f.CheckRecorded(NEXT, "passed"))
    load = LoadRoster(name="r2", endpoints=tuple(replace(e, carrier="VNPT") for e in ROSTER))
    assert not load.satisfied(it.state)
    obey(it, load)
    assert load.satisfied(it.state)


def test_sessions(it: Meeting):
    assert CloseSession().facts(it.state) == (f.SessionClosed("S"),)
    obey(it, CloseSession())
    assert CloseSession().satisfied(it.state)
    assert CloseSession().facts(it.state) == ()
    opened = OpenSession(session="S2", title="t", phase="p", chair=CHAIR, conference=CALL)
    obey(it, opened)
    assert opened.satisfied(it.state)
    assert ROOM in it.state.devices["room-651"].capabilities
