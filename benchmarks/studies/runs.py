"""Runs of `main.py` that a study is made of: each is done once, and goes on if interrupted."""

import statistics
import subprocess
import sys
from pathlib import Path

from trainers import registry


def main_py(*arguments) -> None:
    """Runs one command of `main.py` in a process of its own.

    Raises:
      SystemExit: with its status, if it fails.
    """
    done = subprocess.run([sys.executable, "main.py", *map(str, arguments)])
    if done.returncode:
        sys.exit(done.returncode)


def check_presets(parser, names) -> None:
    """Ends the program with one line if a preset is not known."""
    for name in names:
        if not registry.methods_with(name):
            parser.error(registry.about_preset(name))


def train(run: Path, method: str, *options) -> None:
    """Trains into a folder, unless that is done; what was interrupted goes on.

    Args:
      run: the run's directory.
      method: its method.
      options: further options of `main.py train METHOD`.

    Raises:
      SystemExit: if the training fails.
    """
    if not (run / "config.json").exists():
        main_py("train", method, *options, "--run-dir", run)
    elif not finished(run):
        main_py("train", "--resume", run)


def finished(run: Path) -> bool:
    """Whether the log of a run says so."""
    log = run / "log.txt"
    return log.exists() and any(line.startswith("finished ") for line in log.open())


def cell(values) -> str:
    """Numbers of several seeds in a table: their mean, and (smallest-largest); "-" for none."""
    if not values:
        return "-"
    form = ".1f" if max(values) >= 10 else ".3f"
    if max(map(abs, values)) < 0.03:
        form = ".4f"
    text = format(statistics.fmean(values), form)
    if len(values) > 1:
        text += f" ({min(values):{form}}-{max(values):{form}})"
    return text
