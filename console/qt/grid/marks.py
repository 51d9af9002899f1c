"""The marks of a tile: what is not normal about a site, most important first."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from PySide6.QtGui import QPixmap

from console.qt.grid import words
from console.qt.grid.density import Density
from console.qt.grid.look import Band, Mark, Stale, Tally, TileLook
from console.qt.grid.sprites import Sprites, Weight, pill_size, text_height, text_width
from console.qt.wording import say


class Form(NamedTuple):
    """One way to draw a mark: its sprite and size in px; the mark of speech has no sprite of its
    own, since its level is drawn into its place more often than all else."""

    sprite: QPixmap | None
    width: float
    height: float


class Item(NamedTuple):
    """A mark: its forms from the longest to the shortest, where it stands among the others from
    the left, and whether it belongs at the right end."""

    forms: tuple[Form, ...]
    place: int
    right: bool = False


class Placed(NamedTuple):
    """A mark in the form that there is room for."""

    form: Form
    place: int
    right: bool


def chosen(items: Sequence[Item], room: float, gap: float, limit: int = 99) -> list[Placed]:
    """What fits into `room` px, at most `limit` marks: first as many marks as possible in the
    order given, then each as long as possible; in the order in which they stand."""
    taken: list[tuple[Item, Form]] = []
    left = room + gap
    for item in items:
        form = item.forms[-1]
        if len(taken) < limit and form.width + gap <= left:
            taken.append((item, form))
            left -= form.width + gap
    for index, (item, form) in enumerate(taken):
        for longer in item.forms:
            if longer.width - form.width <= left:
                taken[index] = (item, longer)
                left -= longer.width - form.width
                break
    return sorted(
        (Placed(form, item.place, item.right) for item, form in taken), key=lambda p: p.place
    )


class Marks:
    """Makes marks at one density: small icons at XS, icons and words from S on."""

    def __init__(self, sprites: Sprites, density: Density, text_px: int) -> None:
        self._sprites = sprites
        self._text_px = text_px
        self._xs = density is Density.XS
        self.icon_px = {Density.XS: 12, Density.S: 12, Density.M: 15, Density.L: 17}[density]

    def of(self, look: TileLook) -> list[Item]:
        """Everything that is not normal about a look, most important first.

        What an MCU that fell silent last said of sound and line is no longer shown.
        """
        found = [*self._wish(look), *self._tally(look)]
        current = look.stale is not Stale.GREYED
        if look.alarm:
            size = self.icon_px
            shape = self._sprites.alarm(look.alarm, look.acked, size)
            found.append(Item((Form(shape, size, size),), 22, True))
        if look.mic_s >= 0 and current:
            found += self._mic(look)
        if not self._xs:
            texts = [t for t in (words.presence(look), words.waited(look)) if t]
            if texts:
                found.append(Item(tuple(self._text(t, "dim") for t in texts), 5))
        if current:
            found += self._trouble(look)
            if look.talking:
                found.append(Item((Form(None, self.icon_px, self.icon_px),), 0))
        if look.hand:
            found.append(Item((self._icon("hand", "accent"),), 20, True))
        if look.check_failed:
            size = self.icon_px
            found.append(Item((Form(self._sprites.failed(size), size, size),), 21, True))
        if look.video_muted:
            found.append(Item((self._icon("video_off", "muted"),), 8))
        if look.net:
            found.append(self._net())
        return found

    def tally_width(self, look: TileLook) -> float:
        """How wide (px) the shortest words of podium or next are, beside the mark of a wish."""
        found = [*self._wish(look)[:1], *self._tally(look)]
        return sum(item.forms[-1].width for item in found)

    def count(self, look: TileLook) -> Form | None:
        """How many of a district's sites are connected: «16/16», amber while some are missing,
        «–/16» while nothing was reported of them."""
        if not look.total:
            return None
        text = f"{look.connected if look.connected >= 0 else '–'}/{look.total}"
        short = look.short_of
        weight = Weight.DemiBold if short else Weight.Medium
        sprite = self._sprites.text(text, "amber" if short else "dim", self._text_px, weight)
        width = text_width(text, self._text_px, weight)
        return Form(sprite, width, text_height(self._text_px))

    def _icon(self, name: str, role: str) -> Form:
        return Form(self._sprites.icon(name, role, self.icon_px), self.icon_px, self.icon_px)

    def _text(
        self, text: str, role: str, dots: bool = False, weight: Weight = Weight.Normal
    ) -> Form:
        sprite = self._sprites.text(text, role, self._text_px, weight, dots)
        width = text_width(text, self._text_px, weight)
        return Form(sprite, width, text_height(self._text_px))

    def _pill(self, text: str, role: str, filled: bool) -> Form:
        size = self._text_px - 1
        return Form(self._sprites.pill(text, role, size, filled), *pill_size(text, size, filled))

    def _wish(self, look: TileLook) -> list[Item]:
        if look.mark is Mark.NONE:
            return []
        role = "accent" if look.mark is Mark.PENDING else "amber"
        if look.mark is Mark.PENDING:
            dots = self._sprites.dots(role, self.icon_px)
            small = Form(dots, self.icon_px, self.icon_px)
        else:
            small = self._icon("cross" if look.mark is Mark.REFUSED else "question", role)
        if self._xs:
            return [Item((small,), 10)]
        text = self._text(words.wish(look), role, dots=look.mark is Mark.PENDING)
        return [Item((text, small), 4)]

    def _tally(self, look: TileLook) -> list[Item]:
        if look.tally is Tally.NONE or (self._xs and not look.site.lead):
            return []
        podium = look.tally is Tally.PODIUM
        keys = ("grid.podium", "grid.podium_short") if podium else ("grid.next", "grid.next_short")
        if podium:
            forms = [self._pill(say(key), "red", True) for key in keys]
        else:
            forms = [self._text(say(key), "green", weight=Weight.DemiBold) for key in keys]
        return [Item(tuple(forms[1:] if self._xs else forms), 1)]

    def _mic(self, look: TileLook) -> list[Item]:
        icon = self._icon("mic", "amber")
        if self._xs:
            return [Item((icon,), 2)]
        time = words.minutes(look.mic_s)
        return [
            Item((icon,), 2),
            Item((self._text(say("grid.mic", time=time), "amber"), self._text(time, "amber")), 3),
        ]

    def _trouble(self, look: TileLook) -> list[Item]:
        if self._xs or look.band < Band.WARN:
            return []
        role = "mag" if look.band is Band.BAD else "amber"
        return [Item((self._text(words.trouble(look), role),), 6)]

    def _net(self) -> Item:
        globe = self._icon("internet", "yellow")
        if self._xs:
            return Item((globe,), 7)
        return Item((self._pill(say("grid.net"), "yellow", False), globe), 7)
