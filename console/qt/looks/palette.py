"""What the command palette finds: actions and sites, by words without diacritics."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from console.domain.state import State
from console.domain.text import search_key as plain
from console.qt.looks.sites import full

MOST = 12
_BEGINS = 0.85
"""How well a word is matched by its beginning; wholly: 1."""
_OTHERWISE = 0.1
"""So much less an action is what is typed where only another name of it says so."""


@dataclass(frozen=True, slots=True)
class Offer:
    """An action as the palette knows it: its id, its words now and its key. `about` says that it
    concerns a site."""

    id: str
    text: str
    key: str
    enabled: bool
    about: bool
    hold: bool = False
    also: str = ""
    """More words to find it by: its name in the other language, other names of it, its group."""
    usual: bool = True
    """Offered before anything is typed."""


@dataclass(frozen=True, slots=True)
class Found:
    """One entry: an action, a site, or an action on a site."""

    action: str
    site: str
    text: str
    name: str
    key: str
    enabled: bool
    hold: bool
    score: float


def find(
    typed: str, commands: Iterable[Offer], state: State, most: int = MOST
) -> tuple[Found, ...]:
    """The best entries for what was typed: «tat mic buon ho» mutes Buôn Hồ."""
    words = search_key(typed).split()
    known = tuple(commands)
    if not words:
        usual = [_alone(c, 1.0) for c in known if c.usual]
        return tuple(sorted(usual, key=lambda f: not f.enabled)[:most])
    found = [_alone(c, score) for c in known if (score := _named(words, c)) > 0]
    found += _sites(words, state)
    found += _both(words, known, state)
    return tuple(sorted(found, key=_order)[:most])


def _order(entry: Found) -> tuple[Any, ...]:
    """The best first, and of equally good ones those that can be undone; the others as they stand
    in the table, where one site comes before all of them."""
    best = (-entry.score, not entry.enabled, entry.hold)
    if entry.hold:
        return best
    return (*best, len(entry.text) + len(entry.name), entry.text, entry.name)


@lru_cache(maxsize=8192)
def search_key(text: str) -> str:
    """A name as it is searched for; every key typed asks for all of them."""
    return plain(text)


def _named(words: list[str], command: Offer) -> float:
    """How well words name an action; by its own name better than by what else it is called.
    What can't be undone is named by how its words begin, its first word first: who types «nối»
    does not mean «Ngắt kết nối»."""
    name, also = search_key(command.text), search_key(command.also)
    least = _BEGINS if command.hold else 0.0
    firsts = (name.split()[0], *also.split())
    if command.hold and not any(first.startswith(words[0]) for first in firsts):
        return 0.0
    own = _score(words, name, least)
    return max(own, _score(words, f"{name} {also}", least) - _OTHERWISE)


def _alone(command: Offer, score: float) -> Found:
    return Found(
        command.id, "", command.text, "", command.key, command.enabled, command.hold, score
    )


def _sites(words: list[str], state: State) -> list[Found]:
    found: list[Found] = []
    for site, endpoint in state.endpoints.items():
        score = _score(words, _site_text(state, site))
        if score > 0:
            exact = " ".join(words) in (search_key(endpoint.short), search_key(endpoint.name))
            name = full(state, site)
            found.append(Found("", site, name, "", site, True, False, score + 0.3 * exact))
    return found


def _both(words: list[str], commands: tuple[Offer, ...], state: State) -> list[Found]:
    """Some first words name an action, the rest a site; what can't be undone by whole words."""
    found: list[Found] = []
    for cut in range(1, len(words)):
        actions = [
            (c, s)
            for c in commands
            if c.about and (s := _named(words[:cut], c)) > (1.0 - _OTHERWISE if c.hold else 0.0)
        ]
        if not actions:
            continue
        for site, endpoint in state.endpoints.items():
            score = _score(words[cut:], _site_text(state, site))
            if score <= 0:
                continue
            rest = " ".join(words[cut:])
            exact = rest in (search_key(endpoint.short), search_key(endpoint.name))
            name = full(state, site)
            for command, own in actions:
                total = (own * cut + score * (len(words) - cut)) / len(words)
                total += 0.4 + 0.2 * exact
                found.append(
                    Found(
                        command.id, site, command.text, name, command.key, True, command.hold,
                        total,
                    )
                )  # fmt: skip
    return found


def _site_text(state: State, site: str) -> str:
    endpoint = state.endpoints[site]
    parent = state.endpoints.get(endpoint.parent)
    unit = search_key(parent.name) if parent is not None and parent.parent else ""
    return f"{search_key(endpoint.name)} {site.lower()} {unit}"


def _score(words: list[str], text: str, least: float = 0.0) -> float:
    """How well words match a text: each must begin one of its words or, worse, be scattered in
    order within one; 0 where one does not, or less than `least` well, 1 for a perfect match."""
    known = text.split()
    total, place = 0.0, 0
    for word in words:
        best = 0.0
        for at, candidate in enumerate(known):
            if candidate == word:
                value = 1.0
            elif candidate.startswith(word):
                value = _BEGINS
            elif len(word) > 2 and word in candidate:
                value = 0.5
            elif len(word) > 3 and _scattered(word, candidate):
                value = 0.25
            else:
                continue
            if value < least:
                continue
            value += 0.05 if at >= place else 0.0
            if value > best:
                best, found_at = value, at
        if best == 0.0:
            return 0.0
        total += best
        place = found_at
    return total / len(words)


def _scattered(word: str, text: str) -> bool:
    letters = iter(text)
    return all(letter in letters for letter in word)
