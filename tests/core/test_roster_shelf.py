"""Lists of sites that stay for the next start: written down, named in the profile, taken back."""

from __future__ import annotations

import errno
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import pytest

from console.core import equipment as equipment_module
from console.core import roster_shelf as module
from console.core.dispatcher import Dispatcher
from console.core.equipment import Equipment
from console.core.frame import Frame
from console.core.places import SHIPPED_ROSTER
from console.core.profile import Unreadable
from console.core.roster_shelf import RosterShelf, Shelved
from console.core.store import Store
from console.core.vault import Vault
from console.core.watch import Watch
from console.domain import facts as f
from console.domain.commands.own import LoadRoster, NextStart
from console.domain.device import DeviceSpec
from console.domain.endpoint import Endpoint
from console.domain.event import stamped
from console.domain.roster import read_roster
from console.domain.state import State
from tests.core.desk import Disk, HandClock
from tests.core.safe import Safe

OWN = "code,name\n66,Tỉnh Đắk Lắk\n"
PROFILE = """# của kỹ thuật
title = "Giao ban"
roster = "cua toi.csv"  # do Văn thư gửi

[[device]]
id = "mcu-1"
kind = "cms"
address = "https://10.0.0.10"
user = "api"
"""
NOON_US = 1_795_496_400_000_000
"""24 November 2026, 12:00 in Việt Nam."""


def sites(*names: str) -> tuple[Endpoint, ...]:
    body = "code,name\n" + "".join(f"{at},{name}\n" for at, name in enumerate(names, 1))
    return read_roster(body.encode()).endpoints


class Bench:
    """A console without a window: its store, its wishes, and a profile on the disk. What is to be
    done beside waits until `work`."""

    def __init__(self, folder: Path, profile: str | None = PROFILE) -> None:
        self.folder = folder
        self.path = folder / "profile.toml"
        if profile is not None:
            self.path.write_text(profile, encoding="utf-8")
        (folder / "cua toi.csv").write_text(OWN, encoding="utf-8")
        self.equipment = Equipment(self.path, lambda: (), lambda: Vault(Safe()))
        if profile is not None:
            self.equipment.read()
        self.clock, self.disk = HandClock(NOON_US), Disk()
        self.told: list[Shelved] = []
        state = State()
        self.shelf = RosterShelf(self.equipment, state, self._beside, self.told.extend)
        self.store = Store(self.shelf.hear, state=state)
        self.dispatcher = Dispatcher(self.store, self.disk, {}, self.clock)  # type: ignore[arg-type]
        self.frame = Frame(self.store, self.dispatcher, Watch(self.store, self.clock))  # type: ignore[arg-type]
        self._to_do: list[tuple[object, object]] = []
        own = read_roster(OWN.encode()).endpoints
        self.store.post([stamped(f.RosterLoaded("cua toi", own), NOON_US, "console")])
        self.frame.drain()

    def _beside(self, work: object, done: object) -> None:
        self._to_do.append((work, done))

    def work(self) -> None:
        """What was to be done in threads is done."""
        to_do, self._to_do = self._to_do, []
        for work, done in to_do:
            done(work())  # type: ignore[operator]

    def load(
        self, name: str, endpoints: Sequence[Endpoint], keep: bool = True, **more: str | int
    ) -> None:
        """Accept a list, and let all of it happen."""
        wanted = NextStart.KEPT if keep else NextStart.AS_IT_WAS
        wish = LoadRoster(name=name, endpoints=tuple(endpoints), next_start=wanted, **more)  # type: ignore[arg-type]
        assert self.dispatcher.submit(wish).accepted
        self.settle()

    def undo(self) -> None:
        assert self.dispatcher.undo().accepted
        self.settle()

    def settle(self) -> None:
        self.frame.drain()
        self.work()

    @property
    def text(self) -> str:
        return self.path.read_text(encoding="utf-8")

    @property
    def kept(self) -> list[str]:
        return sorted(path.name for path in (self.folder / "rosters").glob("*"))

    def named(self) -> tuple[Endpoint, ...]:
        """What the next start reads."""
        path = self.equipment.read().roster
        assert path is not None
        return read_roster(path.read_bytes()).endpoints


@pytest.fixture
def it(tmp_path: Path) -> Bench:
    return Bench(tmp_path)


