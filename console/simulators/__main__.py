"""`python -m console.simulators province …`: pretend devices until told to stop."""

from __future__ import annotations

import sys

from console.simulators.options import parse


def main(arguments: list[str] | None = None) -> int:
    """Run until SIGTERM, SIGINT or, where asked, until standard input closes."""
    options = parse(arguments)
    from console.simulators.launch import run

    return run(options)


if __name__ == "__main__":
    sys.exit(main())
