"""BSA: what its losses are, what learns, and what samples are drawn from."""

import itertools

import numpy as np
import pytest
import tensorflow as tf

from tests.saved_runs import untrained_gan, untrained_styles, write_networks, write_run
from tests.tfgan_kit.perceptual.test_perceptual import draw, write_npz
from tests.trainers.small import batches, build, step
from tfgan_kit.errors import UserError
from tfgan_kit.fields import class_field
from tfgan_kit.fields.network import to_network
from trainers.transfer.bsa import trainer as module


@pytest.fixture(scope="module")
def run(tmp_path_factory):
    """A GAN of 32x32 gray images from a latent of four."""
    return str(write_networks(tmp_path_factory.mktemp("runs") / "a", *untrained_gan()))


def adapted(source, **settings):
    return build("bsa", **{"source": source, "examples": 12} | settings)


def test_only_factors_offsets_and_latents_learn(run):
    trainer, feed = adapted(run)
    generator, latents = trainer.networks["generator"], trainer.networks["latents"]
    before = {v.path: v.numpy() for v in generator.variables}
    step(trainer, feed)
    changed = {p for p, v in before.items() if not np.array_equal(v, _of(generator, p))}
    norms = [name for name in before if name.split("/")[-1] in ("gamma", "beta")]
    assert changed == set(norms)
    assert len(norms) == 6
    assert {id(v) for v in trainer.players["generator"].variables} == {
        id(v) for v in generator.variables if v.path in norms
    } | {id(v) for name in ("latents", "truncation") for v in trainer.networks[name].variables}
    centre = trainer.networks["truncation"].get_layer("latent").bias
    assert np.abs(centre).min() > 0
    fixed, feed = adapted(run, centre="zero")
    step(fixed, feed)
    assert not np.any(fixed.networks["truncation"].get_layer("latent").bias)
    assert latents.get_layer("latent").embeddings.shape == (12, 4)
    assert np.abs(latents.get_layer("latent").embeddings).min() > 0


def _of(network, path):
    return next(v for v in network.variables if v.path == path).numpy()


@pytest.mark.parametrize("latent", ["normal", "uniform"])
def test_the_losses_are_those_of_the_page(latent, tmp_path):
    source = str(write_networks(tmp_path / "a", *untrained_gan(latent=latent)))
    trainer, feed = adapted(source, learning_rate=0.0)
    generator, rng = trainer.networks["generator"], np.random.default_rng(0)
    table = trainer.networks["latents"].get_layer("latent").embeddings
    table.assign(rng.normal(size=(12, 4)))
    for name in ("norm_1", "norm_2", "norm_3"):
        layer = generator.get_layer(name)
        layer.gamma.assign(rng.uniform(0.5, 2.0, layer.gamma.shape))
        layer.beta.assign(rng.normal(size=layer.beta.shape))
    ((batch,),) = batches(trainer, feed)
    found = {name: float(value) for name, value in trainer.whole_step([batch]).items()}
    with trainer.random.one_step():
        noise = trainer.random.normal("latents", [8, 4])
        seed = trainer.random.seed("draws")
    z = table.numpy()[batch["row"]] + 0.01 * noise.numpy()
    made = generator(z, training=False)["image"].numpy()
    real = to_network(trainer.spec["image"], batch["image"]).numpy()
    np.testing.assert_allclose(found["generator/pixels"], np.abs(made - real).mean(), rtol=1e-5)
    if latent == "uniform":
        draws = tf.random.stateless_uniform([12, 4], seed, -1.0, 1.0).numpy()
    else:
        draws = tf.random.stateless_normal([12, 4], seed).numpy()
    d = np.square(table.numpy()[:, None] - draws).mean(-1)
    nearest = d.min(1).mean() + d.min(0).mean()
    np.testing.assert_allclose(found["generator/latents"], nearest, rtol=1e-5)
    layers = [generator.get_layer(f"norm_{i}") for i in (1, 2, 3)]
    gamma, beta = (
        np.concatenate([getattr(x, n).numpy() for x in layers]) for n in ("gamma", "beta")
    )
    change = np.square(gamma - 1).mean() + np.square(beta).mean()
    np.testing.assert_allclose(found["generator/norms"], change, rtol=1e-5)
    whole = np.abs(made - real).mean() + 0.1 * nearest + 0.02 * change
    np.testing.assert_allclose(found["generator/loss"], whole, rtol=1e-5)


def test_features_are_compared_with_weights_and_else_it_says_that_they_are_not(run, tmp_path):
    trainer, _ = adapted(run)
    assert "--perceptual-weights names no file" in trainer.notes[0]
    file = write_npz(tmp_path / "vgg.npz", "vgg19", draw("vgg19"))
    trainer, feed = adapted(run, perceptual_weights=str(file), learning_rate=0.0)
    assert trainer.notes == ()
    ((batch,),) = batches(trainer, feed)
    found = {name: float(value) for name, value in trainer.whole_step([batch]).items()}
    with trainer.random.one_step():
        z = 0.01 * trainer.random.normal("latents", [8, 4])
    made = trainer.networks["generator"](z, training=False)["image"]
    real = to_network(trainer.spec["image"], batch["image"])
    ours, theirs = (trainer._perceptual.features(images) for images in (made, real))
    expected = sum(np.abs(ours[name] - theirs[name]).mean() for name in ours)
    assert len(ours) == 4
    assert expected > 0
    np.testing.assert_allclose(found["generator/features"], expected, rtol=1e-4)


