"""A list of sites that the profile names and that is gone, or damaged: the program starts, loses
nothing and says so."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from argparse import Namespace
from pathlib import Path
from typing import Any

import pytest

from console.__main__ import parser
from console.core.roster_choice import choose
from console.doctor import doctor
from console.domain.finding import Severity
from console.domain.roster import LARGEST_BYTES, read_roster

ROOT = Path(__file__).parents[2]
ROSTERS = ROOT / "resources" / "rosters"
PROFILE = '# của kỹ thuật\ntitle = "Giao ban"\nroster = "rosters/{}"  # Văn thư\n'
HEAD = "code,parent_code,level,name\n"


def a_list(*names: str) -> str:
    return HEAD + "".join(f"{at},,xã,{name}\n" for at, name in enumerate(names, 1))


class Desk:
    """A folder of data with a profile that names a kept list."""

    def __init__(self, folder: Path, named: str = "mine.csv") -> None:
        self.folder, self.profile = folder, folder / "profile.toml"
        self.kept = folder / "rosters"
        self.kept.mkdir()
        self.text = PROFILE.format(named)
        self.profile.write_text(self.text, encoding="utf-8")

    def put(self, name: str, text: str, at: int, beside: bool = False) -> Path:
        """A list as old as `at` says (s)."""
        path = (self.folder if beside else self.kept) / name
        path.write_text(text, encoding="utf-8")
        os.utime(path, (at, at))
        return path

    def line(self, *more: str) -> Namespace:
        return parser().parse_args(["run", "--data", str(self.folder), *more])

    def files(self) -> dict[str, bytes]:
        found = [path for path in self.folder.rglob("*.csv") if path.is_file()]
        return {path.name: path.read_bytes() for path in found}


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    return Desk(tmp_path)


def start(folder: Path, wanted: str, file: Path | str = "", *more: str) -> tuple[int, Any, str]:
    """The exit code, what was told, and what stands on standard error."""
    line = [sys.executable, "-m", "tests.core.roster_start", wanted, str(file)]
    done = subprocess.run(
        [*line, "run", "--data", str(folder), *more],
        env=os.environ | {"QT_QPA_PLATFORM": "offscreen", "PYTHONUTF8": "1"},
        cwd=ROOT,
        capture_output=True,
        text=True,
        encoding="utf-8",
        timeout=90,
        check=False,
    )
    return done.returncode, json.loads(done.stdout or "null"), done.stderr


# -- which list stands in ----------------------------------------------------------------------


def test_the_one_that_is_named_where_it_reads(desk: Desk) -> None:
    mine = desk.put("mine.csv", a_list("A"), 100)
    desk.put("newer.csv", a_list("B"), 200)
    chosen = choose(desk.line())
    assert (chosen.path, chosen.problem, chosen.stops) == (mine, None, False)


@pytest.mark.parametrize(
    ("damage", "code"),
    [(None, "roster.unreadable"), ("", "roster.empty"), ("\0\1\2", "roster.empty"),
     (HEAD, "roster.empty"), ("x" * (LARGEST_BYTES + 2), "roster.empty")],
)  # fmt: skip
def test_the_newest_other_kept_one_stands_in(desk: Desk, damage: str | None, code: str) -> None:
    if damage is not None:
        desk.put("mine.csv", damage, 900)
    desk.put("older.csv", a_list("A"), 100)
    newest = desk.put("newest.csv", a_list("B"), 300)
    desk.put("hers.csv", a_list("C"), 800, beside=True)
    before = desk.files()
    chosen = choose(desk.line())
    assert (chosen.path, [e.name for e in chosen.reading.endpoints]) == (newest, ["B"])
    assert chosen.problem is not None
    assert chosen.problem.code == code
    assert ("file", str(desk.kept / "mine.csv")) in chosen.problem.params
    assert not chosen.stops
    assert (desk.files(), desk.profile.read_text(encoding="utf-8")) == (before, desk.text)


def test_one_with_lines_that_are_left_out_stands_in_for_none(desk: Desk) -> None:
    desk.put("half.csv", a_list("A", "B") + "2,,xã,Hai lần\n", 300)
    desk.put("empty.csv", "", 300)
    hers = desk.put("hers.csv", a_list("C"), 100, beside=True)
    assert choose(desk.line()).path == hers


def test_no_list_at_all_is_a_start_without_sites(desk: Desk) -> None:
    chosen = choose(desk.line())
    assert chosen.reading.endpoints == ()
    assert chosen.problem is not None
    assert not chosen.stops


def test_a_folder_in_the_lists_place_is_told(desk: Desk) -> None:
    (desk.kept / "mine.csv").mkdir()
    chosen = choose(desk.line())
    assert chosen.problem is not None
    assert chosen.problem.code == "roster.unreadable"


def test_whoever_names_one_for_this_start_gets_that_or_none(desk: Desk, tmp_path: Path) -> None:
    desk.put("mine.csv", a_list("A"), 100)
    given = desk.put("given.csv", a_list("B", "C"), 50, beside=True)
    chosen = choose(desk.line("--roster", str(given)))
    assert (chosen.path, chosen.problem) == (given, None)
    gone = choose(desk.line("--roster", str(tmp_path / "gone.csv")))
    assert gone.problem is not None
    assert gone.stops


def test_a_list_with_lines_left_out_is_used_and_counted(desk: Desk) -> None:
    desk.put("mine.csv", a_list("A", "B") + "2,,xã,Hai lần\n", 100)
    chosen = choose(desk.line())
    assert (len(chosen.reading.endpoints), chosen.left_out, chosen.problem) == (2, 1, None)


def test_the_lists_that_come_along_have_nothing_left_out() -> None:
    for path in ROSTERS.glob("*.csv"):
        findings = read_roster(path.read_bytes()).findings
        assert not [found for found in findings if found.severity is Severity.ERROR]


# -- the program -------------------------------------------------------------------------------


def test_it_starts_with_another_and_says_so_until_it_is_put_right(desk: Desk) -> None:
    other = desk.put("other.csv", a_list("A", "B"), 100)
    code, told, errors = start(desk.folder, "keep", ROSTERS / "dak_lak_2025.csv")
    assert (code, told["first"], told["roster"]) == (0, ["other", 2], ["dak_lak_2025", 103])
    (said,) = told["said"]
    for part in (str(desk.kept / "mine.csv"), "«other»", "2 điểm cầu", "Ctrl+O"):
        assert part in said
    assert said in errors
    assert (told["began"], told["alarms"]) == (["roster_instead"], [])
    assert other.read_text(encoding="utf-8") == a_list("A", "B")
    assert start(desk.folder, "look")[1] == {
        "first": ["dak_lak_2025", 103], "roster": ["dak_lak_2025", 103],
        "said": [], "began": [], "alarms": [],
    }  # fmt: skip


def test_it_starts_with_no_list_at_all_and_one_can_be_loaded(desk: Desk) -> None:
    """For this time only: the next start finds what this one found, so the alarm stands."""
    code, told, errors = start(desk.folder, "once", ROSTERS / "dak_lak_2025.csv")
    assert (code, told["first"][1], told["roster"][1]) == (0, 0, 103)
    (said,) = told["said"]
    assert "Không có danh sách nào khác" in said
    assert said in errors
    assert (told["began"], told["alarms"]) == (["roster_none"], ["roster_none"])
    assert desk.profile.read_text(encoding="utf-8") == desk.text


def test_a_list_for_this_start_only_is_written_nowhere(desk: Desk) -> None:
    given = desk.put("given.csv", a_list("B", "C"), 50, beside=True)
    code, told, _ = start(desk.folder, "look", "", "--roster", str(given))
    assert (code, told["first"], told["said"], told["began"]) == (0, ["given", 2], [], [])
    assert desk.profile.read_text(encoding="utf-8") == desk.text


def test_a_bad_list_for_this_start_is_a_clear_error(desk: Desk) -> None:
    desk.put("mine.csv", a_list("A"), 100)
    code, told, errors = start(desk.folder, "look", "", "--roster", str(desk.folder / "gone.csv"))
    assert (code, told) == (2, None)
    assert "gone.csv" in errors
    assert "Traceback" not in errors


def test_the_doctor_names_a_list_that_is_damaged_or_gone(
    desk: Desk, capsys: pytest.CaptureFixture[str]
) -> None:
    line = ["doctor", "--data", str(desk.folder), "--language", "vi", "--json"]
    assert doctor(parser().parse_args(line)) != 0
    assert "mine.csv" in capsys.readouterr().out
    damaged = desk.put("mine.csv", "", 100)
    assert doctor(parser().parse_args(line)) != 0
    told = json.loads(capsys.readouterr().out)
    assert [c for c in told["checks"] if c["code"] == "roster.empty" and str(damaged) in c["text"]]
