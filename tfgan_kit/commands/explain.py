"""`main.py explain`: shows what in a user's images a network looks at."""

import re
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np

from tfgan_kit.attention.display import overlaid
from tfgan_kit.attention.explained import explanation_of
from tfgan_kit.attention.subjects import subject_of
from tfgan_kit.commands.sample import check_new_folder
from tfgan_kit.engine.status import Progress, StatusLine
from tfgan_kit.errors import UserError
from tfgan_kit.fields import image_field
from tfgan_kit.machine.files import complete_folder, make_folder, write_json
from tfgan_kit.outcome import Outcome
from tfgan_kit.pictures.fields import as_seen
from tfgan_kit.pictures.images import write_exact, write_image
from tfgan_kit.translation import sheet

SHEET, TABLE = "sheet.png", "explain.json"
BATCH = 16


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
    best: bool = False,
) -> Outcome:
    """Writes maps of an image, or of all images of a folder.

    The output folder gets NAME.npy for each image, the raw map, float32 (h, w) in the size of the
    layer or the image, and NAME.png, the map over the image; with several classes NAME_CLASS.npy
    and NAME_CLASS.png. It also gets sheet.png with the first images, and explain.json with the
    numbers of all. It appears once all is done.

    Args:
      place, classes, input_range, best: see `tfgan_kit.attention.subjects.subject_of`.
      images: path of the images.
      open_files: function (place, field, settings, option) -> `data.reading.own_size.OwnSizes`.
      fit_image: function (image, size, channels, how) that fits an image to a size.
      output: a new or empty folder.
      method, wanted, layer: see `tfgan_kit.attention.explained`.
      fit: how to fit images of another size; None for not at all.

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
    if output.resolve() in (files.root.resolve(), *files.root.resolve().parents):
        raise UserError(f"--output {output} is where the images are; give another folder")
    status = StatusLine()
    for note in files.notes:
        status.line(note)
    progress = Progress("explained", len(files), status.update)
    names, rows, shown = _names(files.files), [], {}
    with complete_folder(output) as folder:
        for indices, values in _batches(files, subject.field, fit, fit_image, place):
            for each in explanation(values):
                for i, index in enumerate(indices):
                    name = names[index]
                    if len(explanation.columns) > 1:
                        name = f"{name}_{_plain(each.column)}"
                    picture = as_seen(subject.field, values[i][None])
                    drawn = overlaid(picture, each.maps[i : i + 1])[0]
                    make_folder((folder / name).parent)
                    write_exact(each.maps[i].astype(np.float32), folder / f"{name}.npy")
                    write_image(drawn, folder / f"{name}.png")
                    told = {"image": files.files[index], "map": f"{name}.npy"}
                    rows.append(told | {"picture": f"{name}.png"} | each.rows[i])
                    if index < sheet.ROWS:
                        row = shown.setdefault(index, {"": sheet.cell(subject.field, values[i])})
                        row[each.column] = sheet.cell(image_field(drawn.shape), drawn)
            progress.add(len(indices))
        write_image(sheet.sheet(list(shown.values()), list(shown[0])), folder / SHEET)
        about = {
            "explained": place,
            "method": explanation.method,
            "layer": explanation.layer,
            "zero_maps": sum(row["zero"] for row in rows),
        }
        write_json(about | {"maps": rows}, folder / TABLE)
    return _outcome(output, about, rows, len(files))


def _batches(files, field, fit, fit_image, place) -> Iterator[tuple[list[int], list]]:
    """The images with their numbers, in batches of one size."""
    indices, values = [], []
    for index in range(len(files)):
        image = files.read(index)
        if image.shape[:2] != field.size and not field.multiple:
            if fit is None:
                size, own = (f"{s[1]}x{s[0]}" for s in (field.size, image.shape))
                raise UserError(
                    f"--images {files.path(index)} is {own}, {place} takes {size}; --fit crop, pad "
                    "or stretch fits it"
                )
            image = fit_image(image, field.size, field.shape[2], fit)
        if values and (len(values) == BATCH or values[0].shape != image.shape):
            yield indices, values
            indices, values = [], []
        indices.append(index)
        values.append(image)
    if values:
        yield indices, values


def _names(files) -> list[str]:
    """Names of files without their extension, with it where they would collide."""
    stems = [str(Path(file).with_suffix("")) for file in files]
    taken = Counter([*stems, Path(SHEET).stem])
    pairs = zip(stems, files, strict=True)
    return [stem if taken[stem] == 1 else str(file).replace(".", "_") for stem, file in pairs]


def _plain(name):
    return re.sub(r"[^\w.-]+", "_", name)


def _outcome(output, about, rows, count):
    noun = "image" if count == 1 else "images"
    lines = [f"explained {count} {noun} to {output} by {about['method']}; see {SHEET} and {TABLE}"]
    if about["layer"]:
        lines[0] += f"; layer {about['layer']}"
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
    return Outcome("\n".join(lines), output=str(output), count=count, **about, **means)
