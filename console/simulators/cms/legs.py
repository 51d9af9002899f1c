"""`/callLegs`: the media of one participant, its mutes, its layout, its camera."""

from __future__ import annotations

from collections.abc import Sequence

from console.simulators.cms.cluster import Seat
from console.simulators.cms.context import Context
from console.simulators.cms.fields import choice
from console.simulators.cms.links import Link, all_links, links_of
from console.simulators.cms.paging import listing
from console.simulators.cms.participants import (
    apply,
    bare,
    call_id_here,
    hang_up,
    leg_values,
    remote_bridge,
)
from console.simulators.cms.xml import Refused, maybe, node, page, text
from console.simulators.device import Reply
from console.simulators.model.camera import Position
from console.simulators.model.quality import Flow, Line
from console.simulators.model.site import LegState

ALARMS = ("packetLoss", "excessiveJitter", "highRoundTripTime")
LOSS_PCT, JITTER_MS, ROUND_TRIP_MS = 1.0, 40.0, 250.0
PAN_STEP, TILT_STEP, ZOOM_STEP, FOCUS_STEP = 900, 450, 900, 500


def alarms_of(seat: Seat) -> list[str]:
    """The alarms a leg raises at present; hints, not judgements."""
    line, found = seat.leg.site.line, list[str]()
    if seat.leg.state is not LegState.CONNECTED:
        return found
    flows = (line.audio_up, line.video_up, line.audio_down, line.video_down)
    if any(flow.loss_pct > LOSS_PCT for flow in flows):
        found.append("packetLoss")
    if any(flow.jitter_ms > JITTER_MS for flow in flows):
        found.append("excessiveJitter")
    if line.rtt_ms > ROUND_TRIP_MS:
        found.append("highRoundTripTime")
    return found


def get_legs(context: Context, call_id: str = "", participant_id: str = "") -> Reply:
    """The legs of this bridge: all, of one call or of one participant, by the usual filters."""
    query, cluster, here = context.query, context.cluster, context.bridge.number
    participant_id = participant_id or query.get("participantFilter", "")
    links: Sequence[Link] = ()
    if participant_id:
        seat = context.seat(participant_id)
        if remote := remote_bridge(context, seat):
            return page(node("callLegs", text("callBridge", remote), total=0))
        seats = [seat]
    elif call_id:
        call = context.call(call_id)
        seats = [s for s in cluster.seats_of(call.conference) if s.leg.bridge == here]
        links = links_of(context, call)
    else:
        seats, links = cluster.local_seats(here), all_links(context)
    seats = context.listed(seats)
    if wanted_calls := query.get("callsFilter"):
        seats = [seat for seat in seats if call_id_here(context, seat) == wanted_calls]
    if part := query.get("filter", "").casefold():
        seats = [seat for seat in seats if part in seat.leg.shown_name.casefold()]
        links = [link for link in links if part in link.peer.name]
    if layout := query.get("activeLayoutFilter"):
        seats, links = [seat for seat in seats if active_layout(seat) == layout], ()
    if wanted := query.get("alarms"):
        names = set(ALARMS) if wanted == "all" else set(wanted.split("|"))
        if names - set(ALARMS):
            raise Refused("parameterError", parameter="alarms", error="invalidValue")
        seats, links = [seat for seat in seats if names & set(alarms_of(seat))], ()
    items: list[Seat | Link] = [*seats, *links]
    return listing("callLegs", items, lambda item: brief(context, item), query)


def get_participant_legs(context: Context, participant_id: str) -> Reply:
    """The legs of one participant; of a remote one, only which bridge to ask."""
    return get_legs(context, participant_id=participant_id)


def brief(context: Context, item: Seat | Link) -> str:
    """A leg as a list shows it."""
    if isinstance(item, Link):
        return node(
            "callLeg",
            text("name", item.peer.name),
            text("remoteParty", f"{item.peer.name}@cluster.hnth.daklak.example"),
            text("call", item.call.ids[context.bridge.number]),
            id=item.leg_id,
        )
    alarms = alarms_of(item)
    return node(
        "callLeg",
        text("name", item.leg.shown_name),
        text("remoteParty", bare(item.leg.site.uri)),
        text("originalRemoteParty", bare(item.leg.site.uri)),
        maybe("call", call_id_here(context, item)),
        node("alarms", *(text(alarm, None) for alarm in alarms)) if alarms else "",
        id=item.leg_id,
    )


def active_layout(seat: Seat) -> str:
    """The layout a site sees: its own choice, else the leg's default, else the profile's as it
    stood when the leg began."""
    leg = seat.leg
    return leg.chosen_layout or leg.default_layout or leg.profile_layout


