"""The inquiries a camera answers (wire document, rooms §4.2 and §4.3; vendor's block and codes)."""

from __future__ import annotations

from collections.abc import Callable

from console.simulators.visca.head import Head
from console.simulators.visca.messages import NOT_EXECUTABLE, SYNTAX, Refused, nibbles, read

NEAR_LIMIT = b"\x0d\x00"
NO_MEMORY = 0x7F
Values = dict[str, int]


def switch(on: bool) -> bytes:
    """On is 2, off is 3."""
    return b"\x02" if on else b"\x03"


def power(head: Head, values: Values) -> bytes:
    """On, or standby."""
    return switch(head.ptz.power)


def version(head: Head, values: Values) -> bytes:
    """Vendor, model, release, number of sockets."""
    return head.profile.version


def pan_tilt_position(head: Head, values: Values) -> bytes:
    """Pan and tilt, sixteen bits each."""
    here = head.here
    return nibbles(here.pan) + nibbles(here.tilt)


def pan_tilt_status(head: Head, values: Values) -> bytes:
    """Sixteen bits: 13–12 bearings, 11–10 the last move, 3–0 at which limit."""
    camera, here, now_s = head.camera, head.here, head.now_s
    bits = 0x1000 if head.ptz.starting(now_s) else 0x2000
    if camera.stuck(now_s):
        bits |= 0x0C00
    elif camera.moving(now_s):
        bits |= 0x0400
    elif head.ptz.moved:
        bits |= 0x0800
    reach = camera.reach
    bits |= 0x1 * (here.pan <= reach.pan[0]) | 0x2 * (here.pan >= reach.pan[1])
    bits |= 0x4 * (here.tilt >= reach.tilt[1]) | 0x8 * (here.tilt <= reach.tilt[0])
    return bits.to_bytes(2, "big")


def fastest(head: Head, values: Values) -> bytes:
    """The highest pan and tilt speed."""
    return bytes((0x18, head.profile.tilt_fastest))


def zoom_position(head: Head, values: Values) -> bytes:
    """Zoom, 0 to 4000h."""
    return nibbles(head.here.zoom)


def focus_position(head: Head, values: Values) -> bytes:
    """Focus, 1000h far to F000h near."""
    return nibbles(head.here.focus)


def focus_mode(head: Head, values: Values) -> bytes:
    """Automatic, or by hand."""
    return switch(head.ptz.auto_focus)


def recalled(head: Head, values: Values) -> bytes:
    """The memory it was last sent to."""
    number = head.ptz.recalled
    return bytes((NO_MEMORY if number is None else number,))


def recall_speed(head: Head, values: Values) -> bytes:
    """How fast one memory is gone to."""
    if not head.profile.speed_of_each or values["m"] > head.profile.last_memory:
        raise Refused(SYNTAX)
    return bytes((head.ptz.recall_speeds.get(values["m"], 0x18),))


def menu(head: Head, values: Values) -> bytes:
    """Whether the menu is shown."""
    return switch(head.ptz.menu)


def lens(head: Head, values: Values) -> bytes:
    """The lens block: zoom, near limit, focus, and in the last byte what is being executed."""
    here, drive, running = head.here, head.camera.drive, head.running()
    zooming = bool(drive[2]) or any(job.name == "zoom" for job in running)
    focusing = bool(drive[3]) or any(job.name == "focus" for job in running)
    recalling = any(job.name == "recall" for job in running)
    doing = 0x1 * zooming | 0x2 * focusing | 0x4 * recalling
    block = nibbles(here.zoom) + NEAR_LIMIT + nibbles(here.focus)
    return block + bytes((0, int(head.ptz.auto_focus), doing))


INQUIRIES: tuple[tuple[str, Callable[[Head, Values], bytes]], ...] = (
    ("04 00", power),
    ("00 02", version),
    ("06 12", pan_tilt_position),
    ("06 10", pan_tilt_status),
    ("06 11", fastest),
    ("04 47", zoom_position),
    ("04 48", focus_position),
    ("04 38", focus_mode),
    ("04 3F", recalled),
    ("7E 01 0B mm", recall_speed),
    ("06 06", menu),
    ("7E 7E 00", lens),
)
IN_STANDBY = (power, version)


def answered(head: Head, content: bytes) -> bytes:
    """The answer to an inquiry. Raises Refused where it is none, or none in standby."""
    for pattern, inquiry in INQUIRIES:
        values = read(pattern, content)
        if values is None:
            continue
        if not head.ptz.power and inquiry not in IN_STANDBY:
            raise Refused(NOT_EXECUTABLE)
        return inquiry(head, values)
    raise Refused(SYNTAX)
