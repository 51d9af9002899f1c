"""`POST /putxml`: documents of commands and of settings, read by a parser that allows no DTD."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from xml.parsers import expat

from console.simulators.roomos.spec import BY_PATH

MOST_BYTES = 262_144
MOST_DEPTH = 32


class SyntaxFault(ValueError):
    """The document is not well-formed, or no document such as a device takes."""


@dataclass(slots=True)
class Element:
    """One element: its name, its text, its children."""

    name: str
    text: str = ""
    children: list[Element] = field(default_factory=list["Element"])


@dataclass(frozen=True, slots=True)
class Order:
    """One command as a document gives it: the words that name it, and its parameters."""

    path: str
    given: dict[str, list[str]]
    known: bool


def parsed(body: bytes) -> Element:
    """The document's root.

    Raises:
        SyntaxFault: it is not well-formed, too large, too deep, or brings a DTD.
    """
    if len(body) > MOST_BYTES:
        raise SyntaxFault("document too large")
    top = Element("")
    open_elements = [top]

    def start(name: str, attributes: dict[str, str]) -> None:
        if len(open_elements) > MOST_DEPTH:
            raise SyntaxFault("nested too deep")
        element = Element(name.rpartition(":")[2])
        open_elements[-1].children.append(element)
        open_elements.append(element)

    def end(name: str) -> None:
        open_elements.pop()

    def text(characters: str) -> None:
        open_elements[-1].text += characters

    def doctype(*_: object) -> None:
        raise SyntaxFault("a document type is not allowed")

    parser = expat.ParserCreate()
    parser.StartElementHandler = start
    parser.EndElementHandler = end
    parser.CharacterDataHandler = text
    parser.StartDoctypeDeclHandler = doctype
    try:
        parser.Parse(body, True)
    except (expat.ExpatError, ValueError) as problem:
        raise SyntaxFault(str(problem)) from None
    return top.children[0]


def orders(root: Element) -> list[Order]:
    """The commands under a `<Command>`, in the document's order."""
    found: list[Order] = []
    for child in root.children:
        collect(child, (), found.append)
    return found


def collect(element: Element, above: tuple[str, ...], add: Callable[[Order], None]) -> None:
    """Follow the words down to a command that exists; whatever stands below are its values."""
    words = (*above, element.name)
    command = BY_PATH.get(" ".join(words).casefold())
    if command is not None:
        given: dict[str, list[str]] = {}
        for child in element.children:
            given.setdefault(child.name, []).append(child.text.strip())
        add(Order(command.path, given, known=True))
        return
    below = [child for child in element.children if child.children or leads_on(words, child)]
    if not below:
        add(Order(" ".join(words), {}, known=False))
    for child in below:
        collect(child, words, add)


def leads_on(words: tuple[str, ...], child: Element) -> bool:
    """Whether a leaf still leads towards a command, such as the `Mute` of `Microphones`."""
    path = " ".join((*words, child.name)).casefold()
    return any(known == path or known.startswith(path + " ") for known in BY_PATH)


def settings(root: Element) -> dict[str, str]:
    """The leaves under a `<Configuration>` by their paths, such as `SystemUnit/Name`."""
    found: dict[str, str] = {}

    def walk(element: Element, above: str) -> None:
        path = f"{above}/{element.name}" if above else element.name
        if not element.children:
            found[path] = element.text.strip()
        for child in element.children:
            walk(child, path)

    for child in root.children:
        walk(child, "")
    return found
