"""The names of the classes in label maps."""

from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np

from data.folders.listing import list_folder
from data.reading.label_maps import decode_ids
from data.source import BadExample
from data.sources.paired.maps import sample_of
from data.sources.paired.places import Place

_SURVEY = 100  # Number of label maps decoded at opening if no file names the classes.


def class_names(
    place: Place, folder: str, listing: str, ignored: int | None = None
) -> tuple[str, ...]:
    """Returns the names in a file, or else the numbers up to the largest in a sample of the maps.

    The sample includes the maps of all splits, so that each split has the same classes.

    Args:
      place: the `Place` of the set's folders.
      folder: name of the folder with the maps.
      listing: name of the file, which is beside the folders or the splits.
      ignored: a value in the maps that is not a class.
    """
    for above in (place.folder, place.root):
        names = listed_names(above / listing)
        if names:
            return names
    folders = [above / folder for above in place.splits.values() or [place.folder]]
    paths = [str(f / file) for f in folders if f.is_dir() for file in list_folder(f).files]
    return counted_names(paths, decode_ids, ignored)


def listed_names(listing: Path) -> tuple[str, ...] | None:
    """Returns the names of classes, one per line of a file; None if there is no such file."""
    if not listing.is_file():
        return None
    text = listing.read_text("utf-8-sig", "surrogateescape")
    return tuple(filter(None, map(str.strip, text.split("\n"))))


def counted_names(
    paths: Sequence[str], decode: Callable[[str], np.ndarray], ignored: int | None = None
) -> tuple[str, ...]:
    """Returns the numbers up to the largest in a sample of label maps, as names.

    Args:
      paths: the maps.
      decode: function from a path to its map.
      ignored: a value that is not a class.
    """
    largest = 0
    for path in sample_of(paths, _SURVEY):
        try:
            ids = decode(path)
        except BadExample:
            continue  # Reported when it is its turn to be read.
        largest = max(largest, int(ids.max(where=ids != ignored, initial=0)))
    return tuple(str(k) for k in range(largest + 1))
