"""Maps as pictures: enlarged, in colours, over their image."""

import numpy as np

OPACITY = 0.5


def resized(maps, size) -> np.ndarray:
    """Returns maps at another size, bilinearly; pixel centres are aligned, not corners.

    Args:
      maps: (n, h, w).
      size: the new (height, width).

    Returns:
      float32 (n, height, width).
    """
    import cv2

    maps = np.asarray(maps, np.float32)
    if maps.shape[1:] == tuple(size):
        return maps
    flipped = (size[1], size[0])
    return np.stack([cv2.resize(each, flipped, interpolation=cv2.INTER_LINEAR) for each in maps])


def overlaid(images, maps) -> np.ndarray:
    """Returns images under their maps in colours from dark blue (0) to red (the map's maximum).

    Half of each pixel is the image's. Negative values count as 0. A map that is nowhere positive
    has no maximum to be divided by: its image stays as it is.

    Args:
      images: uint8 (n, height, width, 1 or 3).
      maps: float (n, h, w), of any size.

    Returns:
      uint8 (n, height, width, 3).
    """
    import cv2

    images = np.asarray(images)
    images = images.repeat(3, axis=-1) if images.shape[-1] == 1 else images
    found = images.copy()
    for number, each in enumerate(resized(maps, images.shape[1:3])):
        if each.max() > 0:
            steps = np.rint(255 * np.clip(each / each.max(), 0, 1)).astype(np.uint8)
            colours = cv2.applyColorMap(steps, cv2.COLORMAP_JET)[..., ::-1]
            mixed = (1 - OPACITY) * images[number] + OPACITY * colours.astype(np.float32)
            found[number] = np.rint(mixed).astype(np.uint8)
    return found
