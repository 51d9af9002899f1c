"""look_of: what a tile shows of a State. No Qt."""

from __future__ import annotations

from dataclasses import replace

import pytest

from console.core.store import Store
from console.domain import facts as f
from console.domain.alarm import Alarm, Priority
from console.domain.commands.composite import Batch
from console.domain.commands.mcu import DialSite, HideVideo, MuteSite, PutOnPodium
from console.domain.commands.room import MoveCamera, RecallPreset
from console.domain.commands.take import TakeToPodium
from console.domain.conference import Conference
from console.domain.endpoint import Contact, Endpoint, LineKind
from console.domain.event import stamped
from console.domain.observed import Leg, Quality
from console.domain.presence import Presence
from console.domain.problem import Problem
from console.domain.state import State
from console.qt.grid.look import Band, Mark, Stale, Tally, TileLook
from console.qt.grid.projection import look_of, scene_of
from console.qt.grid.sites import site_of
from console.qt.grid.words import sentence

S = 1_000_000
NOW = 1_795_484_530 * S
HIGH, LOW = Priority.HIGH, Priority.LOW


class World:
    """A province of one district with two communes, on one MCU."""

    def __init__(self) -> None:
        self.store = Store()
        self.tell(
            f.RosterLoaded(
                "r",
                (
                    Endpoint("66", "Tỉnh Đắk Lắk", "Đắk Lắk", level="province"),
                    Endpoint("651", "Huyện Ea Kar", "Ea Kar", "66", order=1),
                    Endpoint(
                        "1",
                        "Xã Ea Kmút",
                        "Ea Kmút",
                        "651",
                        line=LineKind.SLCD,
                        carrier="VNPT",
                        contacts=(Contact("technician", "Y Niê", phone="0905"),),
                        order=2,
                    ),
                    Endpoint("2", "Xã Ea Ô", "Ea Ô", "651", order=3),
                ),
            ),
            f.SessionOpened("s", "Giao ban", "live", "66", "c"),
            f.ConferenceSeen(Conference("c", "mcu", live=True)),
            f.DeviceHeard("mcu", 20.0),
            f.LegSeen(Leg("1", "c", Presence.CONNECTED, mic_muted=True)),
        )

    @property
    def state(self) -> State:
        return self.store.state

    def tell(self, *facts: f.Fact, ago_s: float = 0) -> None:
        """Facts of some time ago."""
        self.store.post([stamped(fact, int(NOW - ago_s * S), "mcu") for fact in facts])
        self.store.drain()

    def leg(self, site: str = "1", ago_s: float = 0, **changed: object) -> None:
        """The leg of a site, changed."""
        known = self.state.legs.get(site) or Leg(site, "c", Presence.CONNECTED, mic_muted=True)
        self.tell(f.LegSeen(replace(known, **changed)), ago_s=ago_s)

    def look(self, site: str = "1", later_s: float = 0) -> TileLook:
        """How a tile looks, some time later."""
        return look_of(self.state, site, int(NOW + later_s * S))


@pytest.fixture
def world() -> World:
    return World()


def test_a_healthy_muted_site_shows_its_name_and_nothing_else(world: World) -> None:
    look = world.look()
    assert look == TileLook(look.site, Presence.CONNECTED)
    assert look.site.name == "Xã Ea Kmút"
    assert (look.site.tier, look.site.parent) == ("Xã", "Huyện Ea Kar")
    assert (look.site.technician, look.site.phone) == ("Y Niê", "0905")


def test_a_site_no_mcu_has_told_of_is_not_taken_for_absent(world: World) -> None:
    assert world.look("2").presence is Presence.UNKNOWN
    world.tell(f.RosterSeen("c", frozenset({"1"})))
    assert world.look("2").presence is Presence.ABSENT


def test_a_lost_site_counts_how_long(world: World) -> None:
    world.tell(f.LegEnded("c", "1"), ago_s=134)
    look = world.look()
    assert (look.presence, look.since_s) == (Presence.DROPPED, 134)
    assert not look.here


