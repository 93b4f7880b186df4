"""Writes a data set as TFRecord shards, which any number of trainings can then read."""

import contextlib
import dataclasses
import json
import os
from collections import deque
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import cv2

from data.reading.encode import Encoder
from data.reading.reader import too_many
from data.reading.values import EIGHT_BIT, Values
from data.records.index import read_index
from data.records.prepared import Prepared, Split, is_prepared, read_prepared, shard_paths
from data.records.shard import write_shard
from data.records.stored import Stored
from data.registry import Raw, absolute_name, data_root, open_raw, split_mix
from data.source import BadExample
from data.tools.progress import Progress
from tfgan_kit.engine.status import StatusLine
from tfgan_kit.errors import NotFound, UserError
from tfgan_kit.machine.files import make_folder
from tfgan_kit.runs.run_dir import RunDir
from tfgan_kit.settings.size import Size

_SPLITS = ("train", "test")
_WAITING = 64  # Examples that are processed ahead of the one that is written.
_LOCK = ".lock"
_SETTINGS = {"depth": "depth", "range": "value_range", "pages": "pages"}  # Field -> setting.


def prepare(
    dataset: str,
    output: str,
    *,
    data_dir: str | None = None,
    split: str | None = None,
    image_size: tuple[int, int] | int | None = None,
    channels: int | None = None,
    fit: str = "crop",
    values: Values = EIGHT_BIT,
    max_bad_files: int = 0,
    format: str = "keep",
    quality: int = 95,
    shard_mb: int = 256,
) -> str:
    """Writes a data set into a folder of TFRecord shards, or continues where it was stopped.

    Unreadable examples are left out, up to a limit. At most a few dozen images are in memory at any
    time, in addition to those that the source itself keeps there.

    Args:
      dataset, data_dir: see `data.reading.open.open_source`.
      output: the folder.
      split: "train" or "test"; None for all that exist.
      image_size, channels, fit: see `data.reading.reader.Reader`; without a size and a number of
        channels, images are stored unchanged.
      values: how stored images are read.
      max_bad_files: number of unreadable examples of a split that may be left out.
      format, quality: see `data.reading.encode.Encoder`. With "keep", JPEG and PNG files are stored
        byte for byte if nothing changes them.
      shard_mb: approximate size of a shard.

    Returns:
      A line that says what was written.

    Raises:
      UserError: if the folder contains something else or a finished set, the data cannot be opened,
        too many examples are unreadable, or the output cannot be written.
    """
    folder = Path(output)
    root = data_root(data_dir)
    made_by = {
        "dataset": absolute_name(dataset),
        "data_dir": os.path.abspath(root) if root else None,
        "split": split,
        "image_size": image_size and str(Size.of(image_size)),
        "channels": channels,
        "fit": fit,
        **{_SETTINGS[name]: value for name, value in values._asdict().items()},
        "format": format,
        "quality": quality,
        "shard_mb": shard_mb,
    }
    begun = _begun(folder, made_by)
    encoder = Encoder(format, quality)
    if len(split_mix(dataset, root)) > 1:
        raise UserError(
            f"{dataset}: prepare each set into a folder of its own, and join the folders with +"
        )
    cv2.setNumThreads(0)  # Images are processed in parallel.
    keep = format == "keep" and not values.exact
    images = {
        name: Stored(raw, image_size, channels, encoder, keep=keep, fit=fit, depth=values.depth)
        for name, raw in _open(dataset, data_dir, split, values).items()
    }
    plan = _plan(made_by, images, shard_mb, begun)
    status = StatusLine()
    for note in dict.fromkeys(note for part in images.values() for note in part.source.notes):
        status.line(f"warning: {note}")
    with _alone(folder), ThreadPoolExecutor(os.cpu_count()) as pool:
        plan.write(folder)
        try:
            for name, part in images.items():
                done = _write(folder, name, part, plan.splits[name], max_bad_files, pool, status)
                plan = dataclasses.replace(plan, splits=plan.splits | {name: done})
            plan.write(folder)
        except (KeyboardInterrupt, SystemExit):
            status.line(f"stopped; {folder} keeps what is done, and the same command continues")
            raise
        finally:
            pool.shutdown(cancel_futures=True)
    return _summary(folder, plan)


