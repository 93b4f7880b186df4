"""CoGAN: what domains share is stepped by all of them, and the labels of one reach the others."""

import numpy as np
import pytest
import tensorflow as tf

from nets.sharing import domain_model
from tests.trainers.small import SGD, batches, build, record, step, without_dropout, write_mnist
from tfgan_kit.errors import UserError
from tfgan_kit.pictures.images import to_model_range

ADAPT = {"adapt": True, "dataset": "mnist2edge"}


def softplus(x):
    return tf.reduce_mean(tf.math.softplus(x))


def gradients(of, network):
    """The gradient of a loss in all variables of a network, zero where there is none."""
    tensors = [v.value for v in network.trainable_variables]
    with tf.GradientTape() as tape:
        value = of()
    zero = tf.UnconnectedGradients.ZERO
    return [g.numpy() for g in tape.gradient(value, tensors, unconnected_gradients=zero)]


def assert_stepped(network, before, by_domain):
    """The network moved by the sum of the domains' gradients, times SGD's rate."""
    for variable, old, *parts in zip(network.trainable_variables, before, *by_domain, strict=True):
        expected = old - SGD["generator_lr"] * sum(parts)
        np.testing.assert_allclose(variable.numpy(), expected, atol=2e-6, err_msg=variable.path)


def trainable(network, weights):
    """Of the weights of a network, those that are trained."""
    ids = [id(v) for v in network.trainable_variables]
    known = {id(v): w for v, w in zip(network.weights, weights, strict=True)}
    return [known[i] for i in ids]


@pytest.mark.parametrize("dataset", ["glyph2edge", "glyphs,glyphs-edge,glyphs-negative"])
def test_a_step_is_that_of_separate_gradients_discriminators_first(dataset):
    trainer, feed = build("cogan", dataset=dataset, **SGD)
    without_dropout(trainer)
    states = record(trainer)
    values = step(trainer, feed)
    ((batch,),) = batches(trainer, feed)
    generators = [domain_model(trainer.generator, d) for d in trainer.domains]
    after = {name: net.get_weights() for name, net in trainer.networks.items()}
    assert len(states) == 2

    def restore(state):
        for name, network in trainer.networks.items():
            network.set_weights(state[name])

    def logits(domain, images):
        return trainer.discriminators[domain](images, training=True)["logits"]

    def of_critic(k, latent):
        fake = generators[k](latent, training=True)["image"]
        real = to_model_range(batch[k]["image"])
        return lambda: softplus(-logits(k, real)) + softplus(logits(k, fake))

    def of_generator(k, latent):
        return lambda: softplus(-logits(k, generators[k](latent, training=True)["image"]))

    def separate(game, purpose, network):
        latent = trainer.latents(8, purpose)
        return [gradients(game(k, latent), network) for k in range(len(generators))]

    restore(states[0])
    critic = separate(of_critic, "critic0", trainer.discriminator)
    # What a generator would be told by the discriminators of before.
    stale = separate(of_generator, "generator", trainer.generator)
    restore(states[1])
    generator = separate(of_generator, "generator", trainer.generator)
    restore(after)
    for network, before, by_domain in (
        (trainer.discriminator, states[0]["discriminator"], critic),
        (trainer.generator, states[1]["generator"], generator),
    ):
        old = trainable(network, before)
        assert_stepped(network, old, by_domain)
        # Most of these layers are shared, and every domain has a say in them.
        shared = [all(g.any() for g in parts) for parts in zip(*by_domain, strict=True)]
        assert sum(shared) >= 4
    with pytest.raises(AssertionError):
        assert_stepped(trainer.generator, trainable(trainer.generator, before), stale)
    # Neither update touches the other player.
    for name, pair in (
        ("generator", (states[0]["generator"], states[1]["generator"])),
        ("discriminator", (states[1]["discriminator"], after["discriminator"])),
    ):
        network = trainer.networks[name]
        for first, second in zip(*(trainable(network, w) for w in pair), strict=True):
            np.testing.assert_array_equal(first, second)
    parts = [values[f"generator/adversarial_{d}"] for d in trainer.domains]
    assert values["generator/loss"] == pytest.approx(sum(parts), rel=1e-5)


def test_no_layer_need_be_shared():
    trainer, _ = build("cogan", shared_generator_layers=0, shared_discriminator_layers=0)
    ids = [{id(w) for w in model.weights} for model in trainer.discriminators]
    assert not ids[0] & ids[1]


@pytest.mark.parametrize(
    ("settings", "message"),
    [
        ({"shared_generator_layers": 5}, "--shared-generator-layers 5 .* 0 to 4 layers"),
        ({"shared_discriminator_layers": 4}, "--shared-discriminator-layers 4 .* 0 to 3 layers"),
        ({"image_size": 48}, "size 48"),
        ({"dataset": "glyphs"}, "at least two domains"),
        ({"dataset": "glyphs,ring"}, "ring"),
        ({"adapt": True, "critic_steps": 2}, "--adapt .* --critic-steps 1"),
        ({"adapt": True, "shared_discriminator_layers": 1}, "--shared-discriminator-layers 2"),
    ],
)
def test_what_cannot_be_built_is_one_line(settings, message):
    with pytest.raises(UserError, match=message) as caught:
        build("cogan", **settings)
    assert "\n" not in str(caught.value)


