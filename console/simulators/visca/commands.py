"""The commands a camera knows, as patterns and what each comes to (wire document, rooms §4.2)."""

from __future__ import annotations

from collections.abc import Callable

from console.simulators.visca.head import AXES, Head, Plan
from console.simulators.visca.messages import SYNTAX, Refused, read, signed

PAN_FASTEST = 0x18
UNITS_PER_S = 5120.0  # a hundred degrees
ZOOM_STEP, FOCUS_STEP = 1024.0, 2048.0
Values = dict[str, int]


def need(sensible: bool) -> None:
    """Refuse what makes no sense as a syntax error."""
    if not sensible:
        raise Refused(SYNTAX)


def slowness(speed: int) -> float:
    """How many times longer than at full speed a way takes."""
    return min(4.0, PAN_FASTEST / speed)


# -- memories -------------------------------------------------------------------------------------


def memory_number(head: Head, values: Values) -> int:
    """A memory number that exists."""
    need(values["m"] <= head.profile.last_memory)
    return values["m"]


def memory_reset(head: Head, values: Values) -> Plan:
    """Empty a memory."""
    number = memory_number(head, values)

    def forget() -> None:
        head.ptz.memories.pop(number, None)

    return Plan("set", forget)


def memory_set(head: Head, values: Values) -> Plan:
    """Store where the camera looks."""
    number = memory_number(head, values)

    def store() -> None:
        if number in head.profile.reserved or head.forgets():
            return
        head.ptz.memories[number] = head.here
        head.province.note("memory", head.site.code, str(number))

    return Plan("set", store)


def memory_recall(head: Head, values: Values) -> Plan:
    """Go to a memory."""
    number = memory_number(head, values)
    memory = head.ptz.memories.get(number)
    if number in head.profile.reserved:
        return Plan("menu", lambda: setattr(head.ptz, "menu", True))
    if memory is None and head.profile.refuses_empty:
        return refused()
    if memory is None:
        return nothing()
    speeds = head.ptz.recall_speeds
    speed = speeds.get(number if head.profile.speed_of_each else 0, PAN_FASTEST)

    def go() -> None:
        head.ptz.recalled = number
        where = {"pan": memory.pan, "tilt": memory.tilt, "zoom": memory.zoom}
        head.go(slowness(speed), focus=memory.focus, **where)

    return Plan("recall", go, AXES, "arrived")


def recall_speed_of_each(head: Head, values: Values) -> Plan:
    """How fast one memory is gone to."""
    need(head.profile.speed_of_each and 1 <= values["v"] <= PAN_FASTEST)
    number = memory_number(head, values)
    return Plan("setting", lambda: head.ptz.recall_speeds.__setitem__(number, values["v"]))


def recall_speed_of_all(head: Head, values: Values) -> Plan:
    """How fast every memory is gone to."""
    need(not head.profile.speed_of_each and 1 <= values["v"] <= PAN_FASTEST)
    return Plan("setting", lambda: head.ptz.recall_speeds.__setitem__(0, values["v"]))


# -- pan and tilt ---------------------------------------------------------------------------------


def speeds(head: Head, values: Values) -> float:
    """The slowness of a way at these pan and tilt speeds."""
    pan, tilt = values["v"], values["w"]
    need(1 <= pan <= PAN_FASTEST and 1 <= tilt <= head.profile.tilt_fastest)
    return slowness(min(pan, tilt + 1))


def pan_tilt(head: Head, values: Values) -> Plan:
    """Drive, or stop where both directions say so. The speed of an axis that rests is ignored."""
    pan, tilt, left, up = values["v"], values["w"], values["x"], values["y"]
    need(left in (1, 2, 3) and up in (1, 2, 3))
    if left == up == 3:
        return Plan("stop", lambda: head.halt("pt"), "pt")
    need(left == 3 or 1 <= pan <= PAN_FASTEST)
    need(up == 3 or 1 <= tilt <= head.profile.tilt_fastest)
    pan_speed = {1: -1, 2: 1, 3: 0}[left] * pan * UNITS_PER_S / PAN_FASTEST
    tilt_speed = {1: 1, 2: -1, 3: 0}[up] * tilt * UNITS_PER_S / PAN_FASTEST
    return Plan("drive", lambda: head.drive({"p": pan_speed, "t": tilt_speed}), "pt")


def absolute(head: Head, values: Values) -> Plan:
    """Go to a pan and tilt position, or to the mechanical limit before it."""
    slow, pan, tilt = speeds(head, values), signed(values["p"]), signed(values["t"])
    return Plan("absolute", lambda: head.go(slow, pan=pan, tilt=tilt), "pt", "arrived")


def relative(head: Head, values: Values) -> Plan:
    """Go so far from where it looks."""
    slow, pan, tilt = speeds(head, values), signed(values["p"]), signed(values["t"])

    def go() -> None:
        here = head.here
        head.go(slow, pan=here.pan + pan, tilt=here.tilt + tilt)

    return Plan("relative", go, "pt", "arrived")


