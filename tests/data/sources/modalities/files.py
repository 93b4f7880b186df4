"""Folders of modalities, as a user has them."""

import cv2
import numpy as np

GROUPS = {"1": ("rgb", "segmentation"), "2": ("depth", "rgb")}
TESTED = {"all": ("rgb", "segmentation", "depth")}


def write(root, groups=None, tested=None, *, count=4, size=(16, 16), classes=3, depth="uint16"):
    """Writes random modalities of `count` examples into train and test; gives the folder.

    Depths are 16-bit PNG of 1 to 4000, or .npy of floats; the upper row has none. In label maps,
    the upper row has no class.
    """
    rng = np.random.default_rng(0)
    for split, parts in (("train", groups or GROUPS), ("test", tested or TESTED)):
        for group, names in parts.items():
            for name in names:
                folder = root / split / group / name
                folder.mkdir(parents=True)
                for number in range(count):
                    write_one(folder, number, rng, size, classes, depth)
    return root


def write_one(folder, number, rng, size=(16, 16), classes=3, depth="uint16"):
    """Writes one random file of the modality that its folder is called after."""
    path = folder / f"{number}.png"
    if folder.name == "segmentation":
        values = rng.integers(classes, size=size).astype("uint8")
        values[0], values[1, 0] = 255, classes - 1
    elif folder.name == "depth":
        values = rng.integers(1, 4000, size=size).astype(depth)
        values[0] = 0
        if depth != "uint16":
            np.save(path.with_suffix(".npy"), values)
            return
    else:
        shape = (*size, 3) if folder.name == "rgb" else size
        values = rng.integers(256, size=shape).astype("uint8")
    cv2.imwrite(str(path), values)
