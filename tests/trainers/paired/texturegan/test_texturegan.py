import cv2
import numpy as np
import pytest
import tensorflow as tf

from data.feeds.open_feed import open_feed
from tests.tfgan_kit.perceptual.test_perceptual import draw, write_npz
from tfgan_kit.errors import UserError
from tfgan_kit.perceptual import PerceptualFeatures, PerceptualLoss
from tfgan_kit.pictures.lab import rgb_to_lab
from tfgan_kit.settings.option import make
from trainers.paired.texturegan.config import EXTERNAL, TextureGANConfig
from trainers.paired.texturegan.measures import TextureMeasures
from trainers.paired.texturegan.pace import pace
from trainers.paired.texturegan.patches import crops
from trainers.paired.texturegan.trainer import STYLE_LAYERS, TextureGAN

SIDE = 10
SMALL = {
    "image_size": 24,
    "filters": 2,
    "batch_size": 3,
    "steps": 10,
    "discriminator_layers": 1,
    "patch_smallest": 4,
    "patch_largest": 8,
    "local_patches": 2,
    "local_patch": SIDE,
}


def config(**settings):
    return make(TextureGANConfig, SMALL, settings)


def build(stage=0, **settings):
    feed, made = open_feed("pairs", config(**settings))
    trainer = TextureGAN(made, feed.spec, tf.distribute.get_strategy())
    if stage:
        trainer.enter(stage, feed.spec, carry=False)
    return trainer, trainer.example(next(iter(feed.examples(3, held_out=False))), "examples")


@pytest.fixture(scope="module")
def vgg(tmp_path_factory):
    path = tmp_path_factory.mktemp("vgg") / "vgg.npz"
    return str(write_npz(path, "vgg19", draw("vgg19", blocks=4)))


def gram(x):
    rows = x.reshape(len(x), -1, x.shape[-1]).astype(np.float64)
    return np.einsum("bni,bnj->bij", rows, rows) / x[0].size


def squares(logits, target):
    return 0.5 * ((logits.numpy() - target) ** 2).mean()


@pytest.mark.parametrize("stage", [0, 1])
def test_terms_against_numpy(stage, vgg):
    first = {"local_lightness_weight": 4.0, "style_weight": 5.0}
    second = {f"external_{name}": 10 * w for name, w in first.items()}
    trainer, example = build(
        stage, perceptual_weights=vgg, **first, **second, external_lightness_weight=7.0
    )
    image = tf.constant(np.random.default_rng(0).uniform(-1, 1, (3, 24, 24, 3)), tf.float32)
    terms = {term.name: term for term in trainer.translator_terms(example, image)}

    x, target, texture = (np.asarray(v) for v in (image, example["target"], example["texture"]))
    shape = np.asarray(example["segments"])
    error = (x - (shape * texture + (1 - shape) * target)) ** 2
    corners = trainer._corners(example["segments"], "generator/own")
    whole = tf.ones_like(example["segments"]) if stage else example["segments"]
    other = trainer._corners(whole, "generator/other")
    own, there = (crops(v[..., :1], corners, SIDE).numpy() for v in (x, texture))
    of_texture = crops(texture[..., :1], other, SIDE).numpy()
    pair = {"image": own, "input": of_texture}
    local = trainer.networks["texture_discriminator"](pair, training=True)["logits"]
    features = PerceptualFeatures("vgg19", vgg, layers=STYLE_LAYERS)
    styled = [features(v) for v in ((own, of_texture) if stage else (x[..., :1], target[..., :1]))]
    expected = {
        "adversarial": squares(
            trainer.discriminator({"image": x[..., :1]}, training=True)["logits"], 1
        ),
        "lightness": error[..., :1].mean(),
        "colour": error[..., 1:].mean(),
        "feature": float(PerceptualLoss("scribbler", "vgg19", vgg)(x[..., :1], target[..., :1])),
        "style": sum(
            ((gram(styled[0][k].numpy()) - gram(styled[1][k].numpy())) ** 2).mean()
            for k in STYLE_LAYERS
        ),
        "local_lightness": ((own - there) ** 2).mean(),
        "local": squares(local, 1),
    }
    assert {name: float(term.value) for name, term in terms.items()} == pytest.approx(
        expected, rel=2e-3, abs=1e-7
    )
    assert {name: term.weight for name, term in terms.items()} == {
        "adversarial": 1.0,
        "lightness": 7.0 if stage else 10.0,
        "colour": 10.0,
        "feature": 0.01,
        "style": 50.0 if stage else 5.0,
        "local_lightness": 40.0 if stage else 4.0,
        "local": 1.0,
    }


@pytest.mark.parametrize("stage", [0, 1])
def test_the_discriminators_see_lightness_and_pairs_of_patches(stage):
    trainer, example = build(stage, rest_above=1.0)
    image = tf.constant(np.random.default_rng(0).uniform(-1, 1, (3, 24, 24, 3)), tf.float32)
    terms = {term.name: float(term.value) for term in trainer.critic_terms(example, image, "c")}
    real, fake = (
        trainer.discriminator({"image": v[..., :1]}, training=True)["logits"]
        for v in (example["target"], image)
    )
    assert terms["adversarial"] == pytest.approx(squares(real, 1) + squares(fake, 0), rel=1e-4)
    shape = example["segments"]
    whole = tf.ones_like(shape) if stage else shape
    own, other, real = (
        crops(v[..., :1], trainer._corners(mask, f"c/{name}"), SIDE)
        for v, mask, name in (
            (image, shape, "own"),
            (example["texture"], whole, "other"),
            (example["texture"], whole, "real"),
        )
    )
    judge = trainer.networks["texture_discriminator"]
    logits = [judge({"image": v, "input": other}, training=True)["logits"] for v in (real, own)]
    expected = squares(logits[0], 1) + squares(logits[1], 0)
    assert terms["local"] == pytest.approx(expected, rel=1e-4)


