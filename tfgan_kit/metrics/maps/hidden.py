"""Images without what a map points at: a map that is right costs the class its confidence."""

import numpy as np

from tfgan_kit.metrics.maps.located import SHARE, area


def hidden(images, maps, share: float = SHARE) -> np.ndarray:
    """Returns images whose pixels in the area of their map have the image's median.

    Args:
      images: (n, height, width, channels), of any type.
      maps: float (n, height, width), at the size of the image; see `located.area`.
      share: see there.

    Returns:
      The same as `images`. Those whose map is nowhere positive are unchanged.
    """
    images = np.asarray(images)
    fill = np.median(images, axis=(1, 2), keepdims=True).astype(images.dtype)
    return np.where(area(maps, share)[..., None], fill, images)
