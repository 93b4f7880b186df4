"""The losses of the colouriser by hand, and who is updated."""

import itertools

import numpy as np
import pytest
import tensorflow as tf

from tests.data.sources.paired.files import noise, write
from tests.tfgan_kit.perceptual.test_perceptual import draw, write_npz
from tests.tfgan_kit.pictures.test_lab import cie
from tests.trainers.small import STILL, batches, build, record, step
from tfgan_kit.errors import UserError
from tfgan_kit.pictures.lab import lab_to_rgb
from trainers.paired.colouriser.config import ColouriserConfig
from trainers.paired.colouriser.leakage import leakage

SMALL = {"image_size": 32, "filters": 2, "discriminator_layers": 2, "critic_steps": 1}


def built(**settings):
    return build("colouriser", **SMALL | settings)


def lab(images):
    """Lab as CIE defines it, scaled as networks have it."""
    colours = (np.asarray(images, np.float64).reshape(1, -1, 3) + 1) / 2
    scaled = cie(colours) / [50, 110, 110] - [1, 0, 0]
    return scaled.reshape(images.shape).astype("float32")


def parts(trainer, batch):
    """RGB of a batch, and the painted sides in Lab."""
    rgb = {n: batch[n].numpy() / 127.5 - 1 for n in ("input", "reference", "target")}
    given = {n: rgb[n].astype("float32") for n in ("input", "reference")}
    return rgb, trainer.generator(given, training=True)["lab"].numpy()


@pytest.mark.parametrize("judges_tuples", [True, False])
def test_a_step_minimises_its_terms(judges_tuples):
    trainer, feed = built(tuple_discriminator=judges_tuples, penalty="none", **STILL)
    ((batch,),) = batches(trainer, feed)
    found = step(trainer, feed)
    rgb, painted = parts(trainer, batch)
    truth, reference = lab(rgb["target"]), lab(rgb["reference"])
    assert found["generator/l1"] == pytest.approx(np.abs(painted - truth).mean(), rel=1e-4)
    outlines = [trainer.outliner({"input": x})["image"].numpy() for x in (painted, truth)]
    cycle, outliner = (np.abs(x - rgb["input"]).mean() for x in outlines)
    assert found["generator/cycle"] == pytest.approx(cycle, rel=1e-4)
    assert found["outliner/loss"] == pytest.approx(outliner, rel=1e-4)

    def judged(image):
        given = {"image": image} | ({"input": reference} if judges_tuples else {})
        return trainer.discriminator(given)["logits"].numpy().mean()

    assert found["generator/adversarial"] == pytest.approx(-judged(painted), rel=1e-3, abs=1e-6)
    critic = judged(painted) - judged(truth)
    assert found["discriminator/loss"] == pytest.approx(critic, rel=1e-3, abs=1e-6)
    loss = found["generator/adversarial"] + 100 * found["generator/l1"]
    loss += 10 * found["generator/cycle"]
    assert found["generator/loss"] == pytest.approx(loss, rel=1e-5)


def test_the_penalty_holds_the_reference():
    trainer, feed = built(**STILL)
    ((batch,),) = batches(trainer, feed)
    found = step(trainer, feed)
    example = trainer.example(batch, "generator")
    image = trainer.translated(example, "generator")
    seed = trainer.random.seed("critic/penalty")
    share = tf.random.stateless_uniform([8, 1, 1, 1], seed, alg="philox")
    between = share * example["target"] + (1 - share) * image
    with tf.GradientTape() as tape:
        tape.watch(between)
        given = trainer.judged(example, between)
        logits = tf.reduce_mean(trainer.discriminator(given)["logits"], [1, 2, 3])
    norms = np.linalg.norm(tape.gradient(logits, between).numpy().reshape(8, -1), axis=1)
    expected = ((norms - 1) ** 2).mean()
    assert found["discriminator/penalty"] == pytest.approx(expected, rel=1e-4)
    plain = found["discriminator/adversarial"]
    assert found["discriminator/loss"] == pytest.approx(plain + 10 * expected, rel=1e-5)


def test_the_settings_of_the_specification():
    config = ColouriserConfig()
    assert (config.loss, config.penalty, config.penalty_weight) == ("wasserstein", "wgan_gp", 10.0)
    assert (config.critic_steps, config.batch_size) == (5, 16)
    assert (config.beta_1, config.beta_2) == (0.0, 0.9)
    assert config.generator_lr == config.discriminator_lr == 1e-4
    assert (config.l1_weight, config.cycle_weight, config.style_weight) == (100.0, 10.0, 0.0)


