"""What deserves an alarm, seen in one State: conditions with the delay each must last.

Priorities follow ISA-18.2 practice: the podium and the chair first, a scheduled speaker next,
any other site last. Many sites in the same trouble are one condition with a count; once so told
of, they stay one until none is left, so that an alarm does not change its shape at a threshold.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from console.domain.alarm import Alarm, Priority
from console.domain.device import LinkHealth
from console.domain.policy import Policy
from console.domain.presence import Presence
from console.domain.state import State

_AWAY = (Presence.DROPPED, Presence.ABSENT, Presence.DIALLING, Presence.RINGING)
_GUEST = "guest"


@dataclass(frozen=True, slots=True)
class Condition:
    """Something that is wrong now, and for how long (s) it must be so before it alarms.

    `since_us` is when it began as far as devices reported it, 0 where only looking tells.
    """

    alarm: Alarm
    delay_s: float = 0.0
    since_us: int = 0


def conditions(state: State, policy: Policy) -> dict[str, Condition]:
    """Everything that is wrong in this State, by alarm id."""
    found: dict[str, Condition] = {}
    for condition in (
        *_links(state),
        *_lost_sites(state, policy),
        *_open_mics(state, policy),
        *_quality(state, policy),
    ):
        found[condition.alarm.id] = condition
    return found


def _many(
    alarm_id: str,
    kind: str,
    priority: Priority,
    sites: Iterable[str],
    device: str = "",
    group: str = "",
) -> Alarm:
    return Alarm(alarm_id, kind, priority, tuple(sorted(sites)), device=device, group=group)


def _active(state: State, alarm_id: str) -> bool:
    """Whether this alarm was raised and is not over."""
    alarm = state.alarms.get(alarm_id)
    return alarm is not None and not alarm.cleared_us


# -- links -------------------------------------------------------------------------------------


def _links(state: State) -> Iterator[Condition]:
    rooms_down: set[str] = set()
    for device in state.devices.values():
        down = device.health is LinkHealth.DOWN
        if device.endpoint:
            if down:
                rooms_down.add(device.endpoint)
            continue
        if down:
            yield Condition(Alarm(f"link:{device.id}", "mcu_down", Priority.HIGH, device=device.id))
        elif device.push is False:
            yield Condition(
                Alarm(f"feed:{device.id}", "feed_silent", Priority.MEDIUM, device=device.id), 5.0
            )
    if rooms_down:
        yield Condition(_many("link:rooms", "rooms_down", Priority.LOW, rooms_down), 30.0)


# -- sites that were lost ----------------------------------------------------------------------


def expected_on_podium(state: State) -> str:
    """The site that is to be on the podium, whether it is still there or was lost."""
    return state.expected_podium


def _lost_sites(state: State, policy: Policy) -> Iterator[Condition]:
    session = state.session
    on_podium = state.expected_podium
    due = {item.endpoint for item in session.script[max(session.line, 0) :]}
    ordinary: dict[str, list[str]] = defaultdict(list)
    parents = _parents(state)
    for site, leg in state.legs.items():
        endpoint = state.endpoints.get(site)
        if endpoint is None or leg.presence not in _AWAY:
            continue
        if site == on_podium and state.podium in ("", site):
            yield Condition(Alarm(f"podium:{site}", "podium_lost", Priority.HIGH, (site,)))
        elif not leg.joined or endpoint.level == _GUEST:
            continue
        elif site == session.chair:
            yield Condition(Alarm(f"chair:{site}", "chair_lost", Priority.HIGH, (site,)))
        elif site in due:
            yield Condition(Alarm(f"speaker:{site}", "speaker_lost", Priority.MEDIUM, (site,)))
        else:
            ordinary[_group_of(state, site, parents)].append(site)
    yield from _grouped(state, policy, ordinary)


def _parents(state: State) -> set[str]:
    return {e.parent for e in state.endpoints.values()}


def _group_of(state: State, site: str, parents: set[str]) -> str:
    """The district that a site belongs to (itself if it is one), else its province."""
    endpoint = state.endpoints[site]
    parent = state.endpoints.get(endpoint.parent)
    if parent is None or not parent.parent:
        return site if site in parents else (endpoint.parent or site)
    return parent.id


def _grouped(state: State, policy: Policy, ordinary: dict[str, list[str]]) -> Iterator[Condition]:
    many = policy.group_above
    crowded = {
        group
        for group, sites in ordinary.items()
        if len(sites) > many or _active(state, f"lost:{group}")
    }
    by_mcu: dict[str, list[str]] = defaultdict(list)
    for sites in ordinary.values():
        for site in sites:
            by_mcu[state.device_of(state.legs[site].conference)].append(site)
    widely = {
        device
        for device in by_mcu
        if len(crowded) > many or (crowded and _active(state, f"lost-mcu:{device}"))
    }
    for device in sorted(widely):
        sites = by_mcu[device]
        yield Condition(
            _many(f"lost-mcu:{device}", "many_lost", Priority.HIGH, sites, device, device), 1.0
        )
    for group, sites in ordinary.items():
        left = [s for s in sites if state.device_of(state.legs[s].conference) not in widely]
        if group in crowded and left:
            yield Condition(
                _many(f"lost:{group}", "district_lost", Priority.MEDIUM, left, group=group), 1.0
            )
            continue
        for site in left:
            yield Condition(
                Alarm(f"site:{site}", "site_lost", Priority.LOW, (site,)),
                policy.drop_delay_s,
                state.legs[site].presence_since_us,
            )


# -- microphones -------------------------------------------------------------------------------


def open_mic(state: State, site: str) -> bool:
    """Whether a site's microphone is open at the MCU out of turn (R27). Whoever is to be on the
    podium is in turn, while an MCU that was away can't say yet who is."""
    leg = state.legs.get(site)
    return (
        leg is not None
        and leg.presence is Presence.CONNECTED
        and leg.mic_muted is False
        and site not in (state.podium, state.expected_podium, state.session.chair)
    )


