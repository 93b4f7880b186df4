"""CoGAN's networks: layers against the source, and what sharing means."""

import keras
import numpy as np
import pytest
import tensorflow as tf

from nets.cogan import discriminator, generator, layer_counts, paper_sharing
from nets.sharing import domain_model
from tfgan_kit.errors import UserError
from tfgan_kit.layers import Dropout
from tfgan_kit.terms.penalties import wgan_gp

LATENT = 6
WIDTH = 1 / 16
SIZES = (32, 64, 128, 256)
DIGITS = [(32, 32, 1), (32, 32, 3)]
# Networks as the paper shares them at 32 pixels; b has more channels.
SHARED = {"generator": 4, "discriminator": 3}


def latents(count=4):
    return np.random.default_rng(0).uniform(-1, 1, (count, LATENT)).astype("float32")


def images(shapes, count=4):
    rng = np.random.default_rng(1)
    batches = [rng.uniform(-1, 1, (count, *shape)).astype("float32") for shape in shapes]
    return {f"image_{d}": batch for d, batch in zip("abcdefgh", batches, strict=False)}


def build(kind, shared=None, shapes=DIGITS, width=WIDTH, **kwargs):
    """Returns a network and an input for it."""
    keras.utils.set_random_seed(0)
    shared = SHARED[kind] if shared is None else shared
    if kind == "generator":
        return generator(shapes, LATENT, width=width, shared_layers=shared, **kwargs), latents()
    return discriminator(shapes, width=width, shared_layers=shared, **kwargs), images(shapes)


def last(kind):
    return "image" if kind == "generator" else "logits"


def shared_variables(model):
    return [v for v in model.trainable_variables if v.path.split("/")[0][-2:] not in ("_a", "_b")]


def conv(size, inputs, outputs, bias=True):
    return size * size * inputs * outputs + bias * outputs


# What comes after weights: batch normalization's four vectors and a PReLU's slopes.
def norm_and_slopes(channels):
    return 5 * channels


@pytest.mark.parametrize("shared", range(5))
def test_generators_of_32_pixels_have_the_parameters_of_the_source(shared):
    hidden = [LATENT * 16384 + norm_and_slopes(1024)]
    for inputs, outputs in ((1024, 512), (512, 256), (256, 128)):
        hidden.append(conv(3, inputs, outputs, bias=False) + norm_and_slopes(outputs))
    expected = sum(hidden[:shared]) + 2 * sum(hidden[shared:]) + conv(6, 128, 1) + conv(6, 128, 3)
    model, _ = build("generator", shared, width=1.0)
    assert model.count_params() == expected


@pytest.mark.parametrize("shared", range(4))
def test_discriminators_of_32_pixels_have_the_parameters_of_the_source(shared):
    # The dropout's counter counts as one.
    common = [conv(5, 20, 50), 3200 * 500 + 500 + 500 + 1, 501]
    own = 3 - shared
    expected = conv(5, 1, 20) + conv(5, 3, 20) + 2 * sum(common[:own]) + sum(common[own:])
    model, _ = build("discriminator", shared, width=1.0)
    assert model.count_params() == expected


def test_networks_of_128_pixels_have_the_parameters_of_the_source():
    shapes = [(128, 128, 3)] * 2
    generators, discriminators = paper_sharing(128)
    expected = LATENT * 16384 + norm_and_slopes(1024)
    for inputs, outputs in ((1024, 512), (512, 256), (256, 128), (128, 64)):
        expected += conv(4, inputs, outputs, bias=False) + norm_and_slopes(outputs)
    expected += 2 * (conv(4, 64, 32, bias=False) + norm_and_slopes(32) + conv(3, 32, 3))
    assert build("generator", generators, shapes, width=1.0)[0].count_params() == expected

    expected = 2 * (4 * 3 + conv(5, 3, 32, bias=False) + norm_and_slopes(32))
    for size, inputs, outputs in ((5, 32, 64), (5, 64, 128)):
        expected += conv(size, inputs, outputs, bias=False) + norm_and_slopes(outputs)
    for inputs, outputs in ((128, 256), (256, 512), (512, 1024)):
        expected += conv(3, inputs, outputs, bias=False) + norm_and_slopes(outputs)
    expected += 2 * 2 * 1024 * 2048 + norm_and_slopes(2048) + 2049 + 5
    model, _ = build("discriminator", discriminators, shapes, width=1.0)
    assert model.count_params() == expected
    rates = [layer.rate for layer in model.layers if isinstance(layer, Dropout)]
    assert rates == [0.1, 0.3, 0.3, 0.5, 0.5]


