"""Where the frozen `hnth-verify` begins: a program of its own beside the console."""

from __future__ import annotations

import sys

from db.verifier.__main__ import main

if __name__ == "__main__":
    sys.exit(main())
