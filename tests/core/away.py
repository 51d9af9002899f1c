"""One run of the window at a console whose office is away: started by a test, in a process of its
own. Somebody signs in by what the office told last; says what happened as JSON."""

from __future__ import annotations

import asyncio
import json
import sys
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from console.__main__ import parser

if TYPE_CHECKING:
    from console.app import Console
    from console.qt.window import SessionWindow

NAME, WORD = "an", "mưa rào ở Krông Bông"


def main() -> int:
    """Run, play, tell."""
    from console import app

    told: dict[str, Any] = {}

    async def until(true: Callable[[], bool]) -> bool:
        for _ in range(600):
            if true():
                return True
            await asyncio.sleep(0.02)
        return False

    async def play(console: Console, window: SessionWindow) -> None:
        from PySide6.QtCore import Qt
        from PySide6.QtTest import QTest

        from console.domain.commands.own import WriteNote

        people, dispatcher = console.operators, console.dispatcher
        guard = window.inside.seat.guard
        told["closed"] = people.closed
        told["refused"] = str(getattr(dispatcher.submit(WriteNote(text="x")).problem, "code", ""))
        if guard is None:
            return
        panel = guard.panel
        QTest.keyClick(window, Qt.Key.Key_F12)
        panel.name.setText(NAME)
        panel.password.setText("không phải vậy đâu")
        panel.enter()
        await until(lambda: not panel.busy)
        told["wrong"] = panel.message.text
        panel.password.setText(WORD)
        panel.enter()
        told["let_in"] = await until(lambda: not people.closed)
        told["accepted"] = dispatcher.submit(WriteNote(text="tôi trực")).accepted
        window.inside.actions.of["lock_console"].trigger()
        told["locked"] = people.closed
        told["health"] = console.office is not None and console.office.health() is not None
        await asyncio.sleep(0)

    code = app.start(parser().parse_args(sys.argv[1:]), play)
    sys.stdout.write(json.dumps(told, ensure_ascii=False) + "\n")
    return code


if __name__ == "__main__":
    sys.exit(main())
