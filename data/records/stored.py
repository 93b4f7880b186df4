"""The examples of a data set in the form in which they are stored as records."""

import numpy as np

from data.reading.encode import Encoder, exactly, kept
from data.reading.fitting import check_example
from data.reading.reader import Reader
from data.reading.transforms import to_channels
from data.reading.values import convert, deep_field
from data.records.record import serialize
from data.registry import Raw
from data.source import BadExample
from tfgan_kit.errors import UserError

_SAMPLE = 32  # Number of images used to estimate the size of a shard.


class Stored:
    """The examples of one split as records.

    Without a size and a transform, images are stored unchanged, otherwise as `Reader` fits them.

    Args:
      raw: the split.
      image_size, channels: see `data.reading.reader.Reader`.
      encoder: encoder of 8-bit images.
      keep: whether to store the bytes of JPEG and PNG files that nothing changes.
      fit, depth: see `data.reading.reader.Reader`.

    Attributes:
      name: name of the data set.
      source: source of the examples.
      fields: fields of the stored examples, see `data.source.Source`.

    Raises:
      UserError: if the examples are points, or a size or channel count is invalid.
    """

    def __init__(
        self,
        raw: Raw,
        image_size,
        channels,
        encoder: Encoder,
        *,
        keep: bool,
        fit: str = "crop",
        depth: str = "8",
    ):
        source = raw.source
        if not any(field.has_size for field in source.fields.values()):
            raise UserError(f"{source.name} holds points; only images are stored as records")
        self._encoder, self._convert = encoder, None
        if image_size or raw.transform:
            reader = Reader(
                source,
                image_size,
                channels,
                fit=fit,
                depth=depth,
                transform=raw.transform,
                memory_budget=0,
            )
            self.name, self.source, self.fields = reader.name, reader.source, reader.fields
            self._read, self._keep = reader.fitted, False
            return
        self.name, self.source = source.name, source
        self.fields = {name: deep_field(field, depth) for name, field in source.fields.items()}
        self._read, self._keep = self._checked, keep
        if channels:
            self.fields = {
                name: field.resized(field.size, channels) if field.kind == "image" else field
                for name, field in self.fields.items()
            }
            self._convert, self._keep = channels, False

    @property
    def plain(self) -> bool:
        """Whether it holds only classes or attributes and 8-bit images, gray or in colour."""
        image = self.fields.get("image")
        if image is None or set(self.fields) != {"image", "label"}:
            return False
        if self.fields["label"].kind == "vector":
            return False
        return image.dtype == "uint8" and image.shape[2] in (1, 3)

    def record(self, index: int) -> bytes:
        """Returns the record of an example.

        Raises:
          BadExample: if it cannot be read.
        """
        example, encoded, numbers = self._read(index), {}, {}
        for name, field in self.fields.items():
            value = example[name]
            if field.kind == "image":
                encoded[name] = self._encoded(index, value)
            elif field.has_size:
                value = _narrow(value.reshape(*value.shape[:2], 1))
                encoded[name] = (*exactly(value), value.shape)
            elif field.names or not self.plain:  # Plain sets without labels have none in records.
                numbers[name] = value
        return serialize(encoded, numbers)

    def _checked(self, index):
        example = self.source.read(index)
        own = self.source.fields
        check_example(example, own, self.source.where(index))
        images = [name for name, field in own.items() if field.kind == "image"]
        return example | {
            name: convert(example[name], own[name], self.fields[name]) for name in images
        }

    def _encoded(self, index, image):
        data = self.source.encoded(index) if self._keep else None
        found = kept(data) if data else None
        if found:
            # A gray file among coloured ones is read as RGB and stored unchanged.
            kind, depth = found
            return data, kind, (*image.shape[:2], depth)
        image = to_channels(image, self._convert) if self._convert else image
        return *self._encoder(image), image.shape

    def shards(self, megabytes: int) -> int:
        """Estimates the number of shards of that size from a sample of the records."""
        count = len(self.source)
        sizes = []
        for index in np.unique(np.linspace(0, count - 1, min(count, _SAMPLE)).astype(int)).tolist():
            try:
                sizes.append(len(self.record(index)))
            except BadExample:
                continue  # Reported when it is its turn.
        total = np.mean(sizes) * count if sizes else 0
        return int(min(max(1, -(-total // (megabytes * 1_000_000))), count, 99_999))


def _narrow(values):
    """Converts integers to the smallest type of an image file that can represent them."""
    if values.min() < 0 or values.max() > 65535:
        return values
    return values.astype(np.uint8 if values.max() < 256 else np.uint16)
