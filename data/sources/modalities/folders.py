"""Groups of modalities in folders: `modalities:PATH`, for mix-and-match networks."""

import re
from functools import partial
from pathlib import Path

import numpy as np

from data.folders.layout import folders_in
from data.reading.depths import decode_depth
from data.reading.image_files import ImageFiles
from data.reading.label_maps import IGNORE
from data.reading.values import EIGHT_BIT, MEASURED, Values
from data.source import BadExample
from data.sources.paired.class_names import counted_names, listed_names
from data.sources.paired.fields import FieldsSource
from data.sources.paired.labelmap import read_labels
from data.sources.paired.maps import MapFiles, sample_of
from data.sources.paired.matching import matched
from data.sources.paired.places import folder_of, place_of
from tfgan_kit.errors import UserError
from tfgan_kit.fields import IGNORED, depth_field, ids_field

LABELS, DEPTH = "segmentation", "depth"
_NAME = re.compile("[a-z][a-z0-9]{2,}")
_LAYOUT = "a folder with train/GROUP/MODALITY/ in it, such as train/1/rgb/ and train/1/depth/"
_SURVEY = 64  # Depth maps that are read for their mean.


def open(
    argument: str, *, data_dir: str | None, split: str, values: Values = EIGHT_BIT
) -> FieldsSource:
    """Opens groups of folders with files of equal names; within a group they belong together.

    The folder of a group has a folder for each of its modalities: "segmentation" for label maps,
    255 being no class; "depth" for distances as 16-bit PNG or .npy, 0 being none; any others for
    images. The classes are named by segmentation.txt, one per line, beside train; without it, they
    are the numbers up to the largest in a sample of the maps.

    Args:
      argument: path of the folder, from the working directory or from `data_dir`.
      data_dir: root of the local data sets, or None.
      split: "train" or "test", which takes val if there is no test.
      values: how images are read.

    Returns:
      The examples of the first group; `Source.groups` has all of them.

    Raises:
      UserError: if there is no such folder or split, a modality is called what it may not be, a
        file has no partner, or the files of a modality cannot be read.
    """
    root = folder_of("modalities", argument, data_dir, _LAYOUT, values)
    if values.range == MEASURED:
        raise UserError(f"{root}: --value-range measured is for one kind of images; give LOW,HIGH")
    # A modality has the classes and the scale that it has in training.
    trained = _listed(place_of(root, "train").folder)
    common = _Common(root, trained)
    place = place_of(root, split)
    found = {
        group: _group(place, group, parts, common, values)
        for group, parts in _listed(place.folder).items()
    }
    first = next(iter(found.values()))
    first.groups = found
    return first


def _listed(folder: Path) -> dict[str, dict[str, Path]]:
    """Name of each group -> name of each modality -> its folder; images first."""
    found = {}
    for group in folders_in(folder):
        names = sorted(folders_in(folder / group), key=lambda n: ((LABELS, DEPTH).count(n), n))
        for name in names:
            if not _NAME.fullmatch(name):
                raise UserError(
                    f"{folder / group / name}: the name of a modality is three or more small "
                    "letters and digits, such as rgb or nir; rename the folder"
                )
        if names:
            found[group] = {name: folder / group / name for name in names}
    if not found:
        raise UserError(f"{folder}: no groups of modalities in it; give {_LAYOUT}")
    return found


class _Common:
    """What all files of a modality have in common.

    Args:
      root: the folder of the set.
      groups: those of training, see `_listed`.
    """

    def __init__(self, root, groups):
        paths = {LABELS: [], DEPTH: []}
        for parts in groups.values():
            files, _ = matched(parts)
            for name in paths.keys() & files.keys():
                paths[name] += files[name]
        self.names, self.mean, self.dtype = (), None, None
        if paths[LABELS]:
            self.names = self._named(root, paths[LABELS])
        if paths[DEPTH]:
            self.mean, self.dtype = _measured(paths[DEPTH])

    def _named(self, root, paths):
        survey = partial(read_labels, classes=IGNORE)
        names = listed_names(root / f"{LABELS}.txt") or counted_names(paths, survey, IGNORE)
        if len(names) > IGNORE:
            raise UserError(
                f"{root}: {len(names)} classes, but {IGNORE} stands for pixels without one; have "
                f"at most {IGNORE}"
            )
        return names


def _measured(paths):
    """The mean of the depths of a sample of files, and their type."""
    total, count, dtype, problem = 0.0, 0, None, None
    for path in sample_of(paths, _SURVEY):
        try:
            values = decode_depth(path)
        except BadExample as error:
            problem = problem or error
            continue
        known = values[values > 0].astype(np.float64)
        total, count, dtype = total + known.sum(), count + known.size, dtype or values.dtype.name
    if not count:
        raise UserError(f"{problem}; and no other depths of a sample can be read either")
    return float(f"{total / count:.6g}"), dtype


def _group(place, group, parts, common, values):
    files, passed_over = matched(parts)
    name = f"{place.name} {group}"
    fields = {part: _files(f"{name} {part}", part, files[part], common, values) for part in parts}
    return FieldsSource(name, fields, passed_over)


def _files(name, modality, paths, common, values):
    if modality == LABELS and common.names:
        named = partial(ids_field, names=(*common.names, IGNORED))
        return MapFiles(paths, named, partial(read_labels, classes=len(common.names)))
    if modality == DEPTH and common.dtype:
        field = partial(depth_field, mean=common.mean, dtype=common.dtype)
        return MapFiles(paths, field, partial(decode_depth, dtype=common.dtype))
    if modality in (LABELS, DEPTH):
        raise UserError(
            f"{name}: is not in train, from which its scale and classes come; remove it"
        )
    return ImageFiles(name, paths, values)
