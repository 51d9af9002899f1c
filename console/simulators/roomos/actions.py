"""What commands do to a room. Answers come at once, the deed 50–800 ms later."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from console.simulators.model.camera import Position, Preset
from console.simulators.model.room import RoomPreset
from console.simulators.model.site import LegState
from console.simulators.roomos.feedback import EXPRESSIONS, Courier, Slot, allowed
from console.simulators.roomos.spec import Values
from console.simulators.roomos.status import View
from console.simulators.roomos.tree import BadPath, Item, Node, Tree, steps

PRESETS_MOST = 35
DRIVE = 260.0
BOOT_S = 8.0


class Failed(Exception):
    """A command cannot be carried out; the text is its reason, `cause` a number for calls."""

    def __init__(self, reason: str, cause: int | None = None) -> None:
        super().__init__(reason)
        self.reason, self.cause = reason, cause


@dataclass(slots=True)
class Actor:
    """One device's hands: how deeds are put off, feedback sent, the power cut."""

    view: View
    later: Callable[[Callable[[], object]], None]
    courier: Courier
    boot: Callable[[float], None] = field(default=lambda seconds: None)

    def set(self, **values: Any) -> None:
        """Let the room take new values, later."""
        view = self.view
        self.later(lambda: view.province.set_room(view.site, **values))


Action = Callable[[Actor, Values], Tree | None]


def mute(actor: Actor, values: Values) -> None:
    """Close the microphones."""
    actor.set(mic_muted=True)


def unmute(actor: Actor, values: Values) -> None:
    """Open the microphones."""
    actor.set(mic_muted=False)


def toggle_mute(actor: Actor, values: Values) -> None:
    """Close the microphones when open, open them when closed."""
    view = actor.view
    actor.later(lambda: view.province.set_room(view.site, mic_muted=not view.room.mic_muted))


def set_volume(actor: Actor, values: Values) -> None:
    """Set the loudspeaker."""
    actor.set(volume=values["Level"])


def camera_given(actor: Actor, values: Values) -> None:
    """Refuse a camera that is not there."""
    camera_id = values.get("CameraId", actor.view.room.camera.camera_id)
    if camera_id != actor.view.room.camera.camera_id:
        raise Failed(f"No camera with id {camera_id}")


def preset_given(actor: Actor, values: Values) -> int:
    """The id of a preset that is there."""
    preset_id = values["PresetId"]
    if preset_id not in actor.view.room.presets:
        raise Failed(f"No preset with id {preset_id}")
    return int(str(preset_id))


def preset_activate(actor: Actor, values: Values) -> None:
    """Send the camera to a preset."""
    preset_id, view = preset_given(actor, values), actor.view
    actor.later(lambda: preset_id in view.room.presets and view.province.aim(view.site, preset_id))


def preset_store(actor: Actor, values: Values) -> Tree:
    """Remember where the camera looks, under the given id or the first that is free."""
    camera_given(actor, values)
    view, presets = actor.view, actor.view.room.presets
    free = (key for key in range(1, PRESETS_MOST + 1) if key not in presets)
    preset_id = int(str(values.get("PresetId", next(free, 0))))
    if preset_id == 0:
        raise Failed("No free preset")
    known = presets.get(preset_id)
    name = str(values.get("Name", known.name if known else f"Preset {preset_id}"))
    default = values.get("DefaultPosition") == "True"

    def store() -> None:
        position = view.room.camera.position(view.province.clock.now_s)
        presets[preset_id] = Preset(preset_id, 1, name, position, default)
        view.room.camera.preset_id = preset_id
        view.province.presets_changed(view.site)

    actor.later(store)
    return {"PresetId": preset_id}


def preset_list(actor: Actor, values: Values) -> Tree:
    """The presets with their names."""
    wanted = values.get("CameraId")
    default = values.get("DefaultPosition")
    items: list[Item] = []
    for preset in sorted(actor.view.room.presets.values(), key=lambda each: each.preset_id):
        if wanted not in (None, preset.camera_id):
            continue
        if default not in (None, str(preset.default_position)):
            continue
        content: dict[str, Node] = {
            "CameraId": preset.camera_id,
            "DefaultPosition": str(preset.default_position),
            "ListPosition": preset.preset_id,
            "Name": preset.name,
            "PresetId": preset.preset_id,
        }
        items.append(Item(len(items) + 1, content))
    return {"Preset": items}


