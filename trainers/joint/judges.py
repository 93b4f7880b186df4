"""Classifiers that a joint method needs and nobody gave: they are trained first, and kept.

A classifier is an ordinary run of the method `classifier` in a cache, under a name that its
settings and its data determine. A second run that needs the same one finds it there.
"""

import contextlib
import dataclasses
import fcntl
import hashlib
import json
import os
import shutil
from pathlib import Path

from tfgan_kit import __version__
from tfgan_kit.engine.session import Interrupted
from tfgan_kit.engine.train import train
from tfgan_kit.errors import UserError
from tfgan_kit.machine.files import NotWritten
from tfgan_kit.runs.checkpoints import complete_steps
from tfgan_kit.runs.run_dir import RunDir
from trainers.classification.classifier.config import ClassifierConfig
from trainers.classification.classifier.trainer import Classifier, load_classifier
from trainers.joint.measures import load_judges

CACHE_VARIABLE = "TFGAN_KIT_CACHE"
FOR_LOSS, FOR_MEASURING = 0, 1  # Seeds: a judge must not be the classifier of the loss.


def prepare(config, feed, open_feed, strategy):
    """Fills the files of a joint method's classifiers in, as far as they are there.

    Paths of files are made absolute: a run must find them from wherever it is resumed.

    Args:
      config: a `JointConfig`.
      feed: the run's data, see `data.feeds.joint_feed`.
      open_feed: see `data.feeds.feed.open_feed`.
      strategy: to train under.

    Returns:
      The configuration, and the `CachedClassifier`s that are still to be trained. With them
      trained, the same call fills in the rest.

    Raises:
      UserError: if the semantic loss needs a classifier and there are no labels to train it on, or
        a classifier that is given does not fit.
    """
    config = dataclasses.replace(config, **_given(config))
    # What is given is looked at before anything is trained.
    load_judges(config, feed)
    if getattr(config, "classifier", None):
        first = feed.spec[0]
        load_classifier(config.classifier, first["image"].shape, first["label"].names)
    found, missing = {}, []
    for field, wanted in _wanted(config, feed).items():
        cached = [
            CachedClassifier(_settings(config, feed, strategy, *w), open_feed, strategy)
            for w in wanted
        ]
        missing += [c for c in cached if not c.trained]
        if all(c.trained for c in cached):
            paths = tuple(c.path for c in cached)
            found[field] = paths if field == "evaluation_classifiers" else paths[0]
            for c in cached:
                print(f"{c}: {c.path}, trained before{c.accuracy}")
    return dataclasses.replace(config, **found), missing


def _given(config):
    """The fields that name files, but for classifiers that the cache has lost."""
    files = {name: getattr(config, name, None) for name in ("classifier", "perceptual_weights")}
    found = {name: os.path.abspath(path) for name, path in files.items() if path}
    if _lost(found.get("classifier", "")):
        found["classifier"] = None
    judges = tuple(map(os.path.abspath, config.evaluation_classifiers))
    return found | {"evaluation_classifiers": () if any(map(_lost, judges)) else judges}


def _lost(path):
    return Path(path).is_relative_to(_cache()) and not os.path.exists(path)


def _wanted(config, feed) -> dict[str, list[tuple[str, int]]]:
    """The data set and the seed of the classifiers to train, by the field that they are for."""
    names, labelled = feed.domains.names, bool(feed.domains.classes) and config.classifier_steps > 0
    wanted = {}
    if getattr(config, "semantic_weight", 0) and config.classifier is None:
        if not labelled:
            why = "the domains have no labels in common to train one on"
            if feed.domains.classes:
                why = "with --classifier-steps 0 none is trained"
            raise UserError(
                f"the semantic loss needs a classifier, and {why}: give --classifier FILE (see "
                "`main.py train classifier --help`)"
            )
        wanted["classifier"] = [("+".join(dict.fromkeys(names)), FOR_LOSS)]
    if labelled and not config.evaluation_classifiers:
        wanted["evaluation_classifiers"] = [(name, FOR_MEASURING) for name in names]
    return wanted


