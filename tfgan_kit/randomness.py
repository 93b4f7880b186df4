"""Random numbers as a pure function of (seed, step, replica, purpose)."""

import hashlib

import tensorflow as tf


def seed_of(seed: int, purpose: str) -> int:
    """A 63-bit seed for one purpose, so that two purposes never share their numbers."""
    digest = hashlib.blake2b(f"{seed}/{purpose}".encode(), digest_size=8).digest()
    return int.from_bytes(digest, "big") >> 1


class Random:
    """Draws for one training step.

    Nothing is stored: the same step draws the same numbers in any run, which is what makes resuming
    exact. A purpose must be named once per step: two draws under one name are equal.

    A step may do one thing several times, in turns: a purpose with "{turn}" in it is another one in
    each of them.

    Args:
      seed: the run's seed.
      step: the step's number, an int64 variable or tensor.
    """

    def __init__(self, seed: int, step):
        self._seed = seed
        self._step = step
        self._turn, self._turns = 0, 1

    def take_turn(self, turn, turns: int) -> None:
        """Says which of the step's `turns` turns the draws to come are for, a number or tensor."""
        self._turn, self._turns = turn, turns

    def normal(self, purpose: str, shape):
        """Standard normal float32 values for this replica's part of a global batch.

        Each replica takes its own rows of one draw for the global batch, so that the replicas
        differ among themselves and together see what a single replica would.

        Args:
          purpose: what they are for.
          shape: shape on this replica; the first dimension is that of the batch.
        """
        return self._part(purpose, shape, tf.random.stateless_normal)

    def uniform(self, purpose: str, shape, minval=0.0, maxval=1.0):
        """Uniform float32 values in [minval, maxval), otherwise like `normal`."""

        def draw(shape, seed, alg):
            return tf.random.stateless_uniform(shape, seed, minval, maxval, alg=alg)

        return self._part(purpose, shape, draw)

    def seed(self, purpose: str):
        """An int64 tensor of shape (2,) for a stateless op, different on every replica."""
        context = tf.distribute.get_replica_context()
        return self._seed_pair(purpose, context.replica_id_in_sync_group)

    def _seed_pair(self, purpose, replica):
        counter = tf.cast(self._step, tf.int64) * 65536 + tf.cast(replica, tf.int64)
        turns = range(self._turns) if "{turn}" in purpose else [0]
        seeds = [seed_of(self._seed, purpose.replace("{turn}", str(turn))) for turn in turns]
        of_turn = tf.constant(seeds, tf.int64)[self._turn if len(seeds) > 1 else 0]
        return tf.stack([of_turn, counter])

    def _part(self, purpose, shape, draw):
        context = tf.distribute.get_replica_context()
        seed, replicas = self._seed_pair(purpose, 0), context.num_replicas_in_sync
        if replicas == 1:
            return draw(shape, seed, alg="philox")
        rows, rest = shape[0], shape[1:]
        whole = draw(tf.concat([[rows * replicas], rest], 0), seed, alg="philox")
        start = tf.cast(context.replica_id_in_sync_group, tf.int32) * rows
        return whole[start : start + rows]
