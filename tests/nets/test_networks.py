"""What all networks have in common, and the sizes of each."""

import subprocess
import sys

import keras
import numpy as np
import pytest
import tensorflow as tf

from nets import registry
from tfgan_kit.errors import UserError
from tfgan_kit.layers import spectral_layers
from tfgan_kit.settings import names
from tfgan_kit.terms.penalties import wgan_gp

LATENT = 7
IMAGES = [
    ("mlp", (2,)),
    ("mlp", (8, 8, 3)),
    ("dcgan", (32, 32, 1)),
    ("dcgan", (64, 64, 3)),
    ("dcgan", (128, 128, 2)),
    ("wgan_resnet", (32, 32, 3)),
    ("wgan_resnet", (64, 64, 1)),
    ("wgan_resnet", (128, 128, 4)),
    ("sngan_resnet", (32, 32, 3)),
    ("sngan_resnet", (64, 64, 1)),
    ("cgan_mlp", (2,)),
    ("cgan_mlp", (28, 28, 1)),
    ("acgan", (32, 32, 1)),
    ("acgan", (128, 128, 3)),
    ("acgan_small", (28, 28, 3)),
]
FLAT = ("mlp", "cgan_mlp")
FIRST_MAPS = {("acgan", 128): 8, ("acgan_small", 28): 3}
OF_POINTS = [(name, (2,)) for name in FLAT]
SMALL = [
    *OF_POINTS,
    *((name, (32, 32, 3)) for name in names.NETWORKS if name not in (*FLAT, "acgan_small")),
    ("acgan_small", (28, 28, 3)),
]


def build(name, image_shape, width=1 / 32, generator=None, discriminator=None):
    keras.utils.set_random_seed(0)
    module = registry.load(name)
    return (
        module.generator(image_shape, LATENT, width=width, **generator or {}),
        module.discriminator(image_shape, width=width, **discriminator or {}),
    )


def inputs(image_shape, batch=3):
    rng = np.random.default_rng(0)
    latent = rng.normal(size=(batch, LATENT)).astype("float32")
    return latent, rng.uniform(-1, 1, (batch, *image_shape)).astype("float32")


def test_the_registry_has_the_names_a_configuration_may_use():
    assert list(registry.NETWORKS) == list(names.NETWORKS)
    with pytest.raises(UserError, match=r"did you mean 'dcgan'\?"):
        registry.load("dcgann")


def test_the_registry_imports_nothing_heavy():
    code = (
        "import sys, nets.registry; assert not {'tensorflow', 'keras', 'numpy'} & set(sys.modules)"
    )
    subprocess.run([sys.executable, "-c", code], check=True)


