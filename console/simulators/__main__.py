"""`python -m console.simulators province …`: pretend devices until told to stop."""

from __future__ import annotations

import sys

from console.simulators.options import parse
from db.terminal import at_terminal


def main(arguments: list[str] | None = None) -> int:
    """Run until SIGTERM, SIGINT or, where asked, until standard input closes."""
    return at_terminal(lambda: _run(arguments))


def _run(arguments: list[str] | None) -> int:
    options = parse(arguments)
    from console.simulators.launch import run

    return run(options)


if __name__ == "__main__":
    sys.exit(main())
