"""The picture of domains: images, and what clones of each domain make of them."""

import numpy as np

from tfgan_kit.pictures.fields import as_seen
from tfgan_kit.pictures.images import alike, grid, write_image

_DRAWN = 6  # Images, each with a row.


def draw_domains(measures, path) -> None:
    """Writes a picture with a row for each image: itself, as it is reconstructed, and translated.

    Args:
      measures: a `trainers.few_shot.metal_domains.measures.DomainMeasures`.
      path: path of the picture.
    """
    images, start = measures.read(measures.inputs(None, _DRAWN)), measures.start()
    columns = [as_seen(measures.field, images), measures.translated(start["generator"], images)]
    for number in range(len(measures.names)):
        ((_, weights),) = measures.clones(number, start, [measures.inner_steps])
        columns.append(measures.translated(weights, images))
    cells = np.stack(alike(columns), axis=1)
    write_image(grid(cells.reshape(-1, *cells.shape[2:]), columns=len(columns)), path)
