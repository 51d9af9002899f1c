"""look_of: how State becomes one tile. Pure; knows nothing of Qt."""

from __future__ import annotations

from dataclasses import dataclass, field

from console.domain.alarm import Priority
from console.domain.endpoint import LineKind
from console.domain.observed import Leg, Quality
from console.domain.policy import Policy
from console.domain.presence import Presence
from console.domain.reference import shown_contacts
from console.domain.state import State
from console.qt.grid.look import Band, Mark, Site, Stale, Tally, TileLook
from console.qt.grid.sites import site_of

QUALITY_OLD_S = 60
"""A measurement older than this says nothing of the line now."""

_SELF_EVIDENT = frozenset({"open_mic", "lossy"})
"""Alarms of low priority that the tile's own mark tells already."""
_NO_WISH = (Mark.NONE, "", 0)
Counts = tuple[int, int, int]
_NOBODY: Counts = (0, 0, 0)
# an enum's member costs a call each time it is named, and looks are made by thousands
_CONNECTED, _ON_HOLD = Presence.CONNECTED, Presence.ON_HOLD
_COUNTING = (Presence.DROPPED, Presence.DIALLING, Presence.RINGING)
_UNKNOWN, _GOOD, _WARN, _BAD = Band
_NO_TALLY, _PODIUM, _NEXT = Tally
_FRESH = Stale.FRESH
_INTERNET = LineKind.INTERNET


@dataclass(frozen=True, slots=True)
class Scene:
    """What concerns every tile, worked out once a tick: who is on, who is next, alarms by site
    (`(priority, acknowledged)`), silence by MCU, and by district how many sites are connected,
    were told of, and there are."""

    now_us: int
    podium: str = ""
    next: str = ""
    chair: str = ""
    alarms: dict[str, tuple[int, bool]] = field(default_factory=dict[str, tuple[int, bool]])
    stale: dict[str, Stale] = field(default_factory=dict[str, Stale])
    counts: dict[str, Counts] = field(default_factory=dict[str, "Counts"])
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
    for device in {conference.device for conference in state.conferences.values()}:
        heard_us = state.heard.get(device)
        if heard_us is None:
            continue
        silent_s = (now_us - heard_us) / 1e6
        if silent_s >= policy.stale_s:
            found[device] = Stale.GREYED if silent_s >= policy.grey_s else Stale.HATCHED
    return found


def counts_by_lead(state: State) -> dict[str, Counts]:
    """Sites connected, heard of and in all under each unit that has any."""
    found: dict[str, Counts] = {}
    for site, endpoint in state.endpoints.items():
        if endpoint.parent:
            leg = state.legs.get(site)
            presence = leg.presence if leg is not None else Presence.UNKNOWN
            connected, heard, total = found.get(endpoint.parent, _NOBODY)
            here, told = presence is Presence.CONNECTED, presence is not Presence.UNKNOWN
            found[endpoint.parent] = (connected + here, heard + told, total + 1)
    return found


def shown_count(counts: Counts) -> tuple[int, int]:
    """Connected and in all, as a district's tile shows them: −1 connected where no MCU has said
    anything of any of its sites."""
    connected, heard, total = counts
    return connected if heard else -1, total


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
    known = known or site_in(state, site, site in scene.counts)
    leg = state.legs.get(site)
    connected, total = shown_count(scene.counts.get(site, _NOBODY)) if known.lead else (0, 0)
    alarm, acked = scene.alarms.get(site, (0, False)) if scene.alarms else (0, False)
    mark, wish, wish_n = _wish_mark(state, site, now_us) if site in state.wishes else _NO_WISH
    tally = _NO_TALLY
    if site == scene.podium:
        tally = _PODIUM
    elif site == scene.next:
        tally = _NEXT
    net = endpoint.line is _INTERNET
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
    stale = _FRESH
    if scene.stale:
        stale = scene.stale.get(state.device_of(leg.conference), _FRESH)
    here = presence is _CONNECTED or presence is _ON_HOLD
    talking, level = False, -1
    loss_band = jitter_band = _UNKNOWN
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
        _mic_s(state, leg, scene) if leg.mic_muted is False else -1,
        wish,
        wish_n,
        loss,
        jitter,
        picture,
        rate,
        trend,
        stale,
        tally,
        mark,
        here and leg.video_muted is True,
        here and leg.hand_raised is True,
        failed,
        alarm,
        acked,
        net,
        loss_band,
        jitter_band,
        connected,
        total,
        talking,
        level,
    )


def site_in(state: State, site: str, lead: bool) -> Site:
    """What roster and office say of a site. Raises KeyError for an unknown one."""
    told = state.contacts.get(site)
    if told is None:
        return site_of(state.endpoints, site, lead)
    shown = shown_contacts(state.endpoints[site], told)
    return site_of(state.endpoints, site, lead, tuple(each.contact for each in shown))


def with_speech(look: TileLook, talking: bool, level: int) -> TileLook:
    """The same look but for who speaks how loud; an eighth of the work of `look_of`."""
    return tuple.__new__(TileLook, (*look[:-2], talking, level))


def _mic_s(state: State, leg: Leg, scene: Scene) -> int:
    """How long (s) a microphone that the MCU lets through is open out of turn (R27), else −1.

    A room that switched its own microphone off is silent, whatever the MCU would let through.
    """
    site = leg.endpoint
    if leg.presence is not _CONNECTED or site in (scene.podium, scene.chair):
        return -1
    own = state.rooms.get(site)
    if own is not None and own.mic_muted:
        return -1
    return max(0, (scene.now_us - leg.mic_since_us) // 1_000_000)


def _measured(quality: Quality, policy: Policy) -> tuple[int, Band, int, Band]:
    loss, jitter = quality.loss_pct, quality.jitter_ms
    loss_band = jitter_band = _UNKNOWN
    if loss is not None:
        loss_band = _GOOD
        if loss >= policy.loss_warn_pct:
            loss_band = _BAD if loss >= policy.loss_bad_pct else _WARN
    if jitter is not None:
        jitter_band = _GOOD
        if jitter >= policy.jitter_warn_ms:
            jitter_band = _BAD if jitter >= policy.jitter_bad_ms else _WARN
    return (
        -1 if loss is None else round(loss * 10),
        loss_band,
        -1 if jitter is None else round(jitter),
        jitter_band,
    )


def _wish_mark(state: State, site: str, now_us: int) -> tuple[Mark, str, int]:
    from console.qt.grid.wish_mark import wish_mark  # the first picture has no wishes to show

    return wish_mark(state, site, now_us)
