"""Images that have the styles of one latent in some layers and those of another in the rest."""

import numpy as np

from tfgan_kit.errors import UserError
from tfgan_kit.runs.saved_run import SavedRun
from tfgan_kit.uses.draw import draw_inputs

COARSE, MIDDLE = range(4), range(4, 8)  # The layers of 4x4 and 8x8, and of 16x16 and 32x32.


def levels_of(layers: int) -> dict[str, range]:
    """The levels of detail that a generator has, name -> numbers of its layers, from 0.

    Pose and outline are coarse, features middle, colour and texture fine.

    Args:
      layers: how many it has.
    """
    levels = {"coarse": COARSE, "middle": MIDDLE, "fine": range(MIDDLE.stop, layers)}
    own = {name: range(level.start, min(level.stop, layers)) for name, level in levels.items()}
    return {name: level for name, level in own.items() if level}


def check_layers(layers: range, count: int, path) -> None:
    """Raises UserError unless the generator of the run at a path has these layers, of `count`."""
    if layers.stop > count:
        raise UserError(
            f"--layers {layers.start}-{layers.stop - 1}: the generator of {path} has layers 0 to "
            f"{count - 1}"
        )


def mixing_table(
    saved: SavedRun, rows: tuple[int, ...], columns: tuple[int, ...], layers: range, psi=None
) -> tuple[np.ndarray, np.ndarray]:
    """A table of mixtures, with the images that they are mixed of in front of and above it.

    Karras et al., A Style-Based Generator Architecture for Generative Adversarial Networks, 2019,
    figure 3.

    Args:
      saved: a run with the uses `map` and `synthesize`.
      rows: seeds of the images whose styles the other layers have.
      columns: seeds of the images whose styles these layers have.
      layers: numbers of layers, from 0.
      psi: truncation, see `tfgan_kit.layers.Truncation`; None for none.

    Returns:
      Images (n, height, width, channels), and the number of the image at each of the
      (len(rows) + 1) * (len(columns) + 1) places, row by row, -1 for none.

    Raises:
      UserError: if the run has no such uses, or not as many layers.
    """
    to_styles, to_image = saved.bound("map"), saved.bound("synthesize")
    seeds = [*rows, *columns]
    drawn = [draw_inputs(to_styles.use, seed, 1) for seed in seeds]
    inputs = {name: np.concatenate([each[name] for each in drawn]) for name in drawn[0]}
    if psi is not None:
        inputs["psi"] = np.full((len(seeds), 1), psi, np.float32)
    styles = to_styles.render(inputs)["styles"]
    check_layers(layers, styles.shape[1], saved.run.path)
    mixtures = []
    for row in styles[: len(rows)]:
        for column in styles[len(rows) :]:
            mixture = row.copy()
            mixture[layers] = column[layers]
            mixtures.append(mixture)
    images = to_image.render({"styles": np.concatenate([styles, mixtures])})["image"]
    count, width = len(rows), len(columns)
    places = [-1, *range(count, count + width)]
    for row in range(count):
        start = count + width * (row + 1)
        places += [row, *range(start, start + width)]
    return images, np.array(places)
