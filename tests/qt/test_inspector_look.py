"""What the inspector shows of a State; no widget involved."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import pytest

from console.domain import facts as f
from console.domain.capability import Capability
from console.domain.commands.mcu import DialSite, MuteSite, ShowBanner
from console.domain.commands.room import MuteRoom, RecallPreset, StorePreset
from console.domain.device import DeviceSpec, LinkHealth
from console.domain.endpoint import Contact
from console.domain.observed import Preset, Quality
from console.domain.presence import Presence
from console.domain.problem import Problem
from console.qt.looks.camera import PresetMark, camera_look
from console.qt.looks.inspector import Said, SiteLook, site_look
from console.qt.looks.selected import ManyLook, folded_text, inspector_look
from console.qt.wording import missing, wording
from tests.qt.scene import CALL, CHAIR, NEXT, PODIUM, Scene, scene

S = 1_000_000


@pytest.fixture
def it() -> Iterator[Scene]:
    wording.use("vi")
    made = scene()
    missing.clear()
    yield made
    assert not missing


def look(it: Scene, site: str = NEXT) -> SiteLook:
    return site_look(it.state, site, it.clock.now_us())


def tones(look: SiteLook) -> list[str]:
    return [chip.tone for chip in look.chips]


def test_a_healthy_site_from_top_to_bottom(it: Scene) -> None:
    it.tell(it.leg(NEXT, mic_muted=False), at_us=it.clock.at_us - 300 * S)
    it.tell(it.leg(NEXT, mic_muted=True), at_us=it.clock.at_us - 188 * S)
    it.settle()
    shown = look(it)
    assert shown.crumb == "Đắk Lắk › huyện · 651"
    assert (shown.name, shown.tally) == ("Huyện Ea Kar", "next")
    assert [chip.text for chip in shown.chips] == ["Đã kết nối 01:12:40", "Đạt kiểm tra"]
    assert [c.role for c in shown.contacts] == ["Lãnh đạo", "Kỹ thuật"]
    assert shown.contacts[1].person == "Trần Thị Hoa · KTV trực"
    assert (shown.contacts[1].phone, shown.contacts[1].zalo) == ("0905 000 000", "")
    assert (shown.line.kind, shown.line.loss, shown.line.jitter) == (
        "SLCD · VNPT", Said("0,1 %"), Said("12 ms"),
    )  # fmt: skip
    assert (shown.line.picture, shown.line.rtt) == ("1920×1080 · 30 · 1,9 Mb/s", "24 ms")
    assert shown.sound.mcu == Said("Mic tắt · MCU xác nhận 08:39:02", "muted")
    assert shown.sound.room == Said("Phòng họp: mic đang bật", "muted")
    assert shown.sound.asked.text == ""


def test_english_says_the_same(it: Scene) -> None:
    wording.use("en")
    try:
        shown = look(it, PODIUM)
        assert shown.chips[0].text == "Connected 01:12:40"
        assert shown.line.loss == Said("0.1 %")
        assert shown.tally == "podium"
    finally:
        wording.use("vi")


def test_nothing_selected_and_sites_that_are_gone(it: Scene) -> None:
    assert inspector_look(it.state, (), it.clock.now_us()) is None
    assert inspector_look(it.state, ("nobody",), it.clock.now_us()) is None


@pytest.mark.parametrize(
    ("presence", "tone", "start"),
    [
        (Presence.DIALLING, "dim", "Đang gọi"),
        (Presence.RINGING, "dim", "Đang đổ chuông"),
        (Presence.ON_HOLD, "notice", "Đang giữ máy"),
        (Presence.ABSENT, "dim", "Chưa vào"),
    ],
)
def test_each_presence_is_said(it: Scene, presence: Presence, tone: str, start: str) -> None:
    it.tell(it.leg(NEXT, presence=presence))
    it.settle()
    chip = look(it).chips[0]
    assert chip.tone == tone
    assert chip.text.startswith(start)


def test_a_lost_site_says_why_and_shows_no_old_figures(it: Scene) -> None:
    it.tell(f.LegEnded(CALL, NEXT, "networkFailure"))
    it.settle()
    shown = look(it)
    assert shown.chips[0].tone == "warn"
    assert "networkFailure" in shown.chips[0].text
    assert not shown.line.measured
    assert shown.sound.mcu.text == "Không ở trong phòng họp"


def test_stale_news_and_troubles_are_chips_of_their_own(it: Scene) -> None:
    it.tell(it.leg(NEXT, hand_raised=True, video_muted=True, encrypted=False))
    it.tell(f.CheckRecorded(NEXT, "failed"), f.SpeechHeard(NEXT, True, 5))
    it.settle()
    it.clock.at_us += 7 * S
    shown = look(it)
    assert tones(shown) == ["value", "unknown", "notice", "value", "pending", "notice", "notice"]
    assert [c.text for c in look(it, "652").chips][-1].startswith("2 · ")


@pytest.mark.parametrize(
    ("loss", "jitter", "expected"),
    [
        (0.9, 29.0, ("value", "value")),
        (1.0, 30.0, ("warn", "warn")),
        (5.0, 50.0, ("bad", "bad")),
        (None, None, ("dim", "dim")),
    ],
)
def test_figures_have_bands(
    it: Scene, loss: float | None, jitter: float | None, expected: tuple[str, str]
) -> None:
    it.tell(f.QualityMeasured(NEXT, Quality(it.clock.at_us, loss, jitter)))
    it.settle()
    line = look(it).line
    assert (line.loss.tone, line.jitter.tone) == expected


def test_old_figures_say_nothing_of_now(it: Scene) -> None:
    it.clock.at_us += 61 * S
    assert not look(it).line.measured


def test_the_mcus_mute_and_the_rooms_own_are_two_things(it: Scene) -> None:
    room = f.RoomSeen(NEXT, "room-651", mic_muted=True, standby=False, in_call=True)
    it.tell(room)
    it.settle()
    assert look(it).sound.room == Said("Phòng họp: tự tắt mic tại chỗ", "muted")
    it.tell(it.leg(NEXT, mic_muted=False))
    it.settle()
    sound = look(it).sound
    assert (sound.mcu.tone, sound.room.tone, sound.room_muted) == ("warn", "warn", True)
    it.tell(it.leg(PODIUM, mic_muted=None))
    it.settle()
    assert look(it, PODIUM).sound.mcu.tone == "unknown"
    assert look(it, CHAIR).sound.mcu.tone == "value"


def test_asked_refused_unknown_and_achieved_are_four_things(it: Scene) -> None:
    it.mcu.waits = True
    asked = it.dispatcher.submit(MuteSite(endpoint=NEXT, muted=False)).command
    assert asked is not None
    it.settle()
    it.clock.at_us += 2 * S
    assert look(it).sound.asked == Said("Đã yêu cầu bật mic, chờ xác nhận 00:02", "pending")
    it.mcu.obey(asked)
    it.settle()
    assert look(it).sound.asked.text == ""
    it.mcu.refuses[MuteSite] = Problem.of("command.not_supported", device="MCU", kind="cms")
    it.dispatcher.submit(MuteSite(endpoint=NEXT, muted=True))
    it.settle()
    refused = look(it).sound.asked
    assert refused.tone == "refused"
    assert refused.text.startswith("Không tắt mic được. MCU (cms)")
    it.clock.at_us += 61 * S
    assert look(it).sound.asked.text == ""
    del it.mcu.refuses[MuteSite]
    it.dispatcher.submit(DialSite(conference=CALL, endpoint="656", address="sip:656"))
    it.tell(it.leg("656", presence=Presence.DROPPED))
    it.settle()
    it.clock.at_us += 60 * S
    it.settle()
    assert look(it, "656").sound.asked.tone == "unknown"


def test_a_cue_and_a_rooms_mute_are_told_too(it: Scene) -> None:
    it.mcu.waits = it.room.waits = True
    it.dispatcher.submit(ShowBanner(conference=CALL, text="Krông Bông, mời bật mic"))
    it.settle()
    assert "nhắc bật mic" in look(it, PODIUM).sound.asked.text
    it.dispatcher.submit(MuteRoom(endpoint=NEXT, muted=True))
    it.settle()
    assert "tắt mic tại phòng" in look(it).sound.asked.text


def test_contacts_and_names_from_outside_stay_text(it: Scene) -> None:
    odd = replace(
        it.state.endpoints[NEXT],
        name="<b>Ea\u202e Kar</b>\n" + "x" * 400,
        contacts=(Contact("leader", "A", "", "0905 1", "0905 2"), Contact("driver", "B")),
    )
    it.tell(f.RosterLoaded("r", (*(e for e in it.state.endpoints.values() if e.id != NEXT), odd)))
    it.settle()
    shown = look(it)
    assert shown.name.startswith("<b>Ea Kar</b> xxx")
    assert len(shown.name) == 300
    assert [c.role for c in shown.contacts] == ["Lãnh đạo", "driver"]
    assert shown.contacts[0].zalo == "0905 2"


# -- camera ----------------------------------------------------------------------------------------


def marks(it: Scene, site: str = NEXT) -> dict[int, PresetMark]:
    presets = camera_look(it.state, site, it.clock.now_us()).presets
    return {p.number: p.mark for p in presets if p.mark is not PresetMark.NONE}


def camera(it: Scene, moving: bool | None, preset: int | None) -> None:
    it.tell(f.CameraSeen(NEXT, "room-651", moving, preset), source="room-651")
    it.settle()


def test_the_pad_tells_where_the_camera_stands(it: Scene) -> None:
    shown = camera_look(it.state, NEXT, it.clock.now_us())
    assert [p.name for p in shown.presets][:2] == ["Chủ tọa", "Toàn cảnh"]
    assert marks(it) == {2: PresetMark.REACHED}
    assert (shown.status, shown.why) == ("Camera đang ở «Toàn cảnh»", "")
    camera(it, True, None)
    assert marks(it) == {}
    assert camera_look(it.state, NEXT, it.clock.now_us()).status == "Camera đang quay"


def test_pending_moving_reached(it: Scene) -> None:
    it.room.waits = True
    it.dispatcher.submit(RecallPreset(endpoint=NEXT, number=3))
    it.settle()
    assert marks(it) == {2: PresetMark.REACHED, 3: PresetMark.PENDING}
    camera(it, True, None)
    assert marks(it) == {3: PresetMark.MOVING}
    assert "quay tới «Bên trái»" in camera_look(it.state, NEXT, it.clock.now_us()).status
    camera(it, False, 3)
    assert marks(it) == {3: PresetMark.REACHED}


def test_refused_and_unknown_recalls(it: Scene) -> None:
    it.room.refuses[RecallPreset] = Problem.of("command.not_supported", device="V", kind="x")
    it.dispatcher.submit(RecallPreset(endpoint=NEXT, number=4))
    it.settle()
    assert marks(it)[4] is PresetMark.REFUSED
    shown = camera_look(it.state, NEXT, it.clock.now_us())
    assert (shown.tone, shown.status[:29]) == ("refused", "Không gọi được «Bên phải». V ")
    it.room.refuses.clear()
    it.room.waits = True
    it.dispatcher.submit(RecallPreset(endpoint=NEXT, number=5))
    it.settle()
    it.clock.at_us += 16 * S
    it.settle()
    assert marks(it)[5] is PresetMark.UNKNOWN
    camera(it, False, 5)
    assert marks(it) == {5: PresetMark.REACHED}


def test_storing(it: Scene) -> None:
    it.room.waits = True
    it.dispatcher.submit(StorePreset(endpoint=NEXT, number=6, name="Bảng"))
    it.settle()
    assert marks(it)[6] is PresetMark.STORING
    it.tell(f.PresetsListed(NEXT, "room-651", (Preset(6, "Bảng"), Preset(12, "xa"))))
    it.settle()
    shown = camera_look(it.state, NEXT, it.clock.now_us())
    assert [p.name for p in shown.presets] == ["", "", "", "", "", "Bảng"]
    assert shown.status == "Đã lưu «Bảng»"


def test_the_pad_says_why_it_is_dead(it: Scene) -> None:
    def why(site: str) -> str:
        return camera_look(it.state, site, it.clock.now_us()).why

    assert "chưa khai báo thiết bị" in why("24214")
    it.tell(f.DeviceNamed(DeviceSpec("room-x", "roomos", "VCS", "https://x", "24214")))
    it.settle()
    assert why("24214") == "Đang kết nối tới thiết bị phòng họp…"
    it.tell(f.LinkChanged("room-x", LinkHealth.UP), f.DeviceProbed("room-x", Capability.STANDBY))
    it.settle()
    assert "không làm được" in why("24214")
    it.tell(f.LinkChanged("room-x", LinkHealth.DOWN, Problem.of("wire.closed", device="VCS")))
    it.settle()
    assert "VCS" in why("24214")


def test_a_room_that_can_recall_but_not_store(it: Scene) -> None:
    it.tell(f.DeviceProbed("room-651", Capability.PRESET_RECALL))
    it.settle()
    shown = camera_look(it.state, NEXT, it.clock.now_us())
    assert shown.why == ""
    assert shown.why_store


def test_a_room_with_no_memory_and_one_not_read_yet(it: Scene) -> None:
    it.tell(f.CameraSeen(NEXT, "room-651", False, None), f.PresetsListed(NEXT, "room-651", ()))
    it.settle()
    assert "chưa lưu vị trí" in camera_look(it.state, NEXT, it.clock.now_us()).status
    it.state.rooms[NEXT] = replace(it.state.rooms[NEXT], presets=None)
    assert "Chưa đọc được" in camera_look(it.state, NEXT, it.clock.now_us()).status


# -- many ------------------------------------------------------------------------------------------


def test_many_sites_are_counted_and_the_troubled_named(it: Scene) -> None:
    sites = tuple(it.state.endpoints)
    shown = inspector_look(it.state, sites, it.clock.now_us())
    assert isinstance(shown, ManyLook)
    assert shown.title == "200 điểm cầu đang chọn"
    assert [c.text for c in shown.counts] == [
        "198 trên 200 đang kết nối", "2 không ở trong phòng họp", "3 mic đang mở",
    ]  # fmt: skip
    told = " | ".join(said.text for said in shown.troubled)
    for name in ("M'Đrắk: 2,1 %", "Tam Giang (Krông Năng): mic mở", "Ea Tih (Ea Kar): 6,4 %"):
        assert name in told


def test_a_whole_district_in_trouble_is_named_up_to_a_count(it: Scene) -> None:
    sites = tuple(e.id for e in it.state.endpoints.values() if e.parent == "643")
    it.tell(*(f.LegEnded(CALL, site, "timeout") for site in sites))
    it.settle()
    shown = inspector_look(it.state, sites, it.clock.now_us())
    assert isinstance(shown, ManyLook)
    assert shown.troubled[-1] == Said("và 13 điểm cầu khác", "dim")


def test_wishes_about_many(it: Scene) -> None:
    it.mcu.waits = True
    it.dispatcher.submit(MuteSite(endpoint=NEXT, muted=False))
    it.settle()
    shown = inspector_look(it.state, (NEXT, "656"), it.clock.now_us())
    assert isinstance(shown, ManyLook)
    assert shown.counts[-1] == Said("1 đang chờ xác nhận", "pending")


def test_the_folded_strip_names_whom_it_would_show(it: Scene) -> None:
    assert folded_text(it.state, (NEXT,)) == "Ea Kar · I để mở"
    assert folded_text(it.state, (NEXT, PODIUM)) == "2 điểm cầu · I để mở"
    assert folded_text(it.state, ()) == "Điểm cầu · I để mở"
