"""A room device's status and configuration, read off the model when asked."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta, timezone

from console.simulators.model.site import LegState
from console.simulators.roomos.media import media_channels
from console.simulators.roomos.tree import Item, Node, Tree
from console.simulators.roomos.view import View

HANOI = timezone(timedelta(hours=7))
CALL_STATUS = {
    LegState.INITIAL: "Connecting",
    LegState.RINGING: "Ringing",
    LegState.CONNECTED: "Connected",
    LegState.ON_HOLD: "OnHold",
}


def status_of(view: View, branch: str = "*") -> Tree:
    """The status tree, or just one branch of it to save work."""
    names = BRANCHES if branch == "*" else [branch]
    found: dict[str, Node] = {}
    for name in names:
        build = BRANCHES.get(name)
        node = build(view) if build is not None else None
        if node:
            found[name] = node
    return found


def on_off(value: bool) -> str:
    """`On` or `Off`."""
    return "On" if value else "Off"


def audio(view: View) -> Node:
    """Microphones and loudspeaker."""
    return {
        "Microphones": {"Mute": on_off(view.room.mic_muted)},
        "Volume": view.room.volume,
        "VolumeMute": "Off",
    }


def calls(view: View) -> Node:
    """The call in progress; none at all in a Teams call."""
    leg = view.site.leg
    if leg is None or view.room.teams_mode:
        return []
    up, down = view.site.line.video_up.bitrate_bps, view.site.line.video_down.bitrate_bps
    return [
        Item(
            view.call_id(leg),
            {
                "AnswerState": "Unanswered" if leg.connected_s is None else "Answered",
                "CallType": "Video",
                "DeviceType": "MCU",
                "Direction": "Incoming" if leg.outgoing else "Outgoing",
                "DisplayName": leg.conference.name,
                "Duration": int(view.province.clock.now_s - leg.began_s),
                "Encryption": {"Type": "Aes-128" if leg.encrypted else "None"},
                "PlacedOnHold": str(leg.state is LegState.ON_HOLD),
                "Protocol": "SIP",
                "ReceiveCallRate": down // 1000,
                "RemoteNumber": "giaoban@hnth.daklak.example",
                "Status": CALL_STATUS[leg.state],
                "TransmitCallRate": up // 1000,
            },
        )
    ]


def cameras(view: View) -> Node:
    """The camera and where it looks."""
    camera = view.room.camera
    if not camera.connected:
        return {"Camera": [Item(camera.camera_id, {"Connected": "False"})]}
    position = camera.position(view.province.clock.now_s)
    return {
        "Camera": [
            Item(
                camera.camera_id,
                {
                    "Capabilities": {"Options": "ptzf"},
                    "Connected": str(camera.connected),
                    "Manufacturer": "Cisco",
                    "Model": "Precision 60",
                    "Position": {
                        "Focus": position.focus,
                        "Pan": position.pan,
                        "Tilt": position.tilt,
                        "Zoom": position.zoom,
                    },
                    "SerialNumber": view.room.serial + "C",
                },
            )
        ]
    }


def diagnostics(view: View) -> Node:
    """What the device complains of: feedback it could not deliver."""
    failed = [number for number, slot in view.slots.items() if slot.failed]
    if not failed:
        return {}
    return {
        "Message": [
            Item(
                at,
                {
                    "Description": "HTTP feedback could not be delivered",
                    "Level": "Warning",
                    "References": f"slot={number}",
                    "Type": "HTTPFeedbackFailed",
                },
            )
            for at, number in enumerate(failed, start=1)
        ]
    }


def http_feedback(view: View) -> Node:
    """The feedback slots in use."""
    return [
        Item(
            number,
            {
                "Expression": [
                    Item(at, {"Path": path}) for at, path in enumerate(slot.expressions, start=1)
                ],
                "Status": "Failed" if slot.failed else "OK",
                "URL": slot.url,
            },
        )
        for number, slot in sorted(view.slots.items())
    ]


def teams(view: View) -> Node:
    """A call that the rest of the status does not show."""
    return {"Calling": {"InCall": "True"}} if view.room.teams_mode else {}


def network(view: View) -> Node:
    """The one interface."""
    address = view.room.address
    return [
        Item(
            1,
            {
                "Ethernet": {"MacAddress": view.room.mac, "Speed": "1000full"},
                "IPv4": {
                    "Address": address,
                    "Gateway": address.rpartition(".")[0] + ".1",
                    "SubnetMask": "255.255.255.0",
                },
            },
        )
    ]


def room_analytics(view: View) -> Node:
    """How many people are in the room; −1 is unknown."""
    people = view.room.people if view.room.standby == "Off" else -1
    return {"PeopleCount": {"Capacity": -1, "Current": people}}


def room_presets(view: View) -> Node:
    """The fifteen whole-room memories."""
    items: list[Item] = []
    for number in range(1, 16):
        preset = view.room.room_presets.get(number)
        content: dict[str, Node] = {"Defined": str(preset is not None)}
        if preset is not None:
            content |= {"Description": preset.description, "Type": preset.kind}
        items.append(Item(number, content))
    return items


def sip(view: View) -> Node:
    """The registration; it fails while the line is cut."""
    registered = view.province.clock.now_s >= view.site.cut_until_s
    status = "Registered" if registered else "Failed"
    return {"Registration": [Item(1, {"Reason": "", "Status": status, "URI": view.site.uri[4:]})]}


def system_unit(view: View) -> Node:
    """What the device is and how it fares."""
    leg = view.site.leg
    counts = {"NumberOfActiveCalls": 0, "NumberOfInProgressCalls": 0, "NumberOfSuspendedCalls": 0}
    if leg is not None and not view.room.teams_mode:
        active = leg.state is LegState.CONNECTED
        held = leg.state is LegState.ON_HOLD
        counts["NumberOfActiveCalls"] = int(active)
        counts["NumberOfSuspendedCalls"] = int(held)
        counts["NumberOfInProgressCalls"] = int(not active and not held)
    state: dict[str, Node] = {**counts}
    if view.firmware.system_state:
        asleep = view.room.standby != "Off"
        state["System"] = "InCall" if leg else "Sleeping" if asleep else "Initialized"
    return {
        "BroadcastName": view.name or view.site.name,
        "Hardware": {
            "Module": {"CompatibilityLevel": "0", "SerialNumber": view.room.serial},
            "Monitoring": {"Temperature": {"Status": "Normal"}},
        },
        "ProductId": view.room.product,
        "ProductPlatform": view.room.product.removeprefix("Cisco "),
        "ProductType": "Cisco Codec",
        "Software": {
            "DisplayName": view.firmware.name,
            "Name": "s53200",
            "Version": view.firmware.version,
        },
        "State": state,
        "Uptime": int(view.province.clock.now_s - view.room.booted_s),
    }


def video(view: View) -> Node:
    """Inputs, the layout, the presentation."""
    return {
        "Input": {
            "MainVideoMute": on_off(view.room.video_muted),
            "MainVideoSource": view.room.main_source,
        },
        "Layout": {"CurrentLayouts": {"ActiveLayout": view.room.layout}},
        "Selfview": {"Mode": "Off"},
    }


def system_time(view: View) -> Node:
    """The device's clock, at the province's own time."""
    return {"SystemTime": datetime.now(UTC).astimezone(HANOI).isoformat(timespec="seconds")}


BRANCHES: Mapping[str, Callable[[View], Node]] = {
    "Audio": audio,
    "Call": calls,
    "Cameras": cameras,
    "Conference": lambda view: {"Presentation": {"Mode": on_off(view.room.presenting)}},
    "Diagnostics": diagnostics,
    "H323": lambda view: {"Gatekeeper": {"Status": "Inactive"}},
    "HttpFeedback": http_feedback,
    "MediaChannels": media_channels,
    "MicrosoftTeams": teams,
    "Network": network,
    "RoomAnalytics": room_analytics,
    "RoomPreset": room_presets,
    "SIP": sip,
    "Standby": lambda view: {"State": view.room.standby},
    "SystemUnit": system_unit,
    "Time": system_time,
    "UserInterface": lambda view: {"ContactInfo": {"Name": view.site.name}},
    "Video": video,
}
