"""Names: cleaning what devices send, searching without diacritics, shortening for tiles."""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

_BIDI = dict.fromkeys([0x061C, 0x200E, 0x200F, *range(0x202A, 0x202F), *range(0x2066, 0x206A)])
_LONGEST = 300
_TIERS = (
    ("Tỉnh ", ""),
    ("Thành phố ", "TP. "),
    ("Thị xã ", "TX. "),
    ("Huyện ", ""),
    ("Quận ", "Q. "),
    ("Thị trấn ", "TT. "),
    ("Phường ", "P. "),
    ("Đặc khu ", "ĐK. "),
    ("Xã ", ""),
)


def clean_name(text: str) -> str:
    """Text from outside made safe to show: NFC, one line, no controls, no direction overrides,
    at most 300 characters (an ellipsis marks the cut). Markup is left as literal text."""
    if not text or _is_clean(text):
        return text
    kept = unicodedata.normalize("NFC", text[: 4 * _LONGEST]).translate(_BIDI)
    kept = "".join(" " if unicodedata.category(c) in ("Cc", "Zl", "Zp") else c for c in kept)
    kept = "".join(c for c in kept if unicodedata.category(c) not in ("Cf", "Cs", "Co", "Cn"))
    kept = unicodedata.normalize("NFC", kept)  # a mark may have come next to its letter
    kept = re.sub(r"\s+", " ", kept).strip()
    return kept if len(kept) <= _LONGEST else kept[: _LONGEST - 1] + "…"


def _is_clean(text: str) -> bool:
    """Whether nothing need be done; `isprintable` refuses controls, formats and odd spaces."""
    return (
        len(text) <= _LONGEST
        and text.isprintable()
        and "  " not in text
        and text == text.strip()
        and unicodedata.is_normalized("NFC", text)
    )


_ADDRESS = re.compile(r"(?:sips?|h323|tel):([^\s:]+)", re.IGNORECASE)


def without_scheme(name: str) -> str:
    """An address without what tells nobody apart (`sip:`); any other name as it is."""
    found = _ADDRESS.fullmatch(name)
    return found[1] if found else name


@lru_cache(8192)
def search_key(text: str) -> str:
    """The text as typed by someone in a hurry: lower case, no diacritics, đ = d, one space."""
    flat = unicodedata.normalize("NFD", text.casefold().replace("đ", "d"))
    flat = "".join(c for c in flat if not unicodedata.combining(c))
    return re.sub(r"[\s'’`.,-]+", " ", flat).strip()


def short_name(name: str) -> str:
    """A site's name as the tiles show it: the tier cut to its usual abbreviation or dropped."""
    name = clean_name(name)
    for tier, short in _TIERS:
        if name.startswith(tier) and len(name) > len(tier):
            return short + name[len(tier) :]
    return name
