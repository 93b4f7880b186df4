"""CycleGAN: its losses against numpy, who is updated, and what the pools hand on."""

import keras
import numpy as np
import pytest

from nets.translation import resnet
from nets.translation.unpaired import discriminators
from tests.trainers.small import STILL, batches, build, record, step
from tfgan_kit.errors import UserError
from tfgan_kit.pictures.images import to_model_range
from tfgan_kit.settings.option import make
from trainers.unpaired.cyclegan.config import CycleGANConfig

SETTINGS = {"image_size": 16, "filters": 2, "blocks": 1, "batch_size": 3, "discriminator_layers": 1}


def built(**settings):
    return build("cyclegan", **{**SETTINGS, **settings})


def test_the_networks_of_the_paper_have_its_parameters():
    for blocks, count in ((6, 7_837_699), (9, 11_378_179)):
        assert resnet.generator(3, 3, blocks=blocks).count_params() == count
    assert discriminators.cyclegan_discriminator({"a": 3, "b": 3}).count_params() == 2 * 2_764_737


def test_a_discriminator_sees_its_domain_alone():
    network = discriminators.cyclegan_discriminator({"a": 3, "b": 3}, layers=1, filters=2)
    rng = np.random.default_rng(0)
    a, b, other = rng.uniform(-1, 1, (3, 2, 16, 16, 3)).astype(np.float32)
    one = network({"image_a": a, "image_b": b})
    two = network({"image_a": a, "image_b": other})
    np.testing.assert_array_equal(one["logits_a"], two["logits_a"])
    assert np.abs(one["logits_b"] - two["logits_b"]).max() > 1e-3


def images(trainer, feed):
    """The images of the first step, (a, b), in [-1, 1]."""
    ((batch,),) = batches(trainer, feed)
    return [to_model_range(domain["image"].numpy()) for domain in batch]


def test_the_losses_are_those_of_the_paper():
    trainer, feed = built(identity_weight=5.0, pool_size=0, **STILL)
    a, b = images(trainer, feed)
    g, f = (trainer.networks[f"generator_{d}"] for d in ("ab", "ba"))

    def to(network, given):
        return network({"input": given})["image"].numpy()

    def judged(given_a, given_b):
        said = trainer.discriminator({"image_a": given_a, "image_b": given_b})
        return said["logits_a"].numpy(), said["logits_b"].numpy()

    fake_a, fake_b = to(f, b), to(g, a)
    expected = {
        "generator/cycle_a": np.abs(to(f, fake_b) - a).mean(),
        "generator/cycle_b": np.abs(to(g, fake_a) - b).mean(),
        "generator/identity_a": np.abs(to(f, a) - a).mean(),
        "generator/identity_b": np.abs(to(g, b) - b).mean(),
    }
    on_fakes, on_reals = judged(fake_a, fake_b), judged(a, b)
    for letter, fake, real in zip("ab", on_fakes, on_reals, strict=True):
        expected[f"generator/adversarial_{letter}"] = ((fake - 1) ** 2).mean() / 2
        expected[f"discriminator/adversarial_{letter}"] = (
            ((real - 1) ** 2).mean() + (fake**2).mean()
        ) / 2
    # Equation 3 with (D - 1)^2 for the generators, and both halves of D's loss halved as in the
    # authors' code.
    expected["generator/loss"] = (
        sum(((fake - 1) ** 2).mean() for fake in on_fakes)
        + 10 * (expected["generator/cycle_a"] + expected["generator/cycle_b"])
        + 5 * (expected["generator/identity_a"] + expected["generator/identity_b"])
    )
    expected["discriminator/loss"] = sum(expected[f"discriminator/adversarial_{d}"] for d in "ab")
    values = step(trainer, feed)
    assert values.keys() == expected.keys()
    for name, value in expected.items():
        np.testing.assert_allclose(values[name], value, rtol=2e-5, err_msg=name)


def test_of_networks_that_change_nothing_cycle_and_identity_are_0():
    trainer, feed = built(identity_weight=5.0, **STILL)
    image = keras.Input((None, None, 3), name="input")
    same = keras.Model({"input": image}, {"image": keras.layers.Identity()(image)})
    trainer.translators = dict.fromkeys(trainer.translators, same)
    reals = images(trainer, feed)
    made = trainer.translated(reals, "generator")
    terms = trainer.translator_terms(reals, made, "generator")
    assert len(terms) == 4
    assert [float(term.value) for term in terms] == [0, 0, 0, 0]


def test_each_player_moves_its_own_networks_alone():
    trainer, feed = built()
    states = record(trainer)
    step(trainer, feed)
    before, between = states
    after = {name: network.get_weights() for name, network in trainer.networks.items()}

    def moved(one, two, name):
        return any(np.any(x != y) for x, y in zip(one[name], two[name], strict=True))

    names = ("generator_ab", "generator_ba", "discriminator")
    assert [moved(before, between, name) for name in names] == [True, True, False]
    assert [moved(between, after, name) for name in names] == [False, False, True]


def test_the_discriminators_see_earlier_translations_once_the_pools_are_full():
    trainer, _ = built(pool_size=4, batch_size=2)
    shown = []
    for number in range(12):
        new = np.full((2, 16, 16, 3), number / 100, np.float32)
        handed = trainer.remembered((new, -new), f"critic/{number}")
        assert all(np.all(x == x[:, :1, :1, :1]) for x in map(np.asarray, handed))
        shown.append([np.asarray(x)[:, 0, 0, 0] for x in handed])
    for number in range(2):  # Four images fill the pool.
        np.testing.assert_allclose(shown[number], [[number / 100] * 2, [-number / 100] * 2])
    old = [np.abs(np.abs(part) - number / 100) > 1e-6 for number, part in enumerate(shown[2:], 2)]
    assert 0.2 < np.mean(old) < 0.8
    # Each domain has a pool of its own.
    assert all(np.all(a >= 0) and np.all(b <= 0) for a, b in shown)


@pytest.mark.parametrize(("size", "blocks"), [(32, 6), (128, 6), (256, 9), ([128, 256], 9)])
def test_the_blocks_follow_from_the_size(size, blocks):
    assert make(CycleGANConfig, {"image_size": size}).block_count == blocks
    assert make(CycleGANConfig, {"image_size": size, "blocks": 2}).block_count == 2


def test_the_size_may_follow_from_the_data():
    trainer, _ = built(image_size=None, blocks=None)
    names = {layer.name for layer in trainer.networks["generator_ab"].layers}
    assert {"block_6", "block_7"} & names == {"block_6"}


def test_without_an_adversarial_loss_there_is_no_discriminator_and_no_pool():
    trainer, feed = built(adversarial_weight=0.0)
    assert set(trainer.networks) == {"generator_ab", "generator_ba"}
    assert trainer.state == {}
    assert set(step(trainer, feed)) == {
        "generator/cycle_a",
        "generator/cycle_b",
        "generator/loss",
    }


@pytest.mark.parametrize(
    ("settings", "told"),
    [
        (
            {"image_size": 18},
            "--image-size 18: this method needs any size whose sides are multiple",
        ),
        (
            {"dataset": "glyphs,glyphs-edge,glyphs-negative"},
            "3 domains, but this method translates",
        ),
    ],
)
def test_what_it_cannot_do_is_told(settings, told):
    with pytest.raises(UserError, match=told):
        built(**settings)


def test_nothing_to_learn_is_refused():
    with pytest.raises(UserError, match="nothing is learned"):
        make(CycleGANConfig, {"adversarial_weight": 0.0, "cycle_weight": 0.0}).check()
