"""Two workers train as one process does, and what one leaves behind the other can take up."""

import signal

import numpy as np
import pytest

from tests.tfgan_kit.engine.test_resume import losses, state, wait_for
from tests.tfgan_kit.engine.two_workers import ends, start_workers

STEPS = 60
# Batch norm, an average, noise, several critic steps: all that replicas must agree on. The networks
# are smooth: a ReLU whose input is about 0 would make of a rounding error another gradient.
FLAGS = ["--network", "mlp", "--generator-norm", "batch", "--discriminator-norm", "batch"]
FLAGS += ["--width", 0.1, "--batch-size", 8, "--critic-steps", 2, "--ema-decay", 0.9]
FLAGS += ["--instance-noise", 0.1, "--instance-noise-steps", 50]
FLAGS += ["--log-every", 10, "--sample-every", 1000, "--checkpoint-every", 10]
# Sums are taken in another order; found were differences of 2e-6.
TOLERANCE = {"rtol": 1e-4, "atol": 1e-5}


@pytest.fixture(scope="module")
def straight(tmp_path_factory):
    """A run of one process that was never stopped."""
    import main

    run = tmp_path_factory.mktemp("straight") / "run"
    arguments = ["train", "gan", *FLAGS, "--steps", STEPS, "--run-dir", run]
    assert main.main([str(a) for a in arguments]) == 0
    return run


def assert_alike(run, straight):
    left, right = losses(run), losses(straight)
    assert [row["step"] for row in left] == [row["step"] for row in right]
    for mine, other in zip(left, right, strict=True):
        for name in other:
            np.testing.assert_allclose(float(mine[name]), float(other[name]), **TOLERANCE)
    left, right = state(run), state(straight)
    assert left.keys() == right.keys()
    for name in right:
        np.testing.assert_allclose(left[name], right[name], err_msg=name, **TOLERANCE)


def test_a_worker_is_killed_and_one_process_goes_on(straight, command, start_process, tmp_path):
    run = tmp_path / "run"
    arguments = ["train", "gan", *FLAGS, "--steps", STEPS, "--run-dir", run]
    chief, other = start_workers(start_process, *arguments)
    wait_for(run / "checkpoints" / "ckpt-10.json", chief)
    other.kill()
    (status, _, err), _ = ends([chief, other])
    assert status == 75
    assert err.startswith("error: lost contact with worker 1 (localhost:")
    assert err.count("\n") == 1, err
    assert f"train --resume {run}" in err
    assert not (run / "checkpoints" / f"ckpt-{STEPS}.json").exists(), "it had finished"
    assert command("train", "--resume", run)[0] == 0
    assert_alike(run, straight)


def test_two_workers_go_on_and_stop_together(straight, command, start_process, tmp_path):
    run = tmp_path / "run"
    first = ["train", "gan", *FLAGS, "--steps", 10, "--run-dir", run]
    assert command(*first)[0] == 0
    arguments = ["train", "--resume", run, "--steps", STEPS]
    workers = start_workers(start_process, *arguments)
    wait_for(run / "checkpoints" / "ckpt-20.json", workers[0])
    workers[1].send_signal(signal.SIGTERM)
    steps = set()
    for status, _, err in ends(workers):
        assert status == 143, err
        assert err.count("\n") == 1, err
        assert f"train --resume {run}" in err
        steps.add(int(err.split("stopped at step ")[1].split(",")[0]))
    (step,) = steps
    assert 20 <= step < STEPS
    assert (run / "checkpoints" / f"ckpt-{step}.json").exists()
    (status, out, _), (other_status, other_out, _) = ends(start_workers(start_process, *arguments))
    assert (status, other_status) == (0, 0)
    assert f"finished {STEPS} steps" in out
    assert f"finished {STEPS} steps" in other_out
    log = (run / "log.txt").read_text()
    assert log.count(f"step {STEPS} ") == 1, "only worker 0 writes"
    assert "this is worker 1" not in log
    assert_alike(run, straight)
