"""Names that fit: shortened without ever letting two sites of one district read alike."""

from __future__ import annotations

import unicodedata
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from functools import lru_cache

from console.domain.text import clean_name, without_scheme

TIERS = (
    "Thành phố", "Thị xã", "Thị trấn", "Đặc khu", "Phường", "Huyện", "Quận", "Tỉnh", "Xã",
    "TP.", "TX.", "TT.", "ĐK.", "P.", "Q.", "H.", "X.",
)  # fmt: skip
_ABBREVIATED = {
    "Thành phố": "TP.", "Thị xã": "TX.", "Thị trấn": "TT.", "Đặc khu": "ĐK.", "Phường": "P.",
    "Huyện": "H.", "Quận": "Q.", "Xã": "X.",
}  # fmt: skip
ELLIPSIS = "…"
_TELLING = 3
"""So many letters of a last word tell it."""
Measure = Callable[[str], float]


@lru_cache(8192)
def tier_of(name: str) -> str:
    """The words with which a name tells its own tier (`Thị trấn`), "" if it does not."""
    return next((t for t in TIERS if name.startswith(t + " ") and len(name) > len(t) + 1), "")


def bare_name(name: str) -> str:
    """The name without its tier: `P. Tân Lập` and `Phường Tân Lập` are both `Tân Lập`."""
    tier = tier_of(name)
    return name[len(tier) + 1 :].strip() if tier else name


def forms(short: str, tiered: bool = False) -> Iterator[str]:
    """Ways to write a name, from the longest: whole, without its tier, with its first words as
    initials (`K. Ngọc Điền`, `K. N. Điền`, `K.N.Điền`). A `tiered` one keeps its tier as long as
    it can. An address (a guest's, who has no other name) goes without its scheme, then without
    its host."""
    short = clean_name(short)
    yield short
    address = without_scheme(short)
    if address != short or "@" in address:
        yield address
        yield _user(address)
        return
    bare, tier = bare_name(short), tier_of(short)
    if bare != short and not tiered:
        yield bare
    if not tiered or not tier:
        yield from _initialled(bare.split())
        return
    brief = _ABBREVIATED.get(tier, tier)
    yield f"{brief} {bare}"
    yield from (f"{brief} {form}" for form in _initialled(bare.split()))
    yield from _initialled(bare.split())


def _user(address: str) -> str:
    """Who an address is of, without its host; any other name as it is."""
    return address.partition("@")[0] or address


def _initialled(words: Sequence[str]) -> Iterator[str]:
    for count in range(1, len(words)):
        initials = [word[0] + "." for word in words[:count]]
        yield " ".join([*initials, *words[count:]])
    if len(words) > 1:
        yield _closest(words)


def _closest(words: Sequence[str]) -> str:
    """All but the last word as initials, without a space: the last tells most."""
    return "".join([*(word[0] + "." for word in words[:-1]), words[-1]])


def _cuts(short: str, measure: Measure, width: float) -> Iterator[str]:
    """Cut forms that fit: the end replaced by an ellipsis, after initials where most of the last
    word is left so, then the middle, then the start."""
    bare = _user(without_scheme(bare_name(clean_name(short))))
    size, words = len(bare), bare.split()
    if len(words) > 1:
        closest = _closest(words)
        least = len(closest) - len(words[-1]) + _TELLING
        for keep in range(len(closest) - 1, least - 1, -1):
            cut = closest[:keep] + ELLIPSIS
            if measure(cut) <= width:
                yield cut
                break
    for keep in range(min(size - 1, 40), 1, -1):
        cut = bare[:keep].rstrip() + ELLIPSIS
        if measure(cut) <= width:
            yield cut
            break
    for keep in range(min(size - 2, 40), 1, -1):
        head, tail = (keep + 1) // 2, keep // 2
        cut = bare[:head].rstrip() + ELLIPSIS + bare[size - tail :].lstrip()
        if measure(cut) <= width:
            yield cut
    for keep in range(min(size - 1, 40), 0, -1):
        cut = ELLIPSIS + bare[size - keep :].lstrip()
        if measure(cut) <= width:
            yield cut


def fit(
    names: Sequence[tuple[str, str]],
    measure: Measure,
    width: float,
    elsewhere: Sequence[str] = (),
    lead: str = "",
) -> list[str]:
    """Each `(code, short name)` of a district written within `width` px, no two alike.

    Where one name must lose its tier, all of that tier do; but a site that shares its bare name
    with another, or with the district (`lead`), keeps the tier, and where even that does not
    help, the end of its code tells it apart. `elsewhere` is how each of them is written on a
    wider tile: nobody is written like another's.
    """
    bares = Counter(bare_name(short) for _, short in names)
    bares[bare_name(lead)] += 1
    cramped = {tier_of(short) for _, short in names if measure(short) > width}
    ways = [
        _ways(short, bares[bare_name(short)] > 1, tier_of(short) in cramped) for _, short in names
    ]
    elsewhere = [_read(form) for form in elsewhere]
    used = Counter(elsewhere)
    chosen = [""] * len(names)
    # whole names first: a name that fits is never given away to another's shortening
    for i in sorted(range(len(names)), key=lambda i: _strain(ways[i], measure, width)):
        code, short = names[i]
        if elsewhere:
            used[elsewhere[i]] -= 1
        chosen[i] = _one(code, short, ways[i], measure, width, used)
        used[_read(chosen[i])] += 1
        if elsewhere:
            used[elsewhere[i]] += 1
    return chosen


def _read(form: str) -> str:
    """A form as it reads: `T. Nhất` and `T.Nhất` are one."""
    return form.replace(". ", ".")


def _ways(short: str, shared: bool, cramped: bool) -> list[str]:
    ways = list(forms(short, tiered=shared))
    return ways[1:] if cramped and not shared and tier_of(short) else ways


def _strain(ways: Sequence[str], measure: Measure, width: float) -> int:
    return next((n for n, form in enumerate(ways) if measure(form) <= width), 99)


def _one(
    code: str,
    short: str,
    ways: Sequence[str],
    measure: Measure,
    width: float,
    used: Counter[str],
) -> str:
    for form in ways:
        if measure(form) <= width and not used[_read(form)]:
            return form
    for cut in _cuts(short, measure, width):
        if not used[_read(cut)]:
            return cut
    for keep in range(2, len(code)):
        if not used[code[-keep:]]:
            return code[-keep:]
    return code


_TONES = dict.fromkeys([0x300, 0x301, 0x303, 0x309, 0x323])
_LETTERS = "aăâbcdđeêfghijklmnoôơpqrstuưvwxyz"
_RANK = {letter: rank for rank, letter in enumerate(_LETTERS, 1)}


def _toneless(text: str) -> str:
    return unicodedata.normalize(
        "NFC", unicodedata.normalize("NFD", text.casefold()).translate(_TONES)
    )


def initial(name: str) -> str:
    """The letter under which a name is looked for: `Ô` is not `O`, but `Ấ` is `Â`."""
    letter = _toneless(bare_name(name)[:1])
    return letter.upper() if letter in _RANK else "#"


def alphabetical(name: str) -> tuple[list[int], str]:
    """A key that sorts names as a Vietnamese dictionary does, the tier left out."""
    bare = bare_name(name)
    return [_RANK.get(letter, 0) for letter in _toneless(bare)], bare
