"""Answers as the bridge words them: small XML written by hand, every text escaped."""

from __future__ import annotations

import re
from xml.sax.saxutils import escape, quoteattr

from console.simulators.device import Reply

HEAD = '<?xml version="1.0"?>'
ILLEGAL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ufffe\uffff]")


def text(name: str, value: object) -> str:
    """An element with text, or an empty element for None and the empty text."""
    if isinstance(value, bool):
        value = "true" if value else "false"
    if value is None or value == "":
        return f"<{name}/>"
    return f"<{name}>{escape(ILLEGAL.sub('', str(value)))}</{name}>"


def maybe(name: str, value: object) -> str:
    """An element with text, or nothing at all for None."""
    return "" if value is None else text(name, value)


def node(name: str, *children: str, **attributes: object) -> str:
    """An element around markup that is already written."""
    marks = "".join(
        f" {key}={quoteattr(ILLEGAL.sub('', str(value)))}" for key, value in attributes.items()
    )
    inner = "".join(children)
    return f"<{name}{marks}>{inner}</{name}>" if inner else f"<{name}{marks}/>"


def page(markup: str, status: int = 200) -> Reply:
    """A whole document as an answer."""
    return Reply(status, (HEAD + markup).encode())


def failure(code: str, status: int = 400, **details: str) -> Reply:
    """A refusal: `<failureDetails><code/></failureDetails>`."""
    return page(node("failureDetails", node(code, **details)), status)


class Refused(Exception):
    """The bridge refuses a request. Status 404 for what does not exist, else 400."""

    def __init__(self, code: str, **details: str) -> None:
        super().__init__(code)
        self.code, self.details = code, details

    def reply(self) -> Reply:
        """The refusal as an answer."""
        missing = self.code.endswith("DoesNotExist") or self.code.startswith("unrecogni")
        busy = self.code in ("databaseNotReady", "callBridgeUnavailable")
        return failure(self.code, 404 if missing else 503 if busy else 400, **self.details)
