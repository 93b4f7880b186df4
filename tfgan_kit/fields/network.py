"""Converts between the values of a field and the inputs and outputs of networks."""

import numpy as np
import tensorflow as tf

from tfgan_kit.fields.field import Field

LEAST_DEPTH = 1e-3  # Of a network's output, as a share of the mean.


def to_network(field: Field, values):
    """Maps a batch of a field to network inputs; it runs on the device.

    Inputs are float32, except for seeds, which are int64, and features of whole numbers.

    Images are scaled from their range to [-1, 1]; images that are already floats in [-1, 1], such
    as those of generators, pass unchanged. Classes and ids become one-hot; an unknown class becomes
    the last entry if the field has one for it, and zeros otherwise. Ids without names, which number
    instances, pass as integers: a method derives boundaries or means from them. Attributes stay 0
    and 1; if they can be unknown, there are twice as many values: each attribute, 0 where it is
    unknown, and then whether it is known. Vectors pass unchanged; as labels, they are 0 where they
    are unknown, and if they can be, whether they are known follows. Float class weights (batch, n)
    in place of class numbers pass unchanged, too. Episodes have one more axis: (batch, examples,
    ...). Depths are divided by the upper end of their field's range.

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
        case "depth":
            return tf.cast(values, tf.float32) / field.range[1]
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
        case "features":
            return tf.cast(values, field.dtype)
        case _:
            return tf.cast(values, tf.float32)


def from_network(field: Field, values) -> np.ndarray:
    """Maps outputs of networks to values of their field.

    Images in [-1, 1] get their field's dtype and range, rounded; ids are the classes of the largest
    logits; depths are at least `LEAST_DEPTH` of their field's mean, as 0 means that there is none.
    Other values pass.

    Args:
      field: the field to convert to.
      values: outputs of a network, (batch, *field.network_shape); for ids, fewer logits if not all
        of its names are classes. Images of integers are in the field's type already and pass
        unchanged.
    """
    values = np.asarray(values)
    if field.kind == "ids" and values.ndim == 4:
        return values.argmax(-1).astype(field.dtype)
    if field.kind == "depth":
        return _depths(field, values.astype(np.float64) * field.range[1])
    if field.kind != "image" or np.issubdtype(values.dtype, np.integer):
        return values
    scaled = _in_range(field, values)
    if np.issubdtype(field.dtype, np.integer):
        scaled = np.rint(scaled)
    return scaled.clip(*field.range).astype(field.dtype)


def _depths(field, values):
    values = values.clip(LEAST_DEPTH * field.range[1])
    if np.issubdtype(field.dtype, np.integer):
        values = np.rint(values).clip(1, np.iinfo(field.dtype).max)
    return values.astype(field.dtype)


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
      field: the field of the values; depths from 0 to twice their mean become bytes as well, and
        bytes and anything else pass unchanged.
      values: array (batch, height, width, channels).
    """
    values = np.asarray(values)
    if field.kind == "depth":
        shares = values.astype(np.float64) / (2 * field.range[1])
        return np.rint(255 * shares.clip(0, 1)).astype(np.uint8)
    if field.kind != "image" or (field.dtype == "uint8" and field.range == (0, 255)):
        return values
    return from_network(field.in_type("uint8", (0, 255)), to_network(field, values).numpy())
