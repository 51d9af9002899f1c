"""The one command of a fresh checkout: finds a fitting Python and hands over to the workshop.

Kept in a syntax that older Pythons read too, so that they can say what is missing.
"""

import os
import sys

DEBIAN = "Debian 12:  sudo apt-get install -y python3 python3-venv"
OLDEST, NEWEST = (3, 11), (3, 13)

try:
    import shutil
    import subprocess
    from pathlib import Path
except ImportError as missing:  # Debian's python3-minimal
    print(f"This Python's own library is not whole ({missing}).\n{DEBIAN}")
    sys.exit(2)


def fits(version: "tuple[int, int]") -> bool:
    """Whether the program is tested on this (major, minor) of Python."""
    return OLDEST <= version <= NEWEST


def starts(line: "list[str]") -> bool:
    """Whether this command line starts a Python (a name on the path may be an empty shim)."""
    if shutil.which(line[0]) is None:
        return False
    quiet = subprocess.DEVNULL
    return subprocess.call([*line, "-c", "pass"], stdout=quiet, stderr=quiet) == 0


def other_python() -> "list[str] | None":
    """Command line of the newest fitting Python on this machine, if any."""
    for minor in range(NEWEST[1], OLDEST[1] - 1, -1):
        line = ["py", f"-3.{minor}"] if os.name == "nt" else [f"python3.{minor}"]
        if starts(line):
            return line
    return None


def main() -> int:
    """Exit code of the asked command, run under a fitting Python."""
    here = Path(__file__).resolve()
    if fits(sys.version_info[:2]):
        sys.path.insert(0, str(here.parent.parent))
        from build_spec.commands import main as workshop

        return workshop(sys.argv[1:])
    other = other_python()
    if other is not None:
        return subprocess.call([*other, str(here), *sys.argv[1:]])
    own = ".".join(str(part) for part in sys.version_info[:2])
    print(f"This is Python {own}; the console needs Python 3.11, 3.12 or 3.13.")
    print(DEBIAN)
    print("Windows:    winget install Python.Python.3.13")
    return 2


if __name__ == "__main__":
    sys.exit(main())
