"""The line at the end of the tabs: what the keyboard does now."""

from __future__ import annotations

from console.qt.panels.painted import Align, TextLine
from console.qt.theme import Theme
from console.qt.wording import say


class HintLine(TextLine):
    """A code being typed, hotkeys that rest, else where to learn more; nothing while nobody may
    press anything."""

    def __init__(self, theme: Theme) -> None:
        super().__init__(theme, "dim", 12, align=Align.AlignRight)

    def tell(self, digits: str, *, closed: bool, typing: bool, session: bool) -> None:
        """Say it: `digits` of a code so far, `closed` is the console, `typing` somebody in a text
        field, `session` whether that workspace is in front."""
        if digits:
            self.say(say("header.digits", digits=digits), "accent")
        elif closed:
            self.say("")
        elif typing:
            self.say(say("header.hotkeys_but_f" if session else "header.hotkeys_off"), "yellow")
        else:
            self.say(say("header.hint" if session else "header.hint_elsewhere"), "dim")
