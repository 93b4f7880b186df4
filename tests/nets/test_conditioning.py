"""Labels in networks: each way in against what it should compute."""

import keras
import numpy as np
import pytest
import tensorflow as tf

from nets import registry
from nets.conditioning import DiscriminatorLabel, GeneratorLabel
from tfgan_kit.errors import UserError
from tfgan_kit.layers import ConditionalNormalization, spectral_layers
from tfgan_kit.models.freezing import freeze_first
from tfgan_kit.settings import names

LATENT, CLASSES, BATCH = 6, 4, 5
SHAPES = dict.fromkeys(names.NETWORKS, (32, 32, 3)) | {
    "mlp": (6, 6, 1),
    "cgan_mlp": (6, 6, 1),
    "acgan_small": (28, 28, 1),
}
WITHOUT_MAPS = ("mlp", "cgan_mlp")
GENERATORS = [
    (network, way)
    for network in names.NETWORKS
    for way in names.GENERATOR_LABELS
    if not (way == "map" and network in WITHOUT_MAPS)
]
DISCRIMINATORS = [(net, way) for net in names.NETWORKS for way in names.DISCRIMINATOR_LABELS]
AS_OUTPUT = ("auxiliary", "k_plus_1")
# A convolution adds up in another order for another batch, and the norms magnify it.
CLOSE = {"rtol": 1e-4, "atol": 1e-5}


def generator(network, way, width=1 / 32, **settings):
    keras.utils.set_random_seed(0)
    label = GeneratorLabel(way, CLASSES)
    make = registry.load(network).generator
    settings = {"norm": "batch"} | settings
    return lively(make(SHAPES[network], LATENT, width=width, label=label, **settings))


def discriminator(network, way, width=1 / 32, **settings):
    keras.utils.set_random_seed(0)
    label = DiscriminatorLabel(way, CLASSES)
    make = registry.load(network).discriminator
    return lively(make(SHAPES[network], width=width, label=label, **settings))


def lively(model):
    """Gives kernels the variance that keeps signals up: those of N(0, 0.02) fade in few units."""
    rng = np.random.default_rng(4)
    for weight in model.trainable_variables:
        if weight.name == "kernel":
            fan = np.prod(weight.shape[:-1])
            weight.assign(rng.normal(0, np.sqrt(2 / fan), weight.shape))
    for layer in spectral_layers(model):
        layer.power_iteration(30)
    return model


def rows(*classes):
    return np.eye(CLASSES, dtype="float32")[list(classes)]


def latents():
    return np.random.default_rng(0).normal(size=(BATCH, LATENT)).astype("float32")


def images(network):
    rng = np.random.default_rng(1)
    return rng.uniform(-1, 1, (BATCH, *SHAPES[network])).astype("float32")


LABEL = rows(0, 1, 3, 1, 0)


def shown(network, way, label=LABEL):
    image = images(network)
    return image if way in AS_OUTPUT else {"image": image, "label": label}


def survives(model, inputs, tmp_path):
    """Saving and cloning keep all outputs."""
    model.save(tmp_path / "model.keras")
    loaded = keras.saving.load_model(tmp_path / "model.keras", safe_mode=True)
    clone = keras.models.clone_model(model)
    clone.set_weights(model.get_weights())
    for key, value in model(inputs).items():
        np.testing.assert_array_equal(loaded(inputs)[key], value)
        np.testing.assert_array_equal(clone(inputs)[key], value)


def one_per_name(combinations):
    """Of all combinations, as few as have each network and each way in at least once."""
    networks, ways = (sorted({each[k] for each in combinations}) for k in (0, 1))
    diagonal = {(net, ways[k % len(ways)]) for k, net in enumerate(networks)}
    chosen = diagonal & set(combinations)
    for each in combinations:
        seen = [{one[k] for one in chosen} for k in (0, 1)]
        if each[0] not in seen[0] or each[1] not in seen[1]:
            chosen.add(each)
    return chosen


def fill_tables(model):
    """Gives the tables of conditional normalizations, which start as zeros, values."""
    rng = np.random.default_rng(2)
    for weight in model.trainable_variables:
        if weight.name in ("gain", "offset"):
            weight.assign(rng.normal(size=weight.shape))


@pytest.mark.parametrize(("network", "way"), GENERATORS)
def test_a_generator_draws_by_its_label(network, way, tmp_path):
    model = generator(network, way)
    assert {name: each.name for name, each in model.input.items()} == {
        "latent": "latent",
        "label": "label",
    }
    fill_tables(model)
    inputs = {"latent": latents(), "label": LABEL}
    out = model(inputs)
    assert set(out) == set(registry.load(network).generator(SHAPES[network], 2, width=0.01).output)
    other = model({"latent": latents(), "label": rows(0, 1, 3, 1, 2)})["image"]
    np.testing.assert_allclose(other[:4], out["image"][:4], **CLOSE)
    assert np.abs(other[4] - out["image"][4]).max() > 1e-4
    if (network, way) in one_per_name(GENERATORS):
        survives(model, inputs, tmp_path)


