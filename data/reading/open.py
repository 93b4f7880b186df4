"""Opens a data set by name, with its images fitted to one shape."""

from data.derived.mix import open_mix
from data.derived.wanted import ALL, Wanted
from data.reading.reader import MEMORY_BUDGET, Reader
from data.reading.values import EIGHT_BIT, Values
from data.registry import data_root, split_mix


def open_source(
    name: str,
    *,
    data_dir: str | None = None,
    split: str = "train",
    image_size: tuple[int, int] | int | None = None,
    channels: int | None = None,
    max_bad_files: int = 0,
    fit: str = "crop",
    values: Values = EIGHT_BIT,
    wanted: Wanted = ALL,
    memory_budget: int = MEMORY_BUDGET,
):
    """Opens a data set.

    Args:
      name: a name of `DATASETS`, "name:argument" where the entry takes one, a named set of images
        followed by "-edge", "-negative" or "-rotate", or the path of a file or folder (a folder
        in CycleGAN's layout with ":a" or ":b" after it). Several of these joined with "+" are read
        as one set, see `data.derived.mix`.
      data_dir: folder of the data sets, each in a subfolder of its name or directly in it; by
        default the value of the environment variable TFGAN_KIT_DATA.
      split: "train" or "test".
      image_size, channels, max_bad_files, fit, memory_budget: see `data.reading.reader.Reader`.
      values: how stored images are read.
      wanted: which examples are taken, of each set.

    Returns:
      A `data.reading.reader.Reader`, or a `data.derived.mix.Mix` with the same interface.

    Raises:
      UserError: if there is no such name, path or folder, or its content cannot be used.
    """
    parts = split_mix(name, data_root(data_dir))
    if len(parts) > 1:
        return open_mix(
            parts,
            data_dir=data_dir,
            split=split,
            image_size=image_size,
            channels=channels,
            max_bad_files=max_bad_files,
            fit=fit,
            values=values,
            wanted=wanted,
            memory_budget=memory_budget,
        )
    raw = wanted.opened(name, data_dir=data_dir, split=split, values=values)
    return Reader(
        raw.source,
        image_size,
        channels,
        max_bad_files,
        fit=fit,
        depth=values.depth,
        transform=raw.transform,
        memory_budget=memory_budget,
    )
