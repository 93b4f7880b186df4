"""`main.py translate`: translates a user's images with a trained run."""

import os
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np

from tfgan_kit.engine.status import Progress, StatusLine
from tfgan_kit.errors import UserError
from tfgan_kit.fields.network import as_pictures, from_network, to_network
from tfgan_kit.metrics.images.psnr import psnr
from tfgan_kit.metrics.images.ssim import WINDOW, ssim
from tfgan_kit.outcome import Outcome
from tfgan_kit.pictures.images import exact_ending, write_exact, write_image
from tfgan_kit.runs.saved_run import SavedRun
from tfgan_kit.translation.plan import Item, batches_of, plan
from tfgan_kit.translation.record import ROWS, Record
from tfgan_kit.translation.sheet import SHEET, Sheet
from tfgan_kit.translation.translator import Translator, differs_in_tiles

_READERS = 2  # Threads that read files ahead, and as many that write.
_COMPARED = ("l1", "psnr", "ssim")


def translate(
    run_dir,
    open_files: Callable,
    *,
    input: str,
    output,
    others: Mapping[str, str],
    compare: str | None = None,
    seed: int | None = None,
    samples: int = 1,
    tile: int = 1024,
    overlap: int = 64,
    max_bad_files: int = 0,
    force: bool = False,
    best: bool = False,
) -> Outcome:
    """Translates an image, or all images of a folder, each in its own size, depth and channels.

    The output folder gets a file for each image, with the same subfolder and name, sheet.png with
    the first images before and after, and translations.csv. A command that was stopped goes on
    with what is left if it is run again.

    Args:
      run_dir: a run that translates.
      open_files: function (place, field, settings, option) -> `data.reading.own_size.OwnSizes`.
      input: path of the images.
      output: a new or empty folder, or that of the same command.
      others: name of each further input, such as "mask" -> path of its images: a file for all, or
        a folder with the same names.
      compare: path of the true translations, with the same names.
      seed: of the noise, for networks that have some; the run's by default.
      samples: translations of each image, with seeds that follow each other.
      tile, overlap: see `Translator`.
      max_bad_files: files that cannot be read to skip before giving up.
      force: whether to replace files in the output folder.
      best: whether to use the networks of the best evaluation.

    Returns:
      What was translated and, compared with the truth, the mean measures.

    Raises:
      UserError: if the run cannot translate, or not these images, or the output cannot be written.
    """
    saved, output = SavedRun(run_dir, best=best), Path(output)
    bound = saved.bound("translate")
    use = bound.use
    seed = saved.seed if seed is None else seed
    noise = use.find("seed")
    if samples > 1 and noise is None:
        raise UserError(f"--samples {samples}: {run_dir} has no noise; all would be the same")
    _check_tile(use, tile, overlap)
    main = next(name for name, field in use.inputs.items() if field.has_size)
    files = _open_inputs(run_dir, use, main, {main: input, **others}, open_files, saved.settings)
    (field,) = use.outputs.values()
    truths = compare and open_files(compare, field, saved.settings, "--compare")
    _check_apart(output, [files[main], truths])
    ending = exact_ending(field.dtype, field.shape[2])
    items = plan(files, truths, seed if noise else None, samples, ending)
    settings = {
        "run": os.path.abspath(run_dir),
        "input": os.path.abspath(input),
        "others": {name: os.path.abspath(place) for name, place in others.items()},
        "compare": compare and os.path.abspath(compare),
        **{"seed": seed, "samples": samples, "tile": tile, "overlap": overlap, "best": best},
    }
    columns = ("output", "input", "height", "width", "seed", *(_COMPARED if compare else ()))
    record = Record(output, settings, columns, force=force)
    status = StatusLine()
    for note in dict.fromkeys(note for each in files.values() for note in each.notes):
        status.line(note)
    translator = Translator(bound, tile, overlap)
    work = _Work(translator, use, files, truths, output, record, status, max_bad_files)
    left = [item for item in items if item.output not in record.done]
    if len(left) < len(items):
        status.line(f"{len(items) - len(left)} of {len(items)} were translated before")
    work.run(left, main)
    return _outcome(work, record, output, items, compare)
