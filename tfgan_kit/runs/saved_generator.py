"""The generator of a run, loaded from its directory."""

from collections.abc import Callable

import keras
import numpy as np

from tfgan_kit.fields import Field
from tfgan_kit.latent.latents import latents_of_block, truncated
from tfgan_kit.latent.walks import default_path, walks
from tfgan_kit.runs.saved_run import SavedRun
from tfgan_kit.uses.draw import draw_inputs, grid_of_classes, labels_at


class SavedGenerator:
    """Generates examples with a run's networks, and makes the latents and labels for this.

    Args:
      run_dir: a run directory.
      best: whether to take the networks of the best evaluation instead of the newest.
      networks: see `SavedRun`.

    Attributes:
      saved: the `SavedRun`.
      bound: the use `generate` with its networks.
      use: see `Bound`.
      letters: letters of the domains of a joint run, () for any other.
      image_shape: (height, width, channels) of the generated images, or (d,) for points.
      seed: the run's seed.
      latent: the latent's `Field`.
      label: the label's `Field`, None if it takes none.

    Raises:
      UserError: if there is no run, its method has no generator, no generator has been saved yet,
        or the best one was not kept.
    """

    def __init__(self, run_dir, *, best: bool = False, networks=None):
        self.saved = SavedRun(run_dir, best=best, networks=networks)
        self.bound = self.saved.bound("generate")
        self.use, self.seed = self.bound.use, self.saved.seed
        self.letters = self.use.letters
        self.image_shape = self.use.outputs[self.use.examples[0]].shape
        self._latent = self.use.find("latent")
        self.latent: Field = self.use.inputs[self._latent]
        self.label: Field | None = self.use.inputs.get(self.use.label)

    @property
    def networks(self) -> tuple[keras.Model, ...]:
        """The networks of the generating use."""
        return tuple(self.saved.load(call.network) for call in self.use.calls)

    def encoder(self) -> keras.Model | None:
        """The run's encoder from images to latents, if it has one."""
        return self.saved.load("encoder") if self.saved.has("encoder") else None

    def inputs(
        self,
        seed: int | None,
        count: int,
        *,
        truncation: float | None = None,
        labels: np.ndarray | None = None,
    ) -> dict[str, np.ndarray]:
        """The latents and uniform classes for a seed, by default the run's seed.

        Args:
          seed: seed of the latents.
          count: number of rows.
          truncation: see `tfgan_kit.latent.latents.truncated`; None for none.
          labels: labels (count, ...) instead of the uniform classes.
        """
        drawn = draw_inputs(self.use, self._seed(seed), count)
        if labels is not None:
            drawn[self.use.label] = labels
        return self._truncated(drawn, truncation)

    def grid(
        self,
        seed: int | None,
        *,
        truncation: float | None = None,
        labels: np.ndarray | None = None,
    ) -> tuple[dict[str, np.ndarray], int]:
        """Inputs with one label per row and one latent per column, and the number of columns.

        Args:
          seed, truncation: see `inputs`.
          labels: labels of the rows, see `tfgan_kit.uses.draw.grid_of_classes`.
        """
        drawn, columns = grid_of_classes(self.use, self._seed(seed), labels)
        return self._truncated(drawn, truncation), columns

    @property
    def path(self) -> str:
        """The path of walks between latents, see `tfgan_kit.latent.walks.default_path`."""
        return default_path(self.latent.distribution, self.latent.shape[0])

    def walks(self, seed: int | None, rows: int, columns: int) -> dict:
        """Inputs of walks between the latents of a seed, each with one label throughout.

        Args:
          seed: see `inputs`.
          rows: number of walks; their labels are uniform classes.
          columns: images per walk, see `tfgan_kit.latent.walks.walks`.
        """
        ends = self.latents(seed, 2 * rows)
        latents = walks(ends[::2], ends[1::2], columns, self.path)
        return self.with_latents(latents, self.labels_of_rows(rows, columns))

    def labels_of_rows(self, rows: int, columns: int) -> np.ndarray | None:
        """Uniform classes, one for each row of a picture, (rows * columns, ...); None without."""
        if self.label is None:
            return None
        return np.repeat(labels_at(self.label, np.arange(rows)), columns, axis=0)

    def _seed(self, seed):
        return self.seed if seed is None else seed

    def _truncated(self, drawn, truncation):
        if truncation is not None:
            latents = drawn[self._latent]
            drawn[self._latent] = truncated(latents, self.latent.distribution, truncation)
        return drawn

    def with_latents(self, latents: np.ndarray, labels: np.ndarray | None = None) -> dict:
        """Inputs with the given latents, and with uniform classes if no labels are given."""
        drawn = {self._latent: latents}
        if self.label is not None:
            places = np.arange(len(latents))
            drawn[self.use.label] = labels_at(self.label, places) if labels is None else labels
        return drawn

    def latents(self, seed: int | None, count: int) -> np.ndarray:
        """The latents of `inputs`, (count, latent size)."""
        return self.inputs(seed, count)[self._latent]

    def stream(self, purpose: str):
        """A function from (block, count) to the inputs of an endless stream for the run's seed.

        See `tfgan_kit.latent.latents.latents_of_block`. Classes repeat in turn.
        """

        def of_block(block, count):
            latents = latents_of_block(
                self.latent.distribution,
                self.seed,
                f"generated/{purpose}",
                block,
                count,
                self.latent.shape[0],
            )
            drawn = {self._latent: latents}
            if self.label is not None:
                places = np.arange(block * count, (block + 1) * count)
                drawn[self.use.label] = labels_at(self.label, places)
            return drawn

        return of_block

    def render(
        self, inputs: dict[str, np.ndarray], progress: Callable[[int], None] = lambda count: None
    ) -> tuple[np.ndarray, ...]:
        """The generated examples, one float32 array per domain; see `Bound.render`."""
        made = self.bound.render(inputs, progress)
        return tuple(made[name] for name in self.use.examples)
