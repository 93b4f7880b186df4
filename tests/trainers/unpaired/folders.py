"""Folders in CycleGAN's layout, as a user has them: images without labels."""

import cv2
import numpy as np


def write_domains(root, *, counts=(4, 5), size=(16, 16), channels=3, dtype="uint8"):
    """Writes random images into trainA, trainB, testA and testB of a folder.

    Args:
      root: the folder.
      counts: images of each domain, in training and again held out.
      size: (height, width).
      channels: 1 or 3.
      dtype: "uint8" or "uint16".

    Returns:
      The folder.
    """
    rng = np.random.default_rng(0)
    for part in ("train", "test"):
        for letter, count in zip("AB", counts, strict=True):
            folder = root / f"{part}{letter}"
            folder.mkdir(parents=True)
            for number in range(count):
                shape = (*size, channels) if channels > 1 else size
                image = rng.integers(np.iinfo(dtype).max + 1, size=shape).astype(dtype)
                cv2.imwrite(str(folder / f"{part}{number}.png"), image)
    return root
