"""What header, alarm list, journal strip, layouts and palette show of a State."""

from __future__ import annotations

from dataclasses import replace

from console.domain import facts as f
from console.domain.alarm import Alarm, Priority
from console.domain.capability import Capability
from console.domain.commands.mcu import MuteSite, SetConferenceLayout
from console.domain.commands.own import ShelveAlarm
from console.domain.commands.take import TakeToPodium
from console.domain.device import LinkHealth
from console.domain.layout import Layout
from console.domain.problem import Problem
from console.qt.looks.alarms import Standing, alarm_count, alarm_rows
from console.qt.looks.header import Health, JournalHealth, header_look
from console.qt.looks.journal_lines import JournalLines, LineTone, line_of
from console.qt.looks.layouts import Asked, conference_choices, screen_choices
from console.qt.looks.palette import Offer, find
from console.qt.looks.sites import conference_of
from console.qt.looks.wishes import wish_text
from console.qt.wording import wording
from tests.qt.scene import CALL, CMS, LAYOUTS, NEXT, PODIUM, Scene, empty_scene, scene


def chips(it: Scene, journal: JournalHealth | None = None) -> dict[str, tuple[Health, str]]:
    found = header_look(it.state, it.clock.at_us, journal).chips
    return {chip.id.split(":")[0]: (chip.health, chip.text) for chip in found}


def test_the_header_of_a_session_in_full_swing() -> None:
    it = scene()
    shown = header_look(it.state, it.clock.at_us, JournalHealth())
    assert shown.title == "Giao ban trực tuyến tháng 11"
    assert shown.phase == "PHỤC VỤ PHIÊN HỌP"
    assert shown.running_s == 2530
    assert [chip.text for chip in shown.chips] == ["MCU · 24 ms", "Sự kiện", "Phòng 6/6", "Nhật ký"]
    assert {chip.health for chip in shown.chips} == {Health.GOOD}
    assert (shown.alarms.open, shown.alarms.worst) == (3, 2)


def test_the_header_before_anything_is_there() -> None:
    it = empty_scene()
    shown = header_look(it.state, it.clock.at_us)
    assert (shown.title, shown.running_s, shown.chips) == ("", -1, ())


def test_a_silent_mcu_is_old_after_two_seconds_and_bad_after_five() -> None:
    it = scene()
    it.clock.at_us += 2_500_000
    assert chips(it)["mcu"] == (Health.WARN, "MCU im 3 s")
    it.clock.at_us += 3_000_000
    assert chips(it)["mcu"] == (Health.BAD, "MCU im 6 s")


def test_a_lost_mcu_says_why_and_what_to_do() -> None:
    it = scene()
    problem = Problem.of("wire.certificate", device="MCU", reason="changed", fingerprint="ab12")
    it.tell(f.LinkChanged("cms-1", LinkHealth.DOWN, problem))
    it.settle()
    mcu = header_look(it.state, it.clock.at_us).chips[0]
    assert (mcu.health, mcu.text) == (Health.BAD, "MCU mất")
    assert "08:42:10" in mcu.detail
    assert "Chứng thư" in mcu.detail


def test_a_silent_feed_a_slow_journal_and_lost_rooms_warn() -> None:
    it = scene()
    it.tell(f.PushChanged("cms-1", False), f.LinkChanged("room-651", LinkHealth.DOWN))
    it.settle()
    shown = chips(it, JournalHealth(waiting=12, oldest_s=3.0))
    assert shown["feed"] == (Health.WARN, "Hỏi vòng")
    assert shown["rooms"] == (Health.WARN, "Phòng 5/6")
    assert shown["journal"] == (Health.WARN, "Nhật ký · 12 chờ")
    broken = JournalHealth(problem=Problem.of("store.full", folder="D:/hnth"))
    assert chips(it, broken)["journal"] == (Health.BAD, "Nhật ký lỗi")


