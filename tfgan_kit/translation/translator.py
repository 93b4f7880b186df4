"""A trained network that translates images of any size."""

from collections.abc import Mapping

import keras
import numpy as np
import tensorflow as tf

from tfgan_kit.translation.fit import fitting
from tfgan_kit.translation.tiles import in_tiles
from tfgan_kit.uses.apply import Bound

_SENT = {"ids": tf.int32, "mask": tf.uint8, "seed": tf.int64, "class": tf.int64}


class Translator:
    """Runs a use from images to images.

    Args:
      bound: the use.
      tile: sides above it are translated in tiles; a multiple of what the networks need.
      overlap: pixels that neighbouring tiles share.
      fit: what happens to images of any size whose sides the networks cannot divide, see
        `tfgan_kit.translation.fit.fitting`. Images that are cropped must be before they come here,
        to `cropped_to`.

    Attributes:
      use: the `Use`.
      tile: see above; None if a layer of the networks says with `sees_whole` that it needs images
        as a whole.
      output: the name of the use's output.
      smallest: the smallest side of an image. If it is padded, this is more than half of what the
        networks take, or reflection would have to repeat itself.
      fixed: the only (height, width) that the networks take, None if they take any. Images are then
        resized to it, and translations back.
      own_sizes: names of the inputs that have a size of their own beside images of any size, such
        as a reference -> their (height, width).
    """

    def __init__(self, bound: Bound, tile: int, overlap: int, fit: str = "pad"):
        self.use = use = bound.use
        (self.output,) = use.outputs
        sized = [name for name, field in use.inputs.items() if field.has_size]
        free = [name for name in sized if use.inputs[name].multiple]
        self._sized = free or sized
        self.own_sizes = {n: use.inputs[n].size for n in sized if n not in self._sized}
        self.fixed = None if free else use.inputs[sized[0]].size
        self._multiple = max((use.inputs[name].multiple for name in free), default=1)
        self._least, self._fit = bound.smallest, fit
        least = {"pad": bound.smallest // 2 + 1, "resize": 1, "crop": bound.smallest}
        self.smallest = least[fit] if free else 1
        whole = any(getattr(layer, "sees_whole", False) for layer in _layers(bound.networks))
        self.tile, self._overlap = None if whole else tile, overlap
        given = {n: field for n, field in use.inputs.items() if field.default is None}
        specs = {name: _spec(field) for name, field in given.items()}
        self._run = tf.function(
            lambda inputs: bound(inputs)[self.output], input_signature=[specs], autograph=False
        )

    def __call__(self, inputs: Mapping[str, np.ndarray]) -> np.ndarray:
        """Translates a batch.

        Args:
          inputs: name of each input of the use -> its values; all that have a size have one size,
            which may be any, or that of `own_sizes`.

        Returns:
          float32 (batch, height, width, channels), images in [-1, 1], of the size of the input, or
          of a multiple of it if the networks enlarge.
        """
        size = inputs[self._sized[0]].shape[1:3]
        wanted = self.fixed
        if wanted is None:
            wanted = self._fitting(size)
        return self._whole(inputs) if size == wanted else self._resized(inputs, size, wanted)

    def cropped_to(self, size: tuple[int, int]) -> tuple[int, int]:
        """The (height, width) to which an image is to be cropped, its own if it is not to be."""
        return self._fitting(size) if self._fit == "crop" else size

    def _fitting(self, size):
        return fitting(tuple(size), self._multiple, self._least, self._fit)

    def _whole(self, inputs):
        images = inputs[self._sized[0]]
        if self.fixed is None and self.tile is not None and max(images.shape[1:3]) > self.tile:
            return np.concatenate([self._tiled(inputs, row) for row in range(len(images))])
        return self._made(inputs)

    def _made(self, inputs):
        return self._run({name: tf.constant(values) for name, values in inputs.items()}).numpy()

    def _tiled(self, inputs, row):
        one = {name: values[row : row + 1] for name, values in inputs.items()}
        sized = {name: one[name] for name in self._sized}
        return in_tiles(lambda part: self._made(one | dict(part)), sized, self.tile, self._overlap)

    def _resized(self, inputs, size, wanted):
        other = {
            name: fitted(self.use.inputs[name], values, wanted) if name in self._sized else values
            for name, values in inputs.items()
        }
        made = self._whole(other)
        enlarged = [made.shape[1] // wanted[0] * side for side in size]
        return tf.image.resize(made, enlarged, antialias=True).numpy()


def differs_in_tiles(networks) -> bool:
    """Whether the statistics of a whole image enter its translation, so that tiles may differ."""
    kind = keras.layers.GroupNormalization
    return any(isinstance(layer, kind) for layer in _layers(networks))


def _layers(networks):
    return (layer for network in networks for layer in network._flatten_layers())


def _spec(field):
    shape = (None, None, *field.shape[2:]) if field.has_size else field.shape
    return tf.TensorSpec((None, *shape), _SENT.get(field.kind, tf.as_dtype(field.dtype)))


def fitted(field, values, size) -> np.ndarray:
    """Values of a field at another (height, width): images antialiased, others not interpolated."""
    if field.kind == "image":
        made = tf.image.resize(values, size, antialias=True).numpy()
        whole = np.issubdtype(values.dtype, np.integer)
        return (np.rint(made) if whole else made).astype(values.dtype)
    rows, columns = (
        (np.arange(new) + 0.5) * old // new
        for new, old in zip(size, values.shape[1:3], strict=True)
    )
    return values[:, rows.astype(int)[:, None], columns.astype(int)]
