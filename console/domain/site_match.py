"""Which sites a piece of text may mean, however somebody wrote their names."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher

from console.domain.endpoint import Endpoint
from console.domain.text import search_key

SURE = 0.85
"""From this confidence on, and so far ahead of the next, a match needs nobody's word."""
AHEAD = 0.12
_LONGEST = 8
_MOST = 8
_KEPT = 1000
_CLOSE = 0.8
_TIERS = {
    "tinh": "tinh", "huyen": "huyen", "h": "huyen", "xa": "xa", "x": "xa",
    "phuong": "phuong", "p": "phuong", "f": "phuong", "quan": "quan", "q": "quan",
    "thi tran": "thi tran", "tt": "thi tran", "thi xa": "thi xa", "tx": "thi xa",
    "thanh pho": "thanh pho", "tp": "thanh pho", "dac khu": "dac khu", "dk": "dac khu",
    "huyen uy": "huyen", "thi uy": "thi xa", "thanh uy": "thanh pho", "tinh uy": "tinh",
    "so": "so", "ban": "ban", "cuc": "cuc", "chi cuc": "chi cuc",
}  # fmt: skip
_SPOKEN_TIERS = frozenset(
    {"huyen", "xa", "phuong", "quan", "thi tran", "thi xa", "thanh pho", "dac khu"}
)
_OTHER_WORDS = frozenset({"hoi", "uy", "doan", "nay", "vien", "pho"})
"""Words that make another word of a tier's: «xã hội», «huyện ủy», «thành phố»."""
_TONES = "\u0300\u0301\u0303\u0309\u0323"
_TOKEN = re.compile(r"[^\W_]+(?:['’`][^\W_]+)*", re.UNICODE)


@dataclass(frozen=True, slots=True)
class Candidate:
    """A site that a text may mean, and how much speaks for it (0–1)."""

    endpoint: str
    score: float


@dataclass(frozen=True, slots=True)
class Match:
    """What a text may mean: candidates, best first. `names_tier` tells that the text names a
    tier («xã …»), so that it means some site even where none was found."""

    candidates: tuple[Candidate, ...]
    names_tier: bool = False

    @property
    def sure(self) -> bool:
        """Whether the first candidate needs nobody's word."""
        if not self.candidates or self.candidates[0].score < SURE:
            return False
        rest = self.candidates[1:]
        return not rest or self.candidates[0].score - rest[0].score >= AHEAD


@dataclass(frozen=True, slots=True)
class _Named:
    """A site's name taken apart."""

    endpoint: Endpoint
    tier: str
    bare: str
    spelt: str
    initials: str
    words: int
    keys: frozenset[str]


@dataclass(frozen=True, slots=True)
class _Token:
    key: str
    """Lower case, no diacritics, no apostrophes."""
    word: str


@dataclass(frozen=True, slots=True)
class _Hit:
    named: _Named
    start: int
    stop: int
    score: float


class SiteMatcher:
    """The names of a roster, ready to be looked for."""

    def __init__(self, endpoints: Iterable[Endpoint]) -> None:
        self._named = [_taken_apart(e) for e in endpoints]
        self._known: dict[str, Match] = {}
        self._departments = any(n.tier == "so" for n in self._named)
        self._codes = {n.endpoint.id: n for n in self._named}
        self._bare: dict[str, list[_Named]] = {}
        self._initials: dict[str, list[_Named]] = {}
        for named in self._named:
            self._bare.setdefault(named.bare, []).append(named)
            if len(named.initials) >= 3:
                self._initials.setdefault(named.initials, []).append(named)

    def match(self, text: str) -> Match:
        """The sites that `text` may mean, at most eight of them."""
        known = self._known.get(text)
        if known is None:
            if len(self._known) >= _KEPT:
                self._known.clear()
            known = self._known[text] = self._match(text)
        return known

    def _match(self, text: str) -> Match:
        tokens = _tokens(text)
        hits = self._whole_names(tokens)
        tier = any(self._names_tier(tokens, at) for at in range(1, len(tokens)))
        if not hits and (tier or len(tokens) <= 4):
            hits = self._near_names(tokens)
        best: dict[str, float] = {}
        for hit, score in _in_context(hits):
            site = hit.named.endpoint.id
            best[site] = max(best.get(site, 0.0), score)
        order = {n.endpoint.id: n.endpoint.order for n in self._named}
        ranked = sorted(best.items(), key=lambda pair: (-pair[1], order[pair[0]]))[:_MOST]
        top = max(1.0, *(score for _, score in ranked)) if ranked else 1.0
        return Match(tuple(Candidate(site, round(v / top, 2)) for site, v in ranked), tier)

    def name(self, endpoint: str) -> str:
        """The name of a site of the roster. Raises KeyError for another."""
        return self._codes[endpoint].endpoint.name

    def _names_tier(self, tokens: Sequence[_Token], at: int) -> bool:
        """Whether the word at `at` is the first of a name that its tier announces."""
        tier = _tier_before(tokens, at)
        if tier not in _SPOKEN_TIERS and not (tier == "so" and self._departments):
            return False
        shouted = any(t.word[0].isupper() for t in tokens[1:])
        return tokens[at].key not in _OTHER_WORDS and (tokens[at].word[0].isupper() or not shouted)

    def _whole_names(self, tokens: Sequence[_Token]) -> list[_Hit]:
        """Names that stand in the text, the longest first; a word counts for one name only."""
        hits: list[_Hit] = []
        used: set[int] = set()
        for length in range(min(_LONGEST, len(tokens)), 0, -1):
            for start in range(len(tokens) - length + 1):
                span = range(start, start + length)
                if used.intersection(span):
                    continue
                found = self._at(tokens, start, start + length)
                if found:
                    hits += found
                    used.update(span)
        return hits

    def _at(self, tokens: Sequence[_Token], start: int, stop: int) -> list[_Hit]:
        joined = "".join(t.key for t in tokens[start:stop])
        if joined in self._codes:
            return [_Hit(self._codes[joined], start, stop, 1.0)]
        named = self._bare.get(joined, [])
        base = 0.9
        if not named and stop - start == 1 and tokens[start].word.isupper():
            named, base = self._initials.get(joined, []), 0.8
        tier = _tier_before(tokens, start)
        spelt = " ".join(_spelt(t.word) for t in tokens[start:stop])
        alone = stop - start == len(tokens) - (len(tier.split()) if tier else 0)
        plain = not tier and not alone and not all(t.word[0].isupper() for t in tokens[start:stop])
        hits: list[_Hit] = []
        for one in named:
            score = base
            if tier:
                score += 0.1 if tier == one.tier else -0.35
            if plain:
                score -= 0.35
            if spelt == one.spelt:
                score += 0.05
            hits.append(_Hit(one, start, stop, score))
        return hits

    def _near_names(self, tokens: Sequence[_Token]) -> list[_Hit]:
        """Names that are nearly what stands there, or that hold every word of it."""
        skip = max((at for at in range(1, len(tokens)) if _tier_before(tokens, at)), default=0)
        typed = tokens[skip : skip + 5]
        if not typed:
            return []
        tier = _tier_before(tokens, skip)
        hits: list[_Hit] = []
        for one in self._named:
            if all(t.key in one.keys for t in typed):
                score = 0.55
            else:
                score = 0.75 * _likeness(one, typed)
            if score < 0.75 * _CLOSE and score != 0.55:
                continue
            if tier:
                score += 0.1 if tier == one.tier else -0.2
            hits.append(_Hit(one, skip, skip + len(typed), score))
        return hits


