"""Every window and state as PNG files, from one fixed scene: both sizes, both themes.

What they show is drawn by the program's own widgets from a State that was folded from facts;
only the time and the facts are prepared.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, cast

from PySide6.QtCore import QCoreApplication, QEvent, QPoint, QRect, QSize, Qt
from PySide6.QtGui import QPainter, QPalette, QPixmap
from PySide6.QtWidgets import QApplication, QDialog, QWidget

from console.domain import facts as f
from console.domain.commands.mcu import LockConference, MuteSite
from console.domain.commands.take import TakeToPodium
from console.domain.device import LinkHealth
from console.domain.problem import Problem
from console.qt.clock import FrameClock
from console.qt.grid.density import Density
from console.qt.grid.gallery import gallery_widget
from console.qt.mcu.device_model import Which
from console.qt.mcu_scene import mcu_scene, past_figures
from console.qt.scene import NEXT, PODIUM, Scene, empty_scene, scene
from console.qt.settings import Settings
from console.qt.theme import THEMES, Theme
from console.qt.trends.figure_plot import Shown
from console.qt.window import SessionWindow
from console.qt.wording import wording

if TYPE_CHECKING:
    from console.core.clock import Clock
    from console.qt.dialogs.roster import RosterDialog
    from console.qt.dialogs.script import ScriptDialog
    from console.qt.mcu.workspace import McuWorkspace

SIZES = ((1920, 1080), (1366, 768))
_SECOND = 1_000_000
_DIALOG_BAR_PX = 26
_TITLE_BAR_PX = 60
"""What a desktop takes off a screen's height."""


class Stage:
    """A scene and the window on it."""

    def __init__(self, played: Scene, theme: Theme, size: tuple[int, int]) -> None:
        self.scene = played
        self.frame = FrameClock(played.settle, played.clock.now_us)
        self.window = SessionWindow(played.state.endpoints, theme, Settings(None))
        clock = cast("Clock", played.clock)
        self.window.furnish(played.store, played.dispatcher, clock, self.frame)
        self.frame.subscribe(self.window.refresh)
        self.window.tell(played.told)
        self.window.resize(*size)
        self.window.show()
        self.settle()

    def settle(self, seconds: float = 0.0) -> None:
        """Let some time pass and everything be painted."""
        self.scene.clock.at_us += int(seconds * _SECOND)
        self.frame.tick_now()
        QApplication.processEvents()

    def do(self, action: str) -> None:
        """What a key does."""
        self.window.inside.actions.of[action].trigger()
        self.settle()

    def close(self) -> None:
        """Take the window away, now: no event loop runs that would delete it later, and every
        change of theme dresses the windows that are left."""
        self.frame.stop()
        self.window.end()
        QApplication.processEvents()
        QCoreApplication.sendPostedEvents(None, int(QEvent.Type.DeferredDelete.value))


Shot = Callable[[Stage], None]
"""Brings the stage into a state."""


def _session(stage: Stage) -> None:
    stage.window.inside.session.point((NEXT,))


def _inspected(stage: Stage) -> None:
    """The inspector beside the grid, opened by hand where the window is narrow."""
    stage.window.inside.session.point((NEXT,))
    stage.do("inspector")


def _select_many(stage: Stage) -> None:
    sites = tuple(i for i, e in stage.scene.state.endpoints.items() if e.parent == "643")
    stage.window.inside.session.point(sites[:9])


def _pending(stage: Stage) -> None:
    """Asked, refused, unknown and stale at once."""
    played = stage.scene
    played.mcu.waits = True
    played.dispatcher.submit(TakeToPodium(endpoint=NEXT, expected=PODIUM))
    played.dispatcher.submit(MuteSite(endpoint="645", muted=False))
    played.settle()
    played.mcu.waits = False
    played.mcu.refuses[MuteSite] = Problem.of(
        "cms.refused", device="MCU", word="participantCannotBeModified"
    )
    played.dispatcher.submit(MuteSite(endpoint="648", muted=False))
    stage.window.inside.session.point((NEXT,))


