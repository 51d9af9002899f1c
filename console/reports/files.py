"""The finished files: all of them whole, or none."""

from __future__ import annotations

import contextlib
import errno
import os
import tempfile
from collections.abc import Mapping
from pathlib import Path

from console.domain.problem import Problem, Refused

_CODES = {
    errno.ENOSPC: "report.full",
    errno.EDQUOT: "report.full",
    errno.EACCES: "report.read_only",
    errno.EPERM: "report.read_only",
    errno.EROFS: "report.read_only",
}
_MOST = 1000


def write_whole(folder: Path, stem: str, contents: Mapping[str, bytes]) -> tuple[Path, ...]:
    """Write `stem` with each suffix into the folder; the paths, in the order given.

    A report that is there already, perhaps with somebody's additions, is left alone: the new one
    gets a number. Raises Refused; then nothing new is left in the folder.
    """
    prepare(folder)
    free = _free(folder, stem, tuple(contents))
    parts = {folder / f".{free}{s}.part": folder / f"{free}{s}" for s in contents}
    done: list[Path] = []
    try:
        for part, content in zip(parts, contents.values(), strict=True):
            with part.open("wb") as file:
                file.write(content)
                file.flush()
                os.fsync(file.fileno())
        for part, path in parts.items():
            part.replace(path)
            done.append(path)
    except OSError as error:
        for path in (*parts, *done):
            with contextlib.suppress(OSError):
                path.unlink(missing_ok=True)
        raise _refusal(folder, error) from error
    return tuple(done)


def prepare(folder: Path) -> None:
    """Make the folder, and see that files can be written there. Raises Refused."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except (OSError, ValueError) as error:
        full = isinstance(error, OSError) and error.errno == errno.ENOSPC
        code = "report.full" if full else "report.no_folder"
        raise Refused(Problem.of(code, _words(error), folder=str(folder))) from error
    try:
        with tempfile.TemporaryFile(dir=folder):
            pass
    except OSError as error:
        raise _refusal(folder, error) from error


def _refusal(folder: Path, error: OSError) -> Refused:
    code = _CODES.get(error.errno or 0, "report.not_written")
    return Refused(Problem.of(code, _words(error), folder=str(folder)))


def _free(folder: Path, stem: str, suffixes: tuple[str, ...]) -> str:
    """The first name of which no file is there."""
    for number in range(1, _MOST):
        name = stem if number == 1 else f"{stem}-{number}"
        with contextlib.suppress(OSError):
            if not any((folder / f"{name}{suffix}").exists() for suffix in suffixes):
                return name
    raise Refused(Problem.of("report.not_written", folder=str(folder)))


def _words(error: OSError | ValueError) -> str:
    return getattr(error, "strerror", "") or ""