def _settings(config, feed, strategy, dataset, seed):
    steps, replicas = config.classifier_steps, strategy.num_replicas_in_sync
    # The usual batch, or the largest that the data has and the devices can share.
    batch = min(ClassifierConfig.batch_size, *map(len, feed.domains.readers))
    return ClassifierConfig(
        dataset=dataset,
        data_dir=config.data_dir,
        image_size=config.image_size,
        channels=config.channels,
        max_bad_files=config.max_bad_files,
        cache_mb=config.cache_mb,
        width=config.classifier_width,
        batch_size=batch // replicas * replicas,
        steps=steps,
        checkpoint_every=steps,
        seed=seed,
    )


class CachedClassifier:
    """A classifier in the cache, or the place for it there.

    Args:
      config: its `ClassifierConfig`.
      open_feed, strategy: see `prepare`.

    Attributes:
      path: of the classifier's file.

    Raises:
      UserError: if it could not be trained.
    """

    def __init__(self, config, open_feed, strategy):
        self._feed, self._config = open_feed("set", config)
        settings = dataclasses.asdict(self._config)
        del settings["cache_mb"]  # It changes nothing in what is learned.
        told = {
            "settings": settings,
            "data": str(self._feed),
            "version": __version__,
        }
        digest = hashlib.sha256(json.dumps(told, sort_keys=True).encode()).hexdigest()[:16]
        self._run = RunDir(_cache() / digest)
        self.path = str(self._run.models / "classifier.keras")
        if not self.trained:
            # Built now, as it may be refused, and not when others have been trained.
            self._trainer = Classifier(self._config, self._feed.spec, strategy)

    def __str__(self):
        return f"classifier for {self._config.dataset}"

    @property
    def trained(self) -> bool:
        """Whether it has been trained to its end."""
        return self._config.steps in complete_steps(self._run.checkpoints)

    @property
    def accuracy(self) -> str:
        """Its accuracy in words, empty if it has not been measured."""
        try:
            entry = json.loads(self._run.evaluation.read_text())[-1]
            return f" (accuracy {entry['accuracy']:.3f})"
        except (OSError, ValueError, KeyError, IndexError):
            return ""

    @property
    def plan(self) -> str:
        """What training it would mean."""
        return f"{self}: {self._config.steps} steps, into {self._run.path}"

    def train(self) -> None:
        """Trains it, or waits for another process that is at it.

        Raises:
          Interrupted: if it was stopped; it goes on where it was when it is needed again.
          UserError: see `tfgan_kit.engine.session.Session.train`.
        """
        with self._alone():
            if self.trained:
                return
            print(self.plan, flush=True)
            with self._open() as run:
                try:
                    train(self._trainer, run, method="classifier", feed=self._feed)
                except Interrupted as error:
                    error.args = (
                        "stopped while a classifier was trained; the same command goes on",
                    )
                    raise
                except NotWritten as error:
                    raise error.then("run the same command again, which goes on") from error

    @contextlib.contextmanager
    def _alone(self):
        """Keeps other processes that need it waiting, for as long as this one lives at most."""
        try:
            self._run.path.parent.mkdir(parents=True, exist_ok=True)
            file = open(f"{self._run.path}.lock", "w")  # noqa: SIM115 (closed below)
        except OSError as error:
            raise UserError(
                f"{self._run.path.parent}: cannot keep classifiers here ({error.strerror}); name "
                f"another folder in {CACHE_VARIABLE}"
            ) from None
        with file:
            try:
                fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                print(
                    f"{self}: waiting for the process that trains it, in {self._run.path}",
                    flush=True,
                )
                fcntl.flock(file, fcntl.LOCK_EX)
            yield

    def _open(self) -> RunDir:
        """The run, new or begun before, with its lock."""
        if self._run.config.exists():
            run = RunDir.open(self._run.path)
            run.lock()
            return run
        # Left by a process that was killed before it had begun.
        shutil.rmtree(self._run.path, ignore_errors=True)
        return RunDir.create(self._run.path, "classifier", self._config)


def _cache() -> Path:
    root = os.environ.get(CACHE_VARIABLE) or Path.home() / ".cache" / "tfgan-kit"
    return Path(root).absolute() / "classifiers"
