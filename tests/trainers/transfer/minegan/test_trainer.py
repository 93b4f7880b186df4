"""MineGAN: what its losses are, who learns in which stage, and how generators are chosen."""

import json
import shutil

import cv2
import numpy as np
import pytest
import tensorflow as tf

from tests.saved_runs import untrained_gan, untrained_styles, write_networks, write_run
from tests.trainers.small import STILL, batches, build, step
from tfgan_kit.engine.health import has_batch_norm
from tfgan_kit.engine.stages import feed_of
from tfgan_kit.errors import UserError
from tfgan_kit.fields.network import to_network
from tfgan_kit.runs.saved_run import SavedRun
from tfgan_kit.terms.losses import adversarial_loss
from trainers.registry import preset
from trainers.transfer.minegan import trainer as module

PLAIN = {"discriminator_norm": "none"}


@pytest.fixture(scope="module")
def runs(tmp_path_factory):
    """Two GANs of 32x32 gray images, which draw alike but not the same."""
    folder = tmp_path_factory.mktemp("runs")
    return tuple(
        str(write_networks(folder / name, *untrained_gan(seed=seed, **PLAIN)))
        for seed, name in enumerate(("a", "b"))
    )


def made(source, **settings):
    return build("minegan", **{"source": source, "critic_steps": 1} | settings)


def weights(trainer, *names):
    return {name: trainer.networks[name].get_weights() for name in names}


def same(before, after):
    return all(
        np.array_equal(a, b)
        for name in before
        for a, b in zip(before[name], after[name], strict=True)
    )


def test_mining_leaves_the_generator_as_it_is_and_training_all_does_not(runs):
    trainer, feed = made(runs[:1], steps=4, mining_steps=2, network="dcgan")
    start = weights(trainer, "generator", "miner", "discriminator")
    step(trainer, feed)
    after = weights(trainer, *start)
    assert same({"": start["generator"]}, {"": after["generator"]})
    assert not same({"": start["miner"]}, {"": after["miner"]})
    assert not same({"": start["discriminator"]}, {"": after["discriminator"]})
    stage = trainer.stages(trainer.config)[1]
    told = trainer.enter(1, feed_of(stage, feed).spec)
    assert any("optimizer generator begins anew" in line for line in told)
    assert not any("optimizer miner" in line for line in told)
    assert same(after, weights(trainer, *start))
    step(trainer, feed)
    assert not same({"": start["generator"]}, {"": trainer.networks["generator"].get_weights()})
    # The statistics of batch normalisation stay those that the source has learned.
    moving = list(trainer.networks["generator"].non_trainable_variables)
    assert moving
    for variable in moving:
        origin = 0.0 if "mean" in variable.path else 1.0
        np.testing.assert_array_equal(variable, np.full(variable.shape, origin))


def test_the_losses_are_those_of_a_gan_on_mined_latents(runs):
    trainer, feed = made(runs[:1], **STILL, miner_lr=0.0)
    ((batch,),) = batches(trainer, feed)
    found = {name: float(value) for name, value in trainer.whole_step([batch]).items()}
    critic, generator = trainer.networks["discriminator"], trainer.networks["generator"]
    real = to_network(trainer.spec["image"], batch["image"])
    for purpose, name in (("critic0", "discriminator"), ("generator", "miner")):
        with trainer.random.one_step():
            image, won = trainer.fakes(8, purpose)
        with trainer.random.one_step():
            noise = trainer.random.normal(f"{purpose}/miner", [8, 4])
        assert won is None
        latent = trainer.networks["miner"]({"noise": noise})["latent"]
        np.testing.assert_allclose(image, generator(latent)["image"], atol=1e-6)
        value = float(tf.reduce_mean(critic(image)["logits"]))
        if name == "discriminator":
            value -= float(tf.reduce_mean(critic(real)["logits"]))
        else:
            value = -value
        np.testing.assert_allclose(found[f"{name}/adversarial"], value, rtol=1e-4, atol=1e-6)


def test_the_gradient_goes_through_the_frozen_generator(runs):
    trainer, _ = made(runs[:1])
    critic, kernel = trainer.networks["discriminator"], trainer.networks["miner"].layers[-1].kernel

    def loss():
        with trainer.random.one_step():
            image, _ = trainer.fakes(8, "generator")
        return -tf.reduce_mean(critic(image)["logits"])

    with tf.GradientTape() as tape:
        value = loss()
    gradient = tape.gradient(value, kernel.value).numpy()
    direction, before, sides = gradient / np.linalg.norm(gradient), kernel.numpy(), []
    for way in (1e-2, -1e-2):
        kernel.assign(before + way * direction)
        sides.append(float(loss()))
    np.testing.assert_allclose((sides[0] - sides[1]) / 2e-2, np.linalg.norm(gradient), rtol=2e-2)


