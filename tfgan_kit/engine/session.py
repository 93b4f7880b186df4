"""The outer loop: runs windows of steps and handles the events between them."""

import contextlib
import math
import signal
import time

import numpy as np
import tensorflow as tf

from tfgan_kit.engine.health import Health
from tfgan_kit.engine.loop import Loop
from tfgan_kit.engine.stages import checked, feed_of, shown_feed_of
from tfgan_kit.engine.status import Once, Speed, StatusLine, duration, memory_mb
from tfgan_kit.errors import Diverged, UserError
from tfgan_kit.machine.files import NotWritten, written_aside
from tfgan_kit.machine.signals import stopping
from tfgan_kit.machine.team import Team, WorkerLost
from tfgan_kit.numbers import plain
from tfgan_kit.pictures.curves import draw_curves
from tfgan_kit.pictures.examples import draw_examples
from tfgan_kit.pictures.real import draw_real
from tfgan_kit.runs.best import Best
from tfgan_kit.runs.checkpoints import Checkpoints
from tfgan_kit.runs.evaluations import Evaluations, joined
from tfgan_kit.runs.journal import Journal
from tfgan_kit.uses import write_uses
from tfgan_kit.wording import word

WINDOW_SECONDS = 1.0  # The longest delay of Ctrl-C and of the live line.
LEFT = -1  # A window length that means that worker 0 has left.


class Interrupted(UserError):
    """The user or the system stopped the training; it can be resumed."""

    def __init__(self, message, number):
        super().__init__(message)
        self.status = 128 + number


