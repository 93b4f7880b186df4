"""A process with two logical CPUs that computes what tests ask for: devices are set up only once.

A module has a function `compute(strategy, name)` that gives a dictionary of arrays, ends with
`serve(compute)` for when it is that process, and its tests use `process_of(module)`. Each test asks
for its own share, so that test workers can divide the cases, and one case can be tested alone.
"""

import contextlib
import os
import subprocess
import sys

import numpy as np

from tests.conftest import ROOT, free_memory


@contextlib.contextmanager
def process_of(module, folder):
    """Runs the module; gives a function of a case's name.

    The function returns what `compute` found, as "one NAME" and "two NAME" for the arrays found on
    one and on two devices. A case is computed once.
    """
    found, errors = {}, folder / "errors.txt"
    with errors.open("w") as file:
        process = subprocess.Popen(
            [sys.executable, "-m", module, str(folder)],
            cwd=ROOT,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=file,
            text=True,
        )

    def compute(name):
        if name not in found:
            process.stdin.write(f"{name}\n")
            process.stdin.flush()
            lines = iter(process.stdout.readline, "")
            assert any(line == f"computed {name}\n" for line in lines), errors.read_text()[-3000:]
            with np.load(folder / "found.npz") as arrays:
                found[name] = dict(arrays)
        return found[name]

    try:
        yield compute
    finally:
        process.kill()
        process.communicate()


def serve(compute):
    """Computes each case that is named on a line of the standard input, on one device and two."""
    import tensorflow as tf

    from tfgan_kit.machine.devices import make_strategy

    two, one = make_strategy("cpu:0,cpu:1"), tf.distribute.get_strategy()
    for line in sys.stdin:
        name, arrays = line.rstrip("\n"), {}
        for count, strategy in (("one", one), ("two", two)):
            for key, value in compute(strategy, name).items():
                arrays[f"{count} {key}"] = value
        np.savez(os.path.join(sys.argv[1], "found.npz"), **arrays)
        print(f"computed {name}", flush=True)
        free_memory()
    # The tests have ended. A thread that reads ahead may wait for Python while Python waits for it.
    os._exit(0)
