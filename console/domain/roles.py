"""Roles: what each may wish at the console. One table; the office has its own for what it keeps."""

from __future__ import annotations

from console.domain.commands import mcu, office, own, room
from console.domain.commands.base import Command
from console.domain.commands.composite import Batch
from console.domain.commands.take import TakeToPodium
from console.domain.problem import Problem

VIEWER = "viewer"
TECHNICIAN = "technician"
MCU_OPERATOR = "mcu_operator"
SUPERVISOR = "supervisor"
ADMINISTRATOR = "administrator"
AUDITOR = "auditor"
ROLES = (VIEWER, TECHNICIAN, MCU_OPERATOR, SUPERVISOR, ADMINISTRATOR, AUDITOR)
"""Cán bộ kỹ thuật điểm cầu chính is `technician`, cán bộ kỹ thuật vận hành MCU `mcu_operator`.
Viewers look, auditors look and read everything; neither changes anything."""

RUNS_MEETING = frozenset({TECHNICIAN, MCU_OPERATOR, SUPERVISOR})
_KEEPS_DEVICES = frozenset({MCU_OPERATOR, SUPERVISOR, ADMINISTRATOR})
_ON_DUTY = RUNS_MEETING | {ADMINISTRATOR}
APPROVES = frozenset({SUPERVISOR})
"""Whose agreement a certificate needs before it is believed."""

MAY: dict[type[Command], frozenset[str]] = {
    # the meeting
    own.OpenSession: RUNS_MEETING,
    office.TakePlan: RUNS_MEETING,
    office.RunPlan: RUNS_MEETING,
    own.CloseSession: RUNS_MEETING,
    own.LoadScript: RUNS_MEETING,
    own.MoveScript: RUNS_MEETING,
    own.StageNext: RUNS_MEETING,
    own.NoteChairCall: RUNS_MEETING,
    own.ConfirmTwoWay: RUNS_MEETING,
    own.RecordCheck: RUNS_MEETING,
    TakeToPodium: RUNS_MEETING,
    # its sound, picture and calls
    mcu.MuteSite: RUNS_MEETING,
    mcu.MuteAllBut: RUNS_MEETING,
    mcu.HideVideo: RUNS_MEETING,
    mcu.PutOnPodium: RUNS_MEETING,
    mcu.SetConferenceLayout: RUNS_MEETING,
    mcu.SetScreenLayout: RUNS_MEETING,
    mcu.DialSite: RUNS_MEETING,
    mcu.HangUpSite: RUNS_MEETING,
    mcu.HangUpAll: RUNS_MEETING,
    mcu.LockConference: RUNS_MEETING,
    mcu.RecordConference: RUNS_MEETING,
    mcu.ShowBanner: RUNS_MEETING,
    # its rooms
    room.RecallPreset: RUNS_MEETING,
    room.StorePreset: RUNS_MEETING,
    room.HomeCamera: RUNS_MEETING,
    room.MoveCamera: RUNS_MEETING,
    room.MuteRoom: RUNS_MEETING,
    room.SetStandby: RUNS_MEETING,
    # what is watched and written
    own.AcknowledgeAlarms: _ON_DUTY,
    own.ShelveAlarm: _ON_DUTY,
    own.WriteNote: _ON_DUTY,
    own.RecordDrill: _ON_DUTY,
    # what the console runs on
    own.LoadRoster: _ON_DUTY,
    office.ProposeContact: _ON_DUTY,
    office.ProposeRemoval: _ON_DUTY,
    office.RecordAnswer: _ON_DUTY,
    own.NameDevice: _KEEPS_DEVICES,
    own.ForgetDevice: _KEEPS_DEVICES,
    own.TrustCertificate: _KEEPS_DEVICES,
    # several of these at once: each is looked up by itself
    Batch: _ON_DUTY,
}

ACTS: dict[str, frozenset[str]] = {
    "paste_script": RUNS_MEETING,
    "load_roster": _ON_DUTY,
    "conflicts": _ON_DUTY,
    "edit_contact": _ON_DUTY,
    "plans": RUNS_MEETING,
    "enrol": frozenset({SUPERVISOR, ADMINISTRATOR}),
    "leave_office": frozenset({SUPERVISOR, ADMINISTRATOR}),
}
"""What is done at the window and is no wish, or not one yet, by the name of the action. Whoever
lets the console leave its office opens it to everybody."""


def bars(role: str, act: str) -> Problem | None:
    """Why somebody in this role may not do this at the window; None if he may."""
    allowed = ACTS.get(act)
    return None if allowed is None or role in allowed else _takes(allowed)


def why_not(role: str, command: Command) -> Problem | None:
    """Why somebody in this role may not wish this, naming the role it takes; None if he may. A
    wish that the table does not know is nobody's."""
    if isinstance(command, Batch):
        return next((why for step in command.of if (why := why_not(role, step))), None)
    allowed = MAY.get(type(command), frozenset())
    return None if role in allowed else _takes(allowed)


def _takes(allowed: frozenset[str]) -> Problem:
    """The refusal that names the least role it takes."""
    needs = next((known for known in ROLES if known in allowed), "nobody")
    return Problem.of("access.role", reason=needs)
