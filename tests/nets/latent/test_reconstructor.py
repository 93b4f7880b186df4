import keras
import numpy as np
import pytest

from nets.latent.reconstructor import reconstructor
from tfgan_kit.errors import UserError


def pair(shape, count=3):
    values = np.random.default_rng(0).uniform(-1, 1, (2, count, *shape)).astype("float32")
    return dict(zip(("before", "after"), values, strict=True))


def trained(network):
    return sum(int(np.prod(v.shape)) for v in network.trainable_variables)


def test_parameters_of_lenet():
    # Of a norm, a factor and an offset for each channel; where it follows, there is no bias.
    body = 25 * (2 * 6 + 6 * 16 + 16 * 120) + 2 * (6 + 16 + 120)
    heads = 2 * (120 * 84 + 2 * 84) + 84 * 10 + 10 + 84 + 1
    assert trained(reconstructor("lenet", (32, 32, 1), 10)) == body + heads


def test_parameters_of_resnet_18():
    # Published: 11,689,512 with 513,000 in its last layer and three input channels in place of six.
    body = 11_689_512 - 513_000 + 7 * 7 * 3 * 64
    heads = 513 * 10 + 513
    assert trained(reconstructor("resnet18", (64, 64, 3), 10)) == body + heads


@pytest.mark.parametrize("kind", ["lenet", "resnet18"])
@pytest.mark.parametrize("shape", [(16, 16, 1), (28, 40, 3), (32, 32, 4), (128, 96, 3)])
def test_names_and_shapes(kind, shape):
    model = reconstructor(kind, shape, 5, width=1 / 16)
    assert (model.name, set(model.input)) == ("reconstructor", {"before", "after"})
    found = model(pair(shape))
    assert {name: tuple(v.shape) for name, v in found.items()} == {"logits": (3, 5), "eps": (3, 1)}
    other = model(pair(shape) | {"after": -pair(shape)["after"]})
    assert np.abs(found["logits"] - other["logits"]).max() > 1e-4


def test_large_images_are_pooled_to_64_pixels():
    shape = (256, 256, 3)
    model, small = (reconstructor("lenet", s, 5, width=0.1) for s in (shape, (64, 64, 3)))
    small.set_weights(model.get_weights())
    images = pair(shape)
    pooled = {n: v.reshape(3, 64, 4, 64, 4, 3).mean((2, 4)) for n, v in images.items()}
    np.testing.assert_allclose(model(images)["eps"], small(pooled)["eps"], rtol=1e-3, atol=1e-5)


def test_its_outputs_are_float32():
    keras.config.set_dtype_policy("mixed_bfloat16")
    found = reconstructor("lenet", (32, 32, 1), 5, width=0.2)(pair((32, 32, 1)))
    assert {value.dtype.name for value in found.values()} == {"float32"}


def test_points_are_refused():
    with pytest.raises(UserError, match="points of 2 numbers; name a generator of images"):
        reconstructor("lenet", (2,), 5)
