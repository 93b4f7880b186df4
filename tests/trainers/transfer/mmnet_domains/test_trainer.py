"""Mix-and-match networks between domains: the losses, what is trained, and what is shared."""

import itertools

import numpy as np
import pytest
import tensorflow as tf

from tests.trainers.small import STILL, batches, build
from tfgan_kit.errors import UserError
from tfgan_kit.fields.network import to_network
from tfgan_kit.settings.option import make
from trainers.transfer.mmnet_domains.config import MMNetDomainsConfig
from trainers.transfer.mmnet_domains.domains import anchor_of, check_names

SMALL = {
    "image_size": (16, 16),
    "filters": 2,
    "blocks": 1,
    "pools": 2,
    "discriminator_layers": 2,
    "batch_size": 3,
}
INKS = ("red", "green", "blue", "yellow")


def made(**settings):
    return build("mmnet_domains", **SMALL | settings)


def encoded(trainer, name, images):
    return trainer.networks[f"encoder_{name}"]({"input": images})


def translated(trainer, source, target, images):
    """One translation by itself."""
    return trainer.networks[f"decoder_{target}"](encoded(trainer, source, images))["image"]


def logits(trainer, domain, images):
    everything = {f"image_{name}": images for name in trainer.domains}
    return trainer.networks["discriminator"](everything)[f"logits_{domain}"].numpy()


@pytest.mark.parametrize("side", ["indices", "skip", "none"])
@pytest.mark.parametrize("anchor", ["red", "blue"])
def test_the_loss_is_the_sum_of_those_of_the_pairs_with_the_anchor(side, anchor):
    trainer, feed = made(**STILL, side=side, anchor=anchor)
    ((batch,),) = batches(trainer, feed)
    real = {name: to_network(feed.spec[name]["image"], batch[name]["image"]) for name in INKS}
    found = {name: float(value) for name, value in trainer.whole_step([batch]).items()}
    total, into_anchor, others = 0, [], [name for name in INKS if name != anchor]
    cycles = {name for name in found if "cycle" in name}
    assert cycles == {
        f"generator/cycle_{a}_{b}" for a, b in itertools.permutations(INKS, 2) if anchor in (a, b)
    }
    for name in others:
        for pair in ((anchor, name), (name, anchor)):
            source, target = pair
            there = translated(trainer, *pair, real[source])
            cycle = np.abs(translated(trainer, target, source, there) - real[source]).mean()
            assert found[f"generator/cycle_{source}_{target}"] == pytest.approx(cycle, rel=1e-4)
            cost = ((logits(trainer, target, there) - 1) ** 2).mean()
            total += cost + 10 * cycle
            if target == anchor:
                into_anchor.append(there)
                continue
            assert found[f"generator/adversarial_{name}"] == pytest.approx(cost / 2, rel=1e-4)
            # The least-squares loss has halves: (D - 1)^2 / 2 + D^2 / 2.
            of_d = ((logits(trainer, name, real[name]) - 1) ** 2).mean()
            of_d += (logits(trainer, name, there) ** 2).mean()
            assert found[f"discriminator/adversarial_{name}"] == pytest.approx(of_d / 2, rel=1e-4)
    of_d = ((logits(trainer, anchor, real[anchor]) - 1) ** 2).mean()
    of_d += np.mean([(logits(trainer, anchor, each) ** 2).mean() for each in into_anchor])
    assert found[f"discriminator/adversarial_{anchor}"] == pytest.approx(of_d / 2, rel=1e-4)
    assert found["generator/loss"] == pytest.approx(total, rel=1e-4)


def test_autoencoders_and_alignment_are_added_where_asked_for():
    trainer, feed = made(**STILL, autoencoder_weight=3.0, alignment_weight=0.5)
    plain, _ = made(**STILL)
    for name, network in plain.networks.items():
        network.set_weights(trainer.networks[name].get_weights())
    ((batch,),) = batches(trainer, feed)
    real = {name: to_network(feed.spec[name]["image"], batch[name]["image"]) for name in INKS}
    found = {name: float(value) for name, value in trainer.whole_step([batch]).items()}
    before = {name: float(value) for name, value in plain.whole_step([batch]).items()}
    total = before["generator/loss"]
    for name in INKS:
        error = np.abs(translated(trainer, name, name, real[name]) - real[name]).mean()
        assert found.pop(f"generator/autoencoder_{name}") == pytest.approx(error, rel=1e-4)
        total += 3 * error
    for pair in [("red", name) for name in INKS[1:]] + [(name, "red") for name in INKS[1:]]:
        source, target = pair
        there = encoded(trainer, target, translated(trainer, *pair, real[source]))["latent"]
        difference = (encoded(trainer, source, real[source])["latent"] - there).numpy()
        own = found.pop(f"generator/alignment_{source}_{target}")
        assert own == pytest.approx((difference**2).mean(), rel=1e-4)
        total += 0.5 * (difference**2).mean()
    assert found.keys() == before.keys()
    assert found.pop("generator/loss") == pytest.approx(total, rel=1e-4)
    for name, value in found.items():
        assert value == pytest.approx(before[name], rel=1e-4), name


