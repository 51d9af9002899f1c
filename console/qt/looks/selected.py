"""What the inspector shows of a selection: one site, several together, or nothing."""

from __future__ import annotations

from dataclasses import dataclass

from console.domain.observed import Leg
from console.domain.state import State, Tracked
from console.qt.looks.inspector import (
    ASKED,
    FAILED,
    HERE,
    OLD_S,
    POLICY,
    Said,
    SiteLook,
    asked_said,
    line_look,
    outcome_said,
    presence_said,
    site_look,
)
from console.qt.looks.sites import full, short
from console.qt.wording import say

_NAMED = 8
"""So many troubled sites of a selection are told by name."""


@dataclass(frozen=True, slots=True)
class ManyLook:
    """Several sites: how many, how they are by number, and those in trouble by name."""

    title: str
    counts: tuple[Said, ...]
    troubled: tuple[Said, ...]


InspectorLook = SiteLook | ManyLook | None
"""None: nothing is selected."""


def inspector_look(state: State, sites: tuple[str, ...], now_us: int) -> InspectorLook:
    """What is shown of the selected sites; those that are no longer in the State are left out."""
    known = tuple(site for site in sites if site in state.endpoints)
    if not known:
        return None
    return site_look(state, known[0], now_us) if len(known) == 1 else _many(state, known, now_us)


def _many(state: State, sites: tuple[str, ...], now_us: int) -> ManyLook:
    here = opened = pending = 0
    troubled: list[str] = []
    for site in sites:
        leg = state.legs.get(site)
        if leg is not None and leg.presence in HERE:
            here += 1
            opened += leg.mic_muted is False
        wish = state.commands.get(state.wishes.get(site, ""))
        pending += wish is not None and wish.phase.open and isinstance(wish.command, ASKED)
        if _is_troubled(state, site, leg, wish, now_us):
            troubled.append(site)
    counts = [Said(say("inspector.many.here", n=here, total=len(sites)))]
    if here < len(sites):
        counts.append(Said(say("inspector.many.gone", n=len(sites) - here), "warn"))
    counts.append(Said(say("inspector.many.open", n=opened), "value" if opened else "muted"))
    if pending:
        counts.append(Said(say("inspector.many.pending", n=pending), "pending"))
    named = [_trouble(state, site, now_us) for site in troubled[:_NAMED]]
    if len(troubled) > _NAMED:
        named.append(Said(say("inspector.many.more", n=len(troubled) - _NAMED), "dim"))
    return ManyLook(say("inspector.many.title", n=len(sites)), tuple(counts), tuple(named))


def _is_troubled(
    state: State, site: str, leg: Leg | None, wish: Tracked | None, now_us: int
) -> bool:
    """Whether anything is wrong with a site; cheap, since it is asked of every selected one."""
    if leg is None or leg.presence not in HERE:
        return True
    if wish is not None and isinstance(wish.command, ASKED) and wish.phase in FAILED:
        return outcome_said(state, wish, now_us).tone in ("refused", "unknown")
    quality = state.quality.get(site)
    if quality is not None and now_us - quality.at_us < OLD_S * 1e6:
        if (quality.loss_pct or 0.0) >= POLICY.loss_warn_pct:
            return True
        if (quality.jitter_ms or 0.0) >= POLICY.jitter_warn_ms:
            return True
    return leg.mic_muted is False and site not in (state.podium, state.session.chair)


def _trouble(state: State, site: str, now_us: int) -> Said:
    """The one thing most wrong with a troubled site, after its name."""
    leg = state.legs.get(site)
    said = _worst(state, site, leg, now_us)
    return Said(f"{full(state, site)}: {said.text}", said.tone)


def _worst(state: State, site: str, leg: Leg | None, now_us: int) -> Said:
    if leg is None or leg.presence not in HERE:
        return presence_said(leg, now_us)
    asked = asked_said(state, site, now_us)
    if asked.tone in ("refused", "unknown"):
        return asked
    line = line_look(state, state.endpoints[site], leg, now_us)
    for said in (line.loss, line.jitter):
        if said.tone in ("warn", "bad"):
            return said
    return Said(say("inspector.many.mic", s=(now_us - leg.mic_since_us) / 1e6), "warn")


def folded_text(state: State, sites: tuple[str, ...]) -> str:
    """What stands on the strip that is left when the inspector is folded away."""
    known = [site for site in sites if site in state.endpoints]
    if not known:
        return say("inspector.folded_none")
    if len(known) > 1:
        return say("inspector.folded_many", n=len(known))
    return say("inspector.folded", name=short(state, known[0]))
