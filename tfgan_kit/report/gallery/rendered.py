"""What the saved networks of a run make for its page: sheets of images, of which sliders show one.

Importing this module imports nothing heavier than Pillow.
"""

import dataclasses
import tempfile
import time
from pathlib import Path

from tfgan_kit.engine.status import Progress, StatusLine
from tfgan_kit.errors import UserError
from tfgan_kit.report.pictures import Frame, read_frame

GAP = 2  # Pixels between the images of a sheet.
SECONDS = 30.0  # After which no further direction is drawn.
_LARGEST = 256  # Larger images are reduced: a page shows many beside each other.
_WALKS, _PLACES = 6, 12
_DIRECTIONS, _LATENTS, _STEPS = 32, 3, 13
_SEEDS = range(5)  # Of the images whose styles are mixed.


@dataclasses.dataclass(frozen=True)
class Sheet:
    """Images in rows and columns, `GAP` pixels apart.

    Attributes:
      frame: the picture.
      name: what it shows.
      rows, columns: what each row and each column shows.
    """

    frame: Frame
    name: str
    rows: tuple[str, ...]
    columns: tuple[str, ...]

    @property
    def width(self) -> int:
        """The width of an image in pixels."""
        return (self.frame.width - GAP) // len(self.columns) - GAP

    @property
    def height(self) -> int:
        """The height of an image in pixels."""
        return (self.frame.height - GAP) // len(self.rows) - GAP


@dataclasses.dataclass(frozen=True)
class Rendered:
    """All that the networks of a run have made.

    Attributes:
      walks: walks between latents, one in each row, or None.
      directions: a sheet for each direction: a row for each latent, a column for each eps.
      known: how many directions there are.
      mixtures: a sheet for each level of detail, see `tfgan_kit.latent.mixing.mixing_table`.
    """

    walks: Sheet | None = None
    directions: tuple[Sheet, ...] = ()
    known: int = 0
    mixtures: tuple[Sheet, ...] = ()


def rendered(record, limit: int) -> Rendered:
    """Renders what there is to explore: along directions, between latents, and between styles.

    This imports TensorFlow. It takes about as long as 72 images for walks and 105 for styles; along
    directions it stops after `SECONDS`.

    Args:
      record: the run; gets a note if its networks cannot be loaded.
      limit: maximum characters of all pictures' data.
    """
    if not record.generates and not record.edits:
        return Rendered()
    try:
        if record.edits:
            sheets, known = _directions(record, limit)
            return Rendered(directions=sheets, known=known)
        walks = _walks(record, limit // 3)
        left = limit - (len(walks.frame.source) if walks else 0)
        return Rendered(walks=walks, mixtures=_mixtures(record, left))
    except UserError as error:
        what = "pictures along directions" if record.edits else "walks between latents"
        record.notes.append(f"There are no {what}: {error}")
        return Rendered()


def _walks(record, limit):
    from tfgan_kit.runs.saved_generator import SavedGenerator

    generator = SavedGenerator(record.path)
    if len(generator.image_shape) == 1:
        return None
    made = generator.render(generator.walks(None, _WALKS, _PLACES))
    return _sheet(made, "walks between latents", _counted(_WALKS), _counted(_PLACES), limit)


def _directions(record, limit):
    """The sheets, and how many directions there are."""
    import numpy as np

    from tfgan_kit.runs.saved_run import SavedRun

    saved = SavedRun(record.path)
    bound, shift = saved.bound("edit"), saved.setting("shift")
    eps = np.linspace(-shift, shift, _STEPS, dtype=np.float32)[:, None]
    known = len(bound.use.inputs["k"].names)
    shown = sorted(sorted(range(known), key=lambda k: (k not in record.names, k))[:_DIRECTIONS])
    starts = _starts(saved, bound.use)
    progress = Progress("along directions", len(shown) * _LATENTS * _STEPS, StatusLine().update)
    latents, end = [], time.monotonic() + SECONDS
    for latent in range(_LATENTS):
        strips = []
        for k in shown:
            if time.monotonic() > end and (latents or strips):
                break
            given = {name: v[latent : latent + 1].repeat(_STEPS, 0) for name, v in starts.items()}
            made = bound.render(given | {"k": np.full(_STEPS, k), "eps": eps}, progress.add)
            strips.append([made[name] for name in bound.use.examples])
        if latents and len(strips) < len(shown):
            break  # Each direction has the same latents.
        latents.append(strips)
        shown = shown[: len(strips)]
    columns = tuple(f"eps {value:g}" for value in eps[:, 0])
    sheets = []
    for k, rows in zip(shown, zip(*latents, strict=True), strict=True):
        domains = [np.concatenate(parts) for parts in zip(*rows, strict=True)]
        name = f"{k} {record.names[k]}" if k in record.names else f"direction {k}"
        share = limit // len(shown)
        sheets.append(_sheet(domains, name, _counted(len(latents)), columns, share))
    return tuple(sheets), known


def _starts(saved, use):
    """The points that are moved, and their labels, if there are any."""
    import numpy as np

    from tfgan_kit.latent.latents import fixed_latents
    from tfgan_kit.uses.draw import draw_inputs, labels_at

    labels = {n: f for n, f in use.inputs.items() if f.is_label and n != "k"}
    starts = {name: labels_at(field, np.arange(_LATENTS)) for name, field in labels.items()}
    (source,) = (call.inputs["latent"] for call in use.calls if call.network == "directions")
    if source == use.find("latent"):
        field = use.inputs[source]
        drawn = fixed_latents(field.distribution, saved.seed, _LATENTS, field.shape[0])
        return starts | {source: drawn}
    mapping = saved.bound("map").only(source)
    return starts | mapping.render(draw_inputs(mapping.use, saved.seed, _LATENTS))


def _mixtures(record, limit):
    from tfgan_kit.latent.mixing import levels_of, mixing_table
    from tfgan_kit.pictures.images import placed
    from tfgan_kit.runs.saved_run import SavedRun

    saved = SavedRun(record.path)
    if "synthesize" not in saved.uses:
        return ()
    levels = levels_of(saved.uses["synthesize"].inputs["styles"].shape[0])
    names = ("", *(f"seed {seed}" for seed in _SEEDS))
    sheets = []
    for name, layers in levels.items():
        images, places = mixing_table(saved, tuple(_SEEDS), tuple(_SEEDS), layers)
        told = f"{name}, layers {layers.start}-{layers.stop - 1}"
        made = [placed(images, places)]
        sheets.append(_sheet(made, told, names, names, limit // len(levels)))
    return tuple(sheets)


def _counted(count):
    return tuple(f"{number} of {count}" for number in range(1, count + 1))


def _sheet(domains, name, rows, columns, limit):
    """A sheet of images, those of one row after those of the row before."""
    from tfgan_kit.pictures.images import paired_grid, write_image

    with tempfile.TemporaryDirectory() as folder:
        picture = Path(folder) / "sheet.png"
        made = paired_grid([_reduced(images) for images in domains], len(columns), GAP)
        write_image(made, picture)
        return Sheet(read_frame(picture, limit), name, rows, columns)


def _reduced(images):
    """Images of at most `_LARGEST` pixels, uint8."""
    import tensorflow as tf

    from tfgan_kit.pictures.images import to_uint8

    images, factor = to_uint8(images), max(images.shape[1:3]) / _LARGEST
    if factor <= 1:
        return images
    size = [max(1, round(side / factor)) for side in images.shape[1:3]]
    return tf.image.resize(images, size, method="area").numpy().round().astype(images.dtype)
