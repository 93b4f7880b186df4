"""The losses of StarGAN, its targets, and what it does with labels that are not known."""

import cv2
import numpy as np
import pytest
import tensorflow as tf

from data.registry import open_raw
from tests.trainers.small import STILL, batches, build, step
from tfgan_kit.errors import UserError
from tfgan_kit.fields.network import to_network
from tfgan_kit.settings.option import make
from trainers.unpaired.stargan.config import StarGANConfig

SMALL = {"image_size": (16, 16), "filters": 2, "blocks": 1, "batch_size": 4, "critic_steps": 1}
ATTRIBUTES = {"dataset": "glyph_recolour-attributes"}


def made(**settings):
    return build("stargan", **SMALL | settings)


def softmax_cost(labels, logits):
    logits = np.asarray(logits, np.float64)
    chances = np.exp(logits) / np.exp(logits).sum(1, keepdims=True)
    return -np.log(chances[np.arange(len(labels)), labels]).mean()


def sigmoid_cost(labels, logits):
    chances = 1 / (1 + np.exp(-np.asarray(logits, np.float64)))
    return -np.log(np.where(labels == 1, chances, 1 - chances)).sum(1).mean()


@pytest.mark.parametrize(
    ("settings", "cost"),
    [({}, softmax_cost), (ATTRIBUTES, sigmoid_cost)],
    ids=["ink", "attributes"],
)
def test_the_losses_are_those_of_the_paper(settings, cost):
    trainer, feed = made(**STILL, **settings, penalty="none")
    ((batch,),) = batches(trainer, feed)
    found = {name: float(value) for name, value in trainer.whole_step([batch]).items()}
    real, labels = to_network(trainer.spec["image"], batch["image"]), batch["label"].numpy()
    # The same step draws the same targets.
    for purpose in ("critic0", "generator"):
        _, fake = trainer.pair(batch, purpose)
        target = fake["label"].numpy()
        assert sorted(target.tolist()) == sorted(labels.tolist())
        one_hot = np.eye(4)[target] if target.ndim == 1 else target
        inputs = {"input": real, "label": tf.constant(one_hot, tf.float32)}
        np.testing.assert_allclose(fake["image"], trainer.generator(inputs)["image"], atol=1e-6)
        on_real, on_fake = (trainer.discriminator({"image": x}) for x in (real, fake["image"]))
        if purpose == "critic0":
            source = on_fake["logits"].numpy().mean() - on_real["logits"].numpy().mean()
            of_class = cost(labels, on_real["class_logits"])
            np.testing.assert_allclose(found["discriminator/adversarial"], source, rtol=1e-4)
            np.testing.assert_allclose(found["discriminator/class"], of_class, rtol=1e-4)
            total = source + of_class
            np.testing.assert_allclose(found["discriminator/loss"], total, rtol=1e-4)
            continue
        own = np.eye(4)[labels] if labels.ndim == 1 else labels
        inputs = {"input": fake["image"], "label": tf.constant(own, tf.float32)}
        cycle = np.abs(real - trainer.generator(inputs)["image"]).mean()
        source, of_class = -on_fake["logits"].numpy().mean(), cost(target, on_fake["class_logits"])
        np.testing.assert_allclose(found["generator/cycle"], cycle, rtol=1e-4)
        np.testing.assert_allclose(found["generator/class"], of_class, rtol=1e-4)
        total = source + of_class + 10 * cycle
        np.testing.assert_allclose(found["generator/loss"], total, rtol=1e-4)


def test_an_image_translated_to_its_own_domain_may_have_to_stay():
    trainer, feed = made(**STILL, identity_weight=3.0)
    ((batch,),) = batches(trainer, feed)
    found = {name: float(value) for name, value in trainer.whole_step([batch]).items()}
    real = to_network(trainer.spec["image"], batch["image"])
    own = tf.one_hot(batch["label"], 4)
    change = np.abs(real - trainer.generator({"input": real, "label": own})["image"]).mean()
    np.testing.assert_allclose(found["generator/identity"], change, rtol=1e-4)
    others = sum(found[f"generator/{name}"] for name in ("adversarial", "class"))
    total = others + 10 * found["generator/cycle"] + 3 * change
    np.testing.assert_allclose(found["generator/loss"], total, rtol=1e-4)


def test_the_penalty_is_on_the_gradient_of_the_sum_over_the_map():
    trainer, feed = made(**STILL, discriminator_layers=2)
    ((batch,),) = batches(trainer, feed)
    real = to_network(trainer.spec["image"], batch["image"])
    assert trainer.discriminator({"image": real})["logits"].shape[1:] == (4, 4, 1)
    outputs = {"logits": tf.random.stateless_normal((2, 4, 4, 1), (0, 0))}
    expected = outputs["logits"].numpy().sum((1, 2))
    np.testing.assert_allclose(trainer.penalised(outputs), expected, rtol=1e-5)

    # Where real and translated images are the same, the point between them is known.
    def penalty():
        return trainer._penalty(0, {"image": real}, {"image": real}, (1, 2))

    with tf.GradientTape() as tape:
        tape.watch(real)
        summed = tf.reduce_sum(trainer.discriminator({"image": real})["logits"])
    norms = np.sqrt((tape.gradient(summed, real).numpy() ** 2).sum((1, 2, 3)))
    np.testing.assert_allclose(penalty(), ((norms - 1) ** 2).mean(), rtol=1e-4)
    # Its gradient in a weight is a second derivative of the discriminator.
    kernel = trainer.discriminator.get_layer("conv_1").kernel
    with tf.GradientTape() as tape:
        value = penalty()
    gradient = tape.gradient(value, kernel.value).numpy()
    direction = gradient / np.linalg.norm(gradient)
    before, sides = kernel.numpy(), []
    for way in (1e-3, -1e-3):
        kernel.assign(before + way * direction)
        sides.append(float(penalty()))
    slope = (sides[0] - sides[1]) / 2e-3
    np.testing.assert_allclose(slope, np.linalg.norm(gradient), rtol=2e-2)


