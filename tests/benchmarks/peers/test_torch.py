"""PyTorch computes what TensorFlow does: the same networks, and the same losses."""

import numpy as np
import pytest

from benchmarks.aims import comparing
from benchmarks.child import Child
from benchmarks.loops import chains, loops
from benchmarks.loops.workloads import WORKLOADS
from benchmarks.peers import environment, torch_setup
from benchmarks.step import make_updates
from data.feeds.open_feed import open_feed

BATCH = 8


@pytest.fixture(scope="module")
def child():
    python = environment.python()
    if python is None:
        pytest.skip("PyTorch is not installed: `python -m benchmarks --peers` does it")
    child = Child("benchmarks.peers.torch_child", str(python))
    yield child
    child.close()


@pytest.mark.parametrize("name", [n for n in comparing("pytorch eager") if not n.endswith("wide")])
def test_one_step_from_the_same_weights_gives_the_same_losses(name, child, tmp_path):
    workload = WORKLOADS[name]
    given = {"classifier": loops.write_classifier(tmp_path)} if name == "scogan-slfr" else {}
    # Adam's first steps have the sign of a gradient, even of one that only rounding makes: after
    # many updates the losses differ, after two not yet.
    steps = min(workload.config().critic_steps, 2)
    config = workload.config(batch_size=BATCH, critic_steps=steps, **given)
    updates = make_updates(config, workload.method)
    # Masks of Keras' dropout are drawn by the libraries, each in its way; those of a generator's
    # noise are functions of a seed in both.
    if updates.kind == "latents":
        for layer in updates.discriminator.layers:
            if hasattr(layer, "rate"):
                layer.rate = 0.0
    feed = open_feed(workload.feed, config)[0]
    torch_setup.write(tmp_path, config, updates, feed)
    torch_setup.write_check(tmp_path, config, updates)
    child.ask("open", folder=str(tmp_path))
    counts = child.ask("build", name="here", compiled=False, bfloat16=False)
    for network, count in counts.items():
        assert count == trainable(chains.networks(updates)[network])
    theirs = child.ask("losses", name="here")
    stream = iter(feed.dataset(0, loops.ONE_INPUT))
    ours = updates.step([next(stream) for _ in range(updates.critic_steps)])
    np.testing.assert_allclose(theirs, [float(x) for x in ours], rtol=1e-3, atol=1e-4)


def trainable(models):
    unique = {id(v): v for model in models for v in model.trainable_variables}
    return sum(int(np.prod(v.shape)) for v in unique.values())
