"""The term of attention, what the teacher is asked for, and teachers that do not fit."""

import shutil

import keras
import numpy as np
import pytest
import tensorflow as tf

from tests.saved_runs import untrained_gan, untrained_stargan, write_networks
from tests.trainers.small import STILL, batches, build
from tfgan_kit.errors import UserError
from tfgan_kit.fields.network import to_network
from tfgan_kit.settings.option import make
from trainers.attention.pseudo_attention.config import PseudoAttentionConfig

SMALL = {"image_size": (16, 16), "filters": 2, "blocks": 1, "batch_size": 4, "critic_steps": 1}
MARKS = {"dataset": "glyph_marks:red,green", "image_size": (16, 16)}
RED_FOR_BLUE = tuple(f"blue {mark}=red {mark}" for mark in ("bar", "dot", "frame"))


@pytest.fixture(scope="module")
def write(tmp_path_factory):
    """A function: settings of StarGAN -> the path of an untrained run of it."""

    def function(of=untrained_stargan, **settings):
        return str(write_networks(tmp_path_factory.mktemp("runs") / "teacher", *of(**settings)))

    return function


@pytest.fixture(scope="module")
def teacher(write):
    """A teacher of red and green marks with batch normalisation in both networks."""
    return write(**MARKS, norm="batch", discriminator_norm="batch")


@pytest.fixture(scope="module")
def inks(write):
    return write(image_size=(16, 16))


def made(teacher, method="attention_distill", **settings):
    return build(method, **SMALL | {"teacher": teacher} | settings)


def test_the_distance_is_that_of_the_maps_of_one_target_each(teacher):
    trainer, feed = made(teacher, **MARKS, **STILL, attention_weight=3.0)
    ((batch,),) = batches(trainer, feed)
    found = {name: float(value) for name, value in trainer.whole_step([batch]).items()}
    _, fake = trainer.pair(batch, "generator")
    labels = fake["label"].numpy()
    classes, active = (each.numpy() for each in trainer.attended(fake["label"]))
    assert (labels[np.arange(4), classes] == 1).tolist() == active.tolist()
    np.testing.assert_array_equal(active, labels.any(1))
    image = to_network(trainer.spec["image"], batch["image"])
    given = {"input": image, "label": labels.astype(np.float32)}
    ours, theirs = (maps(given, classes).numpy() for maps in (trainer.maps, trainer.teacher.maps))
    units = [x / np.sqrt((x**2).sum((1, 2), keepdims=True) + 1e-12) for x in (ours, theirs)]
    apart = np.sqrt(((units[0] - units[1]) ** 2).sum((1, 2))) * active
    assert apart.max() > 0.1
    np.testing.assert_allclose(found["generator/attention"], apart.mean(), rtol=1e-3)
    others = sum(found[f"generator/{name}"] for name in ("adversarial", "class"))
    total = others + 10 * found["generator/cycle"] + 3 * apart.mean()
    np.testing.assert_allclose(found["generator/loss"], total, rtol=1e-3)


def test_the_teacher_stays_as_it_is_and_its_twin_is_not_apart_from_it(teacher):
    """In inference mode its statistics stay, too."""
    trainer, feed = made(teacher, **MARKS, norm="batch")
    own = trainer.teacher.networks["teacher_generator"]
    trainer.generator.set_weights(own.get_weights())
    ((batch,),) = batches(trainer, feed)
    image = to_network(trainer.spec["image"], batch["image"])
    np.testing.assert_array_equal(trainer.distance_of_maps(image, batch["label"]), 0)
    before = {name: net.get_weights() for name, net in trainer.teacher.networks.items()}
    trainer.whole_step([batch])
    for name, network in trainer.teacher.networks.items():
        assert network is trainer.networks[name]
        for old, new in zip(before[name], network.get_weights(), strict=True):
            np.testing.assert_array_equal(old, new)
    assert trainer.distance_of_maps(image, batch["label"]).numpy().max() > 0


def test_every_second_step_counts_twice(inks):
    often, feed = made(inks, **STILL, attention_every=2)
    assert "attention" in {t.name for t in often.translator_terms(*pair(often, feed))}
    (even,) = (t for t in often.translator_terms(*pair(often, feed)) if t.name == "attention")
    real, fake = pair(often, feed)
    apart = often.distance_of_maps(real["image"], fake["label"], training=True)
    np.testing.assert_allclose(even.value, 2 * np.mean(apart), rtol=1e-5)
    often.step.assign(1)
    (odd,) = (t for t in often.translator_terms(real, fake) if t.name == "attention")
    assert float(odd.value) == 0


def pair(trainer, feed):
    ((batch,),) = batches(trainer, feed)
    return trainer.pair(batch, "generator")


