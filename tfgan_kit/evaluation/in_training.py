"""The metrics that are measured during training."""

import contextlib
import re

import keras

from tfgan_kit.errors import UserError
from tfgan_kit.evaluation.compare import NotMeasured
from tfgan_kit.evaluation.goal import find_goal
from tfgan_kit.evaluation.instruments import Instruments
from tfgan_kit.evaluation.of_run import comparisons, metrics_of_run
from tfgan_kit.metrics.registry import METRICS

_OPTIONS = re.compile(r"--(metrics|features|weights|layer|resize|count)\b")


class TrainingMetrics:
    """The metrics of a `tfgan_kit.settings.metrics.MetricsConfig`; networks are loaded once.

    Args:
      trainer: the method, built.
      feed: the run's data, see `data.feeds.feed` and `data.feeds.several.joint_feed`.

    Attributes:
      described: a one-line description of the metrics and their networks; "" without metrics.
      goal: the `Goal` by which the best models are kept, None if none are kept.
      warnings: warnings to show before training, one line each.

    Raises:
      UserError: if a network or its weights are not available, or this run does not support a
        metric or the goal.
    """

    def __init__(self, trainer, feed):
        config = trainer.config
        try:
            with _float32():
                self._tools = Instruments(
                    tuple(dict.fromkeys(config.evaluate_metrics)),
                    features=config.evaluate_features,
                    weights=config.evaluate_weights,
                    layer=config.evaluate_layer,
                    resize=config.evaluate_resize or "clean",
                    seed=config.seed,
                )
            compared = []
            if self._tools.metrics:
                compared = comparisons(trainer, feed, "this run", config.samples, self._tools)
        except UserError as error:
            raise UserError(_OPTIONS.sub(r"--evaluate-\1", str(error))) from None
        self.described = self._tools.described
        self._of_real: dict[
            int, dict
        ] = {}  # By the stage: the images of another have another size.
        self.goal, self.warnings = None, ()
        if config.keep_best:
            self.goal = find_goal(config.keep_best, trainer, feed, self._tools)
            self.warnings = _singular(config.keep_best, compared, self._tools)

    def measure(self, trainer, feed, name: str, status) -> dict:
        """Measures what `main.py evaluate DIR` would with these metrics; if nothing, warns instead.

        Args:
          trainer: the method at some step; it need not be the trainer that was checked.
          feed: the run's data.
          name: name of the run and its step, for descriptions.
          status: see `tfgan_kit.evaluation.of_run.metrics_of_run`.
        """
        if not self._tools.metrics:
            return {}
        count = trainer.config.samples
        try:
            told = (count, self._tools, status, self._of_real.get(trainer.stage))
            found = metrics_of_run(trainer, feed, name, *told)
        except NotMeasured as error:
            status.line(f"warning: not measured: {error}")
            return {}
        # The same at every step of a stage.
        self._of_real[trainer.stage] = found.get("reference", {}).get("real", {})
        return found


def _singular(goal, compared, tools):
    """A warning if the goal would rank by a covariance of too few images, or None."""
    if not any(METRICS[name].covariance and goal.startswith(name) for name in tools.metrics):
        return ()
    size = tools.extractor.dimension
    count = min(images.count for each in compared for images in (each.real, each.fake))
    if count > size:
        return ()
    return (
        f"--keep-best {goal} would rank by {count:,} images of {size:,} features, fewer than their "
        "covariance needs, with a bias that differs between generators: use --evaluate-count "
        f"{size + 1} or more, or --keep-best kid",
    )


@contextlib.contextmanager
def _float32():
    """Has metric networks compute in float32, whatever the precision of the trained networks."""
    policy = keras.config.dtype_policy()
    keras.config.set_dtype_policy("float32")
    try:
        yield
    finally:
        keras.config.set_dtype_policy(policy)
