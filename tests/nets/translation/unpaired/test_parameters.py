"""The parameter counts of the papers, at full size; the networks are only built."""

import keras
import numpy as np
import pytest
import tensorflow as tf

from nets.translation.unpaired import discriminators, munit, udit, unit
from tests.nets.translation.networks import trainable

BOTH = {"a": 3, "b": 3}


@pytest.fixture(autouse=True)
def _zero_weights(monkeypatch):
    for kind in (keras.initializers.RandomNormal, keras.initializers.HeNormal):
        monkeypatch.setattr(kind, "__call__", lambda _, shape, dtype=None: tf.zeros(shape, dtype))


def of_all(networks):
    """The number of different trainable parameters."""
    found = {id(v): int(np.prod(v.shape)) for net in networks for v in net.trainable_variables}
    return sum(found.values())


def test_unit_shares_two_blocks():
    networks = [*unit.encoders(BOTH).values(), *unit.decoders(BOTH).values()]
    block = 2 * (9 * 256 * 256 + 256)
    assert of_all(networks) == 18_017_286
    assert sum(map(trainable, networks)) == 18_017_286 + 2 * block
    private = [unit.encoders(BOTH, shared_blocks=0), unit.decoders(BOTH, shared_blocks=0)]
    assert of_all([net for nets in private for net in nets.values()]) == 18_017_286 + 2 * block


@pytest.mark.parametrize(
    ("make", "count"),
    [
        (lambda: munit.content_encoder(3), 5_385_856),
        (lambda: munit.style_encoder(3), 2_764_936),
        (lambda: munit.decoder(3), 1_120_768 + 5_754_627),
        (lambda: discriminators.munit_discriminator({"a": 3}), 8_271_171),
        (lambda: discriminators.munit_discriminator(BOTH), 2 * 8_271_171),
        # The convolutions 7x7 and 3x3 with their biases, by hand.
        (lambda: udit.content_encoder(3), 2_016_896 + 12 * 590_080),
        (lambda: udit.content_encoder(3, size=7), 40_555_136),  # 40.6 M in the thesis.
        # 3x3 s2 from 3 to 1024 channels, and 1x1.
        (lambda: discriminators.unit_discriminator({"a": 3}), 6_270_592 + 1_025),
    ],
)
def test_parameters(make, count):
    assert trainable(make()) == count
