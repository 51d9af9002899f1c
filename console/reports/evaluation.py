"""From a session's Events to its figures: they are folded once more, and watched meanwhile.

What counts as lost, as an open microphone or as a connection time is decided where the console
decides it while it runs: in the fold and in `domain/conditions.py`. Nothing is judged twice.
"""

from __future__ import annotations

from collections.abc import Iterable
from math import ceil
from statistics import median

from console.domain import facts as f
from console.domain.conditions import open_mic
from console.domain.endpoint import Endpoint
from console.domain.event import Event
from console.domain.fold import fold
from console.domain.observed import Leg
from console.domain.policy import Policy
from console.domain.presence import Presence
from console.domain.session import ChairCall, Session
from console.domain.state import Key, State
from console.reports.doings import Doings
from console.reports.figures import (
    ConnectionTimes,
    Deviation,
    Drilled,
    Evaluation,
    Media,
    Note,
    Provenance,
    SiteFigures,
    Span,
)
from console.reports.media import Minute, media_by_site
from console.reports.stretches import Moment, SteadyTime, Stretches

_IN = (Presence.CONNECTED, Presence.ON_HOLD)


def evaluation(
    events: Iterable[Event],
    minutes: Iterable[Minute] = (),
    *,
    session: str = "",
    policy: Policy | None = None,
    provenance: Provenance | None = None,
) -> Evaluation | None:
    """The figures of a session, None where the Events don't open it.

    `events` are in the journal's order and begin early enough to tell how things stood when the
    session was opened; what follows its end is not looked at. `session` is its id, "" the first.
    """
    policy = policy or Policy()
    walk = _Walk(session, policy)
    for event in events:
        walk.step(event)
        if walk.over:
            break
    if not walk.session.id:
        return None
    return walk.figures(minutes, provenance or Provenance())


