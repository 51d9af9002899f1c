"""The bridge's words for layouts and states, and ours."""

from __future__ import annotations

from console.domain.layout import Layout
from console.domain.presence import Presence

LAYOUTS: dict[str, Layout] = {
    "automatic": Layout.AUTOMATIC,
    "allEqual": Layout.EQUAL,
    "speakerOnly": Layout.SINGLE,
    "telepresence": Layout.TELEPRESENCE,
    "stacked": Layout.STACKED,
    "allEqualQuarters": Layout.EQUAL_2X2,
    "allEqualNinths": Layout.EQUAL_3X3,
    "allEqualSixteenths": Layout.EQUAL_4X4,
    "allEqualTwentyFifths": Layout.EQUAL_5X5,
    "onePlusFive": Layout.ONE_PLUS_FIVE,
    "onePlusSeven": Layout.ONE_PLUS_SEVEN,
    "onePlusNine": Layout.ONE_PLUS_NINE,
    "onePlusN": Layout.ONE_PLUS_N,
}
WORDS = {layout: word for word, layout in LAYOUTS.items()}

OFFERED = (
    Layout.SINGLE,
    Layout.ONE_PLUS_FIVE,
    Layout.ONE_PLUS_SEVEN,
    Layout.ONE_PLUS_NINE,
    Layout.EQUAL_2X2,
    Layout.EQUAL_3X3,
    Layout.EQUAL_4X4,
    Layout.STACKED,
    Layout.AUTOMATIC,
)
"""The layouts shown as keys, in their order; the bridge knows the others too."""

PRESENCES: dict[str, Presence] = {
    "initial": Presence.DIALLING,
    "ringing": Presence.RINGING,
    "connected": Presence.CONNECTED,
    "onHold": Presence.ON_HOLD,
}
