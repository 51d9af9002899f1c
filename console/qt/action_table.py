"""All that the operator can do, as one table: keys, groups, and what each wishes."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from PySide6.QtGui import QKeySequence

from console.domain.state import State
from console.qt import wishes
from console.qt.selection import Selection
from console.qt.wishes import Wish
from console.qt.wording import say

Make = Callable[[State, Selection], Wish]
GROUPS = (
    "podium",
    "script",
    "sound",
    "picture",
    "camera",
    "calls",
    "alarms",
    "office",
    "find",
    "window",
)


_LENT = frozenset({"podium", "script", "calls"})
_LENT_TOO = frozenset({"acknowledge", "acknowledge_all"})


def _is_function_key(key: str) -> bool:
    bare = key.removeprefix("Shift+")
    return bare[0] == "F" and bare[1:].isdecimal()


def _is_no_text(key: str) -> bool:
    """Ctrl+Z takes back what was typed."""
    return _is_function_key(key) or (key.startswith("Ctrl+") and key != "Ctrl+Z")


@dataclass(frozen=True, slots=True)
class ActionSpec:
    """One thing to do. Its words are `action.<id>` and, where there are more, `help.<id>`;
    the palette finds it by `alias.<id>`, too.

    `make` gives the wish (None: a function of the window). `hold`: it can't be undone, so the key
    is held for two seconds. `held` is what holding does where a tap does something else. `keys`
    are in Qt's portable notation; `chord` shows keys that a prompt takes. `everywhere`: the key
    works in every workspace.
    """

    id: str
    group: str
    keys: tuple[str, ...] = ()
    make: Make | None = None
    hold: bool = False
    held: Make | None = None
    chord: str = ""
    number: int = 0
    everywhere: bool = False

    @property
    def words(self) -> str:
        """The name of its texts: numbered actions share theirs."""
        return self.id.rsplit("_", 1)[0] if self.number else self.id

    @property
    def anywhere(self) -> bool:
        """Whether its keys work in every workspace; the others are the session's own."""
        return (
            self.everywhere or self.group in ("alarms", "office") or self.id in ("find", "export")
        )

    @property
    def no_text(self) -> tuple[str, ...]:
        """Its keys that act in a text field, too, since they can't be text."""
        return tuple(filter(_is_no_text, self.keys))

    @property
    def lent(self) -> tuple[str, ...]:
        """Its keys that act while a dialog has the keyboard, too (decision 125)."""
        if self.id == "lock_console":
            return self.keys
        lent = self.group in _LENT or self.id in _LENT_TOO
        return tuple(filter(_is_function_key, self.keys)) if lent else ()


def _spec(
    group: str,
    name: str,
    *keys: str,
    make: Make | None = None,
    hold: bool = False,
    everywhere: bool = False,
) -> ActionSpec:
    return ActionSpec(name, group, keys, make, hold, everywhere=everywhere)


def _camera(number: int) -> ActionSpec:
    return ActionSpec(
        f"camera_{number}",
        "camera",
        (f"Alt+{number}",),
        lambda state, selection: wishes.recall(state, selection, number),
        held=lambda state, selection: wishes.store(state, selection, number),
        number=number,
    )


def _layout(number: int) -> ActionSpec:
    return ActionSpec(
        f"layout_{number}",
        "picture",
        make=lambda state, selection: wishes.layout(state, number),
        chord=f"L {number}",
        number=number,
    )


def _screen(number: int) -> ActionSpec:
    return ActionSpec(
        f"screen_{number}",
        "picture",
        make=lambda state, selection: wishes.screen(state, number),
        chord=f"Shift+L {number}",
        number=number,
    )