def _podium_lost(stage: Stage) -> None:
    played = stage.scene
    leg = played.state.legs[PODIUM]
    played.tell(f.LegEnded(leg.conference, PODIUM, "remoteTeardown"))
    stage.settle(1)


def _stale(stage: Stage) -> None:
    stage.settle(7)


def _held(stage: Stage) -> None:
    stage.window.inside.session.point((NEXT,))
    stage.window.inside.holding.begin("hang_up")
    stage.settle()


def _refused(stage: Stage) -> None:
    stage.scene.mcu.refuses[LockConference] = Problem.of("device.busy", device="MCU")
    stage.do("lock")


def _density(density: Density) -> Shot:
    def chosen(stage: Stage) -> None:
        stage.window.inside.session.set_density(density)

    return chosen


def _action(action: str) -> Shot:
    def done(stage: Stage) -> None:
        stage.window.inside.session.point((NEXT,))
        stage.do(action)

    return done


def _devices(stage: Stage, state: str) -> None:
    """The devices' dialog over a profile in a folder of its own, in one of its states."""
    from console.qt.dialogs.devices_stage import show_devices

    show_devices(stage.window, stage.scene, state)


def _device_shot(state: str) -> Shot:
    return lambda stage: _devices(stage, state)


def _export_shot(state: str) -> Shot:
    def shown(stage: Stage) -> None:
        from console.qt.dialogs.export_stage import show_export

        show_export(stage.window, stage.scene, state)

    return shown


def _sign_in_shot(state: str) -> Shot:
    def shown(stage: Stage) -> None:
        from console.qt.signin.stage import show_sign_in

        show_sign_in(stage.window, stage.scene, state)

    return shown


def _session_closed(stage: Stage) -> None:
    """What is offered once the session is closed."""
    stage.window.set_reports(list, lambda wanted, tell: ())
    session = stage.scene.state.session.id
    stage.scene.tell(f.SessionClosed(session))
    stage.settle()


def _mcu(stage: Stage) -> None:
    """The MCU workspace, with the hour that it remembers."""
    history = stage.window.inside.figures
    for device, figures, rtt_ms in past_figures():
        history.add(device, figures)
        history.add_rtt(device, figures.at_us, rtt_ms)
    stage.window.inside.workspaces.show("mcu")
    _drawn_plots(stage)


def _drawn_plots(stage: Stage) -> None:
    for _ in range(4):  # one plot to a tick
        stage.settle()


def _mcu_trouble(stage: Stage) -> None:
    """A silent MCU with old figures, the list down to what is in trouble, one line explained."""
    _mcu(stage)
    problem = Problem.of("wire.unreachable", device="MCU Văn phòng UBND", reason="route")
    stage.scene.tell(f.LinkChanged("cms-1", LinkHealth.DOWN, problem))
    stage.settle(94)
    page = cast("McuWorkspace", stage.window.inside.workspaces.built["mcu"])
    page.plots.cards[0].buttons[Shown.LOAD].click()
    page.plots.cards[1].buttons[Shown.RTT].click()
    page.devices.chips[Which.TROUBLED].click()
    page.devices.choose("cms-1")
    page.devices.table.setFocus()
    page.events.table.setCurrentIndex(page.events.model.index(0, 0))
    _drawn_plots(stage)


def _mcu_empty(stage: Stage) -> None:
    stage.window.inside.workspaces.show("mcu")
    _drawn_plots(stage)


def _record_shot(state: str) -> Shot:
    def shown(stage: Stage) -> None:
        from console.qt.record.stage import show_record

        show_record(stage.window, stage.scene, state)
        _drawn_plots(stage)

    return shown


def _enrol_shot(state: str) -> Shot:
    def shown(stage: Stage) -> None:
        from console.qt.record.stage import show_enrol

        show_enrol(stage.window, state)

    return shown


def _conflicts(stage: Stage) -> None:
    from console.qt.record.stage import show_conflicts

    show_conflicts(stage.window, stage.scene)


