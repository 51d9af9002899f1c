"""The virtual environment: made from a lock with hashes, and left alone while that lock stands."""

from __future__ import annotations

import hashlib
import json
import os
import subprocess
import sys
import sysconfig
import tomllib
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
LOCKS = ROOT / "build_spec" / "lock"
STAMP = "hnth-stamp.json"


@dataclass(frozen=True, slots=True)
class Lock:
    """A file of exact versions and hashes, good for every supported Python and system."""

    name: str
    groups: tuple[str, ...]  # dependency groups of pyproject.toml on top of the program's own
    includes: tuple[str, ...] = ()  # locks that this one contains whole

    @property
    def path(self) -> Path:
        """Where the lock lies in the checkout."""
        return LOCKS / f"{self.name}.txt"


RUN = Lock("run", ("build",))
DEV = Lock("dev", ("build", "dev"), includes=("run",))
FREEZE = Lock("freeze", ("build", "freeze"), includes=("run",))
ALL = (RUN, DEV, FREEZE)


def venv_path() -> Path:
    """The environment's folder: `.venv`, or what HNTH_VENV names (several Pythons side by side)."""
    return ROOT / os.environ.get("HNTH_VENV", ".venv")


def program(venv: Path, name: str, windows: bool = os.name == "nt") -> Path:
    """A program inside the environment."""
    return venv / "Scripts" / f"{name}.exe" if windows else venv / "bin" / name


def fingerprint(lock: bytes, project: bytes) -> str:
    """Names one installed state: the lock's bytes and pyproject's [project] table."""
    declared = json.dumps(tomllib.loads(project.decode())["project"], sort_keys=True)
    return hashlib.sha256(lock + b"\0" + declared.encode()).hexdigest()


def current_fingerprint(lock: Lock) -> str:
    """The fingerprint that an up-to-date environment carries for this lock."""
    return fingerprint(lock.path.read_bytes(), (ROOT / "pyproject.toml").read_bytes())


def python_of(venv: Path) -> str:
    """'3.11' and the like, as the environment itself records it; empty if there is none."""
    try:
        lines = (venv / "pyvenv.cfg").read_text(encoding="utf-8").splitlines()
    except OSError:
        return ""
    for line in lines:
        key, _, value = line.partition("=")
        if key.strip() in {"version", "version_info"}:
            return ".".join(value.strip().split(".")[:2])
    return ""


def usable(venv: Path) -> bool:
    """Whether the environment is of this Python's version and still starts."""
    if python_of(venv) != "{}.{}".format(*sys.version_info[:2]):
        return False
    line = [program(venv, "python"), "-c", "import pip"]
    try:
        return subprocess.call(line, stderr=subprocess.DEVNULL) == 0
    except OSError:
        return False


def read_stamp(venv: Path) -> dict[str, str]:
    """Fingerprints installed so far by lock name, and the checkout's `root`; empty if damaged."""
    try:
        stamp: dict[str, str] = json.loads((venv / STAMP).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return stamp


def path_file(venv: Path) -> Path:
    """Where the environment is told of the checkout; pip has just written it."""
    folder = sysconfig.get_path("purelib", "venv", {"base": str(venv), "platbase": str(venv)})
    return Path(folder) / "_hnth_console.pth"


def path_line(root: Path) -> str:
    """What it says, in ASCII whatever the folder is called: pip writes UTF-8, Python 3.11 and 3.12
    read the locale's encoding, and `Tài liệu` would end every start before its first line."""
    return f"import sys; sys.path.append({str(root)!a})\n"


def prepare(lock: Lock, venv: Path) -> str:
    """Bring the environment to the lock; a sentence if that failed, empty if it stands."""
    wanted = current_fingerprint(lock)
    stamp = read_stamp(venv)
    moved = stamp.get("root", str(ROOT)) != str(
        ROOT
    )  # an environment names its own folder in every script
    if not moved and stamp.get(lock.name) == wanted and usable(venv):
        return ""
    if moved or not usable(venv):
        print(f"Making {venv.name} with Python {sys.version.split()[0]}", flush=True)
        if subprocess.call([sys.executable, "-m", "venv", "--clear", venv]) != 0:
            return f"Could not make {venv}."
        stamp = {}
    print(f"Installing what {lock.path.relative_to(ROOT)} lists", flush=True)
    pip = [program(venv, "python"), "-m", "pip", "--disable-pip-version-check", "--no-input"]
    locked = ["install", "-q", "--require-hashes", "--only-binary", ":all:", "-r", lock.path]
    itself = ["install", "-q", "--no-deps", "--no-build-isolation", "-e", ROOT]
    if subprocess.call([*pip, *locked]) != 0 or subprocess.call([*pip, *itself]) != 0:
        return "Installing failed; pip's message is above. Nothing else was changed; try again."
    path_file(venv).write_text(path_line(ROOT), encoding="ascii")
    stamp["root"] = str(ROOT)
    for name in (lock.name, *lock.includes):
        stamp[name] = current_fingerprint(next(one for one in ALL if one.name == name))
    (venv / STAMP).write_text(json.dumps(stamp, indent=1), encoding="utf-8")
    return ""


def compile_sources(venv: Path) -> None:
    """Write the bytecode of our own code, also where Python is told not to: a start that compiles
    everything takes a sixth longer. What can't be compiled says so itself when it is imported."""
    sources = [str(ROOT / name) for name in ("console", "db")]
    line = [str(program(venv, "python")), "-m", "compileall", "-q", "-j", "0", *sources]
    subprocess.call(line, stdout=subprocess.DEVNULL)
