"""What can be told to a conference about the files it writes."""

from __future__ import annotations

from collections.abc import Callable

from console.simulators.freeswitch.asking import Asking
from console.simulators.freeswitch.members import Meeting, Recording
from console.simulators.freeswitch.switch import written_as
from console.simulators.freeswitch.usage import usage


def record(asking: Asking) -> str:
    """`record PATH`."""
    path = asking.arg(2)
    if not path:
        return usage(asking.sub)
    switch = asking.switch

    def effect(meeting: Meeting) -> None:
        meeting.recordings[path] = Recording(path, switch.province.clock.now_s)
        where = ("Path", written_as(path))
        switch.fire(switch.news.of_meeting(meeting, "start-recording", where))
        switch.province.set_conference(meeting.conference, recording=True)

    asking.to_meeting(effect)
    return f"+OK Record file {path} canvas 1\n"


def norecord(asking: Asking) -> str:
    """`norecord PATH|all`; it counts none where it has just said what it stopped (recorded)."""
    wanted = asking.arg(2)
    if not wanted:
        return usage(asking.sub)
    known = list(asking.meeting.recordings)
    chosen = known if wanted.lower() == "all" else [path for path in known if path == wanted]
    for path in chosen:
        asking.to_meeting(
            lambda meeting, path=path: (
                path in meeting.recordings and asking.switch.stop_recording(meeting, path)
            )
        )
    said = "".join(f"Stopped recording file {path}\n" for path in chosen)
    if not chosen and wanted.lower() != "all":
        said = f"-ERR non-existant recording '{wanted}'\n"
    return f"{said}+OK Stopped recording 0 files\n"


def chkrecord(asking: Asking) -> str:
    """Which files are being written."""
    known = asking.meeting.recordings
    if not known:
        return "+OK Conference is not being recorded.\n"
    return "".join(f"+OK Record file {path}\n" for path in known)


def pause(asking: Asking) -> str:
    """`pause PATH`, `resume PATH`."""
    path, paused = asking.arg(2), asking.sub == "pause"
    if not path:
        return usage(asking.sub)
    word = "Pause" if paused else "Resume"
    if path not in asking.meeting.recordings:
        return f"+OK {word} recording file {path}\n-ERR non-existant recording '{path}'\n"

    def effect(meeting: Meeting) -> None:
        if path in meeting.recordings:
            meeting.recordings[path].paused = paused
            action = f"{word.lower()}-recording"
            where = (("Path", path), ("Other-Recordings", "true"))
            asking.switch.fire(asking.switch.news.of_meeting(meeting, action, *where))

    asking.to_meeting(effect)
    return f"+OK {word} recording file {path}\n"


def recording(asking: Asking) -> str:
    """`recording start|stop|check|pause|resume [PATH|all]`."""
    known = {"start": record, "stop": norecord, "check": chkrecord, "pause": pause, "resume": pause}
    action = asking.arg(2).lower()
    if action not in known:
        return usage(asking.sub)
    path = asking.arg(3) or ("all" if action == "stop" else "")
    words = (asking.words[0], action, *([path] if path else []))
    sub = {"start": "record", "stop": "norecord", "check": "chkrecord"}.get(action, action)
    moved = Asking(asking.switch, asking.meeting, (words[0], sub, *words[2:]), "", asking.dry)
    return known[action](moved)


RECORDING_COMMANDS: dict[str, Callable[[Asking], str]] = {
    "record": record,
    "norecord": norecord,
    "chkrecord": chkrecord,
    "pause": pause,
    "resume": pause,
    "recording": recording,
}
