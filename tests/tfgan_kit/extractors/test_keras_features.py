"""Networks of keras.applications, classifiers of this kit and other files of Keras."""

import shutil

import keras
import numpy as np
import pytest
import tensorflow as tf

from nets.classifiers import classifier
from tests.damaged import DAMAGES
from tfgan_kit.errors import UserError
from tfgan_kit.extractors import applications, registry
from tfgan_kit.extractors.keras_model import output_of

RNG = np.random.default_rng(0)


def images(side, count=2, channels=3):
    return RNG.integers(0, 256, (count, side, side, channels), np.uint8)


@pytest.fixture(scope="module")
def mobilenet(tmp_path_factory):
    """A network of keras.applications with random weights, and the file of them."""
    keras.utils.set_random_seed(0)
    network = keras.applications.MobileNet(weights=None)
    path = tmp_path_factory.mktemp("applications") / "mobilenet.weights.h5"
    network.save_weights(path)
    return network, str(path)


@pytest.fixture(scope="module")
def application(mobilenet):
    return registry.find("keras:MobileNet", weights=mobilenet[1])


@pytest.fixture(scope="module")
def saved_classifier(tmp_path_factory):
    keras.utils.set_random_seed(0)
    network = classifier((16, 16, 1), 4, width=0.25)
    path = tmp_path_factory.mktemp("classifier") / "classifier.keras"
    network.save(path)
    return network, str(path)


def test_applications(mobilenet, application):
    network, extractor = mobilenet[0], application
    assert (extractor.size, extractor.dimension, extractor.classes) == ((224, 224), 1024, 1000)
    batch = images(224)
    scaled = batch / np.float32(127.5) - 1  # As MobileNet was trained.
    outputs = extractor.outputs(batch)
    expected = network.predict(scaled, verbose=0)
    np.testing.assert_allclose(outputs["probabilities"], expected, rtol=1e-4)
    last = keras.Model(network.input, network.get_layer("conv_pw_13_relu").output)
    expected = last.predict(scaled, verbose=0).mean((1, 2))
    np.testing.assert_allclose(outputs["features"], expected, rtol=1e-3, atol=1e-5)
    assert "what the last layer takes of MobileNet" in extractor.protocol


def test_a_layer_of_an_application(mobilenet, application):
    network, path = mobilenet
    extractor = registry.find("keras:MobileNet", weights=path, layer="conv_pw_1_relu")
    batch = images(224, count=1)
    maps = keras.Model(network.input, network.get_layer("conv_pw_1_relu").output)
    expected = maps.predict(batch / np.float32(127.5) - 1, verbose=0).mean((1, 2))
    np.testing.assert_allclose(extractor(batch), expected, rtol=1e-3, atol=1e-5)
    assert application.digest == extractor.digest
    assert application.fingerprint != extractor.fingerprint


def test_applications_that_cannot_be_had(mobilenet, monkeypatch, tmp_path):
    with pytest.raises(UserError, match="has no 'Resnet50'; did you mean 'ResNet50'"):
        registry.find("keras:Resnet50")
    with pytest.raises(
        UserError, match=r"MobileNet has no .* layer 'nix' .there are \.\.\., .*preds"
    ):
        output_of(mobilenet[0], "nix", "MobileNet")
    path = tmp_path / "bad.weights.h5"
    path.write_bytes(b"no weights")
    with pytest.raises(UserError, match="not the weights of MobileNet with its top"):
        registry.find("keras:MobileNet", weights=str(path))

    def offline(weights):
        raise Exception(f"URL fetch failure of {weights}:\nName or service not known")

    monkeypatch.setattr(keras.applications.mobilenet, "MobileNet", offline)
    with pytest.raises(
        UserError, match=r"cannot be downloaded .*run once where there is a"
    ) as error:
        applications.load("MobileNet")
    assert "\n" not in str(error.value)
    assert "of imagenet" in str(error.value)


def test_classifiers_of_this_kit(saved_classifier):
    network, path = saved_classifier
    extractor = registry.find(f"classifier:{path}")
    batch = images(16, channels=1)
    expected = network(tf.constant(batch / np.float32(127.5) - 1), training=False)
    outputs = extractor.outputs(batch)
    assert outputs.keys() == {"features", "probabilities"}
    for name, values in outputs.items():
        np.testing.assert_allclose(values, expected[name], rtol=1e-5, atol=1e-6)
    assert (extractor.dimension, extractor.classes, extractor.size) == (32, 4, (16, 16))
    assert "16x16" in extractor.protocol
    assert "repeated" not in extractor.protocol
    # Larger images are resized, floats are rounded to what a file would hold.
    assert extractor(images(28, channels=1)).shape == (2, 32)
    almost = np.clip(batch / 127.5 - 1 + 0.003, -1, 1)
    np.testing.assert_allclose(extractor(almost), extractor(batch), rtol=1e-5, atol=1e-6)
    unrounded = registry.find(f"classifier:{path}", rounded=False)
    assert np.abs(unrounded(almost) - extractor(batch)).max() > 1e-4


def test_a_classifier_of_attributes_has_no_probabilities(tmp_path):
    path = tmp_path / "attributes.keras"
    classifier((16, 16, 1), 3, width=0.25, multi_label=True).save(path)
    extractor = registry.find(f"classifier:{path}")
    assert extractor.classes == 0
    assert extractor.outputs(images(16, channels=1)).keys() == {"features"}


def test_a_layer_of_any_model(saved_classifier):
    network, path = saved_classifier
    extractor = registry.find(path, layer="pool")
    batch = images(16, channels=1)
    maps = keras.Model(network.input, network.get_layer("pool").output)
    expected = maps.predict(batch / np.float32(127.5) - 1, verbose=0).mean((1, 2))
    np.testing.assert_allclose(extractor(batch), expected, rtol=1e-4, atol=1e-6)
    assert extractor.dimension == expected.shape[1]
    flat = registry.find(path, layer="flatten")
    assert flat.dimension == np.prod(maps.output_shape[1:])
    assert extractor.digest == flat.digest


@pytest.mark.parametrize("damage", DAMAGES)
def test_damaged_files_are_one_line(damage, saved_classifier, tmp_path):
    path = tmp_path / "c.keras"
    shutil.copy(saved_classifier[1], path)
    damage(path)
    for name, layer in ((f"classifier:{path}", None), (str(path), "pool")):
        with pytest.raises(UserError, match=r"c\.keras: cannot be loaded \(.*; name a") as caught:
            registry.find(name, layer=layer)
        assert "\n" not in str(caught.value)


def test_models_that_do_not_fit(saved_classifier, tmp_path):
    _, path = saved_classifier
    with pytest.raises(UserError, match="add --layer NAME"):
        registry.find(path)
    with pytest.raises(UserError, match="layer 'pol'; did you mean 'pool'"):
        registry.find(path, layer="pol")
    with pytest.raises(UserError, match="takes gray images, these have 3 channels"):
        registry.find(path, layer="pool")(images(16))
    x = keras.Input((5,))
    keras.Model(x, keras.layers.Dense(2, name="last")(x)).save(tmp_path / "points.keras")
    with pytest.raises(UserError, match="not a classifier of this kit"):
        registry.find(f"classifier:{tmp_path / 'points.keras'}")
    with pytest.raises(UserError, match=r"takes \(None, 5\), not one image"):
        registry.find(str(tmp_path / "points.keras"), layer="last")
