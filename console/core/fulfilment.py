"""A wish at its device: asked for, then looked for until it is seen."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from weakref import WeakValueDictionary

from console.core.contact import Contact, problem_of
from console.domain import facts as f
from console.domain.commands.base import Command
from console.domain.problem import Problem, Refused
from console.wire.problems import WireError

_LOOKS_S = (0.1, 0.2, 0.3, 0.5, 0.8, 1.2, 2.0)
"""Waits between looks at whether a wish has come true; the last repeats."""
_MARGIN_S = 0.25
"""So long before a wish's deadline it is said what went wrong, if that is known; at the deadline
the Dispatcher gives up without knowing."""


Turns = WeakValueDictionary[str, asyncio.Lock]
"""Whose turn it is at a device, by `Command.turn`."""


async def fulfil(
    contact: Contact,
    command: Command,
    still_open: Callable[[str], bool],
    turns: Turns,
    after_s: float = 0.0,
) -> None:
    """Carry a durable wish to its device, then look until it is settled or its time is up.

    It is told as sent, answered, refused, or lost with what went wrong; never as done: that is
    for the State to say. `still_open` tells whether a wish (by its id) waits for its outcome;
    one that was given up before its turn came is not sent. It is sent `after_s` later.
    """
    told = command.id
    end = asyncio.get_running_loop().time() + command.deadline_s - _MARGIN_S
    failure: Problem | None = None
    turn = asyncio.Lock()
    if command.turn:
        turn = turns.setdefault(command.turn, turn)
    try:
        async with turn:
            if after_s:
                await asyncio.sleep(after_s)
            if not still_open(told):
                return
            contact.tell([f.CommandSent(told)], told)
            await contact.exchange.hold(contact.driver.perform(command), cause=told, urgent=True)
    except Refused as refused:
        contact.tell([f.CommandRefused(told, refused.problem)], told)
        return
    except WireError as error:
        failure = problem_of(error, contact.spec.name)
    except Exception as error:  # noqa: BLE001 - how far the driver came is not known
        failure = contact.fault(error)
    else:
        contact.tell([f.CommandAnswered(told)], told)
    failure = await _look_until_seen(contact, command, still_open, failure, end)
    if failure is not None and still_open(told):
        contact.tell([f.CommandLost(told, failure)], told)


async def _look_until_seen(
    contact: Contact,
    command: Command,
    still_open: Callable[[str], bool],
    failure: Problem | None,
    end: float,
) -> Problem | None:
    """Read back until the wish is settled or its time is up; why looking failed at last."""
    loop = asyncio.get_running_loop()
    looks = 0
    while still_open(command.id) and (left_s := end - loop.time()) > 0:
        await asyncio.sleep(min(_LOOKS_S[min(looks, len(_LOOKS_S) - 1)], left_s))
        looks += 1
        if not still_open(command.id):
            break
        try:
            async with asyncio.timeout_at(end):
                talk = contact.driver.look(command)
                await contact.exchange.hold(talk, cause=command.id, urgent=True)
        except WireError as error:
            failure = problem_of(error, contact.spec.name)
        except (Refused, TimeoutError):
            continue
        except Exception as error:  # noqa: BLE001 - whatever a driver does, the link goes on
            return contact.fault(error)
        else:
            failure = None
    return failure