def test_alarms_come_most_pressing_first_with_cause_consequence_and_action() -> None:
    it = scene()
    rows = alarm_rows(it.state, it.clock.at_us)
    assert [row.priority for row in rows] == [2, 3, 3]
    assert rows[0].title == "M'Đrắk mất gói cao"
    assert all(row.cause and row.effect and row.action for row in rows)
    assert "remoteTeardown" in rows[1].cause
    noted = f.AlarmAcknowledged(rows[0].id)
    it.tell(noted)
    it.dispatcher.submit(ShelveAlarm(alarm=rows[1].id, until_us=it.clock.at_us + 60_000_000))
    it.settle()
    standings = {row.id: row.standing for row in alarm_rows(it.state, it.clock.at_us)}
    assert standings[rows[0].id] is Standing.NOTED
    assert standings[rows[1].id] is Standing.SHELVED
    assert alarm_count(it.state, it.clock.at_us).open == 2
    assert alarm_count(it.state, it.clock.at_us + 61_000_000).open == 3


def test_a_take_taken_back_is_told_by_whom_it_puts_on_the_podium() -> None:
    it = scene()
    it.dispatcher.submit(TakeToPodium(endpoint=NEXT, expected=it.state.podium))
    it.settle()
    back = it.dispatcher.undo().command
    assert back is not None
    assert wish_text(it.state, back).startswith("Hình Krông Bông lên bục, cùng ")


def test_many_sites_are_told_by_their_number() -> None:
    it = scene()
    sites = tuple(sorted(s for s, e in it.state.endpoints.items() if e.parent == NEXT))
    it.tell(
        f.AlarmRaised(Alarm(f"lost:{NEXT}", "district_lost", Priority.MEDIUM, sites, group=NEXT))
    )
    it.settle()
    row = next(r for r in alarm_rows(it.state, it.clock.at_us) if r.id == f"lost:{NEXT}")
    assert row.title == f"Ea Kar: {len(sites)} điểm cầu mất kết nối cùng lúc"
    assert f"và {len(sites) - 3} nơi khác" in row.effect


def test_the_journal_tells_a_take_in_one_line_that_grows() -> None:
    it = scene()
    lines = JournalLines()
    it.store.on_told = lambda events: lines.add(events, it.state)  # type: ignore[assignment]
    it.mcu.waits = True
    it.dispatcher.submit(TakeToPodium(endpoint=NEXT, expected=PODIUM))
    it.settle()
    first = lines.newest(it.state, 1)[0]
    assert first.text == "Đưa Ea Kar lên bục — chờ xác nhận…"
    assert first.tone is LineTone.PENDING
    it.clock.at_us += 1_900_000
    for command in list(it.mcu.asked[-4:]):
        it.mcu.obey(command)
    it.settle()
    it.clock.at_us += 500_000
    it.tell(f.TwoWayProven(NEXT, "operator"))
    it.settle()
    told = [line.text for line in lines.newest(it.state, 9)]
    assert told[0] == "Hai chiều với Ea Kar: kỹ thuật viên xác nhận"
    assert told[1] == "Đưa Ea Kar lên bục — xác nhận 1,9 s, hai chiều 2,4 s"
    assert not any("Kịch bản" in text or "Bỏ kế tiếp" in text for text in told)
    wording.use("en")
    assert "Put Ea Kar on the podium" in lines.newest(it.state, 2)[1].text


def test_a_refused_wish_tells_the_devices_reason() -> None:
    it = scene()
    lines = JournalLines()
    it.store.on_told = lambda events: lines.add(events, it.state)  # type: ignore[assignment]
    it.mcu.refuses = {MuteSite: Problem.of("cms.refused", device="MCU", word="callLocked")}
    it.dispatcher.submit(MuteSite(endpoint="656", muted=False))
    it.settle()
    line = lines.newest(it.state, 1)[0]
    assert "Bật mic Lắk — từ chối: MCU từ chối (callLocked)" in line.text
    assert line.tone is LineTone.WARN
    assert lines.about("656", it.state, 3) == (line,)
    assert lines.about("644", it.state, 3) == ()


