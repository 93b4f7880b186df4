"""The generator of a run, loaded from its directory."""

from collections.abc import Callable

import keras
import numpy as np

from tfgan_kit.errors import UserError
from tfgan_kit.latent.latents import fixed_latents, in_order, latents_of_block, render, truncated
from tfgan_kit.models.saved_models import load_keras
from tfgan_kit.runs.run_dir import RunDir
from tfgan_kit.settings.names import DOMAINS


class SavedGenerator:
    """The generator of a run and the latents that it takes.

    Args:
      run_dir: a run directory.
      best: whether to take the networks of the best evaluation instead of the newest.

    Attributes:
      network: the Keras model.
      letters: letters of the domains of a joint run, () for any other.
      image_shape: (height, width, channels) of what it makes, or (d,) for points.
      seed, distribution, latent_size: settings of the run.

    Raises:
      UserError: if there is no run, its method has no generator, none is saved yet, or the best
        was not kept.
    """

    def __init__(self, run_dir, *, best: bool = False):
        run = RunDir.open(run_dir)
        config = run.read_config()
        if config["method"] == "classifier":
            raise UserError(f"{run_dir} is a classifier's run, without a generator; name another")
        try:
            self.seed = config["settings"]["seed"]
            self.distribution = config["settings"]["latent"]
            self.latent_size = config["settings"]["latent_size"]
        except KeyError as error:
            raise UserError(f"{run.config} lacks the setting {error}") from None
        self._models = run.models_of(best)
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

    def latents(self, seed: int | None, count: int, truncation: float | None = None) -> np.ndarray:
        """Latents (count, latent_size) of a seed, by default the run's: those of its grids.

        Args:
          seed: which.
          count: how many.
          truncation: see `tfgan_kit.latent.latents.truncated`; None for none.
        """
        seed = self.seed if seed is None else seed
        latents = fixed_latents(self.distribution, seed, count, self.latent_size)
        if truncation is not None:
            latents = truncated(latents, self.distribution, truncation)
        return latents

    def stream(self, purpose: str):
        """The function from (block, count) to the latents of an endless stream of the run's seed.

        See `tfgan_kit.latent.latents.latents_of_block`.
        """
        return lambda block, count: latents_of_block(
            self.distribution, self.seed, f"generated/{purpose}", block, count, self.latent_size
        )

    def render(
        self, latents: np.ndarray, progress: Callable[[int], None] = lambda count: None
    ) -> tuple[np.ndarray, ...]:
        """What the generator makes of latents; see `tfgan_kit.latent.latents.render`."""
        return render(self.network, latents, progress)

    def _path(self, name):
        return self._models / f"{name}.keras"

    def _load(self, name):
        return load_keras(self._path(name))
