"""Every state of a tile at every density, with the palette: one picture to judge them by."""

from __future__ import annotations

from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QWidget

from console.domain.endpoint import LineKind
from console.domain.presence import Presence
from console.qt.fonts import font
from console.qt.grid.arrange import Arrangement
from console.qt.grid.density import MEASURES, Density
from console.qt.grid.look import Band, Mark, Site, Stale, Tally, TileLook
from console.qt.grid.sprites import Sprites, Weight
from console.qt.grid.tile import TilePainter
from console.qt.theme import Theme, tokens
from console.qt.wording import say

_SITE = Site(
    "24394", "Xã Ea Kmút", "Ea Kmút", "Xã", "Huyện Ea Kar", False, LineKind.SLCD, "VNPT",
    "Y Khuên Niê", "0905 000 000",
)  # fmt: skip
_LEAD = Site(
    "651", "Huyện Ea Kar", "Ea Kar", "Huyện", "Tỉnh Đắk Lắk", True, LineKind.SLCD, "VNPT",
    "H'Len Byă", "0905 000 001",
)  # fmt: skip
_TREND = tuple(0.1 + 0.12 * ((i * 7) % 5 == 0) + 0.05 * (i % 3) for i in range(60))
_WELL = TileLook(
    _SITE,
    Presence.CONNECTED,
    loss_band=Band.GOOD,
    jitter_band=Band.GOOD,
    loss=1,
    jitter=12,
    picture=(1080, 30),
    rate_kbps=1900,
    trend=_TREND,
)
_OUT = _WELL._replace(loss=-1, jitter=-1, loss_band=Band.UNKNOWN, jitter_band=Band.UNKNOWN)
_NET = _SITE._replace(line=LineKind.INTERNET, carrier="")
_LARGE = ("normal", "mic", "podium", "dropped", "lossy", "crowded")


def states() -> list[tuple[str, TileLook, bool]]:
    """Every state: the key of its name under `grid.gallery`, the look, whether it is selected."""
    well = _WELL
    return [
        ("normal", well, False),
        ("talking", well._replace(talking=True, level=6), False),
        ("mic", well._replace(mic_s=7), False),
        ("podium", well._replace(tally=Tally.PODIUM, talking=True, level=7), False),
        ("next", well._replace(tally=Tally.NEXT), False),
        ("selected", well, True),
        ("pending", well._replace(mark=Mark.PENDING, wish="unmute"), False),
        ("refused", well._replace(mark=Mark.REFUSED, wish="unmute"), False),
        ("unknown", well._replace(mark=Mark.UNKNOWN, wish="unmute"), False),
        ("stale", well._replace(stale=Stale.HATCHED), False),
        ("grey", well._replace(stale=Stale.GREYED), False),
        ("dropped", _OUT._replace(presence=Presence.DROPPED, since_s=134, alarm=3), False),
        ("absent", _OUT._replace(presence=Presence.ABSENT), False),
        ("no_news", _OUT._replace(presence=Presence.UNKNOWN), False),
        ("dialling", _OUT._replace(presence=Presence.DIALLING, since_s=12), False),
        ("on_hold", well._replace(presence=Presence.ON_HOLD), False),
        ("lossy", well._replace(loss=21, loss_band=Band.WARN), False),
        ("very_lossy", well._replace(loss=64, loss_band=Band.BAD), False),
        ("jittery", well._replace(jitter=46, jitter_band=Band.WARN), False),
        ("internet", well._replace(site=_NET, net=True), False),
        ("failed", well._replace(check_failed=True), False),
        ("hand", well._replace(hand=True), False),
        ("video_muted", well._replace(video_muted=True), False),
        ("alarms", well._replace(alarm=1), False),
        ("acked", well._replace(alarm=2, acked=True), False),
        (
            "crowded",
            well._replace(
                site=_NET, net=True, mic_s=67, talking=True, level=4, alarm=2, hand=True,
                check_failed=True, loss=21, loss_band=Band.WARN, video_muted=True,
                mark=Mark.PENDING, wish="mute",
            ),
            False,
        ),
        ("lead", well._replace(site=_LEAD, connected=16, total=16), False),
        (
            "lead_short",
            well._replace(
                site=_LEAD, connected=15, total=16, tally=Tally.PODIUM, talking=True, level=5
            ),
            False,
        ),
        ("lead_next", well._replace(site=_LEAD, connected=16, total=16, tally=Tally.NEXT), True),
    ]  # fmt: skip