class _Walk:
    """One pass over the Events."""

    def __init__(self, session: str, policy: Policy) -> None:
        self._wanted = session
        self._policy = policy
        self._state = State()
        self._time = SteadyTime()
        self._at = self._began = Moment(0, 0)
        self._known: dict[str, Endpoint] = {}
        self._present, self._lost = Stretches(), Stretches()
        self._mics, self._podium = Stretches(), Stretches()
        self._doings = Doings()
        self._deviations: list[Deviation] = []
        self._notes: list[Note] = []
        self._drills: list[Drilled] = []
        self._gaps: list[Span] = []
        self._heard = False
        self.session = Session()
        self.over = self._closed = False

    def step(self, event: Event) -> None:
        """Take in the next Event."""
        fact, state = event.fact, self._state
        if self.session.id and self._ends(fact):
            self.over = True
            self._closed = isinstance(fact, f.SessionClosed)
            if self._closed:
                self._at = self._time.at(event.at_us)
                self.session = state.session
            return
        before = self._at
        self._at = self._time.at(event.at_us)
        if self.session.id and _restarted(event):
            self._gap(before)
        elif event.source != "console":
            self._heard = True
        podium = state.podium
        keys = fold(state, event)
        self._watch(keys, podium)
        if not self.session.id:
            opened = isinstance(fact, f.SessionOpened) and self._wanted in ("", fact.session)
            if opened:
                self._begin()
            return
        self.session = state.session
        self._doings.hear(event, self._at)
        self._told(event)

    def _ends(self, fact: f.Fact) -> bool:
        if isinstance(fact, f.SessionClosed):
            return fact.session == self.session.id
        return isinstance(fact, f.SessionOpened)

    def _begin(self) -> None:
        self.session = self._state.session
        self._began = self._at
        for stretches in (self._present, self._lost, self._mics, self._podium):
            stretches.begin_at(self._at)
        self._watch((("roster", ""),), "")

    def _gap(self, before: Moment) -> None:
        """The program was not running: who was heard meanwhile is not known."""
        self._mics.leave_out(self._at.steady_us - before.steady_us)
        seconds = (self._at.steady_us - before.steady_us) / 1e6
        if self._gaps and not self._heard:
            last = self._gaps.pop()
            self._gaps.append(Span(last.from_us, self._at.wall_us, last.seconds + seconds))
        else:
            self._gaps.append(Span(before.wall_us, self._at.wall_us, seconds))
        self._heard = False

    def _told(self, event: Event) -> None:
        match event.fact:
            case f.ScriptDeviated(expected=expected, actual=actual):
                self._deviations.append(Deviation(event.at_us, expected, actual))
            case f.NoteWritten(text=text, endpoint=site):
                self._notes.append(Note(event.at_us, text, site, event.source))
            case f.DrillScored(title=title, began_us=began_us, scores=scores):
                self._drills.append(Drilled(event.at_us, title, began_us, scores))
            case _:
                pass

    # -- watching the State --------------------------------------------------------------------

    def _watch(self, keys: Iterable[Key], podium_before: str) -> None:
        state = self._state
        sites = {name for kind, name in keys if kind == "endpoint"}
        if any(kind == "roster" for kind, _ in keys):
            self._known |= state.endpoints
            sites |= state.legs.keys()
        if state.podium != podium_before:
            sites |= {podium_before, state.podium} - {""}
        for site in sites:
            leg = state.legs.get(site)
            self._present.put(site, leg is not None and leg.presence in _IN, self._at)
            self._lost.put(site, leg is not None and _lost(leg), self._at)
            out_of_turn = bool(state.session.id) and open_mic(state, site)
            self._mics.put(site, out_of_turn, self._at)
            self._podium.put(site, site == state.podium, self._at)

    # -- the end -------------------------------------------------------------------------------

    def figures(self, minutes: Iterable[Minute], provenance: Provenance) -> Evaluation:
        """The figures as of the last Event taken in."""
        session, at = self.session, self._at
        media = media_by_site(minutes, self._policy)
        present, lost = self._present.end(at), self._lost.end(at)
        mics, podium = self._mics.end(at), self._podium.end(at)
        seen = present.keys() | lost.keys() | media.keys()
        known = self._known | self._state.endpoints
        listed = {i: e for i, e in known.items() if i in self._state.endpoints or i in seen}
        listed |= {i: Endpoint(i, i, i) for i in sorted(media.keys() - known.keys())}
        sites: list[SiteFigures] = []
        for site, endpoint in listed.items():
            if endpoint.level == "guest" and site not in seen:
                continue
            gone = lost.get(site, ())
            sites.append(
                SiteFigures(
                    endpoint,
                    present=present.get(site, ()),
                    drops=tuple(span for span in gone if span.ended),
                    left=next((span for span in gone if not span.ended), None),
                    mics=tuple(m for m in mics.get(site, ()) if self._lasts(m)),
                    podium=podium.get(site, ()),
                    media=media.get(site, Media()),
                )
            )
        heard = {site for site, spans in podium.items() if spans}
        return Evaluation(
            session=session.id,
            title=session.title,
            chair=session.chair,
            started_us=session.started_us,
            ended_us=at.wall_us,
            seconds=(at.steady_us - self._began.steady_us) / 1e6,
            closed=self._closed,
            sites=tuple(sorted(sites, key=lambda site: site.endpoint.order)),
            calls=session.calls,
            times=connection_times(session.calls, self._policy.connection_target_s),
            alarms=self._doings.alarms(),
            wishes=self._doings.wishes(),
            deviations=tuple(self._deviations),
            script=session.script,
            unheard=tuple(n for n in session.script if n.endpoint and n.endpoint not in heard),
            notes=tuple(self._notes),
            drills=tuple(self._drills),
            gaps=tuple(self._gaps),
            clock_steps=tuple(self._time.steps),
            devices=tuple(self._state.devices.values()),
            policy=self._policy,
            provenance=provenance,
        )

    def _lasts(self, mic: Span) -> bool:
        return mic.seconds >= self._policy.open_mic_delay_s


def _restarted(event: Event) -> bool:
    """A roster that nobody asked for is what a run of the program tells first."""
    return isinstance(event.fact, f.RosterLoaded) and not event.cause


def _lost(leg: Leg) -> bool:
    """Whether a site was in the conference, did not go by our wish, and is not in it now."""
    return leg.joined and leg.presence not in _IN


def connection_times(calls: Iterable[ChairCall], target_s: float) -> ConnectionTimes:
    """The connection times (R5, R6) of a session's calls; the P95 is by nearest rank."""
    taken = [call for call in calls if call.take_us]
    times = sorted(s for call in taken if (s := call.connection_s) is not None)
    if not times:
        return ConnectionTimes(unproven=len(taken))
    return ConnectionTimes(
        proven=len(times),
        unproven=len(taken) - len(times),
        median_s=median(times),
        p95_s=times[ceil(0.95 * len(times)) - 1],
        worst_s=times[-1],
        over_target=sum(s > target_s for s in times),
        operator_s=_part((c.called_us, c.take_us) for c in taken),
        mcu_s=_part((c.take_us, c.confirmed_us) for c in taken),
        site_s=_part((c.confirmed_us, c.proven_us) for c in taken),
    )


def _part(pairs: Iterable[tuple[int, int]]) -> float | None:
    """The median of what is known at both ends, in seconds."""
    lasted = [(end - start) / 1e6 for start, end in pairs if start and end]
    return median(lasted) if lasted else None
