"""Converts between RGB and CIE Lab, on the device and differentiably.

sRGB with the white D65, as OpenCV converts floats (CIE 15:2004; IEC 61966-2-1). These are
conversions of images like those in `tfgan_kit.pictures.images`, not terms: networks, terms and
exported signatures all use them.
"""

import tensorflow as tf

# Rows: the shares of linear R, G and B in X, Y and Z, divided by those of the white.
_TO_XYZ = (
    (0.412453 / 0.950456, 0.357580 / 0.950456, 0.180423 / 0.950456),
    (0.212671, 0.715160, 0.072169),
    (0.019334 / 1.088754, 0.119193 / 1.088754, 0.950227 / 1.088754),
)
_TO_RGB = (
    (3.240479 * 0.950456, -1.537150, -0.498535 * 1.088754),
    (-0.969256 * 0.950456, 1.875991, 0.041556 * 1.088754),
    (0.055648 * 0.950456, -0.204043, 1.057311 * 1.088754),
)
_DARK, _SLOPE = 216 / 24389, 24389 / 27  # CIE's epsilon and kappa: below it, f is a line.
_LINEAR = 0.0031308  # Below it, sRGB is a line.


def rgb_to_lab(images):
    """Maps RGB to Lab, scaled to about [-1, 1]: L / 50 - 1, a / 110, b / 110.

    Args:
      images: float (..., 3) in [-1, 1], sRGB; values outside are clipped.

    Returns:
      float32 of the same shape. In the gamut, a is in [-0.784, 0.894], b in [-0.981, 0.859]; gray
      has a = b = 0.
    """
    rgb = tf.clip_by_value((tf.cast(images, tf.float32) + 1.0) / 2.0, 0.0, 1.0)
    curved = tf.pow((rgb + 0.055) / 1.055, 2.4)
    linear = tf.where(rgb <= 12.92 * _LINEAR, rgb / 12.92, curved)
    x, y, z = (_response(channel) for channel in _mixed(linear, _TO_XYZ))
    lightness = 116.0 * y - 16.0
    return tf.stack([lightness / 50.0 - 1.0, (x - y) * (500 / 110), (y - z) * (200 / 110)], -1)


def lab_to_rgb(images):
    """Maps Lab to RGB; the inverse of `rgb_to_lab`.

    Args:
      images: float (..., 3), scaled as by `rgb_to_lab`.

    Returns:
      float32 of the same shape in [-1, 1]. Colours outside the gamut are clipped per channel, with
      no gradient for a clipped one.
    """
    lightness, a, b = tf.unstack(tf.cast(images, tf.float32), axis=-1)
    y = (50.0 * lightness + 50.0 + 16.0) / 116.0
    xyz = [_stimulus(f) for f in (y + a * (110 / 500), y, y - b * (110 / 200))]
    linear = tf.stack(_mixed(tf.stack(xyz, -1), _TO_RGB), -1)
    # The gradient of the power is infinite at 0, also where `where` does not choose it.
    curved = 1.055 * tf.pow(tf.maximum(linear, _LINEAR), 1 / 2.4) - 0.055
    rgb = tf.where(linear <= _LINEAR, 12.92 * linear, curved)
    return tf.clip_by_value(2.0 * rgb - 1.0, -1.0, 1.0)


def gray_of(images):
    """Maps RGB to gray of the same lightness L.

    Args:
      images: float (..., 3) in [-1, 1], sRGB.

    Returns:
      float32 (..., 1) in [-1, 1].
    """
    lightness = rgb_to_lab(images)[..., :1]
    none = tf.zeros_like(lightness)
    return lab_to_rgb(tf.concat([lightness, none, none], -1))[..., :1]


def _mixed(channels, rows):
    # No matrix product: some devices round the factors of one.
    first, second, third = tf.unstack(channels, axis=-1)
    return [r * first + g * second + b * third for r, g, b in rows]


def _response(t):
    """CIE's f: the cube root, or its line near 0."""
    root = tf.pow(tf.maximum(t, _DARK), 1 / 3)
    return tf.where(t > _DARK, root, (_SLOPE * t + 16.0) / 116.0)


def _stimulus(f):
    """The inverse of `_response`."""
    cube = f * f * f
    return tf.where(cube > _DARK, cube, (116.0 * f - 16.0) / _SLOPE)
