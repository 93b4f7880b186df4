"""What the networks of UNIT, MUNIT and UDIT do, at small sizes."""

import keras
import numpy as np
import pytest
import tensorflow as tf

from nets.sharing import domain_model
from nets.translation.unpaired import discriminators, munit, udit, unit
from tests.nets.translation.networks import build_in, survives_saving
from tfgan_kit.errors import UserError
from tfgan_kit.models.ema import EMA

RNG = np.random.default_rng(0)
IMAGES = RNG.uniform(-1, 1, (2, 16, 24, 3)).astype("float32")
SMALL = {"filters": 4, "blocks": 2}
BOTH = {"a": 3, "b": 1}


def normal(*shape):
    return RNG.normal(size=shape).astype("float32")


def index(height, width, channels):
    return RNG.integers(0, 4, (2, height, width, channels)).astype("int32")


STYLE = normal(2, 5)
INDICES = {f"indices_{k}": index(16 >> k, 24 >> k, 2 * 2**k) for k in (1, 2, 3)}
NETWORKS = {
    "unit_encoder": (lambda: unit.encoders(BOTH, **SMALL)["a"], {"image": IMAGES}),
    "unit_decoder": (lambda: unit.decoders(BOTH, **SMALL)["a"], {"latent": normal(2, 4, 6, 16)}),
    "unit_discriminator": (
        lambda: discriminators.unit_discriminator(BOTH, layers=3, filters=4),
        {"image_a": IMAGES, "image_b": IMAGES[..., :1]},
    ),
    "munit_content": (lambda: munit.content_encoder(3, **SMALL), {"image": IMAGES}),
    "munit_style": (lambda: munit.style_encoder(3, style_size=5, filters=4), {"image": IMAGES}),
    "munit_decoder": (
        lambda: munit.decoder(3, style_size=5, units=7, **SMALL),
        {"content": normal(2, 4, 6, 16), "style": STYLE},
    ),
    "munit_discriminator": (
        lambda: discriminators.munit_discriminator(BOTH, scales=2, layers=3, filters=4),
        {"image_a": IMAGES, "image_b": IMAGES[..., :1]},
    ),
    "udit_content": (lambda: udit.content_encoder(3, **SMALL), {"image": IMAGES}),
    "udit_decoder": (
        lambda: udit.decoder(3, style_size=5, units=7, **SMALL),
        {"content": normal(2, 2, 3, 16), "style": STYLE, **INDICES},
    ),
}
each = pytest.mark.parametrize("name", NETWORKS)


def build(name):
    keras.utils.set_random_seed(0)
    return NETWORKS[name][0]()


@each
def test_mixed_precision_saving_and_averaging(name, tmp_path):
    model, inputs = build_in("mixed_bfloat16", lambda: build(name)), NETWORKS[name][1]
    outputs = model(inputs)
    for key, value in outputs.items():
        kind = {"indices": tf.int32, "features": tf.bfloat16}.get(key.split("_")[0], tf.float32)
        assert value.dtype == kind, key
        assert len(np.unique(value)) > 1
    survives_saving(model, inputs, tmp_path)
    for key, value in EMA(model, 0.9).network(inputs).items():
        np.testing.assert_array_equal(value, outputs[key], err_msg=key)


@each
def test_weights_come_from_the_seed_and_differ_and_every_kernel_has_a_gradient(name):
    model, inputs = build(name), NETWORKS[name][1]
    for a, b in zip(model.get_weights(), build(name).get_weights(), strict=True):
        np.testing.assert_array_equal(a, b)
    kernels = [w for w in model.trainable_variables if w.name == "kernel"]
    assert len({tuple(w.numpy().ravel()[:4]) for w in kernels}) == len(kernels)
    with tf.GradientTape() as tape:
        outputs = [x for x in model(inputs, training=True).values() if x.dtype.is_floating]
        value = sum(tf.reduce_mean(tf.square(x - 0.5)) for x in outputs)
    for kernel, gradient in zip(kernels, tape.gradient(value, kernels), strict=True):
        assert np.abs(gradient).max() > 0, kernel.path


@each
def test_an_exported_network_needs_no_kit(name, tmp_path):
    model, inputs = build(name), NETWORKS[name][1]
    archive = keras.export.ExportArchive()
    archive.track(model)
    signature = [
        {n: tf.TensorSpec((None, *x.shape[1:]), x.dtype, name=n) for n, x in inputs.items()}
    ]
    archive.add_endpoint("serve", lambda given: model(given, training=False), signature)
    archive.write_out(str(tmp_path / "saved"), verbose=False)
    loaded = tf.saved_model.load(str(tmp_path / "saved"))
    served = loaded.serve(inputs)
    for key, value in model(inputs).items():
        np.testing.assert_allclose(served[key], value, rtol=1e-5, atol=1e-5, err_msg=key)


def test_units_domains_share_blocks_between_layers_of_their_own():
    for networks in (unit.encoders(BOTH, **SMALL), unit.decoders(BOTH, **SMALL)):
        a, b = ({id(v): v.path for v in net.trainable_variables} for net in networks.values())
        common = {path for key, path in a.items() if key in b}
        assert len(common) == 4
        assert all(path.startswith("shared_1_") for path in common)
        assert len(a) - 4 == len(b) - 4 > 0
        for network in networks.values():
            assert not any(isinstance(layer, keras.Model) for layer in network.layers)
    apart = unit.encoders(BOTH, shared_blocks=0, **SMALL)
    variables = [{id(v) for v in net.trainable_variables} for net in apart.values()]
    assert not set.intersection(*variables)
    with pytest.raises(UserError, match="share 0 to 2"):
        unit.encoders(BOTH, shared_blocks=3, **SMALL)


@pytest.mark.parametrize("name", ["unit_discriminator", "munit_discriminator"])
def test_a_joint_discriminator_is_one_for_each_domain(name):
    model, inputs = build(name), NETWORKS[name][1]
    whole = model(inputs)
    for letter in BOTH:
        own = domain_model(model, letter)(inputs[f"image_{letter}"])
        assert own
        for key, value in own.items():
            np.testing.assert_allclose(value, whole[f"{key}_{letter}"], rtol=1e-5, atol=1e-6)
    assert len(whole) == 2 * len(own)


def test_content_forgets_the_statistics_of_colour_and_style_ignores_position():
    content, style = build("munit_content"), build("munit_style")
    brighter = content({"image": 0.5 * IMAGES})["content"]
    np.testing.assert_allclose(brighter, content({"image": IMAGES})["content"], atol=2e-3)
    assert style({"image": IMAGES})["style"].shape == (2, 5)
    assert style({"image": IMAGES[:, :16, :16]})["style"].shape == (2, 5)


def test_statistics_of_zero_leave_the_content_as_it_is():
    model, inputs = build("munit_decoder"), NETWORKS["munit_decoder"][1]
    for i in (1, 2):
        for part in (1, 2):
            layer = model.get_layer(f"block_{i}_{part}_statistics")
            layer.set_weights([0 * w for w in layer.get_weights()])
    part = keras.Model(model.input, model.get_layer("block_2").output)
    np.testing.assert_array_equal(part(inputs), inputs["content"])


def test_indices_of_another_image_move_the_details():
    model, inputs = build("udit_decoder"), NETWORKS["udit_decoder"][1]
    image = model(inputs)["image"]
    assert image.shape == (2, 16, 24, 3)
    moved = inputs | {"indices_1": (inputs["indices_1"] + 1) % 4}
    assert np.abs(model(moved)["image"] - image).max() > 1e-3
