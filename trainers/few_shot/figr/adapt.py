"""Adapts a run of FIGR to the images of a class, see `tfgan_kit.adaptation`."""

import numpy as np
import tensorflow as tf

from tfgan_kit import meta
from tfgan_kit.errors import UserError
from tfgan_kit.fields.network import to_network
from tfgan_kit.randomness import seed_of
from trainers.few_shot.figr.inner import Inner, drawn


def adapt(run, examples, *, steps: int, seed: int) -> dict:
    """The generator and the discriminator after inner steps on all given images.

    Args:
      run: a `tfgan_kit.runs.saved_run.SavedRun`.
      examples: "image" and "label", see `tfgan_kit.adaptation`.
      steps: number of steps.
      seed: of latents and penalties.

    Raises:
      UserError: if the images are of several classes, or values are no longer finite.
    """
    if (count := len(np.unique(examples["label"]))) > 1:
        raise UserError(
            f"a run of figr adapts to images of one class, and the task has {count} classes; name "
            "one of them, or a folder of images without subfolders"
        )
    field = run.uses["generate"].outputs["image"]
    real = to_network(field, examples["image"])
    inner = Inner(
        run.load("generator"),
        run.load("discriminator"),
        rate=run.setting("inner_learning_rate"),
        penalty_weight=run.setting("penalty_weight"),
    )
    draws = drawn(seeds(seed, "adapt"), [], steps, len(real), run.setting("latent_size"))
    weights, _ = meta.adapted(inner.step(real, draws), inner.start, steps)
    return dict(zip(("generator", "discriminator"), inner.adapted(weights), strict=True))


def seeds(seed: int, purpose: str):
    """The function from a draw's name to its seed, for one purpose outside of training."""
    return lambda name: tf.constant([seed_of(seed, f"{purpose}/{name}"), 0], tf.int64)
