"""`/participants` and `/calls/<id>/participants`: who is in a call, dialled, moved, hung up."""

from __future__ import annotations

from typing import Any

from console.simulators.cms.cluster import Call, Seat
from console.simulators.cms.context import Context
from console.simulators.cms.fields import LAYOUTS, choice, flag, label, number
from console.simulators.cms.paging import listing
from console.simulators.cms.xml import Refused, maybe, node, page, text
from console.simulators.device import Reply
from console.simulators.model.site import LegState

LIMIT = 2200
FILTER_IDS = 20
MUTES = (
    ("rxAudioMute", "rx_audio_mute"),
    ("txAudioMute", "tx_audio_mute"),
    ("rxVideoMute", "rx_video_mute"),
    ("txVideoMute", "tx_video_mute"),
)


def get_participants(context: Context, call_id: str = "") -> Reply:
    """The participants of one call, or of all calls, by `filter` and `callBridgeFilter`."""
    query, cluster = context.query, context.cluster
    if call_id:
        seats = cluster.seats_of(context.call(call_id).conference)
    else:
        seats = [cluster.seats[key] for key in cluster.order]
    if part := query.get("filter", "").casefold():
        seats = [seat for seat in seats if part in seat.leg.shown_name.casefold()]
    if guid := query.get("callBridgeFilter"):
        hosts = {bridge.number for bridge in cluster.bridges if bridge.guid == guid}
        seats = [seat for seat in seats if seat.leg.bridge in hosts]
    return listing("participants", context.listed(seats), lambda seat: brief(context, seat), query)


def brief(context: Context, seat: Seat) -> str:
    """A participant as a list shows it."""
    return node(
        "participant",
        text("name", seat.leg.shown_name),
        maybe("call", call_id_here(context, seat)),
        maybe("callBridge", remote_bridge(context, seat)),
        id=seat.participant_id,
    )


def call_id_here(context: Context, seat: Seat) -> str | None:
    """This bridge's own id of the call a seat belongs to."""
    call = context.cluster.call_of(seat.leg.conference)
    return call.ids.get(context.bridge.number) if call else None


def remote_bridge(context: Context, seat: Seat) -> str | None:
    """The GUID of the bridge that hosts a participant, when it is not this one."""
    if seat.leg.bridge == context.bridge.number:
        return None
    return context.cluster.bridges[seat.leg.bridge].guid


def get_participant(context: Context, participant_id: str) -> Reply:
    """One participant in full."""
    seat = context.seat(participant_id)
    leg, remote = seat.leg, remote_bridge(context, seat)
    camera = leg.site.room is not None and leg.state is LegState.CONNECTED
    configuration = node(
        "configuration",
        maybe("importance", leg.importance),
        maybe("nameLabelOverride", leg.label),
        maybe("defaultLayout", leg.default_layout),
    )
    status = node("status", text("state", leg.state), text("cameraControlAvailable", camera))
    return page(
        node(
            "participant",
            maybe("call", call_id_here(context, seat)),
            maybe("callBridge", remote),
            maybe("numCallLegs", None if remote else 1),
            text("name", leg.shown_name),
            text("uri", bare(leg.site.uri)),
            text("originalUri", bare(leg.site.uri)),
            text("isActivator", leg.site.level != "stranger"),
            text("canMove", leg.state is LegState.CONNECTED),
            maybe("movedParticipant", seat.moved_from),
            configuration,
            status,
            id=participant_id,
        )
    )


def bare(uri: str) -> str:
    """An address without its scheme, as the bridge shows it."""
    return uri.removeprefix("sip:")


def post_participant(context: Context, call_id: str) -> Reply:
    """Dial somebody into a call, or move a participant into it."""
    call, form, cluster = context.call(call_id), context.form(), context.cluster
    if "movedParticipant" in form:
        return move(context, call, form["movedParticipant"])
    remote = form.get("remoteParty", "").strip()
    if not remote:
        raise Refused("parameterError", parameter="remoteParty", error="valueMissing")
    values = leg_values(form)
    if len(cluster.seats_of(call.conference)) >= LIMIT:
        raise Refused("participantLimitReached")
    if cluster.dry:
        return located(cluster.new_id())
    province = cluster.province
    uri = remote if ":" in remote else f"sip:{remote}"
    site = next((site for site in province.sites.values() if site.uri == uri), None)
    if site is not None and site.leg is not None:
        site = None
        reason = "busy"
    else:
        reason = "unknownDestination"
    known = site is not None
    target = site or province.stranger(uri, bare(uri))
    leg = province.seat(target, call.conference, outgoing=True, bridge=context.bridge.number)
    for name, value in values.items():
        setattr(leg, name, value)
    if known:
        cluster.later([cluster.key(leg)], lambda: province.ring(leg))
    else:
        province.clock.after_wall(1.5, lambda: province.hang_up(leg, reason))
    seat = cluster.seat_of(leg)
    return located(seat.participant_id if seat else cluster.new_id())


