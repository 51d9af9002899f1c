"""The end: everything stopped in the order that loses nothing."""

from __future__ import annotations

from console.app.beside import in_thread
from console.app.parts import Console
from console.core.dispatcher import OWN
from console.domain.commands.own import CloseSession


async def put_in_order(console: Console) -> None:
    """Stop in the order that loses nothing: session, links, journal, province."""
    if console.args.state is not None:
        from console.core.dump import dump

        told, path = dump(console.store.state), console.args.state
        await in_thread(lambda: path.write_bytes(told))
    if console.training and console.store.state.session.id and console.writer is not None:
        console.dispatcher.submit(CloseSession(actor=OWN))
        console.store.empty()
    console.operators.sign_out("closed")
    if console.plant is not None:
        await in_thread(console.plant.stop)
    console.store.empty()
    if console.shelf is not None:
        await in_thread(console.shelf.settle)
    if console.reference_watch is not None:
        await in_thread(console.reference_watch.close)
    if console.training_office is not None:
        await in_thread(console.training_office.stop)
    elif console.office is not None:
        await in_thread(console.office.close)
    console.journal.again()
    if console.writer is not None:
        await in_thread(lambda: console.writer.close(10.0) if console.writer else None)
    if console.province is not None:
        await in_thread(console.province.stop)
