"""What the console needs from the operating system, what is missing, and the line to type.

Only Linux needs anything; found by adding one package at a time to a bare Debian 12.
"""

from __future__ import annotations

import ctypes
import importlib.util
import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True)
class Need:
    """A shared library (soname), a program or a file, and the Debian package that brings it.

    `file` is a pattern from the root on, for what Debian keeps off the path.
    """

    package: str
    soname: str = ""
    program: str = ""
    file: str = ""


# Qt without a screen.
OFFSCREEN = (
    Need("libglib2.0-0", soname="libglib-2.0.so.0"),
    Need("libgl1", soname="libGL.so.1"),
    Need("libegl1", soname="libEGL.so.1"),
    Need("libfontconfig1", soname="libfontconfig.so.1"),
    Need("libxkbcommon0", soname="libxkbcommon.so.0"),
    Need("libdbus-1-3", soname="libdbus-1.so.3"),
)
# Qt on an X11 screen, or a Wayland one; libxcb-image, -render-util and -randr come along.
SCREEN = (
    Need("libxkbcommon-x11-0", soname="libxkbcommon-x11.so.0"),
    Need("libxcb-cursor0", soname="libxcb-cursor.so.0"),
    Need("libxcb-icccm4", soname="libxcb-icccm.so.4"),
    Need("libxcb-keysyms1", soname="libxcb-keysyms.so.1"),
    Need("libxcb-shape0", soname="libxcb-shape.so.0"),
    Need("libwayland-cursor0", soname="libwayland-cursor.so.0"),
)
# A screen and a keyboard for the end-to-end tests.
PRETEND_SCREEN = (
    Need("xvfb", program="Xvfb"),
    Need("xdotool", program="xdotool"),
)
# A server of the tests' own; without it what needs one is skipped.
SERVER = (Need("postgresql", file="usr/lib/postgresql/*/bin/initdb"),)
# A desktop's own safe, for the test that keeps a password in a real one.
KEYRING = (
    Need("dbus", program="dbus-run-session"),
    Need("gnome-keyring", program="gnome-keyring-daemon"),
)
LOCK_S = 300
"""How long another packager, such as the system's own upgrade, may keep apt waiting, in s."""
SHOWN = 4000
"""How many characters of apt's last words are shown."""

TO_RUN = OFFSCREEN + SCREEN
TO_TEST = TO_RUN + PRETEND_SCREEN + KEYRING


def present(need: Need) -> bool:
    """Whether the library can be loaded, or the program or file found, right now."""
    if need.program:
        return shutil.which(need.program) is not None
    if need.file:
        return any(Path("/").glob(need.file))
    try:
        ctypes.CDLL(need.soname)
    except OSError:
        return False
    return True


def missing_packages(
    needs: Iterable[Need], is_present: Callable[[Need], bool] = present
) -> list[str]:
    """Debian packages that would bring what is missing; empty elsewhere than on Linux."""
    if not sys.platform.startswith("linux"):
        return []
    return [need.package for need in needs if not is_present(need)]


def missing_venv_package() -> list[str]:
    """Debian splits ensurepip off the standard library; its package, where it is not there."""
    if importlib.util.find_spec("ensurepip") is not None:
        return []
    return [f"python3.{sys.version_info.minor}-venv"]


def apt_lines(packages: Iterable[str]) -> list[list[str]]:
    """The two apt-get commands that install `packages`, without their privilege prefix."""
    return [
        ["apt-get", "update", "-qq"],
        ["apt-get", "install", "-y", "-qq", "--no-install-recommends", *packages],
    ]


def typed_line(packages: Iterable[str]) -> str:
    """What a person types to install `packages`: as root, with sudo where there is one, or su."""
    lines = [" ".join(line) for line in apt_lines(packages)]
    if _is_root():
        return " && ".join(lines)
    if shutil.which("sudo"):
        return " && ".join(f"sudo {line}" for line in lines)
    return f"su - -c '{' && '.join(lines)}'"


def privilege() -> list[str] | None:
    """Prefix with which apt-get may run here without a question; None if it may not."""
    if shutil.which("apt-get") is None:
        return None
    if _is_root():
        return []
    if (
        shutil.which("sudo")
        and subprocess.call(["sudo", "-n", "true"], stderr=subprocess.DEVNULL) == 0
    ):
        return ["sudo", "-n"]
    return None


def install(packages: list[str]) -> bool:
    """Install with apt-get if it may be done here without a question; False if it was not done.

    What apt says is shown where it failed. Lists that could not be fetched anew stop nothing: the
    old ones may do.
    """
    prefix = privilege()
    if prefix is None:
        return False
    print(
        f"Installing system packages (some minutes at most): {' '.join(packages)}",
        flush=True,
    )
    quiet = {"DEBIAN_FRONTEND": "noninteractive", "DEBCONF_NOWARNINGS": "yes"}
    carried = [f"{name}={value}" for name, value in quiet.items()]
    said, code = "", 0
    for line in apt_lines(packages):
        done = subprocess.run(
            [*prefix, "env", *carried, *line, "-o", f"DPkg::Lock::Timeout={LOCK_S}"],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            check=False,
        )
        said, code = said + done.stdout.decode(errors="replace"), done.returncode
    if code != 0:
        print(said[-SHOWN:], flush=True)
    return code == 0


def _is_root() -> bool:
    return os.name == "posix" and os.geteuid() == 0


def provide(needs: Iterable[Need], wishes: Iterable[Need] = ()) -> str:
    """Install what is missing; a sentence with the line to type if a need could not be met.

    The line brings what is wished for too. Wishes that alone are missing are said, and no more
    than that.
    """
    wanted, wished = list(needs), list(wishes)
    packages = missing_venv_package() + missing_packages([*wanted, *wished])
    if packages and install(packages):
        importlib.invalidate_caches()
    unmet = missing_packages(wished)
    packages = missing_venv_package() + missing_packages(wanted)
    if packages:
        line = typed_line(packages + unmet)
        return f"System packages are missing. Type this line, then try again:\n  {line}"
    if unmet:
        print("Without this, some tests are skipped:\n  " + typed_line(unmet), flush=True)
    return ""