def located(participant_id: str) -> Reply:
    """The answer that names a new participant."""
    return Reply(200, headers={"Location": f"/api/v1/participants/{participant_id}"})


def leg_values(form: dict[str, str]) -> dict[str, Any]:
    """What a form says about a leg, judged; fields it does not know are passed over."""
    values: dict[str, Any] = {}
    for name, attribute in MUTES:
        if name in form:
            values[attribute] = flag(form, name)
    for name in ("layout", "defaultLayout"):
        if name in form:
            values["default_layout"] = choice(form, name, LAYOUTS)
    if "chosenLayout" in form:
        values["chosen_layout"] = choice(form, "chosenLayout", LAYOUTS)
    if "importance" in form:
        values["importance"] = number(form, "importance")
    if "nameLabelOverride" in form:
        values["label"] = label(form, "nameLabelOverride")
    return values


def move(context: Context, call: Call, participant_id: str) -> Reply:
    """Take a participant out of its call and seat it in this one, under new ids."""
    seat = context.own_seat(participant_id)
    leg, cluster, province = seat.leg, context.cluster, context.cluster.province
    if leg.state is not LegState.CONNECTED or leg.conference is call.conference:
        raise Refused("invalidOperation")
    if cluster.dry:
        return located(cluster.new_id())
    site, old = leg.site, (seat.participant_id, seat.leg_id)
    province.hang_up(leg, "participantMoved")
    moved = province.seat(site, call.conference, outgoing=leg.outgoing, bridge=leg.bridge)
    moved.label, moved.rx_audio_mute = leg.label, leg.rx_audio_mute
    new = cluster.seat_of(moved)
    if new is None:
        raise Refused("callBridgeUnavailable")
    new.moved_from, new.moved_leg_from = old
    cluster.later([cluster.key(moved)], lambda: province.answer(moved))
    return located(new.participant_id)


def put_participant(context: Context, participant_id: str) -> Reply:
    """Importance and name of one participant, on the bridge that hosts it."""
    seat, form = context.own_seat(participant_id), context.form()
    wanted = ("importance", "nameLabelOverride")
    values = leg_values({name: form[name] for name in wanted if name in form})
    if values:
        apply(context, [seat], values)
    return Reply()


def put_all(context: Context, call_id: str) -> Reply:
    """One setting for every local participant of a call, or all but those, or only those.

    `filterIds` and `mode` may stand in the form or in the query.
    """
    call, form = context.call(call_id), context.form()
    query = context.query
    ids = form.get("filterIds", query.get("filterIds", ""))
    mode = form.get("mode", query.get("mode", "")) or "exclude"
    if mode not in ("exclude", "selected"):
        raise Refused("parameterError", parameter="mode", error="invalidValue")
    chosen = {part.strip() for part in ids.split(",") if part.strip()}
    if len(chosen) > FILTER_IDS:
        raise Refused("parameterError", parameter="filterIds", error="invalidValue")
    allowed = ("layout", "importance", *(name for name, _ in MUTES))
    values = leg_values({name: form[name] for name in allowed if name in form})
    seats = [
        seat
        for seat in context.cluster.seats_of(call.conference)
        if seat.leg.bridge == context.bridge.number
        and (seat.participant_id in chosen) == (mode == "selected")
    ]
    if values:
        apply(context, seats, values)
    return Reply()


def apply(context: Context, seats: list[Seat], values: dict[str, Any]) -> None:
    """Let the same values take effect on these seats, at one moment each."""
    province, cluster = context.cluster.province, context.cluster

    def everyone() -> None:
        for seat in seats:
            province.set_leg(seat.leg, **values)

    if seats:
        cluster.later([cluster.key(seat.leg) for seat in seats], everyone)


def delete_participant(context: Context, participant_id: str) -> Reply:
    """Hang up."""
    seat = context.seat(participant_id)
    if seat.leg.bridge != context.bridge.number:
        raise Refused("participantCannotBeDeleted")
    hang_up(context, seat)
    return Reply()


def hang_up(context: Context, seat: Seat) -> None:
    """Let a leg end by the bridge's own hand."""
    cluster, leg = context.cluster, seat.leg
    cluster.later([cluster.key(leg)], lambda: cluster.province.hang_up(leg, "apiInitiatedTeardown"))
