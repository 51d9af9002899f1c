"""look_of: how State becomes one tile. Pure; knows nothing of Qt."""

from __future__ import annotations

from dataclasses import dataclass, field

from console.domain.alarm import Priority
from console.domain.commands import mcu, room
from console.domain.commands.base import Command
from console.domain.commands.composite import Batch
from console.domain.commands.take import TakeToPodium
from console.domain.endpoint import LineKind
from console.domain.observed import Leg, Presence, Quality
from console.domain.policy import Policy
from console.domain.state import Phase, State, Tracked
from console.domain.text import short_name
from console.qt.grid.look import Band, Mark, Site, Stale, Tally, TileLook
from console.qt.grid.names import tier_of

REFUSED_SHOWN_S = 60
"""So long a refusal stays on its tile; the journal keeps it for good."""
QUALITY_OLD_S = 60
"""A measurement older than this says nothing of the line now."""

_SELF_EVIDENT = frozenset({"open_mic", "lossy"})
"""Alarms of low priority that the tile's own mark tells already."""
_COUNTING = frozenset({Presence.DROPPED, Presence.DIALLING, Presence.RINGING})


@dataclass(frozen=True, slots=True)
class Scene:
    """What concerns every tile, worked out once a tick: who is on, who is next, alarms by site
    (`(priority, acknowledged)`), silence by MCU, and sites connected and in all by district."""

    now_us: int
    podium: str = ""
    next: str = ""
    chair: str = ""
    alarms: dict[str, tuple[int, bool]] = field(default_factory=dict[str, tuple[int, bool]])
    stale: dict[str, Stale] = field(default_factory=dict[str, Stale])
    counts: dict[str, tuple[int, int]] = field(default_factory=dict[str, tuple[int, int]])
    policy: Policy = field(default_factory=Policy)


def scene_of(state: State, now_us: int, policy: Policy | None = None) -> Scene:
    """The Scene of a State, everything counted anew."""
    policy = policy or Policy()
    return Scene(
        now_us,
        state.podium,
        state.session.next,
        state.session.chair,
        alarms_by_site(state, now_us),
        stale_by_device(state, now_us, policy),
        counts_by_lead(state),
        policy,
    )


def alarms_by_site(state: State, now_us: int) -> dict[str, tuple[int, bool]]:
    """The most urgent alarm of each site that is neither over nor put aside.

    Many sites lost together are one alarm: it marks the district it is grouped under, not each.
    """
    found: dict[str, tuple[int, bool]] = {}
    for alarm in state.alarms.values():
        if alarm.cleared_us or alarm.shelved_until_us > now_us:
            continue
        if alarm.kind in _SELF_EVIDENT and alarm.priority is Priority.LOW:
            continue
        mark = (int(alarm.priority), bool(alarm.acknowledged_us))
        for site in (alarm.group,) if alarm.group else alarm.sites:
            if site not in found or mark < found[site]:
                found[site] = mark
    return found


def stale_by_device(state: State, now_us: int, policy: Policy) -> dict[str, Stale]:
    """How silent each MCU is; one that never answered is not in it."""
    found: dict[str, Stale] = {}
    for device, heard_us in state.heard.items():
        silent_s = (now_us - heard_us) / 1e6
        if silent_s >= policy.stale_s:
            found[device] = Stale.GREYED if silent_s >= policy.grey_s else Stale.HATCHED
    return found


def counts_by_lead(state: State) -> dict[str, tuple[int, int]]:
    """Sites connected and in all under each unit that has any."""
    found: dict[str, tuple[int, int]] = {}
    for site, endpoint in state.endpoints.items():
        if endpoint.parent:
            leg = state.legs.get(site)
            here = leg is not None and leg.presence is Presence.CONNECTED
            connected, total = found.get(endpoint.parent, (0, 0))
            found[endpoint.parent] = (connected + here, total + 1)
    return found


def site_of(state: State, site: str, lead: bool) -> Site:
    """What the roster says of a site, as its tile needs it."""
    endpoint = state.endpoints[site]
    parent = state.endpoints.get(endpoint.parent)
    contact = next((c for c in endpoint.contacts if c.role == "technician"), None)
    return Site(
        site,
        endpoint.name,
        endpoint.short or short_name(endpoint.name),
        tier_of(endpoint.name),
        parent.name if parent else "",
        lead,
        endpoint.line,
        endpoint.carrier,
        contact.name if contact else "",
        contact.phone if contact else "",
    )


