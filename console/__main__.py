"""The command line: `run`, `train`, `doctor`, `password`, `enrol`, `office`, `epoch`, `evidence`,
`report`, `shots`."""

from __future__ import annotations

import argparse
import gc
import os
import sys
from collections.abc import Callable, Sequence
from pathlib import Path

from console import __version__
from db.terminal import at_terminal

Parser = argparse.ArgumentParser

LANGUAGES = ("vi", "en")
SCENES = ("calm", "lively", "empty", "joining")
MCUS = ("cms", "freeswitch")
_MCUS = (
    "MCU giả: cms, freeswitch, hoặc cms,freeswitch (hai hãng chung một phiên) · "
    "pretend MCUs, or both in one session"
)
_PROFILE = "hồ sơ thiết bị (TOML) · device profile"
_ROSTER = "danh sách điểm cầu (CSV) cho lần này · roster, for this start only"
_DATA = "thư mục dữ liệu · data folder"
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


def _run(run: Parser) -> None:
    run.add_argument("--profile", type=Path, help=_PROFILE)
    run.add_argument("--roster", type=Path, help=_ROSTER)
    _session(run)


def _train(train: Parser) -> None:
    train.add_argument("--roster", type=Path, help=_ROSTER)
    train.add_argument("--scene", default="lively", choices=SCENES, help="diễn biến · the story")
    train.add_argument("--seed", type=int, default=1, help="cùng số, cùng diễn biến · same story")
    train.add_argument("--delay-ms", default="", help="MCU chậm bấy nhiêu · late by, e.g. 50..800")
    train.add_argument("--mcus", default="cms", type=mcus, metavar="A[,B]", help=_MCUS)
    train.add_argument("--cameras", default=0, type=count, metavar="N", help=_CAMERAS)
    train.add_argument("--no-office", action="store_true", help=_NO_OFFICE)
    train.add_argument("--fresh", action="store_true", help="không tiếp tục phiên trước · anew")
    _session(train)


def _session(each: Parser) -> None:
    each.add_argument("--data", type=Path, help=_DATA)
    each.add_argument("--seconds", type=float, help="tự thoát sau bấy nhiêu giây")
    each.add_argument("--trace-start", action="store_true", help=argparse.SUPPRESS)
    each.add_argument("--state", type=Path, help="ghi trạng thái cuối (JSON) khi thoát")


def _report(report: Parser) -> None:
    which = report.add_mutually_exclusive_group()
    which.add_argument("--session", help="mã phiên, hoặc phần đầu của nó · session id")
    which.add_argument("--last", action="store_true", help="phiên mới nhất (mặc định) · newest")
    which.add_argument("--list", action="store_true", help="chỉ liệt kê các phiên · list sessions")
    report.add_argument("--data", type=Path, help=_DATA)
    report.add_argument("--out", type=Path, default=Path(), help="thư mục ghi báo cáo · output")
    report.add_argument("--lang", choices=LANGUAGES, default="vi")
    report.add_argument("--json", action="store_true", help="in số liệu (JSON) · figures as JSON")


def _shots(shots: Parser) -> None:
    shots.add_argument("--out", type=Path, required=True)
    shots.add_argument("--only", default="", help="phần tên ảnh cần vẽ · part of a picture's name")


def _doctor(doctor: Parser) -> None:
    doctor.add_argument("--json", action="store_true", help="ra JSON · as JSON")
    doctor.add_argument("--deadline", type=float, default=60.0, help="giây, tất cả · s, in all")
    doctor.add_argument("--profile", type=Path, help=_PROFILE)
    _desk(doctor)


def _password(password: Parser) -> None:
    password.add_argument("device", help="mã thiết bị · device id")
    password.add_argument("--profile", type=Path, help=_PROFILE)
    _desk(password)


def _enrol(enrol: Parser) -> None:
    enrol.add_argument("--url", help="địa chỉ máy chủ Văn phòng · the office, https://…")
    enrol.add_argument("--sha256", help="vân tay chứng thư · its certificate's fingerprint")
    enrol.add_argument("--code", choices=("-",), help="đọc mã từ đầu vào chuẩn · code from stdin")
    enrol.add_argument("--name", default="", help="tên bàn điều khiển này · this console's name")
    _desk(enrol)


def _office(office: Parser) -> None:
    office.add_argument("--json", action="store_true", help="ra JSON · as JSON")
    _desk(office)


def _evidence(evidence: Parser) -> None:
    evidence.add_argument("--to", type=Path, required=True, help="thư mục nhận · output folder")
    _desk(evidence)


def _epoch(epoch: Parser) -> None:
    epoch.add_argument("--reason", required=True, help="vì sao · why; kept in the journal")
    epoch.add_argument("--operator", required=True, help="ai · who; kept in the journal")
    _desk(epoch)


def _desk(each: Parser) -> None:
    each.add_argument("--data", type=Path, help=_DATA)
    each.add_argument("--language", choices=LANGUAGES, help="ngôn ngữ · language")


_COMMANDS: dict[str, tuple[str, Callable[[Parser], None]]] = {
    "run": ("chạy với thiết bị thật · with real devices", _run),
    "train": ("chế độ huấn luyện · training mode", _train),
    "doctor": ("kiểm tra hồ sơ, thiết bị · check everything", _doctor),
    "password": ("lưu mật khẩu thiết bị · keep a password", _password),
    "enrol": ("đăng ký với Văn phòng · join an office", _enrol),
    "office": ("tình trạng đồng bộ · how the sync stands", _office),
    "epoch": ("mở kỳ nhật ký mới · a new epoch after a fork", _epoch),
    "evidence": ("xuất nhật ký · the journal to hand over", _evidence),
    "report": ("lập báo cáo phiên họp · report on a session", _report),
    "shots": ("vẽ mọi cửa sổ ra PNG · render every window", _shots),
}


def parser(command: str = "") -> Parser:
    """The command line's grammar; of one command alone where it is named, since the first picture
    waits for it."""
    top = argparse.ArgumentParser(
        prog="hnth-console",
        description="Bàn điều khiển hội nghị truyền hình · operator console",
    )
    top.add_argument("--version", action="version", version=f"HNTH Console {__version__}")
    named = " | ".join(_COMMANDS)
    commands = top.add_subparsers(dest="command", metavar=named, prog=top.prog)
    for name, (what, options) in _COMMANDS.items():
        if command in (name, "") or command not in _COMMANDS:
            options(commands.add_parser(name, help=what))
    return top


def has_display() -> bool:
    """Whether a window can be shown here."""
    if sys.platform != "linux" or os.environ.get("QT_QPA_PLATFORM"):
        return True
    return bool(os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY"))


def main(argv: Sequence[str] | None = None) -> int:
    """Run the program; its exit code."""
    return at_terminal(lambda: _perform(argv))


def _perform(argv: Sequence[str] | None) -> int:
    arguments = list(sys.argv[1:] if argv is None else argv)
    if arguments[:1] == ["province"]:  # the pretend province of a frozen program
        from console.simulators.__main__ import main as province

        return province(arguments)
    args = parser(next(iter(arguments), "")).parse_args(arguments)
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
