"""Files that are on the disk as a whole or not at all."""

from __future__ import annotations

import os
import shutil
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path


@contextmanager
def new_folder(folder: Path) -> Generator[Path]:
    """A folder to fill, which gets its name when the block ends well, and goes when it raises.

    Everything in it is on the disk by then. Raises FileExistsError where the name is taken.
    """
    folder.parent.mkdir(parents=True, exist_ok=True)
    if folder.exists():
        raise FileExistsError(17, "is there", str(folder))
    begun = folder.with_name(f".{folder.name}.{os.getpid()}.new")
    shutil.rmtree(begun, ignore_errors=True)
    begun.mkdir(mode=0o700)
    try:
        yield begun
        for file in sorted(begun.iterdir()):
            sync(file)
        sync(begun)
        if folder.exists():
            raise FileExistsError(17, "is there", str(folder))
        begun.rename(folder)
    except BaseException:
        shutil.rmtree(begun, ignore_errors=True)
        raise
    sync(folder.parent)


def sync(path: Path) -> None:
    """Have the disk take a file, or the names in a folder where the system knows how."""
    if path.is_dir() and os.name != "posix":
        return
    handle = os.open(path, os.O_RDONLY if path.is_dir() else os.O_RDWR)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
