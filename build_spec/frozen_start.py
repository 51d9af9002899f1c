"""Where the frozen program begins; worker processes of its own and the office of training mode
begin here too."""

from __future__ import annotations

import multiprocessing
import sys

from console.__main__ import main

if __name__ == "__main__":
    multiprocessing.freeze_support()
    if sys.argv[1:2] == ["office-server"]:  # the console itself knows no office server
        from db.office.__main__ import main as office_server

        sys.exit(office_server(sys.argv[2:]))
    sys.exit(main())
