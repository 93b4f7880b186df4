"""From a command to its answer: help, and the first step of a training."""

import os
import subprocess
import sys
import tempfile
import time

from benchmarks.child import ROOT
from benchmarks.turns import spread

HELP = (["--help"], ["train", "gan", "--help"])
TRAINING = ["train", "gan", "--dataset", "glyphs", "--steps", "1000"]
FIRST_STEP = "first step after"


def measure(*, windows: int, say) -> list[dict]:
    """Runs each command so many times, in turn.

    Returns:
      One row per command: "command", "until" ("its end", or "first step"), and "seconds" as
      [median, smallest, largest].
    """
    seconds = {}
    for i in range(windows):
        say(f"start-up: round {i + 1} of {windows}")
        for arguments in HELP:
            seconds.setdefault((" ".join(arguments), "its end"), []).append(_to_the_end(arguments))
        seconds.setdefault((" ".join(TRAINING), "first step"), []).append(_to_the_first_step())
    return [
        {"command": f"python main.py {command}", "until": until, "seconds": spread(values)}
        for (command, until), values in seconds.items()
    ]


def _to_the_end(arguments):
    start = time.perf_counter()
    command = [sys.executable, "main.py", *arguments]
    subprocess.run(command, cwd=ROOT, check=True, stdout=subprocess.DEVNULL)
    return time.perf_counter() - start


def _to_the_first_step():
    with tempfile.TemporaryDirectory() as folder:
        start = time.perf_counter()
        process = subprocess.Popen(
            [sys.executable, "main.py", *TRAINING, "--run-dir", f"{folder}/run"],
            cwd=ROOT,
            env=os.environ | {"PYTHONUNBUFFERED": "1"},
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            text=True,
        )
        for line in process.stdout:
            if FIRST_STEP in line:
                seconds = time.perf_counter() - start
                break
        else:
            raise RuntimeError(f"no {FIRST_STEP!r} in what {' '.join(TRAINING)} printed")
        process.terminate()
        process.communicate()
        return seconds