def _contacts_shot(state: str) -> Shot:
    def shown(stage: Stage) -> None:
        from console.qt.dialogs.contact_stage import show_contacts

        show_contacts(stage.window, stage.scene, state)

    return shown


def _plans_shot(state: str) -> Shot:
    def shown(stage: Stage) -> None:
        from console.qt.dialogs.plans_stage import show_plans

        show_plans(stage.window, stage.scene, state)

    return shown


_FILE = """KỊCH BẢN ĐIỀU HÀNH HỘI NGHỊ TRỰC TUYẾN
STT;Thời gian;Nội dung;Đơn vị/Điểm cầu;Người phát biểu
1;08h00 - 08h10;Khai mạc;;Chủ tịch Ủy ban nhân dân tỉnh
2;15;Tham luận về công tác phòng, chống thiên tai và tìm kiếm cứu nạn mùa mưa bão;Huyện Krông Bông;
3;10;Tham luận;Phường Thống Nhất;Chủ tịch Ủy ban nhân dân phường
4;10;Ý kiến;Thị trấn Phước An, huyện Krông Pắc;
5;10;Ý kiến;Xã Không Có;
6;5;Ý kiến bổ sung;Huyện Krông Bông;
7;10;Kết luận;;Chủ tịch Ủy ban nhân dân tỉnh
"""


def _read_file(stage: Stage, action: str, text: str) -> None:
    """Open a dialog and have it read a file to its end."""
    stage.do(action)
    dialog = cast("ScriptDialog | RosterDialog", stage.window.findChildren(QDialog)[-1])
    with TemporaryDirectory() as folder:
        path = Path(folder) / "giao ban tháng 11.csv"
        path.write_text(text, encoding="utf-8")
        dialog.load_file(path)
        while dialog.bar.busy:
            QApplication.processEvents()


def _script_file(stage: Stage) -> None:
    _read_file(stage, "paste_script", _FILE)


def _roster(stage: Stage) -> None:
    from console.qt.dialogs.roster_stage import PretendShelf

    stage.window.inside.dialogs.set_shelf(PretendShelf)
    stage.do("load_roster")


def _roster_file(stage: Stage) -> None:
    """The roster in use with some of everything changed, for this time only."""
    from console.qt.dialogs.roster_stage import PretendShelf

    stage.window.inside.dialogs.set_shelf(PretendShelf)
    lines = ["code,parent_code,level,name,technician,technician_phone,line"]
    for at, site in enumerate(stage.scene.state.endpoints.values()):
        if at in (40, 41) or site.level == "guest":
            continue
        name = f"{site.name} (trụ sở mới tại Trung tâm Hội nghị)" if at == 17 else site.name
        parent = "656" if at == 18 else site.parent
        phone = "905000111" if at == 8 else ""
        person = "Nguyễn Thị Hồng Nhung" if at == 8 else ""
        lines.append(f"{site.id},{parent},{site.level},{name},{person},{phone},{site.line.value}")
    lines.append("99999,643,xã,Phường Mới,,,cáp đồng")
    _read_file(stage, "load_roster", "\n".join(lines).replace("unknown", ""))
    dialog = stage.window.inside.dialogs.roster
    assert dialog is not None
    dialog.keep_box.setChecked(False)


def _roster_office(stage: Stage) -> None:
    from console.qt.dialogs.roster_stage import show_offer

    dialog = show_offer(stage.window, stage.scene)
    while dialog.bar.busy:
        QApplication.processEvents()


Drawn = Callable[[], AbstractContextManager[QWidget]]
"""Sets a picture up, and takes it away again."""

