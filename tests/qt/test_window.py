"""The window as a whole: refusals, languages, themes, sizes, hostile names, what it remembers."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from PySide6.QtCore import QPoint, QRect, Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractButton, QWidget

from console.core.store import Store
from console.domain import facts as f
from console.domain.alarm import Alarm, Priority
from console.domain.commands.mcu import MuteSite, SetConferenceLayout, SetScreenLayout
from console.domain.device import LinkHealth
from console.domain.layout import Layout
from console.domain.problem import Problem
from console.domain.state import State
from console.qt.clock import FrameClock
from console.qt.grid.look import Tally
from console.qt.grid.sprites import Weight, text_width
from console.qt.looks.header import Health
from console.qt.looks.layouts import Asked
from console.qt.looks.podium import Stand
from console.qt.panels.buttons import ActionButton
from console.qt.panels.painted import TextLine
from console.qt.settings import Settings
from console.qt.theme import Theme
from console.qt.window import SessionWindow
from console.qt.wording import wording
from tests.qt.conftest import Key, Mod, Stage
from tests.qt.scene import CALL, NEXT, PODIUM, Scene, empty_scene, roster, scene

Maker = Callable[..., Stage]
SIZES = [(1366, 768), (1920, 1080)]
HOSTILE = "<b>Xã</b> \u202eđảo ngược\u202c &amp; " + "rất dài " * 60


def click(widget: QWidget) -> None:
    """A press and release with the mouse."""
    QTest.mouseClick(
        widget, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier, QPoint(9, 9)
    )


# -- refusals and the five states --------------------------------------------------------------


def test_a_refusal_is_told_at_the_podium_and_as_a_toast_that_can_be_copied(stage: Stage) -> None:
    problem = Problem.of("cms.refused", device="MCU", word="callBusy")
    stage.scene.mcu.refuses = {SetScreenLayout: problem}
    stage.press(Key.Key_F12)
    card = stage.inside.session.podium.card
    assert card.failed.isVisible()
    toast = stage.inside.toasts.toasts[0]
    assert "MCU từ chối (callBusy)" in stage.inside.toasts.texts[0]
    click(toast.copy)
    assert "callBusy" in QGuiApplication.clipboard().text()
    assert toast.copy.text() == "Đã chép"
    stage.scene.mcu.refuses = {}
    retry = card.failed.findChildren(QAbstractButton)[0]
    assert retry.text() == "Thử lại"
    click(retry)
    stage.tick()
    assert not card.failed.isVisible()


def test_a_toast_goes_by_itself_or_with_escape(bare: Stage) -> None:
    bare.press(Key.Key_F12)
    assert bare.inside.toasts.isVisible()
    bare.tick(11)
    assert bare.inside.toasts.isVisible()
    bare.press(Key.Key_F12)
    assert bare.inside.toasts.toasts[0].times.text == "×2", "the same again is counted"
    bare.tick(13)
    assert not bare.inside.toasts.isVisible()
    bare.press(Key.Key_F12)
    bare.press(Key.Key_Escape)
    assert not bare.inside.toasts.isVisible()


def test_the_first_refusal_can_be_read_in_a_window_that_was_never_resized(
    theme: Theme,
) -> None:
    on = empty_scene()
    window = SessionWindow(on.state.endpoints, theme)
    window.resize(1366, 768)
    window.show()
    QTest.qWaitForWindowExposed(window)
    window.furnish(on.store, on.dispatcher, on.clock)  # type: ignore[arg-type]
    stage = Stage(on, window)
    try:
        stage.tick()
        stage.press(Key.Key_F12)
        toasts, strip = window.inside.toasts, window.inside.session.strip
        assert toasts.isVisible()
        assert toasts.width() >= 320
        assert toasts.height() >= toasts.toasts[0].sizeHint().height()
        assert toasts.y() > strip.mapTo(window, QPoint(0, 0)).y() - toasts.height()
    finally:
        window.end()


@pytest.mark.parametrize(("width", "height"), SIZES)
def test_the_longest_name_of_the_province_stands_whole_on_the_podium(
    make_stage: Maker, width: int, height: int
) -> None:
    stage = make_stage(scene(), width, height)
    stage.select("643")
    stage.press(Key.Key_Space)
    stage.press(Key.Key_F12)
    stage.tick(1)
    card, take = stage.inside.session.podium.card, stage.inside.session.podium.take
    assert card.name.text == "TP. Buôn Ma Thuột"
    assert card.name.toolTip() == "", "nothing of it is cut off"
    assert text_width(card.name.text, 12, Weight.DemiBold) <= card.name.width()
    assert text_width(take.text(), 12, Weight.DemiBold) <= take.width() - 19


def test_many_refusals_of_one_kind_are_one_toast(stage: Stage) -> None:
    stage.scene.mcu.refuses = {MuteSite: Problem.of("device.busy", device="MCU")}
    stage.select("656", "644", "645", "646")
    stage.press(Key.Key_M)
    assert len(stage.inside.toasts.texts) == 1
    assert stage.inside.toasts.texts[0].startswith("4 lệnh cùng lúc")


def test_what_is_only_asked_is_not_shown_as_done(stage: Stage) -> None:
    stage.scene.mcu.waits = True
    stage.press(Key.Key_L)
    stage.press(Key.Key_6)
    buttons = stage.inside.session.layouts.conference.buttons
    nine = buttons[5].choice
    assert nine is not None
    assert (nine.asked, nine.reported) == (Asked.PENDING, False)
    assert buttons[1].choice is not None
    assert buttons[1].choice.reported, "what is reported stays marked until another is reported"
    assert isinstance(stage.scene.mcu.asked[-1], SetConferenceLayout)


def test_a_lost_mcu_disables_with_the_reason_and_says_it_on_the_key(stage: Stage) -> None:
    problem = Problem.of("wire.unreachable", device="MCU", reason="route")
    stage.scene.tell(f.LinkChanged("cms-1", LinkHealth.DOWN, problem))
    stage.tick()
    take = stage.inside.actions.of["take"]
    assert not take.isEnabled()
    assert "Không có đường mạng tới MCU" in take.toolTip()
    assert not stage.inside.session.podium.take.isEnabled()
    stage.press(Key.Key_F12)
    assert "Không có đường mạng tới MCU" in stage.inside.toasts.texts[-1]


def test_old_news_is_said_in_header_and_podium(stage: Stage) -> None:
    stage.tick(6, silent=True)
    chip = stage.inside.header.chips[0].chip
    assert (chip.health, chip.text) == (Health.BAD, "MCU im 6 s")
    assert stage.inside.session.podium.card.connection.text == "tin cũ 6 s"


def test_the_podium_that_drops_shows_its_alarm_and_the_way_back(stage: Stage) -> None:
    stage.scene.tell(f.LegEnded(CALL, PODIUM, "networkFailure"))
    stage.scene.tell(
        f.AlarmRaised(Alarm(f"podium:{PODIUM}", "podium_lost", Priority.HIGH, (PODIUM,)))
    )
    stage.tick()
    card = stage.inside.session.podium.card
    assert card.look.stand is Stand.LOST
    assert (card.tone, card.state_pill.text) == ("mag", "BỤC MẤT KẾT NỐI")
    assert stage.inside.header.alarms.count.worst == 1
    click(card.redial)
    stage.tick()
    assert type(stage.scene.mcu.asked[-1]).__name__ == "DialSite"
    assert card.look.stand is not Stand.LOST


# -- alarms, popover, palette, hold with the mouse ---------------------------------------------


def test_the_alarm_list_acknowledges_shelves_and_shows_sites(stage: Stage) -> None:
    click(stage.inside.header.alarms)
    stage.tick()
    alarms = stage.inside.alarms
    assert alarms.isVisible()
    assert alarms.entries.rows[0].title == "M'Đrắk mất gói cao"
    click(alarms.acknowledge)
    stage.tick()
    assert stage.scene.state.alarms["loss:652"].acknowledged_us
    assert stage.inside.session.strip.lines.lines[0].text.startswith("Đã nhận cảnh báo: M'Đrắk")
    click(alarms.shelve)
    stage.tick()
    shelved = [a for a in stage.scene.state.alarms.values() if a.shelved_until_us]
    assert len(shelved) == 1
    alarms.list.setFocus()
    stage.press(Key.Key_Return)
    assert not alarms.isVisible()
    assert stage.inside.actions.selection.sites


def test_a_chip_explains_itself_when_pressed(stage: Stage) -> None:
    chip = stage.inside.header.chips[0]
    click(chip)
    assert stage.inside.popover.isVisible()
    assert stage.inside.popover.text == chip.chip.detail
    stage.press(Key.Key_Escape)
    assert not stage.inside.popover.isVisible()


def test_the_palette_asks_for_a_hold_where_it_must(stage: Stage) -> None:
    stage.inside.hold.seconds = 0.1
    stage.scene.mcu.asked.clear()
    stage.press(Key.Key_K, Mod.ControlModifier)
    stage.type("ngat ket noi lak")
    stage.press(Key.Key_Return)
    assert stage.inside.confirm.isVisible()
    assert "Lắk" in stage.inside.confirm.text
    assert stage.asked == []
    stage.press(Key.Key_F12)
    assert stage.asked == [], "while it waits, every key is its own"
    stage.down(Key.Key_Return)
    QTest.qWait(250)
    stage.up(Key.Key_Return)
    assert stage.asked == ["HangUpSite"]
    assert not stage.inside.confirm.isVisible()


def test_the_palette_goes_to_a_site(stage: Stage) -> None:
    stage.press(Key.Key_K, Mod.ControlModifier)
    stage.type("cu kuin")
    stage.press(Key.Key_Return)
    assert stage.inside.actions.selection.sites == ("657",)
    assert stage.focus is stage.window.grid


@pytest.mark.parametrize("language", ["vi", "en"])
def test_the_palette_knows_an_action_by_what_people_call_it(stage: Stage, language: str) -> None:
    wording.use(language)
    palette = stage.inside.palette
    palette.open()
    for typed, action in (
        ("close", "close_session"), ("finish", "close_session"), ("dong phien", "close_session"),
        ("ket thuc", "close_session"), ("exit", "quit"), ("kick", "hang_up"),
        ("tat tieng", "mute"), ("reconnect", "redial"), ("help", "keys"), ("mat khau", "devices"),
    ):  # fmt: skip
        palette.field.setText(typed)
        assert palette.entries.found[0].action == action, typed
    palette.dismiss()
    wording.use("vi")


def test_the_palette_says_when_nothing_matches(stage: Stage) -> None:
    stage.press(Key.Key_K, Mod.ControlModifier)
    stage.type("qqqq")
    assert stage.inside.palette.nothing.isVisible()
    stage.press(Key.Key_Return)
    assert stage.inside.palette.isVisible()
    stage.press(Key.Key_Escape)
    assert not stage.inside.palette.isVisible()


def test_a_held_button_needs_its_time(stage: Stage) -> None:
    stage.inside.session.fold(False)
    stage.select("656")
    stage.inside.hold.seconds = 0.1
    buttons = stage.inside.session.inspector.findChildren(ActionButton, "hang_up")
    button = next(b for b in buttons if b.isVisible())
    QTest.mousePress(button, Qt.MouseButton.LeftButton)
    QTest.qWait(300)
    QTest.mouseRelease(button, Qt.MouseButton.LeftButton)
    stage.tick()
    assert type(stage.scene.mcu.asked[-1]).__name__ == "HangUpSite"


def test_the_grids_menu_selects_whom_it_is_about(
    stage: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    session = stage.inside.session
    shown: list[QPoint] = []
    monkeypatch.setattr(session._menu, "popup", shown.append)
    session.grid.menu_wanted.emit("656", QPoint(400, 300))
    assert stage.inside.actions.selection.sites == ("656",)
    assert shown == [QPoint(400, 300)]
    assert stage.inside.actions.of["mute"] in session._menu.actions()


def test_a_note_about_a_site_from_the_palette(stage: Stage) -> None:
    stage.press(Key.Key_K, Mod.ControlModifier)
    stage.type("ghi nhat ky lak")
    stage.press(Key.Key_Return)
    assert "Lắk" in stage.inside.session.strip.note.placeholderText()
    stage.type("mat dien")
    stage.press(Key.Key_Return)
    assert stage.inside.session.strip.lines.lines[0].text == "✎ Lắk: mat dien"


# -- languages, themes, sizes ------------------------------------------------------------------


def test_the_language_changes_everywhere_at_once(stage: Stage) -> None:
    stage.inside.actions.run("language")
    stage.tick(1)
    inside = stage.inside
    assert wording.language == "en"
    assert inside.session.podium.card.state_pill.text == "ON PODIUM"
    assert inside.session.podium.take.text() == "Put on podium · Ea Kar"
    assert inside.header.phase.text == "LIVE SESSION"
    assert inside.session.script.title.text == "SCRIPT"
    assert inside.tabs.tabText(0).startswith("Session")
    assert "Put Krông Bông on the podium" in " ".join(
        line.text for line in inside.session.strip.lines.lines
    )
    assert inside.actions.of["mute"].text() == "Mute"
    assert inside.hint.text.startswith("F1 keys")
    stage.inside.actions.run("language")
    stage.tick(1)
    assert inside.session.podium.card.state_pill.text == "LÊN BỤC"


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("language", ["vi", "en"])
@pytest.mark.parametrize("dress", ["dark", "light"])
def test_nothing_that_must_be_whole_is_cut(
    make_stage: Maker, size: tuple[int, int], language: str, dress: str
) -> None:
    stage = make_stage(scene(), *size)
    stage.inside.use_language(language)
    stage.inside.use_theme(dress)
    stage.tick(1)
    for line in stage.window.findChildren(TextLine):
        if line.isVisible() and line.text:
            assert line.height() >= line.sizeHint().height(), line.text
            assert shown_whole(line), line.text
    for button in stage.inside.session.podium.findChildren(ActionButton):
        if button.isVisible():
            bold = button is stage.inside.session.podium.take
            wide = text_width(button.text(), button._text_px) * (1.05 if bold else 1)
            assert wide <= button.width() - 18, button.text()
    assert stage.window.width() == size[0]
    assert stage.window.height() == size[1]
    assert not stage.window.grid.verticalScrollBar().isVisible(), "200 sites fit"


def test_nothing_is_cut_before_anything_is_there(bare: Stage) -> None:
    for language in ("vi", "en"):
        bare.inside.use_language(language)
        bare.tick(1)
        for line in bare.window.findChildren(TextLine):
            assert not (line.isVisible() and line.text) or shown_whole(line), line.text


def shown_whole(line: TextLine) -> bool:
    """Whether a line shows all it says."""
    boxed = 12 if line._pill or line._outline else 0
    return text_width(line.text, line._size_px, line._weight) <= line.width() - boxed + 1


@pytest.mark.parametrize("size", SIZES)
def test_200_sites_fit_without_scrolling_at_both_sizes(
    make_stage: Maker, size: tuple[int, int]
) -> None:
    stage = make_stage(scene(), *size)
    assert stage.window.model.arrangement.fits
    assert stage.window.grid.density.value == ("S" if size[0] == 1920 else "XS")


def test_hostile_names_move_nothing_and_stay_text(make_stage: Maker) -> None:
    it = scene()
    sites = tuple(
        replace(e, name=HOSTILE, short=HOSTILE) if e.id in (PODIUM, NEXT) else e for e in roster()
    )
    it.tell(f.RosterLoaded("odd", sites))
    it.settle()
    plain, odd = make_stage(scene()), make_stage(it)
    for name in ("podium", "script", "strip", "layouts", "rail"):
        ours, theirs = getattr(odd.inside.session, name), getattr(plain.inside.session, name)
        assert ours.geometry() == theirs.geometry(), name
    said = odd.inside.session.podium.card.name.text
    assert said.startswith("<b>Xã</b> đảo ngược &amp; rất dài")
    assert "\u202e" not in said
    assert len(said) <= 300
    odd.press(Key.Key_F12)
    assert odd.inside.session.podium.geometry().width() == plain.inside.session.podium.width()


def test_everything_can_be_reached_and_is_named(stage: Stage) -> None:
    for button in stage.window.findChildren(QAbstractButton):
        if button.isVisible() and button.window() is stage.window:
            assert button.accessibleName() or button.text(), button.objectName()
            assert button.height() >= 24, button.text()
            assert button.width() >= 24, button.text()


# -- from nothing, and what is remembered ------------------------------------------------------


def test_the_grid_is_shown_before_the_rest_is_built_and_stays_where_it_is(theme: Theme) -> None:
    it = scene()
    window = SessionWindow(it.state.endpoints, theme)
    window.resize(1920, 1080)
    window.show()
    QTest.qWait(20)
    assert window.painted
    first = window.grab()
    store = Store(state=State(endpoints=dict(it.state.endpoints)))
    window.furnish(store, it.dispatcher, it.clock)  # type: ignore[arg-type]
    window.refresh(set(), it.clock.now_us())
    QTest.qWait(20)
    assert len(window.model.looks) == 200
    grid = QRect(window.grid.mapTo(window, QPoint(0, 0)), window.grid.size())
    window.setFocus()  # the table's cursor is not in the first picture
    assert first.copy(grid).toImage() == window.grab().copy(grid).toImage()
    window.end()


def test_a_window_with_nothing_in_it_says_what_to_do(bare: Stage) -> None:
    inside = bare.inside
    assert inside.header.title.text == "Chưa mở phiên họp"
    assert "Ctrl+Shift+O" in inside.session.script.empty.text
    assert inside.session.podium.card.name.text == "Bục trống"
    assert not inside.actions.of["take"].isEnabled()
    bare.scene.tell(f.RosterLoaded("dak_lak", roster()))
    bare.tick()
    assert len(bare.window.model.looks) == 200


def test_what_the_operator_chose_is_remembered(tmp_path: Path, make_stage: Maker) -> None:
    path = tmp_path / "deep" / "window.toml"
    settings = Settings(path)
    stage = make_stage(scene())
    stage.window.settings = settings
    stage.inside._settings = settings
    stage.inside.session._settings = settings
    stage.inside.use_language("en")
    stage.inside.use_theme("light")
    stage.inside.session.fold(False)
    stage.inside.actions.run("larger")
    stage.window.close()
    again = Settings(path).now
    assert (again.language, again.theme, again.folded) == ("en", "light", False)
    assert again.density == "M"
    assert len(again.geometry) == 4


@pytest.mark.parametrize(
    "text",
    ["not toml [", 'language = 7\ngeometry = ["a"]\nfolded = "x"', "geometry = [1, 2]", "\x00"],
)
def test_a_spoilt_settings_file_costs_only_the_memory(tmp_path: Path, text: str) -> None:
    path = tmp_path / "window.toml"
    path.write_text(text, encoding="utf-8")
    settings = Settings(path)
    assert settings.now == Settings().now
    settings.keep(theme="light")
    assert Settings(path).now.theme == "light"


def test_settings_that_cannot_be_written_do_no_harm(tmp_path: Path) -> None:
    blocked = tmp_path / "file"
    blocked.write_text("x")
    settings = Settings(blocked / "window.toml")
    settings.keep(theme="light")
    assert settings.now.theme == "light"


def test_a_lost_site_reaches_filter_and_list(stage: Stage) -> None:
    chips = {chip.which.name: chip for chip in stage.inside.session.filter_bar.chips}
    assert chips["LOST"].count == 2
    click(chips["LOST"])
    stage.tick()
    assert len(stage.window.model.matches) == 2
    stage.press(Key.Key_Escape)
    assert len(stage.window.model.matches) == 200


def test_the_empty_scene_shows_no_error(bare: Stage) -> None:
    bare.tick(1)
    assert bare.inside.toasts.texts == []
    assert isinstance(bare.scene, Scene)
    assert empty_scene().state.endpoints == {}


def test_layout_buttons_choose(stage: Stage) -> None:
    button = stage.inside.session.layouts.conference.buttons[3]
    assert button.isVisible()
    click(button)
    stage.tick()
    asked = stage.scene.mcu.asked[-1]
    assert isinstance(asked, SetConferenceLayout)
    assert asked.layout is Layout.ONE_PLUS_NINE
    off = stage.inside.session.layouts.chair.buttons[6]
    assert not off.isEnabled()
    assert "không có bố cục này" in off.toolTip()


def test_the_clock_ticks_slower_while_nobody_can_see_the_window(
    theme: Theme, monkeypatch: pytest.MonkeyPatch
) -> None:
    told: list[bool] = []
    monkeypatch.setattr(FrameClock, "set_hidden", lambda _, hidden: told.append(hidden))
    it = scene()
    frame = FrameClock(it.store.drain, it.clock.now_us)
    window = SessionWindow(it.state.endpoints, theme)
    window.furnish(it.store, it.dispatcher, it.clock, frame)  # type: ignore[arg-type]
    window.show()
    window.hide()
    window.show()
    window.end()
    assert told[:3] == [False, True, False]


# -- a tick of the frame clock -----------------------------------------------------------------


def follow(stage: Stage) -> bool:
    """One tick; whether it leaves something."""
    return stage.window.follow(stage.scene.settle(), stage.scene.clock.now_us())


def conference(stage: Stage, **changed: object) -> f.ConferenceSeen:
    """The conference as it is now, changed."""
    return f.ConferenceSeen(replace(stage.scene.state.conferences[CALL], **changed))


def reported(stage: Stage) -> Layout | None:
    """The layout that the panel below the sites shows as everybody's."""
    choices = [b.choice for b in stage.inside.session.layouts.conference.buttons]
    return next((c.layout for c in choices if c is not None and c.reported), None)


