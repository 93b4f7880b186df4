"""Makes batches for the training loop from rows that are a pure function of their position.

So a stream can start at any batch, and it does not depend on how batches are split over machines
and replicas or on how many threads read them.
"""

import abc
import os

import cv2
import numpy as np
import tensorflow as tf

from tfgan_kit.errors import UserError


class Stream(abc.ABC):
    """An endless stream of rows, in batches.

    Args:
      row: the structure of a row: `tf.TensorSpec`s in dictionaries, nested or not.
      batch_size: number of rows in the global batch, over all machines and replicas.

    Attributes:
      row: see above.
    """

    def __init__(self, row, batch_size: int):
        self.row, self._batch_size = row, batch_size
        self._error: Exception | None = None
        # Batches are read in parallel; OpenCV's own threads would only contend with that (measured:
        # 1.75 times the images per second without them). This holds for the whole process.
        cv2.setNumThreads(0)

    @abc.abstractmethod
    def read(self, n: np.ndarray):
        """Returns the rows at stream positions n, int64 (count,).

        Returns:
          Arrays (count, *shape) in the structure of a row.
        """

    def dataset(
        self,
        *,
        start_batch: int = 0,
        num_pipelines: int = 1,
        pipeline_index: int = 0,
        replicas_per_pipeline: int = 1,
    ) -> tf.data.Dataset:
        """Returns the endless data set of replica batches, in the structure of a row.

        Global batch b holds the stream's positions b * batch_size to (b + 1) * batch_size, cut into
        equal runs, first by pipeline and then by replica; so the concatenated replica batches of a
        global batch are the batch that a single replica would see. A pipeline's elements go to its
        replicas in turn.

        Args:
          start_batch: the first global batch, to resume where a run stopped.
          num_pipelines: number of input pipelines in the job (one per machine).
          pipeline_index: index of this pipeline.
          replicas_per_pipeline: number of replicas that each pipeline feeds.

        Raises:
          UserError: if the global batch cannot be split equally.
        """
        replicas = num_pipelines * replicas_per_pipeline
        share, rest = divmod(self._batch_size, replicas)
        if rest:
            raise UserError(
                f"--batch-size {self._batch_size} cannot be split over {replicas} replicas; "
                f"choose a multiple of {replicas}"
            )
        first_replica = pipeline_index * replicas_per_pipeline
        specs = tf.nest.flatten(self.row)

        def read(element):
            try:
                batch, replica = divmod(int(element), replicas_per_pipeline)
                first = batch * self._batch_size + (first_replica + replica) * share
                rows = self.read(first + np.arange(share))
                tf.nest.assert_same_structure(rows, self.row)
                return tf.nest.flatten(rows)
            except Exception as error:
                self._error = self._error or error
                raise

        def with_shapes(element):
            types = [spec.dtype for spec in specs]
            values = tf.numpy_function(read, [element], types, stateful=False)
            for value, spec in zip(values, specs, strict=True):
                value.set_shape((share, *spec.shape))
            return tf.nest.pack_sequence_as(self.row, values)

        elements = tf.data.Dataset.counter(start_batch * replicas_per_pipeline)
        threads = min(os.cpu_count() or 1, 16)
        batches = elements.map(with_shapes, num_parallel_calls=threads, deterministic=True)
        options = tf.data.Options()
        # There is nothing to tune. Its thread, when the training has ended, would keep it waiting
        # for the next of its periods, which double up to a minute.
        options.autotune.enabled = False
        return batches.prefetch(2 * replicas_per_pipeline).with_options(options)

    def raise_pending(self) -> None:
        """Raises the error that occurred while reading, if any.

        tf.data wraps errors of the reading threads in its own; on `tf.errors.OpError`, the training
        loop calls this to get the original error.
        """
        if self._error is not None:
            raise self._error
