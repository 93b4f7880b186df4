"""The shape of what an image shows, as a network that draws it from any view in any light."""

import keras

from tfgan_kit.layers import LearnedConstant
from tfgan_kit.layers.relief import Relief


def relief(image_shape, lights=2):
    """Returns the network of a relief.

    Its weights are those of the layers "depth" (height, width, 1), the surface h on the object;
    "albedo" (height, width, channels), what it would be in full light, about 0 to 1; and "mask"
    (height, width, 1), 1 on the object, which is not trained. All begin as 1. The ground is flat.

    Args:
      image_shape: (height, width, channels).
      lights: how many numbers a light is, 2 or 4; see `tfgan_kit.layers.relief.shading`.

    Returns:
      A Keras model "relief" from "view" (batch, 2), yaw and pitch in radians, and "light" (batch,
      lights), x and y of the direction (x, y, 1) that it comes from, and of four numbers also its
      ambient and diffuse parts, to "image" (batch, height, width, channels), about -1 to 1, and
      "mask" (batch, height, width, 1), the object as it is seen; and whatever the pose, "depth" and
      "albedo" (batch, height, width, ...) of the surface itself.
    """
    inputs = {name: keras.Input((n,), name=name) for name, n in (("view", 2), ("light", lights))}
    size = tuple(image_shape[:2])

    def learned(name, channels, **options):
        layer = LearnedConstant((*size, channels), name=name, dtype="float32", **options)
        return layer(inputs["view"])

    mask = learned("mask", 1, trainable=False)
    depth, albedo = learned("depth", 1) * mask, learned("albedo", image_shape[2])
    image, seen = Relief(name="seen")([depth, albedo, mask, *inputs.values()])
    made = {"image": image, "mask": seen, "depth": depth, "albedo": albedo}
    return keras.Model(inputs, made, name="relief")
