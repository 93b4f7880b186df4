"""The classifiers that measure translations: of all domains, and of contents."""

import dataclasses
import os

from trainers.classification.classifier.trainer import load_classifier
from trainers.core.cached_classifier import FOR_MEASURING, CachedClassifier, lost, settings

_JUDGED = 16  # Smallest side of images that a classifier supports.
NAMES = ("evaluation_classifier", "content_classifier")


def load_judges(config, feed) -> tuple:
    """The classifiers of domains and of contents, None for one that the configuration lacks.

    Raises:
      UserError: if one does not fit the data.
    """
    found = []
    for name, classes in zip(NAMES, (feed.reader.classes, ()), strict=True):
        path, flag = getattr(config, name), f"--{name.replace('_', '-')}"
        shape = feed.reader.image_shape
        given = {"multi_label": False, "flag": flag}
        found.append(path and load_classifier(path, shape, classes, **given))
    return tuple(found)


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
    paths = {name: getattr(config, name) for name in NAMES}
    given = {name: os.path.abspath(path) for name, path in paths.items() if path}
    given = {name: path for name, path in given.items() if not lost(path)}
    config = dataclasses.replace(config, **(dict.fromkeys(NAMES) | given))
    load_judges(config, feed)
    source, missing = feed.reader.source, []
    if not config.classifier_steps or min(feed.reader.image_shape[:2]) < _JUDGED:
        return config, []
    for name, dataset in zip(NAMES, (config.dataset, source.content), strict=True):
        if name in given or not dataset:
            continue
        wanted = settings(config, dataset, len(source), strategy, FOR_MEASURING)
        if name == "content_classifier":
            wanted = dataclasses.replace(wanted, classes=())  # It has classes of its own.
        cached = CachedClassifier(wanted, open_feed, strategy)
        if cached.trained:
            print(cached.told)
            config = dataclasses.replace(config, **{name: cached.path})
        else:
            missing.append(cached)
    return config, missing
