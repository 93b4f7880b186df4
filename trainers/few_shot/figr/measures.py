"""What adaptation makes of held-out tasks, over the number of steps."""

import numpy as np
import tensorflow as tf

from tfgan_kit.evaluation.goal import goals
from tfgan_kit.fields.network import to_network
from tfgan_kit.randomness import normal, seed_of
from trainers.classification.classifier.trainer import predict
from trainers.few_shot.figr.adapt import seeds
from trainers.few_shot.figr.inner import drawn
from trainers.few_shot.figr.judge import may_be_judged
from trainers.few_shot.measures import over_tasks

SAMPLES = 64  # Of each task, the same latents for all.


class Tasks:
    """Adapts a pair of networks to tasks, one step after the other, and draws samples.

    Args:
      inner: the `Inner` of the networks, whose weights may change between calls.
      field: the field of an image.
      config: a `FIGRConfig`.
    """

    def __init__(self, inner, field, config):
        self._inner, self._field, self._config = inner, field, config
        # Each is traced once, for all tasks and steps.
        self._step = tf.function(
            lambda number, weights, real, draws: inner.step(real, draws)(number, (weights, {}))[0],
            autograph=False,
        )
        self._images = tf.function(inner.images, autograph=False)

    def curve(self, images, number: int, steps) -> list[np.ndarray]:
        """Samples after so many steps on a task.

        Args:
          images: of the task, (shots, height, width, channels), as the data have them.
          number: of the task, for the draws.
          steps: ascending numbers of steps.

        Returns:
          For each of these, float32 (`SAMPLES`, height, width, channels) in [-1, 1].
        """
        config, (weights, _) = self._config, self._inner.start
        real = to_network(self._field, images)
        of_task = seeds(config.seed, f"held-out task {number}")
        draws = drawn(of_task, [], steps[-1], len(real), config.latent_size)
        latents = normal([seed_of(config.seed, "samples"), 0], [SAMPLES, config.latent_size])
        found, done = [], 0
        for wanted in steps:
            for step in range(done, wanted):
                weights = self._step(tf.constant(step), weights, real, draws)
            done = wanted
            found.append(self._images(weights[0], latents).numpy())
        return found


def measures(tasks: Tasks, feed, judge, config) -> dict:
    """Measures samples for held-out tasks after numbers of steps.

    "task_distance_at_K" is, after K steps, the root mean square over pixels in [-1, 1] of the
    difference between the mean sample and the mean image of the task. "recognised_at_K" is the
    share of samples that the judge takes for the task's class among all classes. Both are means
    over tasks, with half of their 95 % intervals, 1.96 standard errors, as "..._interval".

    Args:
      tasks: what adapts.
      feed: the run's data, see `data.feeds.episodes.feed`.
      judge: see `trainers.few_shot.figr.judge.load_judge`.
      config: a `FIGRConfig`.

    Returns:
      Name -> number, such as "task_distance_at_10"; nothing without held-out classes.
    """
    episodes = feed.held_out_episodes()
    if episodes is None:
        return {}
    batch = episodes.read(np.arange(config.evaluate_tasks))
    field = feed.spec["support"]["image"]
    kinds = ("task_distance",) if judge is None else ("task_distance", "recognised")
    found = {f"{kind}_at_{k}": [] for kind in kinds for k in config.evaluate_at}
    for number, images in enumerate(batch["support"]["image"]):
        mean = to_network(field, images).numpy().mean(0)
        curve = tasks.curve(images, number, config.evaluate_at)
        for k, samples in zip(config.evaluate_at, curve, strict=True):
            found[f"task_distance_at_{k}"].append(np.sqrt(((samples.mean(0) - mean) ** 2).mean()))
            if judge is not None:
                said = predict(judge, samples)["probabilities"].argmax(1)
                found[f"recognised_at_{k}"].append((said == batch["class"][number]).mean())
    return {"samples": SAMPLES * config.evaluate_tasks, **over_tasks(found)}


def goals_of(config, feed) -> dict:
    """The measures by which the best models can be kept."""
    if not feed.held_out_names:
        return {}
    judged = config.evaluate_at if may_be_judged(config, feed) else ()
    return goals(
        lower=[f"task_distance_at_{k}" for k in config.evaluate_at],
        higher=[f"recognised_at_{k}" for k in judged],
    )
