"""Where `project` searches with a run's generator: in z, in w, and layer by layer in w+."""

import numpy as np
import tensorflow as tf

from tfgan_kit.latent.latents import fixed_latents
from tfgan_kit.latent.noise import with_noise
from tfgan_kit.latent.projection import Space
from tfgan_kit.latent.spaces import mean_and_spread
from tfgan_kit.randomness import seed_of
from tfgan_kit.uses.apply import Bound


def space_of_z(
    bound: Bound, output: str, *, starts: int, seed: int, labels: np.ndarray | None = None
) -> Space:
    """The latents themselves, from several random ones.

    Args:
      bound: the use "generate".
      output: name of the output that holds the images.
      starts: how many.
      seed: their seed.
      labels: the labels of the images, (images, ...); None if the generator takes none.
    """
    latent = bound.use.find("latent")
    field, own = bound.use.inputs[latent], bound.only(output)
    first = fixed_latents(field.distribution, seed_of(seed, "project"), starts, field.shape[0])

    given = {} if labels is None else {bound.use.label: labels}

    def images_of(codes, labels):
        return own.unlimited({latent: codes, **labels})[output]

    return Space(images_of=images_of, starts=first, prior=field.distribution, labels=given)


def space_of_w(
    to_w: Bound, of_w: Bound, output: str, *, layers: bool, noise: bool, weight: float, seed: int
) -> Space:
    """Mapped latents, from their mean.

    Args:
      to_w, of_w: the uses "map" and "synthesize".
      output: name of the output that holds the images.
      layers: whether each layer has a code of its own (w+) instead of one for all (w).
      noise: whether to search for maps of noise, too.
      weight: of their penalty, see `Space`.
      seed: of the latents whose mean is taken.
    """
    mean, spread = mean_and_spread(to_w, seed)
    count = of_w.use.inputs["styles"].shape[0]
    bound, maps = with_noise(of_w.only(output)) if noise else (of_w.only(output), {})

    def images_of(codes, maps):
        styles = codes if layers else tf.repeat(codes, count, axis=1)
        return bound.unlimited({"styles": styles, **maps})[output]

    return Space(
        images_of=images_of,
        starts=np.tile(mean, (1, count if layers else 1, 1)),
        spread=spread,
        maps=maps,
        noise_weight=weight,
    )
