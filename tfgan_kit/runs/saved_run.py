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
      networks: networks to use in place of saved ones, by name.

    Attributes:
      run: the `RunDir`.
      models: the folder of its networks.
      method, settings: the contents of its config.json.
      uses: name -> `tfgan_kit.uses.Use`.

    Raises:
      UserError: if there is no run, its description is damaged, or the best networks were not kept.
    """

    def __init__(self, run_dir, *, best: bool = False, networks: Mapping | None = None):
        self.run = RunDir.open(run_dir)
        config = self.run.read_config()
        self.method, self.settings = config["method"], config["settings"]
        self.models, self._loaded = self.run.models_of(best), dict(networks or {})
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
                f"{self.run.path} is a run of {self.method}, whose networks cannot {name}, only "
                f"{known}; name another run"
            )
        use = self.uses[name]
        return Bound(use, {call.network: self.load(call.network) for call in use.calls})

    def load(self, name: str) -> keras.Model:
        """One of the run's networks; for an averaged network, the average.

        All uses share it: it is loaded once, and an export holds it once.

        Raises:
          UserError: if it is not saved yet, or cannot be loaded.
        """
        if name not in self._loaded:
            path = self.models / f"{name}.keras"
            if not path.exists():
                raise UserError(
                    f"{self.run.path} has no {name}.keras yet; it comes with the first checkpoint"
                )
            self._loaded[name] = load_keras(path)
        return self._loaded[name]

    def has(self, name: str) -> bool:
        """Whether a network of that name is saved."""
        return (self.models / f"{name}.keras").exists()

    def setting(self, name: str):
        """A setting of the run.

        Raises:
          UserError: if its config.json lacks it.
        """
        try:
            return self.settings[name]
        except KeyError as error:
            raise UserError(f"{self.run.config} lacks the setting {error}") from None
