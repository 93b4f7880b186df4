"""Computes on one and on two logical CPUs, in a process of its own: devices are set up only once.

A test module has a function `compute(strategy)` that gives a dictionary of arrays, a fixture that
calls `in_a_process(__file__, path)`, and at its end `save_both(compute)` for when it is that
process.
"""

import os
import subprocess
import sys

import numpy as np
import tensorflow as tf

from tests.conftest import ROOT
from tfgan_kit.machine.devices import make_strategy


def in_a_process(module, path):
    """The arrays of `compute`, as "one/NAME" and "two/NAME"."""
    done = subprocess.run(
        [sys.executable, module, path],
        env=os.environ | {"PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        timeout=300,
    )
    assert done.returncode == 0, done.stderr
    return np.load(path)


def save_both(compute):
    """Writes the arrays to the file that the command line names."""
    two, one = make_strategy("cpu:0,cpu:1"), tf.distribute.OneDeviceStrategy("CPU:0")
    found = {"one": compute(one), "two": compute(two)}
    arrays = {f"{count}/{k}": value for count, part in found.items() for k, value in part.items()}
    np.savez(sys.argv[1], **arrays)


def split(strategy, values):
    """Gives each replica its rows of the values."""
    rows = len(values) // strategy.num_replicas_in_sync
    return strategy.experimental_distribute_values_from_function(
        lambda context: tf.constant(values[context.replica_id_in_sync_group * rows :][:rows])
    )


def stacked(strategy, outputs):
    """Each of the outputs, stacked over the replicas."""
    return {k: np.stack(strategy.experimental_local_results(v)) for k, v in outputs.items()}
