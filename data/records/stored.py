"""The form in which the examples of a data set are stored as records."""

import numpy as np

from data.reading.encode import Encoder, kept
from data.reading.reader import Reader
from data.reading.transforms import to_channels
from data.records.record import serialize
from data.registry import Raw
from data.source import BadExample
from tfgan_kit.errors import UserError

_SAMPLE = 32  # Images by which the size of a shard is estimated.


class Stored:
    """The examples of one split as records.

    Without a size and a transform images are stored as they are, else as `Reader` fits them.

    Args:
      raw: the split.
      image_size, channels: see `data.reading.reader.Reader`.
      encoder: of images.
      keep: store the bytes of JPEG and PNG files that nothing changes.

    Attributes:
      name: of the data set.
      source: where the examples come from.
      shape, channels: of the stored images, see `data.source.Source`.

    Raises:
      UserError: the examples are points, or a size or channel count makes no sense.
    """

    def __init__(self, raw: Raw, image_size, channels, encoder: Encoder, *, keep: bool):
        source = raw.source
        if source.shape is not None and len(source.shape) == 1:
            raise UserError(f"{source.name} holds points; only images are stored as records")
        self._encoder, self._convert = encoder, None
        if image_size or raw.transform:
            reader = Reader(source, image_size, channels, transform=raw.transform, memory_budget=0)
            self.name, self.source, self.shape = reader.name, reader.source, reader.image_shape
            self.channels, self._read, self._keep = self.shape[2], reader.fitted, False
            return
        self.name, self.source, self._read = source.name, source, source.example
        self.shape, self.channels, self._keep = source.shape, source.channels, keep
        if channels:
            self.shape = self.shape and (*self.shape[:2], channels)
            self.channels, self._convert, self._keep = channels, channels, False

    def record(self, index: int) -> bytes:
        """Returns the record of an example.

        Raises:
          BadExample: if it cannot be read.
        """
        image, label = self._read(index)
        encoded = self.source.encoded(index) if self._keep else None
        found = kept(encoded) if encoded else None
        if found:
            # A gray file among coloured ones is read as RGB, and stored as it is.
            kind, depth = found
        else:
            image = to_channels(image, self._convert) if self._convert else image
            (encoded, kind), depth = self._encoder(image), image.shape[2]
        shape = (*image.shape[:2], depth)
        return serialize(encoded, kind, shape, label if self.source.classes else None)

    def shards(self, megabytes: int) -> int:
        """Returns how many shards of about that size the records fill, judged by some of them."""
        count = len(self.source)
        sizes = []
        for index in np.unique(np.linspace(0, count - 1, min(count, _SAMPLE)).astype(int)).tolist():
            try:
                sizes.append(len(self.record(index)))
            except BadExample:
                continue  # told when it is its turn
        total = np.mean(sizes) * count if sizes else 0
        return int(min(max(1, -(-total // (megabytes * 1_000_000))), count, 99_999))
