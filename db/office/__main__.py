"""`hnth-office`: make an office, serve it, let consoles and people in, and out."""

from __future__ import annotations

import argparse
import sys

from db.fault import StoreFault
from db.office.address import BadAddress
from db.office.commands import (
    accounts,
    keeping,
    letting_in,
    making,
    records,
    serving,
    training,
)
from db.terminal import at_terminal

COMMANDS = (making, serving, letting_in, accounts, records, keeping, training)


def parser() -> argparse.ArgumentParser:
    """The command line."""
    top = argparse.ArgumentParser(prog="hnth-office", description=__doc__)
    subparsers = top.add_subparsers(dest="command", required=True, metavar="COMMAND")
    for module in COMMANDS:
        module.add(subparsers)
    return top


def main(words: list[str] | None = None) -> int:
    """Run one command; 0 when it did what was asked."""
    return at_terminal(lambda: _run(words))


def _run(words: list[str] | None) -> int:
    arguments = parser().parse_args(words)
    try:
        return arguments.run(arguments)
    except FileExistsError as error:
        print(f"{error.filename} is already there; nothing was changed", file=sys.stderr)
    except FileNotFoundError as error:
        print(f"{error.filename} is not there: hnth-office init FOLDER first", file=sys.stderr)
    except BadAddress as error:
        print(f"--database: {error}", file=sys.stderr)
    except StoreFault as fault:
        detail = fault.params.get("detail", "")
        print(f"the database can't be used ({fault.code}): {detail}", file=sys.stderr)
    return 2


if __name__ == "__main__":
    sys.exit(main())
