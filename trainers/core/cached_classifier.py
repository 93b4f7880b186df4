"""Classifiers that a method needs but the user did not provide: trained first, and cached.

A classifier is an ordinary run of the method `classifier` in a cache, under a name determined by
its settings and data. A second run that needs the same classifier finds it there.
"""

import contextlib
import dataclasses
import fcntl
import hashlib
import json
import os
import shutil
from collections.abc import Callable
from pathlib import Path

from tfgan_kit import __version__
from tfgan_kit.engine.session import Interrupted
from tfgan_kit.engine.train import train
from tfgan_kit.errors import UserError
from tfgan_kit.machine.files import NotWritten
from tfgan_kit.machine.places import CACHE_VARIABLE, cache_folder
from tfgan_kit.runs.complete import complete_steps
from tfgan_kit.runs.run_dir import RunDir
from tfgan_kit.wording import one_line
from trainers.classification.classifier.config import ClassifierConfig
from trainers.classification.classifier.trainer import Classifier

FOR_LOSS, FOR_MEASURING = 0, 1  # Seeds: a judge must not be the classifier of a loss.


def settings(config, dataset: str, examples: int, strategy, seed: int) -> ClassifierConfig:
    """The settings of a classifier for the data of a run.

    Args:
      config: the run's `TrainConfig`, with `classifier_steps` and `classifier_width`.
      dataset: name of the data set that it is trained on, with its true labels: all examples of
        the run's classes, also if the run takes a few of them.
      examples: number of examples that the run takes.
      strategy: see `CachedClassifier`.
      seed: `FOR_LOSS` or `FOR_MEASURING`.
    """
    steps, replicas = config.classifier_steps, strategy.num_replicas_in_sync
    # The usual batch size, or the largest that the data allows and the devices can split.
    usual = ClassifierConfig.batch_size
    batch = usual if config.examples else min(usual, examples)
    return ClassifierConfig(
        dataset=dataset,
        data_dir=config.data_dir,
        split=config.split,
        classes=config.classes,
        image_size=config.image_size,
        channels=config.channels,
        fit=config.fit,
        depth=config.depth,
        value_range=config.value_range,
        pages=config.pages,
        max_bad_files=config.max_bad_files,
        cache_mb=config.cache_mb,
        width=config.classifier_width,
        batch_size=batch // replicas * replicas,
        steps=steps,
        checkpoint_every=steps,
        seed=seed,
    )


def lost(path: str) -> bool:
    """Whether a file was in the cache but is no longer there."""
    return Path(path).is_relative_to(_cache()) and not os.path.exists(path)


def filled_in(
    config, name: str, feed, open_feed, strategy, *, check: Callable, dataset: Callable, **changed
):
    """Fills in a classifier for measuring that is given or already cached.

    Args:
      config: the run's configuration, see `settings`.
      name: of its field for the classifier's file.
      feed: the run's data, of one set.
      open_feed: see `data.feeds.open_feed.open_feed`.
      strategy: the strategy to train under.
      check: function (configuration, feed) that raises `UserError` if a given one does not fit.
      dataset: function (configuration) -> the name of the data set that it learns, or None if no
        classifier is needed.
      **changed: settings of the classifier that differ from those of `settings`.

    Returns:
      The configuration, and a list with the `CachedClassifier` that is still to be trained, if any.
      Once it is trained, the same call fills it in.

    Raises:
      UserError: if a given classifier does not fit.
    """
    given = getattr(config, name) and os.path.abspath(getattr(config, name))
    if given and lost(given):
        given = None
    config = dataclasses.replace(config, **{name: given})
    # A given classifier is checked before anything is trained.
    check(config, feed)
    if given or not (learned := dataset(config)):
        return config, []
    # The source is the original data, whatever view of it the run has.
    examples = len(feed.reader.source)
    wanted = settings(config, learned, examples, strategy, FOR_MEASURING)
    cached = CachedClassifier(dataclasses.replace(wanted, **changed), open_feed, strategy)
    if not cached.trained:
        return config, [cached]
    print(cached.told)
    return dataclasses.replace(config, **{name: cached.path}), []


