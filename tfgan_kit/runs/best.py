"""The models of the best evaluation so far, kept alongside those of the newest checkpoint."""

import json
import math
import os
import shutil
from pathlib import Path

from tfgan_kit.errors import UserError
from tfgan_kit.machine.files import NotWritten, write_json, writing


def best_step(path) -> int:
    """The training step of the models in a directory.

    Args:
      path: path of a directory that `Best` maintains.

    Raises:
      UserError: if its best.json is missing or damaged.
    """
    return int(_number(Path(path), "step"))


def _number(path, key):
    file = path / "best.json"
    try:
        return float(json.loads(file.read_text())[key])
    except (OSError, ValueError, TypeError, KeyError):
        raise UserError(f"{file} is missing or damaged; move {path} away") from None


class Best:
    """A directory of models and best.json, which records their step and why they were kept.

    The new directory is written in full next to the old one and then replaces it, so that a killed
    process leaves models of a single step. No other state is kept: if a run resumes from a
    checkpoint older than the best models, they stay until better ones replace them.

    Args:
      path: the directory.
      goal: the `tfgan_kit.evaluation.goal.Goal`.

    Raises:
      UserError: if best.json is damaged.
    """

    def __init__(self, path, goal):
        self._path, self._goal = Path(path), goal
        self._new, self._old = (self._path.with_name(f".best-{which}") for which in ("new", "old"))
        # best.json is written last: if it exists, everything does.
        if not self._path.exists() and (self._new / "best.json").exists():
            os.rename(self._new, self._path)
        self._remove_parts()
        self._value = self._read()

    def _remove_parts(self):
        for part in (self._new, self._old):
            shutil.rmtree(part, ignore_errors=True)

    def _read(self):
        return _number(self._path, "value") if self._path.exists() else None

    def offer(self, step: int, measured: dict, models: dict) -> str | None:
        """Keeps the models of a step if they are better than those kept so far.

        Args:
          step: the step.
          measured: its measures, with the "protocols" of those that have one.
          models: name -> Keras model.

        Returns:
          One line for the user, or None if the kept models stay.
        """
        numbers = {name: measured[name] for name in self._goal.names if name in measured}
        if len(numbers) < len(self._goal.names):
            return None
        value = math.fsum(numbers.values()) / len(numbers)
        if not math.isfinite(value) or not self._is_better(value):
            return None
        self._remove_parts()
        try:
            with writing(self._path):
                self._replace(step, numbers, measured, value, models)
        except NotWritten:
            shutil.rmtree(self._new, ignore_errors=True)
            raise
        self._value = value
        return f"{self._goal.name} {value:.4g} is the best so far: its models are in {self._path}"

    def _replace(self, step, numbers, measured, value, models):
        self._new.mkdir()
        for name, network in models.items():
            network.save(self._new / f"{name}.keras")
        told = {
            "step": step,
            "number": self._goal.name,
            "best": "lowest" if self._goal.lower else "highest",
            "value": value,
            **numbers,
            "protocols": {n: p for n, p in measured.get("protocols", {}).items() if n in numbers},
        }
        write_json(told, self._new / "best.json")
        if self._path.exists():
            os.rename(self._path, self._old)
        os.rename(self._new, self._path)
        self._remove_parts()

    def _is_better(self, value):
        if self._value is None:
            return True
        return value < self._value if self._goal.lower else value > self._value
