"""From a reader to batches for the training loop, in an order that is a pure function.

Position n of the endless stream shows example `order.indices(n)` changed by a generator that
depends on (seed, n) alone. So the stream can be entered at any batch, and how batches are split
over machines and replicas, or how many threads read them, changes nothing in it.
"""

import os

import cv2
import numpy as np
import tensorflow as tf

from data.feeds import augment as augmentation
from data.feeds import order
from data.reading.reader import Reader
from tfgan_kit.errors import UserError


class Pipeline:
    """The training stream of one reader.

    Args:
      reader: the examples.
      batch_size: the global batch, over all machines and replicas.
      seed: of order and augmentation, not negative.
      augment: specs, see `data.feeds.augment.parse`.

    Raises:
      UserError: the batch is larger than the data, a spec is wrong, or points are to be augmented.
    """

    def __init__(self, reader: Reader, *, batch_size: int, seed: int, augment=()):
        if not 1 <= batch_size <= len(reader):
            raise UserError(
                f"--batch-size {batch_size}: {reader.name} has {len(reader)} examples; "
                f"choose 1 to {len(reader)}"
            )
        if augment and reader.is_points:
            raise UserError(
                f"{reader.name} holds points, which cannot be augmented: drop --augment"
            )
        self._reader = reader
        self._batch_size = batch_size
        self._seed = seed
        self._augment = augmentation.parse(augment)
        self._error: Exception | None = None
        # Batches are read in parallel; OpenCV's own threads would only contend with that (measured:
        # 1.75 times the images per second without them). This holds for the whole process.
        cv2.setNumThreads(0)

    def read(self, n: np.ndarray) -> dict[str, np.ndarray]:
        """Returns the examples at stream positions n, int64 (count,).

        See `Reader.read` for what is in it.
        """
        batch = self._reader.read(order.indices(n, len(self._reader), self._seed))
        if not self._augment:
            return batch
        rows = [{name: values[k] for name, values in batch.items()} for k in range(len(n))]
        changed = [self._augmented(*pair) for pair in zip(rows, n.tolist(), strict=True)]
        return {name: np.stack([row[name] for row in changed]) for name in batch}

    def dataset(
        self,
        *,
        start_batch: int = 0,
        num_pipelines: int = 1,
        pipeline_index: int = 0,
        replicas_per_pipeline: int = 1,
    ) -> tf.data.Dataset:
        """Returns the endless data set of replica batches, dictionaries of the reader's fields.

        Global batch b holds the stream's positions b * batch_size to (b + 1) * batch_size, cut in
        equal runs, pipeline by pipeline and within one replica by replica; so the replica batches
        of one global batch, joined, are the batch that a single replica would see. A pipeline's
        elements go round its replicas.

        Args:
          start_batch: the first global batch, to resume where a run stopped.
          num_pipelines: input pipelines in the job (one per machine).
          pipeline_index: which of them this is.
          replicas_per_pipeline: replicas that each of them feeds.

        Raises:
          UserError: the global batch cannot be split equally.
        """
        replicas = num_pipelines * replicas_per_pipeline
        share, rest = divmod(self._batch_size, replicas)
        if rest:
            raise UserError(
                f"--batch-size {self._batch_size} cannot be split over {replicas} replicas; "
                f"choose a multiple of {replicas}"
            )
        first_replica = pipeline_index * replicas_per_pipeline
        fields = self._reader.fields

        def read(element):
            try:
                batch, replica = divmod(int(element), replicas_per_pipeline)
                first = batch * self._batch_size + (first_replica + replica) * share
                examples = self.read(first + np.arange(share))
                return [examples[name] for name in fields]
            except Exception as error:
                self._error = self._error or error
                raise

        def with_shapes(element):
            types = [tf.as_dtype(field.dtype) for field in fields.values()]
            values = tf.numpy_function(read, [element], types, stateful=False)
            for value, field in zip(values, fields.values(), strict=True):
                value.set_shape((share, *field.shape))
            return dict(zip(fields, values, strict=True))

        elements = tf.data.Dataset.counter(start_batch * replicas_per_pipeline)
        threads = min(os.cpu_count() or 1, 16)
        batches = elements.map(with_shapes, num_parallel_calls=threads, deterministic=True)
        return batches.prefetch(2 * replicas_per_pipeline)

    def raise_pending(self) -> None:
        """Raises what went wrong while reading, if anything did.

        tf.data wraps an error of the reading threads in its own; the training loop, on
        `tf.errors.OpError`, calls this to get at the one behind it.
        """
        if self._error is not None:
            raise self._error

    def _augmented(self, example, n):
        rng = np.random.Generator(np.random.Philox(key=[self._seed, n]))
        for function in self._augment:
            example = function(example, self._reader.fields, rng)
        return example
