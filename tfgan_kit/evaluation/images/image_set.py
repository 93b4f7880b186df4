"""Sets of images to measure, read in batches."""

import abc
from collections.abc import Iterator

import numpy as np

from tfgan_kit.errors import UserError
from tfgan_kit.evaluation.images.latent_walks import LatentWalks
from tfgan_kit.fields.network import as_pictures
from tfgan_kit.pictures.images import to_uint8

BATCH = 128


class ImageSet(abc.ABC):
    """Images of the same shape in a fixed order.

    Attributes:
      name: a description of the images.
      count: number of images.
      total: number of images that they were drawn from.
      shape: (height, width, channels) of each.
      classes: names of the classes, empty without labels.
      walks: the latent spaces of what generates them, see
        `tfgan_kit.evaluation.images.latent_walks`; empty for images of anything else.
    """

    name: str
    count: int
    total: int
    shape: tuple[int, int, int]
    classes: tuple[str, ...] = ()
    walks: tuple[LatentWalks, ...] = ()

    @abc.abstractmethod
    def batches(self, size: int = BATCH) -> Iterator[tuple[np.ndarray, np.ndarray | None]]:
        """Yields images (n, *shape), uint8 or float in [-1, 1], and their labels (n,) if any."""

    @property
    def described(self) -> str:
        """The set in words, with its count."""
        return f"{self.name}: {self.count:,} images of {'x'.join(map(str, self.shape))}"


def fewer_warning(images: ImageSet, count: int | None) -> str | None:
    """A warning about a set with fewer images than requested, or None if it has enough."""
    if count is None or images.count >= count:
        return None
    return f"{images.name} has {images.count:,} images, not {count:,}; all of them are taken"


class ReaderImages(ImageSet):
    """Images of a data set: all of them, or some drawn with a seed.

    Args:
      reader: a `data.reading.reader.Reader`, or an object with its interface.
      name: name of the set, for descriptions and errors.
      count: how many to draw, without replacement; all if there are fewer, or if None.
      seed: seed of the draw. From sets of equal length, images at the same positions are drawn.

    Raises:
      UserError: if the examples are points, or there are fewer than two.
    """

    def __init__(self, reader, name: str, count: int | None, seed: int):
        if len(reader.image_shape) != 3:
            raise UserError(f"{name} holds points, not images; these metrics measure images")
        if len(reader) < 2 or count == 1:
            raise UserError(f"{name} gives one image; metrics need 2 or more, so give more")
        self._reader = reader
        self.total = len(reader)
        self.count = min(count or self.total, self.total)
        self._indices = np.sort(
            np.random.default_rng(seed).choice(self.total, self.count, replace=False)
        )
        self.shape = tuple(reader.image_shape)
        self.name = name
        # Attributes that can occur together are not classes.
        self.classes = () if reader.label_shape else tuple(reader.classes)

    @property
    def described(self):
        """See `ImageSet`; also says whether the files were resized to fit."""
        own = getattr(self._reader, "source", None)
        fitted = own is not None and own.fields["image"].shape != self.shape
        return (
            f"{self.name}: {self.count:,} of {self.total:,} images of "
            f"{'x'.join(map(str, self.shape))}" + (", cropped and scaled to it" if fitted else "")
        )

    def batches(self, size=BATCH):
        """See `ImageSet`."""
        for start in range(0, self.count, size):
            batch = self._reader.read(self._indices[start : start + size])
            images = as_pictures(self._reader.fields["image"], batch["image"])
            yield images, batch["label"] if self.classes else None


def rounded(images: np.ndarray, name: str, start: int) -> np.ndarray:
    """Images of a network as uint8.

    Args:
      images: float (n, height, width, channels) in [-1, 1].
      name: name of the set, for the error.
      start: number of the first of them.

    Raises:
      UserError: if an image is not finite.
    """
    bad = ~np.isfinite(images).all((1, 2, 3))
    if bad.any():
        raise UserError(
            f"{name}: image {start + bad.argmax()} has pixels that are not finite; the generator "
            "has diverged, measure an earlier checkpoint"
        )
    return to_uint8(images)


class GeneratedImages(ImageSet):
    """Images that a run generates, regenerated in each pass and rounded to uint8.

    Args:
      bound: a `tfgan_kit.uses.apply.Bound` of the use `generate`.
      name: name of the set, for descriptions and errors.
      inputs: name of each input -> (n, ...); the labels are those of the images.
      output: name of the output that holds the images.
      walks: see `ImageSet`.

    Raises:
      UserError: if there are fewer than two images, or, during a pass, if an image is not finite.
    """

    def __init__(self, bound, name: str, inputs: dict[str, np.ndarray], output: str, walks=()):
        self.count = self.total = len(next(iter(inputs.values())))
        if self.count < 2:
            raise UserError(f"{name}: one image; metrics need 2 or more, so raise --count")
        self._bound, self._inputs, self._output = bound.only(output), inputs, output
        self.name, self.shape = name, bound.use.outputs[output].shape
        self.walks, self._label = walks, bound.use.find("class")
        if self._label:
            self.classes = bound.use.inputs[self._label].names

    def batches(self, size=BATCH):
        """See `ImageSet`."""
        for start in range(0, self.count, size):
            inputs = {name: v[start : start + size] for name, v in self._inputs.items()}
            images = self._bound.render(inputs)[self._output]
            yield (
                rounded(images, self.name, start),
                inputs[self._label] if self._label else None,
            )
