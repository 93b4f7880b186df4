"""The classifier that judges images by label: given, or trained first on the run's own data."""

from trainers.conditional.measures import load_judge, may_be_judged
from trainers.core.cached_classifier import filled_in


def prepare(config, feed, open_feed, strategy):
    """Fills in `evaluation_classifier` if it is given or already cached.

    It is trained only on real images and their true labels: neither `labelled_per_class` nor label
    noise affects its data.

    Args:
      config: a `ConditionalConfig`.
      feed: the run's data, see `data.feeds.labelled_feed`.
      open_feed: see `data.feeds.open_feed.open_feed`.
      strategy: the strategy to train under.

    Returns:
      The configuration, and a list with the `CachedClassifier` that is still to be trained, if any.
      Once it is trained, the same call fills it in.

    Raises:
      UserError: if a given classifier does not fit.
    """
    return filled_in(
        *(config, "evaluation_classifier", feed, open_feed, strategy),
        check=load_judge,
        dataset=lambda config: config.dataset if may_be_judged(config, feed) else None,
    )
