"""SiteGridView: pointing, choosing, moving and painting as an operator would."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
from PySide6.QtCore import QEvent, QPoint, QRect, Qt
from PySide6.QtGui import QAccessible, QContextMenuEvent, QImage
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from console.domain import facts as f
from console.domain.presence import Presence
from console.qt.grid.cursor import step
from console.qt.grid.density import Density
from console.qt.grid.filters import Filter
from console.qt.grid.model import SiteGridModel
from console.qt.grid.view import SiteGridView
from console.qt.theme import Theme
from console.qt.wording import wording
from tests.qt.scene import Scene, empty_scene, scene

Key, Mod, Left = Qt.Key, Qt.KeyboardModifier, Qt.MouseButton.LeftButton


class Stand:
    """A view on the session of the pictures."""

    def __init__(self, it: Scene, theme: Theme, width: int = 1310, height: int = 860) -> None:
        self.scene = it
        self.scene.settle()
        self.model = SiteGridModel(it.state)
        self.model.refresh(set(), it.clock.now_us())
        self.view = SiteGridView(self.model, theme)
        self.view.resize(width, height)
        self.view.show()
        self.view.activateWindow()
        QTest.qWaitForWindowActive(self.view)
        self.view.setFocus()

    def click(self, site: str, mod: Qt.KeyboardModifier = Mod.NoModifier) -> None:
        where = self.view.rect_of(site).center()
        QTest.mouseClick(self.view.viewport(), Left, mod, where)

    def press(self, key: Qt.Key, mod: Qt.KeyboardModifier = Mod.NoModifier) -> str:
        QTest.keyClick(self.view, key, mod)
        return self.view.current_site()

    def refresh(self) -> None:
        self.model.refresh(self.scene.settle(), self.scene.clock.now_us())

    def shot(self) -> QImage:
        """What is on the screen now, and that it is what a repaint of everything gives."""
        QApplication.processEvents()
        return self.view.viewport().grab().toImage()


@pytest.fixture
def make(qapp: QApplication, theme: Theme) -> Iterator[Callable[..., Stand]]:
    made: list[Stand] = []

    def maker(it: Scene | None = None, width: int = 1310, height: int = 860) -> Stand:
        made.append(Stand(it or scene(), theme, width, height))
        return made[-1]

    yield maker
    for stand in made:
        stand.view.close()
        stand.view.deleteLater()
    QApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete.value)


@pytest.fixture
def stand(make: Callable[..., Stand]) -> Stand:
    return make()


def test_click_ctrl_click_and_shift_click(stand: Stand) -> None:
    told: list[tuple[str, ...]] = []
    stand.view.sites_selected.connect(told.append)
    stand.click("24121")
    assert told[-1] == stand.view.selected_sites() == ("24121",)
    stand.click("24127", Mod.ControlModifier)
    assert stand.view.selected_sites() == ("24121", "24127")
    stand.click("24121", Mod.ControlModifier)
    assert stand.view.selected_sites() == ("24127",)
    stand.click("24121")
    stand.click("24130", Mod.ShiftModifier)
    assert stand.view.selected_sites() == ("24121", "24124", "24127", "24130")
    assert told[-1] == stand.view.selected_sites()


def test_a_rubber_band_takes_what_it_touches(stand: Stand) -> None:
    viewport = stand.view.viewport()
    start = stand.view.rect_of("24187").topLeft() - QPoint(1, 0)
    end = stand.view.rect_of("24217").center()
    QTest.mousePress(viewport, Left, Mod.NoModifier, start)
    QTest.mouseMove(viewport, end)
    QTest.mouseRelease(viewport, Left, Mod.NoModifier, end)
    band = QRect(start, end).normalized()
    touched = {s for s in stand.model.looks if stand.view.rect_of(s).intersects(band)}
    assert set(stand.view.selected_sites()) == touched
    assert len(touched) >= 2


def test_a_click_on_nothing_selects_nothing(stand: Stand) -> None:
    stand.click("24121")
    empty = stand.view.rect_of("66").center() + QPoint(900, 0)
    QTest.mouseClick(stand.view.viewport(), Left, Mod.NoModifier, empty)
    assert stand.view.selected_sites() == ()


def test_select_all_takes_those_that_match(stand: Stand) -> None:
    stand.press(Key.Key_A, Mod.ControlModifier)
    assert len(stand.view.selected_sites()) == 200
    stand.model.set_filter(Filter.LOST)
    stand.press(Key.Key_A, Mod.ControlModifier)
    assert set(stand.view.selected_sites()) == stand.model.matches


def test_arrows_go_where_the_eye_goes(stand: Stand) -> None:
    stand.click("643")
    assert stand.press(Key.Key_Right) == "24118"
    assert stand.press(Key.Key_Left) == "643"
    assert stand.press(Key.Key_Down) == "24160", "the wrapped row below has no lead"
    assert stand.press(Key.Key_Up) == "24118"
    assert stand.press(Key.Key_End) == stand.model.cells()[1][-1]
    after_the_row = stand.press(Key.Key_Right)
    assert after_the_row == stand.model.cells()[2][1], "reading order crosses the row's end"
    assert stand.press(Key.Key_Home) == after_the_row
    assert stand.press(Key.Key_PageDown) == "644"
    assert stand.press(Key.Key_PageUp) == "643"
    assert stand.view.selected_sites() == ("643",)
    assert stand.press(Key.Key_Home, Mod.ControlModifier) == "66"
    assert stand.press(Key.Key_End, Mod.ControlModifier) == list(stand.model.looks)[-1]
    assert stand.view.selected_sites() == ("643",), "with Ctrl the cursor moves alone"


def test_shift_and_arrows_widen_the_selection(stand: Stand) -> None:
    stand.click("24118")
    stand.press(Key.Key_Right, Mod.ShiftModifier)
    stand.press(Key.Key_Right, Mod.ShiftModifier)
    assert stand.view.selected_sites() == ("24118", "24121", "24124")


def test_the_cursor_never_stands_in_an_empty_cell() -> None:
    from PySide6.QtWidgets import QAbstractItemView

    moves = QAbstractItemView.CursorAction
    cells = [["a", "b", ""], ["", "c", ""], ["d", "", ""]]
    assert step(cells, None, moves.MoveDown) == (0, 0)
    assert step([], None, moves.MoveDown) is None
    assert step(cells, (0, 0), moves.MoveDown) == (1, 1)
    assert step(cells, (1, 1), moves.MoveDown) == (2, 0)
    assert step(cells, (2, 0), moves.MoveDown) == (2, 0)
    assert step(cells, (0, 1), moves.MoveRight) == (1, 1)
    assert step(cells, (2, 0), moves.MoveRight) == (2, 0)
    for row in range(3):
        for column in range(3):
            for move in moves:
                to = step(cells, (row, column), move)
                assert to is not None
                assert cells[to[0]][to[1]] or (to == (row, column))


def test_letters_and_space_are_left_to_the_window(stand: Stand) -> None:
    stand.click("643")
    stand.press(Key.Key_K)
    assert stand.view.current_site() == "643"


def test_enter_and_double_click_activate(stand: Stand, qtbot: QtBot) -> None:
    stand.click("651")
    with qtbot.waitSignal(stand.view.site_activated) as caught:
        stand.press(Key.Key_Return)
    assert caught.args == ["651"]
    with qtbot.waitSignal(stand.view.site_activated) as caught:
        where = stand.view.rect_of("653").center()
        QTest.mouseDClick(stand.view.viewport(), Left, Mod.NoModifier, where)
    assert caught.args == ["653"]


def test_the_menu_is_asked_for_at_a_site(stand: Stand, qtbot: QtBot) -> None:
    where = stand.view.rect_of("651").center()
    with qtbot.waitSignal(stand.view.menu_wanted) as caught:
        QApplication.sendEvent(
            stand.view.viewport(),
            QContextMenuEvent(QContextMenuEvent.Reason.Mouse, where, QPoint(7, 8)),
        )
    assert caught.args == ["651", QPoint(7, 8)]
    assert stand.view.selected_sites() == ("651",)


def test_jump_to_a_code(stand: Stand) -> None:
    assert stand.view.jump_to_code("24394")
    assert stand.view.selected_sites() == ("24394",)
    assert stand.view.current_site() == "24394"
    assert not stand.view.jump_to_code("00")
    assert stand.view.current_site() == "24394"


def test_selection_and_cursor_survive_another_size_and_density(stand: Stand) -> None:
    stand.view.select_sites(["24121", "651"], current="651")
    stand.view.resize(1088, 570)
    assert stand.view.density is Density.XS
    assert stand.view.selected_sites() == ("24121", "651")
    assert stand.view.current_site() == "651"


def test_the_density_shown_is_told(stand: Stand) -> None:
    told: list[Density] = []
    stand.view.density_changed.connect(told.append)
    stand.view.resize(1088, 570)
    stand.view.resize(1310, 860)
    stand.view.set_density(Density.M)
    assert told == [Density.XS, Density.S, Density.M]
    assert stand.view.verticalScrollBar().maximum() > 0
    stand.view.set_density(Density.S)
    assert stand.view.verticalScrollBar().maximum() == 0


def test_the_cursor_is_scrolled_into_sight(stand: Stand) -> None:
    stand.view.set_density(Density.L)
    last = list(stand.model.looks)[-1]
    stand.view.select_sites([last])
    QApplication.processEvents()
    assert stand.view.viewport().rect().contains(stand.view.rect_of(last).center())


def test_every_target_is_24_pixels_high_at_least(stand: Stand) -> None:
    for width, height in ((1310, 860), (1088, 570), (700, 400)):
        stand.view.resize(width, height)
        assert all(stand.view.rect_of(s).height() >= 24 for s in stand.model.looks)


def whole(stand: Stand) -> QImage:
    """The screen after a repaint of everything."""
    stand.view._repaint_all()
    return stand.shot()


def test_small_repaints_come_to_the_same_as_a_large_one(stand: Stand) -> None:
    stand.shot()
    it = stand.scene
    it.tell(f.SpeechHeard("24118", True, 2), f.SpeechHeard("653", True, 8))
    stand.refresh()
    stand.shot()
    it.tell(f.SpeechHeard("24118", True, 8), f.SpeechHeard("653", True, 1))
    it.tell(it.leg("24121", presence=Presence.DROPPED), it.leg("24130", mic_muted=False))
    stand.refresh()
    stand.click("24124")
    stand.press(Key.Key_Down)
    assert stand.shot() == whole(stand)
    stand.model.set_filter(Filter.LOST)
    it.tell(f.SpeechHeard("24118", True, 3), it.leg("24145", presence=Presence.DROPPED))
    stand.refresh()
    assert stand.shot() == whole(stand)
    stand.model.set_filter()
    stand.view.clearFocus()
    assert stand.shot() == whole(stand)


def test_a_change_is_painted_where_it_is_and_nowhere_else(stand: Stand) -> None:
    before = stand.shot()
    stand.scene.tell(stand.scene.leg("24118", mic_muted=False))
    stand.refresh()
    after = stand.shot()
    rect = stand.view.rect_of("24118")
    assert before.copy(rect) != after.copy(rect)
    for other in ("24121", "643", "24160"):
        assert before.copy(stand.view.rect_of(other)) == after.copy(stand.view.rect_of(other))


def test_what_is_on_the_screen_is_what_a_repaint_of_everything_gives(stand: Stand) -> None:
    view, tall = stand.view, stand.view.height() // 2
    for size in ((1310, 860), (1310, tall)):  # the second scrolls
        view.resize(*size)
        view.verticalScrollBar().setValue(view.verticalScrollBar().maximum())
        QApplication.processEvents()
        sites = list(stand.model.looks)[-60:]
        for muted, loud in ((True, sites[::7]), (False, sites[3::11])):
            stand.scene.tell(*(stand.scene.leg(s, video_muted=muted) for s in sites[::23]))
            stand.scene.tell(*(f.SpeechHeard(s, True, 7) for s in loud))
            stand.refresh()
            QApplication.processEvents()
            seen = view.screen().grabWindow(view.winId()).toImage()
            whole = view.grab().toImage()
            assert seen.convertToFormat(whole.format()) == whole


def test_changes_far_apart_are_asked_for_apart(stand: Stand) -> None:
    canvas, row = stand.view._canvas, max(stand.model.cells(), key=lambda row: sum(map(bool, row)))
    sites = [site for site in row[1:] if site]
    first, second, last = sites[0], sites[1], sites[-1]
    places = stand.model.arrangement.places
    near = canvas.region([places[first], places[second]])
    assert near.rectCount() == 1
    assert near.boundingRect() == stand.view.rect_of(first) | stand.view.rect_of(second)
    apart = canvas.region([places[first], places[last]])
    assert apart.rectCount() == 2
    assert apart.contains(stand.view.rect_of(last))
    assert canvas.region([]).isEmpty()


def test_dimmed_sites_are_paler_than_those_that_match(stand: Stand) -> None:
    before = stand.shot()
    lost = next(s for s, look in stand.model.looks.items() if look.presence is Presence.DROPPED)
    stand.model.set_filter(Filter.LOST)
    after = stand.shot()
    assert before.copy(stand.view.rect_of(lost)) == after.copy(stand.view.rect_of(lost))
    assert before.copy(stand.view.rect_of("24118")) != after.copy(stand.view.rect_of("24118"))


def test_podium_next_and_a_new_alarm_are_seen_whatever_is_looked_for(stand: Stand) -> None:
    looks = stand.model.looks
    alarmed = next(s for s, look in looks.items() if look.alarm and not look.acked)
    before = stand.shot()
    stand.model.set_filter(Filter.ALL, "buôn ma thuột")
    after = stand.shot()
    for site in ("653", "651", alarmed):
        assert site not in stand.model.matches
        assert before.copy(stand.view.rect_of(site)) == after.copy(stand.view.rect_of(site))


def test_theme_and_language_reach_every_tile(stand: Stand, theme: Theme) -> None:
    dark = stand.shot()
    theme.use("light")
    light = stand.shot()
    assert dark != light
    wording.use("en")
    english = stand.shot()
    podium = stand.view.rect_of("653")
    assert light.copy(podium) != english.copy(podium)
    assert light.copy(stand.view.rect_of("24118")) == english.copy(stand.view.rect_of("24118"))


def test_the_cursor_is_two_pixels_of_accent_around_the_tile(stand: Stand, theme: Theme) -> None:
    stand.view.select_sites(["24121"])
    rect = stand.view.rect_of("24121")
    shot = stand.shot()
    x = rect.center().x()
    assert [shot.pixelColor(x, rect.top() - 2 + i) for i in range(2)] == [theme.color("accent")] * 2
    stand.press(Key.Key_Right)
    assert stand.shot().pixelColor(x, rect.top() - 1) == theme.color("bg")


def test_a_screen_reader_finds_rows_cells_and_sentences(stand: Stand) -> None:
    table = QAccessible.queryAccessibleInterface(stand.view)
    assert table is not None
    assert table.text(QAccessible.Text.Name) == "Lưới điểm cầu"
    texts = [table.child(i).text(QAccessible.Text.Name) for i in range(table.childCount())]
    assert any(t.startswith("Huyện Krông Bông") and "đang lên bục" in t for t in texts)


def test_an_empty_grid_says_what_to_do(make: Callable[..., Stand]) -> None:
    empty = make(empty_scene())
    blank = empty.shot()
    assert len({blank.pixel(x, blank.height() // 2) for x in range(blank.width())}) > 1
    assert empty.view.selected_sites() == ()
    assert empty.press(Key.Key_Down) == ""
    full = scene()
    full.settle()
    empty.scene.tell(f.RosterLoaded("r", tuple(full.state.endpoints.values())))
    empty.refresh()
    assert empty.view.rect_of("651").isValid()


def test_the_site_under_the_cursor_may_go_with_a_new_roster(stand: Stand) -> None:
    state = stand.scene.state
    away = next(i for i, leg in state.legs.items() if leg.presence is Presence.DROPPED)
    stand.view.select_sites([away])
    kept = [e for e in state.endpoints.values() if e.id != away]
    stand.scene.tell(f.RosterLoaded("less", tuple(kept)))
    stand.refresh()
    assert away not in state.endpoints
    assert stand.view.current_site() != away
    assert stand.view.selected_sites() == ()
    assert stand.view.rect_of("653").isValid()


def test_nothing_matches_says_so(stand: Stand) -> None:
    stand.model.set_filter(search="zzz", hide=True)
    assert stand.model.rowCount() == 0
    shot = stand.shot()
    assert len({shot.pixel(x, shot.height() // 2) for x in range(shot.width())}) > 1


def test_a_name_of_300_letters_with_markup_stays_in_its_tile(
    make: Callable[..., Stand], theme: Theme
) -> None:
    from dataclasses import replace

    it = scene()
    it.settle()
    wild = "<b>Xã</b> \u202e" + "Ngọc Điền " * 30
    sites = tuple(
        replace(e, name=wild, short=wild) if e.id == "24118" else e
        for e in it.state.endpoints.values()
    )
    it.tell(f.RosterLoaded("wild", sites))
    stand = make(it)
    calm = make().shot()
    shot = stand.shot()
    rect = stand.view.rect_of("24118")
    for x in range(0, rect.left() - 4, 3):
        assert shot.pixel(x, rect.center().y()) == calm.pixel(x, rect.center().y())
    assert shot.pixelColor(rect.right() + 2, rect.center().y()) == theme.color("bg")
