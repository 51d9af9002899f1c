"""The instructor's panel against a real province of two MCUs, twelve rooms and three cameras."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from console.core.training import Control, Province
from console.domain import facts as f
from console.domain.endpoint import Endpoint
from console.domain.problem import Refused
from console.qt.selection import Selection
from console.qt.training.faults import Kind, kinds_of
from console.qt.training.panel import InstructorPanel
from console.qt.training.targets import target_name, targets
from console.simulators.fault_kinds import KINDS
from tests import leaks
from tests.qt.bench_desk import desk_for
from tests.qt.scene import Scene

MIXED = ("--scene", "calm", "--sites", "12", "--mcus", "cms,freeswitch", "--cameras", "3")


@pytest.fixture(autouse=True, scope="module")
def leak_guard() -> Iterator[None]:
    """The province lives as long as the module."""
    with leaks.nothing_left():
        yield


@pytest.fixture(scope="module")
def province(leak_guard: None) -> Iterator[Province]:
    started = Province.start(MIXED)
    yield started
    started.stop()


@pytest.fixture
def control(province: Province) -> Iterator[Control]:
    made = province.control()
    yield made
    made.post("/clear", {})
    made.close()


def known(province: Province) -> Scene:
    """What a console in training knows of a province."""
    it = Scene()
    sites = list(province.ready["uris"])
    root = sites[0]
    endpoints = (
        Endpoint(site, f"Điểm cầu {site}", site, "" if site == root else root, order=order)
        for order, site in enumerate(sites)
    )
    it.tell(f.RosterLoaded("test", tuple(endpoints)))
    it.tell(*(f.DeviceNamed(access.spec) for access in province.accesses()))
    it.settle()
    return it


def kinds(control: Control) -> tuple[Kind, ...]:
    found = kinds_of(control.get("/faults"))
    assert [kind.kind for kind in found] == [kind.kind for kind in KINDS]
    return found


def camera_site(province: Province) -> str:
    return next(iter(province.ready["cameras"]))


def test_it_offers_what_the_province_has(province: Province, control: Control) -> None:
    it = known(province)
    site = camera_site(province)
    by_name = {kind.kind: kind for kind in kinds(control)}

    def offered(kind: str) -> list[str]:
        return [t.id for t in targets(by_name[kind], it.state, Selection((site,)))]

    rooms = [f"room:{code}" for code in province.ready["rooms"]]
    cameras = [f"camera:{code}" for code in province.ready["cameras"]]
    assert (len(rooms), len(cameras)) == (12, 3)
    mcus = ["cms", "cms-1", "freeswitch", "freeswitch-1"]
    in_rooms = ["rooms", f"room:{site}", *rooms]
    assert offered("hang") == [*mcus, *in_rooms, "cameras", f"camera:{site}", *cameras]
    assert offered("cut") == [*mcus, *in_rooms]
    assert offered("wrong_certificate") == ["cms", "cms-1", *in_rooms]
    assert offered("stranger") == mcus
    assert offered("alarm") == ["cms", "cms-1"]
    assert offered("lost_reply") == ["cameras", f"camera:{site}", *cameras]


def test_every_kind_is_accepted_for_everyone_it_is_offered_for(
    province: Province, control: Control
) -> None:
    """And a target that is not offered there is one that the province refuses."""
    it = known(province)
    chosen = Selection((camera_site(province),))
    everyone = {t.id for kind in kinds(control) for t in targets(kind, it.state, chosen)}
    for kind in kinds(control):
        offered = {t.id for t in targets(kind, it.state, chosen)}
        assert offered, kind
        for target in sorted(offered):
            assert ":" not in target_name(target, it.state)
            control.post("/fault", {"kind": kind.kind, "target": target})
        for target in sorted(everyone - offered):
            with pytest.raises(Refused):
                control.post("/fault", {"kind": kind.kind, "target": target})
        control.post("/clear", {})


@pytest.fixture
def panel(qtbot: QtBot, province: Province, control: Control) -> Iterator[InstructorPanel]:
    owner = QWidget()
    qtbot.addWidget(owner)
    made = InstructorPanel(desk_for(known(province), owner), province.control(), owner)
    made.show()
    made._desk.actions.select((camera_site(province),))
    qtbot.waitUntil(lambda: made.faults.kind.count() == len(KINDS), timeout=10_000)
    yield made
    made.close()


def test_the_common_troubles_befall_every_mcu(qtbot: QtBot, panel: InstructorPanel) -> None:
    panel.quick.fire(3)
    qtbot.waitUntil(lambda: len(panel.active) == 2, timeout=10_000)
    assert [(a.kind, a.target) for a in panel.active] == [("hang", "cms"), ("hang", "freeswitch")]
    panel.clear(0)
    qtbot.waitUntil(lambda: panel.active == (), timeout=10_000)
    panel._send({"kind": "drop", "target": "nobody"})
    qtbot.waitUntil(lambda: panel.told[0].tone == "refused", timeout=10_000)
    assert "nobody" in panel.told[0].text


def test_every_kind_is_started_and_cleared_on_the_panel(
    qtbot: QtBot, panel: InstructorPanel, province: Province, control: Control
) -> None:
    site = camera_site(province)

    def in_the_call() -> bool:
        return control.get("/state")["sites"][site]["state"] == "connected"

    panel.follow()
    for at, kind in enumerate(KINDS):
        qtbot.waitUntil(in_the_call, timeout=20_000)  # nobody else can be dropped or held
        panel.faults.kind.setCurrentIndex(at)
        panel.faults.target.setCurrentIndex(len(panel.faults.offered) - 1)
        before = panel.told
        QTest.mouseClick(panel.faults.button, Qt.MouseButton.LeftButton)
        qtbot.waitUntil(lambda before=before: panel.told != before, timeout=10_000)
        assert panel.told[0].tone != "refused", panel.told[0].text
        if kind.lasting or any(each.name == "seconds" for each in kind.parameters):
            qtbot.waitUntil(lambda: len(panel.active) == 1, timeout=10_000)
            assert (panel.active[0].kind, panel.active[0].target) == (
                kind.kind, panel.faults.offered[-1].id,
            )  # fmt: skip
            panel.clear(panel.active[0].number)
            qtbot.waitUntil(lambda: panel.active == (), timeout=10_000)
