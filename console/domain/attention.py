"""Which rooms matter now: they are asked more often how they are."""

from __future__ import annotations

from collections.abc import Sequence

from console.domain.conditions import open_mic
from console.domain.state import State

_LOOKED_AT = 4
_DOUBTED = 8


def devices_that_matter(state: State, looked_at: Sequence[str]) -> set[str]:
    """Room systems and cameras of the podium, the next, the chair, the first few sites that
    somebody looks at, and of those whose rooms' word on their microphones is in doubt."""
    sites = {*looked_at[:_LOOKED_AT], state.podium, state.session.next, state.session.chair}
    known = [e for s in {*sites, *doubted(state)} if (e := state.endpoints.get(s))]
    return {device for e in known for device in (e.room, e.camera) if device}


def doubted(state: State) -> list[str]:
    """Sites that the MCU opened out of turn while the room, asked before, said it was silent: an
    open microphone in the hall, or none. The newest eight (R27; decision 132)."""
    opened = [
        leg
        for site, leg in state.legs.items()
        if leg.mic_muted is False
        and (room := state.rooms.get(site)) is not None
        and room.mic_muted
        and open_mic(state, site)
    ]
    opened.sort(key=lambda leg: -leg.mic_since_us)
    return [leg.endpoint for leg in opened[:_DOUBTED]]
