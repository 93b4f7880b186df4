"""What surrounds a network that completes images: holes are filled before it, and pasted after."""

import keras
from keras import layers

from nets.blocks import generator_model
from tfgan_kit.layers import CentreHole, FillHoles, Resize

# R, G and B of 255: what Pathak et al. 2016 have in the holes, the mean of ImageNet.
_MEAN_COLOUR = (117, 104, 123)


def mean_colour(channels):
    """The colour of holes in [-1, 1], one value per channel; but for 3 channels, the mean gray."""
    colour = [value / 127.5 - 1.0 for value in _MEAN_COLOUR]
    return colour if channels == 3 else [sum(colour) / 3] * channels


def completing(paint, channels, *, size, overlap=None):
    """Returns a generator of complete images from images with holes.

    The network sees the image with its holes in the mean colour; of what it makes, only the holes
    are pasted into the image, so that known pixels are never changed.

    Args:
      paint: function from images (b, h, w, channels) to a list of maps and to the whole image; with
        `overlap`, to its centre alone, with half its sides.
      channels: of the images.
      size: side of the squares that `paint` takes. Other images are resized to it, and its paint is
        resized back. A convolutional network takes larger images too, but with a larger bottleneck
        than it was trained with, whose parts add up where they overlap.
      overlap: None if holes come as masks; else the hole is the centre, less so many of its pixels,
        for images of `size`, at each of its four sides.

    Returns:
      A Keras model "generator" from "input" (b, h, w, channels) in [-1, 1], and, without `overlap`,
      "mask" (b, h, w, 1), 1 in the hole, to the maps "features_i"; "prediction", what was painted
      for the whole image or, with `overlap`, for its centre within the image as seen; and "image",
      the completed image. The last two are float32 (b, h, w, channels) in [-1, 1].
    """
    image = keras.Input((None, None, channels), name="input")
    inputs = {"input": image}
    if overlap is None:
        inputs["mask"] = hole = keras.Input((None, None, 1), name="mask")
    else:
        hole = CentreHole(overlap, size, name="hole", dtype="float32")(image)
    seen = FillHoles(mean_colour(channels), name="seen", dtype="float32")([image, hole])
    seen = Resize((size, size), name="seen_resized", dtype="float32")(seen)
    features, made = paint(seen)
    if overlap is not None:
        centre = CentreHole(name="centre", dtype="float32")(seen)
        made = layers.ZeroPadding2D(size // 4, name="centre_padded", dtype="float32")(made)
        made = FillHoles(name="centre_pasted", dtype="float32")([seen, centre, made])
    made = Resize(name="prediction_resized", dtype="float32")([made, image])
    completed = FillHoles(name="completed", dtype="float32")([image, hole, made])
    return generator_model(inputs, features, completed, prediction=made)
