"""What is exported from a run: its networks, and information about them."""

import hashlib

from tfgan_kit.adaptation.clone import read_clone, trained
from tfgan_kit.errors import UserError
from tfgan_kit.runs.complete import complete_steps
from tfgan_kit.runs.run_dir import RunDir
from tfgan_kit.runs.saved_generator import SavedGenerator
from tfgan_kit.runs.saved_run import SavedRun
from tfgan_kit.wording import word


class FinishedRun:
    """A run that has been trained to its last step, or an adapted clone of a run, for export.

    Args:
      run_dir: its directory.
      best: whether to export the networks of the best evaluation instead of the newest.

    Attributes:
      run: the `RunDir`.
      method, settings: the contents of its config.json.
      step: number of steps that the networks were trained for.
      data: a description of the training data.
      adapted: what a clone was adapted to, see `tfgan_kit.adaptation.clone`; else None.
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
        self.saved = SavedRun(run_dir, best=best)
        uses = self.saved.uses
        if "generate" in uses or not uses:
            self.generator = SavedGenerator(run_dir, best=best)
            self.saved, self.bound = self.generator.saved, self.generator.bound
        else:
            self.generator, self.bound = None, self.saved.bound(next(iter(uses)))
        self.adapted = read_clone(self.run)
        if self.adapted is None:
            self._check_finished()
        self.step, self.data = trained(self.saved, best)
        network = self.bound.use.calls[-1].network
        with open(self.saved.models / f"{network}.keras", "rb") as file:
            self.sha256 = hashlib.file_digest(file, "sha256").hexdigest()

    def _check_finished(self):
        last = max(complete_steps(self.run.checkpoints), default=0)
        planned = self.settings.get("steps", 0)
        if last < planned:
            raise UserError(
                f"{self.run.path} has not finished: its last checkpoint is of step {last} of "
                f"{planned}; finish it with `train --resume {word(self.run.path)}`"
            )
