"""Groups of modalities in folders: `modalities:PATH`, for mix-and-match networks."""

import re
from functools import partial
from pathlib import Path

import numpy as np

from data.folders.layout import folders_in, left_out
from data.folders.listing import list_folder
from data.folders.repeated import repeated
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
from data.sources.paired.places import existing, folder_of, place_of
from tfgan_kit.errors import UserError
from tfgan_kit.fields import IGNORED, depth_field, ids_field

LABELS, DEPTH = "segmentation", "depth"
_LISTING = f"{LABELS}.txt"
_NAME = re.compile("[a-z][a-z0-9]{2,}")
# Folders of these names would be read as images.
_NEAR = {
    **dict.fromkeys(("label", "labels", "labelmap", "labelmaps", "classes"), LABELS),
    **dict.fromkeys(("seg", "segm", "segmentations", "semantic", "semantics"), LABELS),
    **dict.fromkeys(("mask", "masks", "segmask", "segmasks"), LABELS),
    **dict.fromkeys(("depths", "depthmap", "depthmaps"), DEPTH),
}
_HOLDS = {LABELS: "label maps", DEPTH: "distances"}
_LAYOUT = "a folder with train/GROUP/MODALITY/ in it, such as train/1/rgb/ and train/1/depth/"
_SURVEY = 64  # Depth maps that are read for their mean.


def open(
    argument: str, *, data_dir: str | None, split: str, values: Values = EIGHT_BIT
) -> FieldsSource:
    """Opens groups of folders with files of equal names; within a group they belong together.

    The folder of a group has a folder for each of its modalities: "segmentation" for label maps,
    255 being no class; "depth" for distances as 16-bit PNG or .npy, 0 being none; any others for
    images. The classes are named by segmentation.txt, one per line, beside train; without it, they
    are the numbers up to the largest in a sample of the maps of all splits.

    Args:
      argument: path of the folder, from the working directory or from `data_dir`.
      data_dir: root of the local data sets, or None.
      split: "train" or "test", which takes val if there is no test.
      values: how images are read.

    Returns:
      The examples of the first group; `Source.groups` has all of them.

    Raises:
      UserError: if there is no such folder or split, a modality is called what it may not be or is
        not in train, a file has no partner, or the files of a modality cannot be read.
    """
    root = folder_of("modalities", argument, data_dir, _LAYOUT, values)
    if values.range == MEASURED:
        raise UserError(f"{root}: --value-range measured is for one kind of images; give LOW,HIGH")
    # A modality has the classes and the scale that it has in training.
    trained = _listed(place_of(root, "train").folder)
    place = place_of(root, split)
    common = _Common(root, trained, place)
    groups = _listed(place.folder)
    notes = [_notes(place, groups, trained), *[()] * (len(groups) - 1)]
    found = {
        group: _group(place, group, parts, common, values, noted)
        for (group, parts), noted in zip(groups.items(), notes, strict=True)
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
            if name in _NEAR:
                raise UserError(
                    f"{folder / group / name}: would be read as images; call the folder "
                    f"{_NEAR[name]} for {_HOLDS[_NEAR[name]]}, or after what the images show"
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
      place: that of a split; maps of all splits are looked at for classes.
    """

    def __init__(self, root, groups, place):
        self.modalities = {name for parts in groups.values() for name in parts}
        paths = {LABELS: [], DEPTH: []}
        for parts in groups.values():
            files, _ = matched(parts)
            for name in paths.keys() & files.keys():
                paths[name] += files[name]
        self.names, self.mean, self.dtype = (), None, None
        if paths[LABELS]:
            self.names = self._named(root, paths[LABELS] + _labels_beside(place))
        if paths[DEPTH]:
            self.mean, self.dtype = _measured(paths[DEPTH])

    def _named(self, root, paths):
        survey = partial(read_labels, classes=IGNORE)
        names = listed_names(root / _LISTING) or counted_names(paths, survey, IGNORE)
        if len(names) > IGNORE:
            raise UserError(
                f"{root}: {len(names)} classes, but {IGNORE} stands for pixels without one; have "
                f"at most {IGNORE}"
            )
        return names


def _labels_beside(place):
    """The label maps of all splits but train."""
    folders = [folder for name, folder in place.splits.items() if name != "train"]
    maps = [above / group / LABELS for above in folders for group in folders_in(above)]
    return [str(f / file) for f in maps if f.is_dir() for file in list_folder(f).files]


def _notes(place, groups, trained):
    """Notes on what is beside the folders that are read, and on images that training has, too."""
    notes = (*place.notes, *left_out(place.folder, {g: Path(g) for g in groups}, what="groups"))
    if place.folder != place.splits.get("train"):
        return notes
    test = place.splits.get(existing("test", place.splits))
    tested = _listed(test) if test else {}
    pairs = [
        (parts[name], others[name])
        for parts in trained.values()
        for others in tested.values()
        for name in parts.keys() & others.keys()
        if name not in (LABELS, DEPTH)
    ]
    return (*notes, *(note for pair in sorted(pairs) for note in repeated(*pair)))


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


def _group(place, group, parts, common, values, notes):
    files, passed_over = matched(parts)
    name = f"{place.name} {group}"
    fields = {part: _files(f"{name} {part}", part, files[part], common, values) for part in parts}
    return FieldsSource(name, fields, passed_over, notes)


def _files(name, modality, paths, common, values):
    if modality not in common.modalities:
        raise UserError(f"{name}: is not in train, so no network learns it; remove it")
    if modality == LABELS:
        named = partial(ids_field, names=(*common.names, IGNORED))
        read = partial(read_labels, classes=len(common.names), listing=_LISTING)
        return MapFiles(paths, named, read)
    if modality == DEPTH:
        field = partial(depth_field, mean=common.mean, dtype=common.dtype)
        return MapFiles(paths, field, partial(decode_depth, dtype=common.dtype))
    return ImageFiles(name, paths, values)
