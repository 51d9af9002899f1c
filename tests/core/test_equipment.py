"""Devices described, changed, trusted and removed: in the file, the keyring and the pins."""

from __future__ import annotations

from pathlib import Path

import pytest

from console.core import equipment as module
from console.core.equipment import BadEntry, Equipment
from console.core.profile import Access, Unreadable
from console.core.vault import Vault
from console.domain.device import DeviceSpec
from console.domain.problem import Refused
from console.wire.certificate import Certificate
from console.wire.http import Credentials
from console.wire.tls import Trust
from tests.core.safe import Safe

TEXT = """# của kỹ thuật
title = "Giao ban"

# tủ A
[[device]]
id = "mcu-1"  # giữ nguyên
kind = "cms"
address = "https://10.0.0.10"
user = "api"
"""
ROOM = {"id": "room", "kind": "roomos", "name": "Phòng", "address": "https://10.1.0.2",
        "endpoint": "66", "user": "op"}  # fmt: skip
SHOWN = Certificate("ab" * 32, "CN=cms")


class Bench:
    """Equipment on a file, with a keyring that a test can look into."""

    def __init__(self, folder: Path, text: str | None = TEXT) -> None:
        self.path = folder / "profile.toml"
        if text is not None:
            self.path.write_text(text, encoding="utf-8")
        self.safe = Safe()
        self.equipment = Equipment(self.path, lambda: ("66",), lambda: Vault(self.safe))
        if text is not None:
            self.equipment.read()

    @property
    def text(self) -> str:
        return self.path.read_text(encoding="utf-8")

    def kept(self, device: str, user: str) -> str | None:
        return self.safe.kept.get(("hnth-console", f"{device}:{user}"))


@pytest.fixture
def it(tmp_path: Path) -> Bench:
    return Bench(tmp_path)


def test_a_new_device_is_written_behind_and_its_password_elsewhere(it: Bench) -> None:
    made = it.equipment.save("", ROOM, "geheim")
    assert it.text.startswith(TEXT.rstrip())
    assert "geheim" not in it.text
    assert it.kept("room", "op") == "geheim"
    assert made.access is not None
    assert made.access.credentials == Credentials("op", "geheim")
    assert [e.spec.id for e in it.equipment.profile.entries] == ["mcu-1", "room"]


def test_the_first_device_makes_the_file(tmp_path: Path) -> None:
    bare = Bench(tmp_path, None)
    with pytest.raises(Unreadable):
        bare.equipment.read()
    made = bare.equipment.save("", ROOM)
    assert made.problem is not None
    assert made.problem.code == "profile.no_password"
    assert bare.text.startswith("# Hồ sơ thiết bị")
    assert [e.spec.id for e in bare.equipment.read().entries] == ["room"]


def test_an_edit_keeps_comments_and_a_renamed_device_its_password(it: Bench) -> None:
    it.equipment.keep_password("mcu-1", "geheim")
    made = it.equipment.save("mcu-1", {"id": "mcu-9", "user": "other"})
    assert it.text == TEXT.replace('"mcu-1"', '"mcu-9"').replace('"api"', '"other"')
    assert made.access is not None
    assert it.kept("mcu-9", "other") == "geheim"


@pytest.mark.parametrize(
    ("values", "field"),
    [
        ({**ROOM, "id": "mcu-1"}, "id"),
        ({**ROOM, "address": "10.0.0.1"}, "address"),
        ({**ROOM, "kind": "x"}, "kind"),
        ({**ROOM, "endpoint": ""}, "endpoint"),
        ({**ROOM, "user": ""}, "user"),
        ({**ROOM, "ca": "none.pem"}, "ca"),
    ],
)
def test_a_bad_description_changes_nothing(it: Bench, values: dict[str, str], field: str) -> None:
    with pytest.raises(BadEntry) as refused:
        it.equipment.save("", values, "geheim")
    assert [flaw.field for flaw in refused.value.flaws] == [field]
    assert it.text == TEXT
    assert it.safe.kept == {}


