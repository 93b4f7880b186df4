"""The walks in the latent spaces of a run's generator, along which path lengths are measured."""

from collections.abc import Callable
from typing import NamedTuple

import numpy as np

from tfgan_kit.latent.latents import latents_of_block
from tfgan_kit.latent.walks import default_path
from tfgan_kit.uses.apply import Bound
from tfgan_kit.uses.draw import labels_at


class LatentWalks(NamedTuple):
    """Walks in one space.

    Attributes:
      space: "z" or "w".
      path: "lerp" or "slerp".
      draw: function from a seed and a count to starts and stops, (count, ...) each.
      images_of: function from codes (b, ...) and the number of the first walk to images, not
        limited to [-1, 1]. Both ends of a step have the walk's label, and the same noise.
    """

    space: str
    path: str
    draw: Callable[[int, int], tuple[np.ndarray, np.ndarray]]
    images_of: Callable


def latent_walks(bound: Bound, output: str, to_w=None, of_w=None) -> tuple[LatentWalks, ...]:
    """The spaces of a generator: its latents and, if it maps them, the mapped ones.

    Args:
      bound: the use "generate".
      output: name of the output that holds the images.
      to_w, of_w: the uses "map" and "synthesize", or None.
    """
    use, latent = bound.use, bound.use.find("latent")
    field, generate = use.inputs[latent], bound.only(output)

    def draw(seed, count):
        return tuple(
            latents_of_block(
                field.distribution, seed, f"path length/{end}", 0, count, field.shape[0]
            )
            for end in ("start", "stop")
        )

    def images_of_z(codes, first):
        inputs = {latent: codes}
        if use.label is not None:
            places = np.arange(first, first + len(codes))
            inputs[use.label] = labels_at(use.inputs[use.label], places)
        return generate.unlimited(inputs)[output]

    path = default_path(field.distribution, field.shape[0])
    spaces = [LatentWalks("z", path, draw, images_of_z)]
    if to_w is None or of_w is None:
        return tuple(spaces)
    mapped, synthesize = to_w.only("styles"), of_w.only(output)

    def draw_w(seed, count):
        return tuple(mapped.render({"latent": each})["styles"] for each in draw(seed, count))

    def images_of_w(codes, first):
        return synthesize.unlimited({"styles": codes})[output]

    return (*spaces, LatentWalks("w", "lerp", draw_w, images_of_w))
