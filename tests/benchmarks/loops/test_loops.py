"""The comparison of loops is fair: all of them compute the same thing."""

import numpy as np
import pytest

from benchmarks.loops import loops
from benchmarks.loops.workloads import WGAN_GP, WORKLOADS
from benchmarks.step import make_updates
from data.feeds.open_feed import open_feed
from trainers import registry

STEPS = 2
LEARNING_RATE = 2e-4
TWO_TASKS = {"filters": 8, "batch_size": 2}
SMALL = {
    "gan": ("dcgan-32", {"width": 1 / 16}),
    "wgan-gp": ("wgan-gp", {"width": 1 / 16, **WGAN_GP, "critic_steps": 2}),
    "cogan": ("cogan", {"width": 1 / 32, "discriminator_width": 1 / 4}),
    "scogan": ("scogan-slfr", {"width": 1 / 32, "discriminator_width": 1 / 4}),
    "pix2pix": ("pix2pix-64", {"filters": 4}),
    # A normalisation cancels most of its biases, whose gradients are only rounding; a larger
    # epsilon keeps Adam from making a step of that.
    "cyclegan": ("cyclegan-64", {"filters": 4, "blocks": 1, "epsilon": 1e-3}),
    "srgan": ("srresnet", {"filters": 4, "blocks": 2}),
    # Where gradients are small, Adam without a first moment makes steps of their rounding.
    "progan": ("progan-32", {"width": 1 / 32, "latent_size": 16, "epsilon": 1e-4}),
    "stylegan": ("stylegan-32", {"width": 1 / 32, "latent_size": 16, "epsilon": 1e-4}),
    "maml": ("maml-glyphs", TWO_TASKS | {"inner_steps": 2}),
    "maml-first": ("maml-glyphs", TWO_TASKS | {"inner_steps": 2, "first_order": True}),
    "reptile": ("reptile-glyphs", TWO_TASKS | {"inner_steps": 3}),
}
# The biases of CycleGAN that no normalisation follows.
NOT_TRAINED = ("rgb_4/", "rgb_8/", "rgb_16/", "/fixed", "alpha")  # Of networks that grow.
NOT_CANCELLED = (
    "generator_ab/output",
    "generator_ba/output",
    *(f"discriminator/{letter}_{name}" for letter in "ab" for name in ("conv_1", "logits")),
)


@pytest.fixture(scope="module", params=SMALL)
def kind(request):
    return request.param


@pytest.fixture(scope="module")
def method(kind):
    return WORKLOADS[SMALL[kind][0]].method


@pytest.fixture(scope="module")
def config(kind, tmp_path_factory):
    name, changes = SMALL[kind]
    if kind == "scogan":
        changes = changes | {"classifier": loops.write_classifier(tmp_path_factory.mktemp("c"))}
    return WORKLOADS[name].config(**{"batch_size": 8} | changes)


@pytest.fixture(scope="module")
def feed(config, method):
    return open_feed(registry.find(method).feed, config)[0]


@pytest.fixture(scope="module")
def trained(config, method, feed):
    """The engine's weights before training, after one step and after two."""
    engine = loops.Engine(config, method, feed)
    weights = [engine.weights()]
    for _ in range(STEPS):
        engine.window(1)
        weights.append(engine.weights())
    return weights


def _assert_same(weights, expected, tolerance):
    assert weights.keys() == expected.keys()
    for name, value in weights.items():
        if tolerance and name == "synthesis/bias_0/bias":
            continue  # Its maps are constant at first, so that a norm takes it away again.
        np.testing.assert_allclose(value, expected[name], rtol=0, atol=tolerance, err_msg=name)


def test_the_bare_loop_trains_the_engines_weights(kind, config, method, feed, trained):
    loop = loops.Bare(make_updates(config, method), feed)
    _assert_same(loop.weights(), trained[0], 0)
    # StyleGAN's instance norm divides by deviations near 0, which makes rounding large in a second.
    steps = 1 if kind == "stylegan" else STEPS
    loop.window(steps)
    # Of WGAN-GP's, some gradients are only rounding, of which Adam makes a step all the same.
    _assert_same(loop.weights(), trained[steps], 1e-5)


@pytest.mark.parametrize("kind", ["gan", "cogan", "pix2pix", "cyclegan", "srgan"], indirect=True)
def test_run_eagerly_it_does_the_same_step(config, method, feed, trained):
    # One only: eager operations round otherwise, and in later steps, where weights differ in the
    # last bits, a maximum or a slope may turn out the other way.
    loop = loops.Called(make_updates(config, method), feed, eager=True)
    _assert_same(loop.weights(), trained[0], 0)
    loop.window(1)
    _assert_same(loop.weights(), trained[1], 1e-5)


@pytest.mark.parametrize("kind", ["gan", "wgan-gp"], indirect=True)
def test_fit_trains_the_same_weights(config, method, feed, trained):
    loop = loops.Fit(make_updates(config, method), feed, steps=STEPS)
    _assert_same(loop.weights(), trained[0], 0)
    loop.window(STEPS)
    loop.close()
    _assert_same(loop.weights(), trained[STEPS], 1e-5)


def test_the_tolerance_is_far_below_what_training_changes(kind, trained):
    for name, first in trained[0].items():
        if name.startswith("learner/") and "moving" in name:
            continue  # Of many tasks they would describe none.
        if kind in ("progan", "stylegan") and any(part in name for part in NOT_TRAINED):
            continue
        if kind == "wgan-gp" and name == "discriminator/logits/bias":
            continue  # Cancels in the difference of two means.
        if kind == "srgan" and name.endswith("bias") and ("block" in name or "trunk" in name):
            continue  # Batch normalisation takes it away again.
        if kind == "cyclegan" and name.endswith("bias") and not name.startswith(NOT_CANCELLED):
            continue
        assert np.abs(trained[STEPS][name] - first).max() > 1e-4, name


@pytest.mark.parametrize("kind", ["cogan", "scogan"], indirect=True)
def test_separate_updates_minimise_the_same_losses(kind, config, method, feed, trained):
    loop = loops.Called(make_updates(config, method, separate=True), feed, eager=True)
    _assert_same(loop.weights(), trained[0], 0)
    loop.window(1)
    weights = loop.weights()
    # The first Adam step is as long as the learning rate.
    steps = {n: np.abs(w - trained[0][n]).max() / LEARNING_RATE for n, w in weights.items()}
    if kind == "cogan":
        assert steps["generator/dense_1/kernel"] == pytest.approx(2, abs=0.2)
        assert steps["generator/output_a/kernel"] == pytest.approx(1, abs=0.2)
        return
    # Nothing is shared: the discriminators and the generator that comes first see what they do in
    # the joint order. Batch statistics move with each forward pass, of which there are more.
    alike = [
        name
        for name in weights
        if name.startswith("discriminator") or ("_a/" in name and "moving" not in name)
    ]
    alike = [name for name in alike if "counter" not in name]
    assert any(name.startswith("generator") for name in alike)
    _assert_same({n: weights[n] for n in alike}, {n: trained[1][n] for n in alike}, 1e-5)


@pytest.mark.parametrize("kind", ["gan"], indirect=True)
def test_an_error_in_fit_reaches_the_caller(config, method, feed):
    updates = make_updates(config, method)

    def fails(batches):
        raise RuntimeError("a failing step")

    updates.step = fails
    loop = loops.Fit(updates, feed, steps=1)
    with pytest.raises(RuntimeError, match="a failing step"):
        loop.window(1)
