"""The preview of a roster as a tree of sites."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QHeaderView, QTreeView

from console.domain.endpoint import Endpoint
from console.qt.dialogs.roster_preview import RosterPreviewModel
from console.qt.wording import say

_OPEN_UP_TO = 400
"""A roster with more sites than this shows its districts closed."""
_WIDTHS_PX = (206, 70, 132, 104, 120)
"""With the contact's they fit a small screen: what is cut off is in the tip, nothing scrolls
sideways."""

_INDENT_PX = 14


class RosterTree(QTreeView):
    """Sites under their parents, with what is new about each."""

    def __init__(self) -> None:
        super().__init__()
        self.sites = RosterPreviewModel()
        self.setModel(self.sites)
        self.setUniformRowHeights(True)
        self.setIndentation(_INDENT_PX)
        self.setTextElideMode(Qt.TextElideMode.ElideRight)
        self.setAccessibleName(say("roster.preview"))
        header = self.header()
        header.setStretchLastSection(True)
        for at, width in enumerate(_WIDTHS_PX):
            header.setSectionResizeMode(at, QHeaderView.ResizeMode.Interactive)
            header.resizeSection(at, width)

    def show_sites(
        self, sites: Sequence[Endpoint], marks: Mapping[str, str], removed: Sequence[Endpoint]
    ) -> None:
        """Show another roster, and struck out the sites it leaves out."""
        self.sites.show_sites(sites, marks, removed)
        self.expandToDepth(1 if len(sites) <= _OPEN_UP_TO else 0)
