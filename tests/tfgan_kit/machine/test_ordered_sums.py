"""Gradients of several uses are added in one order, whatever else is done at that time."""

import subprocess
import sys

import tensorflow as tf

from tests.conftest import ROOT
from tfgan_kit.machine import ordered_sums

SHAPE = [1, 16]  # Two of them, stacked, are split without being copied.


@tf.custom_gradient
def _use(x, gradient):
    """The same `x`, whose gradient is the one given."""
    return tf.identity(x), lambda _: (gradient, None)


@tf.function
def _sum(ones, large, held, by_tape):
    """The sum of three gradients, two of which share memory with halves needed before or after."""
    halves = [tf.split(tf.abs(value), 2) for value in (ones, large)]
    # TensorFlow sorts what is added by name; this one comes last.
    own = [half for half, _ in halves] + [tf.subtract(0.0, large[1:], name="subtracted")]
    before = [] if held else _roots(halves)
    with tf.GradientTape() as tape:
        x = tf.zeros(SHAPE)
        tape.watch(x)
        y = tf.add_n([_use(x, gradient) for gradient in own])
    with tf.control_dependencies(before):
        found = tape.gradient(y, x) if by_tape else tf.gradients(y, x)[0]
    with tf.control_dependencies([found]):
        return found, before or _roots(halves)


def _roots(halves):
    return [tf.sqrt(other) for _, other in halves]


def test_the_order_is_the_same_whatever_else_is_done_at_that_time():
    # In a process of its own: tapes add as they did before until the order is fixed.
    call = [sys.executable, "-m", "tests.tfgan_kit.machine.test_ordered_sums"]
    done = subprocess.run(call, cwd=ROOT, capture_output=True, text=True, check=True)
    *before, of_tapes, of_graphs = (line.split() for line in done.stdout.splitlines())
    assert [len(set(each)) for each in before] == [2, 2], "this TensorFlow adds in one order"
    assert [len(set(each)) for each in (of_tapes, of_graphs)] == [1, 1]


def _print_sums():
    values = [tf.fill([2, SHAPE[1]], value) for value in (1.0, 1e8)]
    for by_tape in (True, False):
        print(*(_sum(*values, held, by_tape)[0].numpy()[0, 0] for held in (False, True)))


if __name__ == "__main__":
    _print_sums()
    ordered_sums.fix()
    ordered_sums.fix()
    _sum = tf.function(_sum.python_function)
    _print_sums()
