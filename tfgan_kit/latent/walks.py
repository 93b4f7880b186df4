"""Walks between latents."""

from collections.abc import Sequence

import numpy as np

from tfgan_kit.errors import UserError

PATHS = ("lerp", "slerp")
_SAME, _OPPOSITE = 1e-4, 1e-3  # Angles in radians, the second from the opposite direction.


def default_path(distribution: str, size: int) -> str:
    """The path between latents: slerp for normal ones, lerp for those without a sphere.

    Args:
      distribution: "normal" or "uniform".
      size: length of the latents; a single number has no sphere.
    """
    return "slerp" if distribution == "normal" and size > 1 else "lerp"


def walks(
    starts: np.ndarray,
    stops: np.ndarray,
    columns: int,
    path: str,
    *,
    endpoint: bool = True,
    names: Sequence[tuple[str, str]] | None = None,
) -> np.ndarray:
    """Returns the codes of several walks, one walk after another.

    A walk's first code is its start, bit for bit, and its last the stop.

    Args:
      starts, stops: (n, ...), the ends of each walk.
      columns: codes per walk, at least 1.
      path: "lerp" or "slerp"; see these functions.
      endpoint: whether a walk includes its stop.
      names: what the user calls the ends of each walk, for the error.

    Returns:
      float32 (n * columns, ...).

    Raises:
      UserError: if the path is "slerp" and the ends of a walk are opposite.
    """
    shares = np.linspace(0, 1, columns, endpoint=endpoint)
    made = []
    for i, (a, b) in enumerate(zip(starts, stops, strict=True)):
        if path == "slerp" and opposite(a, b):
            first, second = names[i] if names else (f"start {i}", f"stop {i}")
            raise UserError(
                f"{first} and {second} are opposite latents, between which no great circle is the "
                "shortest; give --path lerp, or a key between them"
            )
        along = slerp if path == "slerp" else lerp
        made.append(np.stack([along(a, b, share) for share in shares]))
    return np.concatenate(made)


def lerp(a, b, share) -> np.ndarray:
    """a + share (b - a), the point at a fraction of the straight line from a to b.

    Args:
      a, b: (..., n).
      share: a number, or an array (..., 1).

    Returns:
      float32 (..., n), exactly a and b at 0 and 1.
    """
    a, b = np.asarray(a, np.float64), np.asarray(b, np.float64)
    return np.where(np.equal(share, 1), b, a + share * (b - a)).astype(np.float32)


def slerp(a, b, share) -> np.ndarray:
    """The point at a fraction of the great circle from a to b; its length goes along a line.

    [sin((1 - t) o) a/|a| + sin(t o) b/|b|] / sin(o) ((1 - t) |a| + t |b|) with the angle o between
    a and b. For normal latents, whose length is nearly always about the same (White, Sampling
    Generative Networks, 2016). Below an angle of 1e-4 it is `lerp`.

    Args:
      a, b: (..., n), not opposite; see `opposite`.
      share: a number, or an array (..., 1).

    Returns:
      float32 (..., n), exactly a and b at 0 and 1.
    """
    a, b = np.asarray(a, np.float64), np.asarray(b, np.float64)
    straight = lerp(a, b, share)
    angle = _angle(a, b)
    near = angle < _SAME
    lengths = [np.linalg.norm(end, axis=-1, keepdims=True) for end in (a, b)]
    units = [end / np.where(near, 1.0, n) for end, n in zip((a, b), lengths, strict=True)]
    o = np.where(near, 1.0, angle)
    point = (np.sin((1 - share) * o) * units[0] + np.sin(share * o) * units[1]) / np.sin(o)
    point *= (1 - share) * lengths[0] + share * lengths[1]
    ends = near | np.equal(share, 0) | np.equal(share, 1)
    return np.where(ends, straight, point).astype(np.float32)


def opposite(a, b) -> np.ndarray:
    """Whether the directions of a and b, (..., n), are opposite within 1e-3 radians, (...)."""
    return (np.pi - _angle(a, b) < _OPPOSITE)[..., 0]


def _angle(a, b):
    """The angle between vectors, (..., 1), 0 if one of them is zero."""
    a, b = np.asarray(a, np.float64), np.asarray(b, np.float64)
    lengths = [np.linalg.norm(end, axis=-1, keepdims=True) for end in (a, b)]
    units = [end / np.where(n == 0, 1.0, n) for end, n in zip((a, b), lengths, strict=True)]
    cosine = (units[0] * units[1]).sum(-1, keepdims=True)
    nothing = (lengths[0] == 0) | (lengths[1] == 0)
    return np.where(nothing, 0.0, np.arccos(np.clip(cosine, -1.0, 1.0)))