@pytest.mark.parametrize("size", SIZES)
def test_names_and_shapes(size):
    shapes = [(size, size, 3), (size, size, 1)]
    layers = layer_counts(size)
    for kind, shared, count in zip(SHARED, paper_sharing(size), layers, strict=True):
        model, x = build(kind, shared, shapes, width=1 / 64)
        assert model.name == kind
        outputs = model(x)
        names = {f"features_{i}_{d}" for i in range(1, count) for d in "ab"}
        assert set(outputs) == names | {f"{last(kind)}_{d}" for d in "ab"}
        sides = [outputs[f"features_{i}_b"].shape[1] for i in range(1, count)]
        if kind == "generator":
            assert model.input.name == "latent"
            assert sides == [min(4 * 2**i, size) for i in range(count - 1)]
            for d, shape in zip("ab", shapes, strict=True):
                assert outputs[f"image_{d}"].shape == (4, *shape)
                assert 0 < np.abs(outputs[f"image_{d}"]).max() <= 1
        else:
            assert list(model.input) == ["image_a", "image_b"]
            assert sides[:-1] == [size // 2**i for i in range(1, count - 1)]
            assert outputs["logits_a"].shape == outputs["logits_b"].shape == (4, 1)


@pytest.mark.parametrize(
    ("size", "layers", "sharing"),
    [(32, (5, 4), (4, 3)), (64, (6, 7), (4, 6)), (128, (7, 8), (5, 7)), (256, (8, 9), (6, 8))],
)
def test_layers_and_how_many_the_paper_shares(size, layers, sharing):
    assert layer_counts(size) == layers
    assert paper_sharing(size) == sharing


@pytest.mark.parametrize("kind", SHARED)
def test_shared_layers_exist_once(kind):
    count = layer_counts(32)[kind == "discriminator"]
    separate, _ = build(kind, 0)
    for shared in range(count):
        model, _ = build(kind, shared)
        names = {layer.name.split("_")[-1] for layer in model.layers if "_" in layer.name}
        numbers = {int(name) for name in names if name.isdigit()}
        first = 1 if kind == "generator" else count - shared + 1
        assert numbers == set(range(first, first + shared))
        assert len({id(v) for v in model.variables}) == len(model.variables)
        assert (len(model.variables) < len(separate.variables)) == (shared > 0)


def test_a_shared_generator_layer_is_one_tensor_for_all_domains():
    model, _ = build("generator", 2, [*DIGITS, (32, 32, 2)])
    for i in (1, 2, 3, 4):
        tensors = {id(model.output[f"features_{i}_{d}"]) for d in "abc"}
        assert len(tensors) == (1 if i <= 2 else 3)


@pytest.mark.parametrize("kind", SHARED)
def test_networks_without_shared_layers_do_not_touch_each_other(kind):
    model, x = build(kind, 0)
    with tf.GradientTape() as tape:
        value = tf.reduce_sum(model(x, training=True)[f"{last(kind)}_a"])
    for variable, gradient in zip(
        model.trainable_variables,
        tape.gradient(value, [v.value for v in model.trainable_variables]),
        strict=True,
    ):
        assert (gradient is None) == variable.path.split("/")[0].endswith("_b"), variable.path


def gradients(model, x, names):
    variables = [v.value for v in shared_variables(model)]
    with tf.GradientTape() as tape:
        # Inference: a dropout in training has another mask each time.
        outputs = model(x, training=False)
        value = tf.add_n([tf.reduce_sum(tf.square(outputs[name])) for name in names])
    return tape.gradient(value, variables)


@pytest.mark.parametrize("kind", SHARED)
def test_the_gradient_of_a_shared_variable_is_the_sum_of_both_domains(kind):
    model, x = build(kind)
    a, b = f"{last(kind)}_a", f"{last(kind)}_b"
    parts = zip(*(gradients(model, x, names) for names in ([a], [b], [a, b])), strict=True)
    count = 0
    for of_a, of_b, of_both in parts:
        scale = np.abs(of_both).max()
        np.testing.assert_allclose(of_a + of_b, of_both, rtol=1e-4, atol=1e-5 * scale)
        assert min(np.abs(of_a).max(), np.abs(of_b).max()) > 1e-4 * scale
        count += 1
    # Weights, two vectors of the normalization and slopes; or with a bias, the last without slopes.
    assert count == (4 * 4 if kind == "generator" else 2 + 3 + 2)


def copies(model, tmp_path):
    path = tmp_path / "model.keras"
    model.save(path)
    clone = keras.models.clone_model(model)
    clone.set_weights(model.get_weights())
    return keras.saving.load_model(path, safe_mode=True), clone


@pytest.mark.parametrize("kind", SHARED)
def test_sharing_survives_saving_and_cloning(kind, tmp_path):
    model, x = build(kind)
    for copy in copies(model, tmp_path):
        assert not {id(v) for v in copy.variables} & {id(v) for v in model.variables}
        assert [v.path for v in copy.variables] == [v.path for v in model.variables]
        assert len({id(v) for v in copy.variables}) == len(copy.variables)
        for key, value in model(x).items():
            np.testing.assert_array_equal(copy(x)[key], value)

        # One step for domain a moves each shared variable once, and with it domain b.
        before = {k: v.numpy() for k, v in copy(x).items()}
        variables = shared_variables(copy)
        starts = [v.numpy() for v in variables]
        steps = gradients(copy, x, [f"{last(kind)}_a"])
        optimizer = keras.optimizers.SGD(0.01)
        optimizer.apply(steps, variables)
        for variable, start, step in zip(variables, starts, steps, strict=True):
            np.testing.assert_allclose(variable, start - 0.01 * step, rtol=1e-4, atol=1e-6)
        after = copy(x)
        for d in "ab":
            assert np.abs(after[f"{last(kind)}_{d}"] - before[f"{last(kind)}_{d}"]).max() > 1e-5


@pytest.mark.parametrize("shared", [0, 2])
@pytest.mark.parametrize("kind", SHARED)
def test_the_network_of_a_domain_is_a_part_of_the_joint_one(kind, shared):
    model, x = build(kind, shared)
    whole = model(x)
    for d in "ab":
        part = domain_model(model, d)
        outputs = part(x if kind == "generator" else x[f"image_{d}"])
        count = layer_counts(32)[kind == "discriminator"]
        assert set(outputs) == {last(kind), *(f"features_{i}" for i in range(1, count))}
        for name, value in outputs.items():
            np.testing.assert_array_equal(value, whole[f"{name}_{d}"])
        assert {id(v) for v in part.variables} < {id(v) for v in model.variables}
        other = "b" if d == "a" else "a"
        assert not [layer.name for layer in part.layers if layer.name.endswith(f"_{other}")]


def test_a_domains_network_can_be_saved_alone(tmp_path):
    part = domain_model(build("generator")[0], "b")
    part.save(tmp_path / "generator_b.keras")
    loaded = keras.saving.load_model(tmp_path / "generator_b.keras")
    np.testing.assert_array_equal(loaded(latents())["image"], part(latents())["image"])


def test_domains_of_different_sizes_share_what_fits():
    shapes = [(64, 64, 3), (128, 128, 1)]
    model, x = build("generator", 5, shapes, width=1 / 64)
    outputs = model(x)
    assert outputs["image_a"].shape == (4, 64, 64, 3)
    assert outputs["image_b"].shape == (4, 128, 128, 1)
    assert model.output["features_5_a"] is model.output["features_5_b"]

    model, x = build("discriminator", 6, shapes, width=1 / 64)
    outputs = model(x)
    assert outputs["logits_a"].shape == outputs["logits_b"].shape == (4, 1)
    assert outputs["features_6_a"].shape == outputs["features_7_b"].shape
    assert len(shared_variables(model)) == 4 * 5 + 2


@pytest.mark.parametrize(
    ("kind", "sizes", "shared", "message"),
    [
        ("generator", (32, 32), 5, "--shared-generator-layers 5 .* share 0 to 4 layers"),
        ("generator", (32, 32), -1, "--shared-generator-layers -1 .* share 0 to 4 layers"),
        ("discriminator", (32, 32), 4, "--shared-discriminator-layers 4 .* share 0 to 3 layers"),
        ("generator", (64, 128), 6, "share 0 to 5 layers"),
        ("generator", (64, 256), 1, "layer 1 .* domain a .* domain b; share at most 0"),
        ("generator", (32, 64), 2, "layer 2 is 3x3 .* in domain a but 4x4 .* in domain b"),
        ("discriminator", (128, 256), 2, "layer 7 .* domain a .* domain b; share at most 1"),
        ("discriminator", (32, 64), 1, "layer 4 is 31 to 1 units in domain a but 128 to 1"),
    ],
)
def test_layers_that_cannot_be_shared_are_one_line(kind, sizes, shared, message):
    with pytest.raises(UserError, match=message) as error:
        build(kind, shared, [(size, size, 3) for size in sizes])
    assert "\n" not in str(error.value)


@pytest.mark.parametrize("kind", SHARED)
def test_other_sizes_and_normalizations_are_one_line(kind):
    for shape in ((48, 48, 3), (32, 64, 3), (2,)):
        with pytest.raises(UserError, match="32x32, 64x64, 128x128, 256x256"):
            build(kind, 0, [shape, shape])
    with pytest.raises(UserError, match="did you mean 'batch'"):
        build(kind, norm="bach")
    for count in (layer_counts, paper_sharing):
        with pytest.raises(UserError, match="32x32, 64x64, 128x128, 256x256"):
            count(48)


@pytest.mark.parametrize("policy", ["mixed_bfloat16", "mixed_float16"])
@pytest.mark.parametrize("kind", SHARED)
def test_outputs_are_float32_under_mixed_precision(kind, policy):
    before = keras.config.dtype_policy()
    keras.config.set_dtype_policy(policy)
    try:
        model, x = build(kind)
    finally:
        keras.config.set_dtype_policy(before)
    outputs = model(x, training=True)
    assert outputs["features_1_a"].dtype == policy.removeprefix("mixed_")
    assert outputs[f"{last(kind)}_a"].dtype == outputs[f"{last(kind)}_b"].dtype == tf.float32
    assert {w.dtype for w in model.trainable_variables} == {"float32"}


def test_weights_start_as_the_source_says():
    """Kernels of their spread, no two alike, and slopes of 0.25."""
    kernels = {}
    for size in (32, 64):
        shapes = [(size, size, 3)] * 2
        for kind in SHARED:
            model, _ = build(kind, 1, shapes, width=1 / 4)
            for layer in model.layers:
                if isinstance(layer, keras.layers.PReLU):
                    np.testing.assert_array_equal(layer.alpha, np.full(layer.alpha.shape, 0.25))
            own = {v.path: v.numpy() for v in model.variables if v.name == "kernel"}
            assert len({tuple(kernel.ravel()[:4]) for kernel in own.values()}) == len(own)
            kernels |= {(size, kind, path): kernel for path, kernel in own.items()}
    for (size, kind, _), kernel in kernels.items():
        if kernel.size < 5000:
            continue
        fans = np.prod(kernel.shape[:-2]) * np.array(kernel.shape[-2:])
        expected = np.sqrt(2 / fans.sum()) if size == 32 else 0.02
        assert kernel.std() == pytest.approx(expected, rel=0.05), kind


def test_slopes_are_one_per_channel():
    for kind, shapes in (("generator", DIGITS), ("discriminator", [(64, 64, 1)] * 2)):
        for layer in build(kind, 1, shapes)[0].layers:
            if isinstance(layer, keras.layers.PReLU):
                assert layer.alpha.shape[-1] == layer.alpha.numpy().size == layer.output.shape[-1]


def test_a_discriminator_of_32_pixels_by_hand():
    """Convolution, max pooling, dense, PReLU, as NumPy has it. Keras pads 5x5 by two."""
    model, x = build("discriminator", 2)
    weights = {v.path: v.numpy().astype("float64") for v in model.variables}
    value = x["image_b"].astype("float64")
    for name in ("conv_1_b", "conv_2_b"):
        padded = np.pad(value, ((0, 0), (2, 2), (2, 2), (0, 0)))
        windows = np.lib.stride_tricks.sliding_window_view(padded, (5, 5), (1, 2))
        value = np.einsum("nhwcij,ijco->nhwo", windows, weights[f"{name}/kernel"])
        value += weights[f"{name}/bias"]
        n, height, width, channels = value.shape
        value = value.reshape(n, height // 2, 2, width // 2, 2, channels).max((2, 4))
    value = value.reshape(n, -1) @ weights["dense_3/kernel"] + weights["dense_3/bias"]
    value = np.where(value > 0, value, 0.25 * value)
    outputs = model(x)
    np.testing.assert_allclose(outputs["features_3_b"], value, rtol=1e-3, atol=1e-4)
    value = value @ weights["logits_4/kernel"] + weights["logits_4/bias"]
    np.testing.assert_allclose(outputs["logits_b"], value, rtol=1e-3, atol=1e-4)


def test_dropout_comes_after_the_features_and_differs_between_domains():
    model, x = build("discriminator")
    x["image_b"] = np.repeat(x["image_a"], 3, axis=-1)
    inference, training = model(x), model(x, training=True)
    np.testing.assert_array_equal(training["features_3_a"], inference["features_3_a"])
    assert np.abs(training["logits_a"] - inference["logits_a"]).max() > 1e-3
    assert int(model.get_layer("dropout_3").counter) == 2


def kinds(model):
    return {type(layer).__name__ for layer in model.layers if layer.name.startswith("norm")}


def test_normalizations():
    sixty_four = [(64, 64, 1)] * 2
    assert kinds(build("generator")[0]) == {"BatchNormalization"}
    assert kinds(build("generator", norm="none")[0]) == set()
    assert kinds(build("discriminator")[0]) == set()
    assert kinds(build("discriminator", 2, sixty_four)[0]) == {"BatchNormalization"}
    model, _ = build("discriminator", 2, sixty_four, norm="layer")
    assert kinds(model) == {"GroupNormalization"}
    assert {"norm_0_a", "norm_0_b", "norm_6"} <= {layer.name for layer in model.layers}
    model, x = build("discriminator", 2, sixty_four, norm="instance")
    assert "norm_6" not in {layer.name for layer in model.layers}
    assert np.ptp(model(x)["features_6_a"], axis=0).max() > 0


@pytest.mark.parametrize("shapes", [DIGITS, [(64, 64, 1)] * 2])
def test_a_gradient_penalty_reaches_every_kernel(shapes):
    """Second derivatives through max pooling, PReLU and dropout, as in a training step."""
    norm = "layer" if shapes[0][0] > 32 else None
    model, x = build("discriminator", 2, shapes, norm=norm)
    critic = domain_model(model, "a")
    kernels = [v for v in critic.trainable_variables if v.name in ("kernel", "alpha")]

    @tf.function
    def step(real, fake):
        with tf.GradientTape() as tape:
            value = wgan_gp(lambda i: critic(i, training=True)["logits"], real, fake, [1, 2])
        return tape.gradient(value, [v.value for v in kernels])

    for variable, gradient in zip(kernels, step(x["image_a"], -x["image_a"]), strict=True):
        assert np.isfinite(gradient).all(), variable.path
        assert np.abs(gradient).max() > 0, variable.path
