"""The certificates that somebody decided to believe: kept whole, never lost, never guessed."""

from __future__ import annotations

import threading
from pathlib import Path

import pytest

from console.core import atomic
from console.core.atomic import write_whole
from console.core.pins import KnownPins, Pin, is_print
from console.domain.problem import Refused

A, B = "a" * 64, "b" * 64


def test_a_pin_outlives_the_program(tmp_path: Path) -> None:
    path = tmp_path / "thư mục" / "pins.toml"
    pins = KnownPins(path)
    assert pins.of("mcu:443") is None
    pins.keep("mcu:443", Pin(A, 5, 'MCU "1"\n[x]'))
    pins.keep("[fe80::1]:8443", Pin(B, 6, "Phòng họp", A))
    again = KnownPins(path)
    assert again.problem is None
    assert again.of("mcu:443") == Pin(A, 5, 'MCU "1"\n[x]')
    assert again.of("[fe80::1]:8443") == Pin(B, 6, "Phòng họp", A)
    assert [p.name for p in path.parent.iterdir()] == ["pins.toml"]


@pytest.mark.parametrize(
    "text", ["[[pin", "[[pin]]\naddress='x:1'\nsha256='ab'", "[[pin]]\nsha256='" + A + "'"]
)
def test_a_spoilt_file_pins_nothing_and_is_not_written_over(tmp_path: Path, text: str) -> None:
    path = tmp_path / "pins.toml"
    path.write_text(text, encoding="utf-8")
    pins = KnownPins(path)
    assert pins.problem is not None
    assert pins.problem.code == "pins.unreadable"
    assert pins.of("x:1") is None
    with pytest.raises(Refused):
        pins.keep("x:1", Pin(A))
    assert path.read_text(encoding="utf-8") == text


def test_what_can_not_be_written_is_not_believed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    pins = KnownPins(tmp_path / "pins.toml")
    pins.keep("x:1", Pin(A))

    def full(_: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(atomic.os, "fsync", full)
    with pytest.raises(Refused) as refused:
        pins.keep("x:1", Pin(B))
    assert refused.value.problem.code == "pins.unwritable"
    assert pins.of("x:1") == Pin(A)
    assert KnownPins(tmp_path / "pins.toml").of("x:1") == Pin(A)
    assert [p.name for p in tmp_path.iterdir()] == ["pins.toml"]


def test_many_may_keep_at_once(tmp_path: Path) -> None:
    pins = KnownPins(tmp_path / "pins.toml")
    threads = [threading.Thread(target=pins.keep, args=(f"h{n}:443", Pin(A, n))) for n in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    again = KnownPins(tmp_path / "pins.toml")
    assert all(again.of(f"h{n}:443") == Pin(A, n) for n in range(8))


def test_writing_keeps_permissions_and_follows_links(tmp_path: Path) -> None:
    path, link = tmp_path / "a.toml", tmp_path / "link.toml"
    path.write_text("old", encoding="utf-8")
    path.chmod(0o640)
    link.symlink_to(path)
    write_whole(link, "mới\r\n")
    assert path.read_bytes() == "mới\r\n".encode()
    assert path.stat().st_mode & 0o777 == 0o640
    assert link.is_symlink()


def test_what_a_fingerprint_is() -> None:
    assert is_print(A)
    assert not is_print("A" * 64)
    assert not is_print(A[:-1])
    assert not is_print("g" * 64)