SPECS: tuple[ActionSpec, ...] = (
    _spec("podium", "chair_calls", "C", make=wishes.chair_calls),
    _spec("podium", "take", "F12", "Num+Enter", "Enter", make=wishes.take),
    _spec("podium", "two_way", "V", make=wishes.two_way),
    _spec("podium", "stage", "Space", make=wishes.stage),
    _spec("podium", "unstage", make=wishes.unstage),
    _spec("podium", "clear_podium", make=wishes.clear_podium),
    _spec("podium", "undo", "Ctrl+Z"),
    _spec("script", "script_back", "F9", make=lambda s, _: wishes.step_script(s, -1)),
    _spec("script", "script_on", "F10", make=lambda s, _: wishes.step_script(s, 1)),
    _spec("script", "paste_script", "Ctrl+Shift+O"),
    _spec("sound", "mute", "M", make=wishes.mute),
    _spec("sound", "mute_others", "Shift+M", make=wishes.mute_others),
    _spec("sound", "cue", "U", make=wishes.cue),
    _spec("picture", "layout_prompt", "L"),
    _spec("picture", "screen_prompt", "Shift+L"),
    _spec("picture", "hide", "Shift+V", make=wishes.hide),
    *(_layout(number) for number in range(1, 10)),
    *(_screen(number) for number in range(1, 10)),
    *(_camera(number) for number in range(1, 10)),
    _spec("camera", "camera_home", "Alt+0", make=wishes.home),
    _spec("calls", "redial", "F4", make=wishes.redial),
    _spec("calls", "lock", make=wishes.lock),
    _spec("calls", "hang_up", "Del", make=wishes.hang_up, hold=True),
    _spec("calls", "hang_up_all", "Shift+Del", make=wishes.hang_up_all, hold=True),
    _spec("calls", "close_session", make=wishes.close_session, hold=True),
    _spec("alarms", "acknowledge", "F8"),
    _spec("alarms", "acknowledge_all", "Shift+F8"),
    _spec("alarms", "alarms", "Ctrl+Shift+A", everywhere=True),
    _spec("office", "sync_now", "Ctrl+Shift+S", everywhere=True),
    _spec("office", "conflicts", "Ctrl+Shift+X"),
    _spec("office", "edit_contact", "Ctrl+Shift+C"),
    _spec("office", "plans", "Ctrl+Shift+P"),
    _spec("office", "enrol", "Ctrl+Shift+E"),
    _spec("office", "copy_sync"),
    _spec("office", "save_sync"),
    _spec("office", "leave_office", hold=True),
    _spec("find", "find", "/", "Num+/"),
    _spec("find", "palette", "Ctrl+K", everywhere=True),
    _spec("find", "note", "Ctrl+J", everywhere=True),
    _spec("find", "denser", "Ctrl+-"),
    _spec("find", "larger", "Ctrl+=", "Ctrl++"),
    _spec("window", "keys", "F1", everywhere=True),
    _spec("window", "next_pane", "F6", everywhere=True),
    _spec("window", "pane_back", "Shift+F6", everywhere=True),
    _spec("window", "tear_off", "Ctrl+Shift+D", everywhere=True),
    _spec("window", "inspector", "I"),
    _spec("window", "full_screen", "F11", everywhere=True),
    _spec("window", "theme"),
    _spec("window", "language"),
    _spec("window", "load_roster", "Ctrl+O"),
    _spec("window", "devices", "Ctrl+D", everywhere=True),
    _spec("window", "export", "Ctrl+E"),
    _spec("window", "lock_console", "Ctrl+L", everywhere=True),
    _spec("window", "change_operator"),
    _spec("window", "sign_out"),
    _spec("window", "quit", "Ctrl+Q", everywhere=True),
)


def keys_text(spec: ActionSpec) -> str:
    """The first key of an action as it stands on the keyboard."""
    if spec.chord:
        return spec.chord.replace("Shift+", "⇧")
    return key_text(spec.keys[0]) if spec.keys else ""


def key_text(key: str) -> str:
    """A key in Qt's notation, shortened: «⇧M», «Ctrl+Z»; the space bar by name."""
    if key == "Space":
        return say("key.space")
    return QKeySequence(key).toString(QKeySequence.SequenceFormat.NativeText).replace("Shift+", "⇧")