def test_the_best_image_of_each_supersample_counts_and_its_miner_alone_learns(runs):
    trainer, _ = made(runs)
    critic = trainer.networks["discriminator"]
    with trainer.random.one_step(), tf.GradientTape(persistent=True) as tape:
        image, won = trainer.fakes(8, "generator")
        mean = tf.reduce_mean(image[0])
    images = []
    for i in (1, 2):
        with trainer.random.one_step():
            noise = trainer.random.normal(f"generator/miner_{i}", [8, 4])
        latent = trainer.networks[f"miner_{i}"]({"noise": noise})["latent"]
        images.append(trainer.networks[f"generator_{i}"](latent)["image"].numpy())
    logits = np.stack([np.asarray(critic(i)["logits"]).reshape(8) for i in images])
    best = logits.argmax(0)
    np.testing.assert_array_equal(won, np.eye(2)[best])
    expected = np.stack([images[k][row] for row, k in enumerate(best)])
    np.testing.assert_allclose(image, expected, atol=1e-6)
    for i in (1, 2):
        of_miner = tape.gradient(mean, trainer.networks[f"miner_{i}"].trainable_variables)
        learns = any(g is not None and np.abs(g).max() > 0 for g in of_miner)
        assert learns == (best[0] == i - 1)


def test_chances_are_the_mean_of_the_last_steps(runs, monkeypatch):
    monkeypatch.setattr(module, "REMEMBERED", 3)
    trainer, feed = made(runs, miner_lr=0.1, discriminator_lr=0.1)
    shares, choice = [], trainer.networks["chooser"].get_layer("choice")
    np.testing.assert_allclose(choice.chances(), [0.5, 0.5])
    for (batch,) in batches(trainer, feed, steps=5):
        found = trainer.whole_step([batch])
        shares.append([float(found["wins_1"]), float(found["wins_2"])])
        expected = np.mean(shares[-3:], 0) + module.LEAST_CHANCE
        np.testing.assert_allclose(choice.chances(), expected / expected.sum(), atol=1e-5)
    assert np.std(shares, 0).max() > 0


def test_a_sample_is_that_of_the_generator_which_its_latent_chooses(runs):
    trainer, _ = made(runs)
    trainer.networks["chooser"].get_layer("choice").set_chances([0.3, 0.7])
    assert trainer.latent.shape == (5,)
    latent = np.random.default_rng(0).normal(size=(12, 5)).astype("float32")
    image = trainer.bound("generate").render({"latent": latent})["image"]
    models = trainer.models()
    for row, (*noise, number) in enumerate(latent):
        i = 1 if number < -0.5244 else 2  # The quantile of 0.3.
        mined = models[f"miner_{i}"]({"noise": np.float32([noise])})["latent"]
        np.testing.assert_allclose(
            image[row], models[f"generator_{i}"](mined)["image"][0], atol=1e-5
        )


def test_a_generator_by_class_gets_mined_weights(tmp_path):
    from tests.trainers.small import build as built

    source, _ = built("cgan", latent_size=4, dataset="glyphs")
    run = write_networks(tmp_path / "cgan", "cgan", source.models(), source.uses())
    with pytest.raises(UserError, match="needs a label; take --critic new"):
        made((str(run),))
    trainer, feed = made((str(run),), critic="new")
    assert set(trainer.networks["miner"].output) == {"latent", "label"}
    step(trainer, feed)
    noise = np.random.default_rng(0).normal(size=(3, 4)).astype("float32")
    image = trainer.bound("generate").render({"latent": noise})["image"]
    mined = trainer.models()["miner"]({"noise": noise})
    expected = trainer.networks["generator"](dict(mined))["image"]
    np.testing.assert_allclose(image, expected, atol=1e-5)


def test_a_mined_run_is_mined_and_searched_for_directions(runs, tmp_path):
    first, _ = made(runs[:1], latent_size=3)
    run = str(write_networks(tmp_path / "mined", "minegan", first.models(), first.uses()))
    trainer, feed = made((run,), latent_size=6)
    assert {"miner", "outer_miner", "generator"} <= set(trainer.networks)
    start = weights(trainer, "miner", "generator", "outer_miner")
    step(trainer, feed)
    after = weights(trainer, *start)
    changed = [name for name in start if not same({"": start[name]}, {"": after[name]})]
    assert changed == ["outer_miner"]
    noise = np.random.default_rng(0).normal(size=(5, 6)).astype("float32")
    models = trainer.models()
    latent = models["outer_miner"]({"noise": noise})["latent"]
    latent = models["miner"]({"noise": latent})["latent"]
    image = trainer.bound("generate").render({"latent": noise})["image"]
    np.testing.assert_allclose(image, models["generator"](latent)["image"], atol=1e-5)
    # Directions move what is mined from, not what is mined.
    found, _ = build("directions", generator=run, width=0.1, count=2)
    assert found.space.field.shape == (3,)
    calls = [call.network for call in found.bound("edit").use.calls]
    assert calls == ["directions", "miner", "generator"]


