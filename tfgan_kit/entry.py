"""The command `tfgan-kit` of the installed package.

The kit's packages have everyday names, which another package or a folder of the user can hide. This
is checked before anything is imported from the wrong place.
"""

import importlib
import importlib.util
import os
import sys
from pathlib import Path

from tfgan_kit.wording import one_line

HOME = Path(__file__).resolve().parent.parent


def run() -> None:
    """Runs the command that this process was started with, and ends the process."""
    check("main")
    leave(importlib.import_module("main").main())


def leave(status: int) -> None:
    """Ends the process with the exit status of a command."""
    if status == os.EX_TEMPFAIL:
        # A worker is lost. TensorFlow's pools for the exchange with it would fail in their
        # destructors now and then, with a traceback after the one line that says so.
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(status)
    sys.exit(status)


def check(*names: str, home: Path = HOME) -> None:
    """Ends the process with one line and status 2 unless top-level modules are the kit's own.

    Nothing is imported.

    Args:
      *names: names of the modules.
      home: the folder that holds the kit's modules.
    """
    for name in names:
        found = importlib.util.find_spec(name)
        place = found and (found.origin or next(iter(found.submodule_search_locations), None))
        if place is None:
            reason = f"tfgan-kit's {name!r} is missing in {home}; install tfgan-kit again"
        elif home not in Path(place).resolve().parents:
            reason = (
                f"{place} hides tfgan-kit's own {name!r}, which is in {home}; rename it, take its "
                "folder out of PYTHONPATH, or install tfgan-kit in an environment of its own"
            )
        else:
            continue
        print(f"error: {one_line(reason)}", file=sys.stderr)
        sys.exit(2)
