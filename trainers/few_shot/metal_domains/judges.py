"""The classifiers that measure translations: of all domains, and of contents."""

import functools

from trainers.classification.classifier.trainer import load_classifier
from trainers.core.cached_classifier import filled_in

_JUDGED = 16  # Smallest side of images that a classifier supports.
NAMES = ("evaluation_classifier", "content_classifier")


def load_judges(config, feed) -> tuple:
    """The classifiers of domains and of contents, None for one that the configuration lacks.

    Raises:
      UserError: if one does not fit the data.
    """
    return tuple(_load(config, feed, name) for name in NAMES)


def _load(config, feed, name):
    path, flag = getattr(config, name), f"--{name.replace('_', '-')}"
    classes = feed.reader.classes if name == NAMES[0] else ()
    given = {"multi_label": False, "flag": flag}
    return path and load_classifier(path, feed.reader.image_shape, classes, **given)


def prepare(config, feed, open_feed, strategy):
    """Fills in the classifiers that are given or cached, and says which are still to be trained.

    Args:
      config: a `MetalDomainsConfig`.
      feed: the run's data, see `data.feeds.episodes.beside`.
      open_feed: see `data.feeds.open_feed.open_feed`.
      strategy: the strategy to train under.

    Returns:
      See `trainers.unpaired.many_domains.judges.prepare`.

    Raises:
      UserError: if a given classifier does not fit.
    """
    missing, shape = [], feed.reader.image_shape
    there = config.classifier_steps and min(shape[:2]) >= _JUDGED
    datasets = (config.dataset, feed.reader.source.content) if there else (None, None)
    # The content has classes of its own.
    for name, learned, changed in zip(NAMES, datasets, ({}, {"classes": ()}), strict=True):
        config, further = filled_in(
            *(config, name, feed, open_feed, strategy),
            check=functools.partial(_load, name=name),
            dataset=lambda config, learned=learned: learned,
            **changed,
        )
        missing += further
    return config, missing
