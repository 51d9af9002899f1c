"""What a whole message is: a command, an inquiry, a cancel, a setting of the interface."""

from __future__ import annotations

from console.simulators.visca import messages
from console.simulators.visca.commands import planned
from console.simulators.visca.head import Head, Say
from console.simulators.visca.inquiries import answered
from console.simulators.visca.messages import Refused

IF_CLEAR = b"\x01\x00\x01"
ADDRESS_SET = b"\x30\x01"
BROADCAST = 0x88


def hear(head: Head, message: bytes, say: Say, *, dry: bool = False) -> None:
    """Hear one message, and say what there is to say at once; a command's completion comes later.

    A dry command is acknowledged, said to be completed, and not done. Over IP a vendor's camera
    heeds no address and no broadcast; others keep to what they do on a serial line.
    """
    if not message:
        return
    address, content = message[0], message[1:-1]
    if address == BROADCAST:
        broadcast(head, content, say)
        return
    if head.profile.own_address_only and address & 0x0F != 1:
        return
    try:
        if len(message) > messages.LONGEST:
            raise Refused(messages.LENGTH)
        if message[-1] != messages.END or messages.END in content or not content:
            raise Refused(messages.SYNTAX)
        if not address & 0x80:
            raise Refused(messages.SYNTAX)
        if content == IF_CLEAR:
            head.clear()
            say("answer", messages.answer())
        elif content[0] == 0x09:
            say("answer", messages.answer(answered(head, content[1:])))
        elif content[0] == 0x01:
            head.execute(planned(head, content[1:]), say, dry=dry)
        elif content[0] >> 4 == 2 and len(content) == 1:
            head.cancel(content[0] & 0x0F, say)
        else:
            raise Refused(messages.SYNTAX)
    except Refused as problem:
        say("error", messages.error(problem.code, problem.socket))


def broadcast(head: Head, content: bytes, say: Say) -> None:
    """A message to every camera on a serial line; over IP the vendor promises nothing."""
    if not head.profile.own_address_only:
        return
    if content == IF_CLEAR:
        head.clear()
        say("answer", bytes((BROADCAST,)) + IF_CLEAR + b"\xff")
    elif content == ADDRESS_SET:
        say("answer", b"\x88\x30\x02\xff")
