"""Uses are data: written, read, cut down, and run by whoever has the networks."""

import json

import keras
import numpy as np
import pytest
import tensorflow as tf

from tfgan_kit.errors import UserError
from tfgan_kit.fields import class_field, image_field, latent_field
from tfgan_kit.uses import Call, Use, generate, read_uses, score, write_uses
from tfgan_kit.uses.apply import BATCH, Bound
from tfgan_kit.uses.draw import draw_inputs, grid_of_classes

PIXEL = image_field((1, 1, 1))
LATENT = latent_field(2)


def scales(**by):
    """A network that gives its latent, scaled, under each of the names."""
    latent = keras.Input((2,), name="latent")
    pixels = keras.layers.Reshape((2, 1, 1))(latent)
    return keras.Model(latent, {n: keras.layers.Rescaling(s)(pixels) for n, s in by.items()})


def chain():
    """Encodes an image to a latent, and makes two of that."""
    encode = Call("encoder", {"image": "image"}, {"code": "latent"})
    decode = Call("generator", {"latent": "latent"}, {"image_a": "image_a", "image_b": "image_b"})
    outputs = {"latent": LATENT, "image_a": PIXEL, "image_b": PIXEL}
    return Use("transform", (encode, decode), {"image": image_field((2, 1, 1))}, outputs)


def test_a_file_holds_uses(tmp_path):
    label = class_field(("cat", "dog"))
    uses = [generate({"image": PIXEL}, LATENT, label), score({"image": PIXEL}, ["logits"]), chain()]
    write_uses(uses, tmp_path / "uses.json")
    assert read_uses(tmp_path / "uses.json") == {use.name: use for use in uses}
    assert read_uses(tmp_path / "none.json") is None


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (lambda c: c[:-9], "is damaged"),
        (lambda c: c.replace('"inputs"', '"input"'), "is damaged"),
        (lambda c: json.dumps(json.loads(c) | {"format": 99}), "newer tfgan-kit"),
    ],
)
def test_a_file_that_is_not_understood(tmp_path, change, message):
    path = tmp_path / "uses.json"
    write_uses([chain()], path)
    path.write_text(change(path.read_text()))
    with pytest.raises(UserError, match=message):
        read_uses(path)


def test_outputs_are_rendered_in_the_order_of_the_use():
    network = scales(features_1_a=9.0, image_b=2.0, image_c=3.0, image_a=1.0)
    use = generate({f"image_{d}": image_field((2, 1, 1)) for d in "abc"}, LATENT)
    latents = np.random.default_rng(0).normal(size=(BATCH + 3, 2)).astype(np.float32)
    counts = []
    made = Bound(use, {"generator": network}).render({"latent": latents}, counts.append)
    assert list(made) == ["image_a", "image_b", "image_c"]
    assert counts == [BATCH, 3]
    for by, images in zip((1.0, 2.0, 3.0), made.values(), strict=True):
        expected = np.clip(by * latents, -1, 1)  # The networks end in no activation.
        np.testing.assert_allclose(images[..., 0, 0], expected)
    assert use.letters == ("a", "b", "c")


def test_a_chain_of_networks_and_its_parts():
    image = keras.Input((2, 1, 1), name="image")
    code = keras.layers.Reshape((2,))(keras.layers.Rescaling(10.0)(image))
    networks = {
        "encoder": keras.Model(image, {"code": code}),
        "generator": scales(image_a=2.0, image_b=3.0),
    }
    bound = Bound(chain(), networks)
    images = tf.constant([[0.02, -0.01]])[..., None, None]
    made = bound({"image": images})
    np.testing.assert_allclose(made["latent"], [[0.2, -0.1]], rtol=1e-6)
    np.testing.assert_allclose(made["image_b"][..., 0, 0], [[0.6, -0.3]], rtol=1e-6)
    only = bound.only("latent")
    assert len(only.networks) == 1  # The generator is not needed.
    np.testing.assert_allclose(only({"image": images})["latent"], [[0.2, -0.1]])
    one = bound.only("image_a")
    assert list(one.networks[1].output) == ["image_a"]
    assert list(one({"image": images})) == ["image_a"]


def test_drawn_inputs_begin_alike_whatever_their_number():
    use = generate({"image": PIXEL}, LATENT, class_field(("x", "y", "z")))
    few, many = (draw_inputs(use, 5, count) for count in (4, 9))
    for name in ("latent", "label"):
        np.testing.assert_array_equal(few[name], many[name][:4])
    assert many["label"].tolist() == [0, 1, 2] * 3
    inputs, columns = grid_of_classes(use, 5)
    assert inputs["label"].reshape(-1, columns).tolist() == [[k] * columns for k in range(3)]
    rows = inputs["latent"].reshape(3, columns, 2)
    np.testing.assert_array_equal(rows[0], rows[2])
    assert len(np.unique(rows[0])) > columns
