"""Reading form fields the way the bridge judges them."""

from __future__ import annotations

from console.simulators.cms.xml import Refused

LAYOUTS = (
    "automatic",
    "allEqual",
    "speakerOnly",
    "telepresence",
    "stacked",
    "allEqualQuarters",
    "allEqualNinths",
    "allEqualSixteenths",
    "allEqualTwentyFifths",
    "onePlusFive",
    "onePlusSeven",
    "onePlusNine",
    "onePlusN",
)
LABEL_BYTES = 50


def invalid(name: str) -> Refused:
    """The refusal of one field's value."""
    return Refused("parameterError", parameter=name, error="invalidValue")


def flag(form: dict[str, str], name: str, unset: bool | None = False) -> bool | None:
    """`true` or `false`; `unset` for the empty value."""
    value = form[name]
    if value == "":
        return unset
    if value not in ("true", "false"):
        raise invalid(name)
    return value == "true"


def number(form: dict[str, str], name: str, low: int = 0, high: int = 2**31 - 1) -> int | None:
    """A whole number in range; None for the empty value."""
    value = form[name]
    if value == "":
        return None
    if not (value.isascii() and value.isdigit()) or not low <= int(value) <= high:
        raise invalid(name)
    return int(value)


def choice(form: dict[str, str], name: str, among: tuple[str, ...]) -> str | None:
    """One of the words; None for the empty value."""
    value = form[name]
    if value == "":
        return None
    if value not in among:
        raise invalid(name)
    return value


def label(form: dict[str, str], name: str) -> str | None:
    """A name override cut to 50 bytes of UTF-8 between characters; None for the empty value."""
    value = form[name].encode()[:LABEL_BYTES].decode("utf-8", "ignore")
    return value or None
