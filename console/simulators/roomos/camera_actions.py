"""Commands to the camera, its presets, and the whole-room memories."""

from __future__ import annotations

from console.simulators.model.camera import Position, Preset
from console.simulators.model.room import RoomPreset
from console.simulators.roomos.actor import Actor, Failed
from console.simulators.roomos.spec import Values
from console.simulators.roomos.tree import Item, Node, Tree

PRESETS_MOST = 35
DRIVE = 260.0


def camera_given(actor: Actor, values: Values) -> None:
    """Refuse a camera that is not there."""
    camera = actor.view.room.camera
    camera_id = values.get("CameraId", camera.camera_id)
    if camera_id != camera.camera_id or not camera.connected:
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
