"""FUNIT: its losses against numpy, its players, and the code of a class."""

import numpy as np
import pytest
import tensorflow as tf

from tests.trainers.small import STILL, batches, build
from tfgan_kit.errors import UserError
from tfgan_kit.settings.option import make
from trainers.few_shot.funit.config import FUNITConfig

SETTINGS = {
    **{"image_size": (16, 16), "filters": 2, "blocks": 1, "downs": 1, "discriminator_downs": 1},
    **{"code_size": 5, "code_units": 4, "batch_size": 3, "weight_decay": 0.0},
    "held_out_classes": ("6",),
}


def built(**settings):
    return build("funit", **SETTINGS | settings)


@pytest.fixture(scope="module")
def still():
    """A trainer that learns nothing, with weights that matter, and its feed."""
    trainer, feed = built(**STILL, adversarial_weight=3.0, image_weight=0.7, feature_weight=2.0)
    return trainer, feed


def test_the_losses_are_those_of_the_paper(still):
    trainer, feed = still
    ((batch,),) = batches(trainer, feed)
    found = {name: float(value) for name, value in trainer.whole_step([batch]).items()}
    x, y = (batch[n].numpy() / np.float32(127.5) - 1 for n in ("image", "class_image"))
    of_x, of_y = (np.eye(20, dtype=np.float32)[batch[n]] for n in ("label", "class_label"))
    assert (of_x != of_y).any(1).all()
    nets = trainer.networks

    def translated(image, of):
        given = {"content": nets["content_encoder"]({"image": image})["content"]}
        given["style"] = nets["class_encoder"]({"image": of})["style"]
        return nets["decoder"](given)["image"].numpy()

    def judged(image, label):
        said = nets["discriminator"]({"image": image, "label": label})
        return said["logits"].numpy(), said["features"].numpy()

    made, again = translated(x, y), translated(x, x)
    on_made, on_again = judged(made, of_y), judged(again, of_x)
    on_y, on_x = judged(y, of_y), judged(x, of_x)
    hinge = np.maximum(0, 1 - on_y[0]).mean() + np.maximum(0, 1 + on_made[0]).mean()
    # R1 of each example alone: half the squared norm, with gamma 20 ten times the square.
    squares = []
    for image, label in zip(y, of_y, strict=True):
        with tf.GradientTape() as tape:
            one = tf.constant(image[None])
            tape.watch(one)
            said = nets["discriminator"]({"image": one, "label": tf.constant(label[None])})
            mean = tf.reduce_mean(said["logits"])
        squares.append((tape.gradient(mean, one).numpy() ** 2).sum())
    expected = {
        "discriminator/adversarial": hinge,
        "discriminator/penalty": np.mean(squares) / 2,
        "discriminator/loss": hinge + 10 * np.mean(squares),
        "generator/adversarial": -on_made[0].mean(),
        "generator/adversarial_own": -on_again[0].mean(),
        "generator/image": np.abs(again - x).mean(),
        "generator/features": np.abs(on_made[1] - on_y[1]).mean(),
        "generator/features_own": np.abs(on_again[1] - on_x[1]).mean(),
    }
    weights = {"adversarial": 1.5, "adversarial_own": 1.5, "image": 0.7, "features": 2.0}
    weights["features_own"] = 2.0
    expected["generator/loss"] = sum(w * expected[f"generator/{n}"] for n, w in weights.items())
    assert found.keys() == expected.keys()
    for name, value in expected.items():
        np.testing.assert_allclose(found[name], value, rtol=2e-4, atol=1e-6, err_msg=name)


def test_who_is_updated_and_how(still):
    trainer, _ = still
    own = {name: {id(v) for v in p.variables} for name, p in trainer.players.items()}
    parts = ("content_encoder", "class_encoder", "decoder")
    of_parts = {id(v) for n in parts for v in trainer.networks[n].trainable_variables}
    assert own["generator"] == of_parts
    of_judge = {id(v) for v in trainer.networks["discriminator"].trainable_variables}
    assert own["discriminator"] == of_judge
    assert trainer.averages.keys() == set(parts)
    config = make(FUNITConfig, {})
    told = (config.optimizer, config.rho, config.generator_lr, config.discriminator_lr)
    assert told == ("rmsprop", 0.99, 1e-4, 1e-4)
    assert (config.weight_decay, config.ema_decay, config.batch_size) == (1e-4, 0.999, 64)
    weights = (config.adversarial_weight, config.image_weight, config.feature_weight)
    assert (*weights, config.penalty_weight) == (1, 0.1, 1, 20)


def test_a_code_translates_as_its_image_does(still):
    trainer, feed = still
    ((batch,),) = batches(trainer, feed)
    x, y = batch["image"].numpy(), batch["class_image"].numpy()
    by_image = trainer.translate(x, y)
    code = trainer.bound("encode_class").render({"class_image": y})["code"]
    assert code.shape == (3, 5)
    given = {"input": x, "code": code}
    by_code = trainer.bound("translate_with_code").render(given)["image"]
    np.testing.assert_allclose(by_code, by_image, atol=1e-6)
    others = trainer.translate(x, np.roll(y, 1, 0))
    assert np.abs(others - by_image).max() > 1e-3


@pytest.mark.parametrize(
    ("settings", "told"),
    [
        ({"image_size": (18, 18), "downs": 2}, "multiples of 4"),
        ({"discriminator_downs": 4}, "--discriminator-downs 4 need 32 pixels a side; lower them"),
        ({"held_out_classes": ("25",)}, "of which 25 are held out"),
        ({"dataset": "ring", "held_out_classes": (), "image_size": None}, "needs images"),
        ({"adversarial_weight": 0.0, "feature_weight": 0.0}, "nothing would lead translations"),
    ],
)
def test_what_cannot_be_is_one_line(settings, told):
    with pytest.raises(UserError, match=told) as error:
        built(**settings)
    assert "\n" not in str(error.value)
