import os
from pathlib import Path

import h5py
import keras
import numpy as np
import pytest
import tensorflow as tf

from tfgan_kit.errors import UserError
from tfgan_kit.perceptual import PerceptualFeatures, weights

COUNTS = {"vgg16": (2, 2, 3, 3, 3), "vgg19": (2, 2, 4, 4, 4)}
CHANNELS = (64, 128, 256, 512, 512)
RNG = np.random.default_rng(0)
EARLY = ("block1_conv1", "block1_conv2", "block2_conv1")


def convolutions(network, blocks=5):
    """Names and shapes, as the paper's table has them."""
    before = 3
    for block in range(blocks):
        for i in range(COUNTS[network][block]):
            yield f"block{block + 1}_conv{i + 1}", (3, 3, before, CHANNELS[block])
            before = CHANNELS[block]


def draw(network, blocks=5):
    """Kernels that keep the size of the activations, and biases that show where padding stands."""
    return {
        name: (
            RNG.standard_normal(shape, "float32") * np.float32(np.sqrt(2 / np.prod(shape[:3]))),
            RNG.standard_normal(shape[3], "float32") / 4,
        )
        for name, shape in convolutions(network, blocks)
    }


def write_npz(path, network, arrays):
    named = {}
    for i, (kernel, bias) in enumerate(arrays.values()):
        named[f"{network.upper()}_0/Conv_{i}/kernel"] = kernel
        named[f"{network.upper()}_0/Conv_{i}/bias"] = bias
    np.savez(path, **named)
    return path


def write_published(path, network, arrays):
    """Writes an .h5 of the format in which keras.applications publishes its weights."""
    names = ["input_1"]
    for block, count in enumerate(COUNTS[network], 1):
        names += [f"block{block}_conv{i + 1}" for i in range(count)] + [f"block{block}_pool"]
    with h5py.File(path, "w") as file:
        file.attrs["layer_names"] = [name.encode() for name in names]
        for name in names:
            group = file.create_group(name)
            group.attrs["weight_names"] = []
            if name in arrays:
                held = [f"{name}_W_1:0", f"{name}_b_1:0"]
                group.attrs["weight_names"] = [part.encode() for part in held]
                for part, array in zip(held, arrays[name], strict=True):
                    group.create_dataset(part, data=array)
    return path


@pytest.fixture(scope="module")
def early(tmp_path_factory):
    """Arrays of VGG16's first two blocks, and an .npz of them."""
    arrays = draw("vgg16", blocks=2)
    return arrays, write_npz(tmp_path_factory.mktemp("early") / "early.npz", "vgg16", arrays)


@pytest.fixture(scope="module")
def whole():
    return {network: draw(network) for network in COUNTS}


def torch_input(images):
    """RGB, as LPIPS scales it."""
    return (images - [-0.030, -0.088, -0.188]) / [0.458, 0.448, 0.450]


def caffe_input(images):
    """BGR in [0, 255], less the mean of ImageNet."""
    return ((images + 1) * 127.5)[..., ::-1] - [103.939, 116.779, 123.68]