class CachedClassifier:
    """A classifier in the cache, or its place there if it is yet to be trained.

    Args:
      config: its `ClassifierConfig`, see `settings`.
      open_feed: see `data.feeds.open_feed.open_feed`.
      strategy: to train under.

    Attributes:
      path: path of the classifier's file.

      method, feed, trainer_class: what trains it, and the form of its batches.
      measure, good: by which it is judged; a lower value than `good` causes a warning.
      sizes: the options that make it better.

    Raises:
      UserError: if it cannot be trained.
    """

    method, feed, trainer_class = "classifier", "set", Classifier
    measure, good = "accuracy", 0.8
    sizes = "--classifier-steps or --classifier-width"

    def __init__(self, config, open_feed, strategy):
        self._feed, self._config = open_feed(self.feed, config)
        learned_with = dataclasses.asdict(self._config)
        del learned_with["cache_mb"]  # It does not affect what is learned.
        told = {
            "settings": learned_with,
            "data": f"{self._feed} {self._feed.fingerprint()}",
            "version": __version__,
        }
        digest = hashlib.sha256(json.dumps(told, sort_keys=True).encode()).hexdigest()[:16]
        self._run = RunDir(_cache() / digest)
        self.path = str(self._run.models / f"{self.method}.keras")
        if not self.trained:
            # Built now, so that errors are raised before others are trained.
            self._trainer = self.trainer_class(self._config, self._feed.spec, strategy)

    def __str__(self):
        return f"{self.method} for {self._config.dataset}"

    @property
    def trained(self) -> bool:
        """Whether its training is complete."""
        return self._config.steps in complete_steps(self._run.checkpoints)

    @property
    def told(self) -> str:
        """Its location and accuracy, followed by a warning if the accuracy is low."""
        line = one_line(f"{self}: {self.path}, trained before")
        try:
            found = json.loads(self._run.evaluation.read_text())[-1][self.measure]
        except (OSError, ValueError, KeyError, IndexError):
            return line
        measure = self.measure.replace("_", " ")
        line += f" ({measure} {found:.3f})"
        if found < self.good:
            warning = (
                f"warning: {self}: its {measure} on held-out images is {found:.0%} only, so its "
                f"word on generated ones means little; raise {self.sizes}, or give a better one"
            )
            line += f"\n{one_line(warning)}"
        return line

    @property
    def plan(self) -> str:
        """A description of the training that it needs."""
        return f"{self}: {self._config.steps} steps, into {self._run.path}"

    def train(self) -> None:
        """Trains it, or waits for another process that is training it.

        Raises:
          Interrupted: if it was stopped; training resumes when the classifier is needed again.
          UserError: see `tfgan_kit.engine.session.Session.train`.
        """
        with self._alone():
            if self.trained:
                return
            print(one_line(self.plan), flush=True)
            with self._open() as run:
                try:
                    train(self._trainer, run, method=self.method, feed=self._feed)
                except Interrupted as error:
                    error.args = (
                        f"stopped while a {self.method} was trained; the same command continues",
                    )
                    raise
                except NotWritten as error:
                    raise error.then("run the same command again, which continues") from error

    @contextlib.contextmanager
    def _alone(self):
        """Makes other processes that need it wait, at most for the lifetime of this one."""
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
                where = one_line(self._run.path)
                print(f"{self}: waiting for the process that trains it, in {where}", flush=True)
                fcntl.flock(file, fcntl.LOCK_EX)
            yield

    def _open(self) -> RunDir:
        """The locked run, which is new or was started before."""
        if self._run.config.exists():
            run = RunDir.open(self._run.path)
            run.lock()
            return run
        # Left by a process that was killed before it started training.
        shutil.rmtree(self._run.path, ignore_errors=True)
        return RunDir.create(self._run.path, self.method, self._config)


def _cache() -> Path:
    return cache_folder() / "classifiers"
