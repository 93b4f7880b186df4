"""The user's request to `main.py evaluate`. Importing this module imports nothing heavy."""

import dataclasses
import os

from tfgan_kit.errors import UserError
from tfgan_kit.metrics.registry import METRICS, parse
from tfgan_kit.settings.arguments import add_best, count, not_negative
from tfgan_kit.settings.option import add_some, make
from tfgan_kit.settings.size import Size
from tfgan_kit.settings.train import TrainConfig

# Settings of both sets, as in training.
_READING = ("data_dir", "image_size", "fit", "channels", "value_range", "pages")


@dataclasses.dataclass(frozen=True, kw_only=True)
class Request:
    """The arguments of `main.py evaluate`, as its parser names them.

    Raises:
      UserError: if they are incompatible, or there is no such metric.
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
    image_size: Size | None
    fit: str | None
    channels: int | None
    value_range: str | None
    pages: str | None
    face_crop: bool
    best: bool

    @staticmethod
    def add_arguments(parser) -> None:
        """Adds them to a parser."""
        parser.add_argument(
            "run_dir", metavar="DIR", nargs="?", help="a run, whose averaged generator is measured"
        )
        parser.add_argument("--real", metavar="SOURCE", help="real images")
        parser.add_argument("--fake", metavar="SOURCE", help="generated images")
        parser.add_argument("--metrics", metavar="NAME[,...]", help="see `main.py list metrics`")
        parser.add_argument(
            "--count",
            type=count,
            help="images to measure on (default: the run's --evaluate-count, else all)",
        )
        parser.add_argument(
            "--features",
            metavar="NAME",
            help="see `main.py list features` (default: inception-2015)",
        )
        parser.add_argument(
            "--weights", metavar="FILE", help="weights of the features (or TFGAN_KIT_WEIGHTS)"
        )
        parser.add_argument(
            "--layer", metavar="NAME", help="layer of a Keras model that gives the features"
        )
        parser.add_argument(
            "--resize",
            metavar="NAME",
            help="how images are resized for the features (default: clean)",
        )
        parser.add_argument(
            "--seed",
            type=not_negative,
            help="seed of all random draws (default: the run's, else 0)",
        )
        parser.add_argument(
            "--face-crop",
            action="store_true",
            help="for ppl of aligned faces: measure where their faces are",
        )
        parser.add_argument(
            "--output",
            metavar="FILE",
            help="a .json to write (default for a run: its evaluation.json)",
        )
        parser.add_argument("--real-split", choices=("train", "test"), help="(default: train)")
        parser.add_argument("--fake-split", choices=("train", "test"), help="(default: train)")
        add_some(parser, TrainConfig, _READING, default=None)
        add_best(parser)

    def __post_init__(self):
        if self.metrics is not None:
            object.__setattr__(self, "metrics", parse(self.metrics))
        if self.output:
            folder = os.path.dirname(os.path.abspath(self.output))
            if not self.output.endswith(".json") or not os.access(folder, os.W_OK):
                raise UserError(
                    f"--output {self.output}: give a .json in a folder that exists and that you "
                    "may write to"
                )
        if self.run_dir:
            self._check_run()
        else:
            self._check_sources()

    def _check_run(self):
        of_sources = ("real", "fake", "real_split", "fake_split")
        self._refuse((*of_sources, *_READING), "is for --real and --fake, not a run")
        if not self.metrics:
            settings = ("features", "weights", "layer", "resize", "seed")
            self._refuse(settings, "needs --metrics NAME,...")
            if self.face_crop:
                raise UserError("--face-crop needs --metrics ppl")

    def _check_sources(self):
        if not self.fake:
            raise UserError(
                "evaluate needs a run's DIR, or --real SOURCE --fake SOURCE (see `main.py evaluate "
                "--help`)"
            )
        if not self.metrics:
            raise UserError("--fake needs --metrics NAME,... (see `main.py list metrics`)")
        if self.best:
            raise UserError("--best is for a run, not for --real and --fake")
        missing = [name for name in self.metrics if METRICS[name].real]
        if missing and not self.real:
            raise UserError(f"--metrics {missing[0]} compares with real images; give --real SOURCE")

    def _refuse(self, names, why):
        for name in names:
            if getattr(self, name) is not None:
                raise UserError(f"--{name.replace('_', '-')} {why}")

    @property
    def sources(self) -> tuple[TrainConfig | None, TrainConfig]:
        """Which real and generated images to read, and how; None without real images.

        Raises:
          UserError: if a setting is invalid.
        """
        given = {name: getattr(self, name) for name in _READING}
        given = {name: value for name, value in given.items() if value is not None}
        return tuple(
            name and make(TrainConfig, given, {"dataset": name, "split": split or "train"})
            for name, split in ((self.real, self.real_split), (self.fake, self.fake_split))
        )

    def instruments(self, seed: int):
        """The requested `Instruments`; `seed` is used if none was given. Imports TensorFlow."""
        from tfgan_kit.evaluation.instruments import Instruments

        return Instruments(
            self.metrics,
            features=self.features,
            weights=self.weights,
            layer=self.layer,
            resize=self.resize or "clean",
            seed=seed if self.seed is None else self.seed,
            faces=self.face_crop,
        )
