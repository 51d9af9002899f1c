"""`hnth-console enrol`, `office` and `epoch`: joining an office, how the sync stands, and what is
done about a fork."""

from __future__ import annotations

import argparse
import json
import sys
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from console.core.office_file import Account
from console.core.office_joining import join
from console.core.places import data_folder
from console.doctor import speak
from console.domain.problem import Problem, Refused
from console.qt.looks.office import failure_text
from console.qt.wording import say, say_problem
from db.fault import StoreFault
from db.folder import JOURNAL
from db.invitation import Invitation, read_invitation
from db.protocol import STREAMS
from db.sync.exchange import Lost, Request
from db.sync.health import AMBER_AGE_S
from db.sync.receipts import ReceiptFile
from db.sync.source import StoreJournal
from db.sync.transport import office_transport


@dataclass(slots=True)
class _Folder:
    """A store that is only read; a running console may have it open."""

    folder: Path


def enrol(args: argparse.Namespace) -> int:
    """Use a one-time code up; the exit code. A console that runs takes it up at its next start."""
    from console.core.office import system_file

    speak(args)
    folder = data_folder(args)
    try:
        asked = _asked(args)
        _make_store(folder / "store")
        store, now_us = _Folder(folder / "store"), time.time_ns() // 1000
        account, _ = join(store, system_file(folder), asked, args.name, now_us)
    except Refused as refused:
        sys.stderr.write(say_problem(refused.problem) + "\n")
        return 2
    sys.stdout.write(say("office.enrolled", url=account.url, name=account.name) + "\n")
    return 0


def _asked(args: argparse.Namespace) -> Invitation:
    """What was given, what the text on standard input or at the prompt adds. Raises Refused."""
    whole = not (args.url and args.sha256)
    if args.code is None:
        prompt = say("office.ask_line" if whole else "office.ask_code")
        sys.stdout.write(prompt + " ")
        sys.stdout.flush()
        text = sys.stdin.readline()
    else:
        text = sys.stdin.read(10_000)
    told = read_invitation(text)
    code = told.code if whole else told.code or text.strip()
    asked = Invitation(args.url or told.url, args.sha256 or told.sha256, code)
    for what in ("url", "sha256", "code"):
        if not getattr(asked, what):
            raise Refused(Problem.of("office.invitation", what=say(f"office.what.{what}")))
    return asked


def _make_store(folder: Path) -> None:
    """A console has an identity once it has a journal. Raises Refused."""
    from db.writer import JournalWriter

    try:
        if not (folder / JOURNAL).exists():
            with JournalWriter.open(folder) as writer:
                writer.flush(10)
    except StoreFault as fault:
        raise Refused(Problem.told_by(fault)) from fault


def office(args: argparse.Namespace) -> int:
    """How the sync stands, by what is on the disk and whether the office answers.

    The exit code: 0 well; 1 no office, nobody there, or rows that wait for over 5 minutes; 2 the
    account or the journal can't be read.
    """
    from console.core.office import system_file

    speak(args)
    folder = data_folder(args)
    told: dict[str, Any] = {"enrolled": False}
    try:
        account = system_file(folder).account()
        if account is not None:
            told = {"enrolled": True, **_stands(account), **_rows(folder / "store")}
    except Refused as refused:
        told["problem"] = refused.problem.code
        told["text"] = say_problem(refused.problem)
    if args.json:
        sys.stdout.write(json.dumps(told, ensure_ascii=False, indent=1) + "\n")
    else:
        sys.stdout.write(_as_text(told) + "\n")
    if "problem" in told:
        return 2
    well = told["enrolled"] and not told["failure"] and told["oldest_unsent_s"] <= AMBER_AGE_S
    return 0 if well else 1


def epoch(args: argparse.Namespace) -> int:
    """Begin a new epoch after a fork; the exit code. The console must not be running."""
    from console.core.office import system_file
    from console.core.office_epoch import begin
    from db.writer import JournalWriter

    speak(args)
    folder = data_folder(args)
    try:
        _need_store(folder / "store")
        with JournalWriter.open(folder / "store") as writer:
            number = begin(writer, system_file(folder), args.reason, args.operator)
    except StoreFault as fault:
        problem = Problem.told_by(fault)
        sys.stderr.write(say_problem(problem) + "\n")
        return 2
    except Refused as refused:
        sys.stderr.write(say_problem(refused.problem) + "\n")
        return 2
    sys.stdout.write(say("office.epoch_begun", n=number) + "\n")
    return 0


def _need_store(folder: Path) -> None:
    if not (folder / JOURNAL).exists():
        raise Refused(Problem.of("office.no_journal"))


def _stands(account: Account) -> dict[str, Any]:
    transport = office_transport(account.url, account.office.ca_pem)
    failure = ""
    try:
        reply = transport(Request("GET", "/v1/hello"))
        failure = "" if reply.status == 200 else f"status {reply.status}"
    except Lost as lost:
        failure = lost.reason
    finally:
        transport.drop()
    return {
        "url": account.url,
        "name": account.name,
        "office": account.office.office_id,
        "console": account.office.console_id,
        "since_us": account.since_us,
        "failure": failure,
    }


def _rows(folder: Path) -> dict[str, Any]:
    """How far each stream is, here and by the office's receipts. Raises Refused."""
    journal, receipts = StoreJournal(_Folder(folder)), ReceiptFile(folder)
    streams: list[dict[str, Any]] = []
    oldest_us = 0
    try:
        for stream in STREAMS:
            place = journal.place(stream)
            receipt = receipts.newest(place)
            acked = receipt.head.seq if receipt else 0
            streams.append(
                {
                    "stream": stream,
                    "epoch": place.epoch,
                    "seq": journal.head(place).seq,
                    "acked_seq": acked,
                    "received_us": receipt.received_us if receipt else 0,
                }
            )
            waiting = journal.rows(place, acked, 1)
            if waiting:
                oldest_us = min(oldest_us or waiting[0].utc_us, waiting[0].utc_us)
    except StoreFault as fault:
        raise Refused(Problem.told_by(fault)) from fault
    age_s = max(0.0, time.time() - oldest_us / 1e6) if oldest_us else 0.0
    unsent = sum(max(0, item["seq"] - item["acked_seq"]) for item in streams)
    return {"streams": streams, "unsent_rows": unsent, "oldest_unsent_s": round(age_s, 1)}


def _as_text(told: dict[str, Any]) -> str:
    if "problem" in told:
        return str(told["text"])
    if not told["enrolled"]:
        return say("office.none")
    answers = say("office.answers")
    if told["failure"]:
        answers = say("office.silent", why=failure_text(told["failure"]))
    lines = [
        say("office.of", url=told["url"], name=told["name"]),
        answers,
        say("office.waiting", n=told["unsent_rows"], s=told["oldest_unsent_s"])
        if told["unsent_rows"]
        else say("office.level"),
    ]
    for item in told["streams"]:
        if item["seq"]:
            last = say("office.never")
            if item["received_us"]:
                last = say("office.at", at=item["received_us"])
            lines.append(say("office.stream", **{**item, "last": last}))
    return "\n".join(lines)
