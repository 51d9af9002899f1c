"""The session that is opened where none was taken up."""

from __future__ import annotations

from console.app.parts import Console
from console.core.dispatcher import OWN
from console.core.meeting import Meeting, read_meeting
from console.domain.commands.own import LoadScript, OpenSession
from console.domain.ids import new_id
from console.qt import RESOURCES


def open_session(console: Console) -> None:
    """Open one, unless one was taken up; what is journalled from now on belongs to it."""
    if not console.store.state.session.id:
        _open(console)
    console.journal.session = console.store.state.session.id


def _open(console: Console) -> None:
    endpoints = console.opened.endpoints
    root = next((e.id for e in endpoints if not e.parent), "")
    meeting = Meeting("", "session", root, ())
    if console.equipment is not None and not console.training:
        profile = console.equipment.profile
        meeting = Meeting(profile.title, "session", profile.chair, ())
    if console.training:
        by_id = {e.id: e for e in endpoints}
        meeting = read_meeting(RESOURCES / "training/meeting.toml", by_id)
    console.dispatcher.submit(
        OpenSession(
            session=new_id(),
            title=meeting.title,
            phase=meeting.phase,
            chair=meeting.chair or root,
            conference="",
            actor=OWN,
        )
    )
    if meeting.script:
        console.dispatcher.submit(LoadScript(lines=meeting.script, actor=OWN))
