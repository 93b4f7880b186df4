"""Converts between the values of a field and the inputs and outputs of networks."""

import numpy as np
import tensorflow as tf

from tfgan_kit.fields.field import Field


def to_network(field: Field, values):
    """Maps a batch of a field to network inputs; it runs on the device.

    Inputs are float32, except for seeds, which are int64.

    Images are scaled from their range to [-1, 1]; images that are already floats in [-1, 1], such
    as those of generators, pass unchanged. Classes and ids become one-hot; an unknown class becomes
    the last entry if the field has one for it, and zeros otherwise. Ids without names, which number
    instances, pass as integers: a method derives boundaries or means from them. Attributes stay 0
    and 1; if they can be unknown, there are twice as many values: each attribute, 0 where it is
    unknown, and then whether it is known. Vectors pass unchanged; as labels, they are 0 where they
    are unknown, and if they can be, whether they are known follows. Float class weights (batch, n)
    in place of class numbers pass unchanged, too. Episodes have one more axis: (batch, examples,
    ...).

    Args:
      field: what the values are.
      values: tensor (batch, *field.shape).

    Returns:
      A tensor (batch, *field.network_shape).
    """
    values = tf.convert_to_tensor(values)
    match field.kind:
        case "image":
            if values.dtype.is_floating and values.dtype.name != field.dtype:
                return tf.cast(values, tf.float32)
            low, high = field.range
            if (low, high) == (0, 255):
                return tf.cast(values, tf.float32) / 127.5 - 1.0
            return (tf.cast(values, tf.float32) - low) * (2.0 / (high - low)) - 1.0
        case "class":
            if values.dtype.is_floating and values.shape.rank > 1:
                return tf.cast(values, tf.float32)
            depth = field.network_shape[0]
            if field.unknown:
                values = tf.where(values < 0, tf.cast(depth - 1, values.dtype), values)
            return tf.one_hot(values, depth)
        case "attributes":
            if not field.unknown:
                return tf.cast(values, tf.float32)
            known = tf.cast(values >= 0, tf.float32)
            return tf.concat([tf.cast(values, tf.float32) * known, known], -1)
        case "vector" if field.is_label:
            values = tf.cast(values, tf.float32)
            known = tf.reduce_all(tf.math.is_finite(values), -1, keepdims=True)
            values = tf.where(known, values, 0.0)
            return tf.concat([values, tf.cast(known, tf.float32)], -1) if field.unknown else values
        case "ids" if not field.names:
            return values
        case "ids":
            return tf.one_hot(values, len(field.names))
        case "seed":
            return tf.cast(values, tf.int64)
        case _:
            return tf.cast(values, tf.float32)


def from_network(field: Field, values) -> np.ndarray:
    """Maps images in [-1, 1] to their field's dtype and range, rounded; other values pass.

    Args:
      field: the field to convert to.
      values: outputs of a network; for an image, an array (batch, height, width, channels). Images
        of integers are in the field's type already and pass unchanged.
    """
    values = np.asarray(values)
    if field.kind != "image" or np.issubdtype(values.dtype, np.integer):
        return values
    scaled = _in_range(field, values)
    if np.issubdtype(field.dtype, np.integer):
        scaled = np.rint(scaled)
    return scaled.clip(*field.range).astype(field.dtype)


def _in_range(field, images):
    """Images in [-1, 1] in the range of their field, neither rounded nor limited."""
    low, high = field.range
    # For 8 bits, exactly as `tfgan_kit.pictures.images.to_uint8` does, including ties.
    exact = np.float32 if field.dtype == "uint8" else np.float64
    return (images.astype(exact) + 1.0) * ((high - low) / 2) + low


def unrounded(field: Field, images) -> np.ndarray:
    """Maps images in [-1, 1] to values that `to_network` maps back to the same images.

    Images can be translated twice with it, without being rounded to their field's type in between.

    Args:
      field: the field of the input that they are given to.
      images: outputs of a network, an array (batch, height, width, channels).

    Returns:
      float32; in the field's range if that is of floats, else in [-1, 1].
    """
    if np.issubdtype(field.dtype, np.integer):
        return np.asarray(images, np.float32)
    return _in_range(field, np.asarray(images)).astype(np.float32)


def as_in_files(field: Field, images):
    """Rounds images in [-1, 1] as if they had been written with `from_network` and read again.

    It runs on the device.

    Args:
      field: of the files' images; those of a float type pass unchanged.
      images: float tensor (batch, height, width, channels).
    """
    if not np.issubdtype(field.dtype, np.integer):
        return images
    low, high = field.range
    scaled = tf.round((tf.cast(images, tf.float32) + 1.0) * ((high - low) / 2) + low)
    return to_network(field, tf.cast(tf.clip_by_value(scaled, low, high), field.dtype))


def as_pictures(field: Field, values) -> np.ndarray:
    """Maps images of any dtype and range to bytes, [0, 255], for pictures and measures.

    Args:
      field: the field of the values; bytes and anything other than images pass unchanged.
      values: array (batch, height, width, channels).
    """
    values = np.asarray(values)
    if field.kind != "image" or (field.dtype == "uint8" and field.range == (0, 255)):
        return values
    return from_network(field.in_type("uint8", (0, 255)), to_network(field, values).numpy())
