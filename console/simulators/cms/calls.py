"""`/calls`: the meetings in progress on one bridge."""

from __future__ import annotations

from typing import Any

from console.simulators.cms.cluster import Call
from console.simulators.cms.context import Context
from console.simulators.cms.fields import choice, flag, invalid, number
from console.simulators.cms.links import links_of
from console.simulators.cms.paging import listing
from console.simulators.cms.xml import Refused, maybe, node, page, text
from console.simulators.device import Reply

POSITIONS = ("top", "middle", "bottom")
SELF_PANES = ("skip", "self", "blank", "unset")
TEXT_LIMIT = 255


def get_calls(context: Context) -> Reply:
    """The calls of this bridge, by `coSpaceFilter` where given."""
    bridge, query = context.bridge.number, context.query
    calls = [call for call in context.cluster.calls if bridge in call.ids]
    if space := query.get("coSpaceFilter"):
        calls = [call for call in calls if call.cospace == space]
    return listing("calls", calls, lambda call: brief(call, bridge), query)


def brief(call: Call, bridge: int) -> str:
    """A call as a list shows it."""
    return node(
        "call",
        text("name", call.conference.name),
        maybe("coSpace", call.cospace),
        text("callCorrelator", call.correlator),
        id=call.ids[bridge],
    )


def get_call(context: Context, call_id: str) -> Reply:
    """One call in full."""
    call = context.call(call_id)
    conference, clock = call.conference, context.cluster.province.clock
    seats = context.cluster.seats_of(conference)
    local = sum(1 for seat in seats if seat.leg.bridge == context.bridge.number)
    others = {seat.leg.bridge for seat in seats} - {context.bridge.number}
    presenter = next((seat for seat in seats if seat.leg.presenting), None)
    passed_s = clock.now_s - conference.message_since_s
    left: int | None = None
    if conference.message_duration.isdigit():
        left = max(0, int(conference.message_duration) - int(passed_s / clock.speed))
    recording, streaming = conference.recording, conference.streaming
    return page(
        node(
            "call",
            text("name", conference.name),
            text("callType", "coSpace" if call.cospace else "adHoc"),
            maybe("coSpace", call.cospace),
            text("callCorrelator", call.correlator),
            text("durationSeconds", int(clock.now_s - conference.started_s)),
            text("numCallLegs", local + len(links_of(context, call))),
            text("maxCallLegs", conference.most_legs),
            text("numParticipantsLocal", local),
            text("numParticipantsRemote", len(seats) - local),
            text("numDistributedInstances", len(others)),
            maybe("presenterCallLeg", presenter.leg_id if presenter else None),
            text("locked", conference.locked),
            text("recording", recording),
            text("recordingStatus", recording),
            text("streaming", streaming),
            text("streamingStatus", streaming),
            text("allowAllMuteSelf", conference.all_mute_self),
            text("allowAllPresentationContribution", False),
            maybe("joinAudioMuteOverride", conference.join_muted),
            maybe("messageText", conference.message_text or None),
            text("messagePosition", conference.message_position),
            text("messageDuration", conference.message_duration),
            maybe("messageTimeRemaining", left),
            text("activeWhenEmpty", True),
            text("endpointRecording", False),
            maybe("panePlacementHighestImportance", conference.highest_pane),
            text("panePlacementSelfPaneMode", conference.self_pane),
            id=call_id,
        )
    )


def post_calls(context: Context) -> Reply:
    """A new call, or the one that the coSpace already has."""
    form, cluster = context.form(), context.cluster
    space, name = form.get("coSpace", ""), form.get("name", "")
    if space and space != cluster.cospace:
        raise Refused("coSpaceDoesNotExist")
    if not space and not name:
        raise Refused("parameterError", parameter="name", error="valueMissing")
    province = cluster.province
    if space and province.main in province.conferences:
        conference = province.main
    elif cluster.dry:
        return Reply(200, headers={"Location": f"/api/v1/calls/{cluster.new_id()}"})
    elif space:
        conference = province.meeting_on(context.bridge.number)
    else:
        conference = province.open_conference(name)
    call = cluster.call_of(conference)
    if call is None:
        raise Refused("callBridgeUnavailable")
    put_values(context, call, form)
    return Reply(200, headers={"Location": f"/api/v1/calls/{call.ids[context.bridge.number]}"})


def put_call(context: Context, call_id: str) -> Reply:
    """Change a call; the change is seen later."""
    put_values(context, context.call(call_id), context.form())
    return Reply()


def put_values(context: Context, call: Call, form: dict[str, str]) -> None:
    """Judge every field first, then let all take effect together."""
    values: dict[str, Any] = {}
    flags = (
        ("locked", "locked"),
        ("recording", "recording"),
        ("streaming", "streaming"),
        ("allowAllMuteSelf", "all_mute_self"),
    )
    for name, attribute in flags:
        if name in form:
            values[attribute] = flag(form, name)
    if "joinAudioMuteOverride" in form:
        values["join_muted"] = flag(form, "joinAudioMuteOverride", unset=None)
    if "messageText" in form:
        values["message_text"] = form["messageText"][:TEXT_LIMIT]
    if "messagePosition" in form:
        values["message_position"] = choice(form, "messagePosition", POSITIONS) or "middle"
    if "messageDuration" in form:
        value = form["messageDuration"] or "0"
        if value != "permanent" and not (value.isascii() and value.isdigit()):
            raise invalid("messageDuration")
        values["message_duration"] = value
    if "panePlacementHighestImportance" in form:
        values["highest_pane"] = number(form, "panePlacementHighestImportance", low=1)
    if "panePlacementSelfPaneMode" in form:
        values["self_pane"] = choice(form, "panePlacementSelfPaneMode", SELF_PANES) or "unset"
    if values:
        province, conference = context.cluster.province, call.conference
        context.cluster.later(
            [("call", conference.number)], lambda: province.set_conference(conference, **values)
        )


def delete_call(context: Context, call_id: str) -> Reply:
    """End a call for everybody."""
    call, province = context.call(call_id), context.cluster.province

    def end() -> None:
        if call.conference in province.conferences:
            province.close_conference(call.conference)

    context.cluster.later([("call", call.conference.number)], end)
    return Reply()
