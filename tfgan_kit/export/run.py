"""What is exported from a run: its networks, and information about them."""

import hashlib
import json

from tfgan_kit.errors import UserError
from tfgan_kit.runs.best import best_step
from tfgan_kit.runs.complete import complete_steps
from tfgan_kit.runs.run_dir import RunDir
from tfgan_kit.runs.saved_generator import SavedGenerator
from tfgan_kit.runs.saved_run import SavedRun
from tfgan_kit.wording import word


class FinishedRun:
    """A run that has been trained to its last step, opened for export.

    Args:
      run_dir: its directory.
      best: whether to export the networks of the best evaluation instead of the newest.

    Attributes:
      run: the `RunDir`.
      method, settings: the contents of its config.json.
      step: number of steps that the networks were trained for.
      data: a description of the training data.
      saved: the `SavedRun`, with averaged weights where the run averages.
      generator: the `SavedGenerator`, None if the run generates nothing.
      bound: the use that is served by default: `generate`, or else the run's first use.
      sha256: SHA-256 of the file of its network.

    Raises:
      UserError: if there is no run, it has not finished, it has no uses, the best networks were not
        kept, or a network cannot be loaded.
    """

    def __init__(self, run_dir, *, best: bool = False):
        self.run = RunDir.open(run_dir)
        config = self.run.read_config()
        self.method, self.settings = config["method"], config["settings"]
        self._models = self.run.models_of(best)
        self.saved = SavedRun(run_dir, best=best)
        uses = self.saved.uses
        if "generate" in uses or not uses:
            self.generator = SavedGenerator(run_dir, best=best)
            self.saved, self.bound = self.generator.saved, self.generator.bound
        else:
            self.generator, self.bound = None, self.saved.bound(next(iter(uses)))
        last = max(complete_steps(self.run.checkpoints), default=0)
        planned = self.settings.get("steps", 0)
        if last < planned:
            raise UserError(
                f"{run_dir} has not finished: its last checkpoint is of step {last} of "
                f"{planned}; finish it with `train --resume {word(run_dir)}`"
            )
        self.step = best_step(self._models) if best else last
        self.data = self._data(last)
        network = self.bound.use.calls[-1].network
        with open(self._models / f"{network}.keras", "rb") as file:
            self.sha256 = hashlib.file_digest(file, "sha256").hexdigest()

    def _data(self, step):
        try:
            manifest = json.loads((self.run.checkpoints / f"ckpt-{step}.json").read_text())
            return str(manifest["data"])
        except (OSError, ValueError, KeyError, TypeError):
            return str(self.settings.get("dataset", "unknown data"))
