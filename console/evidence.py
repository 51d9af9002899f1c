"""`hnth-console evidence`: the journal as plain files to hand over, checked by `hnth-verify`."""

from __future__ import annotations

import argparse
import sys

from console.core.places import data_folder
from console.doctor import speak
from console.qt.wording import say
from db.export import export_journal
from db.fault import StoreFault
from db.folder import JOURNAL


def evidence(args: argparse.Namespace) -> int:
    """Write every journal of the store, those set aside too; the exit code. It is only read."""
    speak(args)
    store = data_folder(args) / "store"
    files = sorted(path.name for path in store.glob("journal*.sqlite3"))
    if JOURNAL not in files:
        sys.stderr.write(say("evidence.none", folder=store) + "\n")
        return 2
    code = 0
    for file in files:
        try:
            made = export_journal(store, args.to, file)
        except FileExistsError as error:
            sys.stderr.write(say("evidence.there", path=error.filename) + "\n")
            code = 2
        except (OSError, StoreFault) as error:
            sys.stderr.write(say("evidence.failed", file=file, why=error) + "\n")
            code = 2
        else:
            sys.stdout.write(say("evidence.made", file=file, path=made) + "\n")
    return code