def reference(x, arrays, last="block5"):
    """VGG in numpy, float64: every map after its relu, up to the last block asked for."""
    maps, block = {}, "block1"
    for name, (kernel, bias) in arrays.items():
        if name.split("_")[0] > last:
            break
        if not name.startswith(block):
            block = name.split("_")[0]
            batch, height, width, channels = x.shape
            x = x.reshape(batch, height // 2, 2, width // 2, 2, channels).max((2, 4))
        padded = np.pad(x, ((0, 0), (1, 1), (1, 1), (0, 0)))
        windows = np.lib.stride_tricks.sliding_window_view(padded, (3, 3), axis=(1, 2))
        x = np.tensordot(windows, kernel.astype("float64"), ((4, 5, 3), (0, 1, 2))) + bias
        x = maps[name] = np.maximum(x, 0)
    return maps


def images(size=8, channels=3, batch=2):
    return RNG.uniform(-1, 1, (batch, size, size, channels)).astype("float32")


def assert_equal_maps(actual, expected, layers):
    assert list(actual) == list(layers)
    for name in layers:
        assert actual[name].dtype == tf.float32
        scale = abs(expected[name]).max()
        np.testing.assert_allclose(actual[name], expected[name], rtol=1e-3, atol=1e-4 * scale)


def test_maps_equal_an_independent_computation(early):
    arrays, path = early
    batch = images()
    features = PerceptualFeatures("vgg16", path, layers=EARLY)
    assert_equal_maps(features(batch), reference(torch_input(batch), arrays), EARLY)


@pytest.mark.parametrize("network", COUNTS)
def test_every_layer_of_both_networks(network, whole, tmp_path):
    path = write_npz(tmp_path / "weights.npz", network, whole[network])
    batch, layers = images(32, batch=1), [*whole[network]]
    actual = PerceptualFeatures(network, path, layers=layers)(batch)
    assert_equal_maps(actual, reference(torch_input(batch), whole[network]), layers)
    assert actual[layers[-1]].shape == (1, 2, 2, 512)


def test_a_file_as_keras_publishes_it_takes_bgr(whole, tmp_path):
    path = write_published(tmp_path / "notop.h5", "vgg16", whole["vgg16"])
    batch, layers = images(16), ["block3_conv3"]
    actual = PerceptualFeatures("vgg16", path, layers=layers)(batch)
    assert_equal_maps(actual, reference(caffe_input(batch), whole["vgg16"]), layers)


@pytest.mark.parametrize("ending", [".weights.h5", ".keras"])
def test_files_that_keras_saves(ending, whole, tmp_path):
    model = keras.applications.VGG16(include_top=False, weights=None)
    for name, arrays in whole["vgg16"].items():
        model.get_layer(name).set_weights(arrays)
    path = tmp_path / f"vgg{ending}"
    (model.save if ending == ".keras" else model.save_weights)(path)
    batch = images()
    actual = PerceptualFeatures("vgg16", str(path), layers=EARLY)(batch)
    assert_equal_maps(actual, reference(caffe_input(batch), whole["vgg16"], "block2"), EARLY)


def test_without_a_file_the_published_weights_are_used(whole, monkeypatch):
    def published(include_top, weights):
        assert (include_top, weights) == (False, "imagenet")
        model = keras.applications.VGG19(include_top=False, weights=None)
        for name, arrays in whole["vgg19"].items():
            model.get_layer(name).set_weights(arrays)
        return model

    monkeypatch.setitem(weights._APPLICATIONS, "vgg19", published)
    batch, layers = images(), ("block2_conv1", "block3_conv4")
    actual = PerceptualFeatures(layers=layers)(batch)
    assert_equal_maps(actual, reference(caffe_input(batch), whole["vgg19"], "block3"), layers)


def test_the_preprocessing_of_keras_is_that_of_its_applications():
    batch = images()
    expected = keras.applications.vgg19.preprocess_input(127.5 * (batch + 1))
    np.testing.assert_allclose(caffe_input(batch), expected, atol=1e-3)


def test_gray_is_repeated(early):
    features = PerceptualFeatures("vgg16", early[1], layers=EARLY)
    gray = images(channels=1)
    for name, maps in features(np.repeat(gray, 3, axis=-1)).items():
        np.testing.assert_array_equal(features(gray)[name], maps)


def test_images_are_resized_bilinearly(early):
    arrays, path = early
    gray = images(4, channels=1)
    # Twice the size: each new pixel takes 3/4 of its nearest and 1/4 of the next, edges repeat.
    padded = np.pad(gray, ((0, 0), (1, 1), (0, 0), (0, 0)), "edge")
    rows = np.stack([padded[:, :-2] + 3 * gray, padded[:, 2:] + 3 * gray], 2).reshape(2, 8, 4, 1)
    padded = np.pad(rows, ((0, 0), (0, 0), (1, 1), (0, 0)), "edge")
    larger = np.stack([padded[:, :, :-2] + 3 * rows, padded[:, :, 2:] + 3 * rows], 3) / 16
    larger = np.repeat(larger.reshape(2, 8, 8, 1), 3, axis=-1)
    features = PerceptualFeatures("vgg16", path, layers=EARLY, size=8)
    assert_equal_maps(features(gray), reference(torch_input(larger), arrays), EARLY)


def test_gradients_reach_the_images_and_nothing_is_trained(early):
    """The gradient along a direction is that of the numpy network, by central differences."""
    arrays, path = early
    features = PerceptualFeatures("vgg16", path, layers=EARLY[-1:])
    batch, direction = images(batch=1), images(batch=1).astype("float64")

    @tf.function
    def gradient(batch):
        with tf.GradientTape() as tape:
            tape.watch(batch)
            value = tf.reduce_mean(features(batch)[EARLY[-1]] ** 2)
        return tape.gradient(value, batch)

    def value(step):
        return (reference(torch_input(batch + step * direction), arrays)[EARLY[-1]] ** 2).mean()

    expected = (value(1e-5) - value(-1e-5)) / 2e-5
    actual = (gradient(tf.constant(batch)).numpy() * direction).sum()
    np.testing.assert_allclose(actual, expected, rtol=1e-3)
    assert len(features.model.weights) == 2 * len(EARLY)
    assert features.model.trainable_variables == []


def test_mixed_precision_leaves_the_features_in_float32(early):
    arrays, path = early
    before = keras.config.dtype_policy()
    keras.config.set_dtype_policy("mixed_bfloat16")
    try:
        features = PerceptualFeatures("vgg16", path, layers=EARLY)
    finally:
        keras.config.set_dtype_policy(before)
    batch = tf.cast(images(), tf.bfloat16)
    expected = reference(torch_input(batch.numpy().astype("float64")), arrays)
    assert_equal_maps(features(batch), expected, EARLY)


def refusal(*arguments, layers=EARLY, **settings):
    with pytest.raises(UserError) as error:
        PerceptualFeatures(*arguments, layers=layers, **settings)
    assert "\n" not in str(error.value)
    assert len(str(error.value)) < 400
    return str(error.value)


def test_unknown_names_have_suggestions(early):
    assert "did you mean 'vgg19'?" in refusal("vgg18")
    message = refusal("vgg16", early[1], layers=["block5_conv4"])
    assert "vgg16 has no layer 'block5_conv4'; did you mean 'block5_conv" in message
    assert "did you mean 'block2_conv1'?" in refusal("vgg19", layers=["block2_con1"])


def test_offline_without_a_cache_both_ways_are_named(monkeypatch):
    def offline(include_top, weights):
        raise Exception("URL fetch failure on https://x:\nName or service not known")

    monkeypatch.setitem(weights._APPLICATIONS, "vgg19", offline)
    message = refusal("vgg19")
    assert "where there is a network" in message
    assert "--perceptual-weights FILE" in message
    assert "Name or service not known" in message


def test_a_file_that_is_not_there(tmp_path):
    path = tmp_path / "none.npz"
    assert refusal("vgg16", path).startswith(f"{path}: no such file; --perceptual-weights")


@pytest.mark.filterwarnings("ignore:Skipping nested container")  # Keras', of what it cannot use.
def test_a_file_of_the_other_network(early, whole, tmp_path):
    message = refusal("vgg19", early[1])
    assert message == f"{early[1]}: holds vgg16, not vgg19; choose --perceptual-network vgg16"
    write_published(tmp_path / "notop.h5", "vgg16", whole["vgg16"])
    keras.applications.VGG16(include_top=False, weights=None).save_weights(
        tmp_path / "a.weights.h5"
    )
    for name in ("notop.h5", "a.weights.h5"):
        path = tmp_path / name
        expected = f"{path}: not the weights of vgg19 without its dense layers"
        assert refusal("vgg19", path).startswith(expected)


def test_files_of_another_kind(early, tmp_path):
    path = tmp_path / "weights.pth"
    path.write_bytes(b"PK")
    assert (
        refusal("vgg16", path) == f"{path}: weights are read from .npz, .h5 and .keras files only"
    )
    for name in ("weights.npz", "weights.h5", "weights.weights.h5", "weights.keras"):
        path = tmp_path / name
        path.write_bytes(b"no weights")
        assert refusal("vgg16", path).startswith(f"{path}: ")
    path = tmp_path / "other.npz"
    np.savez(path, images=np.zeros(3))
    assert "no arrays VGG16_0/Conv_0/kernel" in refusal("vgg16", path)
    path = tmp_path / "array.npz"
    with path.open("wb") as file:
        np.save(file, np.zeros(3))
    assert "not a whole .npz file" in refusal("vgg16", path)
    path = tmp_path / "objects.npz"
    np.savez(path, **{"VGG16_0/Conv_0/kernel": np.array([{}], dtype=object)})
    assert "cannot be read" in refusal("vgg16", path)


def test_files_that_lack_something(early, tmp_path):
    arrays, whole_path = early
    path = tmp_path / "damaged.npz"
    content = bytearray(whole_path.read_bytes())
    content[len(content) // 2] ^= 0xFF
    path.write_bytes(content)
    assert "cannot be read" in refusal("vgg16", path, layers=["block2_conv2"])
    path.write_bytes(whole_path.read_bytes()[:-4000])
    assert "not a whole .npz file" in refusal("vgg16", path)
    assert "lacks VGG16_0/Conv_4/kernel" in refusal("vgg16", whole_path, layers=["block3_conv1"])
    other = {**arrays, "block1_conv2": (np.zeros((3, 3, 64, 32)), np.zeros(32))}
    write_npz(path, "vgg16", other)
    message = refusal("vgg16", path)
    assert "Conv_1/kernel has the shape (3, 3, 64, 32), not (3, 3, 64, 64)" in message


def test_images_it_cannot_judge(early):
    features = PerceptualFeatures("vgg16", early[1], layers=["block2_conv1"])
    features.check((2, 2, 1))
    with pytest.raises(UserError, match="1 pixels are too small for block2_conv1"):
        features(np.zeros((1, 2, 1, 3)))
    with pytest.raises(UserError, match="1 or 3 channels, not 2"):
        features(np.zeros((1, 8, 8, 2)))
    PerceptualFeatures("vgg16", early[1], layers=["block2_conv1"], size=2).check((1, 1, 3))


REAL_WEIGHTS = Path(os.environ.get("TFGAN_KIT_DATA", "none"), "weights", "lpips-vgg16.npz")


@pytest.mark.skipif(
    not REAL_WEIGHTS.is_file(), reason="TFGAN_KIT_DATA names no folder with weights/lpips-vgg16.npz"
)
def test_real_weights():
    names = dict(convolutions("vgg16"))
    with np.load(REAL_WEIGHTS) as archive:
        arrays = {
            name: [archive[f"VGG16_0/Conv_{i}/{part}"] for part in ("kernel", "bias")]
            for i, name in enumerate(names)
        }
    batch = images(32, channels=1)
    actual = PerceptualFeatures("vgg16", REAL_WEIGHTS, layers=names)(batch)
    expected = reference(torch_input(np.repeat(batch, 3, axis=-1)), arrays)
    assert_equal_maps(actual, expected, names)
