"""`python -m tests.bench NAME …` runs `tests/bench/NAME.py` and prints what its `main` returns.

Windows are painted offscreen unless QT_QPA_PLATFORM says otherwise.
"""

from __future__ import annotations

import importlib
import json
import os
import sys
from pathlib import Path

from db.terminal import at_terminal


def benches() -> list[str]:
    """The names that can be asked for."""
    return sorted(p.stem for p in Path(__file__).parent.glob("*.py") if p.stem.isalpha())


def run(argv: list[str]) -> int:
    """Run one bench; 2 where there is none of that name."""
    if not argv or argv[0] not in benches():
        print(f"usage: python -m tests.bench {{{','.join(benches())}}} …", file=sys.stderr)
        return 2
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    result = importlib.import_module(f"tests.bench.{argv[0]}").main(argv[1:])
    print(json.dumps(result, ensure_ascii=False), flush=True)
    return 0


if __name__ == "__main__":
    sys.exit(at_terminal(lambda: run(sys.argv[1:])))
