"""What a Driver is: one device family's dialect, told as generators that do no I/O.

A Talk yields what it wants from the wire and is sent what came of it; the Link (core) performs
the I/O. Written this way a driver is tested by hand-feeding it, fuzzed without a socket, and
can never block.
"""

from __future__ import annotations

from collections.abc import Callable, Generator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, ClassVar, Protocol

from console.domain.capability import Capability
from console.domain.commands.base import Command
from console.domain.device import DeviceSpec
from console.domain.facts import Fact
from console.wire.feed import FeedPlan
from console.wire.session import Request


@dataclass(frozen=True, slots=True)
class Together:
    """Requests that don't depend on each other: sent side by side, as many as the Link allows.

    Answered by a list in the same order, each the reply or the `WireError` it met.
    """

    requests: tuple[Request, ...]


@dataclass(frozen=True, slots=True)
class Digest:
    """Bytes to be turned into plain data by `parse`, a function at a module's top level.

    A large body is parsed in a worker process, so that no key waits for it. Answered by what
    `parse(body)` returned; what it raised is raised in the Talk.
    """

    parse: Callable[[bytes], Any]
    body: bytes


@dataclass(frozen=True, slots=True)
class Report:
    """Facts that should not wait for the Talk's end. Answered by None."""

    facts: Sequence[Fact]


@dataclass(frozen=True, slots=True)
class Pause:
    """Wait `seconds`. Answered by None."""

    seconds: float


Ask = Request | Together | Digest | Report | Pause
"""What a Talk may yield. A Request of the device's protocol is answered by that protocol's reply
(an `HttpRequest` by its `HttpReply`); where the wire failed, the `WireError` is raised in the Talk
at the yield."""

Talk = Generator[Ask, Any, Sequence[Fact]]
"""A conversation; returns the facts learnt. May raise `Refused` (the device declines, and why)
or let a `WireError` pass (nothing is known of what became of it)."""


@dataclass(frozen=True, slots=True)
class Round:
    """A Talk to be held again and again: every `period_s`, or every `focus_s` while the
    operator looks at the device (None: the same). A busy device delays a round, never doubles it.
    """

    name: str
    period_s: float
    make: Callable[[], Talk]
    focus_s: float | None = None


@dataclass(frozen=True, slots=True)
class Heard:
    """What one pushed message meant: facts, messages to send back, and Talks to hold now."""

    facts: Sequence[Fact] = ()
    send: Sequence[str] = ()
    talks: Sequence[Talk] = field(default=())


class Driver(Protocol):
    """One device's dialect and memory. All methods are called from one thread, never at once.

    Facts name sites by the ids of `directory` (dial address in lower case → site id); an
    address it does not hold becomes the guest id `?` + address. Another roster in it changes who
    a participant is: absent under the old id, told under the new one (decision 130). Whatever a
    device sends that the driver does not understand leaves things unknown; it is never guessed.
    """

    kind: ClassVar[str]
    can: ClassVar[Capability]
    """Everything this kind of device may be able to do."""

    def probe(self) -> Talk:
        """First contact: who is there and what it can do (`DeviceProbed`)."""
        ...

    def observe(self) -> Talk:
        """Read everything afresh: after connecting, after a gap, after a restart."""
        ...

    def rounds(self) -> Sequence[Round]:
        """What to ask again and again; the shortest doubles as the sign of life."""
        ...

    def perform(self, command: Command) -> Talk:
        """Ask for what the Command wishes. Returning means asked, not achieved."""
        ...

    def look(self, command: Command) -> Talk:
        """Read back just what shows whether the Command has come true."""
        ...

    def listen(self) -> Generator[Ask, Any, FeedPlan | None]:
        """Prepare the event feed; None where the device has none."""
        ...

    def hear(self, message: str) -> Heard:
        """One message of the event feed. Never raises: garbage means nothing."""
        ...

    def forget(self) -> None:
        """The link was lost: tokens and sessions are gone; what was known may be stale."""
        ...

    def leave(self) -> Talk:
        """Say good-bye: end device sessions that would otherwise be left open."""
        ...


@dataclass(frozen=True, slots=True)
class Setting:
    """What a driver is made from: how to reach the device, and who its dial addresses are."""

    spec: DeviceSpec
    directory: Mapping[str, str]
    now_us: Callable[[], int]


DriverMaker = Callable[[Setting], Driver]
