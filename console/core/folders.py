"""Where a console keeps what is its own."""

from __future__ import annotations

from pathlib import Path


def data_folder(given: Path | None, mode: str) -> Path:
    """The folder of the store and the settings: the one given, else the user's own for this
    mode (`run`, `train`)."""
    if given is not None:
        return Path(given)
    from platformdirs import user_data_path

    return user_data_path("hnth-console", appauthor=False) / mode