def _in_context(hits: Sequence[_Hit]) -> list[tuple[_Hit, float]]:
    """Each hit with what the others say of it: a commune whose district is named elsewhere in
    the text gains, and the district, which only says where the commune is, stands back."""
    spans = {(h.start, h.stop) for h in hits}
    weighed: list[tuple[_Hit, float]] = []
    for hit in hits:
        site = hit.named.endpoint
        score = hit.score
        for other in hits:
            if (other.start, other.stop) == (hit.start, hit.stop):
                continue
            if other.named.endpoint.id == site.parent and other.score >= 0.6:
                score += 0.2
            if other.named.endpoint.parent == site.id and hit.score >= 0.6:
                score -= 0.35
        if len(spans) > 1 and hit.start > 0 and score == hit.score:
            score -= 0.02 * min(5, hit.start)
        weighed.append((hit, score))
    return weighed


def _likeness(named: _Named, typed: Sequence[_Token]) -> float:
    """How alike the name and the first words typed are (0–1), 0 where clearly not."""
    joined = "".join(t.key for t in typed[: named.words])
    if abs(len(joined) - len(named.bare)) > 3 or min(len(joined), len(named.bare)) < 3:
        return 0.0
    matcher = SequenceMatcher(None, named.bare, joined)
    return matcher.ratio() if matcher.quick_ratio() >= _CLOSE else 0.0


def _tokens(text: str) -> list[_Token]:
    return [
        _Token(search_key(word).replace(" ", ""), word)
        for word in _TOKEN.findall(unicodedata.normalize("NFC", text))
    ]


def _tier_before(tokens: Sequence[_Token], at: int) -> str:
    """The tier that the one or two words before `at` name, as a key, or ""."""
    if at >= 2:
        two = _TIERS.get(f"{tokens[at - 2].key} {tokens[at - 1].key}")
        if two:
            return two
    return _TIERS.get(tokens[at - 1].key, "") if 1 <= at <= len(tokens) else ""


def _taken_apart(endpoint: Endpoint) -> _Named:
    tokens = _tokens(endpoint.name)
    tier, skip = "", 0
    for words in (2, 1):
        tier = _TIERS.get(" ".join(t.key for t in tokens[:words]), "")
        if tier and len(tokens) > words:
            skip = words
            break
        tier = ""
    rest = tokens[skip:]
    return _Named(
        endpoint,
        tier,
        "".join(t.key for t in rest),
        " ".join(_spelt(t.word) for t in rest),
        "".join(t.key[0] for t in rest if t.key),
        len(rest),
        frozenset(search_key(endpoint.name).split()),
    )


def _spelt(word: str) -> str:
    """The word with its diacritics, wherever its tone stands: «Hoà» and «Hòa» are one."""
    parts = unicodedata.normalize("NFD", word.lower().replace("’", "'").replace("`", "'"))
    tones = "".join(c for c in parts if c in _TONES)
    return "".join(c for c in parts if c not in _TONES) + tones
