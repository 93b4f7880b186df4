"""Folders that `data prepare` writes: TFRecord shards, an index beside each, and prepared.json.

Each shard, such as train-00003-of-00008.tfrecord, holds consecutive examples of the split, and the
shards together hold all of them in order. prepared.json describes them.
"""

import dataclasses
import json
from pathlib import Path

import numpy as np

from data.image_source import ImageSource
from data.records.files import RecordFiles
from data.records.record import encoded_of, features_of, image_of, label_of, labels_of, value_of
from data.registry import PREPARED
from data.source import Source
from data.sources.locate import check_split
from tfgan_kit.errors import UserError
from tfgan_kit.fields import Field
from tfgan_kit.machine.files import write_json

_VERSION, _VERSION_OF_FIELDS = 1, 2


@dataclasses.dataclass(frozen=True)
class Split:
    """One split of a prepared set.

    Attributes:
      examples: number of examples in the source.
      shards: number of files.
      shape, channels: for sets of 8-bit images and labels, see `data.image_source.ImageSource`.
      records: number of examples written; None until all are written.
      fields: for all other sets, in the form of `Field.to_json`.
    """

    examples: int
    shards: int
    shape: tuple[int, ...] | None
    channels: int | None
    records: int | None = None
    fields: dict[str, dict] | None = None

    def first(self, shard: int) -> int:
        """Returns the first example of the source that belongs into a shard."""
        return shard * self.examples // self.shards


@dataclasses.dataclass(frozen=True)
class Prepared:
    """The content of prepared.json.

    Attributes:
      made_by: the command's settings by name.
      name: name of the set.
      classes, label_shape: names and shape of its field "label".
      splits: the splits by name.
    """

    made_by: dict
    name: str
    classes: tuple[str, ...]
    label_shape: tuple[int, ...]
    splits: dict[str, Split]

    @property
    def finished(self) -> bool:
        """Whether all shards are written."""
        return all(split.records is not None for split in self.splits.values())

    def write(self, folder: Path) -> None:
        """Writes prepared.json atomically."""
        content = {"version": _VERSION, **dataclasses.asdict(self)}
        plain = all(split.fields is None for split in self.splits.values())
        if plain:  # Version 0.1.0 of the kit can also read it.
            for split in content["splits"].values():
                del split["fields"]
        else:
            content["version"] = _VERSION_OF_FIELDS
        write_json(content, folder / PREPARED)


def is_prepared(folder: Path) -> bool:
    """Whether `data prepare` has written a folder, or begun to."""
    return (folder / PREPARED).is_file()


def read_prepared(folder: Path) -> Prepared:
    """Reads prepared.json.

    Raises:
      UserError: if it is damaged, or written by a later version of the kit.
    """
    path = folder / PREPARED
    try:
        content = json.loads(path.read_text(encoding="utf-8"))
        version = content.pop("version")
        if version not in (_VERSION, _VERSION_OF_FIELDS):
            raise UserError(
                f"{path}: version {version}, newer than {_VERSION_OF_FIELDS}; update tfgan-kit"
            )
        splits = {
            name: Split(**split | {"shape": split["shape"] and tuple(split["shape"])})
            for name, split in content.pop("splits").items()
        }
        classes, shape = (tuple(content.pop(key)) for key in ("classes", "label_shape"))
        return Prepared(splits=splits, classes=classes, label_shape=shape, **content)
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise UserError(f"{path}: damaged ({error}); copy or prepare it again") from error


def shard_paths(folder: Path, split: str, count: int) -> list[Path]:
    """Returns the paths of the shards of a split, in order."""
    return [folder / f"{split}-{k:05d}-of-{count:05d}.tfrecord" for k in range(count)]


class PreparedSource(ImageSource):
    """The examples of one split, decoded as they are read."""

    def __init__(self, prepared: Prepared, split: Split, paths: list[Path]):
        """Opens the shards.

        Raises:
          UserError: if one is truncated, or does not match its index.
        """
        self.name, self.classes = prepared.name, prepared.classes
        self.label_shape = prepared.label_shape
        self.shape, self.channels = split.shape, split.channels
        self._records = RecordFiles(paths)

    def __len__(self) -> int:
        """Number of records."""
        return len(self._records)

    def example(self, index: int) -> tuple[np.ndarray, int | np.ndarray]:
        """See `ImageSource.example`."""
        features, where = self._features(index), self.where(index)
        image = image_of(features, where)
        if self.channels == 3 and image.shape[2] == 1:
            image = np.repeat(image, 3, axis=2)
        if self.label_shape:
            return image, labels_of(features, *self.label_shape, where)
        return image, label_of(features)

    def encoded(self, index: int) -> bytes | None:
        """Returns the image as the record holds it."""
        return encoded_of(self._features(index), self.where(index))

    def where(self, index: int) -> str:
        """Returns the file of a record and its number there."""
        return self._records.where(index)

    def _features(self, index):
        return features_of(self._records[index], self.where(index))


class PreparedFields(Source):
    """The examples of one split of a set with any fields."""

    def __init__(self, prepared: Prepared, split: Split, paths: list[Path]):
        """Opens the shards; see `PreparedSource`."""
        self.name = prepared.name
        self.fields = {name: Field.from_json(field) for name, field in split.fields.items()}
        self._records = RecordFiles(paths)

    def __len__(self) -> int:
        """Number of records."""
        return len(self._records)

    def read(self, index):
        """See `Source.read`."""
        where = self.where(index)
        features = features_of(self._records[index], where)
        return {name: value_of(features, name, field, where) for name, field in self.fields.items()}

    def where(self, index):
        """Returns the file of a record and its number there."""
        return self._records.where(index)


def open_prepared(folder: Path, split: str) -> Source:
    """Opens a split of a folder that `data prepare` has written.

    Raises:
      UserError: if it is not finished, there is no such split, or shards are missing, truncated or
        do not match their indexes.
    """
    prepared = read_prepared(folder)
    if not prepared.finished:
        raise UserError(
            f"{folder}: not finished; run the same `data prepare` command again to continue"
        )
    check_split(str(folder), split, list(prepared.splits))
    told = prepared.splits[split]
    paths = shard_paths(folder, split, told.shards)
    missing = [path.name for path in paths if not path.is_file()]
    if missing:
        raise UserError(
            f"{folder}: {len(missing)} of {len(paths)} shards are missing, such as {missing[0]};"
            " copy them, or prepare the set again"
        )
    source = (PreparedFields if told.fields else PreparedSource)(prepared, told, paths)
    if len(source) != told.records:
        raise UserError(
            f"{folder}: {len(source):,} records in its {split} shards, not {told.records:,} as"
            f" {PREPARED} says; they belong to different sets"
        )
    return source
