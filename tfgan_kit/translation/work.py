"""Reads, translates and writes many images; reading and writing go on beside the network."""

from collections import deque
from collections.abc import Callable, Iterable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import NamedTuple

import numpy as np

from tfgan_kit.errors import UserError
from tfgan_kit.fields import Field
from tfgan_kit.fields.network import from_network
from tfgan_kit.machine.files import make_folder
from tfgan_kit.pictures.images import exact_ending, write_exact
from tfgan_kit.translation.fit import cropped
from tfgan_kit.translation.plan import Item
from tfgan_kit.translation.translator import Translator, fitted

_THREADS = 2
_AHEAD = 32  # Files that are read before their turn, and batches that wait to be written.
_ROWS, _PIXELS = 16, 1 << 20  # Of a batch at most.


class Translated(NamedTuple):
    """An item, the values of its inputs, its translation and the way back, as values of fields."""

    item: Item
    given: dict[str, np.ndarray]
    made: np.ndarray
    back: np.ndarray | None


class Work:
    """Translates items.

    Args:
      translator: the network.
      main: name of the input whose size counts; others are brought to it, if they may be.
      files: name of each input, and "compare" -> files that can be read by number.
      output: the folder to write to.
      limit: files that cannot be read to skip.
      back: what translates translations back, as they are written; its "reference", if it takes
        one, is the image itself. None if nothing is to be.

    Attributes:
      bad: what was wrong with each file that was skipped.
    """

    def __init__(
        self,
        translator: Translator,
        main: str,
        files: Mapping,
        output,
        limit: int,
        back: Translator | None = None,
    ):
        self._translator, self._main, self._back = translator, main, back
        self._files, self._output, self._limit = files, Path(output), limit
        self.bad: list[str] = []

    def run(self, items: Iterable[Item], done: Callable[[Translated], None]) -> None:
        """Translates items in their order.

        Args:
          items: what to translate.
          done: called for each, in their order, once its file is written.

        Raises:
          UserError: if more files cannot be read than may be skipped, or a file cannot be written.
        """
        with ThreadPoolExecutor(_THREADS) as readers, ThreadPoolExecutor(_THREADS) as writers:
            waiting = deque()
            try:
                for batch in self._batches(_ahead(readers, self._read, items)):
                    for translated in self._translate(batch):
                        waiting.append((translated, writers.submit(self._write, translated)))
                    while len(waiting) > _AHEAD or (waiting and waiting[0][1].done()):
                        _finish(*waiting.popleft(), done)
            finally:
                # What is translated is kept whatever ends the command.
                while waiting:
                    _finish(*waiting.popleft(), done)

    def _read(self, item):
        try:
            values = {name: self._files[name].read(row) for name, row in item.rows.items()}
            self._check_sizes(item, values)
        except UserError as error:
            return error
        size = values[self._main].shape[:2]
        wanted = self._translator.cropped_to(size)
        return values if wanted == size else cropped(values, size, wanted)

    def _check_sizes(self, item, values):
        """Raises UserError for images that are too small, or ids and masks of another size.

        The latter say what each pixel of the main input is, so they cannot be resized; nor can
        modalities, which are to show the same.
        """
        height, width = values[self._main].shape[:2]
        least = self._translator.smallest
        if min(height, width) < least:
            path = self._files[self._main].path(item.rows[self._main])
            raise UserError(
                f"{path}: is {width}x{height}, but the network needs {least}x{least} or more; give "
                "a larger image"
            )
        use = self._translator.use
        for name, field in use.inputs.items():
            aligned = field.has_size if use.modalities else field.kind in ("ids", "mask")
            if not aligned or values[name].shape[:2] == (height, width):
                continue
            own = values[name].shape
            paths = [self._files[each].path(item.rows[each]) for each in (name, self._main)]
            raise UserError(
                f"{paths[0]}: is {own[1]}x{own[0]}, but {paths[1]} is {width}x{height}; give "
                "files of one size"
            )

    def _batches(self, read: Iterator) -> Iterator[list]:
        """Items with their values, in batches whose main inputs have one size."""
        batch = []
        for item, values in read:
            if isinstance(values, UserError):
                if batch and len(self.bad) == self._limit:  # What comes before it is kept.
                    yield batch
                    batch = []
                self._skip(values)
                continue
            if batch and not self._goes_with(values, batch):
                yield batch
                batch = []
            batch.append((item, values))
        if batch:
            yield batch

    def _goes_with(self, values, batch):
        size = values[self._main].shape[:2]
        return (
            size == batch[0][1][self._main].shape[:2]
            and len(batch) < _ROWS
            and (len(batch) + 1) * size[0] * size[1] <= _PIXELS
        )

    def _skip(self, error):
        self.bad.append(str(error))
        if len(self.bad) > self._limit:
            bad = "1 bad file" if len(self.bad) == 1 else f"{len(self.bad)} bad files"
            raise UserError(
                f"{error} ({bad}; what was translated stays: remove the file or raise "
                "--max-bad-files, and run the same command again)"
            )

    def _translate(self, batch) -> list[Translated]:
        items, given = zip(*batch, strict=True)
        made = self._made(self._translator, items, given)
        back = [None] * len(items)
        if self._back is not None:
            pairs = zip(made, given, strict=True)
            there = [{self._main: m, "reference": values[self._main]} for m, values in pairs]
            back = self._made(self._back, items, there)
        return list(map(Translated, items, given, made, back))

    def _made(self, translator, items, given):
        """Translates values of inputs, name -> (height, width, ...) for each item."""
        size = given[0][self._main].shape[:2]
        inputs = {}
        for name, field in translator.use.inputs.items():
            if field.default is not None:
                continue
            if field.kind == "seed":
                inputs[name] = np.array([item.draw.seed for item in items], np.int64)
                continue
            if field.is_label:
                inputs[name] = np.array([item.target.value for item in items], field.dtype)
                continue
            if field.kind == "latent":
                inputs[name] = np.concatenate([item.draw.latents(field) for item in items])
                continue
            wanted = translator.own_sizes.get(name, size)
            if name not in given[0]:  # It is optional and was left out.
                inputs[name] = np.zeros((len(items), *wanted, *field.shape[2:]), field.dtype)
                continue
            values = [each[name] for each in given]
            if field.has_size:
                values = [
                    v if v.shape[:2] == wanted else fitted(field, v[None], wanted)[0]
                    for v in values
                ]
            inputs[name] = np.stack(values)
        (field,) = translator.use.outputs.values()
        return from_network(field, translator(inputs))

    def _write(self, translated):
        item = translated.item
        for file, image in ((item.output, translated.made), (item.back, translated.back)):
            if image is not None:
                path = self._output / file
                make_folder(path.parent)
                write_exact(_as_file(image, path), path)


def ending_of(field: Field) -> str:
    """The extension of files of a field's values; ids fit into bytes unless there are too many."""
    if field.kind == "ids":
        return ".png" if len(field.names) <= 256 else ".npy"
    return exact_ending(field.dtype, field.shape[2])


def _as_file(values, path):
    """Ids, which have no channels, as an image if they are to be one."""
    if values.ndim > 2 or path.suffix == ".npy":
        return values
    return values.astype(np.uint8)[..., None]


def _ahead(executor, function, items) -> Iterator[tuple]:
    """(item, result) in the order of the items, with up to `_AHEAD` computed in advance."""
    pending = deque()
    for item in items:
        pending.append((item, executor.submit(function, item)))
        if len(pending) > _AHEAD:
            item, future = pending.popleft()
            yield item, future.result()
    while pending:
        item, future = pending.popleft()
        yield item, future.result()


def _finish(translated, future, done):
    future.result()
    done(translated)
