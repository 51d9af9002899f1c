"""Small worlds for the fold's tests: few sites, two conferences, and any facts about them."""

from __future__ import annotations

from dataclasses import replace

from hypothesis import strategies as st

from console.domain import facts as f
from console.domain.alarm import Alarm, Priority
from console.domain.commands.base import Command
from console.domain.commands.composite import Batch
from console.domain.commands.mcu import HangUpAll, HangUpSite, MuteSite, PutOnPodium
from console.domain.commands.own import StageNext
from console.domain.commands.take import TakeToPodium
from console.domain.conference import Conference
from console.domain.device import DeviceSpec, Figures, LinkHealth
from console.domain.drill import DrillStep, StepScore
from console.domain.endpoint import Endpoint
from console.domain.event import Event
from console.domain.fold import fold
from console.domain.observed import Leg, Preset, Quality
from console.domain.presence import Presence
from console.domain.problem import Problem
from console.domain.session import ScriptLine
from console.domain.state import Key, State

S = 1_000_000
SITES = ("66", "653", "651", "24")
GUEST = "?sip:x@y"
DRILLED = (("vi", "Rớt điểm cầu"), ("en", "A site lost"))
SCORES = (
    StepScore(DrillStep("acknowledged", 20.0, (("vi", "Xác nhận"), ("en", "Noted"))), 4.0),
    StepScore(DrillStep("take", 30.0, (("vi", "Lên bục"), ("en", "TAKE"))), None),
)
"""One step done in time, one never done."""
CALLS = ("m1/call", "m2/call")
ROSTER = (
    Endpoint("66", "Tỉnh", "Tỉnh", order=0, address="sip:66@X"),
    Endpoint("653", "Huyện Krông Bông", "Krông Bông", "66", "district", order=1),
    Endpoint("651", "Huyện Ea Kar", "Ea Kar", "66", "district", "sip:651@x", order=2),
    Endpoint("24", "Xã Ea Tih", "Ea Tih", "651", "commune", order=3),
)


def event(fact: f.Fact, at_s: float = 0.0, source: str = "m1", cause: str = "") -> Event:
    """A fact of a moment, in seconds since the beginning."""
    return Event(1, int(at_s * S), source, cause, fact)


def tell(state: State, fact: f.Fact, at_s: float = 0.0, source: str = "m1") -> set[Key]:
    """Fold a fact of a moment; the keys touched."""
    return set(fold(state, event(fact, at_s, source)))


def on_the_roster() -> State:
    """A State that knows the sites, and no more."""
    made = State()
    tell(made, f.RosterLoaded("r", ROSTER))
    return made


def leg(site: str = "653", call: str = CALLS[0], **told: object) -> Leg:
    """A connected leg, unless told otherwise."""
    made = Leg(site, call, Presence.CONNECTED)
    return replace(made, **told)


# -- any fact ----------------------------------------------------------------------------------

sites = st.sampled_from((*SITES, GUEST))
calls = st.sampled_from(CALLS)
devices = st.sampled_from(("m1", "m2", "room-653"))
wish_ids = st.sampled_from(tuple(f"C{n}" for n in range(8)))
maybe = st.sampled_from((None, True, False))
small = st.integers(0, 3)


def _wish(wish_id: str, site: str, call: str, kind: int) -> Command:
    match kind:
        case 0:
            return MuteSite(id=wish_id, endpoint=site, muted=True)
        case 1:
            return PutOnPodium(id=wish_id, conference=call, endpoint=site)
        case 2:
            return TakeToPodium(id=wish_id, endpoint=site, expected="")
        case 3:
            return HangUpSite(id=wish_id, endpoint=site)
        case 4:
            return HangUpAll(id=wish_id, conference=call)
        case 5:
            return Batch(id=wish_id, of=(StageNext(endpoint=site),))
        case _:
            return StageNext(id=wish_id, endpoint=site)


