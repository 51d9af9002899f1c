"""The command line of `hnth-verify`: says what was found, in Vietnamese or English, or as JSON."""

from __future__ import annotations

import argparse
import errno
import io
import json
import locale
import os
import sys
import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from db.verifier.folder import NothingHere, verify_path
from db.verifier.heads import BadHead, read_heads, read_key, seen_heads
from db.verifier.server import is_server, shown, verify_server
from db.verifier.walk import BadRow, FileReport

WHOLE, ALTERED, UNREADABLE = 0, 1, 2
_TEXTS = Path(__file__).parents[2] / "resources" / "i18n"
_ZONE = timedelta(hours=7)
_VERDICTS = {WHOLE: "whole", ALTERED: "altered", UNREADABLE: "unreadable"}


def parser() -> argparse.ArgumentParser:
    """The command line's grammar."""
    top = argparse.ArgumentParser(
        prog="hnth-verify",
        description="Kiểm tra nhật ký có còn nguyên như khi được ghi · is a journal as written? "
        "0: nguyên vẹn · whole; 1: bị sửa · altered; 2: không đọc được · unreadable",
    )
    top.add_argument("path", metavar="FILE|FOLDER|URL",
                     help="nhật ký · journal or store; postgresql://… · an office's")  # fmt: skip
    top.add_argument("--head", type=Path, action="append", default=[], metavar="FILE",
                     help="số cuối lưu ở nơi khác (JSON) · heads kept elsewhere")  # fmt: skip
    top.add_argument("--witness", type=Path, action="append", default=[], metavar="FILE|FOLDER",
                     help="mốc bàn khác đã thấy · what another console saw")  # fmt: skip
    top.add_argument("--office-key", type=Path, metavar="FILE",
                     help="khóa công khai của Văn phòng · the office's public key")  # fmt: skip
    top.add_argument("--lang", choices=("vi", "en"), help="ngôn ngữ · language")
    top.add_argument("--json", action="store_true", help="kết quả dạng JSON · as JSON")
    return top


def main(argv: Sequence[str] | None = None) -> int:
    """Verify and print; 0 whole, 1 altered, 2 unreadable or wrongly asked."""
    stdout: Any = sys.stdout
    if isinstance(stdout, io.TextIOWrapper):
        stdout.reconfigure(encoding="utf-8", errors="backslashreplace")
    try:
        args = parser().parse_args(argv)
    except SystemExit:  # after --help
        _print([])
        raise
    texts = _texts(args.lang or _language())
    try:
        key = read_key(args.office_key) if args.office_key else None
        heads = [head for path in args.head for head in read_heads(path, key)]
        seen = [head for path in args.witness for head in seen_heads(path, key)]
        if is_server(args.path):
            reports = [verify_server(args.path, [*heads, *seen], key)]
        else:
            reports = verify_path(Path(args.path), heads, key, seen=seen)
    except (BadHead, NothingHere) as error:
        told = error.params if isinstance(error, BadHead) else {"path": str(error)}
        code = error.code if isinstance(error, BadHead) else "nothing_here"
        line = _say(texts, f"problem.{code}", told)
        result = {"verdict": _VERDICTS[UNREADABLE], "problem": {"code": code, **told, "text": line}}
        _print([json.dumps(result, ensure_ascii=False) if args.json else line])
        return UNREADABLE
    verdict = judged(reports)
    lines = [_lines(texts, report) for report in reports]
    if args.json:
        files = [
            {**asdict(r), "path": str(r.path), "text": t}
            for r, t in zip(reports, lines, strict=True)
        ]
        path = shown(args.path) if is_server(args.path) else args.path
        result = {"verdict": _VERDICTS[verdict], "path": path, "files": files}
        _print([json.dumps(result, ensure_ascii=False)])
    else:
        told = [line for each in lines for line in each]
        _print([*told, _say(texts, f"verdict.{_VERDICTS[verdict]}", {})])
    return verdict


def _print(lines: Sequence[str]) -> None:
    """Say it; who stops reading still gets the verdict as the exit code."""
    try:
        print(*lines, sep="\n", end="\n" if lines else "", flush=True)
    except OSError as error:
        if error.errno not in (errno.EPIPE, errno.EINVAL):  # Windows says EINVAL
            raise
        nowhere = os.open(os.devnull, os.O_WRONLY)
        os.dup2(nowhere, sys.stdout.fileno())
        os.close(nowhere)


def judged(reports: Sequence[FileReport]) -> int:
    """The exit code: a bad row anywhere counts more than a file that could not be read."""
    if any(report.bad for report in reports):
        return ALTERED
    return UNREADABLE if any(report.unreadable for report in reports) else WHOLE


def _lines(texts: Mapping[str, Any], report: FileReport) -> list[str]:
    lines = [
        _say(
            texts,
            "file",
            {"file": report.file, "console": report.console_id or "–", "epoch": report.epoch},
        )
    ]
    if report.unreadable:
        lines.append("  " + _say(texts, "unreadable", {"detail": report.unreadable}))
    lines += ["  " + _bad_line(texts, bad) for bad in report.bad]
    for chain in report.chains:
        told = {**asdict(chain), "first": _time(chain.first_us), "last": _time(chain.last_us)}
        vouched = "signed" if chain.signed_seq else "vouched" if chain.vouched_seq else "alone"
        lines.append("  " + _say(texts, "chain.sound", told))
        lines.append("  " + _say(texts, f"chain.{vouched}", told))
    return lines + ["  " + _say(texts, f"note.{n.code}", n.params) for n in report.notes]


def _bad_line(texts: Mapping[str, Any], bad: BadRow) -> str:
    told = {"source": "", "told": 0, "file": "", "number": bad.seq, **bad.more}
    what = _say(texts, f"bad.{bad.reason}", {**told, "console": bad.console_id})
    if not bad.epoch and not bad.seq:
        return what
    kind = bad.kind or "–"
    where = {"epoch": bad.epoch, "stream": bad.stream, "seq": bad.seq, "kind": kind}
    place = "bad.place_before" if bad.reason in {"missing", "unreadable", "cut"} else "bad.place"
    return f"{_say(texts, place, {**where, 'time': _time(bad.utc_us)})} {what}"


def _texts(language: str) -> dict[str, Any]:
    """The sentences; without them (the folder was copied alone) codes and values are shown."""
    try:
        text = (_TEXTS / language / "verifier.toml").read_text(encoding="utf-8")
    except OSError:
        return {}
    return tomllib.loads(text)["verifier"]


def _say(texts: Mapping[str, Any], key: str, values: Mapping[str, object]) -> str:
    shown = {name: _plain(value) for name, value in values.items()}
    found: Any = texts
    for part in key.split("."):
        found = found.get(part, {})
    if isinstance(found, str):
        return found.format(**shown)
    return " ".join([key, *(f"{name}={value}" for name, value in shown.items())])


def _plain(value: object) -> str:
    """A value from a file that may be anyone's: nothing in it steers the terminal."""
    text = str(value)[:200]
    return "".join(c if c.isprintable() else f"\\x{ord(c):02x}" for c in text)


def _time(utc_us: int | None) -> str:
    """The province's time, whatever the PC's zone."""
    if utc_us is None:
        return "–"
    try:
        then = datetime(1970, 1, 1, tzinfo=UTC) + timedelta(microseconds=utc_us) + _ZONE
    except OverflowError:
        return f"{utc_us} µs"
    return then.strftime("%d/%m/%Y %H:%M:%S")


def _language() -> str:
    return "en" if (locale.getlocale()[0] or "").lower().startswith("en") else "vi"


if __name__ == "__main__":
    sys.exit(main())
