"""The generator of a run, loaded from its directory."""

import keras
import numpy as np

from tfgan_kit.engine.run_dir import RunDir
from tfgan_kit.errors import UserError
from tfgan_kit.latents import fixed_latents, in_order, render
from tfgan_kit.names import DOMAINS
from tfgan_kit.saved_models import load_keras


class SavedGenerator:
    """The generator of a run and the latents that it takes.

    Args:
      run_dir: a run directory.

    Attributes:
      network: the Keras model.
      letters: letters of the domains of a joint run, () for any other.
      image_shape: (height, width, channels) of what it makes, or (d,) for points.
      seed, distribution, latent_size: settings of the run.

    Raises:
      UserError: if there is no run, its method has no generator, or none is saved yet.
    """

    def __init__(self, run_dir):
        self._run = RunDir.open(run_dir)
        config = self._run.read_config()
        if config["method"] == "classifier":
            raise UserError(f"{run_dir} is a classifier's run, without a generator; name another")
        try:
            self.seed = config["settings"]["seed"]
            self.distribution = config["settings"]["latent"]
            self.latent_size = config["settings"]["latent_size"]
        except KeyError as error:
            raise UserError(f"{self._run.config} lacks the setting {error}") from None
        if not self._path("generator").exists():
            raise UserError(
                f"{run_dir} has no generator.keras yet; it comes with the first checkpoint"
            )
        self.network = self._load("generator")
        self.letters = tuple(d for d in DOMAINS if f"image_{d}" in self.network.output)
        self.image_shape = in_order(self.network.output)[0].shape[1:]

    def encoder(self) -> keras.Model | None:
        """The run's encoder from images to latents, if it has one."""
        return self._load("encoder") if self._path("encoder").exists() else None

    def latents(self, seed: int | None, count: int) -> np.ndarray:
        """Latents (count, latent_size) of a seed, by default the run's: those of its grids."""
        seed = self.seed if seed is None else seed
        return fixed_latents(self.distribution, seed, count, self.latent_size)

    def render(self, latents: np.ndarray) -> tuple[np.ndarray, ...]:
        """What the generator makes of latents; see `tfgan_kit.latents.render`."""
        return render(self.network, latents)

    def _path(self, name):
        return self._run.models / f"{name}.keras"

    def _load(self, name):
        return load_keras(self._path(name))