def home(head: Head, values: Values) -> Plan:
    """Look straight ahead."""
    return Plan("home", lambda: head.go(pan=0, tilt=0), "pt", "arrived")


def reset(head: Head, values: Values) -> Plan:
    """Find the mechanical limits again and look straight ahead."""
    return Plan("reset", lambda: head.go(1.5, pan=0, tilt=0), "pt", "arrived")


# -- lens -----------------------------------------------------------------------------------------


def lens_drive(head: Head, values: Values, axis: str, step: float) -> Plan:
    """Drive zoom or focus up (2p) or down (3p), p 0 to 7; 2 and 3 are the standard speed."""
    what, speed = divmod(values["x"], 16)
    if values["x"] == 0:
        return Plan("stop", lambda: head.halt(axis), axis)
    if what == 0 and speed in (2, 3):
        what, speed = speed, 3
    need(what in (2, 3) and speed <= 7)
    units = (1 if what == 2 else -1) * step * (speed + 1)
    return Plan("drive", lambda: head.drive({axis: units}), axis)


def zoom(head: Head, values: Values) -> Plan:
    """Tele, wide, stop."""
    return lens_drive(head, values, "z", ZOOM_STEP)


def zoom_direct(head: Head, values: Values) -> Plan:
    """Go to a zoom position, or to the optical limit before it."""
    return Plan("zoom", lambda: head.go(zoom=values["z"]), "z", "arrived")


def focus(head: Head, values: Values) -> Plan:
    """Far (towards 1000h), near, stop; by hand only."""
    plan = lens_drive(head, values, "f", -FOCUS_STEP)
    return refused() if head.ptz.auto_focus else plan


def focus_direct(head: Head, values: Values) -> Plan:
    """Go to a focus position; by hand only."""
    if head.ptz.auto_focus:
        return refused()
    return Plan("focus", lambda: head.go(focus=values["z"]), "f", "arrived")


def focus_mode(head: Head, values: Values) -> Plan:
    """Automatic, by hand, or the other of the two."""
    need(values["x"] in (0x02, 0x03, 0x10))
    auto = {0x02: True, 0x03: False}.get(values["x"], not head.ptz.auto_focus)
    return Plan("setting", lambda: setattr(head.ptz, "auto_focus", auto))


def focus_once(head: Head, values: Values) -> Plan:
    """Focus once; the pretend lens is sharp already."""
    return nothing()


# -- the camera itself ----------------------------------------------------------------------------


def power(head: Head, values: Values) -> Plan:
    """On, or standby."""
    need(values["x"] in (2, 3))
    if values["x"] == 3:
        return Plan("power", lambda: standby(head), always=True)
    if head.ptz.power:
        return Plan("power", lambda: None, always=True)
    return Plan("power", head.start, until="started", always=True)


def standby(head: Head) -> None:
    """Stop whatever moves and go to standby."""
    head.halt(AXES)
    head.ptz.power, head.ptz.menu = False, False


def menu(head: Head, values: Values) -> Plan:
    """Show or hide the menu, under which nothing moves."""
    need(values["x"] in (2, 3))
    if not head.ptz.power:
        return refused()
    return Plan("menu", lambda: setattr(head.ptz, "menu", values["x"] == 2), always=True)


def refused() -> Plan:
    """Something that cannot be done now."""
    return Plan("setting", lambda: None, able=False)


def nothing() -> Plan:
    """Something that changes nothing."""
    return Plan("setting", lambda: None)


COMMANDS: tuple[tuple[str, Callable[[Head, Values], Plan]], ...] = (
    ("04 3F 00 mm", memory_reset),
    ("04 3F 01 mm", memory_set),
    ("04 3F 02 mm", memory_recall),
    ("7E 01 0B mm vv", recall_speed_of_each),
    ("06 01 vv", recall_speed_of_all),
    ("06 01 vv ww xx yy", pan_tilt),
    ("06 02 vv ww 0p 0p 0p 0p 0t 0t 0t 0t", absolute),
    ("06 03 vv ww 0p 0p 0p 0p 0t 0t 0t 0t", relative),
    ("06 04", home),
    ("06 05", reset),
    ("04 07 xx", zoom),
    ("04 47 0z 0z 0z 0z", zoom_direct),
    ("04 08 xx", focus),
    ("04 48 0z 0z 0z 0z", focus_direct),
    ("04 38 xx", focus_mode),
    ("04 18 01", focus_once),
    ("04 00 xx", power),
    ("06 06 xx", menu),
)


def planned(head: Head, content: bytes) -> Plan:
    """What a command comes to. Raises Refused where it is none, or its values make no sense."""
    for pattern, plan in COMMANDS:
        values = read(pattern, content)
        if values is not None:
            return plan(head, values)
    raise Refused(SYNTAX)
