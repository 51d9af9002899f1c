"""What commands there are: their parameters, and the roles that may give them.

From the vendor's schemas for 9.15, 11.24 and 26.4: presets are for Admin and User, not for
Integrator.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, TypeAlias

ALL = frozenset({"Admin", "Integrator", "User"})
PEOPLE = frozenset({"Admin", "User"})
ADMIN = frozenset({"Admin"})

Value: TypeAlias = str | int | list[str]
Values: TypeAlias = dict[str, Value]


@dataclass(frozen=True, slots=True)
class Parameter:
    """One parameter: a number from `low` to `high`, one of `choices`, or a text."""

    name: str
    required: bool = False
    low: int | None = None
    high: int | None = None
    choices: tuple[str, ...] = ()
    many: bool = False


@dataclass(frozen=True, slots=True)
class Command:
    """One command by its path, such as `Camera Preset Activate`."""

    path: str
    roles: frozenset[str]
    parameters: tuple[Parameter, ...] = ()

    @property
    def result(self) -> str:
        """The result element: the last two words and `Result`."""
        return "".join(self.path.split()[-2:]) + "Result"


def number(name: str, low: int, high: int, *, required: bool = False) -> Parameter:
    """A number in range."""
    return Parameter(name, required, low, high)


def word(name: str, *choices: str, required: bool = False) -> Parameter:
    """One of some words."""
    return Parameter(name, required, choices=choices)


CAMERA = number("CameraId", 1, 7)
NEEDED_CAMERA = number("CameraId", 1, 7, required=True)
PRESET = number("PresetId", 1, 35, required=True)
YES_NO = ("False", "True")
COMMANDS = (
    Command("Audio Microphones Mute", ALL),
    Command("Audio Microphones Unmute", ALL),
    Command("Audio Microphones ToggleMute", ALL),
    Command("Audio Volume Set", ALL, (number("Level", 0, 100, required=True),)),
    Command("Camera Preset Activate", PEOPLE, (PRESET,)),
    Command(
        "Camera Preset Store",
        PEOPLE,
        (
            NEEDED_CAMERA,
            number("PresetId", 1, 35),
            Parameter("Name"),
            number("ListPosition", 1, 35),
            word("DefaultPosition", *YES_NO),
            word("TakeSnapshot", *YES_NO),
        ),
    ),
    Command("Camera Preset List", PEOPLE, (CAMERA, word("DefaultPosition", *YES_NO))),
    Command("Camera Preset Remove", PEOPLE, (PRESET,)),
    Command(
        "Camera Ramp",
        ALL,
        (
            NEEDED_CAMERA,
            word("Pan", "Left", "Right", "Stop"),
            number("PanSpeed", 1, 24),
            word("Tilt", "Up", "Down", "Stop"),
            number("TiltSpeed", 1, 24),
            word("Zoom", "In", "Out", "Stop"),
            number("ZoomSpeed", 1, 15),
            word("Focus", "Far", "Near", "Stop"),
        ),
    ),
    Command(
        "Camera PositionSet",
        ALL,
        (
            CAMERA,
            number("Pan", -17000, 17000),
            number("Tilt", -9000, 9000),
            number("Zoom", 0, 12000),
            number("Focus", 0, 65535),
        ),
    ),
    Command("RoomPreset Activate", PEOPLE, (number("PresetId", 1, 15, required=True),)),
    Command(
        "RoomPreset Store",
        PEOPLE,
        (
            number("PresetId", 1, 15, required=True),
            word("Type", "All", "Camera", required=True),
            Parameter("Description"),
        ),
    ),
    Command("RoomPreset Clear", PEOPLE, (number("PresetId", 1, 15, required=True),)),
    Command(
        "Dial",
        ALL,
        (
            Parameter("Number", required=True),
            word("Protocol", "H320", "H323", "Sip", "Spark"),
            number("CallRate", 64, 20000),
            word("CallType", "Audio", "Video"),
        ),
    ),
    Command("Call Disconnect", ALL, (number("CallId", 0, 65534),)),
    Command("Call Accept", PEOPLE, (number("CallId", 0, 65534),)),
    Command("Call Hold", PEOPLE, (number("CallId", 0, 65534),)),
    Command("Call Resume", PEOPLE, (number("CallId", 0, 65534),)),
    Command("Video Layout SetLayout", PEOPLE, (Parameter("LayoutName", required=True),)),
    Command("Presentation Start", PEOPLE, (number("PresentationSource", 1, 6),)),
    Command("Presentation Stop", PEOPLE),
    Command(
        "Video Input SetMainVideoSource",
        ALL,
        (
            number("ConnectorId", 1, 8),
            number("SourceId", 1, 8),
            word("Layout", "Equal", "PIP", "Prominent"),
        ),
    ),
    Command("Video Input MainVideo Mute", ALL),
    Command("Video Input MainVideo Unmute", ALL),
    Command("Standby Activate", ALL),
    Command("Standby Deactivate", ALL),
    Command("Standby Halfwake", ALL),
    Command(
        "SystemUnit Boot", ALL, (word("Action", "Restart", "Shutdown"), word("Force", *YES_NO))
    ),
    Command(
        "HttpFeedback Register",
        ADMIN,
        (
            number("FeedbackSlot", 1, 4, required=True),
            Parameter("ServerUrl", required=True),
            Parameter("Expression", many=True),
            word("Format", "XML", "JSON"),
        ),
    ),
    Command("HttpFeedback Deregister", ADMIN, (number("FeedbackSlot", 1, 4, required=True),)),
    Command("HttpFeedback Enable", ADMIN, (number("FeedbackSlot", 1, 4, required=True),)),
)
BY_PATH = {command.path.casefold(): command for command in COMMANDS}


class BadParameter(ValueError):
    """A parameter is missing, unknown or out of range; the text says which and why."""


def judged(command: Command, given: dict[str, list[str]]) -> Values:
    """The parameters a command was given, each of its own kind.

    Raises:
        BadParameter: one is missing, unknown or out of range.
    """
    known = {parameter.name.casefold(): parameter for parameter in command.parameters}
    values: Values = {}
    for name, texts in given.items():
        parameter = known.get(name.casefold())
        if parameter is None:
            raise BadParameter(f"Unknown parameter: {name}")
        if parameter.many:
            values[parameter.name] = texts
            continue
        if len(texts) != 1:
            raise BadParameter(f"Parameter given twice: {name}")
        values[parameter.name] = judged_value(parameter, texts[0])
    for parameter in command.parameters:
        if parameter.required and parameter.name not in values:
            raise BadParameter(f"Missing parameter: {parameter.name}")
    return values


def judged_value(parameter: Parameter, text: str) -> Value:
    """One value, or BadParameter."""
    if parameter.low is not None and parameter.high is not None:
        try:
            value = int(text)
        except ValueError:
            raise BadParameter(f"Not a number: {parameter.name}") from None
        if not parameter.low <= value <= parameter.high:
            raise BadParameter(f"Out of range: {parameter.name}")
        return value
    if parameter.choices:
        for choice in parameter.choices:
            if choice.casefold() == text.casefold():
                return choice
        raise BadParameter(f"Illegal value: {parameter.name}")
    return text


def command_tree() -> dict[str, Any]:
    """Every command by its words, with the names of its parameters."""
    tree: dict[str, Any] = {}
    for command in COMMANDS:
        level = tree
        for word in command.path.split():
            level = level.setdefault(word, {})
        for parameter in command.parameters:
            level[parameter.name] = ""
    return tree
