import numpy as np

from nets.translation.sketches import texturegan
from nets.translation.sketches.scribbler import generator
from tests.nets.translation.networks import draw, trainable

# The released networks normalise the image: a factor and an offset for each of three channels.
LAST_NORM = 6


def test_parameters(zero_weights):
    assert trainable(generator(3, 3)) == 7_849_225 - LAST_NORM
    assert trainable(generator(1, 3, strokes=True)) == 7_849_225 - LAST_NORM
    assert trainable(texturegan.generator(1)) == 7_856_176 - LAST_NORM


def test_maps():
    model = generator(2, 3, filters=1)
    outputs = model.compute_output_shape({"input": (1, 16, 32, 2)})
    sides = [16, 8, 4, *[2] * 5, 4, 4, 8, 8, 16, 16]
    channels = [1, 2, 4, *[8] * 5, 4, 4, 2, 2, 1, 1]
    assert [outputs[f"features_{i}"][1:] for i in range(1, 15)] == [
        (side, 2 * side, width) for side, width in zip(sides, channels, strict=True)
    ]
    assert outputs["image"] == (1, 16, 32, 3)


def test_strokes_are_drawn_over_the_sketch():
    model, drawn_in = generator(1, 3, filters=2, strokes=True), generator(3, 3, filters=2)
    drawn_in.set_weights(model.get_weights())
    inputs = draw(model, 16)
    mask = np.arange(16)[:, None] < 5
    strokes = inputs["strokes"]
    strokes[..., 3] = np.where(mask, 1, -1)
    sketch = np.where(mask[..., None], strokes[..., :3], inputs["input"])
    expected = drawn_in({"input": sketch})["image"]
    np.testing.assert_allclose(model(inputs)["image"], expected, atol=1e-6)


def test_the_patch_reaches_the_image_past_the_network():
    past = {}
    for name, model in {"texturegan": texturegan.generator(3, filters=2), "no": None}.items():
        model = model or generator(3, 3, filters=2)
        for v in model.get_layer("first_conv").variables:
            v.assign(0 * v)
        image = model(draw(model, 16))["image"].numpy()
        past[name] = not np.array_equal(image[0], image[1])
    assert past == {"texturegan": True, "no": False}
