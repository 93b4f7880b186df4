"""Records: an image and its label, or any fields, as a tf.train.Example."""

import io
from collections.abc import Mapping, Sequence

import cv2
import numpy as np

from data.reading.decode import decode
from data.source import BadExample
from tfgan_kit.fields import Field

IMAGE, FORMAT, LABEL = "image/encoded", "image/format", "label"
HEIGHT, WIDTH, CHANNELS = "image/height", "image/width", "image/channels"
# The names that other programs use, the most usual first.
_IMAGE_KEYS = (IMAGE, "image_raw", "image", "image/raw", "encoded")
_LABEL_KEYS = (LABEL, "image/class/label", "class", "labels")
_SIDES = (("height", HEIGHT), ("width", WIDTH))
_DEPTH = ("channels", CHANNELS, "depth", "image/depth")


def serialize(encoded: Mapping[str, tuple], numbers: Mapping[str, object]) -> bytes:
    """Returns a record.

    Args:
      encoded: name of each field with a height and a width -> its value encoded, the format
        ("png", "jpeg" or "npy"), and (height, width, channels).
      numbers: name of each other field -> any number of integers or floats.
    """
    import tensorflow as tf

    def text(value):
        return tf.train.Feature(bytes_list=tf.train.BytesList(value=[value]))

    def listed(values):
        values = np.atleast_1d(values)
        if values.dtype.kind == "f":
            return tf.train.Feature(float_list=tf.train.FloatList(value=values.tolist()))
        return tf.train.Feature(int64_list=tf.train.Int64List(value=values.tolist()))

    feature = {}
    for name, (data, kind, shape) in encoded.items():
        feature |= {f"{name}/encoded": text(data), f"{name}/format": text(kind.encode())}
        sides = zip(("height", "width", "channels"), shape, strict=True)
        feature |= {f"{name}/{side}": listed(length) for side, length in sides}
    feature |= {name: listed(values) for name, values in numbers.items()}
    return tf.train.Example(features=tf.train.Features(feature=feature)).SerializeToString()


def features_of(record: bytes, where: str):
    """Returns the features of a record by name.

    Raises:
      BadExample: if it is not a tf.train.Example.
    """
    import tensorflow as tf
    from google.protobuf.message import DecodeError

    try:
        return tf.train.Example.FromString(record).features.feature
    except DecodeError as error:
        raise BadExample(f"{where}: not a tf.train.Example; damaged?") from error


def label_of(features) -> int:
    """Returns the label among the features, -1 if there is none."""
    label = _integer(features, _LABEL_KEYS)
    return -1 if label is None else label


def labels_of(features, count: int, where: str) -> np.ndarray:
    """Returns the vector of `count` labels among the features, int64.

    Raises:
      BadExample: if it is missing or has another length.
    """
    values = features[LABEL].int64_list.value if LABEL in features else ()
    if len(values) != count:
        raise BadExample(f"{where}: {len(values)} labels, not {count}")
    return np.array(values, np.int64)


def value_of(features, name: str, field: Field, where: str) -> np.ndarray:
    """Returns the value of a field that `serialize` has written.

    Raises:
      BadExample: if it is missing or damaged.
    """
    if not field.has_size:
        feature = features.get(name)
        values = feature and (feature.int64_list.value or feature.float_list.value)
        if not values or len(values) != int(np.prod(field.shape)):
            raise BadExample(f"{where}: no {name} of shape {field.shape} in it; damaged?")
        return np.array(values, field.dtype).reshape(field.shape)
    key = f"{name}/encoded"
    data = features[key].bytes_list.value[0] if key in features else b""
    try:
        if features[f"{name}/format"].bytes_list.value[0] == b"npy":
            values = np.load(io.BytesIO(data), allow_pickle=False)
        else:
            values = cv2.imdecode(np.frombuffer(data, np.uint8), cv2.IMREAD_UNCHANGED)
            values = values[..., ::-1] if values.ndim == 3 else values
    except Exception as error:
        # Decoders raise all kinds of errors on damaged bytes.
        raise BadExample(f"{where}: its {name} cannot be decoded; damaged?") from error
    if field.kind != "ids" and values.ndim == 2:
        values = values[..., None]
    return values.astype(field.dtype)


def image_of(features, where: str) -> np.ndarray:
    """Returns the image among the features, uint8 (height, width, 1 or 3).

    Raises:
      BadExample: if there is none, or it cannot be decoded.
    """
    key, data, shape = _stored(features, where)
    if shape:
        return np.frombuffer(data, np.uint8).reshape(shape)
    return decode(data, f"{where} feature {key}")


def encoded_of(features, where: str) -> bytes | None:
    """Returns the encoded image among the features, None if it is stored as raw pixels.

    Raises:
      BadExample: if there is none.
    """
    _, data, shape = _stored(features, where)
    return None if shape else data


def _stored(features, where):
    """Returns the image's key, its bytes, and the shape of raw pixels or None if it is encoded."""
    key = next((k for k in _IMAGE_KEYS if k in features and features[k].bytes_list.value), None)
    if key is None:
        raise BadExample(
            f"{where}: no image among its features {', '.join(sorted(features)) or '(none)'};"
            f" store it as bytes named {IMAGE}"
        )
    data = features[key].bytes_list.value[0]
    height, width = (_integer(features, keys) for keys in _SIDES)
    # An encoded image can by chance be as long as its pixels would be.
    if height and width and FORMAT not in features:
        channels = _integer(features, _DEPTH) or len(data) // (height * width)
        if channels in (1, 3) and len(data) == height * width * channels:
            return key, data, (height, width, channels)
    return key, data, None


def _integer(features, keys: Sequence[str]) -> int | None:
    for key in keys:
        if key in features and len(features[key].int64_list.value) == 1:
            return features[key].int64_list.value[0]
    return None
