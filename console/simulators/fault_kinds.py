"""The kinds of trouble there are, as data from which an instructor's panel can be built."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class Parameter:
    """One thing a fault can be told: its name, kind, default and, for a choice, the choices."""

    name: str
    type: str
    default: Any = None
    choices: tuple[str, ...] = ()
    low: float | None = None
    high: float | None = None


@dataclass(frozen=True, slots=True)
class FaultKind:
    """One kind of trouble. `scope` says what it befalls: `site`, `device`, `bridge` (an MCU) or
    `camera`; `lasting` whether it stays in force for `seconds` or `count`, or just happens (what
    passes by itself is listed until it has, so that it can be ended before);
    `families` whose devices alone can have it, where not all of the scope can."""

    kind: str
    scope: str
    lasting: bool
    about: str
    parameters: tuple[Parameter, ...] = ()
    families: tuple[str, ...] = ()


SECONDS = Parameter("seconds", "number", 10.0, low=0.1, high=86_400)
COUNT = Parameter("count", "integer", None, low=1, high=100_000)
PATH = Parameter("path", "text", "*")
METHOD = Parameter("method", "choice", "*", ("*", "GET", "POST", "PUT", "DELETE"))
REQUEST = (SECONDS, COUNT, PATH, METHOD)
EVENT = (SECONDS, COUNT, Parameter("event", "text", "*"))
NOISE = ("body", "wire", "length", "headers", "nul")
FLAWS = ("unknown_ca", "expired", "name", "changed")
MESSAGE = (SECONDS, COUNT, PATH)
BYTE_FLAWS = ("no_end", "oversize", "address", "noise", "length")

KINDS: tuple[FaultKind, ...] = (
    # what happens at a site
    FaultKind(
        "drop",
        "site",
        False,
        "The call drops; the site comes back after `seconds` (0: it stays away).",
        (Parameter("seconds", "number", 20.0, low=0, high=86_400),),
    ),
    FaultKind("join", "site", False, "An absent site calls in."),
    FaultKind("hold", "site", False, "The site puts the call on hold.", (SECONDS,)),
    FaultKind("room_mute", "site", False, "The room's own microphone is switched off."),
    FaultKind("room_unmute", "site", False, "The room's own microphone is switched on."),
    FaultKind("self_mute", "site", False, "The site mutes itself at the bridge."),
    FaultKind("self_unmute", "site", False, "The site unmutes itself at the bridge."),
    FaultKind(
        "open_mic",
        "site",
        False,
        "The site unmutes itself everywhere and talks for `seconds`.",
        (SECONDS,),
    ),
    FaultKind("speak", "site", False, "Somebody in the room begins to speak."),
    FaultKind("quiet", "site", False, "The room falls silent."),
    FaultKind(
        "loss",
        "site",
        False,
        "The line loses packets for `seconds`.",
        (
            SECONDS,
            Parameter("loss_pct", "number", 8.0, low=0, high=100),
            Parameter("jitter_ms", "number", 60.0, low=0, high=2000),
        ),
    ),
    FaultKind(
        "district_outage",
        "site",
        False,
        "A site and all below it lose their line for `seconds`, then call back in.",
        (SECONDS,),
    ),
    FaultKind("camera_stuck", "site", False, "The camera's motor does not move.", (SECONDS,)),
    FaultKind(
        "camera_moved", "site", False, "Somebody in the room moves the camera with its remote."
    ),
    FaultKind("no_answer", "site", False, "The site lets calls ring.", (SECONDS,)),
    FaultKind(
        "teams_mode",
        "site",
        False,
        "The device is in a Teams call: no Call in its status.",
        (SECONDS,),
    ),
    FaultKind(
        "rename",
        "site",
        False,
        "The site shows another name.",
        (Parameter("name", "text", "Xã <b>Ea H'leo</b> & M'Đrắk"),),
    ),
    # what a device does to requests
    FaultKind("hang", "device", True, "Requests are accepted and never answered.", REQUEST),
    FaultKind(
        "drip",
        "device",
        True,
        "Answers come one byte every `every_s` seconds.",
        (
            *REQUEST,
            Parameter("every_s", "number", 0.4, low=0.001, high=60),
            Parameter("where", "choice", "body", ("body", "header")),
        ),
    ),
    FaultKind(
        "slow",
        "device",
        True,
        "Answers come `delay_ms` late.",
        (*REQUEST, Parameter("delay_ms", "number", 2000, low=1, high=120_000)),
    ),
    FaultKind("busy", "device", True, "Every answer is 503.", REQUEST),
    FaultKind(
        "garbage",
        "device",
        True,
        "Answers are noise: in the body, in the headers, in the length, or nothing but noise.",
        (*REQUEST, Parameter("where", "choice", "body", NOISE)),
    ),
    FaultKind("html", "device", True, "Answers are a login page.", REQUEST),
    FaultKind("truncate", "device", True, "Answers stop half-way.", REQUEST),
    FaultKind(
        "flood",
        "device",
        True,
        "Answers are endless: `megabytes` of them.",
        (*REQUEST, Parameter("megabytes", "number", 64, low=1, high=1024)),
    ),
    FaultKind("reset", "device", True, "Requests are answered by cutting the connection.", REQUEST),
    FaultKind(
        "refuse",
        "device",
        True,
        "Requests are refused with `code`, in the device's own words.",
        (*REQUEST, Parameter("code", "text", "invalidOperation")),
    ),
    FaultKind("unauthorized", "device", True, "The password is no longer accepted.", REQUEST),
    FaultKind(
        "ignored_write",
        "device",
        True,
        "Writes are answered with success and change nothing.",
        REQUEST,
    ),
    FaultKind(
        "wrong_certificate",
        "device",
        True,
        "The device shows another certificate from now on.",
        (SECONDS, Parameter("flaw", "choice", "unknown_ca", FLAWS)),
        ("cms", "rooms"),
    ),
    FaultKind(
        "half_open",
        "device",
        True,
        "Connections stay up and carry nothing, new ones included.",
        (SECONDS,),
    ),
    FaultKind(
        "restart",
        "device",
        True,
        "The device goes down for `seconds` and comes back with new ids and no sessions.",
        (SECONDS,),
    ),
    FaultKind("expire_tokens", "device", False, "Sessions and tokens expire at once."),
    FaultKind(
        "cut",
        "device",
        False,
        "Every open connection is cut, without a word.",
        (),
        ("cms", "freeswitch", "rooms"),
    ),
    # what a bridge does to its events and lists
    FaultKind("lost_event", "bridge", True, "Events are not sent.", EVENT),
    FaultKind("duplicate_event", "bridge", True, "Events are sent twice.", EVENT),
    FaultKind("reorder_events", "bridge", True, "Events overtake one another.", EVENT),
    FaultKind(
        "unstable_order", "bridge", True, "Lists come in another order each time.", (SECONDS,)
    ),
    FaultKind(
        "alarm",
        "bridge",
        True,
        "The bridge raises a system alarm.",
        (SECONDS, Parameter("type", "text", "recorderUnavailable")),
        ("cms",),
    ),
    FaultKind(
        "dial_scan",
        "bridge",
        False,
        "A burst of calls to numbers that do not exist, as call records show it.",
        (Parameter("calls", "integer", 20, low=1, high=1000),),
        ("cms",),
    ),
    FaultKind(
        "stranger",
        "bridge",
        False,
        "An uninvited, unencrypted caller joins for `seconds`.",
        (SECONDS, Parameter("uri", "text", "sip:1000@203.0.113.9")),
    ),
    FaultKind(
        "lost_record", "bridge", True, "Call records are dropped.", (SECONDS, COUNT), ("cms",)
    ),
    # what happens to a camera's messages, and in its memory
    FaultKind("lost_request", "camera", True, "Messages to the camera are lost.", MESSAGE),
    FaultKind("lost_reply", "camera", True, "The camera's replies are lost.", MESSAGE),
    FaultKind("duplicate_reply", "camera", True, "The camera's replies come twice.", MESSAGE),
    FaultKind("reorder_replies", "camera", True, "A reply is overtaken by the next.", MESSAGE),
    FaultKind("no_completion", "camera", True, "The camera never says it has done it.", MESSAGE),
    FaultKind("wrong_sequence", "camera", True, "Replies carry another message's number.", MESSAGE),
    FaultKind(
        "garbled_reply",
        "camera",
        True,
        "Replies have something wrong with their bytes.",
        (*MESSAGE, Parameter("flaw", "choice", "no_end", BYTE_FLAWS)),
    ),
    FaultKind(
        "memory_lost",
        "camera",
        True,
        "The camera says it has stored a position, and has not.",
        (SECONDS, COUNT),
    ),
)

BY_NAME = {kind.kind: kind for kind in KINDS}


class BadFault(ValueError):
    """The fault asked for makes no sense; the text says why."""


def checked(kind: FaultKind, values: dict[str, Any]) -> dict[str, Any]:
    """`values` with defaults filled in and every value judged.

    Raises:
        BadFault: a parameter is unknown, or a value of the wrong kind or out of range.
    """
    known = {parameter.name: parameter for parameter in kind.parameters}
    if extra := set(values) - set(known):
        raise BadFault(f"{kind.kind} has no parameter {min(extra)}")
    result = {name: parameter.default for name, parameter in known.items()}
    if values.get("count") is not None and "seconds" not in values:
        result["seconds"] = None
    for name, value in values.items():
        result[name] = None if value is None else judged(known[name], value)
    return result


def judged(parameter: Parameter, value: Any) -> Any:
    """`value` as the parameter wants it, or BadFault."""
    name = parameter.name
    if parameter.type in ("number", "integer"):
        if isinstance(value, bool) or not isinstance(value, int | float):
            raise BadFault(f"{name} must be a number")
        low, high = parameter.low, parameter.high
        if (low is not None and value < low) or (high is not None and value > high):
            raise BadFault(f"{name} must be between {low} and {high}")
        return int(value) if parameter.type == "integer" else float(value)
    if not isinstance(value, str):
        raise BadFault(f"{name} must be a text")
    if parameter.type == "choice" and value not in parameter.choices:
        raise BadFault(f"{name} must be one of {', '.join(parameter.choices)}")
    return value
