"""The office: the link to it, in training to one of its own."""

from __future__ import annotations

import sys

from console.app.parts import Console
from console.core.journal import events_before
from console.domain import facts as f
from console.domain.alarm import Alarm, Priority
from console.domain.problem import Refused
from console.qt.troubles import say_refusal


def link_office(console: Console) -> None:
    """The link to the office; the window stands long since, and nothing waits for it to be up."""
    import time

    from console.core.office_watch import OfficeWatch
    from console.core.reference_facts import KINDS as REFERENCE_KINDS
    from console.core.reference_watch import KNOWN, ReferenceWatch
    from db.sync.office_sync import Clocks

    writer = console.writer
    assert writer is not None
    clocks = Clocks(time.monotonic, console.clock.now_us)
    if console.training:
        from console.core.training_office import TrainingOffice

        console.training_office = TrainingOffice(writer, console.tell, clocks)
        console.office = console.training_office.link
    else:
        from console.core.office import OfficeLink, system_file

        file = system_file(console.opened.folder)
        console.office = OfficeLink(writer, file, console.tell, clocks)
        console.office.begin()
    console.office_watch = OfficeWatch(console.office, console.store, console.clock)
    console.reference_watch = ReferenceWatch(
        console.office,
        console.store,
        console.clock,
        lambda: events_before(writer, 0, REFERENCE_KINDS, KNOWN),
    )


def open_training_office(console: Console) -> None:
    """Training goes on without an office where there is none to be had, and says so."""
    assert console.training_office is not None
    try:
        console.training_office.start(console.store.state.session.title)
    except Refused as refused:
        if not console.training_office.stopped:
            sys.stderr.write(say_refusal(refused) + "\n")
            alarm = Alarm("own:office_training", "office_training", Priority.LOW)
            console.tell(f.AlarmRaised(alarm))
