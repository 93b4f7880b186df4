"""Fixtures that several packages' tests share."""

import contextlib
import ctypes
import gc
import os
import random
import signal
import subprocess
import sys
from pathlib import Path

import pytest

# As the command line has it, or what a process trains and what a test trains would differ.
os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
os.environ.setdefault("TF_ENABLE_ONEDNN_OPTS", "1")
# On a recent GPU, float32 would be rounded to TF32: formulas are compared more closely than that.
os.environ.setdefault("NVIDIA_TF32_OVERRIDE", "0")

ROOT = Path(__file__).parent.parent
# A training that takes a moment: points, two small networks, few samples to measure.
TINY = ["--dataset", "ring", "--network", "mlp", "--width", "0.1", "--latent-size", "4"]
TINY += ["--evaluate-count", "50"]


def pytest_runtest_setup():
    """A test builds the same weights in every run: Keras draws their seeds from here."""
    random.seed(0)


def free_memory():
    """Frees what networks take: a process would keep all that it ever built."""
    if keras := sys.modules.get("keras"):
        keras.utils.clear_session(free_memory=False)
        _forget_gradients()
        gc.collect()
        if not gc.get_freeze_count():
            # What the packages brought is there to stay, and looking through it takes a second.
            gc.freeze()
        with contextlib.suppress(OSError, AttributeError):  # Not the C library of Linux.
            ctypes.CDLL("libc.so.6").malloc_trim(0)


def _forget_gradients():
    """Drops the gradients of custom operations, each of which holds the graph of a whole step.

    Each tracing registers its own; TensorFlow never drops them. Optimisers bring one: the sum over
    replicas is such an operation. After 300 trainings, a collection would take ten seconds.
    """
    from tensorflow.python.framework import ops

    registered = ops.gradient_registry._registry
    for name in [name for name in registered if name.startswith("CustomGradient-")]:
        del registered[name]


@pytest.fixture(autouse=True)
def _float32_afterwards():
    """A training in this process leaves its precision behind; no other test is to have it."""
    yield
    if keras := sys.modules.get("keras"):
        keras.config.set_dtype_policy("float32")


@pytest.fixture(autouse=True, scope="module")
def _memory_afterwards():
    """Frees what a module's networks take."""
    yield
    free_memory()


@pytest.fixture
def command(capsys):
    """Runs the command line in this process; gives (status, standard output, standard error)."""
    import main

    def run(*arguments):
        status = main.main([str(a) for a in arguments])
        captured = capsys.readouterr()
        return status, captured.out, captured.err

    return run


@pytest.fixture
def refused(command):
    """Runs a command that must end with status 2 and one line; gives the line."""

    def run(*arguments):
        status, _, err = command(*arguments)
        assert status == 2, err
        assert err.startswith("error: ")
        assert err.count("\n") == 1, err
        return err.strip()

    return run


@pytest.fixture
def start_process():
    """Starts the command line in a process of its own, ended with the test at the latest."""
    running = []

    def start(*arguments):
        process = subprocess.Popen(
            [sys.executable, "main.py", *map(str, arguments)],
            cwd=ROOT,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            # A shell that has started the tests in the background may have had them ignore Ctrl-C.
            preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL),
        )
        running.append(process)
        return process

    yield start
    for process in running:
        process.kill()
        process.communicate()


@pytest.fixture
def server(monkeypatch):
    """A running server on the loopback address, past the proxies of this machine."""
    from tests.server import Server

    monkeypatch.setenv("no_proxy", "127.0.0.1")
    running = Server()
    yield running
    if running.wait:
        running.wait.set()
    running.close()
