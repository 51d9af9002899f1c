"""What the operator's wishes are about: the selected sites, and whom TAKE would take."""

from __future__ import annotations

from dataclasses import dataclass

from console.domain.state import State
from console.qt.looks.podium import lost_podium


@dataclass(frozen=True, slots=True)
class Selection:
    """The sites that are selected, in the order of the grid."""

    sites: tuple[str, ...] = ()

    @property
    def single(self) -> str:
        """The site, if just one is selected, else ""."""
        return self.sites[0] if len(self.sites) == 1 else ""


def take_target(state: State, selection: Selection) -> str:
    """Whom TAKE takes: the staged next, else the single selected site."""
    return state.session.next or selection.single


def dial_targets(state: State, selection: Selection) -> tuple[str, ...]:
    """Whom F4 calls: the site that fell off the podium before all, else the selected."""
    lost = lost_podium(state)
    return (lost,) if lost else selection.sites


def camera_target(state: State, selection: Selection) -> str:
    """Whose camera Alt+1–9 turns: the selected site's, else that of the site on the podium."""
    return selection.single or ("" if selection.sites else state.podium)
