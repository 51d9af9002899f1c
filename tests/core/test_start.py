"""The program itself, started on a profile: a bad device stops nothing, a bad file says where."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from console.__main__ import MCUS, SCENES, parser
from console.app.devices import province_arguments
from console.simulators import options

PROFILE = """title = "Họp thử"
chair = "66"
[[device]]
id = "mcu-1"
kind = "cms"
address = "https://127.0.0.1:1"
user = "api"
[[device]]
id = "mcu-2"
kind = "cmss"
address = "https://127.0.0.1:1"
user = "api"
"""


def run(folder: Path, *more: str) -> subprocess.CompletedProcess[str]:
    line = [sys.executable, "-m", "console", "run", "--data", str(folder), "--seconds", "0.3"]
    return subprocess.run(
        [*line, *more],
        env=os.environ | {"QT_QPA_PLATFORM": "offscreen", "PYTHONUTF8": "1"},
        cwd=Path(__file__).parents[2],
        capture_output=True,
        text=True,
        encoding="utf-8",
        timeout=90,
        check=False,
    )


def state_after(folder: Path) -> dict[str, Any]:
    state = folder / "state.json"
    done = run(folder, "--state", str(state))
    assert done.returncode == 0, done.stderr
    return json.loads(state.read_bytes())


def test_an_office_that_cant_be_read_keeps_nobody_from_working(tmp_path: Path) -> None:
    (tmp_path / "office.json").write_text("{", encoding="utf-8")
    told = state_after(tmp_path)
    assert told["session"]["id"]
    assert (tmp_path / "office.json").read_text(encoding="utf-8") == "{"


def test_bad_devices_are_down_with_their_reason_and_the_session_is_the_profiles(
    tmp_path: Path,
) -> None:
    (tmp_path / "profile.toml").write_text(PROFILE, encoding="utf-8")
    told = state_after(tmp_path)
    reasons = {i: d["problem"]["code"] for i, d in told["devices"].items()}
    assert reasons == {"mcu-1": "keyring.unsafe", "mcu-2": "profile.kind"}
    assert (told["session"]["title"], told["session"]["chair"]) == ("Họp thử", "66")


def test_without_a_profile_it_starts_with_nothing(tmp_path: Path) -> None:
    assert state_after(tmp_path)["devices"] == {}
    assert not (tmp_path / "profile.toml").exists()


def test_a_file_that_is_no_toml_stops_the_start_with_every_line(tmp_path: Path) -> None:
    (tmp_path / "profile.toml").write_text("a = x\nb = 1\nc\n", encoding="utf-8")
    done = run(tmp_path)
    assert done.returncode == 2
    assert "profile.toml, dòng 1: giá trị viết sai" in done.stderr
    assert "profile.toml, dòng 3: thiếu dấu =" in done.stderr
    named = run(tmp_path, "--profile", str(tmp_path / "none.toml"))
    assert named.returncode == 2
    assert "Chưa có hồ sơ thiết bị" in named.stderr


def test_the_first_picture_waits_for_nothing_that_it_does_not_show() -> None:
    late = ("asyncio", "db.sync", "msgspec", "numpy", "qasync", "requests", "sqlalchemy")
    late += ("console.core.store", "console.domain.facts", "console.qt.grid.model")
    script = "import sys, console.opening; print(*(m for m in sys.argv[1:] if m in sys.modules))"
    done = subprocess.run(
        [sys.executable, "-c", script, *late], check=True, stdout=subprocess.PIPE, text=True
    )
    assert done.stdout.strip() == ""


def test_the_pretend_province_is_told_what_was_asked_for() -> None:
    args = parser().parse_args(
        ["train", "--mcus", "freeswitch,cms", "--cameras", "7", "--scene", "calm", "--seed", "3"]
    )
    given = options.parse(["province", *province_arguments(args)])
    assert (given.mcus, given.cameras) == (("cms", "freeswitch"), 7)
    assert (given.scene, given.seed) == ("calm", 3)
    assert (SCENES, MCUS) == (options.SCENES, options.MCUS)


@pytest.mark.parametrize(
    "said", ["--mcus=", "--mcus=zoom", "--mcus=cms,cms", "--cameras=-1", "--scene=wild"]
)
def test_what_the_province_does_not_know_is_said_before_anything_starts(
    said: str, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit):
        parser().parse_args(["train", said])
    assert said.partition("=")[0] in capsys.readouterr().err
