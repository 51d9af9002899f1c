"""The composition root: wire what runs behind the window, run it, stop it in good order."""

from __future__ import annotations

import argparse
import asyncio
import json
import sys
import threading
from collections.abc import Callable, Coroutine
from typing import Any

from console.app.beside import in_thread
from console.app.devices import bring_up, until_up
from console.app.ending import put_in_order
from console.app.office import link_office, open_training_office
from console.app.parts import Console
from console.app.roster import tell_roster
from console.app.session import open_session
from console.app.store import open_store
from console.core.frame import Frame
from console.domain.problem import Refused
from console.opening import Opened, show
from console.qt.clock import FrameClock
from console.qt.loop import ExitRequest, run
from console.qt.troubles import say_refusal
from console.qt.window import SessionWindow

Play = Callable[[Console, SessionWindow], Coroutine[Any, Any, None]]
"""What an unattended run does with the window once everything is up."""


def start(args: argparse.Namespace, play: Play | None = None) -> int:
    """Open the window and run until it is closed; the exit code."""
    return run_console(show(args), args, play)


def run_console(opened: Opened, args: argparse.Namespace, play: Play | None = None) -> int:
    """Run what the opening has put on the screen until it is closed; the exit code."""
    sys.setswitchinterval(0.0005)  # a key's way through the writer to the wire crosses threads
    return run(opened.app, lambda: _live(opened, Console(args, opened), play))


async def _live(opened: Opened, console: Console, play: Play | None) -> int:
    window = opened.window
    exit_request = ExitRequest()
    exit_request.on_signals()
    work = Frame(console.store, console.dispatcher, console.watch)
    frame = FrameClock(work.drain, console.clock.now_us)
    work.again = console.store.on_post = frame.wake
    console.store.on_podium = frame.hurry
    console.dispatcher.on_sending = frame.give_way
    window.closing.connect(exit_request.ask)
    window.set_journal_health(console.journal_health)
    window.furnish(console.store, console.dispatcher, console.clock, frame)
    window.admit(console.operators)
    window.inside.dialogs.set_shelf(lambda: console.shelf)
    frame.subscribe(window.follow)
    frame.subscribe(lambda keys, now_us: console.tend(window.selected_sites(), now_us))
    frame.start()
    code = 0
    try:
        if opened.problem is not None and opened.stops:
            raise Refused(opened.problem)
        if opened.endpoints:
            console.tell(opened.told())
        await open_store(console)
        tell_roster(console, window)
        window.set_older(console.older)
        window.set_reports(console.sessions, console.report)
        await bring_up(console, frame)
        open_session(console)
        await in_thread(lambda: link_office(console))
        if console.office is not None:
            window.set_office(console.office)
        if console.equipment is not None and console.plant is not None:
            window.equip(console.equipment, console.plant)
            if not console.equipment.profile.entries and play is None:
                window.inside.dialogs.show_devices()
        await _wait(console, window, exit_request, play)
    except Refused as refused:
        code = 2
        why = say_refusal(refused)
        sys.stderr.write(why + "\n")
        if play is None and console.args.seconds is None:
            await window.explain(why, exit_request)
    finally:
        frame.tick_now()
        await put_in_order(console)
        frame.stop()
        window.end()
    return code


async def _wait(
    console: Console,
    window: SessionWindow,
    exit_request: ExitRequest,
    play: Play | None,
) -> None:
    """Until the operator leaves, the time is up, or the unattended run has ended."""
    if console.province is not None:
        acts = None if console.args.no_office else console.training_office
        window.instruct(console.province.control(), acts)
        await until_up(console)
        if not console.args.no_office:
            opening = threading.Thread(
                target=open_training_office, args=(console,), name="office-opening", daemon=True
            )
            opening.start()
        ready = {"ready": True, "control": console.province.ready["control"]}
        sys.stdout.write(json.dumps(ready) + "\n")
        sys.stdout.flush()
    if play is not None:
        await play(console, window)
        return
    try:
        await asyncio.wait_for(exit_request.wait(), console.args.seconds)
    except TimeoutError:
        return