def test_an_accepted_list_is_what_the_next_start_reads(it: Bench) -> None:
    new = sites("Tỉnh", 'Xã ""<b>Ea</b>""')
    it.load("Đắk Lắk, theo Nghị quyết 2025", new)
    (file,) = it.kept
    assert file == "dak_lak_theo_nghi_quyet_2025_2026-11-24.csv"
    assert it.named() == new
    assert it.text == PROFILE.replace("cua toi.csv", f"rosters/{file}"), "and nothing else changed"
    assert it.told == [Shelved(f"rosters/{file}", "cua toi.csv")]
    assert it.shelf.in_use == file
    assert (it.folder / "cua toi.csv").read_text(encoding="utf-8") == OWN
    assert not list(it.folder.glob("**/.*")), "nothing half-written stays"


def test_without_a_profile_there_is_one_afterwards(tmp_path: Path) -> None:
    it = Bench(tmp_path, None)
    it.load("a", sites("Tỉnh"))
    assert it.text.startswith("# Hồ sơ thiết bị")
    assert it.named() == sites("Tỉnh")
    assert it.told == [Shelved("rosters/a_2026-11-24.csv", "")]
    it.undo()
    assert "roster =" not in it.text
    assert it.equipment.read().roster is None
    assert it.told[1:] == [Shelved("", "rosters/a_2026-11-24.csv", back=True)]


def test_the_offices_list_is_known_by_record_and_version(it: Bench) -> None:
    it.load("Đắk Lắk", sites("A"), record="dak-lak", version=4)
    reading = read_roster((it.folder / "rosters" / it.kept[0]).read_bytes())
    assert (reading.name, reading.record, reading.version) == ("Đắk Lắk", "dak-lak", 4)


def test_for_this_time_only_nothing_is_written(it: Bench) -> None:
    it.load("a", sites("A"), keep=False)
    assert (it.text, it.kept, it.told) == (PROFILE, [], [])
    it.undo()
    assert (it.text, it.told) == (PROFILE, [])
    it.load("a", sites("A"), keep=False)
    it.load("a", sites("A"))
    assert it.named() == sites("A"), "the same list, now to stay"


def test_taking_back_names_the_file_of_before(it: Bench) -> None:
    it.load("a", sites("A"))
    first = it.text
    it.load("b", sites("B"))
    it.undo()
    assert it.text == first
    assert it.named() == sites("A")
    it.undo()
    assert it.text == PROFILE
    assert it.kept == ["a_2026-11-24.csv", "b_2026-11-24.csv"], "both are still there"
    assert [told.back for told in it.told] == [False, False, True, True]


def test_a_list_that_is_there_is_named_and_not_written_twice(it: Bench) -> None:
    it.load("a", sites("A"))
    it.load("b", sites("B"))
    it.load("a", sites("A"))
    assert it.kept == ["a_2026-11-24.csv", "b_2026-11-24.csv"]
    assert it.named() == sites("A")
    files = {path.name for path in it.shelf.files}
    assert files == {"a_2026-11-24.csv", "b_2026-11-24.csv", "cua toi.csv"}
    it.load(SHIPPED_ROSTER.stem, read_roster(SHIPPED_ROSTER.read_bytes()).endpoints)
    assert it.equipment.read().roster is None, "the shipped one needs no name"


def test_a_file_of_hers_is_copied_for_she_may_move_it(it: Bench) -> None:
    it.load("a", sites("A"))
    it.load("cua toi", read_roster(OWN.encode()).endpoints)
    (it.folder / "cua toi.csv").unlink()
    assert it.named() == read_roster(OWN.encode()).endpoints


def test_one_that_is_gone_is_not_said_to_be_there(it: Bench) -> None:
    """Nor is its name given to anything else but what says the same."""
    it.shelf.look()
    assert not it.shelf.gone
    (it.folder / "cua toi.csv").unlink()
    it.shelf.look()
    assert (it.shelf.in_use, it.shelf.gone) == ("cua toi.csv", True)
    it.load("a", sites("A"))
    assert it.told == [Shelved("rosters/a_2026-11-24.csv", "cua toi.csv", gone=True)]
    assert not it.shelf.gone
    it.undo()
    assert it.told[1:] == [Shelved("cua toi.csv", "rosters/a_2026-11-24.csv", back=True)]
    assert it.shelf.gone
    assert it.kept == ["a_2026-11-24.csv"]