class Session:
    """One process' part of a run, from its start or last checkpoint to the end.

    Args:
      trainer: the method, built.
      run: the locked `RunDir`.
      method: the method's name.
      feed: the data. `dataset(start_batch, context)` returns an endless `tf.data.Dataset` of
        replica batches, `fingerprint()` a digest of the data, and `reference(count)` real examples
        in the networks' range, one array (count, ...) per domain. `raise_pending()` raises the
        `UserError` that ended the data, if there was one. No data set is requested from a feed
        whose `spec` is empty.
      metrics: `tfgan_kit.evaluation.in_training.TrainingMetrics` to measure at each evaluation in
        addition to the method's own measures, or None.
      accept_data: whether to continue if the data has changed.

    Raises:
      UserError: if the run has finished, or its files do not match each other.
    """

    def __init__(self, trainer, run, *, method, feed, metrics=None, accept_data=False):
        self.trainer = trainer
        self.config = trainer.config
        self.run = run
        self._stages = checked(trainer.stages(self.config))
        self._data = feed
        self._take_data(trainer.stage)
        self._metrics = metrics
        self._status = StatusLine()
        self._told = Once(self.say, self._measuring)
        self._stop = None
        self._team = Team(trainer.strategy)
        self._checkpoints = Checkpoints(
            run.checkpoints,
            trainer,
            method=method,
            data=str(feed),
            keep=self.config.keep_checkpoints,
            fingerprint=feed.fingerprint(),
            accept_data=accept_data,
        )
        lines = []
        manifest = self._restore(lines.append)
        self.step = manifest["step"] if manifest else 0
        extra = manifest["extra"] if manifest else {}
        # Metrics since the last line of metrics.csv. They are kept per step and saved with the
        # checkpoint, so that their means do not depend on where a run was interrupted.
        self._rows: list[list[float]] = extra.get("rows", [])
        self._names: list[str] = extra.get("names", [])
        # Whether the samples and measurements due at the checkpoint's step are still to be done.
        self._pending = extra.get("pending", False)
        if self.step > self.config.steps or (self.step == self.config.steps and not self._pending):
            raise UserError(
                f"{run.path} has finished {self.step} steps; give --steps above {self.step} "
                "to train on"
            )
        self._health = Health(self.say)
        self._open_record()
        for line in lines:
            self.say(line)

    def _restore(self, report):
        """The manifest of the checkpoint that all workers resume from."""
        with self._contact(0):
            # Worker 0 comes first, as it removes broken checkpoints. It removes others only after
            # all workers have read theirs.
            if not self._team.is_chief:
                self._team.wait()
            manifest = self._checkpoints.restore(report, lambda s: self._build(s, carry=False))
            if self._team.is_chief:
                if manifest:
                    self._checkpoints.drop_after(manifest["step"])
                self._team.wait()
            steps = self._team.everyone([manifest["step"] if manifest else 0])[:, 0]
        for index, step in enumerate(steps):
            if step != steps[0]:
                raise UserError(
                    f"worker {index} finds a checkpoint of step {step} in {self.run.path}, worker "
                    f"0 of step {steps[0]}; all need the same checkpoints, as on a shared disk"
                )
        return manifest

    def _open_record(self):
        """Opens the files of the run's record."""
        self._evaluations = Evaluations(self.run.evaluation, self.step)
        self._best, metrics = None, self._metrics
        if metrics is not None and metrics.goal is not None:
            self._best = Best(self.run.best, metrics.goal)
        ends = [stage.until for stage in self._stages]
        self._journal = Journal(self.run, self.step, self.config.log_every, ends)

    def say(self, text: str) -> None:
        """Prints a line and writes it to log.txt."""
        self._status.line(text)
        self._journal.line(text)

    def train(self) -> None:
        """Trains to the last step.

        Raises:
          Diverged: if a loss or a weight is no longer finite.
          Interrupted: after Ctrl-C, SIGTERM or SIGHUP; a checkpoint has been written.
          NotWritten: if there is no room for a checkpoint or any other file.
          UserError: if the data turns out to be unreadable, or the samples cannot be measured; in
            the latter case, a checkpoint has been written.
        """
        self._warn()
        started = time.monotonic()
        handlers = {n: signal.signal(n, self._on_signal) for n in stopping()}
        try:
            self._train()
        except NotWritten:
            raise  # It could not be logged either.
        except UserError as error:
            self._journal.line(str(error))
            # The time of a run is the sum over its processes.
            self._journal.line(f"trained for {duration(time.monotonic() - started)}")
            raise
        finally:
            for number, handler in handlers.items():
                signal.signal(number, handler)
            self._journal.close()

    def _on_signal(self, number, frame):
        if self._stop is None:
            self._stop = number
        elif number == signal.SIGINT:
            # Ctrl-C once more is deliberate: leave at once. Other signals that follow come from a
            # shell or a system that stops the same process in several ways.
            raise KeyboardInterrupt

    def _warn(self):
        fixed = self.trainer.fixed_statistics
        networks = {n: net for n, net in self.trainer.networks.items() if n not in fixed}
        self._health.batch_norm(networks, self.trainer.replica_batch_size)
        for i, text in enumerate(self.trainer.warnings()):
            self._health.tell(f"configuration {i}", text)

    def _train(self):
        started = time.monotonic()
        stop = self._train_stage()
        while not stop and self.step < self.config.steps:
            self._next_stage()
            stop = self._train_stage()
        if stop:
            self._interrupted()
        self._agree(0)  # The other workers leave once everything is written.
        took = duration(time.monotonic() - started)
        drawn = self._picture.exists()
        where = f"{self._picture} and the rest of the run" if drawn else self.run.path
        self.say(f"finished {self.config.steps} steps after {took}: see {where}")

    def _train_stage(self):
        """Trains to the end of the stage, or until a signal arrives, which it returns."""
        trainer = self.trainer
        start_batch = self.step * trainer.batches_per_step
        loop = Loop(
            trainer, lambda context: self._feed.dataset(start_batch, context), jit=self.config.jit
        )
        with contextlib.closing(loop):
            return self._windows(loop)

    def _windows(self, loop):
        """Runs the loop window by window, with the events between windows; see `_train_stage`."""
        started, length = time.monotonic(), 1
        batch_size = self.trainer.batch_size
        overall, recent = Speed(batch_size), Speed(batch_size)
        self._show_real()
        if self.step == 0:
            self._sample()
        elif self._pending:
            self._pending = False  # Events at the end of a stage are not repeated in the next.
            self._events(recent)
        while self.step < self._end:
            length, stop = self._agree(length)
            if stop:
                return stop
            steps, begin = min(length, self._steps_to_event()), time.monotonic()
            window = self._run_window(loop, steps)
            seconds = time.monotonic() - begin
            self._names = loop.names
            self._take(window)
            if length == 1 and not overall.steps:
                # The first window includes tracing the step, so it does not count towards the
                # speed.
                self.say(f"first step after {duration(time.monotonic() - started)}")
                length = 2
            else:
                for speed in (overall, recent):
                    speed.add(len(window.values), seconds, window.waited)
                length = max(1, round(WINDOW_SECONDS * steps / seconds))
            self._events(recent)
            if overall.steps:
                self._status.update(self._live(window.values[-1], overall))
        return 0

    @property
    def _end(self):
        """The step at which the stage, or the training, ends."""
        until = self._stages[self.trainer.stage].until
        return self.config.steps if until is None else min(until, self.config.steps)

    def _next_stage(self):
        stage = self.trainer.stage + 1
        self.say(f"stage {stage + 1} of {len(self._stages)} begins at step {self.step}")
        for line in self._build(stage, carry=True):
            self.say(line)
        self._checkpoints.follow()

    def _build(self, stage, *, carry):
        """Builds a stage; prints what was carried over from the previous one."""
        self._take_data(stage)
        return self.trainer.enter(stage, self._feed.spec, carry=carry)

    def _take_data(self, stage):
        """Opens what a stage learns from, and what its pictures and measures take."""
        self._feed = feed_of(self._stages[stage], self._data)
        self._shown = shown_feed_of(self._stages[stage], self._data)

    def _contact(self, step):
        return self._team.contact(
            f"at step {step}: see what it printed last, and continue with: python main.py train "
            f"--resume {word(self.run.path)}, with all workers or with fewer"
        )

    def _agree(self, length):
        """The length of the next window, set by worker 0, and the signal that stops all workers."""
        with self._contact(self.step):
            rows = self._team.everyone([length, self._stop or 0])
        stop = int(rows[:, 1].max())
        # A signal that arrived in the meantime is known to this process only, until the next call.
        self._stop = stop or self._stop
        return int(rows[0, 0]), stop

    def _steps_to_event(self):
        config = self.config
        periods = [config.log_every, config.sample_every, config.checkpoint_every]
        periods += [config.evaluate_every] if config.evaluate_every else []
        due = [period - self.step % period for period in periods]
        return min([*due, self._end - self.step])

    def _run_window(self, loop, steps):
        try:
            with self._contact(self.step):
                return loop.run(steps)
        except tf.errors.ResourceExhaustedError:
            raise UserError(
                f"out of memory at step {self.step}; use a smaller --batch-size, --width or "
                "--image-size"
            ) from None
        except (tf.errors.OpError, WorkerLost):
            self._feed.raise_pending()
            raise

    def _take(self, window):
        self._rows += window.values.tolist()
        self.step += len(window.values)
        last = window.values[-1]
        if not np.isfinite(last).all():
            # The sum is not finite whenever a part is not: name the part.
            bad = [n for n, v in zip(self._names, last, strict=True) if not np.isfinite(v)]
            parts = [n for n in bad if not n.endswith("/loss")]
            self._diverged(f"{(parts or bad)[0]} is no longer finite at step {self.step}")

    def _diverged(self, what):
        good = self._checkpoints.latest_step()
        where = "there is no checkpoint yet" if good is None else f"the last good one is {good}"
        ways = [*self.trainer.remedies]
        if self.config.precision != "float32":
            ways.append("use --precision float32")
        raise Diverged(f"{what} (of checkpoints, {where}); {', or '.join(ways)}")

    def _events(self, recent):
        """Handles the events due at this step; at the last step, all of them are due."""
        config, step = self.config, self.step
        last, whole = step == config.steps, step % config.log_every == 0
        # Each stage has its own metrics.
        whole |= step == self._stages[self.trainer.stage].until
        if self._rows and (last or whole):
            self._log(recent)
            if whole:
                self._rows = []
                recent.reset()
        try:
            if last or step % config.sample_every == 0:
                self._sample()
            due = config.evaluate_every and step % config.evaluate_every == 0
            if last or due or (self.trainer.measures_stages and step == self._end):
                self._measure()
        except Interrupted:
            self._save(pending=True)
            self._agree(LEFT)
            raise
        except Exception:
            # A measurement can fail, say because a file is gone or the disk is full, but it must
            # not cost the training progress. A run that resumes here starts with the pending
            # events.
            self._save(pending=True)
            again = f"train --resume {word(self.run.path)}"
            self.say(f"step {step} is saved; `{again}` repeats what failed")
            self._agree(LEFT)
            raise
        # The last checkpoint is written last: a run that has one is either complete or pending.
        if last or step % config.checkpoint_every == 0:
            self._save()

    def _means(self):
        # fsum rounds only once, whatever the order and the windows.
        columns = zip(*self._rows, strict=True)
        return {n: math.fsum(c) / len(c) for n, c in zip(self._names, columns, strict=True)}

    def _log(self, recent):
        means = self._means()
        row = {"step": self.step, **means}
        row["images_per_second"] = round(recent.images_per_second, 2)
        if not math.isnan(recent.data_wait):
            row["data_wait"] = round(recent.data_wait, 4)
        row["memory_mb"] = round(memory_mb(), 1)
        self._journal.metrics(row)
        losses = "  ".join(f"{n} {v:.4g}" for n, v in means.items() if n.endswith("/loss"))
        self.say(f"step {self.step}  {losses}  {recent.images_per_second:.0f} images/s")
        self._tell(self.trainer.watch(self.step, means))

    def _live(self, values, speed):
        left = duration(speed.seconds_left(self.config.steps - self.step))
        losses = "  ".join(
            f"{name.removesuffix('/loss')} {value:.3g}"
            for name, value in zip(self._names, values, strict=True)
            if name.endswith("/loss")
        )
        waited = "" if math.isnan(speed.data_wait) else f"  data {speed.data_wait:.0%}"
        return (
            f"step {self.step}/{self.config.steps}  {speed.images_per_second:.0f} images/s  "
            f"{left} left  {losses}  {memory_mb():.0f} MB{waited}"
        )

    @property
    def _picture(self):
        """The file of this step's samples."""
        return self.run.samples / f"{self.step:08d}.png"

    def _show_real(self):
        draw_real(self.trainer, self._shown, self.run.real)

    def _sample(self):
        signs = self.trainer.draw(self.step, self._shown, self._picture)
        draw_examples(self.trainer, self._shown, self.run.examples)
        if self._picture.exists():
            self._journal.image(self.step, self._picture)
        self._tell(signs)

    def _tell(self, signs):
        for kind, text in signs.items():
            self._health.tell(kind, text)

    def _measure(self):
        measured = self.trainer.evaluate(self._shown, self.config.samples)
        if self._metrics is not None:
            name = f"{self.run.path.name}, step {self.step}"
            found = self._metrics.measure(self.trainer, self._shown, name, self._told)
            measured = joined(measured, found)
        if not measured:
            return
        self._evaluations.add(self.step, measured)
        self.say("  ".join([f"evaluation at step {self.step}:", *_shown(measured)]))
        if self._best is not None:
            kept = self._best.offer(self.step, measured, self.trainer.models())
            if kept:
                self.say(kept)

    def _measuring(self, text):
        """Shows an evaluation's progress. As it can take minutes, a stop does not wait for it."""
        if self._stop is not None:
            raise self._interruption()
        self._status.update(text)

    def _check_variables(self):
        bad = self._checkpoints.bad_variable()
        if bad:
            self._diverged(f"the variable {bad} is no longer finite at step {self.step}")

    def _save(self, pending=False):
        self._check_variables()
        # The models come first: whenever a checkpoint exists, its models exist and are at least as
        # new.
        for name, network in self.trainer.models().items():
            with written_aside(self.run.models / f"{name}.keras") as part:
                network.save(part)
        write_uses(self.trainer.uses(), self.run.uses)
        extra = {"rows": self._rows, "names": self._names, "pending": pending}
        self._checkpoints.save(self.step, extra)
        draw_curves(self.run.metrics, self.run.curves)

    def _interrupted(self):
        if self._checkpoints.latest_step() != self.step:
            self._save()
        raise self._interruption()

    def _interruption(self):
        return Interrupted(
            f"stopped at step {self.step}, everything is saved; "
            f"continue with: python main.py train --resume {word(self.run.path)}",
            self._stop,
        )


def _shown(measured):
    numbers = {k: v for k, v in measured.items() if isinstance(v, int | float)}
    return [f"{name} {plain(value)}" for name, value in numbers.items() if name != "samples"]
