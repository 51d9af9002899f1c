"""Status and configuration as trees, chosen from by path, written as XML or JSON.

A tree maps names to texts, numbers, further trees, or lists of items, each with its own id.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, TypeAlias
from xml.sax.saxutils import escape, quoteattr

SEGMENT = re.compile(r"([A-Za-z][A-Za-z0-9]*|\*)(?:\[(?:@item=)?['\"]?([0-9]+)['\"]?\])?")
ILLEGAL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ufffe\uffff]")
GHOST = "ghost"


Leaf: TypeAlias = str | int


@dataclass(frozen=True, slots=True)
class Item:
    """One member of a list; a ghost is one that is no more."""

    item_id: int
    content: Tree
    ghost: bool = False


Node: TypeAlias = "Leaf | Mapping[str, Node] | list[Item]"
Tree: TypeAlias = Mapping[str, Node]


@dataclass(frozen=True, slots=True)
class Step:
    """One segment of a path: a name or `*`, and which item of a list; `deep` after `//`."""

    name: str
    item_id: int | None = None
    deep: bool = False


class BadPath(ValueError):
    """The expression is not one."""


def steps(path: str) -> list[Step]:
    """The segments of an expression such as `/Status/Call[@item='3']/Status`.

    Raises:
        BadPath: it cannot be read.
    """
    found: list[Step] = []
    deep = False
    for at, part in enumerate(path.strip().split("/")):
        if part == "":
            if deep:
                raise BadPath(path)
            deep = at > 0
            continue
        match = SEGMENT.fullmatch(part)
        if match is None:
            raise BadPath(path)
        number = match.group(2)
        found.append(Step(match.group(1), int(number) if number else None, deep))
        deep = False
    if deep or not found:
        raise BadPath(path)
    return found


def select(tree: Tree, path: list[Step]) -> dict[str, Node]:
    """What of the tree lies on the path, with its ancestors; empty when nothing does."""
    if not path:
        return dict(tree)
    step, rest = path[0], path[1:]
    found: dict[str, Node] = {}
    for name, node in tree.items():
        if step.name in (name, "*"):
            kept = narrowed(node, step.item_id, rest)
        elif step.deep and not isinstance(node, str | int):
            kept = narrowed(node, None, path)
        else:
            continue
        if kept is not None:
            found[name] = kept
    return found


def narrowed(node: Node, item_id: int | None, rest: list[Step]) -> Node | None:
    """The part of one node that the rest of a path leaves; None for nothing."""
    if isinstance(node, str | int):
        return node if not rest else None
    if isinstance(node, list):
        items: list[Item] = []
        for item in node:
            if item_id is not None and item.item_id != item_id:
                continue
            kept = select(item.content, rest) if not item.ghost else item.content
            if kept or item.ghost or not rest:
                items.append(Item(item.item_id, kept, item.ghost))
        return items or None
    return (select(node, rest) or None) if rest else dict(node)


def as_xml(tree: Tree) -> str:
    """The tree as elements; every text escaped."""
    return "".join(element(name, node) for name, node in tree.items())


def element(name: str, node: Node) -> str:
    """One name as one element, or as one element per item."""
    if isinstance(node, list):
        return "".join(
            f'<{name} item="{item.item_id}" maxOccurrence="n"'
            + (' ghost="True"/>' if item.ghost else f">{as_xml(item.content)}</{name}>")
            for item in node
        )
    if isinstance(node, str | int):
        text = escape(ILLEGAL.sub("", str(node)))
        return f"<{name}>{text}</{name}>" if text else f"<{name}/>"
    return f"<{name}>{as_xml(node)}</{name}>"


def attribute(value: str) -> str:
    """A value as a quoted attribute."""
    return quoteattr(ILLEGAL.sub("", value))


def as_json(node: Node) -> Any:
    """The tree as JSON-RPC shows it: items become objects with an `id`."""
    if isinstance(node, list):
        return [
            {"id": str(item.item_id), "ghost": "True"}
            if item.ghost
            else {"id": str(item.item_id), **as_json(item.content)}
            for item in node
        ]
    if isinstance(node, str | int):
        return node
    return {name: as_json(child) for name, child in node.items()}


def at(tree: Tree, path: list[Step]) -> Any:
    """The JSON of just what stands at the end of a path; None for nothing."""
    found: Node | None = select(tree, path)
    for step in path:
        found = below(found, step)
        if found is None:
            return None
    return as_json(found) if found != {} else None


def below(node: Node, step: Step) -> Node | None:
    """What stands under a name; the only item of a list, or the one asked for, for itself."""
    if isinstance(node, str | int):
        return None
    if isinstance(node, list):
        return below(node[0].content, step) if len(node) == 1 else None
    found = node.get(step.name)
    if isinstance(found, list) and step.item_id is not None:
        return found[0].content
    return found
