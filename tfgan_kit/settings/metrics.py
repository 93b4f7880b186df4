"""Settings of the metrics that are measured while an image-generating method trains."""

import dataclasses
import os

from tfgan_kit.errors import UserError
from tfgan_kit.metrics.registry import FID_FEATURES, METRICS
from tfgan_kit.settings.option import flag, option
from tfgan_kit.settings.train import TrainConfig

# More than the 2,048 features of Inception: with fewer, the covariance is singular.
_FOR_LARGE_COVARIANCES = 10_000
_OF_METRICS = ("evaluate_features", "evaluate_weights", "evaluate_layer", "evaluate_resize")


@dataclasses.dataclass(frozen=True, kw_only=True)
class MetricsConfig(TrainConfig):
    """Metrics at each evaluation, as `main.py evaluate DIR --metrics` computes them."""

    evaluate_metrics: tuple[str, ...] = option(
        (),
        "metrics to compute in addition to the method's own measures",
        group="measures",
        choices=METRICS,
    )
    evaluate_count: int | None = option(
        None,
        "samples per evaluation; by default 10,000 for FID with published features, else 2,000",
        group="measures",
        minimum=2,
        maximum=1_000_000,
    )
    evaluate_features: str | None = option(
        None,
        "features of these metrics (see `main.py list features`); by default inception-2015",
        group="measures",
    )
    evaluate_weights: str | None = option(
        None,
        "file of the features' weights (or TFGAN_KIT_WEIGHTS)",
        group="measures",
        metavar="FILE",
    )
    evaluate_layer: str | None = option(
        None, "layer of a Keras model that gives the features", group="measures"
    )
    evaluate_resize: str | None = option(
        None, "how images are resized for the features; by default clean", group="measures"
    )
    keep_best: str | None = option(
        None,
        "measure by which the best models are kept in models/best",
        group="measures",
    )

    @property
    def samples(self) -> int:
        """See `TrainConfig.samples`."""
        if self.evaluate_count is not None:
            return self.evaluate_count
        covariance = any(METRICS[name].covariance for name in self.evaluate_metrics)
        features = self.evaluate_features or FID_FEATURES
        large = features == FID_FEATURES or features.startswith("keras:")
        return _FOR_LARGE_COVARIANCES if covariance and large else super().samples

    def __post_init__(self):
        # A run must find its files wherever it is resumed from.
        if self.evaluate_features:
            object.__setattr__(self, "evaluate_features", _absolute(self.evaluate_features))
        if self.evaluate_weights:
            object.__setattr__(self, "evaluate_weights", os.path.abspath(self.evaluate_weights))

    def check(self) -> None:
        """See `TrainConfig.check`."""
        super().check()
        for name in _OF_METRICS:
            if getattr(self, name) and not self.evaluate_metrics:
                raise UserError(f"{flag(name)} needs --evaluate-metrics NAME,...")
        if self.keep_best and not self.evaluate_every:
            raise UserError(
                f"--keep-best {self.keep_best} chooses among evaluations: give --evaluate-every N"
            )


def _absolute(features):
    """The name of features, with the path in it, if any, made absolute."""
    kind, colon, rest = features.rpartition(":")
    is_path = kind == "classifier" or features.endswith(".keras")
    return f"{kind}{colon}{os.path.abspath(rest)}" if is_path else features
