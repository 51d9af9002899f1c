"""Filters: which sites to look at, how many of each there are, and search without diacritics."""

from __future__ import annotations

from enum import IntEnum

from console.domain.presence import Presence
from console.domain.text import search_key
from console.qt.grid.look import Band, Mark, Site, TileLook


class Filter(IntEnum):
    """A filter; its value is its bit in `flags_of`. Its name is under `grid.filter`."""

    ALL = 0
    LOST = 1
    ABSENT = 2
    MIC = 4
    FAILED = 8
    SPEAKING = 16
    INTERNET = 32
    LOSSY = 64
    ASKED = 128
    HAND = 256

    @property
    def key(self) -> str:
        """The key of its name in the wording."""
        return f"grid.filter.{self.name.lower()}"


BITS = tuple(int(f) for f in list(Filter)[1:])
"""The filters but ALL as plain numbers: counted with at every change."""
_LOST, _ABSENT, _MIC, _FAILED, _SPEAKING, _INTERNET, _LOSSY, _ASKED, _HAND = BITS
_CONNECTED, _AWAY = Presence.CONNECTED, Presence.ABSENT
_OUT = (Presence.DROPPED, Presence.DIALLING, Presence.RINGING)
_WARN, _NO_MARK = Band.WARN, Mark.NONE


def flags_of(look: TileLook, speaks: bool = False) -> int:
    """The filters that a look matches, as bits; `speaks` is whether the running order names it."""
    flags = _SPEAKING if speaks else 0
    presence = look.presence
    if presence is not _CONNECTED:
        if presence in _OUT:
            flags |= _LOST
        elif presence is _AWAY:
            flags |= _ABSENT
    if look.mic_s >= 0:
        flags |= _MIC
    if look.check_failed:
        flags |= _FAILED
    if look.net:
        flags |= _INTERNET
    if look.loss_band >= _WARN:
        flags |= _LOSSY
    if look.mark is not _NO_MARK:
        flags |= _ASKED
    if look.hand:
        flags |= _HAND
    return flags


def search_text(site: Site) -> str:
    """What a search looks through: name, code and the unit above, lower case, no diacritics."""
    return f" {search_key(site.name)} {site.id.lower()} {search_key(site.parent)}"


def found(needle: str, text: str) -> bool:
    """Whether every word of a search (already a `search_key`) begins a word of the text."""
    return all(f" {word}" in text for word in needle.split())
