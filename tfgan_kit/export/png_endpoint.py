"""The signature that translates image files, for clients that have files and want files."""

import numpy as np
import tensorflow as tf

from tfgan_kit.export.endpoints import Endpoint, use_endpoint
from tfgan_kit.export.examples import values_of
from tfgan_kit.fields import Field
from tfgan_kit.fields.network import from_network
from tfgan_kit.uses.apply import Bound

_CHANNELS = (1, 3, 4)  # That a PNG file can hold, beside two.
_SUFFIX = "_bytes"  # TF Serving's REST interface encodes what is called so in base64.


def png_endpoint(bound: Bound) -> Endpoint | None:
    """The signature of a use from images to images that takes and returns PNG files.

    * Each input that is an image or a mask is called NAME_bytes: PNG files of any size, string
      (n,). A mask is 1 where its file is not 0.
    * Other inputs are those of the use.
    * Each output is called NAME_bytes: PNG files in the size of their input, with the depth and the
      channels of the images that the run was trained on.

    Args:
      bound: the use.

    Returns:
      The signature, or None if its images do not fit into PNG files, or have one size.
    """
    use, plain = bound.use, use_endpoint(bound)
    files = {name: field for name, field in use.inputs.items() if field.kind in ("image", "mask")}
    fields = (*files.values(), *use.outputs.values())
    if not any(field.kind == "image" for field in files.values()) or not all(map(_fits, fields)):
        return None
    specs = tuple(
        tf.TensorSpec((None,), tf.string, name=f"{spec.name}{_SUFFIX}")
        if spec.name in files
        else spec
        for spec in plain.inputs
    )
    outputs = {f"{name}{_SUFFIX}": tf.TensorSpec((), tf.string) for name in use.outputs}

    @tf.autograph.experimental.do_not_convert
    def one(values):
        """Files and other values of one example -> its files."""
        given = {}
        for name, value in zip(use.inputs, values, strict=True):
            given[name] = _decoded(files[name], value) if name in files else value[None]
        made = bound(given)
        return {
            f"{name}{_SUFFIX}": _encoded(field, made[name][0])
            for name, field in use.outputs.items()
        }

    def call(*values):
        return tf.map_fn(one, values, fn_output_signature=outputs)

    samples = {
        f"{name}{_SUFFIX}": lambda rows, field=field: _files(field, rows)
        for name, field in files.items()
    }
    return Endpoint(call, specs, plain.about, samples)


def _fits(field: Field):
    return (
        field.kind in ("image", "mask")
        and field.multiple > 0
        and field.dtype in ("uint8", "uint16")
        and field.shape[2] in _CHANNELS
    )


def _decoded(field, file):
    """A file as a batch of one image in [-1, 1], or one mask."""
    if field.kind == "mask":
        return tf.cast(tf.io.decode_png(file, channels=1) != 0, tf.uint8)[None]
    image = tf.io.decode_png(file, channels=field.shape[2], dtype=tf.as_dtype(field.dtype))
    low, high = field.range
    return ((tf.cast(image, tf.float32) - low) * (2.0 / (high - low)) - 1.0)[None]


def _encoded(field, image):
    low, high = field.range
    scaled = tf.clip_by_value((image + 1.0) * ((high - low) / 2) + low, low, high)
    return tf.io.encode_png(tf.cast(tf.round(scaled), tf.as_dtype(field.dtype)))


def _files(field, rows):
    """Example files: PNG files of random images or of masks."""
    values = values_of(field, rows)
    images = 255 * values if field.kind == "mask" else from_network(field, values)
    return np.array([tf.io.encode_png(image).numpy() for image in images], object)
