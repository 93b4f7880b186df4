"""The data for training a joint method."""

import dataclasses
import os

import numpy as np
import tensorflow as tf

from data.feeds.domains import Domains, open_domains
from data.feeds.feed import check_single, chosen, reference, values_of, wanted_of
from data.feeds.pairs import PAIRS, domain_names
from data.feeds.pipeline import Pipeline
from data.reading.reader import Reader
from data.registry import absolute_name, data_root
from tfgan_kit.settings.size import Size


def open_joint(config) -> tuple[Domains, object]:
    """Opens the domains that a configuration names.

    Args:
      config: a `TrainConfig` with `dataset_a` and `dataset_b`, which replace `dataset` if they are
        given.

    Returns:
      The domains, and the configuration with paths made absolute and size and channels filled in.

    Raises:
      UserError: if the data cannot be opened.
    """
    # A run must find its data wherever it is resumed from.
    directory = data_root(config.data_dir)
    config = dataclasses.replace(
        config, data_dir=os.path.abspath(directory) if directory else None, **_named(config)
    )
    both = (config.dataset_a, config.dataset_b)
    domains = open_domains(
        both if all(both) else domain_names(config.dataset, config.data_dir),
        data_dir=config.data_dir,
        split=config.split,
        image_size=config.image_size,
        channels=config.channels,
        max_bad_files=config.max_bad_files,
        fit=config.fit,
        values=values_of(config),
        wanted=wanted_of(config),
        sizes=config.sizes,
        memory_budget=config.cache_mb << 20,
    )
    *size, channels = domains.image_shape
    return domains, dataclasses.replace(config, image_size=Size(*size), channels=channels)


def _named(config):
    """Returns the fields that name the domains, with absolute paths."""
    both = {"dataset_a": config.dataset_a, "dataset_b": config.dataset_b}
    if all(both.values()):
        return {field: absolute_name(name) for field, name in both.items()}
    if config.dataset in PAIRS:
        return {}
    names = domain_names(config.dataset, config.data_dir)
    return {"dataset": ",".join(map(absolute_name, names))}


class JointFeed:
    """The data of one run of a joint method, for `tfgan_kit.engine.session.Session`.

    Each domain is shown in its own order, so examples in the same batch do not correspond.

    Args:
      domains: the examples.
      config: the run's configuration.

    Attributes:
      spec: the fields of each domain's examples, in the form of a batch: a tuple of dictionaries.
        Labels have names if all domains have the same ones; for domain adaptation (`adapt`), which
        uses no other labels, the names are those of the first domain.
      readers: one per domain.
      notes: notes on the data for the user, one line each.

    Raises:
      UserError: if a domain has several fields, the batch is larger than a domain, or an
        augmentation is invalid.
    """

    def __init__(self, domains: Domains, config):
        self.domains, self.readers = domains, domains.readers
        self.notes = tuple(note for reader in self.readers for note in reader.notes)
        for reader in self.readers:
            check_single(reader)
        adapts = getattr(config, "adapt", False)
        first = domains.readers[0].fields
        names = first["label"].names if adapts else domains.classes
        label = dataclasses.replace(first["label"], names=names)
        self.spec = tuple(reader.fields | {"label": label} for reader in domains.readers)
        self._seeds = [domain_seed(config.seed, k) for k in range(len(domains))]
        self._pipelines = [
            Pipeline(reader, batch_size=config.batch_size, seed=seed, augment=config.augment)
            for reader, seed in zip(domains.readers, self._seeds, strict=True)
        ]

    def __str__(self):
        return str(self.domains)

    def dataset(self, start_batch, context) -> tf.data.Dataset:
        """The endless stream of replica batches, tuples of one dictionary per domain.

        See `Stream.dataset` for a domain's dictionary.

        Args:
          start_batch: the first global batch.
          context: a `tf.distribute.InputContext`.
        """
        streams = [
            pipeline.dataset(
                start_batch=start_batch,
                num_pipelines=context.num_input_pipelines,
                pipeline_index=context.input_pipeline_id,
                replicas_per_pipeline=context.num_replicas_in_sync // context.num_input_pipelines,
            )
            for pipeline in self._pipelines
        ]
        return tf.data.Dataset.zip(tuple(streams))

    def held_out(self) -> tuple[Reader | None, ...]:
        """Held-out examples; see `Domains.held_out`."""
        return self.domains.held_out()

    def raise_pending(self) -> None:
        """Raises the pending reading error of the first domain that has one."""
        for pipeline in self._pipelines:
            pipeline.raise_pending()

    def reference(self, count: int) -> tuple[np.ndarray, ...]:
        """Real examples chosen by the seed, the same ones on each call.

        Returns:
          One array per domain of up to `count` images, float32 in [-1, 1].
        """
        return tuple(
            reference(reader, seed, count)
            for reader, seed in zip(self.domains.readers, self._seeds, strict=True)
        )

    def shown(self, count: int) -> tuple[np.ndarray, ...]:
        """Images to show, the same ones on each call: held-out ones where there are any.

        Returns:
          One array per domain of up to `count` images as the data has them, equally many of each.
        """
        readers = [
            held_out or reader
            for held_out, reader in zip(self.held_out(), self.readers, strict=True)
        ]
        count = min(count, *map(len, readers))
        return tuple(
            reader.read(chosen(reader, seed, count))["image"]
            for reader, seed in zip(readers, self._seeds, strict=True)
        )


def domain_seed(seed: int, domain: int) -> int:
    """Returns the 63-bit seed of a domain's order, independent of the other domains' seeds."""
    (word,) = np.random.SeedSequence((seed, domain)).generate_state(1, np.uint64)
    return int(word >> np.uint64(1))
