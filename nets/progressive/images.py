"""The images of a generator that grows, made of its maps at each resolution."""

from keras import layers

from tfgan_kit.layers import EqualizedConv2D, Fade


def to_rgb(x, channels: int, side: int):
    """Returns the image of maps: a linear convolution 1x1 in float32, "to_rgb_SIDE"."""
    return EqualizedConv2D(channels, 1, gain=1.0, dtype="float32", name=f"to_rgb_{side}")(x)


def outputs(images: dict, *, fading: bool, shown_side: int | None) -> dict:
    """Returns the outputs of a generator.

    Args:
      images: side -> image of that side, ascending.
      fading: whether the largest maps are being faded in: "image" is then (1 - alpha) times the
        doubled image of half the size plus alpha times the largest one; see
        `tfgan_kit.layers.Fade`.
      shown_side: side of the output "shown", a multiple of that of the images; by default theirs.

    Returns:
      "image"; "shown", the same with each pixel repeated; and the images of smaller maps that are
      not part of it, under the names of their layers: the network keeps all of its layers, and
      what nobody reads is not computed.
    """
    smaller = dict(images)
    side, image = smaller.popitem()
    if fading:
        _, old = smaller.popitem()
        old = layers.UpSampling2D(dtype="float32", name="old_image")(old)
        image = Fade(dtype="float32", name="fade")([old, image])
    shown = layers.UpSampling2D((shown_side or side) // side, dtype="float32", name="shown")(image)
    kept = {f"to_rgb_{each}": old for each, old in smaller.items()}
    return kept | {"image": image, "shown": shown}
