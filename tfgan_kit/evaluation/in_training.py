"""The metrics by which a run is measured while it trains."""

import contextlib
import re

import keras

from tfgan_kit.errors import UserError
from tfgan_kit.evaluation.instruments import Instruments
from tfgan_kit.evaluation.of_run import comparisons, letters_of_run, metrics_of_run
from tfgan_kit.metrics.registry import METRICS, aim, shown_name

_OPTIONS = re.compile(r"--(metrics|features|weights|layer|resize|count)\b")


class TrainingMetrics:
    """The metrics that a `tfgan_kit.metrics_config.MetricsConfig` names; networks are loaded once.

    Args:
      trainer: the method, built.
      feed: the run's data, see `data.feed` and `data.joint_feed`.

    Attributes:
      described: the metrics and their networks in words, one line.
      aim: the number by which the best models are kept, None if none are.
      best_names: names of the measures whose mean is that number.

    Raises:
      UserError: if a network or its weights cannot be had, or a metric cannot be had of this run.
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
            comparisons(trainer, feed, "this run", config.evaluate_count, self._tools)
        except UserError as error:
            raise UserError(_OPTIONS.sub(r"--evaluate-\1", str(error))) from None
        self.described = self._tools.described
        self.aim, self.best_names = None, ()
        if config.keep_best:
            self.aim = aim(config.keep_best)
            self.best_names = self._names(trainer)

    def _names(self, trainer):
        letters = letters_of_run(trainer, paired=METRICS[self.aim.metric].paired)
        if self.aim.domain and self.aim.domain not in letters:
            ends = ", ".join(f"_{each}" for each in letters if each) or "no letter"
            raise UserError(f"--keep-best {self.aim.name}: numbers of this run end in {ends}")
        extractor = self._tools.extractor
        return tuple(
            shown_name(self.aim.metric, self.aim.value, extractor.name if extractor else "", each)
            for each in ([self.aim.domain] if self.aim.domain else letters)
        )

    def measure(self, trainer, feed, name: str, status) -> dict:
        """What `main.py evaluate DIR` with these metrics would measure.

        Args:
          trainer: the method at some step; it may be another than the one that was checked.
          feed: the run's data.
          name: of the run and its step, for words.
          status: see `tfgan_kit.evaluation.of_run.metrics_of_run`.
        """
        count = trainer.config.evaluate_count
        return metrics_of_run(trainer, feed, name, count, self._tools, status)


@contextlib.contextmanager
def _float32():
    """Networks that measure compute in float32, whatever those that are trained do."""
    policy = keras.config.dtype_policy()
    keras.config.set_dtype_policy("float32")
    try:
        yield
    finally:
        keras.config.set_dtype_policy(policy)
