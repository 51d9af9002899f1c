"""The first picture: the roster's tiles as the table will show them, before there is a table."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping

from PySide6.QtCore import QRect
from PySide6.QtGui import QPainter

from console.domain.endpoint import Endpoint, LineKind
from console.qt.grid.arrange import arrange_or_scroll
from console.qt.grid.density import Density
from console.qt.grid.groups import groups_of
from console.qt.grid.look import TileLook
from console.qt.grid.sites import site_of
from console.qt.grid.sprites import Sprites
from console.qt.grid.tile import TilePainter
from console.qt.theme import Theme


class FirstPicture:
    """Every site of a roster of which nothing is known yet (decision 056).

    The table with its model, selection and scroll bars takes as long to load as all that is
    needed for this; the window paints this in the table's place until it is there.
    """

    def __init__(self, endpoints: Mapping[str, Endpoint], theme: Theme, density: Density) -> None:
        self._theme = theme
        self._density = density
        self._groups = groups_of(endpoints)
        below = Counter(endpoint.parent for endpoint in endpoints.values())
        self._looks: list[list[TileLook]] = []
        for group in self._groups:
            known = [endpoints[s] for s in (group.lead, *group.sites) if s]
            self._looks.append([_unheard(endpoints, e, group.lead, below) for e in known])

    def paint(self, painter: QPainter, area: QRect, ratio: float) -> None:
        """Paint it into an area of the window, at `ratio` device pixels to a pixel."""
        made = arrange_or_scroll(self._groups, area.width(), area.height(), self._density)
        tiles = TilePainter(Sprites(self._theme, ratio), made)
        tiles.set_sites([[look.site for look in looks] for looks in self._looks])
        painter.save()
        painter.setClipRect(area)
        painter.fillRect(area, self._theme.color("bg"))
        painter.translate(area.topLeft())
        tiles.paint_labels(painter)
        painter.scale(1 / ratio, 1 / ratio)
        for look in (look for looks in self._looks for look in looks):
            row, column = made.places[look.site.id]
            x, y = round(made.lefts[column] * ratio), round(made.tops[row] * ratio)
            tiles.paint(painter, x, y, look, tiles.recipe(look))
        painter.restore()


def _unheard(
    endpoints: Mapping[str, Endpoint], endpoint: Endpoint, lead: str, below: Counter[str]
) -> TileLook:
    """A site's tile before any device has said a word."""
    leads = endpoint.id == lead
    return TileLook(
        site_of(endpoints, endpoint.id, leads),
        net=endpoint.line is LineKind.INTERNET,
        check_failed=endpoint.check == "failed",
        connected=-1 if leads and below[endpoint.id] else 0,
        total=below[endpoint.id] if leads else 0,
    )