def test_latents_of_samples_are_truncated(run):
    trainer, _ = adapted(run, truncation=0.2)
    ends = trainer.networks["truncation"]({"noise": np.full((1, 4), 9.0, np.float32)})["latent"]
    np.testing.assert_allclose(ends, 0.2, rtol=1e-6)
    latent = np.random.default_rng(0).normal(size=(3, 4)).astype("float32")
    inner = trainer.networks["truncation"]({"noise": latent})["latent"]
    assert 0 < np.abs(inner).max() <= 0.2
    expected = trainer.networks["generator"](inner, training=False)["image"]
    np.testing.assert_allclose(
        trainer.bound("generate").render({"latent": latent})["image"], expected, atol=1e-5
    )


def test_samples_lie_around_the_centre(run):
    trainer, _ = adapted(run, truncation=0.2)
    centre = np.float32([0.5, -1.0, 2.0, 0.0])
    trainer.networks["truncation"].get_layer("latent").bias.assign(centre)
    noise = np.random.default_rng(0).normal(size=(400, 4)).astype("float32")
    drawn = trainer.networks["truncation"]({"noise": noise})["latent"].numpy()
    assert np.abs(drawn - centre).max() <= 0.2 + 1e-6
    np.testing.assert_allclose(drawn.mean(0), centre, atol=0.02)
    expected = trainer.networks["generator"](drawn, training=False)["image"]
    made = trainer.bound("generate").render({"latent": noise})["image"]
    np.testing.assert_allclose(made, expected, atol=1e-5)


def test_uniform_latents_stay_within_those_of_the_source(tmp_path):
    source = str(write_networks(tmp_path / "a", *untrained_gan(latent="uniform")))
    trainer, _ = adapted(source, truncation=2.0)
    ends = trainer.networks["truncation"]({"noise": np.full((1, 4), 9.0, np.float32)})["latent"]
    np.testing.assert_allclose(ends, 1.0, rtol=1e-6)


def test_an_adapted_run_is_adapted_again(run, tmp_path):
    first, feed = adapted(run, truncation=0.5)
    step(first, feed)
    path = str(write_networks(tmp_path / "first", "bsa", first.models(), first.uses()))
    trainer, feed = adapted(path)
    assert {"truncation", "outer_truncation", "generator"} <= set(trainer.networks)
    inner = trainer.networks["truncation"].get_layer("latent").bias.numpy()
    assert np.abs(inner).min() > 0
    step(trainer, feed)
    outer = trainer.networks["outer_truncation"].get_layer("latent").bias
    assert np.abs(outer).min() > 0
    # The first run's centre is a part of the source, which stays as it is.
    np.testing.assert_array_equal(trainer.networks["truncation"].get_layer("latent").bias, inner)
    noise = np.random.default_rng(0).normal(size=(5, 4)).astype("float32")
    models = trainer.models()
    latent = models["outer_truncation"]({"noise": noise})["latent"]
    latent = models["truncation"]({"noise": latent})["latent"]
    expected = models["generator"](latent)["image"]
    made = trainer.bound("generate").render({"latent": noise})["image"]
    np.testing.assert_allclose(made, expected, atol=1e-5)


def test_of_many_images_some_are_compared_with_as_many_draws(run, monkeypatch):
    monkeypatch.setattr(module, "COMPARED", 5)
    trainer, _ = adapted(run)
    table = trainer.networks["latents"].get_layer("latent").embeddings
    table.assign(np.random.default_rng(0).normal(size=(12, 4)))
    with trainer.random.one_step():
        found = float(trainer.spread())
    with trainer.random.one_step():
        draws = tf.random.stateless_normal([5, 4], trainer.random.seed("draws")).numpy()
    d = np.square(table.numpy()[:, None] - draws).mean(-1)
    expected = {
        round(float(d[[*rows]].min(1).mean() + d[[*rows]].min(0).mean()), 4)
        for rows in itertools.combinations(range(12), 5)
    }
    assert round(found, 4) in expected


def test_latents_come_nearer_to_their_images(run):
    # The weights are still small, so that gamma has to grow.
    alone = {"batch_size": 12, "norm_weight": 0.0, "latent_weight": 0.0, "learning_rate": 0.5}
    trainer, feed = adapted(run, **alone)
    first, *_, last = (step(trainer, feed)["generator/pixels"] for _ in range(12))
    assert last < 0.95 * first


def test_many_images_are_warned_of(run):
    trainer, _ = adapted(run)
    assert trainer.warnings() == []
    trainer.spec = trainer.spec | {"row": class_field(map(str, range(201)))}
    assert "there are 201" in trainer.warnings()[0]


def refused(reason, source, **settings):
    with pytest.raises(UserError, match=reason) as caught:
        adapted(source, **settings)
    assert "\n" not in str(caught.value)


def test_what_cannot_be_adapted(run, tmp_path):
    refused("the source is missing; name its run with --source DIR", "")
    refused(
        "--source .* draws images of 32x32x1, but --dataset glyphs has 32x32x3", run, channels=3
    )
    label = class_field(["a", "b"])
    of_classes = write_run(tmp_path / "c", {"image": (1, 1)}, method="cgan", label=label)
    refused("takes a class; name one that takes none", str(of_classes))
    plain = write_networks(tmp_path / "plain", *untrained_gan(generator_norm="none"))
    refused("no normalisation with a factor and an offset", str(plain))
    styles = str(write_networks(tmp_path / "styles", *untrained_styles()))
    refused("no normalisation with a factor", styles, image_size=(16, 16))
    refused("--init-from: the generator begins as that of --source; omit it", run, init_from=run)
    refused("--augment flip: each latent belongs to one", run, augment=("flip",))
    refused("--batch-size 25: .*12 examples; choose 1 to 12", run, batch_size=25)
