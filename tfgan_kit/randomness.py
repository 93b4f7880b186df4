"""Random numbers as a pure function of (seed, step, turn, purpose), the same on any devices.

`normal`, `uniform` and `integers` draw from a seed like TensorFlow's stateless functions. Called on
one of several replicas, they return that replica's rows of the draw for the global batch, so that
replicas draw different numbers, and together the same ones as a single replica.
"""

import contextlib
import hashlib

import tensorflow as tf

_PHILOX = 1  # The number of the algorithm in TensorFlow's operations.
_PER_COUNT = 4  # 32-bit numbers that Philox generates per value of its counter.


def seed_of(seed: int, purpose: str) -> int:
    """A 63-bit seed for one purpose, so that two purposes never use the same numbers."""
    digest = hashlib.blake2b(f"{seed}/{purpose}".encode(), digest_size=8).digest()
    return int.from_bytes(digest, "big") >> 1


def normal(seed, shape):
    """Standard normal float32 values.

    Args:
      seed: integer tensor [2], the same on every replica.
      shape: shape of this replica's part; the first dimension is the batch.
    """
    return _rows(tf.random.stateless_normal, tf.raw_ops.StatelessRandomNormalV2, seed, shape)


def uniform(seed, shape, minval=0.0, maxval=1.0, *, times=None):
    """Uniform float32 values in [minval, maxval), otherwise like `normal`.

    Args:
      seed, shape: see `normal`.
      minval, maxval: the range.
      times: if given, number of draws of this shape, stacked along a new first dimension.
    """
    values = _rows(
        tf.random.stateless_uniform, tf.raw_ops.StatelessRandomUniformV2, seed, shape, times
    )
    return values * (maxval - minval) + minval


def integers(seed, shape, low, high):
    """Uniform int32 values in [low, high), otherwise like `normal`."""
    bounds = {"minval": low, "maxval": high}

    def whole(shape, seed, alg):
        return tf.random.stateless_uniform(shape, seed, **bounds, dtype=tf.int32, alg=alg)

    def part(**where):
        return tf.raw_ops.StatelessRandomUniformIntV2(**bounds, **where)

    return _rows(whole, part, seed, shape)


def uniform_of_each(seeds, purpose: str, count: int):
    """Uniform float32 values in [0, 1) of each example's own seed.

    What an example gets depends neither on the others of its batch nor on replicas, so that a seed
    that belongs to an example, such as one that a user gives, draws the same anywhere.

    Args:
      seeds: integer tensor (b,).
      purpose: what they are for; two purposes draw different numbers from one seed.
      count: how many to draw for each example.

    Returns:
      A tensor (b, count).
    """
    key = seed_of(0, purpose)

    def draw(seed):
        # Bits, as XLA makes other floats of them than TensorFlow does.
        return tf.random.stateless_uniform(
            [count], tf.stack([key, seed]), None, None, tf.uint32, alg="philox"
        )

    bits = tf.map_fn(draw, tf.cast(seeds, tf.int64), fn_output_signature=tf.uint32)
    return tf.cast(tf.bitwise.right_shift(bits, tf.constant(8, tf.uint32)), tf.float32) * 2.0**-24


def _rows(whole, part, seed, shape, times=None):
    """This replica's part of the values that `whole` draws for all replicas.

    Philox numbers its values with a counter, so that a replica can start at its own part: `part` is
    the operation behind `whole` that takes the counter.
    """
    replica, replicas = _place()
    if replicas == 1:
        shape = shape if times is None else tf.concat([[times], shape], 0)
        return whole(shape, seed, alg="philox")
    key, counter = tf.raw_ops.StatelessRandomGetKeyCounter(seed=tf.convert_to_tensor(seed))
    shape = tf.cast(shape, tf.int64)
    size = tf.reduce_prod(shape)

    def draw(start):
        count = tf.cast(start // _PER_COUNT, tf.uint64)
        values = part(
            shape=[size + _PER_COUNT - 1],
            key=key,
            counter=counter + tf.stack([count, tf.zeros_like(count)]),
            alg=_PHILOX,
        )
        first = start % _PER_COUNT
        return tf.reshape(values[first : first + size], shape)

    starts = [(i * replicas + tf.cast(replica, tf.int64)) * size for i in range(times or 1)]
    return draw(*starts) if times is None else tf.stack([draw(start) for start in starts])


def _place():
    """The current replica and the number of replicas; outside of replicas, draws are for all."""
    context = tf.distribute.get_replica_context()
    if context is None:
        return 0, 1
    return context.replica_id_in_sync_group, context.num_replicas_in_sync


class Random:
    """Draws for one training step.

    Nothing is stored: the same step draws the same numbers in any run, so that resuming is exact.
    Two draws for the same purpose would be equal; in training this is an error, see `one_step`.

    A step may repeat something in several turns, each of which draws different numbers: from turn 1
    on, the number of the turn is part of the purpose. "{turn}" in a purpose is replaced by it;
    otherwise it is appended.

    Args:
      seed: the run's seed.
      step: the step's number, an int64 variable or tensor.
    """

    def __init__(self, seed: int, step):
        self._seed = seed
        self._step = step
        self._turn, self._turns = None, 1
        self._drawn = None

    @contextlib.contextmanager
    def one_step(self):
        """A context in which a step is traced; no purpose may be used twice in it."""
        self._drawn = set()
        try:
            yield
        finally:
            self._drawn = None

    def take_turn(self, turn, turns: int) -> None:
        """Sets the turn of the following draws.

        Args:
          turn: a number or an integer tensor; None after the last turn, for other purposes.
          turns: number of turns of the step.
        """
        self._turn, self._turns = turn, turns

    def normal(self, purpose: str, shape):
        """Standard normal float32 values for this replica's part of a global batch.

        Args:
          purpose: the purpose of the draw.
          shape: shape on this replica; the first dimension is the batch.

        Raises:
          ValueError: if the traced step has already drawn for this purpose.
        """
        return normal(self.seed(purpose), shape)

    def uniform(self, purpose: str, shape, minval=0.0, maxval=1.0):
        """Uniform float32 values in [minval, maxval), otherwise like `normal`."""
        return uniform(self.seed(purpose), shape, minval, maxval)

    def seed(self, purpose: str):
        """An int64 tensor of shape (2,) for the functions of this module.

        It is the same on every replica: TensorFlow's own stateless functions would draw the same
        numbers on each.

        Raises:
          ValueError: see `normal`.
        """
        turns = range(self._turns) if tf.is_tensor(self._turn) else [self._turn]
        purposes = [self._in_turn(purpose, turn) for turn in turns]
        self._note(purposes)
        seeds = tf.constant([seed_of(self._seed, each) for each in purposes], tf.int64)
        of_turn = seeds[self._turn if tf.is_tensor(self._turn) else 0]
        return tf.stack([of_turn, tf.cast(self._step, tf.int64) * 65536])

    def _in_turn(self, purpose, turn):
        number = self._turns - 1 if turn is None else turn
        if "{turn}" in purpose:
            return purpose.replace("{turn}", str(number))
        return f"{purpose} in turn {turn}" if turn else purpose

    def _note(self, purposes):
        if self._drawn is None:
            return
        # Every replica traces the step, or its part of it, separately.
        replica = int(tf.get_static_value(_place()[0]))
        for purpose in purposes:
            if (replica, purpose) in self._drawn:
                raise ValueError(
                    f"one step draws twice for the purpose {purpose!r}, which would return the "
                    "same numbers; use another purpose"
                )
            self._drawn.add((replica, purpose))
