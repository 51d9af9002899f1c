"""One command to a conference: its words, and how what it asks for takes effect."""

from __future__ import annotations

from collections.abc import Callable, Hashable
from dataclasses import dataclass

from console.simulators.freeswitch.members import Meeting, Member
from console.simulators.freeswitch.switch import Switch


@dataclass(frozen=True, slots=True)
class Asking:
    """`conference NAME SUB …` as it came. `words` are the whole line's; a dry one does nothing."""

    switch: Switch
    meeting: Meeting
    words: tuple[str, ...]
    text: str
    dry: bool = False
    shuffled: bool = False

    @property
    def sub(self) -> str:
        """The sub-command, in lower case."""
        return self.words[1].lower()

    @property
    def members(self) -> list[Member]:
        """The members in the order this command meets them: newest first, unless disturbed."""
        found = list(self.meeting.members)
        if self.shuffled:
            self.switch.province.rng("freeswitch/order").shuffle(found)
        return found

    def arg(self, at: int) -> str:
        """The word at this place; empty where there is none."""
        return self.words[at] if at < len(self.words) else ""

    def member(self, number: str) -> Member | None:
        """The member of this id."""
        wanted = leading_number(number)
        return next((each for each in self.meeting.members if each.number == wanted), None)

    def later(self, key: Hashable, effect: Callable[[], object]) -> None:
        """Do it 50–800 ms from now, or never when the command is dry."""
        if not self.dry:
            self.switch.later(key, effect)

    def to_member(self, member: Member, effect: Callable[[Member], object]) -> None:
        """Do something to a member later, if it is still there."""

        def due() -> None:
            if member in member.meeting.members:
                effect(member)

        self.later(("member", member.number), due)

    def to_meeting(self, effect: Callable[[Meeting], object]) -> None:
        """Do something to the conference later, if it still is."""
        meeting = self.meeting

        def due() -> None:
            if self.switch.meetings.get(meeting.name) is meeting:
                effect(meeting)

        self.later(("meeting", meeting.name), due)


def leading_number(text: str) -> int:
    """The number a text begins with, 0 for none, as C's `atoi` has it."""
    stripped = text.strip()
    sign = -1 if stripped[:1] == "-" else 1
    digits = ""
    for letter in stripped.lstrip("+-"):
        if not ("0" <= letter <= "9"):
            break
        digits += letter
    return sign * int(digits[:18] or "0")


def separated(text: str, most: int = 25) -> tuple[str, ...]:
    """A line's words: blanks part them, quotes hold them together, a backslash keeps the next.

    An apostrophe that is never closed holds everything after it together.
    """
    words: list[str] = []
    word, quoted, escaped = "", False, False
    for letter in text.strip():
        if escaped:
            word, escaped = word + letter, False
        elif letter == "\\":
            escaped = True
        elif letter == "'":
            quoted = not quoted
        elif letter == " " and not quoted and len(words) < most - 1:
            if word:
                words.append(word)
            word = ""
        else:
            word += letter
    return (*words, word.strip()) if word.strip() else tuple(words)