def test_what_the_keyring_or_the_disk_refuses_changes_nothing(
    it: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    it.safe.error = OSError("locked")
    with pytest.raises(Refused) as refused:
        it.equipment.save("", ROOM, "geheim")
    assert refused.value.problem.code == "keyring.failed"
    assert it.text == TEXT
    it.safe.error = None

    def full(path: Path, text: str) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(module, "write_whole", full)
    with pytest.raises(Refused) as refused:
        it.equipment.save("", ROOM)
    assert refused.value.problem.code == "profile.unwritable"
    assert it.equipment.profile.entry("room") is None


def test_what_was_edited_by_hand_meanwhile_stays(it: Bench) -> None:
    it.path.write_text(TEXT.replace("Giao ban", "Họp khẩn") + "# thêm tay\n", encoding="utf-8")
    it.equipment.save("mcu-1", {"name": "MCU"})
    assert "Họp khẩn" in it.text
    assert "# thêm tay" in it.text
    it.path.write_text("hỏng = ", encoding="utf-8")
    with pytest.raises(Unreadable):
        it.equipment.save("mcu-1", {"name": "X"})
    assert it.text == "hỏng = "


def test_a_removed_device_leaves_nothing(it: Bench) -> None:
    it.equipment.save("", ROOM, "geheim")
    it.equipment.remove("mcu-1")
    assert "tủ A" not in it.text
    assert '[[device]]\nid = "room"' in it.text
    it.equipment.remove("room")
    assert it.safe.kept == {}
    it.equipment.remove("room")


def test_trust_is_kept_by_address_and_in_the_profile_where_it_pins(it: Bench) -> None:
    it.equipment.keep_password("mcu-1", "x")
    made = it.equipment.trust("mcu-1", SHOWN, 7)
    assert made.access is not None
    assert made.access.trust.pin == SHOWN.sha256
    assert it.text == TEXT
    pin = it.equipment.believed(made.entry.spec)
    assert pin is not None
    assert (pin.since_us, pin.device, pin.before) == (7, "mcu-1", "")
    newer = Certificate("cd" * 32)
    it.equipment.trust("mcu-1", newer, 8)
    pin = it.equipment.believed(made.entry.spec)
    assert pin is not None
    assert (pin.sha256, pin.before) == (newer.sha256, SHOWN.sha256)
    it.equipment.save("mcu-1", {"pin": SHOWN.sha256})
    assert it.equipment.access("mcu-1").trust.pin == SHOWN.sha256
    it.equipment.trust("mcu-1", newer, 9)
    assert f'pin = "{newer.sha256}"' in it.text
    it.equipment.save("mcu-1", {"address": "https://10.0.0.99", "pin": ""})
    assert it.equipment.access("mcu-1").trust.pin == ""


def test_a_device_can_be_tried_before_it_is_kept(it: Bench) -> None:
    draft = it.equipment.draft("", ROOM, "geheim")
    assert draft.credentials == Credentials("op", "geheim")
    assert it.text == TEXT
    with pytest.raises(Refused) as refused:
        it.equipment.draft("", ROOM, "")
    assert refused.value.problem.code == "profile.no_password"
    it.equipment.keep_password("mcu-1", "alt")
    assert it.equipment.draft("mcu-1", {"name": "x"}, "").credentials == Credentials("api", "alt")


def test_training_has_what_it_is_given() -> None:
    equipment = Equipment(None)
    access = Access(DeviceSpec("m", "cms", "M", "https://x"), Credentials("u", "p"), Trust())
    equipment.give([access])
    assert equipment.fixed
    assert equipment.accesses() == ([access], [])
    assert equipment.access("m") is access
    assert [e.spec.id for e in equipment.profile.entries] == ["m"]
    with pytest.raises(Refused):
        equipment.trust("m", SHOWN, 0)
