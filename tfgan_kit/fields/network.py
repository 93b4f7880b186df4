"""Between the values of a field and what networks take and give."""

import numpy as np
import tensorflow as tf

from tfgan_kit.fields.field import Field


def to_network(field: Field, values):
    """Maps a batch of a field to what networks take, float32; it runs on the device.

    Images go to [-1, 1], by their range; those that are floats in [-1, 1] already, as generators
    make them, pass. Classes and ids become one-hot, an unknown class the last entry if the field
    has one for it and zeros else. Attributes stay 0 and 1; with unknown ones, twice as many values
    come: each attribute, 0 where it is unknown, and then whether it is known. Weights of classes
    (batch, n) in place of their numbers pass, too, if they are floats. Episodes have one axis more:
    (batch, examples, ...).

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
        case "ids":
            return tf.one_hot(values, len(field.names))
        case _:
            return tf.cast(values, tf.float32)


def from_network(field: Field, values) -> np.ndarray:
    """Maps images in [-1, 1] to the type and range of their field, rounded; the rest passes.

    Args:
      field: what the values are to be.
      values: array (batch, height, width, channels) for an image, of what a network made.
    """
    values = np.asarray(values)
    if field.kind != "image" or values.dtype == field.dtype:
        return values
    low, high = field.range
    # In 8 bits as `tfgan_kit.pictures.images.to_uint8` does it, to the last tie.
    exact = np.float32 if field.dtype == "uint8" else np.float64
    scaled = (values.astype(exact) + 1.0) * ((high - low) / 2) + low
    if np.issubdtype(field.dtype, np.integer):
        scaled = np.rint(scaled)
    return scaled.clip(low, high).astype(field.dtype)


def as_pictures(field: Field, values) -> np.ndarray:
    """Maps images of any type and range to bytes, [0, 255], for pictures and measures.

    Args:
      field: what the values are; bytes, and whatever is no image, pass.
      values: array (batch, height, width, channels).
    """
    values = np.asarray(values)
    if field.kind != "image" or (field.dtype == "uint8" and field.range == (0, 255)):
        return values
    return from_network(field.in_type("uint8", (0, 255)), to_network(field, values).numpy())