def test_unknown_attributes_are_neither_asked_for_nor_judged():
    """As in joint training on two sets, each of which has labels for two of the attributes."""
    trainer, _ = made(**ATTRIBUTES)
    known = np.array([[1, 0, -1, -1], [-1, -1, 1, 1]] * 2)
    label = trainer.label
    trainer.label = type(label)(**vars(label) | {"unknown": True})
    inputs = to_network(trainer.label, tf.constant(known)).numpy()
    np.testing.assert_array_equal(inputs[:, :4], np.where(known == 1, 1, 0))
    np.testing.assert_array_equal(inputs[:, 4:], known >= 0)
    logits = tf.Variable(tf.random.stateless_normal((4, 4), (0, 0)))
    for player in ("discriminator", "generator"):
        with tf.GradientTape() as tape:
            examples, said = ({"label": tf.constant(known)},), ({"class_logits": logits},)
            (term,) = trainer.auxiliary_terms(player, examples, said, real=True)
        np.testing.assert_array_equal(tape.gradient(term.value, logits).numpy() != 0, known >= 0)


def test_the_generator_is_updated_after_every_fifth_batch():
    trainer, feed = build("stargan", **{k: v for k, v in SMALL.items() if k != "critic_steps"})
    assert trainer.batches_per_step == 5
    found = step(trainer, feed)
    assert {"discriminator/penalty", "discriminator/class", "generator/cycle"} <= set(found)
    updates = {n: int(player.optimizer.iterations) for n, player in trainer.players.items()}
    assert updates == {"generator": 1, "discriminator": 5}


@pytest.mark.parametrize(
    ("settings", "message"),
    [
        ({"exclusive": ("red+pail",)} | ATTRIBUTES, "no attribute 'pail'; did you mean 'pale'"),
        ({"exclusive": ("red+pale", "pale+warm")} | ATTRIBUTES, "pale is named twice"),
        ({"exclusive": ("red",)} | ATTRIBUTES, "join two or more names with"),
        ({"exclusive": ("red+green",)}, "leave it out"),
        ({"discriminator_layers": 3, "image_size": (20, 20)}, "multiples of 8"),
    ],
)
def test_what_cannot_be(settings, message):
    with pytest.raises(UserError, match=message):
        made(**settings)


@pytest.mark.parametrize(("size", "layers"), [(16, 3), (32, 4), (128, 6), (256, 6), (24, 3)])
def test_the_discriminator_reduces_images_to_two_pixels(size, layers):
    assert make(StarGANConfig, {"image_size": (size, size)}).halvings == layers


@pytest.mark.parametrize("settings", [{}, ATTRIBUTES], ids=["ink", "attributes"])
def test_a_report_has_examples_toward_each_label_and_back(settings):
    trainer, feed = made(**settings)
    given, field = [], trainer.spec["image"]

    def rendered(bound, images, labels):
        given.append((images, labels))
        return {"image": -to_network(field, images).numpy()}

    trainer.rendered = rendered
    real, there, back = trainer.examples(feed, 8)
    assert real.dtype == np.uint8
    assert len(real) == len(there) == len(back) == 8
    np.testing.assert_allclose(there, -to_network(field, real), atol=1e-6)
    np.testing.assert_allclose(back, -there, atol=1e-6)
    (images, wanted), (_, own) = given
    np.testing.assert_array_equal(images, real)
    assert (wanted != own).reshape(8, -1).any(1).all()
    if not settings:
        assert wanted.tolist() == [0, 0, 1, 1, 2, 2, 3, 3]
    else:
        changed = (wanted != own).argmax(1)
        assert changed.tolist() == [0, 0, 1, 1, 2, 2, 3, 3]


def test_a_discriminator_of_as_many_layers_as_asked_for():
    trainer, _ = made(discriminator_layers=2)
    assert trainer.discriminator.output["logits"].shape[1:] == (4, 4, 1)


def test_two_sets_with_other_attributes_are_learned_together(tmp_path):
    """Each set has one of the attributes; no image has both."""
    source, rows = open_raw("glyph_recolour-attributes").source.at_size((16, 16)), []
    for index in range(8):
        image, (red, pale, *_) = source.example(index)
        cv2.imwrite(str(tmp_path / f"{index}.png"), image[..., ::-1])
        rows.append(f"{index}.png,{red}," if index < 4 else f"{index}.png,,{pale}")
    (tmp_path / "labels.csv").write_text("\n".join(["file,red,pale", *rows]) + "\n")
    trainer, feed = made(dataset=f"labels:{tmp_path}")
    assert trainer.label.network_shape == (4,)
    found = step(trainer, feed)
    assert all(np.isfinite(value) for value in found.values())
    assert found["discriminator/class"] > 0
    with pytest.raises(UserError, match="needs images with all attributes known"):
        build("cgan", dataset=f"labels:{tmp_path}", image_size=(32, 32))
