"""What deserves an alarm, seen in one State: conditions with the delay each must last.

Priorities follow ISA-18.2 practice: the podium and the chair first, a scheduled speaker next,
any other site last. Many sites lost together are one condition with a count.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass

from console.domain.alarm import Alarm, Priority
from console.domain.device import LinkHealth
from console.domain.observed import Presence
from console.domain.policy import Policy
from console.domain.state import State

_GONE = (Presence.DROPPED, Presence.DIALLING, Presence.RINGING)


@dataclass(frozen=True, slots=True)
class Condition:
    """Something that is wrong now, and for how long (s) it must be so before it alarms."""

    alarm: Alarm
    delay_s: float = 0.0


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


def _links(state: State) -> Iterator[Condition]:
    rooms_down: list[str] = []
    for device in state.devices.values():
        down = device.health is LinkHealth.DOWN
        if device.endpoint:
            if down:
                rooms_down.append(device.endpoint)
            continue
        if down:
            yield Condition(Alarm(f"link:{device.id}", "mcu_down", Priority.HIGH, device=device.id))
        elif device.push is False:
            yield Condition(
                Alarm(f"feed:{device.id}", "feed_silent", Priority.MEDIUM, device=device.id), 5.0
            )
    if rooms_down:
        sites = tuple(sorted(rooms_down))
        yield Condition(Alarm("link:rooms", "rooms_down", Priority.LOW, sites), 30.0)


def expected_on_podium(state: State) -> str:
    """The site that the last confirmed TAKE put on the podium, whether it is still there or not."""
    for call in reversed(state.session.calls):
        if call.confirmed_us:
            return call.endpoint
    return ""


def _lost_sites(state: State, policy: Policy) -> Iterator[Condition]:
    session = state.session
    on_podium = expected_on_podium(state)
    due = {item.endpoint for item in session.script[max(session.line, 0) :]}
    ordinary: dict[str, list[str]] = defaultdict(list)
    for site, leg in state.legs.items():
        if leg.presence not in _GONE or site not in state.endpoints:
            continue
        if site == on_podium:
            yield Condition(Alarm(f"podium:{site}", "podium_lost", Priority.HIGH, (site,)))
        elif leg.presence is not Presence.DROPPED:
            continue
        elif site == session.chair:
            yield Condition(Alarm(f"chair:{site}", "chair_lost", Priority.HIGH, (site,)))
        elif site in due:
            yield Condition(Alarm(f"speaker:{site}", "speaker_lost", Priority.MEDIUM, (site,)))
        else:
            ordinary[_group_of(state, site)].append(site)
    yield from _grouped(state, policy, ordinary)


def _group_of(state: State, site: str) -> str:
    """The district that a site belongs to (itself if it is one), else its province."""
    endpoint = state.endpoints[site]
    parent = state.endpoints.get(endpoint.parent)
    if parent is None or not parent.parent:
        has_members = any(e.parent == site for e in state.endpoints.values())
        return site if has_members else (endpoint.parent or site)
    return parent.id


def _grouped(state: State, policy: Policy, ordinary: dict[str, list[str]]) -> Iterator[Condition]:
    crowded = {g for g, sites in ordinary.items() if len(sites) > policy.group_above}
    if len(crowded) > policy.group_above:
        by_mcu: dict[str, list[str]] = defaultdict(list)
        for group in crowded:
            for site in ordinary[group]:
                by_mcu[state.device_of(state.legs[site].conference)].append(site)
        for device, sites in by_mcu.items():
            yield Condition(
                Alarm(
                    f"lost-mcu:{device}",
                    "many_lost",
                    Priority.HIGH,
                    tuple(sorted(sites)),
                    device=device,
                    group=device,
                ),
                1.0,
            )
    for group, sites in ordinary.items():
        if group not in crowded:
            for site in sites:
                yield Condition(
                    Alarm(f"site:{site}", "site_lost", Priority.LOW, (site,)),
                    policy.drop_delay_s,
                )
        elif len(crowded) <= policy.group_above:
            yield Condition(
                Alarm(
                    f"lost:{group}",
                    "district_lost",
                    Priority.MEDIUM,
                    tuple(sorted(sites)),
                    group=group,
                ),
                1.0,
            )


def open_mic(state: State, site: str) -> bool:
    """Whether a site's microphone is open at the MCU out of turn (R27)."""
    leg = state.legs.get(site)
    return (
        leg is not None
        and leg.presence is Presence.CONNECTED
        and leg.mic_muted is False
        and site not in (state.podium, state.session.chair)
    )


def _open_mics(state: State, policy: Policy) -> Iterator[Condition]:
    if not state.session.id:
        return
    podium = state.podium
    for site in state.legs:
        if not open_mic(state, site):
            continue
        speech = state.speech.get(site)
        audible = bool(podium) and speech is not None and speech.talking
        yield Condition(
            Alarm(f"mic:{site}", "open_mic", Priority.MEDIUM if audible else Priority.LOW, (site,)),
            policy.open_mic_delay_s,
        )


def _quality(state: State, policy: Policy) -> Iterator[Condition]:
    bad: dict[str, list[str]] = defaultdict(list)
    for site, quality in state.quality.items():
        leg = state.legs.get(site)
        if leg is None or leg.presence is not Presence.CONNECTED or site not in state.endpoints:
            continue
        if quality.loss_pct is not None and quality.loss_pct >= policy.loss_bad_pct:
            bad[_group_of(state, site)].append(site)
    for group, sites in bad.items():
        if len(sites) > policy.group_above:
            yield Condition(
                Alarm(
                    f"loss-group:{group}",
                    "district_lossy",
                    Priority.MEDIUM,
                    tuple(sorted(sites)),
                    group=group,
                ),
                10.0,
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
