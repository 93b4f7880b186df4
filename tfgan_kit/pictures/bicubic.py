"""The weights of antialiased bicubic resizing, as of Pillow's BICUBIC."""

import functools

import numpy as np

_CUBIC = -0.5  # Keys' a, as in Pillow; OpenCV and PyTorch use -0.75.


@functools.lru_cache
def bicubic_matrix(before: int, after: int) -> np.ndarray:
    """float32 (after, before): the weight of each old pixel in each new one (Keys 1981)."""
    scale = before / after
    stretch = max(scale, 1.0)  # Antialiasing: the filter covers what a new pixel covers.
    centres = (np.arange(after) + 0.5) * scale
    x = np.abs(np.arange(before) + 0.5 - centres[:, None]) / stretch
    near = ((_CUBIC + 2) * x - (_CUBIC + 3)) * x * x + 1
    far = _CUBIC * (((x - 5) * x + 8) * x - 4)
    weights = np.where(x < 1, near, np.where(x < 2, far, 0.0))
    return (weights / weights.sum(1, keepdims=True)).astype(np.float32)