def preset_remove(actor: Actor, values: Values) -> None:
    """Forget a preset."""
    preset_id, view = preset_given(actor, values), actor.view

    def remove() -> None:
        view.room.presets.pop(preset_id, None)
        view.province.presets_changed(view.site)

    actor.later(remove)


def ramp(actor: Actor, values: Values) -> None:
    """Drive the camera until told to stop; an axis not named keeps what it does."""
    camera_given(actor, values)
    view = actor.view
    signs = {"Left": -1, "Right": 1, "Down": -1, "Up": 1, "Out": -1, "In": 1, "Near": -1, "Far": 1}

    def drive() -> None:
        speeds = list(view.room.camera.drive)
        for at, axis in enumerate(("Pan", "Tilt", "Zoom", "Focus")):
            if axis in values:
                speed = int(str(values.get(f"{axis}Speed", 10)))
                speeds[at] = signs.get(str(values[axis]), 0) * speed * DRIVE
        now_s = view.province.clock.now_s
        view.room.camera.ramp((speeds[0], speeds[1], speeds[2], speeds[3]), now_s)
        view.province.camera_driven(view.site)

    actor.later(drive)


def position_set(actor: Actor, values: Values) -> None:
    """Send the camera to a position; an axis not named stays."""
    camera_given(actor, values)
    view = actor.view

    def go() -> None:
        here = view.room.camera.position(view.province.clock.now_s)
        axes = [("Pan", here.pan), ("Tilt", here.tilt), ("Zoom", here.zoom), ("Focus", here.focus)]
        wanted = [int(str(values.get(name, present))) for name, present in axes]
        view.province.go(view.site, Position(*wanted))

    actor.later(go)


def room_preset_given(actor: Actor, values: Values) -> RoomPreset:
    """A whole-room memory that is there."""
    preset = actor.view.room.room_presets.get(int(str(values["PresetId"])))
    if preset is None:
        raise Failed("Preset is not defined")
    return preset


def room_preset_activate(actor: Actor, values: Values) -> None:
    """Bring the room to what was remembered."""
    preset, view = room_preset_given(actor, values), actor.view
    camera_preset = preset.camera_preset
    if camera_preset is not None and camera_preset in view.room.presets:
        actor.later(lambda: view.province.aim(view.site, camera_preset))


def room_preset_store(actor: Actor, values: Values) -> None:
    """Remember the room as it is."""
    room = actor.view.room
    memory = RoomPreset(
        str(values["Type"]), str(values.get("Description", "")), room.camera.preset_id
    )
    key = int(str(values["PresetId"]))
    actor.later(lambda: room.room_presets.__setitem__(key, memory))


def room_preset_clear(actor: Actor, values: Values) -> None:
    """Forget a whole-room memory."""
    room_preset_given(actor, values)
    room, key = actor.view.room, int(str(values["PresetId"]))
    actor.later(lambda: room.room_presets.pop(key, None))


def dial(actor: Actor, values: Values) -> Tree:
    """Call somebody; the pretend province has one address that answers, the conference."""
    view, site = actor.view, actor.view.site
    if site.leg is not None:
        raise Failed("Maximum number of calls reached", cause=17)
    wanted = str(values["Number"]).removeprefix("sip:")
    if wanted.partition("@")[0] in ("giaoban", "660001"):
        actor.later(lambda: view.province.call_in(site))
    return {"CallId": view.calls_made + 1, "ConferenceId": 1}


def call_given(actor: Actor, values: Values) -> None:
    """Refuse a call that is not there; 0 or none means whichever there is."""
    leg = actor.view.site.leg
    wanted = values.get("CallId", 0)
    if leg is None or wanted not in (0, actor.view.call_id(leg)):
        raise Failed("No such call")


def disconnect(actor: Actor, values: Values) -> None:
    """Hang up."""
    call_given(actor, values)
    view = actor.view
    leg = view.site.leg
    if leg is not None:
        actor.later(lambda: view.province.hang_up(leg, "remoteTeardown"))


def accept(actor: Actor, values: Values) -> None:
    """Take a ringing call."""
    call_given(actor, values)
    view = actor.view
    leg = view.site.leg
    if leg is None or leg.state is not LegState.RINGING:
        raise Failed("No incoming call")
    actor.later(lambda: view.province.answer(leg))


