"""The classifiers of domains that a method needs, given or to be trained first."""

import dataclasses
import os

from tfgan_kit.errors import UserError
from trainers.classification.classifier.trainer import kinds, load_classifier
from trainers.core.cached_classifier import (
    FOR_LOSS,
    FOR_MEASURING,
    CachedClassifier,
    lost,
    settings,
)


def prepare(config, feed, open_feed, strategy):
    """Fills in the files of a method's classifiers where they exist.

    Paths of files are made absolute: a run must find them wherever it is resumed from.

    Args:
      config: a `DomainsConfig`.
      feed: the run's data, see `data.feeds.several.joint_feed`.
      open_feed: see `data.feeds.feed.open_feed`.
      strategy: the strategy to train under.

    Returns:
      The configuration, and the `CachedClassifier`s that are still to be trained. Once they are
      trained, the same call fills in the rest.

    Raises:
      UserError: if a loss needs a classifier and there are no labels to train it on, or
        a given classifier does not fit.
    """
    config = dataclasses.replace(config, **_given(config))
    # Given classifiers are checked before anything is trained.
    load_judges(config, feed)
    first = feed.spec[0]
    load_frozen(config, first["image"].shape, first["label"].names if "label" in first else ())
    found, missing, examples = {}, [], min(map(len, feed.domains.readers))
    for field, wanted in _wanted(config, feed).items():
        reduced = config.frozen_classifier.reduced if field == "classifier" else 0
        cached = [
            CachedClassifier(
                dataclasses.replace(
                    settings(config, dataset, examples, strategy, seed), reduced_channels=reduced
                ),
                open_feed,
                strategy,
            )
            for dataset, seed in wanted
        ]
        missing += [c for c in cached if not c.trained]
        if all(c.trained for c in cached):
            paths = tuple(c.path for c in cached)
            found[field] = paths if field == "evaluation_classifiers" else paths[0]
            for c in cached:
                print(c.told)
    return dataclasses.replace(config, **found), missing


def load_frozen(config, image_shape, classes):
    """Loads the `frozen_classifier` of a `DomainsConfig`, None if it has no file.

    Args:
      config: the configuration.
      image_shape: of the domains.
      classes: the names of the data's classes.

    Raises:
      UserError: if there is no such file or it does not fit.
    """
    frozen = config.frozen_classifier
    if frozen is None or frozen.path is None:
        return None
    network = load_classifier(frozen.path, image_shape, classes if frozen.same_classes else ())
    if frozen.layers and frozen.layer_of(network) is None:
        raise UserError(
            f"--classifier {frozen.path} has no layer {frozen.layers[-1]!r}, whose output this "
            "method compares; train one with `main.py train classifier`"
        )
    return network


def load_judges(config, feed) -> list:
    """Loads the `evaluation_classifiers` of a `DomainsConfig`, one per domain if there are any.

    Raises:
      UserError: if their number is not that of the domains, they do not fit the data or each other,
        or one of them is the classifier of a loss.
    """
    files, domains = config.evaluation_classifiers, len(feed.spec)
    if files and len(files) != domains:
        raise UserError(
            f"--evaluation-classifiers: {len(files)} files for {domains} domains; give one for "
            "each, in their order"
        )
    if config.frozen_classifier and config.frozen_classifier.path in files:
        raise UserError(
            "--evaluation-classifiers: the classifier of a loss cannot judge what it trains"
        )
    flag, shape = "--evaluation-classifiers", feed.spec[0]["image"].shape
    judges = [load_classifier(f, shape, feed.domains.classes, flag=flag) for f in files]
    named = {kinds(judge)[0] for judge in judges} - {()}
    forms = {(judge.output["logits"].shape[-1], kinds(judge)[1]) for judge in judges}
    if len(named) > 1 or len(forms) > 1:
        raise UserError(f"{flag}: their classes differ; give classifiers of the same classes")
    return judges


def _given(config):
    """The fields that name classifiers, except for those that are no longer in the cache."""
    found, frozen = {}, config.frozen_classifier
    if frozen and frozen.path:
        path = os.path.abspath(frozen.path)
        found["classifier"] = None if lost(path) else path
    judges = tuple(map(os.path.abspath, config.evaluation_classifiers))
    return found | {"evaluation_classifiers": () if any(map(lost, judges)) else judges}


def _wanted(config, feed) -> dict[str, list[tuple[str, int]]]:
    """The data set and the seed of each classifier to train, by the field it is for."""
    names, labelled = feed.domains.names, bool(feed.domains.classes) and config.classifier_steps > 0
    wanted = {}
    if config.frozen_classifier and config.frozen_classifier.path is None:
        if not labelled:
            why = "the domains have no labels in common to train one on"
            if feed.domains.classes:
                why = "with --classifier-steps 0 none is trained"
            raise UserError(
                f"the loss needs a classifier, and {why}: give --classifier FILE (see "
                "`main.py train classifier --help`)"
            )
        if config.examples:
            raise UserError(
                f"--examples {config.examples}: the classifier of the loss would learn "
                "from all examples; give one that did not, --classifier FILE"
            )
        wanted["classifier"] = [("+".join(dict.fromkeys(names)), FOR_LOSS)]
    if labelled and not config.evaluation_classifiers:
        sources = [reader.source for reader in feed.domains.readers]
        wanted["evaluation_classifiers"] = [
            (source.unbiased or name, FOR_MEASURING)
            for source, name in zip(sources, names, strict=True)
        ]
    return wanted
