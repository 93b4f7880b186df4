"""Classifiers that a joint method needs and nobody gave: they are trained first, and kept.

A classifier is an ordinary run of the method `classifier` in a cache, under a name that its
settings and its data determine. A second run that needs the same one finds it there.
"""

import dataclasses
import hashlib
import json
import os
from pathlib import Path

from tfgan_kit import __version__
from tfgan_kit.commands.train import train
from tfgan_kit.engine.checkpoints import complete_steps
from tfgan_kit.engine.run_dir import RunDir
from tfgan_kit.engine.session import Interrupted
from tfgan_kit.errors import UserError
from trainers.classifier import Classifier, load_classifier
from trainers.configs.classifier import ClassifierConfig
from trainers.joint_measures import load_judges

CACHE_VARIABLE = "TFGAN_KIT_CACHE"
FOR_LOSS, FOR_MEASURING = 0, 1  # Seeds: a judge must not be the classifier of the loss.


def prepare(config, feed, open_feed, strategy):
    """Returns the configuration of a joint method with its classifiers' files filled in.

    Paths of files are made absolute: a run must find them from wherever it is resumed.

    Args:
      config: a `JointConfig`.
      feed: the run's data, see `data.joint_feed`.
      open_feed: see `data.feed.open_feed`.
      strategy: to train under.

    Raises:
      UserError: if the semantic loss needs a classifier and there are no labels to train it on, or
        a classifier that is given does not fit.
      Interrupted: if a training was stopped; it goes on where it was when it is needed again.
    """
    names, labelled = feed.domains.names, bool(feed.classes) and config.classifier_steps > 0
    config = dataclasses.replace(config, **_absolute(config))
    # What is given is looked at before anything is trained.
    load_judges(config, feed)
    if getattr(config, "classifier", None):
        load_classifier(config.classifier, feed.image_shape, feed.classes)

    def trained(dataset, seed):
        return _classifier(_settings(config, dataset, seed), open_feed, strategy)

    changed = {}
    if getattr(config, "semantic_weight", 0) and config.classifier is None:
        if not labelled:
            why = "the domains have no labels in common to train one on"
            if feed.classes:
                why = "with --classifier-steps 0 none is trained"
            raise UserError(
                f"the semantic loss needs a classifier, and {why}: give --classifier FILE (see "
                "`main.py train classifier --help`)"
            )
        changed["classifier"] = trained("+".join(dict.fromkeys(names)), FOR_LOSS)
    if labelled and not config.evaluation_classifiers:
        changed["evaluation_classifiers"] = tuple(trained(n, FOR_MEASURING) for n in names)
    return dataclasses.replace(config, **changed)


def _absolute(config):
    files = {name: getattr(config, name, None) for name in ("classifier", "perceptual_weights")}
    found = {name: os.path.abspath(path) for name, path in files.items() if path}
    return found | {
        "evaluation_classifiers": tuple(map(os.path.abspath, config.evaluation_classifiers))
    }


def _settings(config, dataset, seed):
    steps = config.classifier_steps
    return ClassifierConfig(
        dataset=dataset,
        data_dir=config.data_dir,
        image_size=config.image_size,
        channels=config.channels,
        max_bad_files=config.max_bad_files,
        width=config.classifier_width,
        steps=steps,
        checkpoint_every=steps,
        seed=seed,
    )


def _classifier(config, open_feed, strategy) -> str:
    """The path of the classifier with these settings, trained now if it is not in the cache."""
    feed, config = open_feed(config)
    told = {"settings": dataclasses.asdict(config), "data": str(feed), "version": __version__}
    digest = hashlib.sha256(json.dumps(told, sort_keys=True).encode()).hexdigest()[:16]
    run = RunDir(_cache() / digest)
    path = run.models / "classifier.keras"
    if config.steps in complete_steps(run.checkpoints):
        print(f"classifier for {config.dataset}: {path}, trained before{_accuracy(run)}")
        return str(path)
    print(f"classifier for {config.dataset}: {config.steps} steps first, into {run.path}")
    with _locked(run.path, config) as run:
        trainer = Classifier(
            config, feed.image_shape, feed.classes, strategy, multi_label=feed.multi_label
        )
        try:
            train(trainer, run, method="classifier", feed=feed)
        except Interrupted as error:
            error.args = ("stopped while a classifier was trained; the same command goes on",)
            raise
    return str(path)


def _locked(path, config) -> RunDir:
    """The run at `path`, new or begun before, with its lock."""
    if not RunDir(path).config.exists():
        return RunDir.create(path, "classifier", config)
    run = RunDir.open(path)
    run.lock()
    return run


def _cache() -> Path:
    root = os.environ.get(CACHE_VARIABLE) or Path.home() / ".cache" / "tfgan-kit"
    return Path(root).absolute() / "classifiers"


def _accuracy(run) -> str:
    try:
        return f" (accuracy {json.loads(run.evaluation.read_text())[-1]['accuracy']:.3f})"
    except (OSError, ValueError, KeyError, IndexError):
        return ""
