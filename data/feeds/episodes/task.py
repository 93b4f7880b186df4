"""Reads the task that a user wants a run to be adapted to: a folder of images, or classes."""

import dataclasses
import os
import sys
from pathlib import Path

import numpy as np

from data.feeds.episodes.classes import listed, split_by_name
from data.feeds.feed import open_reader
from data.feeds.label_views import all_labels
from tfgan_kit.adaptation.task import Task
from tfgan_kit.errors import UserError, suggest
from tfgan_kit.randomness import seed_of


def read_task(config, place: str, shots: int | None, seed: int) -> Task:
    """Reads some images of a task, fitted to a run's size and channels as in training.

    Args:
      config: the run's `tfgan_kit.settings.episodes.TasksConfig`.
      place: path of a folder of images, or of one with a folder for each class; or else a class of
        the run's data, or several, joined with commas.
      shots: how many images, of each class; by default as many as in training.
      seed: of their choice.

    Raises:
      UserError: if there is no such folder or class, it has too few images, or one cannot be read.
    """
    if not place:
        raise UserError("--task is empty; name a folder of images, or a class of the run's data")
    if os.path.isdir(place):  # Unlike `Path.is_dir`, it takes a long list of classes for no folder.
        own = {"dataset": str(Path(place).absolute()), "split": "train"}
        reader = _open(config, **own, classes=(), examples=None)
        groups, names = _of_folder(reader)
        name = Path(place).resolve().name
        seen = [_seen_folder(config, place, names)] * len(groups)
    else:
        reader = _open(config)
        name, names = place, tuple(place.split(","))
        groups = _of_classes(reader, names, place)
        seen = [name in _trained(config, reader) for name in names]
    count = config.shots if shots is None else shots
    chosen = [_choose(group, count, seed, k) for k, group in enumerate(groups)]
    for group, told in zip(groups, names or (name,), strict=True):
        if len(group) < count:
            has = f"{len(group)} image" + "s" * (len(group) != 1)
            raise UserError(
                f"--task {place}: {told} has {has}, and --shots {count} takes {count}; add images, "
                "or lower --shots"
            )
    examples = reader.read(np.concatenate(chosen))
    if reader.bad_files:
        raise UserError(f"--task {place}: {reader.bad_files[0]}; repair or remove this file")
    examples["label"] = np.repeat(np.arange(len(groups)), count)
    if config.others:
        examples["others"] = _others(config)
        examples["seen"] = np.array(seen)
    return Task(name, examples, names, any(seen), reader.notes)


def _open(config, **settings):
    # A few images are read, each once; what cannot be read is reported by name.
    return open_reader(
        dataclasses.replace(config, **settings, cache_mb=0, max_bad_files=sys.maxsize)
    )


def _others(config) -> np.ndarray:
    """Images of the classes of the run's data that it was trained on."""
    reader = _open(config)
    if not (names := _trained(config, reader)):
        raise UserError(f"{reader.name} has lost its classes; restore the data of the run")
    numbers = [k for k, name in enumerate(_names(reader)) if name in names]
    places = np.flatnonzero(np.isin(all_labels(reader), numbers))
    rng = np.random.default_rng(seed_of(config.seed, "others"))
    images = reader.read(rng.permutation(places)[: config.others])["image"]
    if reader.bad_files:
        raise UserError(f"{reader.bad_files[0]}; repair this file of the run's data")
    return images


def _choose(group, count, seed, number):
    rng = np.random.default_rng(seed_of(seed, f"shots of class {number}"))
    return rng.permutation(group)[:count]


def _of_folder(reader):
    """The examples of each folder of a class and their names, or all of them and no name."""
    if not reader.classes:
        return [np.arange(len(reader))], ()
    labels = all_labels(reader)
    return [np.flatnonzero(labels == k) for k in range(len(reader.classes))], reader.classes


def _of_classes(reader, wanted, place):
    known = list(_names(reader))
    for name in wanted:
        if name not in known:
            told = (
                f"{reader.name} has {listed(known)}" if known else f"{reader.name} has no classes"
            )
            raise UserError(
                f"--task {place}: there is neither such a folder nor such a class"
                f"{suggest(name, known)} ({told})"
            )
        if wanted.count(name) > 1:
            raise UserError(f"--task {place}: {name} is named twice; name each class once")
    labels = all_labels(reader)
    return [np.flatnonzero(labels == known.index(name)) for name in wanted]


def _seen_folder(config, place, names) -> bool:
    """Whether a folder is part of the run's data, and there of a class that was trained on."""
    data, folder = Path(config.dataset).resolve(), Path(place).resolve()
    if not data.is_dir() or not folder.is_relative_to(data):
        return False
    return bool(_trained(config, _open(config)) & {*folder.relative_to(data).parts, *names})


def _trained(config, reader) -> set[str]:
    """The names of the classes of the run's data that it was trained on."""
    names = _names(reader)
    if not names:
        return set()
    split = split_by_name(config.held_out_classes, names, reader.name)
    return {names[k] for k in split.trained}


def _names(reader):
    """Names of the classes of exclusive labels."""
    field = reader.fields.get("label")
    return () if field is None or field.kind != "class" else tuple(field.names)
