"""The classifier of all classes, held-out ones included, that judges adapted samples."""

from trainers.classification.classifier.trainer import load_classifier
from trainers.core.cached_classifier import filled_in

_JUDGED = 16  # Smallest side of images that a classifier supports.


def may_be_judged(config, feed) -> bool:
    """Whether there is something to judge, and a classifier, or one can be trained."""
    fits = min(feed.reader.image_shape[:2]) >= _JUDGED
    there = config.evaluation_classifier or (config.classifier_steps and fits)
    return bool(feed.held_out_names and there)


def load_judge(config, feed):
    """Loads the `evaluation_classifier` of a `FIGRConfig`, None if it has none.

    Raises:
      UserError: if it does not fit the data.
    """
    if config.evaluation_classifier is None:
        return None
    return load_classifier(
        config.evaluation_classifier,
        feed.reader.image_shape,
        feed.reader.classes,
        multi_label=False,
        flag="--evaluation-classifier",
    )


def prepare(config, feed, open_feed, strategy):
    """Fills in `evaluation_classifier` if it is given or cached; else says what is to be trained.

    Without held-out classes nothing is measured, and none is needed.

    Args:
      config: a `FIGRConfig`.
      feed: the run's data, see `data.feeds.episodes.feed`.
      open_feed: see `data.feeds.open_feed.open_feed`.
      strategy: the strategy to train under.

    Returns:
      See `trainers.core.cached_classifier.filled_in`.

    Raises:
      UserError: if a given classifier does not fit.
    """
    return filled_in(
        *(config, "evaluation_classifier", feed, open_feed, strategy),
        check=load_judge,
        dataset=lambda config: config.dataset if may_be_judged(config, feed) else None,
    )
