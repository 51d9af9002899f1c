"""What a change in the model means on a device: status paths that moved, events, ghosts."""

from __future__ import annotations

from dataclasses import dataclass

from console.simulators.model.change import Change, Kind
from console.simulators.roomos.status import status_of
from console.simulators.roomos.tree import Item, Node, Step, Tree, select, steps
from console.simulators.roomos.view import View

ROOM_PATHS = {
    "mic_muted": "Audio/Microphones/Mute",
    "volume": "Audio/Volume",
    "standby": "Standby/State",
    "video_muted": "Video/Input/MainVideoMute",
    "main_source": "Video/Input/MainVideoSource",
    "layout": "Video/Layout",
    "presenting": "Conference/Presentation",
    "teams_mode": "MicrosoftTeams",
}


@dataclass(frozen=True, slots=True)
class Notice:
    """One thing to tell whoever subscribed: a document's root (`Status`, `Event` or
    `Configuration`) and the part of it that changed."""

    root: str
    part: Tree


def notices(view: View, change: Change) -> list[Notice]:
    """What this change makes the device say."""
    found: list[Notice] = []
    match change.kind:
        case Kind.ROOM_CHANGED:
            paths = [ROOM_PATHS[name] for name in sorted(change.fields) if name in ROOM_PATHS]
            found += [moved(view, path) for path in paths]
        case Kind.CAMERA_ARRIVED:
            found.append(moved(view, "Cameras/Camera/Position"))
            if view.firmware.preset_events and change.reason:
                event = {"CameraId": view.room.camera.camera_id, "PresetId": int(change.reason)}
                found.append(Notice("Event", {"CameraPresetActivated": event}))
        case Kind.PRESETS_CHANGED if view.firmware.preset_events:
            found.append(Notice("Event", {"CameraPresetListUpdated": {}}))
        case Kind.LEG_ADDED | Kind.LEG_CHANGED if "state" in change.fields or not change.fields:
            found += [moved(view, "Call"), moved(view, "SystemUnit/State")]
        case Kind.LEG_REMOVED if change.leg is not None:
            call_id = view.call_id(change.leg)
            gone: Node = [Item(call_id, {}, ghost=True)]
            ended = {"CallId": call_id, "CauseType": "RemoteDisconnect", "CauseValue": 1}
            found += [
                Notice("Status", {"Call": gone}),
                moved(view, "SystemUnit/State"),
                Notice("Event", {"CallDisconnect": ended}),
            ]
        case _:
            pass
    return [notice for notice in found if notice.part]


def moved(view: View, path: str) -> Notice:
    """The present value of one path of the status."""
    branch = path.partition("/")[0]
    return Notice("Status", select(status_of(view, branch), steps(path)))


def wanted(notice: Notice, query: list[Step]) -> Tree:
    """The part of a notice that a query asked for; empty for none."""
    if not query or query[0].name.casefold() != notice.root.casefold():
        return {}
    found = select(notice.part, query[1:])
    if found or notice.root != "Event":
        return found
    names = set(notice.part)
    return notice.part if len(query) == 2 and query[1].name in names else {}
