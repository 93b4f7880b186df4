"""What a record holds: an image and its label as a tf.train.Example."""

from collections.abc import Sequence

import numpy as np

from data.reading.decode import decode
from data.source import BadExample

IMAGE, FORMAT, LABEL = "image/encoded", "image/format", "label"
HEIGHT, WIDTH, CHANNELS = "image/height", "image/width", "image/channels"
# What others call them, the usual name first.
_IMAGE_KEYS = (IMAGE, "image_raw", "image", "image/raw", "encoded")
_LABEL_KEYS = (LABEL, "image/class/label", "class", "labels")
_SIDES = (("height", HEIGHT), ("width", WIDTH))
_DEPTH = ("channels", CHANNELS, "depth", "image/depth")


def serialize(encoded: bytes, kind: str, shape: Sequence[int], label) -> bytes:
    """Returns a record.

    Args:
      encoded: the image, encoded.
      kind: "png" or "jpeg".
      shape: (height, width, channels) of the image.
      label: an integer, a vector of them, or None.
    """
    import tensorflow as tf

    def text(value):
        return tf.train.Feature(bytes_list=tf.train.BytesList(value=[value]))

    def numbers(values):
        return tf.train.Feature(int64_list=tf.train.Int64List(value=values))

    sides = zip((HEIGHT, WIDTH, CHANNELS), shape, strict=True)
    feature = {IMAGE: text(encoded), FORMAT: text(kind.encode())}
    feature |= {name: numbers([side]) for name, side in sides}
    if label is not None:
        feature[LABEL] = numbers(np.atleast_1d(label).tolist())
    return tf.train.Example(features=tf.train.Features(feature=feature)).SerializeToString()


def features_of(record: bytes, where: str):
    """Returns the features of a record by name.

    Raises:
      BadExample: if it is none.
    """
    import tensorflow as tf
    from google.protobuf.message import DecodeError

    try:
        return tf.train.Example.FromString(record).features.feature
    except DecodeError as error:
        raise BadExample(f"{where}: not a tf.train.Example; damaged?") from error


def label_of(features) -> int:
    """Returns the label among features, -1 if there is none."""
    label = _integer(features, _LABEL_KEYS)
    return -1 if label is None else label


def labels_of(features, count: int, where: str) -> np.ndarray:
    """Returns the vector of `count` labels among features, int64.

    Raises:
      BadExample: if it is not there, or of another length.
    """
    values = features[LABEL].int64_list.value if LABEL in features else ()
    if len(values) != count:
        raise BadExample(f"{where}: {len(values)} labels, not {count}")
    return np.array(values, np.int64)


def image_of(features, where: str) -> np.ndarray:
    """Returns the image among features, uint8 (height, width, 1 or 3).

    Raises:
      BadExample: if there is none, or it cannot be decoded.
    """
    key, data, shape = _stored(features, where)
    if shape:
        return np.frombuffer(data, np.uint8).reshape(shape)
    return decode(data, f"{where} feature {key}")


def encoded_of(features, where: str) -> bytes | None:
    """Returns the image among features as it is encoded, None if it is stored as bare pixels.

    Raises:
      BadExample: if there is none.
    """
    _, data, shape = _stored(features, where)
    return None if shape else data


def _stored(features, where):
    """Returns the image's key, its bytes, and the shape of what are bare pixels, else None."""
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
