"""`/system`, `/callBridges`, `/coSpaces` and profiles: the bridge's health and settings."""

from __future__ import annotations

from dataclasses import dataclass

from console.simulators.cms.cdr import Recorder
from console.simulators.cms.cluster import BridgeRecord
from console.simulators.cms.context import Context
from console.simulators.cms.fields import LAYOUTS, choice
from console.simulators.cms.paging import listing
from console.simulators.cms.xml import Refused, maybe, node, page, text
from console.simulators.device import Reply
from console.simulators.model.site import DOMAIN, LegState

SOFTWARE = "3.0"
LOAD_LIMIT = 96_000
LEG_LOAD = 300


@dataclass(frozen=True, slots=True)
class Alarm:
    """One system alarm in force: its id, its type and for how many seconds."""

    alarm_id: str
    type: str
    seconds: int


def get_status(context: Context, recorder: Recorder) -> Reply:
    """The bridge's status as numbers; bit rates are sums over its connected legs."""
    cluster, bridge = context.cluster, context.bridge
    clock = cluster.province.clock
    seats = cluster.local_seats(bridge.number)
    lines = [s.leg.site.line for s in seats if s.leg.state is LegState.CONNECTED]
    return page(
        node(
            "status",
            text("hostId", bridge.host_id),
            text("softwareVersion", SOFTWARE),
            text("uptimeSeconds", int(clock.now_s - bridge.started_s) + recorder.uptime_before_s),
            text("cdrTime", recorder.timestamp()),
            text("activated", True),
            text("clusterEnabled", len(cluster.bridges) > 1),
            text("cdrCorrelatorIndex", recorder.correlator),
            text("callLegsActive", len(seats)),
            text("callLegsMaxActive", bridge.legs_most),
            text("callLegsCompleted", bridge.legs_completed),
            text("audioBitRateOutgoing", sum(line.audio_down.bitrate_bps for line in lines)),
            text("audioBitRateIncoming", sum(line.audio_up.bitrate_bps for line in lines)),
            text("videoBitRateOutgoing", sum(line.video_down.bitrate_bps for line in lines)),
            text("videoBitRateIncoming", sum(line.video_up.bitrate_bps for line in lines)),
        )
    )


def get_load(context: Context) -> Reply:
    """The load of media processing: load units, of which the cluster settings give the limit."""
    legs = len(context.cluster.local_seats(context.bridge.number))
    return page(node("load", text("mediaProcessingLoad", legs * LEG_LOAD)))


def get_alarms(context: Context, recorder: Recorder) -> Reply:
    """The system alarms in force: those put by fault, lost peers, call records not delivered."""
    found: list[Alarm] = []
    board, bridge = context.board, context.bridge
    for fault in board.in_force():
        if fault.kind == "alarm" and fault.hits((bridge.name, "cms"), "*", ""):
            seconds = int(board.now() - fault.since_s)
            kind = str(fault.values["type"])
            found.append(Alarm(recorder.alarm_id(f"fault-{fault.number}"), kind, seconds))
    clock = context.cluster.province.clock
    found.extend(
        Alarm(recorder.alarm_id(peer.guid), "callBridgeConnectionFailure", 1)
        for peer in context.cluster.bridges
        if not peer.up
    )
    if recorder.failing_since_s is not None:
        seconds = int(clock.now_s - recorder.failing_since_s)
        found.append(Alarm(recorder.alarm_id("cdr"), "cdrConnectionFailure", seconds))
    return listing("alarms", found, alarm_node, context.query)


def alarm_node(alarm: Alarm) -> str:
    """An alarm as the list shows it."""
    return node(
        "alarm",
        text("type", alarm.type),
        text("activeTimeSeconds", alarm.seconds),
        id=alarm.alarm_id,
    )


def get_cluster(context: Context) -> Reply:
    """What the bridge is told about its cluster, its load limit among it."""
    return page(
        node(
            "cluster",
            text("uniqueName", context.bridge.name),
            text("peerLinkBitRate", 20_000_000),
            text("participantLimit", 2200),
            text("loadLimit", LOAD_LIMIT),
            text("newConferenceLoadLimitBasisPoints", 5000),
            text("existingConferenceLoadLimitBasisPoints", 8000),
        )
    )


def get_database(context: Context) -> Reply:
    """The state of the database."""
    clustered = "enabled" if len(context.cluster.bridges) > 1 else "disabled"
    return page(node("database", clustered=clustered))


def get_bridges(context: Context) -> Reply:
    """The bridges of the cluster."""
    return listing("callBridges", context.cluster.bridges, bridge_node, context.query)


def get_bridge(context: Context, guid: str) -> Reply:
    """One bridge of the cluster."""
    for bridge in context.cluster.bridges:
        if bridge.guid == guid:
            return page(bridge_node(bridge))
    raise Refused("callBridgeDoesNotExist")


def bridge_node(bridge: BridgeRecord) -> str:
    """A bridge as lists and reads show it."""
    return node(
        "callBridge",
        text("name", bridge.name),
        text("address", f"{bridge.name}.{DOMAIN}"),
        text("sipDomain", DOMAIN),
        id=bridge.guid,
    )


def space_node(context: Context) -> str:
    """The one permanent space, in which the province meets."""
    cluster = context.cluster
    return node(
        "coSpace",
        text("name", cluster.province.main.name),
        text("autoGenerated", False),
        text("uri", "giaoban"),
        text("callId", "660001"),
        maybe("panePlacementHighestImportance", cluster.province.main.highest_pane),
        id=cluster.cospace,
    )


def get_spaces(context: Context) -> Reply:
    """The spaces, by `filter`."""
    part = context.query.get("filter", "").casefold()
    spaces = [context] if part in context.cluster.province.main.name.casefold() else []
    return listing("coSpaces", spaces, space_node, context.query)


def get_space(context: Context, space_id: str) -> Reply:
    """One space."""
    if space_id != context.cluster.cospace:
        raise Refused("coSpaceDoesNotExist")
    return page(space_node(context))


def profile_node(context: Context) -> str:
    """The one call-leg profile: what new legs begin with."""
    return node(
        "callLegProfile",
        text("name", "HNTH"),
        text("defaultLayout", context.cluster.province.main.default_layout),
        text("participantLabels", True),
        text("muteSelfAllowed", True),
        id=context.cluster.leg_profile,
    )


def get_profiles(context: Context) -> Reply:
    """The call-leg profiles."""
    return listing("callLegProfiles", [context], profile_node, context.query)


def get_profile(context: Context, profile_id: str) -> Reply:
    """One call-leg profile."""
    if profile_id != context.cluster.leg_profile:
        raise Refused("callLegProfileDoesNotExist")
    return page(profile_node(context))


def put_profile(context: Context, profile_id: str) -> Reply:
    """The layout that new legs begin with."""
    get_profile(context, profile_id)
    form, province = context.form(), context.cluster.province
    if "defaultLayout" in form:
        layout = choice(form, "defaultLayout", LAYOUTS) or "allEqual"
        context.cluster.later(
            ["profile"], lambda: province.set_conference(province.main, default_layout=layout)
        )
    return Reply()


def get_global_profile(context: Context) -> Reply:
    """Which profiles stand at the top."""
    return page(node("profiles", text("callLegProfile", context.cluster.leg_profile)))
