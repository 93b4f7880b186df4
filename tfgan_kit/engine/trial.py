"""Chooses what `--precision auto` and `--jit auto` stand for, by a short trial on this machine."""

import dataclasses
import time

import keras
import tensorflow as tf

from tfgan_kit.errors import UserError
from tfgan_kit.machine.team import Team
from tfgan_kit.settings.run import AUTO

_FASTER = "mixed_bfloat16"
# What is gained must be worth it: less speed than this is within the noise of so short a trial, and
# XLA also takes longer to compile the whole step than it takes to compile the passes tried here.
_GAINS = {"precision": 1.05, "jit": 1.2}
_SECONDS, _ROUNDS = 2.0, 20


def settle(config, build, strategy, say):
    """Replaces "auto" in a configuration by what is faster here, and says why in a line.

    Tried are forward and backward passes of the networks, without penalties and optimisers. The
    trainers for it are thrown away, and with them their weights: a training that follows is the
    same as if the chosen values had been given.

    Args:
      config: a `RunConfig`.
      build: called with a configuration, gives its `Trainer`.
      strategy: the distribution strategy that it builds under.
      say: called with each line.

    Returns:
      The configuration, which can be stored and resumed.

    Raises:
      UserError: if the device cannot compute in the precision that is asked for, or workers that
        train together would each have to choose.
    """
    jit = config.jit
    if AUTO in (config.precision, jit) and Team(strategy).size > 1:
        raise UserError(
            "--precision auto and --jit auto are for one machine: the workers might choose "
            "differently; name a precision, and leave --jit out"
        )
    if config.precision == AUTO:
        plain, other = (
            dataclasses.replace(config, precision=p, jit=False) for p in ("float32", _FASTER)
        )
        config = _choose("precision", plain, other, build, say)
    _check(config.precision)
    if jit != AUTO:
        return dataclasses.replace(config, jit=jit)
    plain, other = (dataclasses.replace(config, jit=j) for j in (False, True))
    if strategy.num_replicas_in_sync > 1:
        say("jit off: XLA compiles for one device only")
        return plain
    return _choose("jit", plain, other, build, say)


def _choose(field, plain, other, build, say):
    """The faster of two configurations that differ in a field; on a draw the first."""
    new = "XLA" if field == "jit" else other.precision
    try:
        _check(other.precision)
        before, after = _times([_passes(build(config), config) for config in (plain, other)])
    except (UserError, tf.errors.OpError, TypeError):
        say(f"{_named(field, plain)}: this device, or these networks, do not support {new}")
        return plain
    finally:
        keras.utils.clear_session()  # The names that Keras counts up start anew.
    chosen = other if before > _GAINS[field] * after else plain
    ratio = after / before
    say(f"{_named(field, chosen)}: with {new}, passes take {ratio:.2f} times as long here")
    return chosen


def _named(field, config):
    if field == "jit":
        return f"jit {'on' if config.jit else 'off'}"
    return f"precision {config.precision}"


def _times(functions):
    """The shortest time of each of two functions, which take turns."""
    for function in functions:
        function()
    times, end = [[] for _ in functions], time.monotonic() + _SECONDS
    while len(times[0]) < 3 or (time.monotonic() < end and len(times[0]) < _ROUNDS):
        for function, found in zip(functions, times, strict=True):
            start = time.perf_counter()
            function()
            found.append(time.perf_counter() - start)
    return [min(found) for found in times]


def _passes(trainer, config):
    """A function that takes every network of the players forward and back, and waits for it."""
    rows = config.batch_size // trainer.strategy.num_replicas_in_sync
    networks = [network for player in trainer.players.values() for network in player.networks]

    def inputs(network):
        return keras.tree.map_structure(
            lambda part: tf.random.stateless_normal((rows, *part.shape[1:]), [0, 0]), network.input
        )

    @tf.function(autograph=False, jit_compile=config.jit)
    def passes():
        found = []
        for network in networks:
            given = inputs(network)
            variables = [v.value for v in network.trainable_variables]
            with tf.GradientTape(watch_accessed_variables=False) as tape:
                tape.watch([variables, given])
                outputs = keras.tree.flatten(network(given, training=True))
                loss = tf.add_n([tf.reduce_sum(tf.cast(y, tf.float32)) for y in outputs])
            gradients = tape.gradient(loss, [*variables, *keras.tree.flatten(given)])
            found += [tf.reduce_sum(g) for g in gradients if g is not None]
        return tf.add_n(found)

    return lambda: trainer.strategy.reduce("SUM", trainer.strategy.run(passes), None).numpy()


def _check(precision):
    """Raises a UserError unless a convolution and its gradient work in the precision."""
    dtype = tf.as_dtype(precision.removeprefix("mixed_"))
    image, kernel = tf.ones([1, 4, 4, 1], dtype), tf.ones([3, 3, 1, 1], dtype)
    try:
        with tf.GradientTape() as tape:
            tape.watch(kernel)
            value = tf.nn.conv2d(image, kernel, 1, "SAME")
        tape.gradient(value, kernel)
    except tf.errors.OpError:
        raise UserError(
            f"--precision {precision}: this device does not compute in {dtype.name}; use "
            "--precision float32, or auto"
        ) from None
