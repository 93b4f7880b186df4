"""`main.py explain`: shows what in a user's images a network looks at."""

import re
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
import tensorflow as tf

from tfgan_kit.attention.display import overlaid
from tfgan_kit.attention.explained import explanation_of
from tfgan_kit.attention.subjects import subject_of
from tfgan_kit.commands.sample import check_new_folder
from tfgan_kit.commands.translate import remarks
from tfgan_kit.engine.status import Progress, StatusLine
from tfgan_kit.errors import UserError
from tfgan_kit.fields import image_field
from tfgan_kit.machine.files import complete_folder, make_folder, write_json
from tfgan_kit.outcome import Outcome
from tfgan_kit.pictures.fields import as_seen
from tfgan_kit.pictures.images import to_uint8, write_exact, write_image
from tfgan_kit.translation import sheet

SHEET, TABLE = "sheet.png", "explain.json"
BATCH, PIXELS = 16, 1 << 20  # Images, and pixels, of a batch at most.


def explain(
    place: str,
    images: str,
    open_files: Callable,
    fit_image: Callable,
    *,
    output,
    method: str | None = None,
    wanted: str | None = None,
    layer: str | None = None,
    fit: str | None = None,
    classes: str | None = None,
    input_range: tuple[float, float] | None = None,
    max_bad_files: int = 0,
    best: bool = False,
) -> Outcome:
    """Writes maps of an image, or of all images of a folder.

    The output folder gets NAME.npy for each image, the raw map, float32 (h, w) in the size of the
    layer or the image, and NAME.png, the map over the image; with several classes NAME_CLASS.npy
    and NAME_CLASS.png; see `Names`. Of a generator, the map is over the translation, which is in
    NAME_translation.png. It also gets sheet.png with the first images, and explain.json
    with the numbers of all. It appears once all is done.

    Args:
      place, classes, input_range, best: see `tfgan_kit.attention.subjects.subject_of`.
      images: path of the images.
      open_files: function (place, field, settings, option) -> `data.reading.own_size.OwnSizes`.
      fit_image: function (image, size, channels, how) that fits an image to a size.
      output: a new or empty folder.
      method, wanted, layer: see `tfgan_kit.attention.explained`.
      fit: how to fit images of another size; None for not at all.
      max_bad_files: images that cannot be read, or have another size, to skip before giving up.

    Returns:
      What was written.

    Raises:
      UserError: if the network cannot be explained so, an image cannot be read or has another size,
        or the output cannot be written.
    """
    output = Path(output)
    check_new_folder(output)
    subject = subject_of(place, best=best, names=classes, input_range=input_range)
    explanation = explanation_of(subject, method, wanted, layer)
    files = open_files(images, subject.field, subject.settings, "--images")
    status, field = StatusLine(), subject.field
    for note in files.notes:
        status.line(note)
    low, high = subject.input_range
    if place.endswith(".keras") and input_range is None:
        status.line(f"{place} is given values from {low:g} to {high:g}; --input-range changes this")

    def read(index):
        image = files.read(index)
        if image.shape[:2] == field.size or field.multiple:
            return image
        if fit is None:
            wished, own = (f"{s[1]}x{s[0]}" for s in (field.size, image.shape))
            raise UserError(
                f"--images {files.path(index)} is {own}, {place} takes {wished}; --fit crop, pad "
                "or stretch fits it"
            )
        return fit_image(image, field.size, field.shape[2], fit)

    with complete_folder(output) as folder:
        good, bad = _readable(read, len(files), max_bad_files, status)
        progress = Progress("explained", len(good), status.update)
        names, rows, shown = Names(), [], {}
        for indices, values in _batches(read, good):
            for each in _explained(explanation, values):
                for i, index in enumerate(indices):
                    column = each.column if len(explanation.columns) > 1 else None
                    name = names.of(files.files[index], column)
                    picture = as_seen(field, values[i][None])
                    make_folder((folder / name).parent)
                    told = {"image": files.files[index], "map": f"{name}.npy"}
                    if each.made is not None:
                        picture = to_uint8(each.made[i : i + 1])
                        told["translation"] = f"{names.of(f'{name}_translation.png', None)}.png"
                        write_image(picture[0], folder / told["translation"])
                    drawn = overlaid(picture, each.maps[i : i + 1])[0]
                    write_exact(each.maps[i].astype(np.float32), folder / f"{name}.npy")
                    write_image(drawn, folder / f"{name}.png")
                    rows.append(told | {"picture": f"{name}.png"} | each.rows[i])
                    if index in shown or len(shown) < sheet.ROWS:
                        row = shown.setdefault(index, {"": sheet.cell(field, values[i])})
                        row[each.column] = sheet.cell(image_field(drawn.shape), drawn)
            progress.add(len(indices))
        write_image(
            sheet.sheet(list(shown.values()), list(next(iter(shown.values())))), folder / SHEET
        )
        about = {
            "explained": place,
            "method": explanation.method,
            "layer": explanation.layer,
            "input_range": [low, high],
            "zero_maps": sum(row["zero"] for row in rows),
        }
        write_json(about | {"maps": rows}, folder / TABLE)
    for line in remarks([files]):
        status.line(line)
    return _outcome(output, about, rows, len(good), bad)


