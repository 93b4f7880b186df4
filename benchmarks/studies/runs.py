"""Runs of `main.py` that a study is made of: each is done once, and goes on if interrupted."""

import json
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


def told(*arguments) -> dict:
    """What one command of `main.py` answers with `--json`.

    Raises:
      SystemExit: with its status, if it fails.
    """
    command = [sys.executable, "main.py", *map(str, arguments), "--json"]
    done = subprocess.run(command, stdout=subprocess.PIPE, text=True)
    if done.returncode:
        sys.exit(done.returncode)
    return json.loads(done.stdout)


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


def classifier(run: Path, dataset: str, steps: int, *options) -> Path:
    """The file of a classifier in whose features images are compared, trained if it is missing.

    Args:
      run: its run's directory.
      dataset, steps, options: what it is trained on, how long, and further options.

    Raises:
      SystemExit: if the training fails.
    """
    train(run, "classifier", "--dataset", dataset, "--steps", steps, "--width", 0.5, *options)
    return run / "models" / "classifier.keras"


def train_to(run: Path, steps: int, method: str, *options) -> None:
    """Trains to a step, from where the run is.

    Args:
      run: the run's directory.
      steps: the step.
      method, options: see `train`.

    Raises:
      SystemExit: if the training fails.
    """
    if not (run / "config.json").exists():
        main_py("train", method, *options, "--steps", steps, "--run-dir", run)
    elif not any(ended >= steps for ended in ends(run)):
        main_py("train", "--resume", run, "--steps", steps)


def ends(run: Path) -> list[int]:
    """The steps at which a run has finished, one after the other."""
    log = run / "log.txt"
    lines = log.read_text().splitlines() if log.exists() else []
    return [int(line.split()[1]) for line in lines if line.startswith("finished ")]


def finished(run: Path) -> bool:
    """Whether the log of a run says so."""
    return bool(ends(run))


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