def hold(actor: Actor, values: Values) -> None:
    """Put the call on hold."""
    _switch_hold(actor, values, LegState.CONNECTED, LegState.ON_HOLD)


def resume(actor: Actor, values: Values) -> None:
    """Take the call off hold."""
    _switch_hold(actor, values, LegState.ON_HOLD, LegState.CONNECTED)


def _switch_hold(actor: Actor, values: Values, before: LegState, after: LegState) -> None:
    call_given(actor, values)
    view = actor.view
    leg = view.site.leg
    if leg is None or leg.state is not before:
        raise Failed("Not possible in this state")
    actor.later(lambda: view.province.set_leg(leg, state=after))


def boot(actor: Actor, values: Values) -> None:
    """Restart; the device is away for some seconds, or for good when shut down."""
    away_s = 86_400.0 if values.get("Action") == "Shutdown" else BOOT_S
    actor.later(lambda: actor.boot(away_s))


def feedback_register(actor: Actor, values: Values) -> Tree:
    """Use a feedback slot."""
    key, url = int(str(values["FeedbackSlot"])), str(values["ServerUrl"])
    given = values.get("Expression", [])
    expressions = given if isinstance(given, list) else [str(given)]
    if not expressions or len(expressions) > EXPRESSIONS:
        raise Failed(f"Between 1 and {EXPRESSIONS} expressions are needed")
    if not allowed(url):
        raise Failed("Invalid ServerUrl")
    try:
        paths = [steps(expression) for expression in expressions]
    except BadPath as problem:
        raise Failed(f"Invalid expression: {problem}") from None
    actor.view.slots[key] = Slot(url, expressions, paths)
    return {"FeedbackSlot": key}


def feedback_deregister(actor: Actor, values: Values) -> None:
    """Free a feedback slot."""
    if actor.view.slots.pop(int(str(values["FeedbackSlot"])), None) is None:
        raise Failed("The slot is not in use")


def feedback_enable(actor: Actor, values: Values) -> None:
    """Use a slot again after its deliveries failed."""
    slot = actor.view.slots.get(int(str(values["FeedbackSlot"])))
    if slot is None:
        raise Failed("The slot is not in use")
    slot.failed, slot.failures = False, 0


def setting(**values: Any) -> Action:
    """An action that just sets values of the room."""

    def act(actor: Actor, given: Values) -> None:
        actor.set(**values)

    return act


def set_source(actor: Actor, values: Values) -> None:
    """Choose the main camera's input."""
    source = values.get("ConnectorId", values.get("SourceId"))
    if source is None:
        raise Failed("ConnectorId or SourceId is needed")
    actor.set(main_source=source)


def set_layout(actor: Actor, values: Values) -> None:
    """Choose the room's own layout."""
    actor.set(layout=values["LayoutName"])


ACTIONS: Mapping[str, Action] = {
    "Audio Microphones Mute": mute,
    "Audio Microphones Unmute": unmute,
    "Audio Microphones ToggleMute": toggle_mute,
    "Audio Volume Set": set_volume,
    "Camera Preset Activate": preset_activate,
    "Camera Preset Store": preset_store,
    "Camera Preset List": preset_list,
    "Camera Preset Remove": preset_remove,
    "Camera Ramp": ramp,
    "Camera PositionSet": position_set,
    "RoomPreset Activate": room_preset_activate,
    "RoomPreset Store": room_preset_store,
    "RoomPreset Clear": room_preset_clear,
    "Dial": dial,
    "Call Disconnect": disconnect,
    "Call Accept": accept,
    "Call Hold": hold,
    "Call Resume": resume,
    "Video Layout SetLayout": set_layout,
    "Presentation Start": setting(presenting=True),
    "Presentation Stop": setting(presenting=False),
    "Video Input SetMainVideoSource": set_source,
    "Video Input MainVideo Mute": setting(video_muted=True),
    "Video Input MainVideo Unmute": setting(video_muted=False),
    "Standby Activate": setting(standby="Standby"),
    "Standby Deactivate": setting(standby="Off"),
    "Standby Halfwake": setting(standby="Halfwake"),
    "SystemUnit Boot": boot,
    "HttpFeedback Register": feedback_register,
    "HttpFeedback Deregister": feedback_deregister,
    "HttpFeedback Enable": feedback_enable,
}
