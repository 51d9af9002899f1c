"""The command line: `run`, `train`, `doctor`, `password`, `enrol`, `office`, `epoch`, `evidence`,
`report`, `shots`."""

from __future__ import annotations

import argparse
import gc
import os
import sys
from collections.abc import Sequence
from pathlib import Path

from console import __version__
from db.terminal import at_terminal

SCENES = ("calm", "lively", "empty", "joining")
MCUS = ("cms", "freeswitch")
_MCUS = (
    "MCU giả: cms, freeswitch, hoặc cms,freeswitch (hai hãng chung một phiên) · "
    "pretend MCUs, or both in one session"
)
_NO_OFFICE = "không mở Văn phòng giả · without an office of its own"
_CAMERAS = "bấy nhiêu phòng có camera VISCA riêng · so many rooms have a VISCA camera of their own"


def mcus(text: str) -> str:
    """One or both makes of MCU, with a comma between them."""
    said = text.split(",")
    if not set(said) <= set(MCUS) or len(set(said)) != len(said):
        either = ", ".join((*MCUS, ",".join(MCUS)))
        raise argparse.ArgumentTypeError(f"{text}: {either}")
    return text


def count(text: str) -> int:
    """A whole number of rooms, none upwards."""
    if not text.isascii() or not text.isdigit():
        raise argparse.ArgumentTypeError(f"{text}: 0, 1, 2…")
    return int(text)


def parser() -> argparse.ArgumentParser:
    """The command line's grammar."""
    top = argparse.ArgumentParser(
        prog="hnth-console",
        description="Bàn điều khiển hội nghị truyền hình · operator console",
    )
    top.add_argument("--version", action="version", version=f"HNTH Console {__version__}")
    commands = top.add_subparsers(
        dest="command",
        metavar="run | train | doctor | password | enrol | office | epoch | evidence | report"
        " | shots",
    )
    run = commands.add_parser("run", help="chạy với thiết bị thật · with real devices")
    run.add_argument("--profile", type=Path, help="hồ sơ thiết bị (TOML) · device profile")
    train = commands.add_parser("train", help="chế độ huấn luyện · training mode")
    train.add_argument("--roster", type=Path, help="danh sách điểm cầu (CSV) · roster")
    train.add_argument("--scene", default="lively", choices=SCENES, help="diễn biến · the story")
    train.add_argument("--seed", type=int, default=1, help="cùng số, cùng diễn biến · same story")
    train.add_argument("--delay-ms", default="", help="MCU chậm bấy nhiêu · late by, e.g. 50..800")
    train.add_argument("--mcus", default="cms", type=mcus, metavar="A[,B]", help=_MCUS)
    train.add_argument("--cameras", default=0, type=count, metavar="N", help=_CAMERAS)
    train.add_argument("--no-office", action="store_true", help=_NO_OFFICE)
    train.add_argument("--fresh", action="store_true", help="không tiếp tục phiên trước · anew")
    for each in (run, train):
        each.add_argument("--data", type=Path, help="thư mục dữ liệu · data folder")
        each.add_argument("--seconds", type=float, help="tự thoát sau bấy nhiêu giây")
        each.add_argument("--trace-start", action="store_true", help=argparse.SUPPRESS)
        each.add_argument("--state", type=Path, help="ghi trạng thái cuối (JSON) khi thoát")
    report = commands.add_parser("report", help="lập báo cáo phiên họp · report on a session")
    which = report.add_mutually_exclusive_group()
    which.add_argument("--session", help="mã phiên, hoặc phần đầu của nó · session id")
    which.add_argument("--last", action="store_true", help="phiên mới nhất (mặc định) · newest")
    which.add_argument("--list", action="store_true", help="chỉ liệt kê các phiên · list sessions")
    report.add_argument("--data", type=Path, help="thư mục dữ liệu · data folder")
    report.add_argument("--out", type=Path, default=Path(), help="thư mục ghi báo cáo · output")
    report.add_argument("--lang", choices=("vi", "en"), default="vi")
    report.add_argument("--json", action="store_true", help="in số liệu (JSON) · figures as JSON")
    shots = commands.add_parser("shots", help="vẽ mọi cửa sổ ra PNG · render every window")
    shots.add_argument("--out", type=Path, required=True)
    shots.add_argument("--only", default="", help="phần tên ảnh cần vẽ · part of a picture's name")
    doctor = commands.add_parser("doctor", help="kiểm tra hồ sơ, thiết bị · check everything")
    doctor.add_argument("--json", action="store_true", help="ra JSON · as JSON")
    doctor.add_argument("--deadline", type=float, default=60.0, help="giây, tất cả · s, in all")
    password = commands.add_parser("password", help="lưu mật khẩu thiết bị · keep a password")
    password.add_argument("device", help="mã thiết bị · device id")
    for each in (doctor, password):
        each.add_argument("--profile", type=Path, help="hồ sơ thiết bị (TOML) · device profile")
    enrol = commands.add_parser("enrol", help="đăng ký với Văn phòng · join an office")
    enrol.add_argument("--url", help="địa chỉ máy chủ Văn phòng · the office, https://…")
    enrol.add_argument("--sha256", help="vân tay chứng thư · its certificate's fingerprint")
    enrol.add_argument("--code", choices=("-",), help="đọc mã từ đầu vào chuẩn · code from stdin")
    enrol.add_argument("--name", default="", help="tên bàn điều khiển này · this console's name")
    office = commands.add_parser("office", help="tình trạng đồng bộ · how the sync stands")
    office.add_argument("--json", action="store_true", help="ra JSON · as JSON")
    evidence = commands.add_parser("evidence", help="xuất nhật ký · the journal to hand over")
    evidence.add_argument("--to", type=Path, required=True, help="thư mục nhận · output folder")
    epoch = commands.add_parser("epoch", help="mở kỳ nhật ký mới · a new epoch after a fork")
    epoch.add_argument("--reason", required=True, help="vì sao · why; kept in the journal")
    epoch.add_argument("--operator", required=True, help="ai · who; kept in the journal")
    for each in (doctor, password, enrol, office, epoch, evidence):
        each.add_argument("--data", type=Path, help="thư mục dữ liệu · data folder")
        each.add_argument("--language", choices=("vi", "en"), help="ngôn ngữ · language")
    return top


