"""Operations counted from the layers are those that TensorFlow counts in the graph."""

import pytest

from benchmarks.loops import chains, loops, operations
from benchmarks.loops.workloads import WORKLOADS
from benchmarks.step import make_updates
from data.feeds.open_feed import open_feed
from tfgan_kit.models.resources import of_graph

DENSE = {"kind": "dense", "in": [3], "out": [5]}


def conv(kind, size_in, size_out, **more):
    row = {"kind": kind, "kernel": 3, "in": [size_in, size_in, 2], "out": [size_out, size_out, 4]}
    return row | more


def test_an_operation_is_a_multiplication_or_an_addition():
    assert operations.forward(DENSE) == 2 * 3 * 5
    assert operations.forward(conv("conv", 8, 4)) == 2 * 4 * 4 * 9 * 2 * 4
    assert operations.forward(conv("conv_transpose", 4, 8)) == 2 * 4 * 4 * 9 * 2 * 4
    assert operations.forward({"kind": "relu"}) == 0


def test_what_generators_share_is_computed_once():
    def named(name):
        return DENSE | {"name": name}

    config = {"loss": "non_saturating", "critic_steps": 1, "made_once": False, "cycled": False}
    counts = [
        operations.per_step(
            {
                "networks": {"generator": [[named("a"), named("b")], [named(first), named("c")]]},
                "config": config,
            }
        )["makers"]
        for first in ("a", "d")
    ]
    # Forward, weights and inputs; no input gradient where a latent is read.
    assert counts == [30 * (3 * 3 - 1), 30 * (3 * 4 - 2)]


# What the transposed convolution to an image computes beyond the 16x16 positions that it needs: a
# row and a column, of 4x4 pixels of one channel from 16.
BORDER = (17**2 - 16**2) * 2 * 4 * 4 * 16


# A step has one for the images that are judged, in each player's turn, and one for each gradient of
# images: for the generator, and in each penalty.
# Layer norm has the profiler see a little less: the last layer's bias has no second derivative.
@pytest.mark.parametrize(
    ("name", "transposed", "tolerance"),
    [
        ("dcgan-32", 3, 0),
        ("wgan-gp", 2 * 2 + 2, 1e-3),
        ("cogan", 0, 0),
        ("scogan-slfr", 0, 0.02),
    ],
)
def test_the_graph_of_the_engine_holds_what_is_counted(name, transposed, tolerance, tmp_path):
    workload = WORKLOADS[name]
    more = {"critic_steps": min(2, workload.config().critic_steps)}
    if name == "scogan-slfr":
        more["classifier"] = loops.write_classifier(tmp_path)
    config = workload.config(batch_size=4, **more)
    feed = open_feed(workload.feed, config)[0]
    parts = operations.per_step(chains.setup(config, make_updates(config, workload.method)))
    step = loops.Engine(config, workload.method, feed).trainer.whole_step
    graph = of_graph(operations.graph_of(step, feed, config.critic_steps))
    counted = sum(parts.values()) + transposed * BORDER
    assert graph / 4 == pytest.approx(counted, rel=tolerance, abs=0)
    assert (parts["penalties"] > 0) == (name == "wgan-gp")
    assert (parts["coupling"] > 0) == (name == "scogan-slfr")


def padded_too_high(row):
    """What the profiler counts too much of a gradient of a convolution of padded input."""
    padded = (row["out"][0] - 1) * row["strides"] + row["kernel"]
    too_many = padded**2 - row["out"][0] * row["out"][1]
    return too_many * 2 * row["kernel"] ** 2 * row["in"][-1] * row["out"][-1]


def of_translator(name):
    """What is counted, what the graph holds, both per image, and the networks."""
    config, workload = WORKLOADS[name].config(batch_size=4), WORKLOADS[name]
    feed = open_feed(workload.feed, config)[0]
    setup = chains.setup(config, make_updates(config, workload.method))
    step = loops.Engine(config, workload.method, feed).trainer.whole_step
    graph = of_graph(operations.graph_of(step, feed, 1)) / 4
    return operations.per_step(setup), graph, setup["networks"]


def test_the_graph_of_srresnet_holds_what_is_counted():
    parts, graph, _ = of_translator("srresnet")
    assert parts == {"critics": 0, "penalties": 0, "makers": graph, "coupling": 0}


# A row and a column too many of the map, in a last layer of a generator and in the gradient of a
# discriminator's first.
MAP_BORDER = (33**2 - 32**2) * 2 * 4 * 4
# In a discriminator, of real and of generated images the gradients of kernels and inputs; for the
# generator those of inputs.
JUDGED = 5


def judged_too_high(networks):
    rows = [row for chain in networks["discriminator"] for row in chain]
    return JUDGED * sum(padded_too_high(row) for row in rows if row.get("padding") == "zeros")


def test_the_graph_of_pix2pix_holds_what_is_counted():
    parts, graph, networks = of_translator("pix2pix-64")
    too_high = judged_too_high(networks) + MAP_BORDER * (3 * 64 + 4 * 32)
    assert graph == pytest.approx(sum(parts.values()) + too_high, rel=0, abs=0)


def test_the_graph_of_cyclegan_holds_what_is_counted():
    parts, graph, networks = of_translator("cyclegan-64")
    too_high = judged_too_high(networks) + 2 * MAP_BORDER * 3 * 32
    for direction in ("ab", "ba"):
        (rows,) = networks[f"generator_{direction}"]
        # There and back, the gradients of kernels and inputs, but for those of real images.
        padded = [padded_too_high(row) for row in rows if row.get("padding") == "valid"]
        too_high += 4 * sum(padded) - padded[0]
    assert graph == pytest.approx(sum(parts.values()) + too_high, rel=0, abs=0)
