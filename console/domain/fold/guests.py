"""Guests: participants that no roster knows. They are shown, and never expected."""

from __future__ import annotations

from dataclasses import replace

from console.domain.endpoint import Endpoint
from console.domain.observed import Leg
from console.domain.presence import Presence
from console.domain.state import Key, State

LEVEL = "guest"
_MOST_GONE = 50
"""So many guests that have left stay listed: whoever dials at random must not fill the grid."""
_FIRST = 1_000_000
"""Guests stand behind every site of the roster."""


def welcome(state: State, leg: Leg) -> tuple[Key, ...]:
    """List the guest of a leg under the name that the MCU gives him by now; no more, once he is
    one of a newer roster's sites."""
    known = state.endpoints.get(leg.endpoint)
    if known is not None and not is_in(leg) and _is_a_site(state, leg.address or known.address):
        forget(state, leg.endpoint)
        return (("roster", state.roster),)
    name = leg.name or leg.address or leg.endpoint
    if known is None:
        _forget_gone(state)
        order = max((e.order for e in state.endpoints.values()), default=0)
        state.endpoints[leg.endpoint] = Endpoint(
            leg.endpoint,
            name,
            name,
            level=LEVEL,
            address=leg.address,
            order=max(order + 1, _FIRST),
        )
    elif known.name != name and leg.name:
        state.endpoints[leg.endpoint] = replace(known, name=name, short=name, address=leg.address)
    else:
        return ()
    return (("roster", state.roster),)


def demoted(state: State, site: Endpoint) -> Endpoint:
    """A site that a new roster lacks and that is in the conference nevertheless."""
    order = max((e.order for e in state.endpoints.values()), default=0)
    return replace(site, level=LEVEL, parent="", group="", order=max(order + 1, _FIRST))


def forget(state: State, site: str) -> None:
    """Drop everything that is known of a site."""
    for records in (
        state.endpoints,
        state.legs,
        state.speech,
        state.quality,
        state.rooms,
        state.room_quality,
        state.wishes,
    ):
        records.pop(site, None)


def _is_a_site(state: State, address: str) -> bool:
    return state.directory.get(address.lower(), "") in state.endpoints


def _forget_gone(state: State) -> None:
    """Of the guests that have left, only the last ones stay."""
    gone: list[tuple[int, str]] = []
    for endpoint in state.endpoints.values():
        leg = state.legs.get(endpoint.id)
        if endpoint.level == LEVEL and (leg is None or not is_in(leg)):
            gone.append((leg.presence_since_us if leg else 0, endpoint.id))
    for _, site in sorted(gone)[:-_MOST_GONE]:
        forget(state, site)


def is_in(leg: Leg) -> bool:
    """Whether a leg is in a conference, or on its way there."""
    return leg.presence not in (Presence.ABSENT, Presence.DROPPED)