def has_display() -> bool:
    """Whether a window can be shown here."""
    if sys.platform != "linux" or os.environ.get("QT_QPA_PLATFORM"):
        return True
    return bool(os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY"))


def main(argv: Sequence[str] | None = None) -> int:
    """Run the program; its exit code."""
    return at_terminal(lambda: _run(argv))


def _run(argv: Sequence[str] | None) -> int:
    arguments = list(sys.argv[1:] if argv is None else argv)
    if arguments[:1] == ["province"]:  # the pretend province of a frozen program
        from console.simulators.__main__ import main as province

        return province(arguments)
    args = parser().parse_args(arguments)
    if args.command is None:
        parser().print_help()
        return 2
    if args.command in ("doctor", "password"):
        from console import doctor

        return int(getattr(doctor, args.command)(args))
    if args.command in ("enrol", "office", "epoch"):
        from console import office_commands

        return int(getattr(office_commands, args.command)(args))
    if args.command == "evidence":
        from console.evidence import evidence

        return evidence(args)
    if args.command == "shots":
        os.environ["QT_QPA_PLATFORM"] = "offscreen"
        from console.shots import render

        return render(args.out, args.only)
    if args.command == "report":
        from console.reporting import command

        return command(args)
    if not has_display():
        from console.unattended import play

        return play(args)
    gc.disable()  # nothing is garbage yet, and looking for it would delay the first picture
    from console.opening import show

    opened = show(args)
    from console.app import run_console  # loaded while the sites already stand on the screen

    gc.enable()
    return run_console(opened, args)


if __name__ == "__main__":
    if getattr(sys, "frozen", False):
        from multiprocessing import freeze_support

        freeze_support()
    sys.exit(main())