def _begun(folder: Path, made_by: dict) -> Prepared | None:
    """Returns the plan of an earlier, unfinished run for the folder, if there was one."""
    if folder.exists() and not folder.is_dir():
        raise UserError(f"--output {folder} is a file; give a new or empty folder")
    if not is_prepared(folder):
        if folder.is_dir() and set(os.listdir(folder)) - {_LOCK}:
            raise UserError(f"--output {folder} is not empty; give a new or empty folder")
        return None
    begun = read_prepared(folder)
    if begun.finished:
        raise UserError(f"{folder} is finished; give another --output, or remove it")
    for key, value in made_by.items():
        if begun.made_by.get(key, value) != value:
            what = key if key == "dataset" else f"--{key.replace('_', '-')}"
            raise UserError(
                f"{folder} was begun with {what} {begun.made_by.get(key)}, not {value}; go on with "
                "the same command, or give another --output"
            )
    return begun


def _open(dataset, data_dir, split, values) -> dict[str, Raw]:
    """Opens the splits that exist."""
    found, problem = {}, None
    for name in [split] if split else _SPLITS:
        try:
            found[name] = open_raw(dataset, data_dir=data_dir, split=name, values=values)
        except NotFound as error:
            problem = problem or error
    if not found:
        raise problem
    return found


def _plan(made_by, images, shard_mb, begun: Prepared | None) -> Prepared:
    """Returns the plan of what to write, which is the earlier plan if there is one."""
    names = {name: _names_of(part) for name, part in images.items()}
    classes = max(names.values(), key=len)
    splits = {}
    for name, part in images.items():
        own = names[name]
        if own != classes[: len(own)]:
            raise UserError(
                f"{part.name}: its splits have different classes; prepare one with --split"
            )
        count = len(part.source)
        planned = begun.splits.get(name) if begun else None
        shards = planned.shards if planned else part.shards(shard_mb)
        splits[name] = _split(part, count, shards)
    first = next(iter(images.values()))
    label = first.fields.get("label")
    plan = Prepared(made_by, first.name, classes, label.shape if label else (), splits)
    if begun and plan != begun:
        raise UserError(
            f"{first.name} has changed since its preparation was begun; remove the folder, or give "
            "another --output"
        )
    return plan


def _names_of(part: Stored) -> tuple[str, ...]:
    return part.fields["label"].names if "label" in part.fields else ()


def _split(part: Stored, examples: int, shards: int) -> Split:
    if part.plain:
        shape = part.fields["image"].shape
        return Split(examples, shards, None if None in shape else shape, shape[2])
    fields = {name: field.to_json() for name, field in part.fields.items()}
    # In the form that JSON gives, for comparison with the file.
    return Split(examples, shards, None, None, fields=json.loads(json.dumps(fields)))


@contextlib.contextmanager
def _alone(folder: Path) -> Iterator[None]:
    """Makes the folder and locks it against other processes."""
    make_folder(folder)
    run = RunDir(folder)
    run.lock()
    with run:
        yield
        (folder / _LOCK).unlink()


def _write(folder, name, images, split: Split, max_bad, pool, status) -> Split:
    """Writes the missing shards; returns the split with its number of records."""
    progress = Progress(status, name, split.examples)
    records = bad = 0

    def leave_out(error):
        nonlocal bad
        bad += 1
        if bad > max_bad:
            raise too_many(error, max_bad)
        status.line(f"left out: {error}")

    for shard, path in enumerate(shard_paths(folder, name, split.shards)):
        examples = range(split.first(shard), split.first(shard + 1))
        if path.exists():
            written = len(read_index(path))
            bad += len(examples) - written
            progress.skip(len(examples))
        else:
            found = _records(images, examples, pool, leave_out, progress)
            written = write_shard(found, path)
        records += written
    if not records:
        raise UserError(f"{images.name}: none of its {split.examples:,} examples can be read")
    return dataclasses.replace(split, records=records)


def _records(images, examples, pool, leave_out: Callable, progress) -> Iterator[bytes]:
    """Yields the records of the readable examples, in order."""
    waiting = deque()
    for index in examples:
        waiting.append(pool.submit(images.record, index))
        if len(waiting) == _WAITING:
            yield from _result(waiting.popleft(), leave_out, progress)
    for future in waiting:
        yield from _result(future, leave_out, progress)


def _result(future, leave_out, progress):
    try:
        yield future.result()
    except BadExample as error:
        leave_out(error)
    progress.advance()


def _summary(folder, plan: Prepared) -> str:
    parts = []
    for name, split in plan.splits.items():
        size = sum(path.stat().st_size for path in shard_paths(folder, name, split.shards))
        bad = split.examples - split.records
        parts.append(
            f"{name} {split.records:,} images in {split.shards} shard{'s' * (split.shards > 1)} of "
            f"{size / split.shards / 1e6:.1f} MB"
            + (f" (unreadable and left out: {bad})" if bad else "")
        )
    return f"{plan.name}: {'; '.join(parts)}: --dataset {folder}"
