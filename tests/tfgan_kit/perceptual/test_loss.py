import numpy as np
import pytest
import tensorflow as tf

from tests.tfgan_kit.perceptual.test_perceptual import draw, images, torch_input, write_npz
from tfgan_kit.errors import UserError
from tfgan_kit.perceptual import PerceptualFeatures, PerceptualLoss, load_perceptual_loss
from tfgan_kit.perceptual.loss import RECIPES

# As the papers have them: VGG19's layers, their weights, the distance, whether after the relu.
PAPERS = {
    "pix2pixhd": (
        ("block1_conv1", "block2_conv1", "block3_conv1", "block4_conv1", "block5_conv1"),
        (1 / 32, 1 / 16, 1 / 8, 1 / 4, 1),
        np.abs,
        True,
    ),
    "srgan_vgg22": (("block2_conv2",), (1,), lambda x: (x / 12.75) ** 2, True),
    "srgan_vgg54": (("block5_conv4",), (1,), lambda x: (x / 12.75) ** 2, True),
    "esrgan": (("block5_conv4",), (1,), np.abs, False),
    "bsa": (tuple(f"block{i}_conv2" for i in (1, 2, 3, 4)), (1,) * 4, np.abs, True),
    "scribbler": (("block4_conv2",), (1,), np.square, True),
    "munit": (("block5_conv3",), (1,), np.square, True),
}


@pytest.fixture(scope="module")
def files(tmp_path_factory):
    arrays = {network: draw(network) for network in ("vgg16", "vgg19")}
    folder = tmp_path_factory.mktemp("weights")
    return arrays, {n: write_npz(folder / f"{n}.npz", n, a) for n, a in arrays.items()}


def linear_maps(x, arrays):
    """Every map of VGG before its relu, by TensorFlow's own convolution."""
    x, maps, block = tf.constant(x, tf.float64), {}, "block1"
    for name, (kernel, bias) in arrays.items():
        if not name.startswith(block):
            block = name.split("_")[0]
            x = tf.nn.max_pool2d(x, 2, 2, "VALID")
        x = maps[name] = tf.nn.conv2d(x, kernel.astype("float64"), 1, "SAME") + bias
        x = tf.nn.relu(x)
    return {name: x.numpy() for name, x in maps.items()}


def spread(maps):
    return np.sqrt(maps.var((1, 2), keepdims=True) + 1e-5)


@pytest.mark.parametrize("network", ["vgg16", "vgg19"])
@pytest.mark.parametrize("recipe", PAPERS)
def test_each_loss_is_that_of_its_paper(recipe, network, files):
    arrays, paths = files
    layers, weights, size, after = PAPERS[recipe]
    side = 64 if recipe == "munit" else 16  # Of one pixel, nothing would be left without the mean.
    x, y = images(side), images(side)
    of_x, of_y = (linear_maps(torch_input(i), arrays[network]) for i in (x, y))
    expected = 0
    for layer, weight in zip(layers, weights, strict=True):
        if network == "vgg16":
            layer = layer.replace("block5_conv4", "block5_conv3")
        a, b = of_x[layer], of_y[layer]
        if after:
            a, b = np.maximum(a, 0), np.maximum(b, 0)
        if recipe == "munit":
            a, b = ((m - m.mean((1, 2), keepdims=True)) / spread(m) for m in (a, b))
            assert np.abs(a - b).mean() > 0.1
        expected += weight * size(a - b).mean()
    value = PerceptualLoss(recipe, network, paths[network])(x, y)
    np.testing.assert_allclose(value, expected, rtol=1e-3)


def test_every_recipe_is_tested():
    assert set(PAPERS) == set(RECIPES)


def test_maps_before_the_activation_have_negative_values_and_later_maps_do_not_change(files):
    batch, layers = images(), ("block1_conv1", "block2_conv2")
    before = PerceptualFeatures("vgg16", files[1]["vgg16"], layers=layers, before_activation=True)
    after = PerceptualFeatures("vgg16", files[1]["vgg16"], layers=layers)
    for name, maps in before(batch).items():
        assert maps.numpy().min() < 0
        np.testing.assert_array_equal(tf.nn.relu(maps), after(batch)[name])


def test_gradients_reach_the_outputs_only(files):
    loss = PerceptualLoss("esrgan", "vgg16", files[1]["vgg16"])
    x, y = tf.constant(images(16)), tf.constant(images(16))
    with tf.GradientTape() as tape:
        tape.watch([x, y])
        value = loss(x, y)
    to_outputs, to_truths = tape.gradient(value, [x, y])
    assert to_truths is None
    assert np.abs(to_outputs).max() > 0


def test_without_weights_the_loss_is_off_and_says_so(files):
    loss, note = load_perceptual_loss("pix2pixhd")
    assert loss is None
    assert "off" in note
    assert "--perceptual-weights" in note
    assert "\n" not in note
    loss, note = load_perceptual_loss("pix2pixhd", "vgg19", files[1]["vgg19"])
    assert note is None
    assert float(loss(images(16), images(16))) > 0


def test_what_is_no_loss():
    with pytest.raises(UserError, match="'srgan_vgg45'; did you mean"):
        PerceptualLoss("srgan_vgg45")
    with pytest.raises(UserError, match="'vgg17'"):
        PerceptualLoss("esrgan", "vgg17")
    with pytest.raises(UserError, match="no such file"):
        load_perceptual_loss("esrgan", "vgg19", "nowhere.npz")
