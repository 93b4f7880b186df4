"""Communication between the processes that train together, outside the training steps."""

import contextlib
import os
import re
import zlib

import numpy as np
import tensorflow as tf

from tfgan_kit.errors import UserError

BEFORE = "before the first step: see what it printed last, and start all again"
# The errors of a collective operation if another process has gone or does not respond.
_GONE = (
    tf.errors.AbortedError,
    tf.errors.CancelledError,
    tf.errors.DeadlineExceededError,
    tf.errors.UnavailableError,
)


class WorkerLost(UserError):
    """Another worker has gone; the run can be resumed. The status is sysexits.h's EX_TEMPFAIL."""

    status = 75


class Team:
    """The processes that train under a common strategy, from the perspective of one of them.

    All processes must call the methods that communicate in the same order. A single process is a
    team of one.

    Args:
      strategy: the strategy that training runs under.

    Attributes:
      size: number of processes.
      index: index of this process; 0 is the chief, the only one that writes.
      addresses: "host:port" of each; empty for a single process.
    """

    def __init__(self, strategy: tf.distribute.Strategy):
        self._strategy = strategy
        self.size, self.index, self.addresses = 1, 0, ()
        if isinstance(strategy, tf.distribute.MultiWorkerMirroredStrategy):
            resolver = strategy.cluster_resolver
            self.addresses = tuple(resolver.cluster_spec().job_tasks("worker"))
            self.size, self.index = len(self.addresses), resolver.task_id

    @property
    def is_chief(self) -> bool:
        """Whether this process is the one that writes."""
        return self.index == 0

    @property
    def own_strategy(self) -> tf.distribute.Strategy:
        """A strategy under which this process can train without the others."""
        return self._strategy if self.size == 1 else tf.distribute.get_strategy()

    def everyone(self, row) -> np.ndarray:
        """Exchanges integers between all processes.

        Args:
          row: this process' numbers, equally many in all processes.

        Returns:
          int64 (processes, numbers).
        """
        rows = np.zeros((self.size, len(row)), np.int64)
        rows[self.index] = row
        if self.size == 1:
            return rows
        replicas = self._strategy.num_replicas_in_sync // self.size

        def own(context):
            first = context.replica_id_in_sync_group % replicas == 0
            return tf.constant(rows if first else np.zeros_like(rows))

        values = self._strategy.experimental_distribute_values_from_function(own)
        return self._strategy.reduce(tf.distribute.ReduceOp.SUM, values, axis=None).numpy()

    def wait(self) -> None:
        """Waits until all processes have called this method."""
        self.everyone([0])

    def any(self, flag) -> bool:
        """Whether the flag is set in any of the processes."""
        return bool(self.everyone([bool(flag)]).any())

    def told_by_chief(self, text: str) -> str:
        """The chief's text.

        Raises:
          WorkerLost: if another worker goes before the text has been exchanged.
        """
        content = np.frombuffer(os.fsencode(text), np.uint8)
        with self.contact(BEFORE):
            (length,) = self.everyone([len(content)])[0]
            row = np.zeros(length, np.int64)
            row[: len(content)] = content[:length]
            told = self.everyone(row)[0]
        return os.fsdecode(told.astype(np.uint8).tobytes())

    def agree(self, name: str, text: str) -> None:
        """Checks that all processes were given the same text.

        Args:
          name: what the text is called.
          text: this process' text.

        Raises:
          UserError: in all processes, if one has another text.
          WorkerLost: if another worker goes before the text has been exchanged.
        """
        with self.contact(BEFORE):
            sums = self.everyone([zlib.crc32(text.encode(errors="backslashreplace"))])[:, 0]
        for index, other in enumerate(sums):
            if other != sums[0]:
                raise UserError(
                    f"worker {index} does not have {name} that worker 0 has; worker {self.index} "
                    f"has {text}; start all workers alike"
                )

    @contextlib.contextmanager
    def contact(self, what_to_do: str):
        """Raises a one-line error if another process goes while this one communicates with it.

        Args:
          what_to_do: the end of the error message.

        Raises:
          WorkerLost: instead of TensorFlow's error.
        """
        try:
            yield
        except _GONE as error:
            if self.size == 1:
                raise
            found = re.search(r"remote target \S*/task:(\d+)", str(error))
            who = "another worker"
            if found:
                who = f"worker {found[1]} ({self.addresses[int(found[1])]})"
            raise WorkerLost(f"lost contact with {who} {what_to_do}") from None
