"""How well tasks of classes that training never saw are learned, step by step."""

import numpy as np
import tensorflow as tf

from tfgan_kit.randomness import seed_of

LEAST = 2  # Tasks, of which there is an interval.
_NORMAL = 1.96  # Standard errors of a mean in its 95 % interval.


def name_of(score: str, steps: int, how: str = "") -> str:
    """The name of a measure: `task_accuracy_at_5`."""
    return f"task_{score}{how}_at_{steps}"


def on_held_out(inner, feed, config, most: int | None = None) -> dict:
    """Adapts the network to held-out tasks, and scores it on their queries.

    Args:
      inner: a `trainers.few_shot.inner.Inner`.
      feed: the run's data, a `data.feeds.episodes.feed.EpisodeFeed`.
      config: a `trainers.few_shot.config.FewShotConfig`.
      most: how many tasks to take at most.

    Returns:
      For each number of steps of `evaluate_at` the mean over `evaluate_tasks` tasks, and under the
      same name with "_interval" half of its 95 % interval; "samples": how many tasks. Batch
      normalisation takes the statistics of all queries together, as in training (transductive); the
      measures with "_alone" take those of the support examples, so that each query is classified by
      itself. {} without held-out classes.
    """
    held_out = feed.held_out_episodes()
    if held_out is None:
        return {}
    count = min(config.evaluate_tasks, max(most or config.evaluate_tasks, LEAST))
    batch = held_out.read(np.arange(count))
    tasks = {name: batch[name] for name in ("support", "query")}
    found = np.array(curves(inner, tasks, config.evaluate_at, config.seed))
    measured = {}
    ways = ("", "_alone") if inner.network.non_trainable_variables else ("",)
    for how, values in zip(ways, np.moveaxis(found, 1, 0), strict=False):
        for steps, each in zip(config.evaluate_at, values.T, strict=True):
            measured[name_of(inner.problem.score, steps, how)] = each
    return {"samples": count, **over_tasks(measured)}


def over_tasks(found: dict) -> dict:
    """Means over tasks, and half of their 95 % intervals by the normal distribution.

    Args:
      found: name of a measure -> its values, one of each task.

    Returns:
      Each name -> the mean, and "NAME_interval" -> half of its interval.
    """
    told = {}
    for name, values in found.items():
        told[name] = float(np.mean(values))
        told[f"{name}_interval"] = float(_NORMAL * np.std(values, ddof=1) / len(values) ** 0.5)
    return told


def curves(inner, tasks, at, seed: int):
    """Scores of each task after numbers of steps.

    Args:
      inner: see `on_held_out`.
      tasks: "support" and "query": name -> (tasks, n, ...).
      at: numbers of steps, ascending.
      seed: of what the steps draw.

    Returns:
      float32 (tasks, 2, len(at)): with the statistics of the queries, and of the support.
    """
    count, examples = tasks["support"]["label"].shape
    key = tf.constant([seed_of(seed, "adaptation"), 0], tf.int64)
    draws = inner.draws(key, count, at[-1], examples)
    given = tf.nest.map_structure(tf.convert_to_tensor, (tasks, draws))
    return inner.scored_after(tuple(at))(given)
