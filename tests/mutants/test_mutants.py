"""The mistakes still fit the sources, and the quickest of them are found."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.mutants import __main__ as runner
from tests.mutants import feed, sync
from tests.mutants.__main__ import ROOT, copied, killed_by
from tests.mutants.sync import Mutant

MUTANTS = (*sync.MUTANTS, *feed.MUTANTS)


@pytest.mark.parametrize("mutant", MUTANTS, ids=lambda m: m.name)
def test_every_mistake_has_its_place(mutant: Mutant):
    source = (ROOT / mutant.file).read_text(encoding="utf-8")
    assert source.count(mutant.old) == 1
    compile(source.replace(mutant.old, mutant.new), mutant.file, "exec")


def test_there_are_enough_and_each_has_a_name():
    assert len({mutant.name for mutant in MUTANTS}) == len(MUTANTS)
    assert min(len(sync.MUTANTS), len(feed.MUTANTS)) >= 10


@pytest.mark.slow
def test_an_office_that_keeps_nothing_is_found_out_and_the_sources_are_put_back(tmp_path: Path):
    copy = copied(tmp_path)
    mutant = next(m for m in MUTANTS if "not kept" in m.name)
    before = (copy / mutant.file).read_text()
    assert "acknowledged" in killed_by(mutant, copy, "sync", stories_only=True)
    assert (copy / mutant.file).read_text() == before


def test_tests_that_fail_by_themselves_have_killed_nothing(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, capsys: pytest.CaptureFixture[str]
):
    monkeypatch.setenv("TMPDIR", str(tmp_path))  # it is set anew, and put back after this test
    monkeypatch.setattr(runner, "_tests", lambda copy, words: "ERROR tests/office/test_push.py")
    assert runner.main(["sync", "kept"]) == 2
    assert capsys.readouterr().out == "without any mistake: ERROR tests/office/test_push.py\n"
