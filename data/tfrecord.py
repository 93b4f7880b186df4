"""TFRecord files of tf.train.Example, with random access.

Framing (tensorflow/core/lib/io/record_writer.h): uint64 length, uint32 masked CRC32C of these 8
bytes, the data, uint32 masked CRC32C of the data, all little-endian.
"""

import glob
import mmap
import re
import struct
from collections.abc import Sequence
from pathlib import Path

import numpy as np

from data.decode import decode
from data.locate import check_split, resolve
from data.source import BadExample, Source
from tfgan_kit.errors import UserError

_HEADER, _FOOTER = 12, 4
_IMAGE_KEYS = ("image/encoded", "image_raw", "image", "image/raw", "encoded")
_LABEL_KEYS = ("label", "image/class/label", "class", "labels")
_SIDES = (("height", "image/height"), ("width", "image/width"))
_DEPTH = ("channels", "image/channels", "depth", "image/depth")
# Parsed at opening to learn sizes, and to count classes where no file names them.
_SURVEY_IMAGES, _SURVEY_LABELS = 64, 1000


class RecordFiles:
    """Reads record i of a sequence of uncompressed TFRecord files.

    One pass over the framing at opening finds where each record starts; that skips the data.
    """

    def __init__(self, paths: Sequence[str | Path]):
        """Indexes the files.

        Raises:
          UserError: if a file is missing, truncated, compressed or not a TFRecord.
        """
        self._paths = [Path(path) for path in paths]
        spans = [_scan(path) for path in self._paths]
        self._ends = np.cumsum([len(starts) for starts, _ in spans])
        self._starts = np.concatenate([starts for starts, _ in spans])
        self._lengths = np.concatenate([lengths for _, lengths in spans])

    def __len__(self) -> int:
        return len(self._starts)

    def __getitem__(self, index: int) -> bytes:
        """Returns the data of one record. Its checksum is not verified.

        Raises:
          BadExample: if it cannot be read any more.
        """
        # Opened each time, some microseconds: a set can have more files than a process may open.
        try:
            with self._paths[self._file(index)].open("rb", buffering=0) as file:
                file.seek(int(self._starts[index]))
                data = file.read(int(self._lengths[index]))
        except OSError as error:
            raise BadExample(f"{self.where(index)}: {error.strerror}") from error
        if len(data) != self._lengths[index]:
            raise BadExample(f"{self.where(index)}: the file has become shorter")
        return data

    def where(self, index: int) -> str:
        """Returns the file of a record and its number there, from 0."""
        file = self._file(index)
        first = self._ends[file - 1] if file else 0
        return f"{self._paths[file]} record {index - first}"

    def _file(self, index: int) -> int:
        return int(np.searchsorted(self._ends, index, side="right"))


class TFRecordSource(Source):
    """Images in tf.train.Example records, decoded as they are read."""

    def __init__(self, name: str, paths: Sequence[Path], classes: Sequence[str] = ()):
        """Indexes the files and parses a sample.

        Args:
          name: short name.
          paths: the files, in the order of the examples.
          classes: names of the classes; by default numbers up to the largest label in a sample.

        Raises:
          UserError: if a file is not a TFRecord, or the first record holds no image.
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


def _scan(path: Path) -> tuple[np.ndarray, np.ndarray]:
    """Returns where the data of each record starts, and its length."""
    try:
        size = path.stat().st_size
        if size == 0:
            return np.empty(0, np.int64), np.empty(0, np.int64)
        with path.open("rb") as file, mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as data:
            if data[:2] == b"\x1f\x8b":
                raise UserError(f"{path}: compressed with gzip, which has no random access; unpack")
            starts, lengths, headers, position, truncated = [], [], bytearray(), 0, False
            while position < size:
                header = data[position : position + _HEADER]
                truncated = len(header) < _HEADER
                if truncated:
                    break
                (length,) = struct.unpack_from("<Q", header)
                headers += header
                starts.append(position + _HEADER)
                lengths.append(length)
                position += _HEADER + length + _FOOTER
                truncated = position > size
    except OSError as error:
        raise UserError(f"{path}: {error.strerror}") from error
    bad = _first_bad_header(bytes(headers))
    if bad is not None:
        what = "not a TFRecord file" if bad == 0 else f"damaged at record {bad}"
        raise UserError(f"{path}: {what} (the checksum of a length is wrong); write it again")
    if truncated:
        raise UserError(f"{path}: truncated in record {len(starts) - 1}; write it again")
    return np.array(starts, np.int64), np.array(lengths, np.int64)


def _first_bad_header(headers: bytes) -> int | None:
    """Returns the first header whose length does not match its checksum, or None."""
    table = np.frombuffer(headers, np.uint8).reshape(-1, _HEADER)
    crc = np.full(len(table), 0xFFFFFFFF, np.uint32)
    for column in table[:, :8].T:
        crc = _CRC32C[(crc ^ column) & 0xFF] ^ (crc >> np.uint32(8))
    crc = ~crc
    masked = ((crc >> np.uint32(15)) | (crc << np.uint32(17))) + np.uint32(0xA282EAD8)
    stored = np.ascontiguousarray(table[:, 8:]).view("<u4")[:, 0]
    wrong = np.flatnonzero(masked != stored)
    return int(wrong[0]) if len(wrong) else None


def _crc_table() -> np.ndarray:
    """Table of CRC32C (Castagnoli, reflected polynomial 0x82F63B78) for each byte."""
    table = np.arange(256, dtype=np.uint32)
    for _ in range(8):
        table = (table >> np.uint32(1)) ^ np.where(table & 1, np.uint32(0x82F63B78), np.uint32(0))
    return table


_CRC32C = _crc_table()


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
