"""Teaches a run new colours: a clone of its generator learns on a few images."""

import numpy as np

from tfgan_kit import meta
from tfgan_kit.fields.network import to_network
from tfgan_kit.pictures.lab import rgb_to_lab
from tfgan_kit.randomness import seed_of
from trainers.few_shot.metal_color.inner import Inner


def adapt(run, examples, *, steps: int, seed: int) -> dict:
    """Adapts the generator to images; see `tfgan_kit.adaptation`.

    Args:
      run: a `tfgan_kit.runs.saved_run.SavedRun` of this method, whose networks stay as they are.
      examples: "image", images in colour as the run's data have them.
      steps: of the clone.
      seed: of the order in which it takes the images.

    Raises:
      UserError: if a step gives something that is not finite.
    """
    generator, judge = run.load("generator"), None
    if run.setting("adversarial_weight"):
        judge = run.load("discriminator")
    images = examples["image"]
    order = np.random.default_rng(seed_of(seed, "order of images")).permutation(len(images))
    field = run.uses["translate"].outputs["image"]
    step = Inner.of(generator, judge, run.settings).step(
        rgb_to_lab(to_network(field, images[order]))
    )
    weights = meta.adapted(step, meta.weights_of(generator), steps)
    return {"generator": meta.changed(generator, weights)}
