"""How diverse the translations of one image to one label are."""

import numpy as np

from tfgan_kit.latent.latents import fixed_latents
from tfgan_kit.metrics.images.lpips import lpips_diversity
from tfgan_kit.pictures.images import to_uint8

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
      Name -> number: "style_spread", the mean absolute difference between translations of one
      image with two latents, in % of the range; "style_lpips", the mean LPIPS of all pairs of
      `STYLES` translations of one image, if its network is given and takes images of this size.
    """
    images, labels = examples["image"], np.roll(examples["label"], 1, axis=0)
    latents = fixed_latents("normal", seed, STYLES, latent_size)
    outputs = np.stack(
        [render(images, labels, np.tile(latent, (len(images), 1))) for latent in latents], 1
    )
    whole = to_uint8(outputs).astype(np.float32)
    change = np.abs(whole - np.roll(whole, 1, axis=1)).mean()
    found = {"style_spread": float(change / 255 * 100)}
    if lpips is not None and min(outputs.shape[2:4]) >= lpips.smallest:
        found["style_lpips"] = float(lpips_diversity(lpips, outputs).mean())
    return found