@pytest.mark.parametrize(("network", "way"), DISCRIMINATORS)
def test_a_discriminator_sees_or_names_the_label(network, way, tmp_path):
    model = discriminator(network, way)
    inputs, out = shown(network, way), model(shown(network, way))
    assert out["logits"].shape == (BATCH, 1)
    if way in AS_OUTPUT:
        assert model.input.name == "image"
        assert out["class_logits"].shape == (BATCH, CLASSES)
    else:
        assert sorted(model.input) == ["image", "label"]
        assert "class_logits" not in out
        other = model(shown(network, way, rows(0, 1, 3, 1, 2)))["logits"]
        np.testing.assert_allclose(other[:4], out["logits"][:4], **CLOSE)
        assert np.abs(other[4] - out["logits"][4]).max() > 1e-5
    if (network, way) in one_per_name(DISCRIMINATORS):
        survives(model, inputs, tmp_path)


@pytest.mark.parametrize("policy", ["mixed_bfloat16", "mixed_float16"])
@pytest.mark.parametrize(
    ("make", "network", "way"),
    [
        *((generator, "dcgan", way) for way in names.GENERATOR_LABELS),
        *((discriminator, "sngan_resnet", way) for way in names.DISCRIMINATOR_LABELS),
        (generator, "cgan_mlp", "branch"),
        (discriminator, "cgan_mlp", "branch"),
        (discriminator, "acgan", "auxiliary"),
    ],
)
def test_outputs_are_float32_under_mixed_precision(make, network, way, policy):
    before = keras.config.dtype_policy()
    keras.config.set_dtype_policy(policy)
    try:
        model = make(network, way)
    finally:
        keras.config.set_dtype_policy(before)
    made = make is generator
    out = model({"latent": latents(), "label": LABEL} if made else shown(network, way))
    for name, value in out.items():
        half = name.startswith("features") and value.dtype != tf.float32
        assert half or value.dtype == tf.float32
        assert np.isfinite(tf.cast(value, tf.float32)).all()
    assert out["features_1"].dtype == policy.removeprefix("mixed_")
    assert {w.dtype for w in model.trainable_variables} == {"float32"}


def test_multiply_is_the_product_with_an_embedding():
    model = generator("dcgan", "multiply")
    (table,) = model.get_layer("label_embedding").get_weights()
    joined = keras.Model(model.input, model.get_layer("joined").output)
    actual = joined({"latent": latents(), "label": LABEL})
    np.testing.assert_allclose(actual, latents() * table[[0, 1, 3, 1, 0]], rtol=1e-6)


def test_concat_joins_the_label_to_the_latent():
    model = generator("sngan_resnet", "concat")
    joined = keras.Model(model.input, model.get_layer("joined").output)
    actual = joined({"latent": latents(), "label": LABEL})
    np.testing.assert_array_equal(actual, np.concatenate([latents(), LABEL], 1))


@pytest.mark.parametrize("make", [generator, discriminator])
def test_maps_are_constant_per_channel_and_equal_the_label(make):
    model = make("dcgan", "map", norm="batch")
    label = np.random.default_rng(3).normal(size=(BATCH, CLASSES)).astype("float32")
    first = {"latent": latents()} if make is generator else {"image": images("dcgan")}
    joined = keras.Model(model.input, model.get_layer("joined_map").output)
    maps = joined({**first, "label": label}).numpy()
    expected = np.broadcast_to(label[:, None, None], (*maps.shape[:3], CLASSES))
    np.testing.assert_array_equal(maps[..., -CLASSES:], expected)
    if make is discriminator:
        np.testing.assert_array_equal(maps[..., :-CLASSES], first["image"])


@pytest.mark.parametrize("network", names.NETWORKS)
def test_cbn_conditions_all_blocks_and_not_the_last_normalization(network):
    model = generator(network, "cbn")
    norms = (ConditionalNormalization, keras.layers.BatchNormalization)
    kinds = [type(layer) for layer in model.layers if isinstance(layer, norms)]
    dense = network in WITHOUT_MAPS
    assert kinds.count(ConditionalNormalization) == len(kinds) - (not dense) >= 1
    assert dense or kinds[-1] is not ConditionalNormalization


@pytest.mark.parametrize("network", names.NETWORKS)
def test_an_unknown_label_of_cbn_is_neutral(network):
    """Zero rows in the tables change nothing, whatever the other rows are."""
    model = generator(network, "cbn")
    unknown = {"latent": latents(), "label": 0 * LABEL}
    before = model(unknown)["image"].numpy()
    fill_tables(model)
    np.testing.assert_allclose(model(unknown)["image"], before, rtol=1e-5, atol=1e-6)


@pytest.mark.parametrize("norm", ["layer", "none"])
def test_cbn_without_statistics_per_channel_is_refused(norm):
    with pytest.raises(UserError, match="choose one of batch, instance"):
        generator("dcgan", "cbn", norm=norm)


