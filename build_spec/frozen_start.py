"""Where the frozen program begins; worker processes of its own begin here too."""

from __future__ import annotations

import multiprocessing
import sys

from console.__main__ import main

if __name__ == "__main__":
    multiprocessing.freeze_support()
    sys.exit(main())