@pytest.mark.parametrize(
    ("silent_s", "stale"), [(1.9, Stale.FRESH), (2.0, Stale.HATCHED), (5.0, Stale.GREYED)]
)
def test_silence_of_the_mcu_makes_its_tiles_stale(
    world: World, silent_s: float, stale: Stale
) -> None:
    assert world.look(later_s=silent_s).stale is stale
    assert world.look("2", later_s=silent_s).stale is Stale.FRESH


def test_speech_shows_its_level_and_only_while_connected(world: World) -> None:
    world.tell(f.SpeechHeard("1", True, 6))
    assert (world.look().talking, world.look().level) == (True, 6)
    world.tell(f.SpeechHeard("1", True, None))
    assert (world.look().talking, world.look().level) == (True, -1)
    world.tell(f.SpeechHeard("1", False, 3))
    assert (world.look().talking, world.look().level) == (False, -1)


def test_an_open_microphone_is_timed_unless_it_is_its_turn(world: World) -> None:
    world.leg(mic_muted=False, ago_s=7)
    assert world.look().mic_s == 7
    world.tell(f.ConferenceSeen(Conference("c", "mcu", live=True, podium="1")))
    assert world.look().mic_s == -1
    world.tell(f.ConferenceSeen(Conference("c", "mcu", live=True, podium="")))
    world.tell(f.RoomSeen("1", "room", mic_muted=True))
    assert world.look().mic_s == -1
    world.leg("66", mic_muted=False)
    assert world.look("66").mic_s == -1, "the chair may speak"


def test_podium_and_next(world: World) -> None:
    world.tell(f.NextStaged("2"), f.ConferenceSeen(Conference("c", "mcu", podium="1")))
    assert world.look("1").tally is Tally.PODIUM
    assert world.look("2").tally is Tally.NEXT
    world.tell(f.NextStaged("1"))
    assert world.look("1").tally is Tally.PODIUM


def test_asked_refused_unknown_and_achieved_are_four_things(world: World) -> None:
    wish = MuteSite(endpoint="1", muted=False)
    world.tell(f.CommandSubmitted(wish))
    assert (world.look().mark, world.look().wish) == (Mark.PENDING, "unmute")
    world.tell(f.CommandSent(wish.id), f.CommandAnswered(wish.id))
    assert world.look().mark is Mark.PENDING, "an answer is not an achievement"
    world.tell(f.CommandLost(wish.id, Problem.of("command.timed_out")))
    assert world.look().mark is Mark.UNKNOWN
    world.leg(mic_muted=False)
    assert world.look().mark is Mark.NONE, "the State agrees after all"
    again = MuteSite(endpoint="1", muted=True)
    world.tell(f.CommandSubmitted(again), f.CommandRefused(again.id, Problem.of("cms.refused")))
    assert world.look().mark is Mark.REFUSED
    assert world.look(later_s=59).mark is Mark.REFUSED
    assert world.look(later_s=61).mark is Mark.NONE
    done = MuteSite(endpoint="1", muted=True)
    world.tell(f.CommandSubmitted(done), f.CommandConfirmed(done.id))
    assert world.look().mark is Mark.NONE


def test_a_step_of_a_take_speaks_for_the_whole(world: World) -> None:
    take = TakeToPodium(endpoint="1", expected="")
    step = MuteSite(endpoint="1", muted=False)
    world.tell(
        f.CommandSubmitted(take, steps=(step.id,)),
        f.CommandSubmitted(step, parent=take.id),
        f.CommandConfirmed(step.id),
    )
    assert (world.look().mark, world.look().wish) == (Mark.PENDING, "take")


@pytest.mark.parametrize(
    ("wish", "named"),
    [
        (HideVideo(endpoint="1", hidden=True), ("hide", 0)),
        (DialSite(conference="c", endpoint="1", address="sip:1"), ("dial", 0)),
        (RecallPreset(endpoint="1", number=3), ("preset", 3)),
        (PutOnPodium(conference="c", endpoint="1"), ("podium", 0)),
        (Batch(of=(MuteSite(endpoint="1", muted=True),)), ("mute", 0)),
    ],
)
def test_wishes_are_named(world: World, wish: MuteSite, named: tuple[str, int]) -> None:
    world.tell(f.CommandSubmitted(wish))
    assert (world.look().wish, world.look().wish_n) == named


