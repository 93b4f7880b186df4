"""FreezeD: the first blocks stay as they are, all of the rest is trained."""

import keras
import numpy as np
import pytest

from tests.trainers.small import SGD, batches, build
from tfgan_kit.errors import UserError
from tfgan_kit.models.freezing import block_numbers, freeze_first

CASES = {
    "batch norm": ("gan", {}, 2, ["conv_1", "conv_2", "norm_2"]),
    "spectral norm": (
        "gan",
        {"spectral_norm": True, "discriminator_norm": "layer", "penalty": "r1"},
        2,
        ["conv_1", "conv_2", "norm_2"],
    ),
    "residual": (
        "gan",
        {"network": "sngan_resnet"},
        1,
        ["block_1_conv_1", "block_1_conv_2", "block_1_shortcut"],
    ),
    "joint": ("cogan", {"shared_discriminator_layers": 2}, 1, ["conv_1_a", "conv_1_b"]),
    "joint, shared": (
        "cogan",
        {"shared_discriminator_layers": 2, "network": "dcgan"},
        3,
        [
            "conv_1_a",
            "conv_1_b",
            "conv_2_a",
            "conv_2_b",
            "conv_3",
            "norm_2_a",
            "norm_2_b",
            "norm_3",
        ],
    ),
    "nothing": ("gan", {}, 0, []),
}


def weights(network, frozen):
    """Path -> value, of the frozen layers or of the others; counters of dropout left out."""
    found = {v.path: v.numpy() for v in network.variables if v.dtype == "float32"}
    return {k: v for k, v in found.items() if (k.split("/")[0] in frozen)}


@pytest.mark.parametrize("case", CASES)
def test_frozen_layers_stay_and_all_others_move(case):
    method, settings, count, names = CASES[case]
    trainer, feed = build(method, **SGD, weight_decay=0.01, freeze_discriminator=count, **settings)
    network, player = trainer.networks["discriminator"], trainer.players["discriminator"]
    assert sorted(trainer.frozen) == sorted(names)
    others = {v.path.split("/")[0] for v in network.variables if v.dtype == "float32"} - set(names)
    before = weights(network, names), weights(network, others)
    assert not {v.path for v in player.variables} & set(before[0])
    for step in batches(trainer, feed, steps=2):
        trainer.whole_step(step)
    for path, value in weights(network, names).items():
        np.testing.assert_array_equal(value, before[0][path], err_msg=path)
    # The vectors of a converged power iteration may stand still.
    still = [
        path
        for path, value in weights(network, others).items()
        if (value == before[1][path]).all() and path.split("/")[1] not in "uv"
    ]
    assert not still


def test_a_frozen_block_is_one_function_in_training_and_out_of_it():
    """Batch normalisation would look at the batch, and its statistics would follow it."""
    trainer, feed = build("gan", **SGD, freeze_discriminator=2)
    network = trainer.networks["discriminator"]
    network.get_layer("norm_2").moving_mean.assign_add(0.3 * np.ones(6, np.float32))
    images = np.random.default_rng(0).uniform(-1, 1, (4, 32, 32, 1)).astype(np.float32)
    before = network(images, training=False)
    (batch,) = batches(trainer, feed)
    trainer.whole_step(batch)
    for training in (True, False):
        after = network(images, training=training)
        np.testing.assert_array_equal(after["features_2"], before["features_2"])
    assert np.abs(network(images)["features_3"] - before["features_3"]).max() > 1e-6


def test_more_blocks_than_there_are():
    with pytest.raises(UserError, match=r"--freeze-discriminator 4: .* has 3 blocks .* 0 to 3"):
        build("gan", freeze_discriminator=4)


def test_freezing_what_has_learned_nothing_is_warned_of():
    def warned(**settings):
        return any("learned nothing" in text for text in build("gan", **settings)[0].warnings())

    assert warned(freeze_discriminator=1)
    assert not warned()
    assert not warned(freeze_discriminator=1, init_discriminator="somewhere.keras")


def network(*names):
    """A chain of layers whose outputs have these names."""
    x = inputs = keras.Input((2,))
    outputs = {}
    for name in names:
        x = outputs[name] = keras.layers.Dense(2, name=f"to_{name}")(x)
    return keras.Model(inputs, outputs)


def test_features_are_told_by_their_whole_name_and_number():
    names = [f"features_{i}" for i in range(1, 12)]
    subject = network("features_style_1", *names, "features_map", "logits")
    assert list(block_numbers(subject)) == names
    frozen = freeze_first(subject, 10, "--flag")
    assert frozen == ("to_features_style_1", *(f"to_{name}" for name in names[:10]))
    with pytest.raises(UserError, match=r"--flag 12: .* has 11 blocks"):
        freeze_first(subject, 12, "--flag")
    assert block_numbers(network("features_2_a", "features_2_ab", "features_2_b")) == {
        "features_2_a": 2,
        "features_2_b": 2,
    }


def test_a_network_without_features_can_be_left_as_it_is():
    inputs = keras.Input((2,))
    single = keras.Model(inputs, keras.layers.Dense(1)(inputs))
    for subject in (network("logits"), single):
        assert freeze_first(subject, 0, "--flag") == ()
        with pytest.raises(UserError, match=r"--flag 1: this network has no blocks .* give 0"):
            freeze_first(subject, 1, "--flag")
        assert subject.trainable_variables
