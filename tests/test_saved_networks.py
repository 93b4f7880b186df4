"""The networks of every method open with Keras alone: same numbers, same sharing, no code."""

import keras
import numpy as np
import pytest

from tests.trainers.small import build

METHODS = {
    "gan": {},
    "gan, spectral": {"spectral_norm": True, "discriminator_norm": "none"},
    "gan, residual": {"network": "sngan_resnet"},
    "gan of points": {"network": "mlp", "dataset": "ring"},
    "cogan": {"adapt": True, "shared_discriminator_layers": 2},
    "cogan, dcgan": {"network": "dcgan"},
    "scogan": {"cycle_weight": 1.0},
    "classifier": {"dataset": "glyphs"},
}


@pytest.mark.parametrize("name", METHODS)
def test_every_network_opens_with_keras_alone(name, tmp_path):
    trainer, _ = build(name.split(",")[0].split()[0], **METHODS[name])
    networks = trainer.models()
    assert len(networks) == {"cogan": 4, "scogan": 3, "classifier": 1}.get(name, 2)
    for kind, network in networks.items():
        path = tmp_path / f"{kind}.keras"
        network.save(path)
        loaded = keras.saving.load_model(path, safe_mode=True)
        # One layer, and one set of variables, however many domains share it.
        assert [v.path for v in loaded.variables] == [v.path for v in network.variables]
        for of in (lambda v: id(v), lambda v: v.path):
            assert len(set(map(of, loaded.variables))) == len(loaded.variables)
        assert loaded.count_params() == network.count_params()
        inputs = keras.tree.map_structure(
            lambda t: np.random.default_rng(0).uniform(-1, 1, (2, *t.shape[1:])), network.input
        )
        expected, given = (keras.tree.flatten(n(inputs)) for n in (network, loaded))
        for one, other in zip(expected, given, strict=True):
            np.testing.assert_array_equal(one, other)
