"""What a person carries from the office to a console: where it is, whom to believe, a code.

As one line: `https://office.example:8443 sha256=<64 hex> code=<XXXX-…>`. Reading it takes the
three in any order and whatever stands between them, as a mail or a chat may have broken the line.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field

_URL = re.compile(r"\bhttps?://[^\s\"'<>]+", re.IGNORECASE)
_SHA256 = re.compile(r"(?<![0-9A-Fa-f:])(?:[0-9A-Fa-f]{64}|[0-9A-Fa-f]{2}(?::[0-9A-Fa-f]{2}){31})"
                     r"(?![0-9A-Fa-f:])")  # fmt: skip
_CODE = re.compile(r"(?<![0-9A-Za-z-])[A-Za-z2-7]{4}(?:-[A-Za-z2-7]{4}){5}(?![0-9A-Za-z-])")


@dataclass(frozen=True, slots=True)
class Invitation:
    """An office's URL, the SHA-256 of its certificate in hex, and a one-time code; "" where one
    was not told."""

    url: str
    sha256: str
    code: str = field(repr=False)

    def line(self) -> str:
        """To copy."""
        return f"{self.url} sha256={self.sha256} code={self.code}"


def read_invitation(text: str) -> Invitation:
    """What a text tells of the three; "" for what it does not."""
    found = [pattern.search(text) for pattern in (_URL, _SHA256, _CODE)]
    url, sha256, code = (match.group() if match else "" for match in found)
    return Invitation(url.rstrip(".,;"), plain_sha256(sha256), code.upper())


def plain_sha256(text: str) -> str:
    """A fingerprint as 64 lower-case digits, "" where it is none."""
    plain = "".join(text.split()).replace(":", "").lower().removeprefix("sha256=")
    return plain if re.fullmatch(r"[0-9a-f]{64}", plain) else ""