def test_generators_with_mapped_latents(tmp_path):
    run = write_networks(tmp_path / "styles", *untrained_styles())
    trainer, feed = made((str(run),), image_size=(16, 16), channels=1, critic="source")
    assert list(trainer.bound("generate").use.inputs) == ["latent", "psi"]
    found = step(trainer, feed)
    assert np.isfinite(list(found.values())).all()
    # Its discriminator compares images of a batch, so that it has nothing to say of one alone.
    assert [use.name for use in trainer.uses()] == ["generate"]
    with pytest.raises(UserError, match="groups of 4 images; choose a multiple of 4"):
        made((str(run),), image_size=(16, 16), channels=1, batch_size=6)


def test_images_are_float32_under_mixed_precision(runs):
    trainer, _ = made(runs, precision="mixed_bfloat16")
    latent = np.random.default_rng(0).normal(size=(4, 5)).astype("float32")
    split = trainer.networks["chooser"]({"latent": latent})
    np.testing.assert_array_equal(split["noise"], latent[:, :4])
    image = np.random.default_rng(0).normal(size=(4, 32, 32, 1)).astype("float32")
    given = {"choice": np.float32([[1, 0]] * 4), "image_1": image, "image_2": image * 0}
    np.testing.assert_array_equal(trainer.networks["chosen"](given)["image"], image)


@pytest.mark.parametrize(
    ("settings", "message"),
    [
        ({"image_size": (16, 16)}, "draws images of 32x32x1, but --dataset glyphs has 16x16x1"),
        ({"channels": 3}, "give --image-size 32x32 --channels 1"),
    ],
)
def test_what_does_not_fit_the_source(runs, settings, message):
    with pytest.raises(UserError, match=message):
        made(runs, **settings)


def test_sources_that_cannot_be_mined(runs, tmp_path):
    with pytest.raises(UserError, match="the source is missing; name its run"):
        made(())
    with pytest.raises(UserError, match="names a run twice"):
        made((runs[0], runs[0]))
    with pytest.raises(UserError, match="begin as those of --source"):
        made(runs, init_generator=runs[0])
    joint = str(write_run(tmp_path / "joint", {"image_a": (1, 1), "image_b": (1, -1)}))
    with pytest.raises(UserError, match="several domains; name a run that draws one"):
        made((joint,))
    alone = str(write_run(tmp_path / "alone", {"image": (1, 1)}, method="gan"))
    with pytest.raises(UserError, match="keeps no discriminator; take --critic new"):
        made((alone,), image_size=(16, 16))
    with pytest.raises(UserError, match="nowhere"):
        made((str(tmp_path / "nowhere"),))


def test_it_plays_the_game_of_the_source_unless_told_otherwise(runs, tmp_path):
    game = ("loss", "penalty", "penalty_weight")

    def settings(trainer):
        return tuple(getattr(trainer.config, name) for name in game)

    assert settings(made(runs[:1])[0]) == ("wasserstein", "wgan_gp", 10.0)  # Of an unknown one.
    other = source_with(runs[0], tmp_path / "other", loss="hinge", penalty="r1", penalty_weight=3.0)
    trainer, _ = made((other, runs[1]))
    assert settings(trainer) == ("hinge", "r1", 3.0)
    assert trainer.loss is adversarial_loss("hinge")
    trainer, _ = made((other,), penalty="wgan_gp")
    assert settings(trainer) == ("hinge", "wgan_gp", 10.0)


def source_with(run, path, **settings):
    """A copy of a run, trained with these settings."""
    copy = shutil.copytree(run, path)
    content = json.loads((copy / "config.json").read_text())
    content["settings"] |= settings
    (copy / "config.json").write_text(json.dumps(content))
    return str(copy)


