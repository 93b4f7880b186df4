"""The classifier that measures what translations show: given, or trained first."""

import types

from trainers.transfer.mmnet.modalities import judged_of, modalities_of
from trainers.unpaired.many_domains import judges
from trainers.unpaired.many_domains.measures import load_content_judge


def prepare(config, feed, open_feed, strategy):
    """Fills in `content_classifier` if it is given, or the data names its images by content.

    Args:
      config: a `MMNetConfig`.
      feed: a `data.feeds.several.groups_feed.GroupsFeed`.
      open_feed: see `data.feeds.open_feed.open_feed`.
      strategy: the strategy to train under.

    Returns:
      The configuration, and a list with the `CachedClassifier` that is still to be trained, if any.
      Once it is trained, the same call fills it in.

    Raises:
      UserError: if a given classifier does not fit.
    """
    own = _labelled(config, feed)
    # Images by content are in colour, so they teach nothing of a single channel.
    if config.content_classifier is None and own.spec["image"].shape[-1] != 3:
        return config, []
    return judges.prepare_content(config, own, open_feed, strategy)


def load_judge(config, feed):
    """Loads the classifier, None without one.

    Args:
      config, feed: see `prepare`.

    Raises:
      UserError: if it does not fit the judged modality.
    """
    return load_content_judge(config, _labelled(config, feed))


def _labelled(config, feed):
    """The run's data as classifiers of one image take it."""
    modalities = modalities_of(feed.spec, config)
    name = judged_of(modalities)
    reader = next(reader for reader in feed.readers if name in reader.fields)
    return types.SimpleNamespace(spec={"image": modalities[name].field}, reader=reader)
