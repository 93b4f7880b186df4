"""The classifiers that judge translations between many domains: given, or trained first."""

import dataclasses
import os

from trainers.conditional import judge
from trainers.core.cached_classifier import FOR_MEASURING, CachedClassifier, lost, settings
from trainers.unpaired.many_domains.measures import load_content_judge


def prepare(config, feed, open_feed, strategy):
    """Fills in `evaluation_classifier` and `content_classifier` if they exist.

    The latter is trained only on data that names the set of its images by content, see
    `data.source.Source.content`.

    Args:
      config: a `ManyDomainsConfig`.
      feed: the run's data, see `data.feeds.labelled_feed`.
      open_feed: see `data.feeds.open_feed.open_feed`.
      strategy: the strategy to train under.

    Returns:
      The configuration, and the `CachedClassifier`s that are still to be trained. Once they are
      trained, the same call fills them in.

    Raises:
      UserError: if a given classifier does not fit.
    """
    config, missing = judge.prepare(config, feed, open_feed, strategy)
    config, further = prepare_content(config, feed, open_feed, strategy)
    return config, [*missing, *further]


def prepare_content(config, feed, open_feed, strategy):
    """The same for `content_classifier` alone."""
    given = config.content_classifier and os.path.abspath(config.content_classifier)
    if given and lost(given):
        given = None
    config = dataclasses.replace(config, content_classifier=given)
    load_content_judge(config, feed)
    source = feed.reader.source
    if given or not (config.classifier_steps and source.content):
        return config, []
    wanted = settings(config, source.content, len(source), strategy, FOR_MEASURING)
    wanted = dataclasses.replace(wanted, classes=())  # The content has classes of its own.
    cached = CachedClassifier(wanted, open_feed, strategy)
    if not cached.trained:
        return config, [cached]
    print(cached.told)
    return dataclasses.replace(config, content_classifier=cached.path), []
