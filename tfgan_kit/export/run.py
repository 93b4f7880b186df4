"""What is exported of a run: its networks, and what there is to tell about them."""

import hashlib
import json

from tfgan_kit.errors import UserError
from tfgan_kit.runs.best import best_step
from tfgan_kit.runs.checkpoints import complete_steps
from tfgan_kit.runs.run_dir import RunDir
from tfgan_kit.runs.saved_generator import SavedGenerator


class FinishedRun:
    """A run that was trained to its last step, opened for export.

    Args:
      run_dir: its directory.
      best: whether to export the networks of the best evaluation instead of the newest.

    Attributes:
      run: the `RunDir`.
      method, settings: of its config.json.
      step: number of steps that the networks were trained for.
      data: what it was trained on, in words.
      generator: the `SavedGenerator`, with averaged weights where the run averages.
      sha256: of the generator's file.

    Raises:
      UserError: if there is no run, it has not finished, its method has no generator, the best was
        not kept, or a network cannot be loaded.
    """

    def __init__(self, run_dir, *, best: bool = False):
        self.run = RunDir.open(run_dir)
        config = self.run.read_config()
        self.method, self.settings = config["method"], config["settings"]
        self._models = self.run.models_of(best)
        self.generator = SavedGenerator(run_dir, best=best)
        last = max(complete_steps(self.run.checkpoints), default=0)
        planned = self.settings.get("steps", 0)
        if last < planned:
            raise UserError(
                f"{run_dir} has not finished: its last checkpoint is of step {last} of "
                f"{planned}; finish it with `train --resume {run_dir}`"
            )
        self.step = best_step(self._models) if best else last
        self.data = self._data(last)
        with open(self._models / "generator.keras", "rb") as file:
            self.sha256 = hashlib.file_digest(file, "sha256").hexdigest()

    def _data(self, step):
        try:
            manifest = json.loads((self.run.checkpoints / f"ckpt-{step}.json").read_text())
            return str(manifest["data"])
        except (OSError, ValueError, KeyError, TypeError):
            return str(self.settings.get("dataset", "unknown data"))
