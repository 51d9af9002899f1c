"""The model's whole truth as JSON, for whoever compares it with what a console believes."""

from __future__ import annotations

from typing import Any

from console.simulators.cms.cluster import Cluster
from console.simulators.cms.legs import active_layout
from console.simulators.model.province import Province
from console.simulators.model.room import Room
from console.simulators.model.site import Site


def truth(province: Province, cluster: Cluster) -> dict[str, Any]:
    """Every site and the conference as they are now."""
    main = province.main
    podium = [
        site.code
        for site in province.sites.values()
        if site.leg is not None and site.leg.importance
    ]
    speaker = province.speaker
    return {
        "now_s": round(province.clock.now_s, 3),
        "conference": {
            "name": main.name,
            "locked": main.locked,
            "join_muted": main.join_muted,
            "recording": main.recording,
            "streaming": main.streaming,
            "message": main.message_text,
            "highest_pane": main.highest_pane,
            "self_pane": main.self_pane,
            "default_layout": main.default_layout,
        },
        "podium": podium,
        "speaker": speaker.site.code if speaker is not None else None,
        "connected": sum(1 for site in province.sites.values() if site.connected),
        "sites": {
            site.code: site_truth(site, province, cluster) for site in province.sites.values()
        },
    }


def site_truth(site: Site, province: Province, cluster: Cluster) -> dict[str, Any]:
    """One site."""
    leg, room, line = site.leg, site.room, site.line
    found: dict[str, Any] = {
        "name": site.display_name,
        "level": site.level,
        "uri": site.uri,
        "state": str(leg.state) if leg is not None else "absent",
        "speaking": site.speaking,
        "audible": site.audible,
        "mic_open": site.mic_open,
        "level_db": round(site.level_db, 1),
        "cut": province.clock.now_s < site.cut_until_s,
        "loss_pct": line.video_up.loss_pct,
        "jitter_ms": round(line.video_up.jitter_ms, 1),
        "rtt_ms": round(line.rtt_ms, 1),
        "picture": list(line.resolution),
    }
    seat = cluster.seat_of(leg) if leg is not None else None
    if leg is not None and seat is not None:
        found["leg"] = {
            "participant": seat.participant_id,
            "id": seat.leg_id,
            "bridge": cluster.bridges[leg.bridge].name,
            "conference": leg.conference.name,
            "shown_name": leg.shown_name,
            "rx_audio_mute": leg.rx_audio_mute,
            "tx_audio_mute": leg.tx_audio_mute,
            "rx_video_mute": leg.rx_video_mute,
            "tx_video_mute": leg.tx_video_mute,
            "importance": leg.importance,
            "chosen_layout": leg.chosen_layout,
            "layout": active_layout(seat),
            "encrypted": leg.encrypted,
            "in_lobby": leg.in_lobby,
        }
    if room is not None:
        now_s = province.clock.now_s
        position = room.camera.position(now_s)
        found["room"] = {
            "mic_muted": room.mic_muted,
            "video_muted": room.video_muted,
            "volume": room.volume,
            "standby": room.standby,
            "teams_mode": room.teams_mode,
            "camera": {
                "preset": room.camera.preset_id,
                "moving": room.camera.moving(now_s),
                "stuck": room.camera.stuck(now_s),
                "pan": position.pan,
                "tilt": position.tilt,
                "zoom": position.zoom,
            },
            "presets": {str(key): preset.name for key, preset in room.presets.items()},
        }
        if room.ptz is not None:
            found["room"]["visca"] = visca_truth(room, now_s)
    return found


def visca_truth(room: Room, now_s: float) -> dict[str, Any]:
    """What a room's VISCA camera holds; positions are in the protocol's units, as all of it is."""
    ptz = room.ptz
    if ptz is None:
        return {}
    return {
        "transport": ptz.transport,
        "power": ptz.power,
        "starting": ptz.starting(now_s),
        "menu": ptz.menu,
        "recalled": ptz.recalled,
        "auto_focus": ptz.auto_focus,
        "focus": room.camera.position(now_s).focus,
        "memories": {
            str(number): {
                "name": ptz.names.get(number, ""),
                "pan": memory.pan,
                "tilt": memory.tilt,
                "zoom": memory.zoom,
                "focus": memory.focus,
            }
            for number, memory in sorted(ptz.memories.items())
        },
    }
