"""The program itself, as somebody finds it who starts it; run as a process of its own by
test_roster_gone. What it is to do stands before its own command line."""

from __future__ import annotations

import json
import sys

from console.__main__ import parser
from console.app import start
from console.app.parts import Console
from console.qt.window import SessionWindow
from tests.core.roster_run import load, until


def run(wanted: str, file: str, line: list[str]) -> int:
    """`look`; `keep`, `once`: load a list in the window, for good or for this time."""

    async def play(console: Console, window: SessionWindow) -> None:
        state = console.store.state
        first = [console.opened.roster, len(state.endpoints)]
        said, began = list(window.inside.toasts.texts), standing(console)
        if wanted != "look":
            await load(console, window, file, wanted == "keep")
        if wanted == "keep":
            await until(lambda: not standing(console))
        told = {
            "first": first,
            "roster": [state.roster, len(state.endpoints)],
            "said": said,
            "began": began,
            "alarms": standing(console),
        }
        print(json.dumps(told), flush=True)

    return start(parser().parse_args(line), play)


def standing(console: Console) -> list[str]:
    """The kinds of alarm that stand about the list of sites."""
    alarms = console.store.state.alarms.values()
    return [a.kind for a in alarms if a.kind.startswith("roster_") and not a.cleared_us]


if __name__ == "__main__":
    sys.exit(run(sys.argv[1], sys.argv[2], sys.argv[3:]))