def test_every_list_is_kept_however_many(it: Bench) -> None:
    for number in range(60):
        it.load(f"list {number}", sites(f"Tỉnh {number}"))
    assert len(it.kept) == 60
    assert len(it.shelf.files) == 8, "the newest are offered"


def test_nothing_is_written_over(it: Bench) -> None:
    it.load("a", sites("A"))
    edited = it.folder / "rosters" / it.kept[0]
    edited.write_text("code,name\n1,sửa tay\n", encoding="utf-8")
    it.load("a", sites("A"))
    assert edited.read_text(encoding="utf-8") == "code,name\n1,sửa tay\n"
    assert it.kept == ["a_2026-11-24.csv", "a_2026-11-24_2.csv"]
    assert it.named() == sites("A")
    it.load("///", sites("C"))
    assert it.kept[-1] == "roster_2026-11-24.csv"


def test_a_folder_that_cannot_be_written_is_told_and_the_list_is_in_use(it: Bench) -> None:
    (it.folder / "rosters").write_text("in the way", encoding="utf-8")
    it.load("a", sites("A"))
    assert [told.problem.code for told in it.told if told.problem] == ["roster.unwritable"]
    assert it.text == PROFILE
    assert list(it.store.state.endpoints) == ["1"]
    it.undo()
    assert len(it.told) == 1, "it was never kept, so nothing is taken back"
    assert it.text == PROFILE


def test_a_full_disk_keeps_the_old_profile(it: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(path: Path, text: str) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    it.load("a", sites("A"))
    before = it.text
    monkeypatch.setattr(equipment_module, "write_whole", full)
    it.load("b", sites("B"))
    monkeypatch.setattr(module, "write_whole", full)
    it.load("c", sites("C"))
    codes = [told.problem.code for told in it.told if told.problem]
    assert codes == ["profile.unwritable", "roster.unwritable"]
    assert it.text == before
    assert it.store.state.roster == "c"


def test_a_profile_spoilt_meanwhile_is_not_touched(it: Bench) -> None:
    it.path.write_text("title = \n", encoding="utf-8")
    it.load("a", sites("A"))
    (told,) = it.told
    assert told.problem is not None
    assert told.problem.code == "profile.syntax"
    assert it.text == "title = \n"
    with pytest.raises(Unreadable):
        it.equipment.read()


def test_what_would_not_read_back_is_not_kept(it: Bench) -> None:
    odd = (replace(sites("A")[0], check="passed"), Endpoint("không phải mã", "B", "B"))
    it.load("a", odd)
    assert [told.problem.code for told in it.told if told.problem] == ["roster.inexact"]
    assert it.kept == []


def test_taken_back_after_a_restart_it_is_written_from_what_was_in_use(it: Bench) -> None:
    """The wish to take back comes out of the journal; which file it was is not known there."""
    spec = DeviceSpec("phong", "roomos", "Phòng", "https://10.1.0.2", "66")
    it.store.post([stamped(f.DeviceNamed(spec), NOON_US, "console")])
    it.frame.drain()
    before = tuple(it.store.state.endpoints.values())
    assert before[0].room == "phong"
    wish = LoadRoster(name="cua toi", endpoints=before, next_start=NextStart.BEFORE)
    it.load("a", sites("A"))
    it.shelf._before.clear()
    assert it.dispatcher.submit(wish).accepted
    it.settle()
    assert it.named() == read_roster(OWN.encode()).endpoints


def test_at_the_end_all_that_was_asked_for_is_kept(it: Bench) -> None:
    wish = LoadRoster(name="a", endpoints=sites("A"), next_start=NextStart.KEPT)
    assert it.dispatcher.submit(wish).accepted
    it.frame.drain()
    assert it.kept == []
    it.shelf.settle()
    assert it.named() == sites("A")
    it.work()
    assert it.kept == ["a_2026-11-24.csv"]


def test_what_the_journal_brings_back_keeps_nothing(it: Bench) -> None:
    wish = LoadRoster(name="a", endpoints=sites("A"), next_start=NextStart.KEPT)
    known = [
        stamped(f.CommandSubmitted(wish), NOON_US, "operator", wish.id),
        stamped(f.RosterLoaded("a", wish.endpoints), NOON_US, "operator", wish.id),
        stamped(f.CommandConfirmed(wish.id), NOON_US, "console", wish.id),
    ]
    it.store.restore(known)
    it.frame.drain()
    it.work()
    assert (it.text, it.kept) == (PROFILE, [])
