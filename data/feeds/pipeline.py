"""Turns a reader into batches for the training loop, in an order that is a pure function.

Position n of the endless stream shows example `order.indices(n)`, augmented with a random generator
that depends only on (seed, n).
"""

import numpy as np
import tensorflow as tf

from data.feeds import augment as augmentation
from data.feeds import order
from data.feeds.stream import Stream
from data.reading.reader import Reader
from tfgan_kit.errors import UserError


class Pipeline(Stream):
    """The training stream of one reader; its batches are dictionaries of the reader's fields.

    Args:
      reader: the examples.
      batch_size: the global batch, over all machines and replicas.
      seed: seed of order and augmentation, not negative.
      augment: specs, see `data.feeds.augment.parse`.

    Raises:
      UserError: if the batch is larger than the data, or an augmentation spec is invalid or is
        given for points.
    """

    def __init__(self, reader: Reader, *, batch_size: int, seed: int, augment=()):
        if not 1 <= batch_size <= len(reader):
            raise UserError(
                f"--batch-size {batch_size}: {reader.name} has {len(reader)} examples; "
                f"choose 1 to {len(reader)}"
            )
        super().__init__(
            {k: tf.TensorSpec(f.shape, f.dtype) for k, f in reader.fields.items()}, batch_size
        )
        self._reader, self._seed = reader, seed
        self._augment = augmentation.parse_for(reader, augment)

    def read(self, n: np.ndarray) -> dict[str, np.ndarray]:
        """Returns the examples at stream positions n, int64 (count,).

        See `Reader.read` for its contents.
        """
        batch = self._reader.read(order.indices(n, len(self._reader), self._seed))
        return augmentation.augmented(self._augment, batch, self._reader.fields, self._seed, n)