def test_translations_between_others_are_never_trained():
    trainer, _ = made(autoencoder_weight=1.0)
    told = {use.name: use.about for use in trainer.uses()}
    assert len(told) == 12
    for a, b in itertools.permutations(INKS, 2):
        known = "trained" if "red" in (a, b) else "never trained"
        assert told[f"translate_{a}_{b}"] == known
    asked = []
    encoders = {name: trainer.networks[f"encoder_{name}"] for name in INKS}

    def encoded(name, images):
        code = encoders[name]({"input": images})
        # Marks the code with its encoder, in the values of its indices.
        return code | {"side_1": tf.fill(tf.shape(code["side_1"]), INKS.index(name))}

    def decoded(name, codes):
        asked.extend((INKS[int(code["side_1"][0, 0, 0, 0])], name) for code in codes)
        return [tf.zeros((len(code["latent"]), 16, 16, 3)) for code in codes]

    trainer._encoded, trainer._decoded = encoded, decoded
    trainer.translated({name: tf.zeros((2, 16, 16, 3)) for name in INKS})
    pairs = itertools.product(INKS, INKS)
    assert {*asked} == {(a, b) for a, b in pairs if "red" in (a, b) or a == b}


def test_all_translations_share_an_encoder_and_a_decoder_of_each_domain():
    trainer, feed = made()
    assert len(trainer.translators) == 2 * len(INKS)
    images = next(feed.examples(4))["image"]
    pairs = list(itertools.permutations(INKS, 2))
    before = {pair: trainer.render(*pair, images) for pair in pairs}
    for name in ("encoder_green", "decoder_blue"):
        for variable in trainer.networks[name].trainable_variables:
            variable.assign(variable + 0.3)
    for source, target in pairs:
        same = np.array_equal(trainer.render(source, target, images), before[source, target])
        assert same == (source != "green" and target != "blue")


def test_each_discriminator_sees_its_own_domain_alone():
    trainer, _ = made()
    images = {
        name: tf.random.stateless_normal((2, 16, 16, 3), (0, k)) for k, name in enumerate(INKS)
    }
    before = trainer.discriminate([{"image": images[name]} for name in INKS])
    images["green"] += 1.0
    after = trainer.discriminate([{"image": images[name]} for name in INKS])
    changed = [
        bool((a["logits"] != b["logits"]).numpy().any()) for a, b in zip(before, after, strict=True)
    ]
    assert changed == [False, True, False, False]


def test_penalties_and_several_updates_of_the_discriminators():
    trainer, feed = made(penalty="r1", critic_steps=2)
    (both,) = batches(trainer, feed)
    found = {name: float(value) for name, value in trainer.whole_step(both).items()}
    assert all(np.isfinite(value) for value in found.values())
    assert {f"discriminator/penalty_{name}" for name in INKS} <= set(found)


def test_the_first_domain_is_the_anchor_if_none_is_named():
    trainer, _ = made()
    assert (trainer.anchor, trainer.others) == ("red", ("green", "blue", "yellow"))
    assert made(anchor="yellow")[0].others == ("red", "green", "blue")


def test_an_anchor_that_is_no_domain_is_refused():
    config = make(MMNetDomainsConfig, {"anchor": "gren"})
    with pytest.raises(UserError, match=r"--anchor gren: glyph_recolour has no such domain.*green"):
        anchor_of(INKS, config)


@pytest.mark.parametrize(
    ("names", "said"),
    [
        (("red", "blue"), "2 domains, but this method needs 3"),
        (("red",), "1 domain, but"),
        (("red", "blue", "weights"), "no domain can be called 'weights'"),
        (("red", "blue", "ab"), "no domain can be called 'ab'"),
        (("red", "blue", "a/b"), "no domain can be called 'a/b'"),
        (("a", "b_c", "a_b", "c"), "a to b_c and a_b to c would be called the same"),
    ],
)
def test_names_that_do_not_fit_are_one_line(names, said):
    with pytest.raises(UserError, match=said) as error:
        check_names(names, "DATA")
    assert "\n" not in str(error.value)


@pytest.mark.parametrize(
    ("settings", "said"),
    [
        ({"image_size": (18, 16)}, "--image-size 18x16: this method needs .*multiples of 4"),
        ({"anchor": "purple"}, "--anchor purple"),
        ({"classes": ("red", "green")}, "2 domains, but this method needs 3"),
        ({"block_kernel": 4}, "--block-kernel 4 is even"),
    ],
)
def test_settings_that_do_not_fit_are_one_line(settings, said):
    with pytest.raises(UserError, match=said) as error:
        made(**settings)
    assert "\n" not in str(error.value)
