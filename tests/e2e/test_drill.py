"""A drill by keyboard alone, in a real window on two makes of MCU and VISCA cameras: begun,
answered, scored, written down, and told of in the session's report."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Callable
from contextlib import suppress
from io import BytesIO
from pathlib import Path
from typing import Any

import docx
import pypdf
import pytest

from console.core.drills import read_drills
from console.core.journal import take_up
from console.domain.scoring import score
from console.qt import RESOURCES
from db.fault import StoreFault
from db.queries import StoredRow
from tests.e2e.screen import Screen
from tests.e2e.test_take import Training, session_rows, training, until

pytestmark = [pytest.mark.e2e, pytest.mark.timeout(180)]

MIXED = ("--mcus", "cms,freeswitch", "--cameras", "16")
ROSTER = RESOURCES / "rosters" / "dak_lak_2021.csv"
FIRST, LOST = "656", "651"
"""Districts of the script; their calls land on the Meeting Server and on the FreeSWITCH."""
CAMERA = f'"camera-{LOST}"'.encode()


class Hands:
    """A keyboard, and what the journal says of it."""

    def __init__(self, screen: Screen, folder: Path, province: Training) -> None:
        self.screen, self.folder, self.province = screen, folder, province

    def rows(self, *kinds: str) -> list[StoredRow]:
        try:
            return [row for row in session_rows(self.folder) if row.kind in kinds]
        except StoreFault:
            return []

    def press(self, keys: str, done: Callable[[], object]) -> None:
        """Press, and again where the program was not ready to take it."""
        for _ in range(10):
            self.screen.press(*keys.split())
            with suppress(TimeoutError):
                return until(done, 4)
        raise TimeoutError(keys)

    def press_once_more(self, keys: str, *kinds: str) -> None:
        """Press until one more row of these kinds is there."""
        before = len(self.rows(*kinds))
        self.press(keys, lambda: len(self.rows(*kinds)) > before)

    def stage(self, site: str, keys: str) -> None:
        """Walk along the script until a site is the next."""
        for _ in range(10):
            staged = self.rows("NextStaged")
            if staged and json.loads(staged[-1].body)["endpoint"] == site:
                return
            self.press_once_more(keys, "NextStaged", "ScriptMoved")
        raise TimeoutError(site)

    def take(self, site: str) -> StoredRow:
        """TAKE the staged site, every step of which must be confirmed; the TAKE's row."""

        def takes() -> list[StoredRow]:
            submitted = self.rows("CommandSubmitted")
            return [row for row in submitted if b'"TakeToPodium"' in row.body]

        before = len(takes())
        self.press("F12", lambda: len(takes()) > before)
        take = takes()[-1]
        told = json.loads(take.body)
        assert told["command"]["endpoint"] == site

        def confirmed() -> bool:
            ended = self.rows("CommandConfirmed", "CommandRefused", "CommandLost")
            outcomes = {row.cause: row.kind for row in ended}
            assert {outcomes.get(step) for step in told["steps"]} <= {None, "CommandConfirmed"}
            return set(told["steps"]) <= outcomes.keys()

        until(confirmed, 60)
        return take

    def bridge(self, site: str) -> str:
        return self.province.truth()["sites"][site]["leg"]["bridge"]


def districts(folder: Path) -> str:
    """A roster of the province and its districts alone: soon started."""
    lines = ROSTER.read_text("utf-8-sig").splitlines()
    path = folder / "districts.csv"
    path.write_text("\n".join(line for line in lines if "commune" not in line), "utf-8")
    return str(path)


