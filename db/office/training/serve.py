"""The training office as a process: one JSON line when it is ready, then an answer to each order.

Orders are JSON lines on standard input, `{"act": …}`; answers JSON lines on standard output,
`{"done": true, …}` or `{"error": "…"}`. Acts: `cut` (`how`: `silent` or `refused`), `reconnect`,
`copy`, `restore`, `edit` (`where`: `office`, or `console` with a `seq`). It ends, and takes its
folder with it, when standard input does.
"""

from __future__ import annotations

import asyncio
import json
import logging
import os
import shutil
import signal
import sys
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any

from db.folder import JOURNAL
from db.office.service import DATABASE
from db.office.training.line import Cut, Line
from db.office.training.misdeeds import NothingThere, edit_last, edit_one
from db.office.training.office import TrainingOffice


def run(folder: Path, store: Path | None, beside: Path | None = None) -> int:
    """Serve until standard input ends; 0."""
    logging.getLogger("uvicorn").setLevel(logging.CRITICAL)  # broken calls are what it is for
    try:
        asyncio.run(_serve(folder, store))
    finally:
        for each in (folder, beside):
            if each is not None:
                shutil.rmtree(each, ignore_errors=True)
    return 0


async def _serve(folder: Path, store: Path | None) -> None:
    loop = asyncio.get_running_loop()
    orders: asyncio.Queue[bytes | None] = asyncio.Queue()
    _read_orders(lambda line: loop.call_soon_threadsafe(orders.put_nowait, line))

    def leave(number: int, frame: object) -> None:
        loop.call_soon_threadsafe(orders.put_nowait, None)

    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, leave)
    office = await asyncio.to_thread(TrainingOffice, folder)
    await asyncio.to_thread(office.start)
    line = Line(office.port)
    await line.listen()
    try:
        code = await asyncio.to_thread(office.code)
        url = f"https://127.0.0.1:{line.port}"
        _say({"ready": True, "url": url, "sha256": office.sha256, "code": code})
        while (order := await orders.get()) is not None:
            _say(await _answer(order, office, line, store))
    finally:
        await line.close()
        await asyncio.to_thread(office.stop)


async def _answer(
    order: bytes, office: TrainingOffice, line: Line, store: Path | None
) -> dict[str, Any]:
    try:
        told: dict[str, Any] = json.loads(order)
        return {"done": True, **await _act(told, office, line, store)}
    except NothingThere:
        return {"error": "nothing_there"}
    except FileNotFoundError:
        return {"error": "no_copy"}
    except Exception as error:  # noqa: BLE001 - whatever went wrong is the instructor's to know
        return {"error": f"{type(error).__name__}: {error}"}


async def _act(
    told: dict[str, Any], office: TrainingOffice, line: Line, store: Path | None
) -> dict[str, Any]:
    match told.get("act"):
        case "cut":
            await line.set(Cut(told["how"]))
            return {"cut": line.cut}
        case "reconnect":
            await line.set(Cut.WHOLE)
            return {"cut": line.cut}
        case "copy":
            return {"copied_us": await asyncio.to_thread(office.copy)}
        case "restore":
            line.upstream = 0
            line.hang_up()
            copied_us = await asyncio.to_thread(office.restore)
            line.upstream = office.port
            return {"copied_us": copied_us}
        case "edit" if told.get("where") == "office":
            return {"seq": await asyncio.to_thread(edit_last, office.folder / DATABASE)}
        case "edit" if store is not None:
            return {"seq": await asyncio.to_thread(edit_one, store / JOURNAL, int(told["seq"]))}
        case act:
            raise ValueError(f"no such act: {act}")


def _say(told: dict[str, Any]) -> None:
    sys.stdout.write(json.dumps(told) + "\n")
    sys.stdout.flush()


def _read_orders(take: Callable[[bytes | None], object]) -> None:
    """Give each line of standard input to `take`, and None once it ends."""

    def read() -> None:
        rest = b""
        try:
            while data := os.read(0, 4096):
                *lines, rest = (rest + data).split(b"\n")
                for each in lines:
                    take(each)
            take(None)
        except (OSError, RuntimeError):
            return

    threading.Thread(target=read, name="orders", daemon=True).start()
