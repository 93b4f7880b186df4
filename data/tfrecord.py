"""TFRecord files of tf.train.Example, with random access."""

import glob
import re
from collections.abc import Sequence
from pathlib import Path

import numpy as np

from data.decode import decode
from data.locate import check_split, resolve
from data.record_files import RecordFiles
from data.source import BadExample, Source
from tfgan_kit.errors import UserError

_IMAGE_KEYS = ("image/encoded", "image_raw", "image", "image/raw", "encoded")
_LABEL_KEYS = ("label", "image/class/label", "class", "labels")
_SIDES = (("height", "image/height"), ("width", "image/width"))
_DEPTH = ("channels", "image/channels", "depth", "image/depth")
# Parsed at opening to learn sizes, and to count classes where no file names them.
_SURVEY_IMAGES, _SURVEY_LABELS = 64, 1000


class TFRecordSource(Source):
    """Images in tf.train.Example records, decoded as they are read."""

    def __init__(self, name: str, paths: Sequence[Path], classes: Sequence[str] = ()):
        """Indexes the files and parses a sample.

        Args:
          name: short name.
          paths: the files, in the order of the examples.
          classes: names of the classes; by default numbers up to the largest label in a sample.

        Raises:
          UserError: if a file is not a TFRecord, or no record of a sample holds an image.
        """
        self.name = name
        self._records = RecordFiles(paths)
        if not len(self._records):
            raise UserError(f"{paths[0]}: no records in it; write it again")
        shapes = {image.shape for image in self._sampled_images()}
        self.shape = shapes.pop() if len(shapes) == 1 else None
        self.classes = tuple(classes) or self._counted_classes()

    def __len__(self) -> int:
        """Number of records."""
        return len(self._records)

    def example(self, index: int) -> tuple[np.ndarray, int]:
        """Returns the image, uint8 (height, width, 1 or 3), and its label or -1."""
        features, where = self._features(index), self.where(index)
        label = _label(features)
        if label >= len(self.classes) > 0:
            raise BadExample(
                f"{where}: label {label}, but there are {len(self.classes)} classes; name them all"
                " in a labels.txt beside the files, one in each line"
            )
        return _image(features, where), label

    def where(self, index: int) -> str:
        """Returns the file of a record and its number there."""
        return self._records.where(index)

    def _features(self, index: int):
        import tensorflow as tf
        from google.protobuf.message import DecodeError

        try:
            return tf.train.Example.FromString(self._records[index]).features.feature
        except DecodeError as error:
            raise BadExample(f"{self.where(index)}: not a tf.train.Example; damaged?") from error

    def _sample(self, count: int) -> list[int]:
        return np.unique(np.linspace(0, len(self) - 1, min(count, len(self))).astype(int)).tolist()

    def _sampled_images(self) -> list[np.ndarray]:
        images, problem = [], None
        for index in self._sample(_SURVEY_IMAGES):
            try:
                images.append(_image(self._features(index), self.where(index)))
            except BadExample as error:
                problem = problem or error
        if not images:
            raise UserError(str(problem)) from problem
        return images

    def _counted_classes(self) -> tuple[str, ...]:
        labels = []
        for index in self._sample(_SURVEY_LABELS):
            try:
                labels.append(_label(self._features(index)))
            except BadExample:
                continue  # reported when it is its turn to be read
        return tuple(str(k) for k in range(max(labels, default=-1) + 1))


def open(argument: str, *, data_dir: str | None, split: str) -> Source:
    """Opens TFRecord files of tf.train.Example.

    The image is the bytes feature `image/encoded`, `image_raw` or `image`: an encoded image, or
    raw uint8 pixels of the size given by the integers `height` and `width` (and `channels`). The
    label is the integer `label` or `image/class/label`. Classes are named by a file labels.txt
    beside the records, one in each line.

    Args:
      argument: path of a file, a folder with *.tfrecord* files, or a glob pattern. If files of a
        folder have the word train, test or val in their names, those of the split are taken.
      data_dir: root of the local data sets, or None.
      split: "train" or "test"; files without a split in their names are "train".

    Raises:
      UserError: if there are no such files, or they are truncated, compressed or something else.
    """
    paths = _paths(argument, data_dir, split)
    listing = paths[0].with_name("labels.txt")
    classes = listing.read_text(encoding="utf-8").split("\n") if listing.exists() else []
    name = re.split(r"[.@]|-\d", paths[0].name)[0] or "tfrecord"
    return TFRecordSource(name, paths, [line.strip() for line in classes if line.strip()])


def _paths(argument: str, data_dir: str | None, split: str) -> list[Path]:
    if glob.has_magic(argument):
        patterns = [argument] if data_dir is None else [argument, str(Path(data_dir, argument))]
        matches = next(filter(None, (sorted(glob.glob(p)) for p in patterns)), [])
        if not matches:
            raise UserError(f"tfrecord: no file matches {' or '.join(patterns)}")
        check_split(argument, split, ("train",))
        return [Path(match) for match in matches]
    path = resolve("tfrecord", argument, data_dir)
    if path.is_file():
        check_split(str(path), split, ("train",))
        return [path]
    paths = sorted(p for p in path.iterdir() if re.search(r"\.tfrec(ord)?", p.name) and p.is_file())
    if not paths:
        raise UserError(f"{path}: no .tfrecord files in it; give the folder that holds them")
    words = {p: set(re.split(r"[^a-z]+", p.name.lower())) for p in paths}
    parts = {"train": {"train", "training"}, "test": {"test"}, "val": {"val", "validation"}}
    by_split = {s: [p for p in paths if words[p] & names] for s, names in parts.items()}
    splits = [s for s, found in by_split.items() if found]
    if not splits:
        check_split(str(path), split, ("train",))
        return paths
    if split == "test" and "test" not in splits and "val" in splits:
        split = "val"
    check_split(str(path), split, splits)
    return by_split[split]


def _integer(features, keys: Sequence[str]) -> int | None:
    for key in keys:
        if key in features and len(features[key].int64_list.value) == 1:
            return features[key].int64_list.value[0]
    return None


def _label(features) -> int:
    label = _integer(features, _LABEL_KEYS)
    return -1 if label is None else label


def _image(features, where: str) -> np.ndarray:
    key = next((k for k in _IMAGE_KEYS if k in features and features[k].bytes_list.value), None)
    if key is None:
        raise BadExample(
            f"{where}: no image among its features {', '.join(sorted(features)) or '(none)'};"
            f" store it as bytes named {_IMAGE_KEYS[0]}"
        )
    data = features[key].bytes_list.value[0]
    height, width = (_integer(features, keys) for keys in _SIDES)
    if height and width:
        channels = _integer(features, _DEPTH) or len(data) // (height * width)
        if channels in (1, 3) and len(data) == height * width * channels:
            return np.frombuffer(data, np.uint8).reshape(height, width, channels)
    return decode(data, f"{where} feature {key}")
