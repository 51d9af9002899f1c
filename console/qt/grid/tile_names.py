"""The names on tiles of one arrangement: what each site is written like in so much room."""

from __future__ import annotations

from collections.abc import Sequence

from console.qt.grid.arrange import Arrangement
from console.qt.grid.density import Density
from console.qt.grid.look import Site
from console.qt.grid.names import bare_name, fit, tier_of
from console.qt.grid.sprites import Weight, rough_width

TIGHT = 50
"""Narrower tiles have less padding and may give all their room to a mark."""
_SQUEEZE, _TIGHT_SQUEEZE = 0.94, 0.9
"""Letters may stand this much closer before a name is shortened; so much on the narrow tiles."""


class TileNames:
    """Names told apart within each group, remembered by room. `pad` is what a tile keeps free at
    either side, in px."""

    def __init__(self, arrangement: Arrangement) -> None:
        self._arrangement = arrangement
        self._density = arrangement.density
        tight = arrangement.tile_width < TIGHT
        self.pad = 3 if tight else arrangement.measures.pad
        self._squeeze = _TIGHT_SQUEEZE if tight else _SQUEEZE
        self._names: dict[tuple[str, int], str] = {}
        self._groups: dict[str, tuple[Site, ...]] = {}
        self.sites: tuple[Site, ...] = ()
        """Every site, group by group."""
        self._leads: dict[str, str] = {}

    def set_sites(self, groups: Sequence[Sequence[Site]]) -> None:
        """Who stands together: names are told apart within each group."""
        self._names.clear()
        self.sites = tuple(site for group in groups for site in group)
        self._groups = {site.id: tuple(group) for group in groups for site in group}
        self._leads = {s.id: group[0].short for group in groups for s in group if group[0].lead}

    def of(self, site: Site, width: float) -> str:
        """The site's name as it is written within `width` px: unlike any other of its district."""
        key = (site.id, int(width))
        if key not in self._names:
            group = [s for s in self._groups.get(site.id, (site,)) if s.lead == site.lead]
            full = self.width(site.lead) - 2 * self.pad
            wide = [] if width >= full else [self.of(s, full) for s in group]
            size = self.px(site.lead)
            weight = self.weight(site.lead)
            names = fit(
                [(s.id, self._called(s)) for s in group],
                lambda text: rough_width(text, size, weight) * self._squeeze,
                width,
                wide,
                "" if site.lead else self._leads.get(site.id, ""),
            )
            self._names.update(
                ((s.id, int(width)), name) for s, name in zip(group, names, strict=True)
            )
        return self._names[key]

    def _called(self, site: Site) -> str:
        """Its short name; with its tier where it would read like the district's (`Xã Ea H'leo`)."""
        lead = "" if site.lead else self._leads.get(site.id, "")
        alike = lead and site.tier and bare_name(site.short) == bare_name(lead)
        return f"{site.tier} {site.short}" if alike and not tier_of(site.short) else site.short

    def weight(self, lead: bool) -> Weight:
        """How heavy a name is."""
        return Weight.DemiBold if lead or self._density in (Density.M, Density.L) else Weight.Medium

    def px(self, lead: bool) -> int:
        """How large a name is."""
        bigger = lead and self._density in (Density.XS, Density.S)
        return self._arrangement.measures.name_px + bigger

    def width(self, lead: bool) -> int:
        """How wide a tile is."""
        made = self._arrangement
        return made.lead_width if lead else made.tile_width