def _open_mics(state: State, policy: Policy) -> Iterator[Condition]:
    if not state.session.id:
        return
    podium = state.podium
    quiet: list[str] = []
    for site, leg in state.legs.items():
        if leg.mic_muted is not False or not open_mic(state, site):
            continue
        speech = state.speech.get(site)
        if podium and speech is not None and speech.talking:
            yield Condition(
                Alarm(f"mic:{site}", "open_mic", Priority.MEDIUM, (site,)),
                policy.open_mic_delay_s,
                leg.mic_since_us,
            )
        else:
            quiet.append(site)
    if len(quiet) > policy.group_above or (quiet and _active(state, "mics")):
        yield Condition(_many("mics", "open_mics", Priority.LOW, quiet), policy.open_mic_delay_s)
        return
    for site in quiet:
        yield Condition(
            Alarm(f"mic:{site}", "open_mic", Priority.LOW, (site,)),
            policy.open_mic_delay_s,
            state.legs[site].mic_since_us,
        )


# -- media -------------------------------------------------------------------------------------


def _quality(state: State, policy: Policy) -> Iterator[Condition]:
    bad: dict[str, list[str]] = defaultdict(list)
    parents = _parents(state)
    for site, quality in state.quality.items():
        if quality.loss_pct is None or quality.loss_pct < policy.loss_bad_pct:
            continue
        leg = state.legs.get(site)
        if leg is not None and leg.presence is Presence.CONNECTED and site in state.endpoints:
            bad[_group_of(state, site, parents)].append(site)
    for group, sites in bad.items():
        group_id = f"loss-group:{group}"
        if len(sites) > policy.group_above or _active(state, group_id):
            yield Condition(
                _many(group_id, "district_lossy", Priority.MEDIUM, sites, group=group), 10.0
            )
            continue
        for site in sites:
            important = site in (state.podium, state.session.chair)
            yield Condition(
                Alarm(
                    f"loss:{site}",
                    "lossy",
                    Priority.MEDIUM if important else Priority.LOW,
                    (site,),
                ),
                3.0 if important else 10.0,
            )
