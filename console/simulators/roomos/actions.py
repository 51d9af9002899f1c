"""What commands do to a room. Answers come at once, the deed 50–800 ms later."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from console.simulators.model.site import LegState
from console.simulators.roomos import camera_actions as camera
from console.simulators.roomos.actor import Action, Actor, Failed
from console.simulators.roomos.feedback import EXPRESSIONS, Slot, allowed
from console.simulators.roomos.spec import Values
from console.simulators.roomos.tree import BadPath, Tree, steps

BOOT_S = 8.0


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
    "Camera Preset Activate": camera.preset_activate,
    "Camera Preset Store": camera.preset_store,
    "Camera Preset List": camera.preset_list,
    "Camera Preset Remove": camera.preset_remove,
    "Camera Ramp": camera.ramp,
    "Camera PositionSet": camera.position_set,
    "RoomPreset Activate": camera.room_preset_activate,
    "RoomPreset Store": camera.room_preset_store,
    "RoomPreset Clear": camera.room_preset_clear,
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
