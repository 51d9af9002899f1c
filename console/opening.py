"""The first picture: the sites stand on the screen before the rest of the program is loaded."""

from __future__ import annotations

import argparse
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtWidgets import QApplication

from console.core.places import data_folder
from console.core.roster_choice import choose
from console.domain.endpoint import Endpoint
from console.domain.problem import Problem
from console.qt.settings import Settings
from console.qt.theme import Theme
from console.qt.window import SessionWindow

if TYPE_CHECKING:
    from console.domain.facts import RosterLoaded

_PAINT_ROUNDS = 1000


@dataclass(frozen=True, slots=True)
class Opened:
    """What stands on the screen: a window with the sites of a roster, and no more.

    `roster` is what it is called, `record` and `version` are the office's where it is one of its
    lists. `problem` is why it is not the list in the file `named`: then it is another one or none,
    unless it `stops` the start. `left_out` counts lines that could not be used.
    """

    app: QApplication
    window: SessionWindow
    folder: Path
    roster: str
    endpoints: tuple[Endpoint, ...]
    record: str = ""
    version: int = 0
    named: Path = Path()
    problem: Problem | None = None
    stops: bool = False
    left_out: int = 0

    def told(self, endpoints: tuple[Endpoint, ...] | None = None) -> RosterLoaded:
        """The fact that these sites are in use, those of the file or others made of them."""
        from console.domain.facts import RosterLoaded  # the first picture needs no facts

        sites = self.endpoints if endpoints is None else endpoints
        return RosterLoaded(self.roster, sites, self.record, self.version)


def show(args: argparse.Namespace) -> Opened:
    """The window with the sites of the roster, painted."""
    app = QApplication.instance() or QApplication(sys.argv[:1])
    assert isinstance(app, QApplication)
    app.setApplicationName("HNTH Console")
    folder = data_folder(args)
    settings = Settings(folder / "window.toml")
    theme = Theme(app, settings.now.theme, dressed=False)
    chosen = choose(args)
    read = chosen.reading
    window = SessionWindow({e.id: e for e in read.endpoints}, theme, settings)
    window.show()
    for _ in range(_PAINT_ROUNDS):
        if window.painted:
            break
        app.processEvents()
    if args.trace_start:
        sys.stdout.write("painted\n")
        sys.stdout.flush()
    return Opened(
        app,
        window,
        folder,
        read.name or chosen.path.stem,
        read.endpoints,
        read.record,
        read.version,
        chosen.named,
        chosen.problem,
        chosen.stops,
        chosen.left_out,
    )
