"""Walks between latents."""

import math

import numpy as np


def walks(ends: np.ndarray, columns: int, distribution: str, *, loop: bool) -> np.ndarray:
    """Returns the latents of several walks, one walk after another.

    Normal latents move along great circles, which keeps their length typical (White 2016), uniform
    ones along straight lines.

    Args:
      ends: (n, latent_size). Without a loop, each pair of ends makes a walk; with a loop, each walk
        leads from one end to the next, and the last walk back to the first end.
      columns: latents per walk, including both ends; in a loop, the second end is omitted, as it is
        the first of the next walk.
      distribution: distribution of the latents, "uniform" or "normal".
      loop: see above.

    Returns:
      float32 (walks * columns, latent_size).
    """
    starts, stops = (ends, np.roll(ends, -1, axis=0)) if loop else (ends[::2], ends[1::2])
    shares = np.linspace(0, 1, columns, endpoint=not loop)
    path = between_uniform if distribution == "uniform" else between_normal
    return np.stack([path(a, b, t) for a, b in zip(starts, stops, strict=True) for t in shares])


def between_uniform(a, b, share):
    """The point at fraction `share` of the straight line from a to b."""
    return ((1 - share) * a + share * b).astype(np.float32)


def between_normal(a, b, share):
    """The point at fraction `share` of the great circle from a to b, both far from the origin."""
    cosine = np.dot(a, b) / (np.linalg.norm(a) * np.linalg.norm(b))
    angle = math.acos(float(np.clip(cosine, -1.0, 1.0)))
    if math.sin(angle) < 1e-4:  # Same or opposite direction: no unique great circle.
        return between_uniform(a, b, share)
    weights = math.sin((1 - share) * angle), math.sin(share * angle)
    return ((weights[0] * a + weights[1] * b) / math.sin(angle)).astype(np.float32)
