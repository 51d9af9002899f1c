"""A roster loaded in the window is there again at the next start of the program."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tomllib
from dataclasses import replace
from pathlib import Path
from typing import Any

from console.core.journal import events_before
from console.core.sessions import StoreFolder
from console.domain import facts as f
from console.domain.roster import read_roster
from console.domain.roster_text import roster_text

ROOT = Path(__file__).parents[2]
ROSTERS = ROOT / "resources" / "rosters"
PROFILE = """# của kỹ thuật
title = "Giao ban"
roster = "cua toi.csv"  # do Văn thư gửi
"""
OWN = "code,parent_code,level,name\n66,,tỉnh,Tỉnh của tôi\n643,66,huyện,Huyện\n"


def run(folder: Path, wanted: str, file: Path | str = "", command: str = "run") -> dict[str, Any]:
    line = [sys.executable, "-m", "tests.core.roster_run", wanted, str(file), command]
    line += ["--data", str(folder)]
    if command == "train":
        line += ["--no-office", "--scene", "empty"]
    done = subprocess.run(
        line,
        env=os.environ | {"QT_QPA_PLATFORM": "offscreen", "PYTHONUTF8": "1"},
        cwd=ROOT,
        capture_output=True,
        text=True,
        encoding="utf-8",
        timeout=90,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout.splitlines()[-1])


def loaded(folder: Path) -> list[tuple[str, bool]]:
    """The rosters that the journal tells of, oldest first, and whether somebody asked for each."""
    events = events_before(StoreFolder(folder / "store"), 0, [f.RosterLoaded], 20)
    facts = [(event.fact, event.cause) for event in events]
    return [(fact.name, bool(cause)) for fact, cause in facts if isinstance(fact, f.RosterLoaded)]


def test_what_was_accepted_on_friday_is_there_on_monday(tmp_path: Path) -> None:
    """No profile yet. On Monday it is the shipped one again; Tuesday's is for that day alone."""
    friday = run(tmp_path, "keep", ROSTERS / "dak_lak_2025.csv")
    assert friday["offered"]
    assert any("dak_lak_2025_" in text for text in friday["toasts"])
    profile = tmp_path / "profile.toml"
    assert 'roster = "rosters/dak_lak_2025_' in profile.read_text(encoding="utf-8")
    monday = run(tmp_path, "keep", ROSTERS / "dak_lak_2021.csv")
    assert (monday["first"], monday["roster"]) == ("dak_lak_2025", "dak_lak_2021")
    assert "roster" not in tomllib.loads(profile.read_text(encoding="utf-8"))
    tuesday = run(tmp_path, "once", ROSTERS / "dak_lak_2025.csv")
    assert (tuesday["first"], len(tuesday["names"])) == ("dak_lak_2021", 103)
    assert "roster" not in tomllib.loads(profile.read_text(encoding="utf-8"))
    assert loaded(tmp_path) == [
        ("dak_lak_2021", False), ("dak_lak_2025", True),
        ("dak_lak_2025", False), ("dak_lak_2021", True),
        ("dak_lak_2021", False), ("dak_lak_2025", True),
    ]  # fmt: skip


def test_the_technicians_own_file_is_never_written_over(tmp_path: Path) -> None:
    """Named in the profile by her; the list kept instead is the office's, of which a restart
    knows record and version, and the window is closed at once."""
    (tmp_path / "profile.toml").write_text(PROFILE, encoding="utf-8")
    (tmp_path / "cua toi.csv").write_text(OWN, encoding="utf-8")
    names = ["Tỉnh <b>Đắk Lắk</b>", 'Xã "Ea\'Kar", mới; ' + "Ư" * 250, "Huyá»‡n Ä‘"]
    body = "code,name\n1,a\n2,b\n3,c\n"
    sites = tuple(
        replace(site, name=name, short=name, address=f"sip:{site.id}@tinh.example")
        for site, name in zip(read_roster(body.encode()).endpoints, names, strict=True)
    )
    given = tmp_path / "usb.csv"
    given.write_text(roster_text(sites, "Đắk Lắk", "dak-lak", 4), encoding="utf-8", newline="")
    assert run(tmp_path, "leave", given)["first"] == "cua toi"
    given.unlink()
    again = run(tmp_path, "look")
    assert (again["roster"], again["source"]) == ("Đắk Lắk", ["dak-lak", 4])
    assert (again["names"], again["addresses"]) == (names, [site.address for site in sites])
    assert (tmp_path / "cua toi.csv").read_text(encoding="utf-8") == OWN
    profile = (tmp_path / "profile.toml").read_text(encoding="utf-8")
    (file,) = (tmp_path / "rosters").iterdir()
    assert profile == PROFILE.replace("cua toi.csv", f"rosters/{file.name}")


def test_training_keeps_nothing_and_offers_nothing(tmp_path: Path) -> None:
    told = run(tmp_path, "keep-not", ROSTERS / "dak_lak_2025.csv", "train")
    assert not told["offered"]
    assert len(told["names"]) == 103
    assert {path.name for path in tmp_path.iterdir()} & {"profile.toml", "rosters"} == set()


def test_a_list_that_cannot_be_kept_is_told_and_in_use(tmp_path: Path) -> None:
    (tmp_path / "rosters").write_text("in the way", encoding="utf-8")
    told = run(tmp_path, "keep", ROSTERS / "dak_lak_2025.csv")
    assert len(told["names"]) == 103
    assert any("chỉ dùng đến khi đóng chương trình" in text for text in told["toasts"])
    assert not (tmp_path / "profile.toml").exists()