def look_of(
    state: State,
    site: str,
    now_us: int,
    scene: Scene | None = None,
    known: Site | None = None,
    trend: tuple[float, ...] = (),
) -> TileLook:
    """Everything that the tile of a site shows now. `scene` and `known` are worked out here
    where the caller has none at hand. Raises KeyError for a site that is not in the State."""
    scene = scene or scene_of(state, now_us)
    endpoint = state.endpoints[site]
    known = known or site_of(state, site, site in scene.counts)
    leg = state.legs.get(site)
    connected, total = scene.counts.get(site, (0, 0)) if known.lead else (0, 0)
    alarm, acked = scene.alarms.get(site, (0, False))
    mark, wish, wish_n = _wish(state, site, now_us)
    tally = Tally.NONE
    if site == scene.podium:
        tally = Tally.PODIUM
    elif site == scene.next:
        tally = Tally.NEXT
    net = endpoint.line is LineKind.INTERNET
    failed = endpoint.check == "failed"
    if leg is None:
        return TileLook(
            known,
            tally=tally,
            mark=mark,
            wish=wish,
            wish_n=wish_n,
            check_failed=failed,
            alarm=alarm,
            acked=acked,
            net=net,
            connected=connected,
            total=total,
        )
    presence = leg.presence
    stale = Stale.FRESH
    if scene.stale:
        stale = scene.stale.get(state.device_of(leg.conference), Stale.FRESH)
    here = presence is Presence.CONNECTED or presence is Presence.ON_HOLD
    talking, level = False, -1
    loss_band = jitter_band = Band.UNKNOWN
    loss = jitter = rate = -1
    picture = (0, 0)
    if here:
        speech = state.speech.get(site)
        if speech is not None and speech.talking:
            talking = True
            level = -1 if speech.level is None else speech.level
        quality = state.quality.get(site)
        if quality is not None and now_us - quality.at_us < QUALITY_OLD_S * 1_000_000:
            loss, loss_band, jitter, jitter_band = _measured(quality, scene.policy)
            rate = -1 if quality.rx_kbps is None else int(quality.rx_kbps)
            picture = (quality.height or 0, round(quality.fps or 0))
    return TileLook(
        known,
        presence,
        (now_us - leg.presence_since_us) // 1_000_000 if presence in _COUNTING else -1,
        stale,
        tally,
        mark,
        wish,
        wish_n,
        talking,
        level,
        _mic_s(state, leg, scene),
        here and leg.video_muted is True,
        here and leg.hand_raised is True,
        failed,
        alarm,
        acked,
        net,
        loss_band,
        jitter_band,
        loss,
        jitter,
        picture,
        rate,
        connected,
        total,
        trend,
    )


def _mic_s(state: State, leg: Leg, scene: Scene) -> int:
    """How long (s) the microphone has been open out of turn (R27), −1 where it is not.

    A room that switched its own microphone off is silent, whatever the MCU would let through.
    """
    site = leg.endpoint
    if leg.mic_muted is not False or leg.presence is not Presence.CONNECTED:
        return -1
    if site == scene.podium or site == scene.chair:
        return -1
    own = state.rooms.get(site)
    if own is not None and own.mic_muted:
        return -1
    return max(0, (scene.now_us - leg.mic_since_us) // 1_000_000)


def _measured(quality: Quality, policy: Policy) -> tuple[int, Band, int, Band]:
    loss, jitter = quality.loss_pct, quality.jitter_ms
    loss_band = jitter_band = Band.UNKNOWN
    if loss is not None:
        loss_band = Band.GOOD
        if loss >= policy.loss_warn_pct:
            loss_band = Band.BAD if loss >= policy.loss_bad_pct else Band.WARN
    if jitter is not None:
        jitter_band = Band.GOOD
        if jitter >= policy.jitter_warn_ms:
            jitter_band = Band.BAD if jitter >= policy.jitter_bad_ms else Band.WARN
    return (
        -1 if loss is None else round(loss * 10),
        loss_band,
        -1 if jitter is None else round(jitter),
        jitter_band,
    )


def _wish(state: State, site: str, now_us: int) -> tuple[Mark, str, int]:
    """What became of the newest wish about a site; a step of a TAKE speaks for the whole."""
    newest = state.wishes.get(site)
    tracked = state.commands.get(newest) if newest else None
    if tracked is None:
        return Mark.NONE, "", 0
    whole = state.commands.get(tracked.parent) if tracked.parent else None
    if (
        whole is not None
        and isinstance(whole.command, TakeToPodium)
        and site in whole.command.sites()
    ):
        tracked = whole
    mark = _mark(state, tracked, now_us)
    wish, number = _named(tracked.command, site) if mark else ("", 0)
    return (mark, wish, number) if wish else (Mark.NONE, "", 0)


def _mark(state: State, tracked: Tracked, now_us: int) -> Mark:
    if tracked.phase.open:
        return Mark.PENDING
    if tracked.phase is Phase.REFUSED:
        recent = now_us - tracked.ended_us < REFUSED_SHOWN_S * 1_000_000
        return Mark.REFUSED if recent else Mark.NONE
    if tracked.phase is Phase.UNKNOWN and not tracked.command.satisfied(state):
        return Mark.UNKNOWN
    return Mark.NONE


def _named(command: Command, site: str) -> tuple[str, int]:
    """The wish's name under `grid.wish.` in the wording, and its number; "" shows nothing."""
    match command:
        case mcu.MuteSite() | room.MuteRoom():
            return ("mute" if command.muted else "unmute"), 0
        case mcu.HideVideo():
            return ("hide" if command.hidden else "unhide"), 0
        case TakeToPodium():
            return "take", 0
        case mcu.PutOnPodium():
            return ("podium" if command.endpoint == site else "leave"), 0
        case mcu.SetScreenLayout():
            return "layout", 0
        case mcu.DialSite():
            return "dial", 0
        case mcu.HangUpSite():
            return "hang_up", 0
        case room.RecallPreset():
            return "preset", command.number
        case room.StorePreset():
            return "store", command.number
        case room.SetStandby():
            return ("sleep" if command.on else "awake"), 0
        case Batch():
            return next((_named(s, site) for s in command.of if site in s.sites()), ("", 0))
        case _:
            return "", 0
