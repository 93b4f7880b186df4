"""Learned perceptual image patch similarity (Zhang et al. 2018)."""

import numpy as np
import tensorflow as tf

from tfgan_kit.errors import UserError
from tfgan_kit.machine.full_float32 import full_float32
from tfgan_kit.metrics.images.pixels import pixels

PROTOCOLS = {
    "pairs": "mean over given pairs, as G1(z) with G2(z), or an output with its truth",
    "real": "mean over generated images, each with a real one drawn at random",
    "diversity": "mean over all pairs of the outputs of one input, then over inputs",
}
_AT_ONCE = 8


def protocol(network, which: str) -> str:
    """One of `PROTOCOLS` in words, including the network.

    Args:
      network: a `tfgan_kit.extractors.lpips_network.LpipsNetwork`.
      which: a key of `PROTOCOLS`.
    """
    return (
        f"LPIPS v0.1, {network.name}, weights {network.digest[:12]}, of uint8 images at their own "
        f"size, gray repeated to three channels: {PROTOCOLS[which]}"
    )


def lpips(network, a, b) -> np.ndarray:
    """sum_l mean_hw sum_c w_lc (u_lhwc(a) - u_lhwc(b))^2 for each pair, u of unit length over c.

    Protocol: images at their own size; see `protocol`. Its mean over pairs G1(z), G2(z) says how
    alike the domains of a joint generator look. It does not show whether the pairs correspond
    unless it is compared with the mean over shuffled pairs.

    Args:
      network: a `tfgan_kit.extractors.lpips_network.LpipsNetwork`.
      a, b: n images each, (n, height, width, 1 or 3), uint8 or float in [-1, 1], which is rounded.

    Returns:
      float64 (n,), 0 for equal images.

    Raises:
      UserError: see `tfgan_kit.metrics.images.pixels`; also if numbers or sizes differ, or images
        are too small for the network.
    """
    a, b = _colour(network, a), _colour(network, b)
    if a.shape != b.shape:
        raise UserError(
            f"LPIPS needs images that agree in number and size, not {_by(a)} and {_by(b)}; resize "
            "them, or give as many of both"
        )
    parts = [slice(i, i + _AT_ONCE) for i in range(0, len(a), _AT_ONCE)]
    return np.concatenate([_distances(network, a[part], b[part]) for part in parts])


def lpips_to_real(network, generated, real, seed: int = 0) -> np.ndarray:
    """LPIPS between each generated image and a real one.

    Protocol: real images are drawn without replacement, and repeated in turn if there are fewer.

    Args:
      network, generated, real: as in `lpips`, but n generated and m real images.
      seed: seed of the draw.

    Returns:
      float64 (n,).

    Raises:
      UserError: see `lpips`.
    """
    rng = np.random.default_rng(seed)
    real = pixels(real)
    turns = -(-len(generated) // len(real))
    order = np.concatenate([rng.permutation(len(real)) for _ in range(turns)])
    return lpips(network, generated, real[order[: len(generated)]])


def lpips_diversity(network, outputs) -> np.ndarray:
    """Mean LPIPS over the k (k - 1) / 2 pairs of the outputs of each input.

    Each image passes through the network once: the squared differences of all pairs sum to k times
    the squared differences from the mean.

    Args:
      network: as in `lpips`.
      outputs: k outputs for each of n inputs, (n, k, height, width, 1 or 3), k >= 2, uint8 or float
        in [-1, 1], which is rounded.

    Returns:
      float64 (n,), 0 for a generator that ignores its latent.

    Raises:
      UserError: see `lpips`; also if there is only one output per input.
    """
    outputs = np.asarray(outputs)
    if outputs.ndim != 5 or outputs.shape[1] < 2:
        raise UserError(
            f"diversity needs outputs (inputs, 2 or more of each, height, width, channels), not "
            f"{_by(outputs)}; draw several latents per input"
        )
    return np.array([_diversity(network, _colour(network, images)) for images in outputs])


def _diversity(network, images):
    parts = [images[i : i + _AT_ONCE] for i in range(0, len(images), _AT_ONCE)]
    maps = [network.unit_maps(tf.constant(part)) for part in parts]
    total = 0.0
    for head, *units in zip(network.heads, *maps, strict=True):
        units = tf.concat(units, 0)
        total += _weighted(head, units, tf.reduce_mean(units, 0, keepdims=True)).sum()
    return 2.0 / (len(images) - 1) * total


@full_float32()  # A metric has the same value on every machine.
def _distances(network, a, b):
    maps = network.unit_maps(tf.constant(np.concatenate([a, b])))
    halves = [tf.split(units, 2) for units in maps]
    return sum(_weighted(w, *half) for w, half in zip(network.heads, halves, strict=True))


def _weighted(head, a, b):
    squares = tf.reduce_mean(tf.square(a - b), (1, 2))
    return squares.numpy().astype(np.float64) @ head.astype(np.float64)


def _colour(network, images):
    images = pixels(images)
    if min(images.shape[1:3]) < network.smallest:
        raise UserError(
            f"{network.name} needs images of at least {network.smallest}x{network.smallest}, these "
            f"are {images.shape[1]}x{images.shape[2]}; enlarge them"
        )
    return np.broadcast_to(images, (*images.shape[:3], 3))


def _by(images):
    return "x".join(map(str, images.shape))
