"""What is exported of a run: its networks, and what there is to tell about them."""

import hashlib
import json

from tfgan_kit.commands.saved_generator import SavedGenerator
from tfgan_kit.engine.checkpoints import complete_steps
from tfgan_kit.engine.run_dir import RunDir
from tfgan_kit.errors import UserError
from tfgan_kit.export.known_classes import check_classes
from tfgan_kit.saved_models import load_keras


class FinishedRun:
    """A run that was trained to its last step, opened for export.

    Args:
      run_dir: its directory.

    Attributes:
      run: the `RunDir`.
      method, settings: of its config.json.
      step: number of steps it was trained for.
      data: what it was trained on, in words.
      generator: the `SavedGenerator`, with averaged weights where the run averages.
      sha256: of the generator's file.

    Raises:
      UserError: if there is no run, it has not finished, its method has no generator, or a network
        cannot be loaded or holds what is not exported.
    """

    def __init__(self, run_dir):
        self.run = RunDir.open(run_dir)
        config = self.run.read_config()
        self.method, self.settings = config["method"], config["settings"]
        for path in self.run.models.glob("*.keras"):
            check_classes(path)
        self.generator = SavedGenerator(run_dir)
        self.step = max(complete_steps(self.run.checkpoints), default=0)
        planned = self.settings.get("steps", 0)
        if self.step < planned:
            raise UserError(
                f"{run_dir} has not finished: its last checkpoint is of step {self.step} of "
                f"{planned}; finish it with `train --resume {run_dir}`"
            )
        self.data = self._data()
        with open(self.run.models / "generator.keras", "rb") as file:
            self.sha256 = hashlib.file_digest(file, "sha256").hexdigest()

    def discriminator(self):
        """The run's discriminator.

        Raises:
          UserError: if the run has none.
        """
        return load_keras(self.run.models / "discriminator.keras")

    def _data(self):
        try:
            manifest = json.loads((self.run.checkpoints / f"ckpt-{self.step}.json").read_text())
            return str(manifest["data"])
        except (OSError, ValueError, KeyError, TypeError):
            return str(self.settings.get("dataset", "unknown data"))
