"""What the user asks `main.py evaluate` for. Importing this imports nothing heavy."""

import dataclasses
import os
from typing import NamedTuple

from tfgan_kit.errors import UserError
from tfgan_kit.metrics.registry import METRICS, parse


class Source(NamedTuple):
    """A set of images that the user names.

    Attributes:
      name: as `data.registry.open_source` takes it.
      options: what else that takes.
    """

    name: str
    options: dict

    @property
    def described(self) -> str:
        """The set in words."""
        return f"{self.name} ({self.options['split']})"


@dataclasses.dataclass(frozen=True, kw_only=True)
class Request:
    """The arguments of `main.py evaluate`, as its parser names them.

    Raises:
      UserError: if they do not go together, or there is no such metric.
    """

    run_dir: str | None
    real: str | None
    fake: str | None
    metrics: tuple[str, ...] | str | None
    count: int | None
    features: str | None
    weights: str | None
    layer: str | None
    resize: str | None
    seed: int | None
    output: str | None
    data_dir: str | None
    real_split: str | None
    fake_split: str | None
    image_size: int | None
    channels: int | None

    def __post_init__(self):
        if self.metrics is not None:
            object.__setattr__(self, "metrics", parse(self.metrics))
        if self.run_dir:
            self._check_run()
        else:
            self._check_sources()

    def _check_run(self):
        of_sources = ("real", "fake", "output", "data_dir", "real_split", "fake_split")
        self._refuse((*of_sources, "image_size", "channels"), "is for --real and --fake, not a run")
        if not self.metrics:
            settings = ("features", "weights", "layer", "resize", "seed")
            self._refuse(settings, "needs --metrics NAME,...")

    def _check_sources(self):
        if not self.fake:
            raise UserError(
                "evaluate needs a run's DIR, or --real SOURCE --fake SOURCE (see `main.py evaluate "
                "--help`)"
            )
        if not self.metrics:
            raise UserError("--fake needs --metrics NAME,... (see `main.py list metrics`)")
        missing = [name for name in self.metrics if METRICS[name].real]
        if missing and not self.real:
            raise UserError(f"--metrics {missing[0]} compares with real images; give --real SOURCE")
        if self.output:
            folder = os.path.dirname(os.path.abspath(self.output))
            if not self.output.endswith(".json") or not os.path.isdir(folder):
                raise UserError(f"--output {self.output}: give a .json in a folder that exists")

    def _refuse(self, names, why):
        for name in names:
            if getattr(self, name) is not None:
                raise UserError(f"--{name.replace('_', '-')} {why}")

    @property
    def sources(self) -> tuple[Source | None, Source]:
        """The sets of real and of generated images; None for no real ones."""
        shared = {key: getattr(self, key) for key in ("data_dir", "image_size", "channels")}
        return tuple(
            name and Source(name, {**shared, "split": split or "train"})
            for name, split in ((self.real, self.real_split), (self.fake, self.fake_split))
        )

    def instruments(self, seed: int):
        """The `Instruments` of what was asked for; `seed` if none was given. Imports TensorFlow."""
        from tfgan_kit.evaluation.instruments import Instruments

        return Instruments(
            self.metrics,
            features=self.features,
            weights=self.weights,
            layer=self.layer,
            resize=self.resize or "clean",
            seed=seed if self.seed is None else self.seed,
        )
