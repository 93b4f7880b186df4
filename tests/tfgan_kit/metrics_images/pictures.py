"""Images to compare."""

import numpy as np


def smooth(count=2, height=24, width=24, channels=3, seed=0):
    """uint8 images with shapes in them: noise alone is alike to nothing."""
    rng = np.random.default_rng(seed)
    y, x = np.mgrid[:height, :width][..., None] / max(height, width)
    waves = [
        np.sin(2 * np.pi * (a * x + b * y) + phase)
        for a, b, phase in rng.uniform(0.5, 3, (count, 3, channels))
    ]
    return np.rint(127.5 + 100 * np.stack(waves)).astype(np.uint8)


def noisy(images, level, seed=0):
    noise = level * np.random.default_rng(seed).standard_normal(images.shape)
    return np.clip(np.rint(images + noise), 0, 255).astype(np.uint8)
