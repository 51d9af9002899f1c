"""The program itself, in whose window somebody loads a roster; run as a process of its own by
test_roster_stays. Its own command line stands behind what is to be done."""

from __future__ import annotations

import asyncio
import json
import sys
from collections.abc import Callable
from pathlib import Path

from console.__main__ import parser
from console.app import start
from console.app.parts import Console
from console.qt.window import SessionWindow


async def until(true: Callable[[], bool]) -> None:
    """Until it is so; the run ends badly where it never is."""
    async with asyncio.timeout(30):
        for _ in iter(true, True):
            await asyncio.sleep(0.01)


async def load(console: Console, window: SessionWindow, file: str, kept: bool) -> bool:
    """Through the dialog, as with a mouse; whether it offered to keep the list."""
    window.inside.actions.run("load_roster")
    dialog = window.inside.dialogs.roster
    assert dialog is not None
    offered = dialog.keeping.box.isVisible()
    dialog.load_file(Path(file))
    await until(lambda: not dialog.bar.busy)
    dialog.keeping.box.setChecked(kept)
    dialog.accept_button.click()
    await until(lambda: console.store.state.roster == (dialog.reading.name or Path(file).stem))
    return offered


def run(wanted: str, file: str, line: list[str]) -> int:
    """`keep`, `once`, `look`; `leave`: keep it and close the window at once;
    `keep-not`: accept it where nothing can be kept."""

    async def play(console: Console, window: SessionWindow) -> None:
        offered, toasts = False, window.inside.toasts
        first = console.store.state.roster
        if wanted in ("keep", "once", "leave", "keep-not"):
            offered = await load(console, window, file, wanted != "once")
        if wanted == "keep":
            await until(lambda: any("ần mở sau" in text for text in toasts.texts))
        state = console.store.state
        told = {
            "first": first,
            "roster": state.roster,
            "source": state.roster_source,
            "names": [e.name for e in state.endpoints.values()],
            "addresses": [e.address for e in state.endpoints.values()],
            "offered": offered,
            "toasts": list(toasts.texts),
        }
        print(json.dumps(told), flush=True)

    return start(parser().parse_args(line), play)


if __name__ == "__main__":
    sys.exit(run(sys.argv[1], sys.argv[2], sys.argv[3:]))