def test_the_sites_are_shown_in_one_tick_and_what_is_around_them_in_the_next(stage: Stage) -> None:
    assert reported(stage) is Layout.ONE_PLUS_FIVE
    stage.scene.tell(
        stage.scene.leg(NEXT, video_muted=True), conference(stage, layout=Layout.SINGLE)
    )
    assert not stage.window.model.looks[NEXT].video_muted
    assert follow(stage)
    assert stage.window.model.looks[NEXT].video_muted
    assert reported(stage) is Layout.ONE_PLUS_FIVE
    assert not follow(stage)
    assert reported(stage) is Layout.SINGLE


def test_what_goes_on_changing_is_shown_in_every_second_tick(stage: Stage) -> None:
    left: list[bool] = []
    for banner in ("a", "b", "c", "d"):
        stage.scene.tell(conference(stage, banner=banner))
        left.append(follow(stage))
    assert left == [True, False, True, False]


def test_while_the_podium_moves_all_but_it_waits(stage: Stage) -> None:
    follow(stage)
    stage.scene.tell(conference(stage, layout=Layout.SINGLE))
    assert follow(stage)
    stage.scene.tell(conference(stage, podium=NEXT))
    assert follow(stage), "what was left over is left once more"
    assert stage.inside.session.podium.card.look.site == NEXT
    assert stage.window.model.looks[NEXT].tally is Tally.PODIUM
    assert reported(stage) is Layout.ONE_PLUS_FIVE
    assert not follow(stage)
    assert reported(stage) is Layout.SINGLE
