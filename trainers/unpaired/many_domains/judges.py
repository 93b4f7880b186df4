"""The classifiers that judge translations between many domains: given, or trained first."""

from trainers.conditional import judge
from trainers.core.cached_classifier import filled_in
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
    content = feed.reader.source.content if config.classifier_steps else None
    return filled_in(
        *(config, "content_classifier", feed, open_feed, strategy),
        check=load_content_judge,
        dataset=lambda config: content,
        classes=(),  # The content has classes of its own.
    )