def sample(density: Density) -> Arrangement:
    """An arrangement of a single tile of usual width, and a lead's."""
    measures = MEASURES[density]
    width = {Density.XS: 70, Density.S: 80, Density.M: 156, Density.L: 310}[density]
    lead = max(measures.lead_max, width)
    return Arrangement(
        density, measures, 1, 1, lead, width, (0, lead + measures.gap), (0,), {}, {}, True
    )


class GalleryView(QWidget):
    """The gallery, 1920 × 1080: colours on top, every state at XS, S and M, some at L below."""

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self._sprites = Sprites(theme, self.devicePixelRatioF())
        self._painters = {d: TilePainter(self._sprites, sample(d)) for d in Density}
        for painter in self._painters.values():
            painter.names.set_sites([[_SITE], [_LEAD]])
        self.resize(1920, 1080)
        theme.changed.connect(self._redo)

    def sizeHint(self) -> QSize:
        return QSize(1920, 1080)

    def _redo(self) -> None:
        for painter in self._painters.values():
            painter.clear()
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.fillRect(self.rect(), self._theme.color("bg"))
        self._paint_palette(painter)
        rows = states()
        each = -(-len(rows) // 3)
        for index, (key, look, selected) in enumerate(rows):
            self._paint_row(
                painter, 28 + index // each * 636, 76 + index % each * 82, key, look, selected
            )
        large = [row for row in rows if row[0] in _LARGE]
        for index, (_, look, selected) in enumerate(large):
            self._paint_tile(painter, Density.L, 28 + index * 314, 908, look, selected)
        painter.end()

    def _paint_palette(self, painter: QPainter) -> None:
        painter.setFont(font(10))
        names = [n for n in tokens()[self._theme.current] if not n.startswith("on_")]
        for i, name in enumerate(names):
            x = 28 + i * 94
            painter.setPen(QPen(self._theme.color("line")))
            painter.setBrush(self._theme.color(name))
            painter.drawRect(QRectF(x + 0.5, 16.5, 88, 28))
            painter.setPen(self._theme.color("muted"))
            painter.drawText(QPointF(x, 60), f"{name} {self._theme.hex(name)}")

    def _paint_row(
        self, painter: QPainter, left: int, top: int, key: str, look: TileLook, selected: bool
    ) -> None:
        painter.setPen(self._theme.color("line"))
        painter.drawLine(left, top, left + 612, top)
        painter.setPen(self._theme.color("text"))
        painter.setFont(font(13, Weight.Normal))
        flags = Qt.AlignmentFlag.AlignVCenter | Qt.TextFlag.TextWordWrap
        where = QRectF(left, top, 84 if look.site.lead else 160, 82)
        painter.drawText(where, int(flags), say(f"grid.gallery.{key}"))
        steps = (88, 246, 420) if look.site.lead else (176, 270, 440)
        for density, x in zip((Density.XS, Density.S, Density.M), steps, strict=True):
            y = top + (82 - MEASURES[density].height) // 2
            self._paint_tile(painter, density, left + x, y, look, selected)

    def _paint_tile(
        self, painter: QPainter, density: Density, x: int, y: int, look: TileLook, selected: bool
    ) -> None:
        ratio = self._sprites.ratio
        painter.save()
        painter.scale(1 / ratio, 1 / ratio)
        tile = self._painters[density]
        recipe = tile.recipe(look, selected)
        tile.paint(painter, round(x * ratio), round(y * ratio), look, recipe)
        painter.restore()


def gallery_widget(theme: Theme) -> GalleryView:
    """The gallery of tiles, for screenshots and for the eye."""
    return GalleryView(theme)