def test_a_site_lost_while_speaking(screen: Screen, tmp_path: Path) -> None:
    with training(screen, tmp_path, *MIXED, "--roster", districts(tmp_path)) as province:
        main = screen.window("HNTH", 30)
        hands = Hands(screen, tmp_path, province)
        hands.stage(FIRST, "F10")
        hands.take(FIRST)
        hands.stage(LOST, "F9")
        until(lambda: any(CAMERA in row.body for row in hands.rows("PresetsListed")))
        across = hands.take(LOST)
        truth = province.truth()
        assert truth["podium"] == [LOST]
        assert [hands.bridge(site) for site in (FIRST, LOST)] == ["cms-1", "freeswitch-1"]
        assert truth["sites"][LOST]["room"]["visca"]["recalled"] == 4, "memory 5, as they count"
        steps = [r.body for r in hands.rows("CommandSubmitted") if across.cause.encode() in r.body]
        assert any(b'"RecallPreset"' in body for body in steps)
        hands.press("ctrl+shift+F12", lambda: screen.window("ướng dẫn", 3) != main)
        screen.xdotool("windowfocus", "--sync", main)
        hands.press("ctrl+shift+F8", lambda: province.truth()["sites"][LOST].get("leg") is None)
        until(lambda: any(LOST.encode() in row.body for row in hands.rows("AlarmRaised")), 30)
        hands.press_once_more("F8", "AlarmAcknowledged")
        hands.stage(FIRST, "F10")
        hands.press_once_more("c", "ChairCalled")
        hands.take(FIRST)
        until(lambda: hands.rows("DrillScored"), 30)
        called = hands.rows("ChairCalled")[-1].seq
        hands.press("v", lambda: any(r.seq > called for r in hands.rows("TwoWayProven")))
        province.fault(kind="join", target=LOST)
        until(lambda: any(LOST.encode() in row.body for row in hands.rows("AlarmCleared")), 30)
    stored = session_rows(tmp_path)
    (told,) = [json.loads(row.body) for row in stored if row.kind == "DrillScored"]
    took = [each["took_s"] for each in told["scores"]]
    assert None not in took, "every step was seen in the journal"
    drill = read_drills(RESOURCES / "training" / "drills")[0]
    events = take_up(stored, stored[-1].utc_us)[0]
    scored = score(drill, events, told["began_us"])
    assert [each.took_s for each in scored] == took, "the rows alone tell the same"
    _report_tells(tmp_path, took)


def _report_tells(folder: Path, took: list[float]) -> None:
    """The report made from the store holds the call, the drop and the drill."""
    line = [sys.executable, "-m", "console", "report", "--data", str(folder), "--out", str(folder)]
    made = subprocess.run([*line, "--json"], capture_output=True, timeout=90, check=False)
    assert made.returncode == 0, made.stderr.decode()
    told = json.loads(made.stdout)
    call = told["evaluation"]["calls"][-1]
    assert call["endpoint"] == FIRST
    assert call["called_us"] < call["take_us"] < call["confirmed_us"] < call["proven_us"]
    seconds = f"{(call['proven_us'] - call['called_us']) / 1e6:.1f}".replace(".", ",")
    (lost,) = [s for s in told["evaluation"]["sites"] if s["endpoint"]["id"] == LOST]
    assert [drop["ended"] for drop in lost["drops"]] == [True]
    word, printed = (folder / Path(name).name for name in told["files"])
    read: Any = docx.Document(str(word))
    tables = [[[cell.text for cell in row.cells] for row in t.rows] for t in read.tables]
    rows = [row for table in tables for row in table]
    assert [row for row in rows if "Huyện Lắk" in row and seconds in row], "the call"
    (stay,) = [row for row in rows if "Huyện Ea Kar" in row and len(row) == 10]
    assert stay[5] == "1", "the drop"
    steps = tables[-1][1:]
    assert [step[3] for step in steps] == [f"{s:.1f}".replace(".", ",") for s in took]
    text = "".join(
        page.extract_text() for page in pypdf.PdfReader(BytesIO(printed.read_bytes())).pages
    )
    for word in ("Huyện Lắk", seconds, "Rớt điểm cầu đang phát biểu"):
        assert word.replace(" ", "") in "".join(text.split())