def test_each_loss_updates_its_own_network_and_the_critic_comes_first():
    trainer, feed = built(critic_steps=2)
    assert trainer.batches_per_step == 2
    states = record(trainer)
    step(trainer, feed)
    states.append({name: net.get_weights() for name, net in trainer.networks.items()})
    changed = [
        [n for n in a if any((x != y).any() for x, y in zip(a[n], b[n], strict=True))]
        for a, b in itertools.pairwise(states)
    ]
    assert changed == [["discriminator"]] * 2 + [["generator"], ["outliner"]]


def test_parts_of_the_ablation_are_off():
    trainer, feed = built(cycle_weight=0.0, adversarial_weight=0.0, latent_condition=False)
    assert set(trainer.networks) == {"generator"}
    assert set(step(trainer, feed)) == {"generator/l1", "generator/loss"}
    assert not any("reference_down" in v.path for v in trainer.generator.variables)


def test_style_compares_gram_matrices_of_rgb(tmp_path):
    weights = write_npz(tmp_path / "vgg.npz", "vgg16", draw("vgg16"))
    trainer, feed = built(
        style_weight=2.0, perceptual_network="vgg16", perceptual_weights=str(weights), **STILL
    )
    ((batch,),) = batches(trainer, feed)
    found = step(trainer, feed)
    rgb, painted = parts(trainer, batch)
    of_painted = trainer.style.features(lab_to_rgb(painted))
    of_truth = trainer.style.features(rgb["target"].astype("float32"))
    assert list(of_truth) == [f"block{k}_conv1" for k in range(1, 6)]
    expected = 0.0
    for layer, maps in of_truth.items():
        rows = [m.numpy().reshape(8, -1, m.shape[-1]) for m in (maps, of_painted[layer])]
        grams = [np.einsum("bnc,bnd->bcd", r, r) / r[0].size for r in rows]
        expected += np.square(grams[0] - grams[1]).mean()
    assert found["generator/style"] == pytest.approx(expected, rel=1e-3)


def test_without_weights_style_is_off_and_told():
    trainer, _ = built(style_weight=1.0)
    assert trainer.style is None
    assert any("--perceptual-weights" in note for note in trainer.notes)


def test_leakage_is_the_error_on_the_paper():
    rng = np.random.default_rng(0)
    painted, true = rng.integers(0, 256, (2, 4, 6, 5, 3)).astype(np.uint8)
    numbers = rng.integers(0, 3, (4, 6, 5))
    error = np.abs(painted.astype(float) - true).mean(-1)[numbers == 0].mean() * 100 / 255
    halves = [(painted[s] / 127.5 - 1, true[s], numbers[s]) for s in (slice(1), slice(1, 4))]
    assert leakage(halves)["leakage"] == pytest.approx(error)
    assert leakage([(painted, true, numbers + 1)]) == {}


def test_it_is_measured_with_leakage_where_parts_are_known():
    trainer, feed = built()
    found = trainer.evaluate(feed, 8)
    assert {"psnr", "l1", "leakage", "reference"} <= set(found)
    assert {"input copied", "training mean"} == set(found["reference"])


def test_files_of_two_sides(tmp_path):
    for split in ("train", "test"):
        for k in range(8):
            for side in ("left", "right"):
                write(tmp_path / split / side / f"{k}.png", noise(k, 32, 32, 3))
    trainer, feed = built(dataset=f"sides:{tmp_path}")
    assert np.isfinite(step(trainer, feed)["generator/loss"])
    assert "leakage" not in trainer.evaluate(feed, 8)


@pytest.mark.parametrize(
    ("settings", "message"),
    [
        ({"dataset": "glyph_edge2colour"}, "has no two sides in colour"),
        ({"image_size": 30}, "--image-size 30: colouriser needs any size"),
        ({"direction": "b2a"}, "paints outlines only"),
        ({"l1_weight": 0, "adversarial_weight": 0}, "no colour is learned"),
    ],
)
def test_what_cannot_be_trained_is_one_line(settings, message):
    with pytest.raises(UserError, match=message):
        built(**settings)
