"""`main.py evaluate --real SOURCE --fake SOURCE`: compares any two sets of images."""

from tfgan_kit.engine.status import StatusLine
from tfgan_kit.evaluation.compare import compare
from tfgan_kit.evaluation.images.image_set import ReaderImages, fewer_warning
from tfgan_kit.evaluation.table import table
from tfgan_kit.machine.files import write_json
from tfgan_kit.outcome import Outcome


def compare_sources(real, fake, tools, *, count: int | None = None, output=None) -> Outcome:
    """Measures generated images from any source.

    Args:
      real: (reader, name) of the real images, or None if no metric needs them.
      fake: (reader, name) of the generated images.
      tools: `tfgan_kit.evaluation.instruments.Instruments`.
      count: number of images to draw from each; all for None.
      output: a .json to write, or None.

    Returns:
      A table with the protocol.

    Raises:
      UserError: if a metric cannot be computed from them, or an image cannot be read.
    """
    status = StatusLine()
    sets = [
        None if given is None else ReaderImages(*given, count, tools.seed) for given in (real, fake)
    ]
    fewer = [fewer_warning(images, count) for images in sets if images is not None]
    notes = [
        f"{name}: {note}" for reader, name in filter(None, (real, fake)) for note in reader.notes
    ]
    for text in filter(None, (*tools.warnings, *notes, *fewer)):
        status.line(f"warning: {text}")
    measured = compare(*sets, tools, status)
    if output:
        write_json(measured, output)
    return Outcome("\n".join(table(measured)), measures=measured)
