"""The classifier that judges images by label: given, or trained first on the run's own data."""

import dataclasses
import os

from trainers.conditional.measures import load_judge, may_be_judged
from trainers.core.cached_classifier import FOR_MEASURING, CachedClassifier, lost, settings


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
    given = config.evaluation_classifier and os.path.abspath(config.evaluation_classifier)
    if given and lost(given):
        given = None
    config = dataclasses.replace(config, evaluation_classifier=given)
    # A given classifier is checked before anything is trained.
    load_judge(config, feed)
    if given or not may_be_judged(config, feed):
        return config, []
    # The source is the original data, whatever view of it the run has.
    examples = len(feed.reader.source)
    wanted = settings(config, config.dataset, examples, strategy, FOR_MEASURING)
    cached = CachedClassifier(wanted, open_feed, strategy)
    if not cached.trained:
        return config, [cached]
    print(cached.told)
    return dataclasses.replace(config, evaluation_classifier=cached.path), []
