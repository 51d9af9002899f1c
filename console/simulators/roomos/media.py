"""The streams of a room's call, as the room itself counts them."""

from __future__ import annotations

from console.simulators.model.quality import Flow
from console.simulators.model.site import Leg, LegState
from console.simulators.roomos.tree import Item, Node, Tree
from console.simulators.roomos.view import View


def media_channels(view: View) -> Node:
    """The four streams of the call as this end counts them; none without a connected call."""
    leg, line = view.site.leg, view.site.line
    if leg is None or leg.state is not LegState.CONNECTED or view.room.teams_mode:
        return {}
    width, height, rate = line.resolution
    plan = (
        ("Audio", "Incoming", line.audio_down, (0, 0, 0.0)),
        ("Audio", "Outgoing", line.audio_up, (0, 0, 0.0)),
        ("Video", "Incoming", line.video_down, (1280, 720, 30.0)),
        ("Video", "Outgoing", line.video_up, (width, height, rate)),
    )
    channels = [
        Item(at, channel(view, leg, kind, direction, flow, picture))
        for at, (kind, direction, flow, picture) in enumerate(plan, start=1)
    ]
    return {"Call": [Item(view.call_id(leg), {"Channel": channels})]}


def channel(
    view: View,
    leg: Leg,
    kind: str,
    direction: str,
    flow: Flow,
    picture: tuple[int, int, float],
) -> Tree:
    """One stream."""
    netstat: dict[str, Node] = {
        "Bytes": flow.bytes,
        "ChannelRate": flow.bitrate_bps,
        "Jitter": round(flow.jitter_ms),
        "LastIntervalLost": flow.interval_lost,
        "LastIntervalReceived": flow.interval_received,
        "Loss": flow.lost,
        "MaxJitter": round(flow.max_jitter_ms),
        "Packets": flow.packets,
    }
    if view.firmware.round_trip:
        netstat["RoundTripTime"] = round(view.site.line.rtt_ms)
    found: dict[str, Node] = {
        "Direction": direction,
        "Encryption": "Aes-128" if leg.encrypted else "None",
        "Netstat": netstat,
        "Type": kind,
    }
    if kind == "Audio":
        found["Audio"] = {"Mute": "False", "Protocol": "OPUS"}
    else:
        width, height, rate = picture
        found["Video"] = {
            "ChannelRole": "Main",
            "FrameRate": int(rate),
            "Protocol": "H264",
            "ResolutionX": width,
            "ResolutionY": height,
        }
    return found
