"""A drill by keyboard alone, in a real window: begun, answered, scored, written down."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from console.core.drills import read_drills
from console.core.journal import take_up
from console.domain.drill import score
from console.qt import RESOURCES
from db import queries
from db.fault import StoreFault
from tests.e2e.screen import Screen
from tests.e2e.test_take import Folder, training, until

pytestmark = [pytest.mark.e2e, pytest.mark.timeout(180)]


def test_a_site_lost_while_speaking(screen: Screen, tmp_path: Path) -> None:
    def rows(kind: str) -> list[bytes]:
        try:
            found = queries.rows_since_last(Folder(tmp_path / "store"), "SessionOpened")
        except StoreFault:
            return []
        return [row.body for row in found if row.kind == kind]

    def press(keys: str, done: object) -> None:
        """Press, and again where the program was not ready to take it."""
        for _ in range(10):
            screen.press(*keys.split())
            try:
                until(done, 4)  # type: ignore[arg-type]
                return
            except TimeoutError:
                continue
        raise TimeoutError(keys)

    with training(screen, tmp_path) as province:
        main = screen.window("HNTH", 30)
        press("F10", lambda: bool(rows("NextStaged")))
        press("F12", lambda: bool(province.truth()["podium"]))
        (lost,) = province.truth()["podium"]
        press("ctrl+shift+F12", lambda: screen.window("ướng dẫn", 3) != main)
        screen.xdotool("windowfocus", "--sync", main)
        press("ctrl+shift+F8", lambda: province.truth()["sites"][lost].get("leg") is None)
        until(lambda: any(lost.encode() in row for row in rows("AlarmRaised")), 30)
        press("F8", lambda: bool(rows("AlarmAcknowledged")))
        press("F10", lambda: len(rows("NextStaged")) > 1)
        press("F12", lambda: lost not in province.truth()["podium"] != [])
        until(lambda: bool(rows("NoteWritten")), 30)
    (note,) = [json.loads(row)["text"] for row in rows("NoteWritten")]
    assert note.startswith("Diễn tập «Rớt điểm cầu đang phát biểu»: đạt ")
    assert "—" not in note, "every step was seen in the journal"
    stored = queries.rows_since_last(Folder(tmp_path / "store"), "SessionOpened")
    began_us = next(r.utc_us for r in stored if r.kind == "LegEnded" and lost.encode() in r.body)
    drill = read_drills(RESOURCES / "training" / "drills")[0]
    scored = score(drill, take_up(stored, stored[-1].utc_us)[0], began_us)
    assert all(step.took_s is not None for step in scored), "the rows alone tell the same"
    assert f"đạt {sum(step.passed for step in scored)}/3." in note