@pytest.mark.parametrize(("name", "image_shape"), IMAGES)
def test_names_and_shapes(name, image_shape):
    generator, discriminator = build(name, image_shape)
    latent, image = inputs(image_shape)
    assert (generator.name, discriminator.name) == ("generator", "discriminator")
    assert generator.input.name == "latent"
    assert discriminator.input.name == "image"

    generated, judged = generator(latent), discriminator(image)
    assert generated["image"].shape == image.shape
    assert judged["logits"].shape == (3, 1)
    for outputs, last in ((generated, "image"), (judged, "logits")):
        features = [f"features_{i}" for i in range(1, len(outputs))]
        assert set(outputs) == {*features, last}
        assert len(features) >= (2 if name == "cgan_mlp" else 3)
    if len(image_shape) == 3:
        assert np.abs(generated["image"]).max() <= 1
    if name not in FLAT:
        # The discriminator's maps shrink from about the image's size to that of the generator's
        # first map, from which the generator's grow.
        maps = [f.shape[1] for n, f in generated.items() if n != "image" and len(f.shape) == 4]
        assert sorted(maps) == maps
        assert maps[0] == FIRST_MAPS.get((name, image_shape[0]), 4)
        assert maps[-1] in (image_shape[0], image_shape[0] // 2)


@pytest.mark.parametrize(("name", "image_shape"), SMALL)
def test_a_network_survives_saving_and_cloning(name, image_shape, tmp_path):
    latent, image = inputs(image_shape)
    for model, x in zip(build(name, image_shape), (latent, image), strict=True):
        path = tmp_path / f"{model.name}.keras"
        model.save(path)
        loaded = keras.saving.load_model(path, safe_mode=True)
        for key, value in model(x).items():
            np.testing.assert_array_equal(loaded(x)[key], value)

        clone = keras.models.clone_model(model)
        assert not {id(w) for w in clone.weights} & {id(w) for w in model.weights}
        clone.set_weights(model.get_weights())
        for key, value in model(x).items():
            np.testing.assert_array_equal(clone(x)[key], value)


@pytest.mark.parametrize(("name", "image_shape"), SMALL)
def test_weights_are_a_function_of_the_seed_and_differ_between_layers(name, image_shape):
    first, second = build(name, image_shape, 1 / 8), build(name, image_shape, 1 / 8)
    for old, new in zip(first, second, strict=True):
        for a, b in zip(old.get_weights(), new.get_weights(), strict=True):
            np.testing.assert_array_equal(a, b)
        starts = [w.numpy().ravel()[:4].tolist() for w in old.weights if w.name == "kernel"]
        assert len({tuple(start) for start in starts}) == len(starts)


@pytest.mark.parametrize("policy", ["mixed_bfloat16", "mixed_float16"])
@pytest.mark.parametrize(("name", "image_shape"), SMALL)
def test_outputs_are_float32_under_mixed_precision(name, image_shape, policy):
    before = keras.config.dtype_policy()
    keras.config.set_dtype_policy(policy)
    try:
        generator, discriminator = build(name, image_shape)
    finally:
        keras.config.set_dtype_policy(before)
    latent, image = inputs(image_shape)
    generated, judged = generator(latent), discriminator(image)
    assert generated["features_1"].dtype == policy.removeprefix("mixed_")
    assert judged["features_1"].dtype == policy.removeprefix("mixed_")
    assert generated["image"].dtype == judged["logits"].dtype == tf.float32
    weights = generator.weights + discriminator.weights
    assert {w.dtype for w in weights if w.name != "counter"} == {"float32"}


NORMS = [
    ({"norm": "layer"}, {"norm": "batch", "spectral_norm": False}),
    ({"norm": "none"}, {"norm": "none", "spectral_norm": True}),
    ({"norm": "batch"}, {"norm": "layer"}),
]


@pytest.mark.parametrize(("generator_norm", "discriminator_norm"), NORMS)
@pytest.mark.parametrize(("name", "image_shape"), SMALL)
def test_one_step_changes_every_trainable_variable(
    name, image_shape, generator_norm, discriminator_norm
):
    generator, discriminator = build(name, image_shape, 1 / 8, generator_norm, discriminator_norm)
    latent, image = inputs(image_shape, batch=6)

    weights = generator.trainable_variables + discriminator.trainable_variables
    with tf.GradientTape() as tape:
        generated = generator(latent, training=True)["image"]
        fake = discriminator(generated, training=True)["logits"]
        real = discriminator(image, training=True)["logits"]
        value = tf.reduce_mean(tf.nn.softplus(fake) + tf.square(real))
    gradients = tape.gradient(value, [weight.value for weight in weights])
    scale = max(np.abs(gradient).max() for gradient in gradients)
    before = [weight.numpy() for weight in weights]
    keras.optimizers.SGD(1.0).apply(gradients, weights)
    for weight, old in zip(weights, before, strict=True):
        # What cancels in exact arithmetic leaves rounding errors of some 1e-7 of the scale.
        assert np.abs(weight - old).max() > 1e-5 * scale, weight.path


@pytest.mark.parametrize(("name", "image_shape"), SMALL)
def test_a_gradient_penalty_goes_through_every_discriminator(name, image_shape):
    discriminator = build(name, image_shape, 1 / 16)[1]
    if name in ("dcgan", "acgan"):
        discriminator = registry.load(name).discriminator(image_shape, width=1 / 16, norm="none")
    _, image = inputs(image_shape)
    kernels = [w.value for w in discriminator.trainable_variables if w.name == "kernel"]
    with tf.GradientTape() as tape:
        value = wgan_gp(
            lambda x: discriminator(x, training=True)["logits"], image, image[::-1], [1, 2]
        )
    for gradient in tape.gradient(value, kernels):
        assert np.isfinite(gradient).all()
        assert np.abs(gradient).max() > 0


@pytest.mark.parametrize(("name", "image_shape"), SMALL)
def test_width_scales_channels_down_to_one(name, image_shape):
    counts = [
        [model.count_params() for model in build(name, image_shape, width)]
        for width in (1e-6, 1 / 16, 1 / 8)
    ]
    assert counts == sorted(counts)
    generator, _ = build(name, image_shape, 1e-6)
    assert {f.shape[-1] for n, f in generator.output.items() if n != "image"} == {1}


@pytest.mark.parametrize("name", names.NETWORKS)
def test_spectral_normalization_covers_the_whole_discriminator(name):
    make = registry.load(name).discriminator
    discriminator = make(dict(SMALL)[name], width=1 / 32, spectral_norm=True)
    kernels = [w for w in discriminator.trainable_variables if w.name == "kernel"]
    assert len(spectral_layers(discriminator)) == len(kernels) >= 3


@pytest.mark.parametrize("image_shape", [(48, 48, 3), (32, 60, 3), (2,), (32, 32)])
@pytest.mark.parametrize(
    ("name", "sizes"),
    [
        ("dcgan", "32x32, 64x64, 128x128"),
        ("wgan_resnet", "32x32, 64x64, 128x128"),
        ("sngan_resnet", "32x32, 64x64"),
        ("acgan", "32x32, 128x128"),
        ("acgan_small", "28x28"),
    ],
)
def test_other_shapes_are_one_line_that_names_the_sizes(name, sizes, image_shape):
    module = registry.load(name)
    for make in (
        lambda: module.generator(image_shape, 8),
        lambda: module.discriminator(image_shape),
    ):
        with pytest.raises(UserError, match=f"one of {sizes}, or") as error:
            make()
        assert "\n" not in str(error.value)


@pytest.mark.parametrize("name", FLAT)
def test_instance_normalization_of_an_mlp_is_refused(name):
    module = registry.load(name)
    with pytest.raises(UserError, match="batch, layer or none"):
        module.generator((2,), 8, norm="instance")
    with pytest.raises(UserError, match="batch, layer or none"):
        module.discriminator((2,), norm="instance")
