"""Which rooms are asked more often."""

from __future__ import annotations

from dataclasses import replace

from console.domain import facts as f
from console.domain.attention import devices_that_matter, doubted
from console.domain.endpoint import Endpoint
from tests.domain.meeting import CALL, CHAIR, FAR, NEXT, ROSTER, SPEAKER, Meeting

ROOMS = {CHAIR: "room-66", SPEAKER: "room-653", NEXT: "room-651", FAR: "room-700"}


def meeting() -> Meeting:
    """Every site has a room, and each said that its microphone is off."""
    it = Meeting()
    it.tell(f.RosterLoaded("r", tuple(replace(e, room=ROOMS.get(e.id, "")) for e in ROSTER)))
    it.tell(f.NextStaged(""), *(f.RoomSeen(s, r, True, False) for s, r in ROOMS.items()))
    return it


def test_podium_chair_and_whoever_is_looked_at():
    it = meeting()
    assert devices_that_matter(it.state, ()) == {"room-653", "room-66"}
    assert devices_that_matter(it.state, (FAR,)) == {"room-653", "room-66", "room-700"}
    it.tell(f.NextStaged(NEXT))
    assert "room-651" in devices_that_matter(it.state, ())


def test_whoever_the_mcu_opens_while_the_room_said_it_was_silent():
    it = meeting()
    it.tell(it.leg(NEXT, mic_muted=False))
    assert doubted(it.state) == [NEXT]
    assert "room-651" in devices_that_matter(it.state, ())


def test_once_the_room_has_said_that_it_is_open_there_is_no_doubt():
    it = meeting()
    it.tell(it.leg(NEXT, mic_muted=False), f.RoomSeen(NEXT, "room-651", False, False))
    assert doubted(it.state) == []


def test_who_is_in_turn_is_not_doubted():
    it = meeting()
    it.tell(it.leg(SPEAKER, mic_muted=False), it.leg(CHAIR, mic_muted=False))
    assert doubted(it.state) == []


def test_of_many_the_newest_eight():
    it = meeting()
    many = [Endpoint(str(n), f"Xã {n}", f"Xã {n}", room=f"room-{n}") for n in range(1000, 1020)]
    it.tell(f.RosterLoaded("r", (*ROSTER, *many)))
    for site in many:
        it.at_s += 1
        it.tell(it.leg(site.id, mic_muted=False), f.RoomSeen(site.id, site.room, True, False))
    assert doubted(it.state) == [str(n) for n in range(1019, 1011, -1)]
    assert it.state.legs["1000"].conference == CALL
