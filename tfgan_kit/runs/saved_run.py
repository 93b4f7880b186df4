"""A run opened for use: what it can do, and the networks that do it."""

from collections.abc import Mapping

import keras

from tfgan_kit.errors import UserError
from tfgan_kit.models.saved_models import load_keras
from tfgan_kit.runs.run_dir import RunDir
from tfgan_kit.runs.version_0_1 import uses_of_0_1
from tfgan_kit.uses import Use, read_uses
from tfgan_kit.uses.apply import Bound


class SavedRun:
    """The uses of a run.

    Args:
      run_dir: a run directory.
      best: whether to take the networks of the best evaluation instead of the newest.

    Attributes:
      run: the `RunDir`.
      method, settings: the contents of its config.json.
      uses: name -> `tfgan_kit.uses.Use`.

    Raises:
      UserError: if there is no run, its description is damaged, or the best networks were not kept.
    """

    def __init__(self, run_dir, *, best: bool = False):
        self.run = RunDir.open(run_dir)
        config = self.run.read_config()
        self.method, self.settings = config["method"], config["settings"]
        self._models = self.run.models_of(best)
        found = read_uses(self.run.uses)
        self.uses: Mapping[str, Use] = uses_of_0_1(self) if found is None else found

    @property
    def seed(self) -> int:
        """The run's seed."""
        return self.setting("seed")

    def bound(self, name: str) -> Bound:
        """A use with its networks.

        Raises:
          UserError: if the run has no such use, or its networks are not saved yet.
        """
        if name not in self.uses:
            known = ", ".join(self.uses) or "nothing"
            raise UserError(
                f"{self.run.path} is a run of {self.method}, whose networks cannot {name}, but "
                f"{known}; name another run"
            )
        return Bound(self.uses[name], _Networks(self))

    def load(self, name: str) -> keras.Model:
        """One of the run's networks; for an averaged network, the average.

        Raises:
          UserError: if it is not saved yet, or cannot be loaded.
        """
        path = self._models / f"{name}.keras"
        if not path.exists():
            raise UserError(
                f"{self.run.path} has no {name}.keras yet; it comes with the first checkpoint"
            )
        return load_keras(path)

    def has(self, name: str) -> bool:
        """Whether a network of that name is saved."""
        return (self._models / f"{name}.keras").exists()

    def setting(self, name: str):
        """A setting of the run.

        Raises:
          UserError: if its config.json lacks it.
        """
        try:
            return self.settings[name]
        except KeyError as error:
            raise UserError(f"{self.run.config} lacks the setting {error}") from None


class _Networks(Mapping):
    """The networks of a run, each loaded on first access."""

    def __init__(self, saved: SavedRun):
        self._saved, self._loaded = saved, {}

    def __getitem__(self, name):
        if name not in self._loaded:
            self._loaded[name] = self._saved.load(name)
        return self._loaded[name]

    def __iter__(self):
        return iter(self._loaded)

    def __len__(self):
        return len(self._loaded)