SHOTS: dict[str, Shot] = {
    "session": _session,
    "inspected": _inspected,
    "many": _select_many,
    "pending": _pending,
    "podium_lost": _podium_lost,
    "stale": _stale,
    "hold": _held,
    "refused": _refused,
    "density_m": _density(Density.M),
    "density_l": _density(Density.L),
    "keys": _action("keys"),
    "palette": _action("palette"),
    "alarms": _action("alarms"),
    "layouts": _action("layout_prompt"),
    "note": _action("note"),
    "script": _action("paste_script"),
    "script_file": _script_file,
    "roster": _roster,
    "roster_file": _roster_file,
    "roster_office": _roster_office,
    "devices": _device_shot("list"),
    "devices_trust": _device_shot("trust"),
    "devices_changed": _device_shot("changed"),
    "devices_approve": _device_shot("approve"),
    "devices_barred": _device_shot("barred"),
    "devices_tested": _device_shot("tested"),
    "devices_form": _device_shot("form"),
    "devices_pin": _device_shot("pin"),
    "devices_memories": _device_shot("memories"),
    "devices_drop": _device_shot("drop"),
    "devices_empty": _device_shot("empty"),
    "export": _export_shot("list"),
    "export_reading": _export_shot("reading"),
    "export_writing": _export_shot("writing"),
    "export_done": _export_shot("done"),
    "export_full": _export_shot("full"),
    "export_none": _export_shot("none"),
    "export_offer": _session_closed,
    "sign_in_system": _sign_in_shot("system"),
    "sign_in_out": _sign_in_shot("out"),
    "sign_in_in": _sign_in_shot("in"),
    "sign_in_viewer": _sign_in_shot("viewer"),
    "sign_in_locked": _sign_in_shot("locked"),
    "sign_in_wrong": _sign_in_shot("wrong"),
    "sign_in_checking": _sign_in_shot("checking"),
    "sign_in_relieve": _sign_in_shot("relieve"),
    "sign_in_emergency": _sign_in_shot("emergency"),
    "sign_in_emergency_in": _sign_in_shot("emergency_in"),
    "record": _record_shot("calm"),
    "record_late": _record_shot("late"),
    "record_red": _record_shot("red"),
    "record_empty": _record_shot("empty"),
    "enrol": _enrol_shot("empty"),
    "enrol_filled": _enrol_shot("filled"),
    "enrol_failed": _enrol_shot("failed"),
    "enrol_used": _enrol_shot("used"),
    "conflicts": _conflicts,
    "contacts": _contacts_shot("told"),
    "contacts_waiting": _contacts_shot("waiting"),
    "contacts_conflict": _contacts_shot("conflict"),
    "contacts_rejected": _contacts_shot("rejected"),
    "contact_edit": _contacts_shot("edit"),
    "contact_declined": _contacts_shot("declined"),
    "contact_flawed": _contacts_shot("flawed"),
    "plans": _plans_shot("offered"),
    "plans_newer": _plans_shot("newer"),
    "plans_rail": _plans_shot("rail"),
    "plans_empty": _plans_shot("empty"),
}


def render(out: Path, only: str = "") -> int:
    """Draw every picture whose name holds `only` into a folder; 0."""
    app = QApplication.instance() or QApplication(sys.argv[:1])
    assert isinstance(app, QApplication)
    theme = Theme(app)
    out.mkdir(parents=True, exist_ok=True)
    for size in SIZES:
        for name in THEMES:
            theme.use(name)
            for shot, picture in _pictures(theme, size):
                file = f"{shot}_{name}_{size[0]}.png"
                if only in file:
                    with picture() as widget:
                        _drawn(widget).save(str(out / file))
                    sys.stdout.write(file + "\n")
    return 0


def _drawn(widget: QWidget) -> QPixmap:
    """The window, with the dialog that stands before it in a frame such as a desktop draws."""
    drawn = widget.grab()
    for dialog in widget.findChildren(QDialog):
        if dialog.isVisible():
            size = dialog.size()
            frame = QRect(0, 0, size.width() + 2, size.height() + _DIALOG_BAR_PX + 1)
            frame.moveCenter(drawn.rect().center())
            bar = QRect(frame.topLeft(), QSize(frame.width(), _DIALOG_BAR_PX))
            palette = dialog.palette()
            painter = QPainter(drawn)
            painter.fillRect(frame, palette.color(QPalette.ColorRole.Mid))
            painter.setPen(palette.color(QPalette.ColorRole.WindowText))
            painter.drawText(bar, Qt.AlignmentFlag.AlignCenter, dialog.windowTitle())
            painter.drawPixmap(bar.bottomLeft() + QPoint(1, 1), dialog.grab())
            painter.end()
    return drawn


