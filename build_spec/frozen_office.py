"""Where the frozen `hnth-office` begins: the office's server, beside the console or alone."""

from __future__ import annotations

import sys

from db.office.__main__ import main

if __name__ == "__main__":
    sys.exit(main())