def test_a_wish_without_a_name_shows_nothing(world: World) -> None:
    world.tell(f.CommandSubmitted(MoveCamera(endpoint="1", pan=1)))
    assert world.look().mark is Mark.NONE


@pytest.mark.parametrize(
    ("loss", "jitter", "bands"),
    [
        (0.9, 29.0, (Band.GOOD, Band.GOOD)),
        (1.0, 30.0, (Band.WARN, Band.WARN)),
        (5.0, 50.0, (Band.BAD, Band.BAD)),
        (None, None, (Band.UNKNOWN, Band.UNKNOWN)),
    ],
)
def test_quality_falls_into_bands(
    world: World, loss: float | None, jitter: float | None, bands: tuple[Band, Band]
) -> None:
    world.tell(f.QualityMeasured("1", Quality(NOW, loss, jitter, height=1080, fps=30.0)))
    look = world.look()
    assert (look.loss_band, look.jitter_band) == bands
    assert look.band is max(bands)
    assert look.picture == (1080, 30)


def test_a_measurement_of_long_ago_says_nothing_of_now(world: World) -> None:
    world.tell(f.QualityMeasured("1", Quality(NOW, 6.4)))
    assert world.look().loss == 64
    assert world.look(later_s=61).loss_band is Band.UNKNOWN


def test_alarms_mark_their_sites_and_the_most_urgent_wins(world: World) -> None:
    world.tell(f.AlarmRaised(Alarm("a", "site_lost", LOW, ("1",))))
    world.tell(f.AlarmRaised(Alarm("b", "podium_lost", HIGH, ("1",))))
    assert (world.look().alarm, world.look().acked) == (1, False)
    world.tell(f.AlarmAcknowledged("b"))
    assert world.look().acked
    world.tell(f.AlarmCleared("b"))
    assert world.look().alarm == 3
    world.tell(f.AlarmShelved("a", NOW + 60 * S))
    assert world.look().alarm == 0
    assert world.look(later_s=61).alarm == 3


def test_many_lost_together_mark_their_district_and_not_each_site(world: World) -> None:
    world.tell(f.AlarmRaised(Alarm("a", "district_lost", Priority.MEDIUM, ("1", "2"), group="651")))
    assert world.look("651").alarm == 2
    assert world.look("1").alarm == 0


def test_what_the_tile_tells_already_is_no_alarm_on_it(world: World) -> None:
    world.tell(f.AlarmRaised(Alarm("a", "open_mic", LOW, ("1",))))
    assert world.look().alarm == 0
    world.tell(f.AlarmRaised(Alarm("a", "open_mic", Priority.MEDIUM, ("1",))))
    assert world.look().alarm == 2


def test_a_district_counts_its_own(world: World) -> None:
    look = world.look("651")
    assert (look.connected, look.total, look.short_of) == (1, 2, True)
    world.leg("2")
    assert not world.look("651").short_of
    assert world.look("1").total == 0


def test_a_district_that_nobody_has_told_of_is_unknown_and_not_missing(world: World) -> None:
    look = world.look("66")
    assert (look.connected, look.total, look.short_of) == (-1, 1, False)
    assert "chưa biết 1 điểm cầu thế nào" in sentence(look)
    world.tell(f.RosterSeen("c", frozenset()))
    assert (world.look("66").connected, world.look("66").short_of) == (0, True)


def test_line_check_hand_and_picture(world: World) -> None:
    world.tell(f.CheckRecorded("1", "failed"))
    world.leg(video_muted=True, hand_raised=True)
    look = world.look()
    assert (look.check_failed, look.video_muted, look.hand, look.net) == (True, True, True, False)
    internet = replace(world.state.endpoints["1"], line=LineKind.INTERNET)
    world.state.endpoints["1"] = internet
    assert world.look().net


def test_what_the_caller_has_at_hand_changes_nothing(world: World) -> None:
    scene = scene_of(world.state, NOW)
    known = site_of(world.state.endpoints, "651", True)
    assert look_of(world.state, "651", NOW, scene, known) == world.look("651")


def test_an_unknown_site_raises(world: World) -> None:
    with pytest.raises(KeyError):
        world.look("999")
