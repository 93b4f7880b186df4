"""Which files are translated from which, and into which."""

import os
from collections import Counter
from typing import NamedTuple

from tfgan_kit.errors import UserError
from tfgan_kit.translation.draws import Draw
from tfgan_kit.translation.targets import Target


class Item(NamedTuple):
    """One translation.

    Attributes:
      rows: name of each input -> number of its file; also "compare" -> that of the truth.
      output: path of the translation, relative to the output folder.
      draw: what a seed leaves open, see `Draw`.
      target: the label to translate to, None for a network that takes none.
      way: the number of this translation among those of its image.
      back: path of the way back, relative to the output folder, None if there is none.
    """

    rows: dict[str, int]
    output: str
    draw: Draw
    target: Target | None = None
    way: int = 0
    back: str | None = None


def plan(
    main: str,
    files,
    truths,
    *,
    draws: list[Draw],
    targets: list[list[Target | None]],
    ending: str,
    scale: int = 1,
    back: str | None = None,
) -> list[Item]:
    """The translations of all images.

    Args:
      main: name of the input whose files are translated.
      files: name of each input -> its `data.reading.own_size.OwnSizes`; one file serves all images,
        several are matched by their paths without extensions.
      truths: those to compare with, or None; they are matched likewise, see `scale`.
      draws: the ways to translate each image.
      targets: for each image the labels to translate it to, as many for all; see `targets_of`.
      ending: extension of the translations.
      scale: how many times as large as its input a translation is. Above 1, an image without a
        truth of the same name has that of its name without "x" and this number: as in DIV2K,
        0001x4 belongs to 0001.
      back: extension of the ways back, None if there are none.

    Raises:
      UserError: if a file has no partner, or a way back would have the name of a translation.
    """
    partners = {name: _matched(files[main], each) for name, each in files.items()}
    if truths is not None:
        partners["compare"] = _matched(files[main], truths, f"x{scale}" if scale > 1 else "")
    stems = [os.path.splitext(file)[0] for file in files[main].files]
    counts = Counter(stems)
    names = [
        stem if counts[stem] == 1 else file
        for stem, file in zip(stems, files[main].files, strict=True)
    ]
    found = []
    for index, name in enumerate(names):
        for number, draw in enumerate(draws):
            for place, target in enumerate(targets[index]):
                several = f"_{target.name}" if len(targets[index]) > 1 else ""
                stem = f"{name}{several}{f'_s{number:02d}' if len(draws) > 1 else ''}"
                found.append(
                    Item(
                        {part: rows[index] for part, rows in partners.items()},
                        f"{stem}{ending}",
                        draw,
                        target,
                        number * len(targets[index]) + place,
                        f"{stem}_back{back}" if back else None,
                    )
                )
    _check_apart(found)
    return found


def _check_apart(items):
    outputs = {item.output for item in items}
    clash = next((item for item in items if item.back in outputs), None)
    if clash is not None:
        raise UserError(
            f"--cycle: the way back from {clash.output} would be written over the translation "
            f"{clash.back}; rename one of the two images"
        )


def _matched(main, files, ending="") -> list[int]:
    """For each file of `main`, the number of the file of its name, maybe without the ending."""
    if files is main:
        return list(range(len(main)))
    if len(files) == 1:
        return [0] * len(main)
    places = {os.path.splitext(file)[0]: index for index, file in enumerate(files.files)}
    stems = [os.path.splitext(file)[0] for file in main.files]
    names = [stem if stem in places else stem.removesuffix(ending) for stem in stems]
    lacking = [f for f, name in zip(main.files, names, strict=True) if name not in places]
    if lacking:
        listed = ", ".join(lacking[:5]) + (f" and {len(lacking) - 5} more" if lacking[5:] else "")
        raise UserError(f"{files.root}: has no file of the same name for {listed}")
    return [places[name] for name in names]
