"""Known certificates: whom somebody decided to believe, by the address where it was shown
(decision 063)."""

from __future__ import annotations

import threading
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from console.core.atomic import write_whole
from console.domain.problem import Problem, Refused

FILE_NAME = "pins.toml"
_HEAD = (
    "# Chứng thư đã được tin, theo địa chỉ. Chương trình ghi tệp này; đổi trong mục Thiết bị.\n"
    "# Certificates that were trusted, by address. Written by the program; change in Devices.\n"
)
_HEX = frozenset("0123456789abcdef")


@dataclass(frozen=True, slots=True)
class Pin:
    """One certificate that is believed: `sha256` in lower-case hex, since when (µs UTC), the
    device it was shown for, and the fingerprint believed there before ("" none)."""

    sha256: str
    since_us: int = 0
    device: str = ""
    before: str = ""


class KnownPins:
    """The pins of one file. May be used from any thread; this object is the file's one writer.

    A file that can't be read pins nothing, so that devices are refused rather than believed,
    and is never written over.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self._lock = threading.Lock()
        self.problem: Problem | None = None
        """Why the file can't be used, None if it can."""
        self._pins: dict[str, Pin] = {}
        self._office: dict[str, Pin] = {}
        try:
            self._pins = _read(path)
        except FileNotFoundError:
            pass
        except (OSError, ValueError) as error:
            self.problem = Problem.of("pins.unreadable", str(error), file=str(path))

    def of(self, address: str) -> Pin | None:
        """What is believed at an address (`host:port`): by hand here or by the office, whichever
        was decided last."""
        own, office = self._pins.get(address), self._office.get(address)
        if own is None or office is None:
            return own or office
        return own if own.since_us > office.since_us else office

    def give(self, office: Mapping[str, Pin]) -> set[str]:
        """What the office has every console believe, by address; where that changed anything."""
        before = {a: self.of(a) for a in {*self._office, *office}}
        self._office = dict(office)
        return {address for address, pin in before.items() if self.of(address) != pin}

    def keep(self, address: str, pin: Pin) -> None:
        """Believe this certificate from now on. Raises Refused where it can't be written down;
        then nothing has changed."""
        with self._lock:
            self._write({**self._pins, address: pin})

    def forget(self, address: str) -> None:
        """Believe nothing by hand at an address any more; there need be nothing. Raises Refused
        as `keep` does."""
        with self._lock:
            if address in self._pins:
                self._write({a: pin for a, pin in self._pins.items() if a != address})

    def _write(self, new: dict[str, Pin]) -> None:
        if self.problem is not None:
            raise Refused(self.problem)
        try:
            write_whole(self.path, _HEAD + "".join(_entry(a, new[a]) for a in sorted(new)))
        except OSError as error:
            problem = Problem.of("pins.unwritable", str(error), file=str(self.path))
            raise Refused(problem) from error
        self._pins = new


def _entry(address: str, pin: Pin) -> str:
    import tomlkit

    table = tomlkit.table()
    for name, value in (
        ("address", address), ("sha256", pin.sha256), ("since_us", pin.since_us),
        ("device", pin.device), ("before", pin.before),
    ):  # fmt: skip
        table.add(name, value)
    return "\n[[pin]]\n" + table.as_string()


def _read(path: Path) -> dict[str, Pin]:
    told = tomllib.loads(path.read_text(encoding="utf-8"))
    pins: dict[str, Pin] = {}
    items: list[dict[str, Any]] = told.get("pin", [])
    for item in items:
        sha256, address = item.get("sha256"), item.get("address")
        if not isinstance(sha256, str) or not isinstance(address, str) or not is_print(sha256):
            raise ValueError(f"sha256 = {sha256!r}")
        since = item.get("since_us", 0)
        pins[address] = Pin(
            sha256,
            since if isinstance(since, int) else 0,
            str(item.get("device", "")),
            str(item.get("before", "")),
        )
    return pins


def is_print(text: str) -> bool:
    """Whether this is a SHA-256 in lower-case hex without colons."""
    return len(text) == 64 and _HEX.issuperset(text)
