"""TFRecord files of tf.train.Example, with random access."""

import glob
import os
import re
from collections.abc import Sequence
from pathlib import Path

import numpy as np

from data.image_source import ImageSource
from data.records.files import RecordFiles
from data.records.index import index_path
from data.records.prepared import is_prepared, open_prepared
from data.records.record import encoded_of, features_of, image_of, label_of
from data.source import BadExample
from data.sources.locate import check_split, resolve
from tfgan_kit.errors import UserError
from tfgan_kit.machine.quiet import quiet_import

# Number of records parsed at opening for sizes, and for classes if no file names them.
_SURVEY_IMAGES, _SURVEY_LABELS = 64, 1000


class TFRecordSource(ImageSource):
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
        label = label_of(features)
        if label >= len(self.classes) > 0:
            raise BadExample(
                f"{where}: label {label}, but there are {len(self.classes)} classes; name them all"
                " in a labels.txt beside the files, one in each line"
            )
        return image_of(features, where), label

    def encoded(self, index: int) -> bytes | None:
        """Returns the encoded image of the record, None if it holds raw pixels."""
        return encoded_of(self._features(index), self.where(index))

    def where(self, index: int) -> str:
        """Returns the file of a record and its number there."""
        return self._records.where(index)

    def _features(self, index: int):
        return features_of(self._records[index], self.where(index))

    def _sample(self, count: int) -> list[int]:
        return np.unique(np.linspace(0, len(self) - 1, min(count, len(self))).astype(int)).tolist()

    def _sampled_images(self) -> list[np.ndarray]:
        images, problem = [], None
        for index in self._sample(_SURVEY_IMAGES):
            try:
                images.append(image_of(self._features(index), self.where(index)))
            except BadExample as error:
                problem = problem or error
        if not images:
            raise UserError(str(problem)) from problem
        return images

    def _counted_classes(self) -> tuple[str, ...]:
        labels = []
        for index in self._sample(_SURVEY_LABELS):
            try:
                labels.append(label_of(self._features(index)))
            except BadExample:
                continue  # Reported when it is its turn to be read.
        return tuple(str(k) for k in range(max(labels, default=-1) + 1))


def open(argument: str, *, data_dir: str | None, split: str) -> ImageSource:
    """Opens TFRecord files of tf.train.Example.

    A folder written by `data prepare` describes itself, see `data.records.prepared`. In all others,
    the image is the bytes feature `image/encoded`, `image_raw` or `image`: an encoded image or,
    unless `image/format` says that it is encoded, raw uint8 pixels of the size given by the
    integers `height` and `width` (and `channels`). The label is the integer `label` or
    `image/class/label`. A file labels.txt beside the records names the classes, one per line.

    Args:
      argument: path of a file, a folder with *.tfrecord* files, or a glob pattern. If names of
        files in a folder contain the word train, test or val, those of the split are used.
      data_dir: root of the local data sets, or None.
      split: "train" or "test"; files without a split in their names are "train".

    Raises:
      UserError: if there are no such files, or they are truncated, compressed or not TFRecords.
    """
    with quiet_import():
        import tensorflow  # noqa: F401 (parses the records)
    if not _is_pattern(argument, data_dir):
        path = resolve("tfrecord", argument, data_dir)
        if is_prepared(path):
            return open_prepared(path, split)
    paths = _paths(argument, data_dir, split)
    listing = paths[0].with_name("labels.txt")
    classes = (
        listing.read_text("utf-8-sig", "surrogateescape").split("\n") if listing.exists() else []
    )
    name = re.split(r"[.@]|-\d", paths[0].name)[0] or "tfrecord"
    return TFRecordSource(name, paths, [line.strip() for line in classes if line.strip()])


def _is_pattern(argument: str, data_dir: str | None) -> bool:
    """Whether a path is a pattern; a path that exists is not."""
    places = [argument] if data_dir is None else [argument, os.path.join(data_dir, argument)]
    return glob.has_magic(argument) and not any(map(os.path.exists, places))


def _paths(argument: str, data_dir: str | None, split: str) -> list[Path]:
    if _is_pattern(argument, data_dir):
        patterns = [argument] if data_dir is None else [argument, str(Path(data_dir, argument))]
        matches = next(filter(None, (sorted(glob.glob(p)) for p in patterns)), [])
        if not matches:
            raise UserError(f"tfrecord: no file matches {' or '.join(patterns)}")
        check_split(argument, split, ("train",))
        indexes = {str(index_path(Path(match))) for match in matches}
        return [Path(match) for match in matches if match not in indexes]
    path = resolve("tfrecord", argument, data_dir)
    if path.is_file():
        check_split(str(path), split, ("train",))
        return [path]
    paths = sorted(p for p in path.iterdir() if re.search(r"\.tfrec(ord)?", p.name) and p.is_file())
    indexes = {index_path(p) for p in paths}
    paths = [p for p in paths if p not in indexes]
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