def test_adaptation_needs_the_labels_of_the_first_domain_only(tmp_path, mnist):
    np.savez(tmp_path / "plain.npz", images=np.zeros((9, 32, 32), np.uint8))
    plain = f"{tmp_path}/plain.npz"
    with pytest.raises(UserError, match="--adapt needs labels of the first domain"):
        build("cogan", data_dir=mnist, dataset=f"{plain},mnist", adapt=True)
    trainer, feed = build("cogan", **{**ADAPT, "data_dir": mnist, "dataset": f"mnist,{plain}"})
    assert step(trainer, feed)["discriminator/class"] > 0
    found = trainer.evaluate(feed, 16)
    assert {k for k in found if "accuracy" in k} == {"adapted_accuracy_a", "source_only_accuracy_a"}


@pytest.fixture(scope="module")
def mnist(tmp_path_factory):
    return str(write_mnist(tmp_path_factory.mktemp("data"), 60, 30))


def test_adaptation_adds_two_terms_and_a_classifier_without_an_adversary(mnist):
    trainer, feed = build("cogan", data_dir=mnist, **ADAPT, **SGD)
    without_dropout(trainer)
    states = record(trainer)
    values = step(trainer, feed)
    assert values["discriminator/loss"] == pytest.approx(
        values["discriminator/adversarial_a"]
        + values["discriminator/adversarial_b"]
        + 10.0 * values["discriminator/class"]
        + 0.01 * values["discriminator/match"],
        rel=1e-5,
    )
    assert values["source_only/loss"] == values["source_only/class"]
    for name in ("head", "source_only"):
        before, network = states[0][name], trainer.networks[name]
        moved = [(a != b).any() for a, b in zip(before, network.get_weights(), strict=True)]
        assert all(moved), name
    ((batch,),) = batches(trainer, feed)
    for name, network in trainer.networks.items():
        network.set_weights(states[0][name])
    images, labels = to_model_range(batch[0]["image"]), batch[0]["label"].numpy()
    # The last features are those of the dense layer, the third.
    features = trainer.discriminators[0](images, training=True)["features_3"].numpy()
    kernel, bias = states[0]["head"]

    def cross_entropy(logits):
        chances = np.exp(logits) / np.exp(logits).sum(1, keepdims=True)
        return -np.log(chances[np.arange(8), labels]).mean()

    assert values["discriminator/class"] == pytest.approx(
        cross_entropy(features @ kernel + bias), rel=1e-4
    )
    alone = trainer.networks["source_only"](images, training=True).numpy()
    assert values["source_only/class"] == pytest.approx(cross_entropy(alone), rel=1e-4)
    fakes = trainer.images(trainer.generator(trainer.latents(8, "critic0"), training=True))
    first, second = (
        trainer.discriminators[k](fake, training=True)["features_3"].numpy()
        for k, fake in enumerate(fakes)
    )
    assert values["discriminator/match"] == pytest.approx(((first - second) ** 2).mean(), rel=1e-4)


def test_labels_of_the_other_domain_are_not_used(mnist):
    """And those of the first are."""
    ends = []
    for changed in (None, 1, 0):
        trainer, feed = build("cogan", data_dir=mnist, **ADAPT)
        for (batch,) in batches(trainer, feed, steps=2):
            parts = list(batch)
            if changed is not None:
                parts[changed] = parts[changed] | {"label": (parts[changed]["label"] + 1) % 10}
            trainer.whole_step([tuple(parts)])
            trainer.step.assign_add(1)
        ends.append([w for net in trainer.networks.values() for w in net.get_weights()])
    plain, other, own = ends
    for a, b in zip(plain, other, strict=True):
        np.testing.assert_array_equal(a, b)
    assert any((a != b).any() for a, b in zip(plain, own, strict=True))


def test_accuracies_of_both_are_reported_for_every_domain(mnist):
    trainer, feed = build("cogan", data_dir=mnist, **ADAPT)
    found = trainer.evaluate(feed, 16)
    held_out = feed.domains.held_out()
    for k, d in enumerate("ab"):
        batch = held_out[k].read(np.arange(30))
        images = to_model_range(tf.constant(batch["image"]))
        features = trainer.discriminators[k](images, training=False)["features_3"]
        classes = trainer.networks["head"](features).numpy().argmax(1)
        assert found[f"adapted_accuracy_{d}"] == pytest.approx((classes == batch["label"]).mean())
        alone = trainer.networks["source_only"](images, training=False).numpy().argmax(1)
        assert found[f"source_only_accuracy_{d}"] == pytest.approx((alone == batch["label"]).mean())
