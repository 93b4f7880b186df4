"""Data sets whose examples consist of an image, or a point, and a label."""

import abc

import numpy as np

from data.source import Source
from tfgan_kit.fields import Field, attribute_field, class_field, image_field, vector_field


class ImageSource(Source):
    """A source with the fields "image" and "label".

    Attributes:
      shape: shape of every example as stored: (height, width, channels), (d,) for points, or None
        where the examples differ in size.
      classes: names of the classes, label k being `classes[k]`; empty if there are no labels.
      label_shape: () if an example has one label; (k,) if it has k labels, each 0 or 1, for which
        of the k `classes` apply, or without `classes` a label of k numbers.
      channels: if `shape` is None, the largest number of channels of any image; None if unknown.
      dtype: type of the images.
      value_range: the image values that become -1 and 1 in a network.
    """

    shape: tuple[int, ...] | None
    classes: tuple[str, ...] = ()
    label_shape: tuple[int, ...] = ()
    channels: int | None = None
    dtype: str = "uint8"
    value_range: tuple[float, float] = (0, 255)

    @abc.abstractmethod
    def example(self, index: int) -> tuple[np.ndarray, int | np.ndarray]:
        """Returns the image, (height, width, channels), and its label, -1 if there is none.

        If `label_shape` is (k,), the label is int64 (k,) instead of a number, or without classes
        float32 (k,), NaN throughout if there is none. Sources of points return float32 (d,) instead
        of an image.

        Raises:
          BadExample: if the example cannot be read.
        """

    @property
    def fields(self) -> dict[str, Field]:
        """The fields "image", a vector for points, and "label"."""
        shape = self.shape or (None, None, self.channels or 3)
        points = len(shape) == 1
        image = vector_field(*shape) if points else image_field(shape, self.dtype, self.value_range)
        return {"image": image, "label": self._label_field()}

    def _label_field(self):
        if not self.label_shape:
            return class_field(self.classes)
        return attribute_field(self.classes) if self.classes else vector_field(*self.label_shape)

    def read(self, index):
        """See `Source.read`."""
        image, label = self.example(index)
        return {"image": image, "label": label}