def _readable(read, count, limit, status) -> tuple[list[int], list[str]]:
    """The numbers of the images that can be read, and what is wrong with the others.

    All are read before the first map is made, so that a bad one at the end costs no work.

    Raises:
      UserError: if more of them cannot be read than may be skipped.
    """
    progress, good, bad = Progress("checked", count, status.update), [], []
    for index in range(count):
        try:
            read(index)
            good.append(index)
        except UserError as error:
            bad.append(str(error))
            if len(bad) > limit or len(bad) == count:
                raise
        progress.add(1)
    return good, bad


def _explained(explanation, values):
    try:
        return explanation(values)
    except tf.errors.ResourceExhaustedError:
        size = f"{values[0].shape[1]}x{values[0].shape[0]}"
        raise UserError(
            f"out of memory with {len(values)} images of {size}; give smaller images"
        ) from None


def _batches(read, indices) -> Iterator[tuple[list[int], list]]:
    """The images with their numbers, in batches of one size with `PIXELS` at most, or of one."""
    waiting, values = [], []
    for index in indices:
        image = read(index)
        largest = min(BATCH, PIXELS // (image.shape[0] * image.shape[1]))
        if values and (len(values) >= largest or values[0].shape != image.shape):
            yield waiting, values
            waiting, values = [], []
        waiting.append(index)
        values.append(image)
    if values:
        yield waiting, values


class Names:
    """Names of files without their extension, each of which is given once.

    Case does not count, as some file systems do not tell it apart.
    """

    def __init__(self):
        self._taken = {Path(SHEET).stem}

    def of(self, file: str, column: str | None) -> str:
        """The name for an image's path and a class, with a number where it is taken already."""
        name = str(Path(file).with_suffix(""))
        if column is not None:
            name = f"{name}_{_plain(column)}"
        found, number = name, 1
        while found.lower() in self._taken:
            number += 1
            found = f"{name}_{number}"
        self._taken.add(found.lower())
        return found


def _plain(name):
    return re.sub(r"[^\w.-]+", "_", name)


def _outcome(output, about, rows, count, bad):
    noun = "image" if count == 1 else "images"
    lines = [f"explained {count} {noun} to {output} by {about['method']}; see {SHEET} and {TABLE}"]
    if about["layer"]:
        lines[0] += f"; layer {about['layer']}"
    lines += [f"skipped: {message}" for message in bad]
    means = {}
    if "confidence" in rows[0]:
        means = {
            n: float(np.mean([r[n] for r in rows])) for n in ("confidence", "confidence_hidden")
        }
        lines.append(
            "confidence, on average: {confidence:.3f}, and {confidence_hidden:.3f} where what the "
            "maps show is hidden".format(**means)
        )
    if about["zero_maps"]:
        lines.append(
            f"{about['zero_maps']} of {len(rows)} maps are nowhere positive: nothing in that layer "
            "speaks for the class there"
        )
    told = {"output": str(output), "count": count, "skipped": bad, **about, **means}
    return Outcome("\n".join(lines), **told)