def test_without_a_weight_there_is_no_term(inks):
    trainer, feed = made(inks, attention_weight=0)
    assert [t.name for t in trainer.translator_terms(*pair(trainer, feed))] == ["cycle"]


def test_the_discriminator_is_as_wide_as_the_teachers(write):
    trainer, _ = made(write(image_size=(16, 16), discriminator_filters=5))
    assert trainer.discriminator.output["features_1"].shape[-1] == 5
    assert trainer.config.discriminator_filters == 5


def test_the_teacher_is_asked_for_partners(teacher):
    settings = {"dataset": "glyph_marks:blue", "partners": RED_FOR_BLUE}
    trainer, _ = made(teacher, "pseudo_attention", **settings)
    labels = tf.constant([[1, 0, 0], [0, 1, 1], [0, 0, -1], [0, 0, 0]])
    # Red bar, green bar, red dot, green dot, red frame, green frame.
    expected = [[1, 0, 0, 0, 0, 0], [0, 0, 1, 0, 1, 0], [0] * 6, [0] * 6]
    np.testing.assert_array_equal(trainer.partners.network_input(labels), expected)
    np.testing.assert_array_equal(trainer.partners.number(tf.constant([0, 1, 2])), [0, 2, 4])
    image = tf.zeros((4, 16, 16, 3))
    apart = trainer.distance_of_maps(image, labels).numpy()
    assert (apart[2:] == 0).all()


def test_partners_of_domains(inks):
    names = ("red=green", "green=red", "blue=yellow", "yellow=blue")
    trainer, _ = made(inks, "pseudo_attention", partners=names)
    found = trainer.partners.network_input(tf.constant([0, 1, 2, 3, -1]))
    np.testing.assert_array_equal(found, [*np.eye(4)[[1, 0, 3, 2]], np.zeros(4)])


def headless(folder):
    path = f"{folder}/models/discriminator.keras"
    network = keras.saving.load_model(path)
    keras.Model(network.input, {"logits": network.output["logits"]}).save(path)


@pytest.mark.parametrize(
    ("settings", "message"),
    [
        ({"teacher": ""}, "the teacher is missing"),
        ({"teacher": "nowhere"}, "--teacher: .*nowhere"),
        ({"image_size": (32, 32)}, "images of 16x16x3, this run of 32x32x3"),
        ({"dataset": "glyph_recolour-attributes"}, "must know the same labels"),
        ({"dataset": "glyph_marks:red"}, "knows green bar, green dot, green frame"),
        ({"dataset": "glyph_recolour"}, "must know the same labels"),
    ],
)
def test_teachers_that_do_not_fit(settings, message, teacher):
    with pytest.raises(UserError, match=message):
        made(**{"teacher": teacher} | MARKS | settings)


def test_teachers_without_what_attention_needs(inks, write, tmp_path):
    shutil.copytree(inks, tmp_path / "run")
    headless(tmp_path / "run")
    with pytest.raises(UserError, match="has a discriminator without a class head"):
        made(str(tmp_path / "run"))
    with pytest.raises(UserError, match="without residual blocks"):
        made(write(image_size=(16, 16), blocks=0))
    with pytest.raises(UserError, match="is a run of gan; name one whose generator takes"):
        made(write(untrained_gan))


@pytest.mark.parametrize(
    ("partners", "message"),
    [
        ((*RED_FOR_BLUE[:2], "blue frame=red fram"), "the teacher has no 'red fram'; did you mean"),
        ((*RED_FOR_BLUE[:2], "blu frame=red frame"), "this run has no 'blu frame'; did you mean"),
        (RED_FOR_BLUE[:2], "blue frame has none; add 'blue frame=NAME'"),
        ((), "blue bar has none"),
    ],
)
def test_partners_that_are_none(partners, message, teacher):
    with pytest.raises(UserError, match=message):
        made(teacher, "pseudo_attention", dataset="glyph_marks:blue", partners=partners)


@pytest.mark.parametrize(
    ("partners", "message"),
    [
        (("a=b", "a=c"), "names 'a' of this run twice"),
        (("a=b", "c=b"), "names 'b' of the teacher twice"),
        (("a",), "'a' is not of the form NAME=NAME"),
        (("a=",), "'a=' is not of the form NAME=NAME"),
    ],
)
def test_partners_that_cannot_be_read(partners, message):
    with pytest.raises(UserError, match=message):
        make(PseudoAttentionConfig, {"partners": partners})


def test_labels_of_another_kind_are_no_partners(inks):
    names = ("blue bar=red", "blue dot=green", "blue frame=blue")
    with pytest.raises(UserError, match="has classes, this run attributes"):
        made(inks, "pseudo_attention", dataset="glyph_marks:blue", partners=names)
