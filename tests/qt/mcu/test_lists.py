"""The lists of the MCU workspace: devices, and what happened."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication

from console.domain import facts as f
from console.domain.device import DeviceSpec, LinkHealth
from console.domain.event import Event, stamped
from console.domain.problem import Problem
from console.qt.happened import KEPT, Happenings
from console.qt.looks.device_events import Weight
from console.qt.mcu import event_model
from console.qt.mcu.device_model import Column, Which
from console.qt.mcu.devices import DevicesPanel
from console.qt.mcu.event_model import Part
from console.qt.mcu.events import EventsPanel, Page
from console.qt.mcu.workspace import McuWorkspace
from console.qt.mcu_scene import mcu_scene
from tests.qt.conftest import Key, Mod, Stage
from tests.qt.mouse import click
from tests.qt.scene import NOW_US, S, Scene

Maker = Callable[[Scene], Stage]
TIMEOUT = Problem.of("wire.deadline", device="VCS 24118", seconds=8.0)


@pytest.fixture
def stage(make_stage: Maker) -> Stage:
    """The MCU workspace of the pictures."""
    made = make_stage(mcu_scene())
    made.press(Key.Key_2, Mod.ControlModifier)
    return made


def page(stage: Stage) -> McuWorkspace:
    shown = stage.inside.workspaces.built["mcu"]
    assert isinstance(shown, McuWorkspace)
    return shown


def names(panel: DevicesPanel) -> list[str]:
    """The devices that are shown, in order."""
    rows = [panel.order.row_of(panel.order.index(at, 0)) for at in range(panel.order.rowCount())]
    return [row.id for row in rows if row is not None]


def texts(panel: EventsPanel) -> list[str]:
    return [row.text for row in panel.model.rows]


# -- devices -----------------------------------------------------------------------------------


def test_every_device_is_listed_the_most_urgent_first(stage: Stage) -> None:
    devices = page(stage).devices
    shown = names(devices)
    assert len(shown) == len(stage.scene.state.devices) == 68
    assert shown[:6] == ["room-646", "room-652", "room-650", "room-648", "fs-2", "cms-1"]
    row = devices.order.row_of(devices.order.index(0, 0))
    assert row is not None
    assert (row.health_text, row.place, row.since) == ("mất", "Ea Súp", "08:33:05")
    assert "VCS 646 không trả lời" in row.problem
    assert stage.scene.state.devices["room-646"].push
    assert row.feed is None, "nobody knows of the feed of a lost device"


def test_a_changed_device_is_told_as_its_own_row(stage: Stage) -> None:
    devices = page(stage).devices
    told: list[tuple[int, int, int, int]] = []
    devices.model.dataChanged.connect(
        lambda a, b, _=None: told.append((a.row(), b.row(), a.column(), b.column()))
    )
    stage.scene.tell(f.LinkChanged("room-24118", LinkHealth.DOWN, TIMEOUT))
    stage.scene.tell(f.PushChanged("room-24121", False))
    stage.tick(silent=True)
    rows = sorted(told)
    assert [a for a, *_ in rows] == [b for _, b, *_ in rows], "a row at a time"
    at = {row.id: n for n, row in enumerate(devices.model.rows)}
    assert [a for a, *_ in rows] == sorted([at["room-24118"], at["room-24121"]])
    assert names(devices)[0] == "room-24118", "and it stands among the lost now"


def test_round_trips_are_told_once_a_second_and_move_nothing(stage: Stage) -> None:
    devices = page(stage).devices
    devices.sorts.setCurrentIndex(4)
    devices.sorts.activated.emit(4)
    assert devices.table.horizontalHeader().sortIndicatorSection() == Column.RTT
    before = names(devices)
    told: list[int] = []
    devices.model.dataChanged.connect(lambda a, b, _=None: told.append(a.column()))
    for n in range(5):
        for site in ("24118", "24121", "24124"):
            stage.scene.tell(f.DeviceHeard(f"room-{site}", 400.0 + n))
        stage.tick(0.01, silent=True)
    assert told == []
    stage.tick(1, silent=True)
    assert told == [Column.RTT] * 3
    assert names(devices) == before
    cell = devices.model.index([r.id for r in devices.model.rows].index("room-24118"), Column.RTT)
    assert cell.data() == "404 ms"


def test_200_rooms_that_all_answer_cost_a_frame_one_cell_each(make_stage: Maker) -> None:
    it = mcu_scene()
    sites = [s for s in it.state.endpoints if f"room-{s}" not in it.state.devices]
    for site in sites:
        it.tell(f.DeviceNamed(DeviceSpec(f"room-{site}", "roomos", f"VCS {site}", "", site)))
    stage = make_stage(it)
    stage.press(Key.Key_2, Mod.ControlModifier)
    devices = page(stage).devices
    stage.tick(1)
    told: list[int] = []
    moved: list[bool] = []
    devices.model.dataChanged.connect(lambda a, b, _=None: told.append(b.row() - a.row()))
    devices.model.moved.connect(lambda: moved.append(True))
    for device in it.state.devices:
        it.tell(f.DeviceHeard(device, 12.0))
    stage.tick(1, silent=True)
    assert len(devices.model.rows) > 200
    assert told == [0] * len(it.state.devices)
    assert not moved, "nothing is sorted anew"


def test_devices_are_found_and_chosen_from_the_keyboard(stage: Stage) -> None:
    devices = page(stage).devices
    stage.press(Key.Key_Slash)
    assert stage.focus is devices.search
    stage.type("vcs 646")
    assert names(devices) == ["room-646"]
    stage.press(Key.Key_Return)
    assert stage.focus is devices.table
    stage.press(Key.Key_Escape)
    assert len(names(devices)) == 68
    click(devices.chips[Which.TROUBLED])
    assert names(devices) == ["room-646", "room-652", "room-650", "room-648"]
    click(devices.chips[Which.MCU])
    assert names(devices) == ["fs-2", "cms-1"]
    stage.press(Key.Key_Slash)
    stage.type("qqq")
    assert devices.empty.isVisible()
    assert devices.empty.text.startswith("Không có dòng nào khớp")


def test_sorting_by_name_place_and_time(stage: Stage) -> None:
    devices = page(stage).devices
    for at, expected in ((1, "fs-2"), (3, "room-650"), (0, "room-646")):
        devices.sorts.setCurrentIndex(at)
        devices.sorts.activated.emit(at)
        assert names(devices)[0] == expected, at
    header = devices.table.horizontalHeader()
    header.setSortIndicator(Column.PLACE, Qt.SortOrder.AscendingOrder)
    assert devices.sorts.currentIndex() == 2


def test_whom_the_operator_looks_at_stays_chosen(stage: Stage) -> None:
    devices = page(stage).devices
    devices.choose("room-24142")
    stage.scene.tell(f.LinkChanged("room-24142", LinkHealth.DOWN, TIMEOUT))
    stage.scene.tell(f.DeviceNamed(DeviceSpec("room-new", "visca", "Camera", "", "24147")))
    stage.tick()
    row = devices.order.row_of(devices.table.currentIndex())
    assert row is not None
    assert row.id == "room-24142"
    assert devices.problem.said.text.startswith("VCS 24142: ")


def test_a_problem_can_be_copied(stage: Stage) -> None:
    devices = page(stage).devices
    devices.choose("room-652")
    devices.table.setFocus()
    stage.press(Key.Key_C, Mod.ControlModifier)
    copied = QGuiApplication.clipboard().text()
    assert copied.startswith("VCS 652 · Phòng họp · M'Đrắk · mất · 08:33:05 · VCS 652 từ chối")
    assert "Đã chép" in stage.inside.toasts.texts[-1]
    devices.choose("room-646")
    click(devices.copy)
    assert QGuiApplication.clipboard().text().startswith("VCS 646")
    devices.choose("room-24118")
    assert not devices.copy.isVisible(), "there is nothing to copy"


def test_every_cell_says_what_it_is(stage: Stage) -> None:
    model = page(stage).devices.model
    role = Qt.ItemDataRole.AccessibleTextRole
    said = [model.index(0, column).data(role) for column in Column]
    assert said[Column.HEALTH] == "Kết nối: tốt"
    assert said[Column.PLACE] == "Điểm cầu: không rõ"
    events = page(stage).events.model
    assert events.index(0, Part.TEXT).data(role).startswith("08:40:55, mức 3, VCS 650: ")


# -- events ------------------------------------------------------------------------------------


def test_what_happened_is_told_the_newest_first(stage: Stage) -> None:
    events = page(stage).events
    assert texts(events)[0].startswith("Kết nối chập chờn. VCS 650 không trả lời")
    assert texts(events)[1].startswith("Lệnh «Bật mic Cư M'gar» bị từ chối")
    stage.scene.tell(f.PushChanged("cms-1", False))
    stage.tick(1)
    row = events.model.rows[0]
    assert (row.text, row.source, row.weight) == (
        "Luồng sự kiện im lặng, chuyển sang hỏi vòng.", "MCU Văn phòng UBND", Weight.MEDIUM,
    )  # fmt: skip
    assert events.model.index(0, Part.TIME).data() == "08:42:10"


def test_alarms_are_told_by_name_after_they_are_gone(stage: Stage) -> None:
    events = page(stage).events
    assert "link:cms-1" not in stage.scene.state.alarms
    assert "Hết: Mất liên lạc với MCU Văn phòng UBND" in texts(events)
    stage.scene.tell(f.AlarmAcknowledged("loss:652"), f.AlarmCleared("loss:652"))
    stage.tick()
    assert texts(events)[0] == "Hết: M'Đrắk mất gói cao"


def test_events_are_chosen_by_mcu_weight_and_words(stage: Stage) -> None:
    events = page(stage).events
    every = len(events.model.rows)
    events.mcus.setCurrentIndex(events._mcu_ids.index("fs-2"))
    events.mcus.activated.emit(0)
    assert {row.mcu for row in events.model.rows} == {"fs-2"}
    events.mcus.setCurrentIndex(0)
    events.weights.setCurrentIndex(3)
    events.weights.activated.emit(0)
    assert {row.weight for row in events.model.rows} == {Weight.HIGH}
    assert 0 < len(events.model.rows) < every
    events.weights.setCurrentIndex(0)
    events.search.setText("tu choi")
    assert all("từ chối" in text for text in texts(events))
    page(stage).clear()
    assert len(events.model.rows) == every


def test_what_happens_while_the_page_is_hidden_is_there_when_it_is_shown(stage: Stage) -> None:
    stage.press(Key.Key_1, Mod.ControlModifier)
    stage.scene.tell(f.PushChanged("fs-2", False))
    stage.tick()
    assert "im lặng" not in texts(page(stage).events)[0]
    stage.press(Key.Key_2, Mod.ControlModifier)
    assert "im lặng" in texts(page(stage).events)[0]


def test_events_speak_the_language_of_the_moment(stage: Stage) -> None:
    stage.inside.use_language("en")
    stage.tick(1)
    assert texts(page(stage).events)[0].startswith("The link is shaky.")
    assert page(stage).devices.chips[Which.TROUBLED].text() == "In trouble  4"


def test_memory_is_bounded(stage: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    happenings = Happenings()
    for n in range(3 * KEPT):
        happenings.add([stamped(f.PushChanged("cms-1", n % 2 == 0), n, "cms-1")])
    assert len(happenings.since(0)) == KEPT
    assert len(happenings.since(happenings.told - 5)) == 5
    assert happenings.since(happenings.told) == []
    monkeypatch.setattr(event_model, "MOST", 40)
    events = page(stage).events
    for n in range(60):
        stage.scene.tell(f.PushChanged("cms-1", n % 2 == 1))
    stage.tick()
    assert events.model.total == 40
    assert len(events.model.rows) == events.model.rowCount() == 40


def older_page(first: int, last: int) -> list[Event]:
    day = 24 * 3600 * S
    return [
        stamped(f.PushChanged("cms-1", n % 2 == 0), NOW_US - day + n * S, "cms-1")
        for n in range(first, last)
    ]


def test_older_events_come_from_the_journal(stage: Stage) -> None:
    events = page(stage).events
    assert not events.more.isVisible(), "no journal, no older events"
    asked: list[tuple[int, Callable[[Page], None]]] = []
    stage.window.set_older(lambda at_us, done: asked.append((at_us, done)))
    oldest = events.model.oldest_us
    before = events.model.total
    click(events.more)
    assert not events.more.isEnabled(), "asked once"
    at_us, done = asked.pop()
    assert at_us == oldest
    done(older_page(0, 10))
    assert events.model.total == before + 10
    assert events.model.index(before, Part.TIME).data() == "23/11 08:42:19"
    click(events.more)
    at_us, done = asked.pop()
    done([])
    assert not events.more.isVisible()
    assert events.whole.said.text == "Nhật ký không có sự kiện nào cũ hơn."
    assert events.model.total == before + 10


def test_a_page_without_a_line_leads_to_the_next(stage: Stage) -> None:
    events = page(stage).events
    asked: list[tuple[int, Callable[[Page], None]]] = []
    stage.window.set_older(lambda at_us, done: asked.append((at_us, done)))
    click(events.more)
    dull = stamped(f.LinkChanged("cms-1", LinkHealth.CONNECTING), NOW_US - 9 * 86400 * S, "cms-1")
    asked.pop()[1]([dull])
    (at_us, done) = asked.pop()
    assert at_us == dull.at_us
    done([dull])
    assert not asked
    assert not events.more.isVisible()


def test_a_journal_that_cannot_be_read_says_why(stage: Stage) -> None:
    events = page(stage).events
    problem = Problem.of("store.busy", folder="/x")
    stage.window.set_older(lambda at_us, done: done(problem))
    click(events.more)
    assert events.whole.said.tone == "warn"
    assert events.whole.said.text
    assert events.more.isEnabled(), "it may be tried again"


def test_names_from_outside_stay_text_and_move_nothing(make_stage: Maker) -> None:
    it = mcu_scene()
    odd = "<b>MCU</b> \u202eđảo\u202c " + "rất dài " * 60
    for device in ("cms-1", "room-646"):
        it.state.devices[device] = replace(it.state.devices[device], name=odd)
    stages = [make_stage(mcu_scene()), make_stage(it)]
    for stage in stages:
        stage.window.inside.workspaces.show("mcu")
        stage.tick()
    plain, hostile = (page(stage) for stage in stages)
    for name in ("strips", "plots", "devices", "alarms", "events"):
        assert getattr(plain, name).geometry() == getattr(hostile, name).geometry(), name
    said = hostile.strips.shown[0].look
    assert said is not None
    assert said.name.startswith("<b>MCU</b> đảo rất dài")
    assert "\u202e" not in hostile.devices.model.index(0, Column.NAME).data()
    assert said.name in hostile.strips.shown[0].tip_at(20), "the whole name is its tip"
