"""Dialogs and what lies over the session window, in their states."""

from __future__ import annotations

from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, cast

from PySide6.QtGui import QShortcut
from PySide6.QtWidgets import QApplication, QDialog

from console.qt.pictures.stage import Shot, Stage

if TYPE_CHECKING:
    from console.qt.dialogs.roster import RosterDialog
    from console.qt.dialogs.script import ScriptDialog


def devices(state: str) -> Shot:
    """The devices' dialog over a profile in a folder of its own, in one of its states."""

    def shown(stage: Stage) -> None:
        from console.qt.dialogs.devices_stage import show_devices

        show_devices(stage.window, stage.scene, state)

    return shown


def export(state: str) -> Shot:
    """The dialog that exports a report, in one of its states."""

    def shown(stage: Stage) -> None:
        from console.qt.dialogs.export_stage import show_export

        show_export(stage.window, stage.scene, state)

    return shown


def sign_in(state: str) -> Shot:
    """The sign-in over the window, in one of its states."""

    def shown(stage: Stage) -> None:
        from console.qt.signin.stage import show_sign_in

        show_sign_in(stage.window, stage.scene, state)

    return shown


def contacts(state: str) -> Shot:
    """The inspector with a site's contacts, or the dialog over them, in one of their states."""

    def shown(stage: Stage) -> None:
        from console.qt.dialogs.contact_stage import show_contacts

        show_contacts(stage.window, stage.scene, state)

    return shown


def plans(state: str) -> Shot:
    """The approved sessions of the office, in one of their states."""

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


def script_file(stage: Stage) -> None:
    """A running order read from a file, with a line that no site fits."""
    _read_file(stage, "paste_script", _FILE)


def roster(stage: Stage) -> None:
    """The roster's dialog as it opens, with what was kept before."""
    from console.qt.dialogs.roster_stage import PretendShelf

    stage.window.inside.dialogs.set_shelf(PretendShelf)
    stage.do("load_roster")


def roster_take(stage: Stage) -> None:
    """A TAKE by its key while the roster's dialog has the keyboard, on its way."""
    roster(stage)
    stage.scene.mcu.waits = True
    dialog = stage.window.findChildren(QDialog)[-1]
    stage.window.inside.dialog_keys.follow(dialog)
    keys = {shortcut.key().toString(): shortcut for shortcut in dialog.findChildren(QShortcut)}
    keys["F12"].activated.emit()
    stage.settle()


def roster_file(stage: Stage) -> None:
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
    dialog.keeping.box.setChecked(False)


def roster_office(stage: Stage) -> None:
    """The office's list of sites, offered."""
    from console.qt.dialogs.roster_stage import show_offer

    dialog = show_offer(stage.window, stage.scene)
    while dialog.bar.busy:
        QApplication.processEvents()
