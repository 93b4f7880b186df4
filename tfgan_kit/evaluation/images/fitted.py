"""Images brought to the size and channels of others, to be compared with them."""

import cv2
import numpy as np

from tfgan_kit.errors import UserError
from tfgan_kit.evaluation.images.image_set import BATCH, ImageSet
from tfgan_kit.pictures.images import to_uint8


class Fitted(ImageSet):
    """The images of a set in another shape: scaled, gray ones in colour, coloured ones gray.

    Args:
      images: the set.
      shape: (height, width, channels).

    Raises:
      UserError: if the channels differ, and are not 1 and 3.
    """

    def __init__(self, images: ImageSet, shape):
        self._images, self.shape = images, tuple(shape)
        self.count, self.total, self.classes = images.count, images.total, images.classes
        if len({shape[-1], images.shape[-1], 1, 3}) > 2 and shape[-1] != images.shape[-1]:
            raise UserError(
                f"{images.name} has {images.shape[-1]} channels, what it is compared with "
                f"{shape[-1]}; only gray and colour are converted into each other"
            )
        changed = "" if self.shape == images.shape else f", fitted to {'x'.join(map(str, shape))}"
        self.name = f"{images.name}{changed}"

    def batches(self, size=BATCH):
        """See `ImageSet`."""
        for images, labels in self._images.batches(size):
            yield np.stack([self._fit(image) for image in to_uint8(images)]), labels

    def _fit(self, image):
        height, width, channels = self.shape
        if image.shape[-1] != channels:
            gray = channels == 1
            image = cv2.cvtColor(image, cv2.COLOR_RGB2GRAY if gray else cv2.COLOR_GRAY2RGB)
        if image.shape[:2] != (height, width):
            shrinks = height < image.shape[0]
            way = cv2.INTER_AREA if shrinks else cv2.INTER_CUBIC
            image = cv2.resize(image, (width, height), interpolation=way)
        return image.reshape(self.shape)
