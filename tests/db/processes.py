"""Processes that tests start to kill: forked from one that has everything imported."""

from __future__ import annotations

import multiprocessing
import os
from typing import Any

CONTEXT: Any = multiprocessing.get_context("forkserver" if os.name == "posix" else "spawn")
if os.name == "posix":
    CONTEXT.set_forkserver_preload(["db.writer", "alembic.command", "tests.db.processes"])