def _pictures(theme: Theme, size: tuple[int, int]) -> Iterator[tuple[str, Drawn]]:
    for shot, play in SHOTS.items():
        yield shot, _on_stage(scene, theme, size, play)
    yield "empty", _on_stage(empty_scene, theme, size, lambda stage: None)
    yield "mcu", _on_stage(mcu_scene, theme, size, _mcu)
    yield "mcu_en", _on_stage(mcu_scene, theme, size, _mcu, "en")
    yield "mcu_trouble", _on_stage(mcu_scene, theme, size, _mcu_trouble)
    yield "mcu_empty", _on_stage(empty_scene, theme, size, _mcu_empty)
    yield "session_en", _on_stage(scene, theme, size, _session, "en")
    for state in ("locked", "wrong", "emergency"):
        yield f"sign_in_{state}_en", _on_stage(scene, theme, size, _sign_in_shot(state), "en")
    for state in ("approve", "changed", "form", "tested"):
        yield f"devices_{state}_en", _on_stage(scene, theme, size, _device_shot(state), "en")
    for state in ("idle", "fault", "drill", "result"):
        yield f"instructor_{state}", _instructor(theme, size, state)
    yield "instructor_result_en", _instructor(theme, size, "result", "en")
    for state in ("list", "done", "full"):
        yield f"export_{state}_en", _on_stage(scene, theme, size, _export_shot(state), "en")
    for state in ("calm", "red", "empty"):
        yield f"record_{state}_en", _on_stage(scene, theme, size, _record_shot(state), "en")
    yield "enrol_failed_en", _on_stage(scene, theme, size, _enrol_shot("failed"), "en")
    yield "contact_flawed_en", _on_stage(scene, theme, size, _contacts_shot("flawed"), "en")
    yield "plans_newer_en", _on_stage(scene, theme, size, _plans_shot("newer"), "en")
    yield "conflicts_en", _on_stage(scene, theme, size, _conflicts, "en")
    if size == SIZES[0]:
        yield "tiles", lambda: _gallery(theme)


def _on_stage(
    make: Callable[[], Scene],
    theme: Theme,
    size: tuple[int, int],
    play: Shot,
    language: str = "vi",
) -> Drawn:
    @contextmanager
    def picture() -> Iterator[QWidget]:
        wording.use(language)
        chosen = theme.current
        stage = Stage(make(), theme, size)
        theme.use(chosen)
        wording.use(language)
        try:
            play(stage)
            stage.settle()
            yield stage.window
        finally:
            stage.close()
            wording.use("vi")

    return picture


def _instructor(theme: Theme, size: tuple[int, int], state: str, language: str = "vi") -> Drawn:
    """The instructor's panel, a window of its own as high as a screen of this size lets it be."""

    @contextmanager
    def picture() -> Iterator[QWidget]:
        from console.qt.training.stage import show_panel

        shown: list[QWidget] = []
        on = _on_stage(
            scene, theme, size,
            lambda stage: shown.append(show_panel(stage.window, stage.scene, state)), language,
        )  # fmt: skip
        with on():
            panel = shown[0]
            panel.resize(panel.width(), min(panel.height(), size[1] - _TITLE_BAR_PX))
            QApplication.processEvents()
            yield panel

    return picture


@contextmanager
def _gallery(theme: Theme) -> Iterator[QWidget]:
    widget = gallery_widget(theme)
    widget.resize(*SIZES[0])
    widget.show()
    QApplication.processEvents()
    try:
        yield widget
    finally:
        widget.close()
        widget.deleteLater()
