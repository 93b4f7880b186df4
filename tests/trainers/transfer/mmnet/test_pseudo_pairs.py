"""Pseudo-pairs in their literal form: decoders that are frozen, and targets that are classes."""

import numpy as np
import pytest
import tensorflow as tf

from tests.trainers.small import batches, step
from tests.trainers.transfer.mmnet.small import built
from tfgan_kit.errors import UserError
from tfgan_kit.fields import ids_field
from tfgan_kit.fields.network import to_network
from tfgan_kit.settings.option import make
from trainers.transfer.mmnet.config import MMNetConfig
from trainers.transfer.mmnet.modalities import Modality
from trainers.transfer.mmnet.trainer import ALIGNED, PSEUDO, SEEN


def weights(trainer):
    return {name: net.get_weights() for name, net in trainer.networks.items() if net.weights}


def moved(trainer, before):
    """Names of the networks of which any weight, of moving statistics too, is another."""
    after = weights(trainer)
    return {
        name
        for name, now in after.items()
        if any((a != b).any() for a, b in zip(before[name], now, strict=True))
    }


def test_frozen_decoders_do_not_move_and_only_in_this_stage():
    trainer, feed = built(SEEN, pseudo_freeze_decoders=True)
    everything = set(weights(trainer))
    for stage, still in (
        (SEEN, set()),
        (ALIGNED, {"encoder_rgb"}),
        (PSEUDO, {"encoder_rgb", "decoder_rgb", "decoder_segmentation", "decoder_depth"}),
    ):
        if stage:
            trainer.enter(stage, feed.spec)
        before = weights(trainer)
        step(trainer, feed)
        assert moved(trainer, before) == everything - still


def test_frozen_decoders_are_those_in_use():
    trainer, feed = built(PSEUDO, noise=0.0, pseudo_freeze_decoders=True)
    for number, variable in enumerate(trainer.networks["decoder_segmentation"].variables):
        if "moving" in variable.path:  # Else inference and training mode could not be told apart.
            variable.assign(variable + 0.1 * (1 + number))
    ((batch,),) = batches(trainer, feed)
    terms = {term.name: float(term.value) for term in trainer.terms(batch, {})}
    given, ids = batch["rgb+depth"]["depth"], batch["rgb+segmentation"]["segmentation"]

    def logits(name, values, encoder_trains):
        inputs = {"input": to_network(trainer.modalities[name].field, values)}
        code = trainer.networks[f"encoder_{name}"](inputs, training=encoder_trains)
        decoder = trainer.networks["decoder_segmentation"]
        return decoder({n: code[n] for n in decoder.input}, training=False)["output"]

    own = logits("segmentation", ids, True)
    expected = tf.nn.sparse_softmax_cross_entropy_with_logits(ids, own)
    found = terms["segmentation_to_segmentation"]
    assert found == pytest.approx(float(tf.reduce_mean(expected)), rel=1e-4)
    teacher = tf.nn.softmax(logits("rgb", batch["rgb+depth"]["rgb"], False))
    shares = tf.nn.log_softmax(logits("depth", given, True))
    expected = -float(tf.reduce_mean(tf.reduce_sum(teacher * shares, -1)))
    assert terms["pseudo_depth_to_segmentation"] == pytest.approx(expected, rel=1e-4)


def test_hard_targets_are_the_classes_of_the_largest_logits():
    teacher, made = np.random.default_rng(0).normal(size=(2, 3, 4, 5, 6)).astype("float32")
    teacher[0, 0, 0] = [1, 3, 0, 3, 2, 3]  # Of several, the first.
    field = ids_field((4, 5), "abcdef")
    one_hot = np.zeros_like(teacher)
    np.put_along_axis(one_hot, teacher.argmax(-1)[..., None], 1, -1)
    assert one_hot[0, 0, 0].tolist() == [0, 1, 0, 0, 0, 0]
    shares = np.log(np.exp(made) / np.exp(made).sum(-1, keepdims=True))
    soft = np.exp(teacher) / np.exp(teacher).sum(-1, keepdims=True)
    for targets, p in (("hard", one_hot), ("soft", soft)):
        modality = Modality("maps", field, make(MMNetConfig, {"pseudo_targets": targets}))
        expected = -(p * shares).sum(-1).mean()
        assert float(modality.pseudo_error(made, teacher)) == pytest.approx(expected, rel=1e-5)


@pytest.mark.parametrize("literal", [{"pseudo_freeze_decoders": True}, {"pseudo_targets": "hard"}])
def test_the_literal_form_without_pseudo_pairs_is_one_line(literal):
    with pytest.raises(UserError, match="--aligned-steps 0 leaves none") as error:
        make(MMNetConfig, {"aligned_steps": 0} | literal)
    assert "\n" not in str(error.value)