@pytest.mark.parametrize("network", names.NETWORKS)
def test_projection_is_an_inner_product(network):
    """Miyato & Koyama 2018, equation 3."""
    model = discriminator(network, "projection", spectral_norm=False)
    embedding = model.get_layer("label_embedding").kernel
    values = model(shown(network, "projection"))
    other = model(shown(network, "projection", rows(2, 2, 2, 0, 3)))
    difference = values["logits"] - other["logits"]
    last = max(
        (name for name in values if name.startswith("features")),
        key=lambda name: int(name.removeprefix("features_")),
    )
    h = values[last].numpy()
    h = h.sum((1, 2)) if h.ndim == 4 else h
    rows_of = embedding.numpy()[[0, 1, 3, 1, 0]] - embedding.numpy()[[2, 2, 2, 0, 3]]
    np.testing.assert_allclose(difference[:, 0], (rows_of * h).sum(1), rtol=1e-3, atol=1e-5)

    unknown = model(shown(network, "projection", 0 * LABEL))["logits"].numpy()
    assert np.abs(unknown - values["logits"]).max() > 1e-5
    embedding.assign(np.zeros(embedding.shape))
    for label in (LABEL, rows(2, 2, 2, 0, 3)):
        np.testing.assert_array_equal(model(shown(network, "projection", label))["logits"], unknown)


def test_projection_teaches_only_the_rows_of_labels_in_the_batch():
    model = discriminator("dcgan", "projection")
    with tf.GradientTape() as tape:
        loss = tf.reduce_sum(model(shown("dcgan", "projection"), training=True)["logits"])
    gradient = tape.gradient(loss, model.get_layer("label_embedding").kernel.value)
    assert (np.abs(gradient).max(1) > 0).tolist() == [True, True, False, True]


@pytest.mark.parametrize("size", [32, 64])
def test_projection_pools_by_sum(size):
    """On maps that are constant, h grows with their height times width."""
    label = DiscriminatorLabel("projection", CLASSES)
    maps = keras.Input((size, size, 3), name="image")
    heads = label.heads(keras.layers.Flatten()(maps), maps, keras.layers.Dense)
    model = keras.Model({"image": maps, "label": label.input}, heads)
    table, constant = model.get_layer("label_embedding").kernel.numpy(), np.array([1.0, -2.0, 0.5])
    image = np.broadcast_to(constant, (1, size, size, 3)).astype("float32")
    known, unknown = (
        model({"image": image, "label": label})["logits"] for label in (rows(2), 0 * rows(2))
    )
    expected = size * size * (table[2] * constant).sum()
    np.testing.assert_allclose(known - unknown, [[expected]], rtol=1e-3)


def test_the_logit_of_k_plus_1_is_the_logsumexp_of_the_classes():
    out = discriminator("dcgan", "k_plus_1")(images("dcgan"))
    expected = np.log(np.exp(out["class_logits"].numpy()).sum(1, keepdims=True))
    np.testing.assert_allclose(out["logits"], expected, rtol=1e-5)


@pytest.mark.parametrize("way", ["concat", "branch", "map"])
def test_whether_image_and_label_match_is_in_the_logit(way):
    """A logit that is a sum of functions of image and of label could not tell."""
    network, label = "dcgan", np.repeat(rows(0, 2), BATCH, 0)
    model = discriminator(network, way)
    image = np.tile(20 * images(network), (2, 1, 1, 1))
    logits = model({"image": image, "label": 20 * label})["logits"].numpy()
    difference = logits[:BATCH] - logits[BATCH:]
    assert difference.std() > 1e-3 * np.abs(difference).max()


@pytest.mark.parametrize("way", names.DISCRIMINATOR_LABELS)
@pytest.mark.parametrize("network", ["sngan_resnet", "cgan_mlp"])
def test_spectral_normalization_covers_what_the_label_adds(network, way):
    model = discriminator(network, way, spectral_norm=True)
    kernels = [w for w in model.trainable_variables if w.name == "kernel"]
    assert len(spectral_layers(model)) == len(kernels)


@pytest.mark.parametrize("way", names.DISCRIMINATOR_LABELS)
def test_blocks_before_the_label_can_be_frozen(way):
    model = discriminator("dcgan", way)
    assert freeze_first(model, 2, "--freeze-discriminator")[0] == "conv_1"
    assert not model.get_layer("conv_2").trainable
    assert model.get_layer("conv_3").trainable


@pytest.mark.parametrize("network", WITHOUT_MAPS)
def test_maps_without_an_image_are_refused(network):
    module = registry.load(network)
    with pytest.raises(UserError, match="another --generator-label than map"):
        module.generator((8, 8, 1), LATENT, label=GeneratorLabel("map", CLASSES))
    with pytest.raises(UserError, match="another --discriminator-label than map"):
        module.discriminator((2,), label=DiscriminatorLabel("map", CLASSES))


def test_unknown_ways_are_refused():
    with pytest.raises(UserError, match=r"did you mean 'concat'\?"):
        GeneratorLabel("concatenate", CLASSES)
    with pytest.raises(UserError, match="choose one of concat, branch, map, projection"):
        DiscriminatorLabel("cbn", CLASSES)
