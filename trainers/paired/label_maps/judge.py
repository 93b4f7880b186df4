"""The segmenter that judges images made of label maps: given, or trained first on the same data."""

import dataclasses
import os

from tfgan_kit.errors import UserError
from tfgan_kit.metrics.images.label_maps import counted_classes
from tfgan_kit.models.saved_models import load_keras
from trainers.core.cached_classifier import FOR_MEASURING, CachedClassifier, lost
from trainers.paired.label_maps.segmenter.config import SegmenterConfig
from trainers.paired.label_maps.segmenter.trainer import Segmenter


class CachedSegmenter(CachedClassifier):
    """A segmenter in the cache, or its place there."""

    method, feed, trainer_class = "segmenter", "pairs", Segmenter
    measure, good = "mean_iou", 0.5
    sizes = "--segmenter-steps or --segmenter-width"


def may_be_judged(config, feed) -> bool:
    """Whether a segmenter of the run's data can be had, be it given or still to be trained."""
    has_labels = "ids" in feed.spec and bool(feed.spec["ids"].names)
    return has_labels and bool(config.evaluation_segmenter or config.segmenter_steps)


def load_judge(config, feed):
    """Loads the `evaluation_segmenter` of a `LabelMapConfig`, None if it has none.

    Raises:
      UserError: if there is no such file, it is no segmenter, or it does not fit the data.
    """
    path = config.evaluation_segmenter
    if path is None or not may_be_judged(config, feed):
        return None
    flag = f"--evaluation-segmenter {path}"
    network = load_keras(path, name=flag)
    if network.name != "segmenter":
        raise UserError(f"{flag}: not a segmenter of this kit; leave it out, and one is trained")
    wanted = counted_classes(feed.spec["ids"])[0], feed.spec["target"].shape[-1]
    found = network.output["logits"].shape[-1], network.input["image"].shape[-1]
    if found != wanted:
        raise UserError(
            f"{flag}: for {found[0]} classes and images of {found[1]} channels, but "
            f"{config.dataset} has {wanted[0]} and {wanted[1]}; leave it out, and one is trained"
        )
    return network


def prepare(config, feed, open_feed, strategy):
    """Fills in `evaluation_segmenter` if it is given or already cached.

    Args:
      config: a `LabelMapConfig`.
      feed: the run's data, see `data.feeds.pairs_feed`.
      open_feed: see `data.feeds.open_feed.open_feed`.
      strategy: the strategy to train under.

    Returns:
      The configuration, and a list with the `CachedSegmenter` that is still to be trained, if any.
      Once it is trained, the same call fills it in.

    Raises:
      UserError: if a given segmenter does not fit.
    """
    given = config.evaluation_segmenter and os.path.abspath(config.evaluation_segmenter)
    if given and lost(given):
        given = None
    config = dataclasses.replace(config, evaluation_segmenter=given)
    # A given segmenter is checked before anything is trained.
    load_judge(config, feed)
    if given or not may_be_judged(config, feed):
        return config, []
    cached = CachedSegmenter(_settings(config, feed, strategy), open_feed, strategy)
    if not cached.trained:
        return config, [cached]
    print(cached.told)
    return dataclasses.replace(config, evaluation_segmenter=cached.path), []


def _settings(config, feed, strategy):
    replicas, steps = strategy.num_replicas_in_sync, config.segmenter_steps
    batch = min(SegmenterConfig.batch_size, len(feed.reader))
    same = ("dataset", "data_dir", "split", "image_size", "fit", "max_bad_files", "cache_mb")
    return SegmenterConfig(
        **{name: getattr(config, name) for name in same},
        depth=config.depth,
        value_range=config.value_range,
        pages=config.pages,
        width=config.segmenter_width,
        batch_size=batch // replicas * replicas,
        steps=steps,
        checkpoint_every=steps,
        seed=FOR_MEASURING,
    )
