"""A training run with an instructor at work, told as JSON lines; started by test_office.py."""

from __future__ import annotations

import asyncio
import json
import sys
import time
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from console import app
from console.__main__ import parser

if TYPE_CHECKING:
    from console.app import Console
    from console.core.training_office import TrainingOffice
    from db.sync.health import SyncHealth


def say(what: str, **told: Any) -> None:
    print(json.dumps({"what": what, **told}), flush=True)


async def until(holds: Callable[[], bool], timeout_s: float = 90.0) -> None:
    end = time.monotonic() + timeout_s
    while not holds():
        assert time.monotonic() < end, "never came true"
        await asyncio.sleep(0.02)


async def play(console: Console, window: object) -> None:
    """The office comes up by itself; it is lost, restored, lied to; the window shows each."""
    link, office = console.office, console.training_office
    assert link is not None
    assert office is not None

    def health() -> SyncHealth | None:
        return link.health()

    def level() -> bool:
        found = health()
        return bool(found and found.last_ack_us and not found.failure and found.unsent_rows < 50)

    def acked_since(at_us: int) -> bool:
        found = health()
        return found is not None and found.last_ack_us > at_us

    async def act(done: Callable[[TrainingOffice], object]) -> Any:
        return await asyncio.get_running_loop().run_in_executor(None, lambda: done(office))

    await until(lambda: office.copied_us > 0 and level())
    account = link.account()
    assert account is not None
    say("enrolled", name=account.name)
    copied_us = await act(lambda o: o.restore_old_backup())
    restored_us = time.time_ns() // 1000
    await until(lambda: level() and acked_since(restored_us))
    found = health()
    say("restored", same=copied_us == office.copied_us, incident=bool(found and found.incident))
    seq = await act(lambda o: o.edit_row_behind_its_back("office"))
    alarms = console.store.state.alarms
    await until(lambda: "own:office_fork" in alarms)
    found = health()
    assert found is not None
    assert found.incident is not None
    told = dict(found.incident.params)
    say("edited", code=found.incident.code, same=told["seq"] == seq, level=found.level.name)
    await act(lambda o: o.cut("refused"))
    await until(lambda: bool((h := health()) and h.failure in ("unreachable", "closed")))
    say("cut", how=office.cut_now)
    await act(lambda o: o.reconnect())
    await until(lambda: bool((h := health()) and not h.failure))
    say("mended", how=office.cut_now)


if __name__ == "__main__":
    sys.exit(app.start(parser().parse_args(), play))