def test_a_wasserstein_critic_is_always_constrained(runs, tmp_path):
    wgan = preset("gan", "wgan")
    assert (wgan["loss"], wgan["clip_weights"]) == ("wasserstein", 0.01)
    clipped = source_with(runs[0], tmp_path / "clipped", **wgan, penalty="none", penalty_weight=10)
    free = source_with(
        runs[0], tmp_path / "free", loss="wasserstein", penalty="none", penalty_weight=3
    )
    hinge = source_with(runs[0], tmp_path / "hinge", loss="hinge", penalty="none")

    def constraints(source, **settings):
        config = made((source,), **settings)[0].config
        again = module.with_game_of(config, SavedRun(source))
        assert again == config
        return config.penalty, config.penalty_weight, config.clip_weights

    assert constraints(clipped) == ("none", 0, 0.01)
    assert constraints(clipped, penalty="wgan_gp") == ("wgan_gp", 10, 0)
    assert constraints(free) == ("wgan_gp", 10, 0)
    assert constraints(free, penalty_weight=5.0) == ("wgan_gp", 5, 0)
    assert constraints(free, clip_weights=0.1) == ("none", 0, 0.1)
    assert constraints(hinge) == ("none", 0, 0)
    assert constraints(hinge, loss="wasserstein") == ("wgan_gp", 10, 0)
    trainer, feed = made((clipped,), discriminator_lr=0.1)
    step(trainer, feed)
    weights = trainer.networks["discriminator"].trainable_variables
    assert max(np.abs(v).max() for v in weights) <= np.float32(0.01)


def test_a_weight_needs_a_penalty(runs, tmp_path):
    hinge = source_with(runs[0], tmp_path / "hinge", loss="hinge", penalty="none")
    for settings in ({}, {"penalty": "none"}):
        with pytest.raises(UserError, match="--penalty-weight 3: there is no penalty to weigh"):
            made((hinge,), penalty_weight=3.0, **settings)
    config = made((hinge,), penalty_weight=3.0, penalty="r1")[0].config
    assert (config.penalty, config.penalty_weight) == ("r1", 3.0)


def test_generators_keep_their_statistics_whatever_the_batch(tmp_path):
    # The discriminator has none, and the generator's batch normalisation does not see the batch.
    path = str(write_networks(tmp_path / "a", *untrained_gan(**PLAIN)))
    trainer, _ = made((path,), batch_size=2)
    assert trainer.fixed_statistics == ("generator",)
    assert has_batch_norm(trainer.networks["generator"])


def test_each_generator_has_a_use_of_its_own(runs):
    trainer, _ = made(runs)
    noise = np.random.default_rng(0).normal(size=(3, 4)).astype("float32")
    models = trainer.models()
    for i in (1, 2):
        latent = models[f"miner_{i}"]({"noise": noise})["latent"]
        expected = models[f"generator_{i}"](latent)["image"]
        found = trainer.bound(f"generate_{i}").render({"noise": noise})
        np.testing.assert_allclose(found[f"image_{i}"], expected, atol=1e-5)
    assert [use.name for use in made(runs[:1])[0].uses()] == ["generate", "score"]


def test_the_end_of_mining_is_measured_and_a_small_batch_is_no_matter(runs, command, tmp_path):
    size = ("--batch-size", 4, "--critic-steps", 1, "--latent-size", 4, "--log-every", 1)
    length = ("--mining-steps", 1, "--steps", 3, "--sample-every", 9, "--checkpoint-every", 9)
    measured = ("--evaluate-metrics", "swd", "--evaluate-count", 8)
    options = (*size, *length, *measured, "--source", runs[0], "--run-dir", tmp_path / "run")
    status, out, err = command("train", "minegan", *options)
    assert status == 0, err
    assert "evaluation at step 1:" in out
    assert "evaluation at step 2:" not in out
    assert "evaluation at step 3:" in out
    assert "batch normalisation" not in out + err


def test_psi_counts_for_all_generators_that_map_their_latents(command, tmp_path):
    styles = []
    for seed, name in enumerate("ab"):
        method, networks, uses = untrained_styles(seed=seed)
        (mean,) = (v for net in networks.values() for v in net.variables if v.name == "mean")
        mean.assign(np.random.default_rng(seed).normal(size=mean.shape))
        styles.append(write_networks(tmp_path / name, method, networks, uses))
    size = ("--image-size", 16, "--channels", 1, "--batch-size", 8, "--critic-steps", 1)
    length = ("--mining-steps", 1, "--steps", 1, "--critic", "new", "--network", "mlp")
    sources = ("--source", ",".join(map(str, styles)), "--run-dir", tmp_path / "run")
    assert command("train", "minegan", *size, *length, *sources)[0] == 0
    images = []
    for psi in (1, 0):
        output = tmp_path / f"{psi}"
        given = ("--count", 16, "--psi", psi, "--output", output)
        assert command("sample", tmp_path / "run", *given)[0] == 0
        images.append(np.stack([cv2.imread(str(path)) for path in sorted(output.glob("*.png"))]))
    assert len({image.tobytes() for image in images[0]}) == 16
    # At 0, each generator has one image. The last number of a latent has chosen the generator.
    assert len({image.tobytes() for image in images[1]}) == 2