wishes = st.builds(_wish, wish_ids, sites, calls, st.integers(0, 6))
problems = st.just(Problem.of("wire.deadline"))
qualities = st.builds(Quality, small, st.sampled_from((0.0, 6.0)))
rosters = st.sampled_from((ROSTER, ROSTER[:2], tuple(replace(e, carrier="VNPT") for e in ROSTER)))
alarms = st.builds(
    Alarm,
    st.sampled_from(("a", "b")),
    st.just("site_lost"),
    st.sampled_from(Priority),
    st.sampled_from((("653",), ("653", "651"), ("24",))),
)
legs = st.builds(
    Leg,
    sites,
    calls,
    st.sampled_from(Presence),
    mic_muted=maybe,
    name=st.sampled_from(("", "Tên")),
)
facts: st.SearchStrategy[f.Fact] = st.one_of(
    st.builds(f.RosterLoaded, st.sampled_from(("r1", "r2")), rosters),
    st.builds(
        f.DeviceNamed,
        st.builds(DeviceSpec, devices, st.just("cms"), st.just("n"), st.just("u"), sites),
    ),
    st.builds(f.DeviceForgotten, devices),
    st.builds(f.CertificateTrusted, devices, st.just("h:443"), st.just("ab")),
    st.builds(f.LinkChanged, devices, st.sampled_from(LinkHealth), st.none() | problems),
    st.builds(f.PushChanged, devices, st.booleans()),
    st.builds(f.DeviceHeard, devices, st.sampled_from((None, 20.0))),
    st.builds(f.FiguresMeasured, devices, st.builds(Figures, small)),
    st.builds(
        f.ConferenceSeen,
        st.builds(
            Conference,
            calls,
            st.just("m1"),
            live=st.booleans(),
            podium=st.none() | st.just("") | sites,
        ),
    ),
    st.builds(f.RosterSeen, calls, st.frozensets(sites)),
    st.builds(f.LegSeen, legs),
    st.builds(f.LegEnded, calls, sites, st.sampled_from(("", "why"))),
    st.builds(f.SpeechHeard, sites, st.booleans(), st.none() | small),
    st.builds(f.QualityMeasured, sites, qualities),
    st.builds(f.RoomSeen, sites, devices, maybe, maybe, maybe),
    st.builds(f.PresetsListed, sites, devices, st.just((Preset(1, "Bục"),))),
    st.builds(f.CameraSeen, sites, devices, maybe, st.none() | small),
    st.builds(f.RoomMeasured, sites, qualities),
    st.builds(
        f.SessionOpened, st.just("S"), st.just("t"), st.just("session"), sites, calls
    ),
    st.builds(f.SessionClosed, st.just("S")),
    st.builds(f.ScriptLoaded, st.sampled_from(((), (ScriptLine("Mở"), ScriptLine("Hai", "651"))))),
    st.builds(f.ScriptMoved, st.integers(-1, 1)),
    st.builds(f.NextStaged, st.just("") | sites),
    st.builds(f.ChairCalled, st.just("") | sites),
    st.builds(f.TwoWayProven, sites, st.just("operator")),
    st.builds(f.NoteWritten, st.just("ghi"), sites),
    st.builds(f.DrillScored, st.just("d"), st.just(DRILLED), small, st.just(SCORES)),
    st.builds(f.ScriptDeviated, small, sites, sites),
    st.builds(f.CheckRecorded, sites, st.sampled_from(("", "passed", "failed"))),
    st.builds(f.OfficeEnrolled, st.just("o"), st.just("https://o:8443"), small),
    st.builds(f.OfficeLeft, st.just("o"), st.just("https://o:8443")),
    st.builds(f.OfficeLost, st.just("o"), st.just("deadline")),
    st.builds(f.OfficeBack, st.just("o"), small),
    st.builds(f.SyncIncidentSeen, st.just("sync.fork"), st.just((("seq", 3), ("stream", "ops")))),
    st.builds(
        f.CommandSubmitted,
        wishes,
        parent=st.just("") | wish_ids,
        steps=st.just(()) | st.tuples(wish_ids),
        replaces=st.just("") | wish_ids,
    ),
    st.builds(f.CommandSent, wish_ids),
    st.builds(f.CommandAnswered, wish_ids),
    st.builds(f.CommandConfirmed, wish_ids),
    st.builds(f.CommandRefused, wish_ids, problems),
    st.builds(f.CommandLost, wish_ids, problems),
    st.builds(f.AlarmRaised, alarms),
    st.builds(f.AlarmCleared, st.sampled_from(("a", "b")), st.sampled_from(("", "a"))),
    st.builds(f.AlarmAcknowledged, st.sampled_from(("a", "b"))),
    st.builds(f.AlarmShelved, st.sampled_from(("a", "b")), st.sampled_from((0, 5 * S))),
)  # fmt: skip
TOLD_ANEW = (
    f.ScriptDeviated, f.NoteWritten, f.DrillScored, f.CertificateTrusted, f.OfficeEnrolled,
    f.OfficeLeft, f.OfficeLost, f.OfficeBack, f.SyncIncidentSeen,
)  # fmt: skip
"""What is news each time it is told, and lives in the journal alone."""


@st.composite
def histories(draw: st.DrawFn, most: int = 40) -> list[Event]:
    """Events in the order of their times."""
    told = draw(
        st.lists(
            st.tuples(facts, st.integers(0, 2 * S), st.sampled_from(("", "C1"))), max_size=most
        )
    )
    at_us = 0
    made: list[Event] = []
    for number, (fact, after_us, cause) in enumerate(told):
        at_us += after_us
        made.append(Event(number, at_us, "m1", cause, fact))
    return made


# -- what changed ------------------------------------------------------------------------------

_BY_SITE = ("endpoints", "legs", "quality", "room_quality", "rooms", "wishes")


def records(state: State) -> dict[tuple[str, str], object]:
    """Every record of a State, by the key that should tell of its change."""
    found: dict[tuple[str, str], object] = {
        ("session", ""): (state.session, tuple(state.podiums.items())),
        ("roster", ""): (state.roster, tuple(sorted(state.directory.items()))),
    }
    for site in {s for name in _BY_SITE for s in getattr(state, name)}:
        found["endpoint", site] = tuple(getattr(state, name).get(site) for name in _BY_SITE)
    for kind, name in (
        ("speech", "speech"),
        ("conference", "conferences"),
        ("device", "devices"),
        ("command", "commands"),
        ("alarm", "alarms"),
    ):
        found |= {(kind, i): record for i, record in getattr(state, name).items()}
    for device in state.heard.keys() | state.rtt_ms.keys():
        found["heard", device] = (state.heard.get(device), state.rtt_ms.get(device))
    return found


def changed(before: dict[tuple[str, str], object], after: dict[tuple[str, str], object]):
    """The keys of the records that differ."""
    return {k for k in before.keys() | after.keys() if before.get(k) != after.get(k)}


def covered(keys: set[Key], change: tuple[str, str]) -> bool:
    """Whether the keys that a fold returned tell of this change."""
    kind, _ = change
    roster = any(k == "roster" for k, _ in keys)
    if kind == "roster" or (kind in ("endpoint", "speech") and roster):
        return roster
    if change == ("session", ""):
        return change in keys or any(k == "conference" for k, _ in keys)
    return change in keys
