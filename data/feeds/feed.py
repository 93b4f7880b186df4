"""The data for training: the stream of batches, and examples to compare with."""

import dataclasses
import functools
import os
from collections.abc import Iterator

import numpy as np

from data.derived.wanted import Wanted
from data.feeds.pipeline import Pipeline
from data.feeds.stream import Stream
from data.reading.open import open_source
from data.reading.reader import Reader
from data.reading.values import MEASURED, Values
from data.registry import OTHER_SPLIT, absolute_name, data_root
from tfgan_kit.errors import NotFound, UserError
from tfgan_kit.fields.network import to_network
from tfgan_kit.settings.names import FITS
from tfgan_kit.settings.size import Size

EXAMPLES = 64  # That are read at a time, for measures.


def open_for(config) -> tuple[Reader, object]:
    """Opens the data set that a configuration names, at a size that its networks support.

    Args:
      config: a `TrainConfig`. Without an image size, its networks' sizes determine one for the
        data's own images.

    Returns:
      The reader, and the configuration with paths made absolute and size and channels filled in.

    Raises:
      UserError: if the data cannot be opened.
    """
    # A run must find its data wherever it is resumed from.
    directory = data_root(config.data_dir)
    paths = {"data_dir": os.path.abspath(directory)} if directory else {}
    config = dataclasses.replace(config, dataset=absolute_name(config.dataset), **paths)
    reader = open_reader(config)
    if reader.is_points:
        return reader, config
    if config.image_size is None:
        own = reader.image_shape[:2]
        size = config.sizes.nearest(own)
        if size != own:
            reader = open_reader(dataclasses.replace(config, image_size=size))
        reader.notes = (*reader.notes, *notes_on_fit(own, size, config.fit))
    *size, channels = reader.image_shape
    measured = {}
    if config.value_range == MEASURED:
        # The other split and a resumed run use the same size.
        low, high = next(f.range for f in reader.source.fields.values() if f.kind == "image")
        measured = {"value_range": f"{low:.9g},{high:.9g}"}
    return reader, dataclasses.replace(
        config, image_size=Size(*size), channels=channels, **measured
    )


def check_single(reader) -> None:
    """Raises UserError for examples that are not an image, or a point, and a label."""
    if not {"image", "label"} <= set(reader.fields):
        raise UserError(
            f"{reader.name} has the fields {', '.join(reader.fields)}, but this method takes "
            "single images; choose another data set or a method for pairs"
        )


def notes_on_fit(own, size: Size, fit: str) -> Iterator[str]:
    """A note on how images were fitted if they lose content, and how to change that.

    Args:
      own: the (height, width) of the data's images.
      size: that of the run.
      fit: one of `FITS`.
    """
    if own[0] * size.width != own[1] * size.height:
        done = {"crop": "cropped", "pad": "padded", "stretch": "stretched"}[fit]
        others = " or ".join(way for way in FITS if way != fit)
        yield (
            f"images of {Size(*own)} (height x width) are {done} to {size}; choose another with "
            f"--image-size HEIGHTxWIDTH, or --fit {others}"
        )
    elif min(own) > min(size):
        yield (
            f"images of {Size(*own)} are scaled to {size}, the largest size of these networks; "
            "choose a smaller one with --image-size, or other networks with --network"
        )


def values_of(config) -> Values:
    """How to read the files of a `TrainConfig`."""
    return Values(config.depth, config.value_range, config.pages)


def wanted_of(config) -> Wanted:
    """Which examples a `TrainConfig` takes."""
    return Wanted(config.classes, config.examples, config.seed)


def open_reader(config, taken: int = 0, *, held_out: bool = False) -> Reader:
    """Opens the data set of a `TrainConfig` according to its settings.

    Args:
      config: the settings. Without an image size, the data's own size is used.
      taken: bytes of the memory for images that are already in use.
      held_out: whether to take the other split, and of it all examples of the same classes.

    Raises:
      UserError: see `data.reading.open.open_source`.
    """
    wanted = wanted_of(config)
    return open_source(
        config.dataset,
        data_dir=config.data_dir,
        split=OTHER_SPLIT[config.split] if held_out else config.split,
        wanted=wanted.held_out() if held_out else wanted,
        image_size=config.image_size,
        channels=config.channels,
        max_bad_files=config.max_bad_files,
        fit=config.fit,
        values=values_of(config),
        memory_budget=(config.cache_mb << 20) - taken,
    )


