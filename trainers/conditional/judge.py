"""The classifier that judges images by label: given, or trained first on the run's own data."""

import dataclasses
import os

from tfgan_kit.wording import one_line
from trainers.conditional.measures import load_judge, may_be_judged
from trainers.core.cached_classifier import FOR_MEASURING, CachedClassifier, lost, settings


def prepare(config, feed, open_feed, strategy):
    """Fills `evaluation_classifier` in, if it is given or there.

    It is trained on real images only, and on their true labels: neither `labelled_per_class` nor
    noise of labels is a setting of its data.

    Args:
      config: a `ConditionalConfig`.
      feed: the run's data, see `data.feeds.labelled_feed`.
      open_feed: see `data.feeds.open_feed.open_feed`.
      strategy: to train under.

    Returns:
      The configuration, and the `CachedClassifier` that is still to be trained, in a list. With it
      trained, the same call fills it in.

    Raises:
      UserError: if a classifier that is given does not fit.
    """
    given = config.evaluation_classifier and os.path.abspath(config.evaluation_classifier)
    if given and lost(given):
        given = None
    config = dataclasses.replace(config, evaluation_classifier=given)
    # What is given is looked at before anything is trained.
    load_judge(config, feed)
    if given or not may_be_judged(config, feed):
        return config, []
    # The source is the data as it is, whatever view of it the run has.
    examples = len(feed.reader.source)
    wanted = settings(config, config.dataset, examples, strategy, FOR_MEASURING)
    cached = CachedClassifier(wanted, open_feed, strategy)
    if not cached.trained:
        return config, [cached]
    print(one_line(f"{cached}: {cached.path}, trained before{cached.accuracy}"))
    return dataclasses.replace(config, evaluation_classifier=cached.path), []