def test_sites_that_come_together_share_a_line() -> None:
    it = scene()
    lines = JournalLines()
    it.store.on_told = lambda events: lines.add(events, it.state)  # type: ignore[assignment]
    for site in ("656", "644", "645"):
        it.tell(f.LegEnded(CALL, site))
    it.settle()
    assert lines.newest(it.state, 5)[0].text == "3 điểm cầu mất kết nối"
    assert len(lines.newest(it.state, 5)) == 1


def test_a_deviation_from_the_script_is_a_line() -> None:
    it = scene()
    event = replace(it.told[-1], fact=f.ScriptDeviated(2, NEXT, "645"))
    line = line_of(event, it.state)
    assert line is not None
    assert line.text == "Ngoài kịch bản: Ea H'leo lên bục, theo kịch bản là Ea Kar"
    assert line_of(replace(event, fact=f.SpeechHeard("645", True)), it.state) is None


def test_layouts_reported_asked_refused_unknown_and_impossible_are_told_apart() -> None:
    it = scene()
    by_layout = {c.layout: c for c in conference_choices(it.state, it.clock.at_us)}
    assert [c.number for c in by_layout.values()] == list(range(1, 10))
    assert by_layout[Layout.ONE_PLUS_FIVE].reported
    assert not by_layout[Layout.EQUAL_4X4].enabled
    assert by_layout[Layout.EQUAL_4X4].problem == Problem.of("layout.not_supported", device="MCU")
    it.mcu.waits = True
    wish = SetConferenceLayout(conference=CALL, layout=Layout.EQUAL_3X3)
    it.dispatcher.submit(wish)
    it.settle()
    assert asked(it) is Asked.PENDING
    it.clock.at_us += 16_000_000
    it.settle()
    assert asked(it) is Asked.UNKNOWN
    it.mcu.waits = False
    it.mcu.refuses = {SetConferenceLayout: Problem.of("cms.refused", device="MCU", word="no")}
    it.dispatcher.submit(SetConferenceLayout(conference=CALL, layout=Layout.EQUAL_3X3))
    it.settle()
    assert asked(it) is Asked.REFUSED


def asked(it: Scene) -> Asked:
    choices = conference_choices(it.state, it.clock.at_us)
    return next(c.asked for c in choices if c.layout is Layout.EQUAL_3X3)


def test_a_mcu_without_screen_layouts_says_so_for_all_of_them() -> None:
    it = scene()
    able = CMS & ~Capability.SCREEN_LAYOUT
    why = Problem.of("cms.too_old", device="MCU", version="2.0")
    refusals = ((Capability.SCREEN_LAYOUT, why),)
    it.tell(f.DeviceProbed("cms-1", able, refusals, layouts=LAYOUTS))
    it.settle()
    choices = screen_choices(it.state, it.clock.at_us)
    assert not any(c.enabled for c in choices)
    assert {c.problem for c in choices} == {why}


def test_the_conference_is_found_without_being_named() -> None:
    it = scene()
    it.state.session = replace(it.state.session, conference="")
    assert conference_of(it.state) == CALL
    assert conference_of(empty_scene().state) == ""


OFFERS = (
    Offer("mute", "Tắt mic", "M", True, True, also="Mute sound"),
    Offer("take", "Đưa lên bục", "F12", True, True, also="Put on podium"),
    Offer("mute_others", "Tắt mic khác", "⇧M", True, False),
    Offer("hang_up", "Ngắt kết nối", "Del", False, True, hold=True),
)


def test_the_palette_finds_an_action_on_a_site_without_diacritics() -> None:
    state = scene().state
    best = find("tat mic buon ho", OFFERS, state)[0]
    assert (best.action, best.site) == ("mute", "644")
    best = find("dua len buc krong pac", OFFERS, state)[0]
    assert (best.action, best.site) == ("take", "654")
    assert find("buon ho", OFFERS, state)[0].site == "644"
    assert find("mute lak", OFFERS, state)[0].site == "656", "in the other language too"
    assert find("ngat", OFFERS, state)[0].hold
    assert find("zzzz", OFFERS, state) == ()
    usual = find("", OFFERS, state)
    assert [e.action for e in usual] == ["mute", "take", "mute_others", "hang_up"]