class Feed:
    """The data of one run, for `tfgan_kit.engine.session.Session`.

    Args:
      reader: the examples.
      config: the run's `TrainConfig`.
      stream: the source of batches; by default, single examples in the order of training.

    Attributes:
      spec: the fields of an example, in the form of a batch: a dictionary.
      readers: the one reader.
      notes: notes on the data for the user, one line each.
      further: name -> further data that a method's `prepare` opens for its measures.
    """

    def __init__(self, reader: Reader, config, stream: Stream | None = None):
        self.reader = reader
        self.spec, self.readers, self.notes = reader.fields, (reader,), reader.notes
        self._seed = config.seed
        self._config = config
        self.further: dict[str, list[Feed]] = {}
        self._stream = stream or Pipeline(
            reader, batch_size=config.batch_size, seed=config.seed, augment=config.augment
        )
        self.raise_pending = self._stream.raise_pending

    def __str__(self):
        shape = "x".join(map(str, self.reader.image_shape))
        classes = f", {len(self.reader.classes)} classes" if self.reader.classes else ""
        return f"{self.reader.name}: {len(self.reader):,} examples of {shape}{classes}"

    def dataset(self, start_batch, context):
        """The endless stream of replica batches; see `Stream.dataset`.

        Args:
          start_batch: the first global batch.
          context: a `tf.distribute.InputContext`.
        """
        return self._stream.dataset(
            start_batch=start_batch,
            num_pipelines=context.num_input_pipelines,
            pipeline_index=context.input_pipeline_id,
            replicas_per_pipeline=context.num_replicas_in_sync // context.num_input_pipelines,
        )

    def held_out(self) -> tuple[Reader | None]:
        """Held-out examples of the same kind: those of the other split.

        They are opened on the first call.

        Returns:
          A tuple of their reader, or of None if there is no such split.

        Raises:
          UserError: if it exists but cannot be read.
        """
        return (self._held_out,)

    @functools.cached_property
    def _held_out(self):
        try:
            return open_reader(self._config, self.reader.memory, held_out=True)
        except NotFound:
            return None

    def reference(self, count: int) -> tuple[np.ndarray]:
        """Real examples chosen by the seed, the same ones on each call.

        Returns:
          One array, for the only domain, of up to `count` examples: float32 images in [-1, 1], or
          points.
        """
        return (reference(self.reader, self._seed, count),)

    def examples(
        self, count: int, *, held_out: bool = True, size: int = EXAMPLES
    ) -> Iterator[dict[str, np.ndarray]]:
        """Examples chosen by the seed, the same ones on each call.

        Args:
          count: how many; all if there are fewer.
          held_out: whether to take held-out examples, if there are any.
          size: how many to read at a time.

        Yields:
          Name of each field -> array of up to `size` values, as the data has them.

        Raises:
          UserError: see `held_out`.
        """
        reader = (held_out and self._held_out) or self.reader
        indices = chosen(reader, self._seed, count)
        for start in range(0, len(indices), size):
            yield reader.read(indices[start : start + size])


def reference(reader: Reader, seed: int, count: int) -> np.ndarray:
    """Up to `count` examples chosen by the seed: float32 images in [-1, 1], or points."""
    batch = reader.read(chosen(reader, seed, count))
    name = "image" if "image" in batch else next(iter(batch))
    return to_network(reader.fields[name], batch[name]).numpy()


def chosen(reader: Reader, seed: int, count: int) -> np.ndarray:
    """The indices of up to `count` examples, chosen by the seed."""
    rng = np.random.default_rng(seed)
    return rng.choice(len(reader), min(count, len(reader)), replace=False)
