"""What a training takes from the data: the stream of batches, and examples to compare with."""

import dataclasses
import functools
import os

import numpy as np

from data.feeds.pipeline import Pipeline
from data.reading.open import open_source
from data.reading.reader import Reader
from data.reading.transforms import network_size
from data.registry import DATA_DIR_VARIABLE, absolute_name
from tfgan_kit.errors import NotFound


def open_for(config) -> tuple[Reader, object]:
    """Opens the data set that a configuration names, at a size its network can have.

    Args:
      config: a `TrainConfig`. Without an image size it is 32, 64 or 128, whichever holds the
        data's own images.

    Returns:
      The reader, and the configuration with paths made absolute and size and channels filled in.

    Raises:
      UserError: if the data cannot be opened.
    """
    # A run must find its data again from wherever it is resumed.
    directory = config.data_dir or os.environ.get(DATA_DIR_VARIABLE)
    paths = {"data_dir": os.path.abspath(directory)} if directory else {}
    config = dataclasses.replace(config, dataset=absolute_name(config.dataset), **paths)
    reader = _open(config)
    if not reader.is_points and config.image_size is None:
        size = network_size(reader.image_shape[0])
        if size != reader.image_shape[0]:
            reader = _open(dataclasses.replace(config, image_size=size))
    if not reader.is_points:
        size, _, channels = reader.image_shape
        config = dataclasses.replace(config, image_size=size, channels=channels)
    return reader, config


def _open(config, taken=0):
    return open_source(
        config.dataset,
        data_dir=config.data_dir,
        split=config.split,
        image_size=config.image_size,
        channels=config.channels,
        max_bad_files=config.max_bad_files,
        memory_budget=(config.cache_mb << 20) - taken,
    )


class Feed:
    """The data of one run, as `tfgan_kit.engine.session.Session` wants it.

    Args:
      reader: the examples.
      config: the run's `TrainConfig`.

    Attributes:
      spec: the fields of an example, in the form of a batch: a dictionary.
      readers: the one reader.
    """

    def __init__(self, reader: Reader, config):
        self.reader = reader
        self.spec, self.readers = reader.fields, (reader,)
        self._seed = config.seed
        self._config = config
        self._pipeline = Pipeline(
            reader, batch_size=config.batch_size, seed=config.seed, augment=config.augment
        )
        self.raise_pending = self._pipeline.raise_pending

    def __str__(self):
        shape = "x".join(map(str, self.reader.image_shape))
        classes = f", {len(self.reader.classes)} classes" if self.reader.classes else ""
        return f"{self.reader.name}: {len(self.reader):,} examples of {shape}{classes}"

    def dataset(self, start_batch, context):
        """The endless stream of replica batches; see `Pipeline.dataset`.

        Args:
          start_batch: the first global batch.
          context: a `tf.distribute.InputContext`.
        """
        return self._pipeline.dataset(
            start_batch=start_batch,
            num_pipelines=context.num_input_pipelines,
            pipeline_index=context.input_pipeline_id,
            replicas_per_pipeline=context.num_replicas_in_sync // context.num_input_pipelines,
        )

    def held_out(self) -> tuple[Reader | None]:
        """Examples of the same kind that are not trained on: those of the other split.

        They are opened at the first call.

        Returns:
          Their reader, alone, or None if there is no such split.

        Raises:
          UserError: if it is there but cannot be read.
        """
        return (self._held_out,)

    @functools.cached_property
    def _held_out(self):
        other = {"train": "test", "test": "train"}[self._config.split]
        try:
            return _open(dataclasses.replace(self._config, split=other), self.reader.memory)
        except NotFound:
            return None

    def reference(self, count: int) -> tuple[np.ndarray]:
        """Real examples, the same ones at each call, chosen by the seed.

        Returns:
          One array, for the one domain there is, of up to `count` of them: float32 images in
          [-1, 1], or points.
        """
        return (reference(self.reader, self._seed, count),)


def reference(reader: Reader, seed: int, count: int) -> np.ndarray:
    """Up to `count` examples chosen by the seed: float32 images in [-1, 1], or points."""
    rng = np.random.default_rng(seed)
    chosen = rng.choice(len(reader), min(count, len(reader)), replace=False)
    images = reader.read(chosen)["image"]
    return images if reader.is_points else images.astype(np.float32) / 127.5 - 1.0
