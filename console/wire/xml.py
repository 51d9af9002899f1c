"""XML from devices, parsed with nothing that can be turned against us.

No DTD of any kind, no entities beyond the five built-in ones, no network, no comments or
processing instructions kept; size, number of tags and depth are capped before or right after the
parse, so that memory stays within a small multiple of the body.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import IO, Any, Protocol, cast

from lxml import etree as _lxml  # pyright: ignore[reportAttributeAccessIssue, reportMissingTypeStubs, reportUnknownVariableType]

from console.wire.problems import XmlRefused

etree = cast(Any, _lxml)

MAX_BYTES = 8 * 1024 * 1024
MAX_TAGS = 400_000
"""Opening and closing tags together; 2,000 participants of 25 fields have about 100,000."""
MAX_DEPTH = 64

_TOO_DEEP = etree.XPath("boolean(" + "/*" * (MAX_DEPTH + 1) + ")")
_HARDENED: dict[str, bool] = {
    "resolve_entities": False,
    "no_network": True,
    "load_dtd": False,
    "dtd_validation": False,
    "attribute_defaults": False,
    "huge_tree": False,
    "recover": False,
    "remove_comments": True,
    "remove_pis": True,
}
"""However it is read: no entities, no network, no DTD, nothing guessed."""


class Element(Protocol):
    """What drivers use of an element."""

    tag: str
    text: str | None

    def get(self, key: str, /) -> str | None:
        """An attribute's value."""
        ...

    def find(self, path: str, /) -> Element | None:
        """The first descendant by a path of tags."""
        ...

    def findall(self, path: str, /) -> list[Element]:
        """Every descendant by a path of tags."""
        ...

    def __iter__(self) -> Iterator[Element]: ...
    def __len__(self) -> int: ...


def parse(body: bytes, max_bytes: int = MAX_BYTES, max_tags: int = MAX_TAGS) -> Element:
    """The root of a small, plain document in UTF-8. Raises XmlRefused for anything else."""
    if len(body) > max_bytes:
        raise XmlRefused(reason="size")
    if b"\0" in body:
        raise XmlRefused(reason="encoding")
    if b"<!DOCTYPE" in body:
        raise XmlRefused(reason="doctype")
    if body.count(b"<") > max_tags or body.count(b"=") > max_tags:
        raise XmlRefused(reason="tags")
    parser = etree.XMLParser(encoding="utf-8", **_HARDENED)
    try:
        root: Any = etree.fromstring(body, parser)
    except (etree.XMLSyntaxError, ValueError) as error:
        raise XmlRefused(reason="syntax") from error
    if root is None or root.getroottree().docinfo.internalDTD is not None:
        raise XmlRefused(reason="doctype")
    if _TOO_DEEP(root):
        raise XmlRefused(reason="depth")
    return root


def elements(stream: IO[bytes], *names: str) -> Iterator[Element]:
    """The elements of these local names in a document too large to keep, in order; each is
    emptied when the next is asked for. Raises XmlRefused as `parse` does."""
    walk: Any = etree.iterparse(
        stream,
        tag=[f"{{*}}{name}" for name in names],
        **_HARDENED,
    )
    try:
        for _, element in walk:
            if element.getroottree().docinfo.internalDTD is not None:
                raise XmlRefused(reason="doctype")
            yield element
            element.clear()
            while (before := element.getprevious()) is not None:
                element.getparent().remove(before)
    except (etree.XMLSyntaxError, ValueError) as error:
        raise XmlRefused(reason="syntax") from error


def text(element: Element, path: str) -> str | None:
    """The text of the first descendant by a path, stripped; None where it is missing or empty."""
    found = element.find(path)
    if found is None or found.text is None:
        return None
    return found.text.strip() or None
