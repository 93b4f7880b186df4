"""How diverse the translations of one image to one label are."""

import numpy as np

from tfgan_kit.latent.latents import fixed_latents
from trainers.unpaired.styles import style_changes

INPUTS, STYLES = 100, 10  # Images, and latents for each.


def diversity(render, examples: dict, latent_size: int, seed: int, lpips=None) -> dict[str, float]:
    """Measures translations of images to the labels of other images, each with several latents.

    Args:
      render: function (images, labels, latents) -> float32 (n, height, width, channels) in [-1, 1].
      examples: "image" and "label" of a batch, as the data has them.
      latent_size: length of a latent.
      seed: of the latents.
      lpips: the network of LPIPS, or None.

    Returns:
      See `style_changes`.
    """
    images, labels = examples["image"], np.roll(examples["label"], 1, axis=0)
    latents = fixed_latents("normal", seed, STYLES, latent_size)
    outputs = np.stack(
        [render(images, labels, np.tile(latent, (len(images), 1))) for latent in latents], 1
    )
    return style_changes(outputs, lpips)