def get_leg(context: Context, leg_id: str) -> Reply:
    """One leg in full, with its media."""
    for link in all_links(context):
        if link.leg_id == leg_id:
            return link_page(context, link)
    seat = context.leg(leg_id)
    leg, site = seat.leg, seat.leg.site
    flowing = leg.state is LegState.CONNECTED
    configuration = node(
        "configuration",
        maybe("chosenLayout", leg.chosen_layout),
        maybe("defaultLayout", leg.default_layout),
        maybe("nameLabelOverride", leg.label),
        text("participantLabels", True),
        text("rxAudioMute", leg.rx_audio_mute),
        text("txAudioMute", leg.tx_audio_mute),
        text("rxVideoMute", leg.rx_video_mute),
        text("txVideoMute", leg.tx_video_mute),
    )
    status = node(
        "status",
        text("state", leg.state),
        text("durationSeconds", int(context.cluster.province.clock.now_s - leg.began_s)),
        text("direction", "outgoing" if leg.outgoing else "incoming"),
        text("groupId", seat.group_id),
        text("encryptedMedia", leg.encrypted),
        text("unencryptedMedia", not leg.encrypted),
        maybe("deactivated", True if leg.in_lobby else None),
        text("layout", active_layout(seat)),
        text("activeLayout", active_layout(seat)),
        text("cameraControlAvailable", flowing and site.room is not None),
        media(site.line, seat) if flowing else "",
    )
    alarms = alarms_of(seat)
    return page(
        node(
            "callLeg",
            text("name", leg.shown_name),
            text("remoteParty", bare(site.uri)),
            text("originalRemoteParty", bare(site.uri)),
            maybe("call", call_id_here(context, seat)),
            text("type", "sip"),
            text("direction", "outgoing" if leg.outgoing else "incoming"),
            text("canMove", flowing),
            maybe("movedCallLeg", seat.moved_leg_from),
            node("alarms", *(text(alarm, None) for alarm in alarms)) if alarms else "",
            configuration,
            status,
            id=leg_id,
        )
    )


def media(line: Line, seat: Seat) -> str:
    """The four streams; `rx` is what the bridge receives. Round trip stands on tx only."""
    width, height, rate = line.resolution
    picture = (text("width", width), text("height", height), text("frameRate", rate))
    down = (text("width", 1280), text("height", 720), text("frameRate", 30.0))
    trip = text("roundTripTime", round(line.rtt_ms))
    leg = seat.leg
    camera_on = leg.site.room is None or not leg.site.room.video_muted
    parts = [
        node("rxAudio", text("codec", "opus"), *figures(line.audio_up)),
        node("txAudio", text("codec", "opus"), *figures(line.audio_down), trip),
    ]
    if camera_on:
        parts.append(
            node("rxVideo", text("codec", "h264"), *picture, *figures(line.video_up), role="main")
        )
    parts.append(
        node("txVideo", text("codec", "h264"), *down, *figures(line.video_down), trip, role="main")
    )
    return "".join(parts)


def figures(flow: Flow) -> tuple[str, str, str]:
    """Loss in percent, jitter in ms, rate in bit/s."""
    return (
        text("packetLossPercentage", round(flow.loss_pct, 1)),
        text("jitter", round(flow.jitter_ms)),
        text("bitRate", flow.bitrate_bps),
    )


def link_page(context: Context, link: Link) -> Reply:
    """The leg towards another bridge of the cluster."""
    call_id = link.call.ids[context.bridge.number]
    return page(
        node(
            "callLeg",
            text("name", link.peer.name),
            text("remoteParty", f"{link.peer.name}@cluster.hnth.daklak.example"),
            text("call", call_id),
            text("type", "sip"),
            text("subtype", "distributionLink"),
            text("direction", "outgoing"),
            text("canMove", False),
            node("configuration"),
            node("status", text("state", "connected"), text("encryptedMedia", True)),
            id=link.leg_id,
        )
    )


def put_leg(context: Context, leg_id: str) -> Reply:
    """Mutes, layout and name of one leg."""
    seat, form = context.leg(leg_id), context.form()
    form.pop("importance", None)
    values = leg_values(form)
    if values:
        apply(context, [seat], values)
    return Reply()


def delete_leg(context: Context, leg_id: str) -> Reply:
    """Hang up."""
    hang_up(context, context.leg(leg_id))
    return Reply()


def put_camera(context: Context, leg_id: str) -> Reply:
    """One step of the far camera (from 2.9; there are no presets on this way)."""
    seat, form = context.leg(leg_id), context.form()
    site, province = seat.leg.site, context.cluster.province
    steps = {
        "pan": choice(form, "pan", ("left", "right")) if "pan" in form else None,
        "tilt": choice(form, "tilt", ("up", "down")) if "tilt" in form else None,
        "zoom": choice(form, "zoom", ("in", "out")) if "zoom" in form else None,
        "focus": choice(form, "focus", ("in", "out")) if "focus" in form else None,
    }
    room = site.room
    if room is None or seat.leg.state is not LegState.CONNECTED:
        raise Refused("invalidOperation")

    def step() -> None:
        here = room.camera.position(province.clock.now_s)
        pan = {"left": -PAN_STEP, "right": PAN_STEP}.get(steps["pan"] or "", 0)
        tilt = {"up": TILT_STEP, "down": -TILT_STEP}.get(steps["tilt"] or "", 0)
        zoom = {"in": ZOOM_STEP, "out": -ZOOM_STEP}.get(steps["zoom"] or "", 0)
        focus = {"in": FOCUS_STEP, "out": -FOCUS_STEP}.get(steps["focus"] or "", 0)
        there = Position(here.pan + pan, here.tilt + tilt, here.zoom + zoom, here.focus + focus)
        province.go(site, there.held(room.camera.reach))

    if any(steps.values()):
        context.cluster.later([context.cluster.key(seat.leg)], step)
    return Reply()