@pytest.mark.parametrize("stage", [0, 1])
def test_the_patch_is_of_the_image_itself_and_then_of_the_texture(stage):
    trainer, example = build(stage)
    given = trainer.inputs(example, "test")
    texture = given["texture"].numpy()
    np.testing.assert_array_equal(texture[..., :3], example["shown"])
    sides = np.sqrt((texture[..., 3] > 0).sum((1, 2)))
    assert ((sides >= 4) & (sides <= 8)).all()
    feed, _ = open_feed("pairs", config())
    examples = next(iter(feed.examples(3, held_out=False)))
    source = examples["texture" if stage else "target"]
    rgb = (source.astype(np.float32) / 255)[0]
    expected = cv2.cvtColor(rgb, cv2.COLOR_RGB2Lab) / (50, 110, 110) - (1, 0, 0)
    np.testing.assert_allclose(example["texture"][0], expected, atol=5e-3)


def test_images_and_lab_are_the_same():
    trainer, example = build()
    made = trainer.generator(trainer.inputs(example, "test"))
    inside = np.abs(made["image"]).max(-1) < 0.99  # Elsewhere colours were clipped.
    assert inside.any()
    lab = rgb_to_lab(made["image"])
    np.testing.assert_allclose(lab[inside], made["lab"][inside], atol=1e-3)


def test_a_discriminator_rests_above_an_accuracy():
    real, fake = (np.array(v, np.float32)[:, None] for v in ([1, 0.6, 0.4, 2], [0, 0.4, -1, 0.2]))
    assert float(pace(real, fake, 0.8, 0.5)) == 0  # 7 of 8.
    assert float(pace(real, fake, 0.9, 0.5)) == 1
    assert pace(real, fake, 1.0, 0.5) == 1
    assert float(pace(real - 0.5, fake - 0.5, 0.8, 0.0)) == 0
    trainer, example = build(rest_above=0.0)
    terms = trainer.critic_terms(example, example["target"], "c")
    # The accuracy of equal images is one half, but for the logit between the two.
    assert [float(term.weight) for term in terms] == [0, 0]


def test_stages_have_settings_of_their_own():
    made = config(external_adversarial_weight=3.0, external_batch_size=6)
    trainer, _ = build(external_adversarial_weight=3.0, external_batch_size=6)
    first, second = trainer.stages(made)
    assert (first.until, second.settings) == (5, {"batch_size": 6})
    assert made.of_stage(0) == made
    changed = made.of_stage(1)
    assert (changed.adversarial_weight, changed.generator_lr) == (3.0, 5e-4)
    assert set(EXTERNAL.values()) <= set(vars(made))
    assert made.resolved().truth_steps == 5
    assert len(trainer.stages(config(truth_steps=10))) == 1


@pytest.mark.parametrize(
    ("settings", "message"),
    [
        ({"direction": "b2a"}, "turns sketches into images"),
        ({"patch_smallest": 9}, "--patch-smallest 9 is above --patch-largest 8"),
        (
            {"external_adversarial_weight": 0.0},
            "--external-local-adversarial-weight needs --external-adversarial-weight",
        ),
        (
            {
                "adversarial_weight": 0.0,
                "local_adversarial_weight": 0.0,
                "lightness_weight": 0.0,
            },
            "--lightness-weight and --adversarial-weight are both 0",
        ),
        ({"patch_largest": 25}, "--patch-largest 25: the images have only 24 pixels"),
        ({"dataset": "glyph_strokes"}, "has no shapes to fill"),
    ],
)
def test_settings_that_make_no_sense(settings, message):
    with pytest.raises(UserError, match=message):
        build(**settings)


def test_without_textures_there_is_only_the_first_stage():
    feed, made = open_feed("pairs", config())
    spec = {name: field for name, field in feed.spec.items() if name != "texture"}
    with pytest.raises(UserError, match="--truth-steps 10"):
        TextureGAN(made, spec, tf.distribute.get_strategy())
    TextureGAN(config(truth_steps=10), spec, tf.distribute.get_strategy())


def test_outputs_of_the_given_texture_are_nearer_to_it_than_to_another():
    rng = np.random.default_rng(0)
    textures = np.repeat(rng.integers(0, 256, (4, 1, 1, 3)), 64, 1).repeat(16, 2).astype(np.uint8)
    textures = textures[:, :16]
    measures = TextureMeasures()
    measures.add(textures, 255 - textures, textures, np.ones((4, 16, 16, 1)))
    found = measures.beside({"psnr": 1.0, "reference": {"training mean": {"psnr": 2.0}}})
    assert found["texture_distance"] == pytest.approx(0)
    reference = found["reference"]
    assert set(reference) == {"training mean", "another texture", "truth"}
    assert reference["another texture"]["texture_distance"] > 0.1
    assert reference["truth"]["texture_distance"] > 0.1
