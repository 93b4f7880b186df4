"""Pictures of batches: image grids, scatter plots, and conversions to the networks' range."""

import math
import os

import numpy as np

from tfgan_kit.machine.files import write_bytes

GRAY = 96  # Grey value between the images of a grid, and where one is missing.


def to_model_range(batch):
    """Maps uint8 images [0, 255] to float32 [-1, 1]; float tensors pass unchanged.

    It runs on the device, inside the training step, so that batches travel as bytes.
    """
    import tensorflow as tf

    return tf.cast(batch, tf.float32) / 127.5 - 1.0 if batch.dtype == tf.uint8 else batch


def to_uint8(images):
    """Maps float images [-1, 1] to uint8 [0, 255], rounding to nearest; uint8 passes unchanged."""
    images = np.asarray(images)
    if images.dtype == np.uint8:
        return images
    return np.clip(np.rint((images.astype(np.float32) + 1.0) * 127.5), 0, 255).astype(np.uint8)


def grid(images, columns=None, padding=2):
    """Tiles images into one picture, row by row.

    Args:
      images: (n, height, width, channels), uint8 or float in [-1, 1]; with more than 3 channels,
        the first three are shown, with 2, the first.
      columns: images per row; about the square root of n by default.
      padding: grey pixels between neighbours.

    Returns:
      A uint8 array (rows, columns, 1 or 3).
    """
    images = _visible(to_uint8(images))
    count, height, width, channels = images.shape
    columns = columns or math.ceil(math.sqrt(count))
    rows = math.ceil(count / columns)
    cell_h, cell_w = height + padding, width + padding
    picture = np.full(
        (rows * cell_h + padding, columns * cell_w + padding, channels), GRAY, np.uint8
    )
    for i, image in enumerate(images):
        top = padding + (i // columns) * cell_h
        left = padding + (i % columns) * cell_w
        picture[top : top + height, left : left + width] = image
    return picture


def placed(images, places):
    """Rearranges images, with grey ones at empty positions.

    Args:
      images: (n, height, width, 1 or 3), uint8 or float in [-1, 1].
      places: number of the image at each position, -1 for a grey one.

    Returns:
      A uint8 array (places, height, width, 1 or 3).
    """
    images = to_uint8(images)
    return np.concatenate([images, np.full_like(images[:1], GRAY)])[places]


def paired_grid(domains, columns=None, padding=2):
    """Tiles corresponding images: those of the same latent are stacked vertically.

    Args:
      domains: k arrays (n, height, width, 1 or 3) of equal height and width, uint8 or float in [-1,
        1]; image i of each belongs to latent i. Greyscale images become RGB if others are in
        colour.
      columns: latents per row; by default such that the picture is about square.
      padding: grey pixels between neighbours; images of the same latent touch.

    Returns:
      A uint8 array (rows, columns, 1 or 3).
    """
    stacks = np.concatenate(alike(domains), axis=1)
    count, height, width, _ = stacks.shape
    rows = max(1, round(math.sqrt(count * width / height)))
    return grid(stacks, columns or math.ceil(count / rows), padding)


def alike(domains):
    """Converts arrays of images to uint8 arrays with the same, largest, number of channels."""
    domains = [_visible(to_uint8(images)) for images in domains]
    channels = max((images.shape[-1] for images in domains), default=0)
    return [i if i.shape[-1] == channels else i.repeat(channels, axis=-1) for i in domains]


def _visible(images):
    return images if images.shape[-1] in (1, 3) else images[..., : 3 if images.shape[-1] > 3 else 1]


def write_image(picture, path):
    """Atomically writes a uint8 or uint16 picture (height, width, 1 or 3, RGB).

    The extension of `path` determines the format.
    """
    import cv2

    path = os.fspath(path)
    if picture.shape[-1] == 3:
        picture = cv2.cvtColor(picture, cv2.COLOR_RGB2BGR)
    _, encoded = cv2.imencode(os.path.splitext(path)[1] or ".png", picture)
    write_bytes(encoded.tobytes(), path)


def exact_ending(dtype: str, channels: int) -> str:
    """The extension of a file that stores images losslessly: ".png" if possible, else ".npy"."""
    return ".png" if dtype in ("uint8", "uint16") and channels in (1, 3) else ".npy"


def write_exact(image, path) -> None:
    """Writes an image (height, width, channels) in the extension's format, see `exact_ending`."""
    import io

    if not os.fspath(path).endswith(".npy"):
        write_image(image, path)
        return
    content = io.BytesIO()
    np.save(content, image)
    write_bytes(content.getvalue(), path)


def write_grid(images, path, columns=None):
    """Writes a grid (see `grid`) of images to `path`."""
    write_image(grid(images, columns), path)


def write_samples(domains, path, reference=None, columns=None):
    """Writes a generator's samples to `path`, in a suitable form.

    Args:
      domains: one array per domain (see `tfgan_kit.latent.latents.render`): one domain of images
        makes a grid, several make a paired grid, and points, which have one domain, make a scatter
        plot.
      path: path of the picture.
      reference: data for the scatter plot, one array per domain.
      columns: latents per row of a grid; see `grid` and `paired_grid`.
    """
    if domains[0].ndim == 2:
        (points,) = domains
        write_scatter(points, path, None if reference is None else reference[0])
    else:
        picture = paired_grid(domains, columns) if len(domains) > 1 else grid(*domains, columns)
        write_image(picture, path)


def write_scatter(points, path, reference=None):
    """Writes a scatter plot of points (n, 2) to `path`, over `reference` points in grey if given.

    The axes are those of the reference, so that plots of one run can be compared.
    """
    from matplotlib.figure import Figure

    figure = Figure(figsize=(5, 5), layout="constrained")
    axes = figure.add_subplot()
    extent = np.abs(points if reference is None else reference).max() * 1.25 + 1e-6
    if reference is not None:
        axes.scatter(*np.asarray(reference).T[:2], s=4, c="0.75", label="data", linewidths=0)
    axes.scatter(*np.asarray(points).T[:2], s=4, c="tab:blue", label="samples", linewidths=0)
    axes.set(xlim=(-extent, extent), ylim=(-extent, extent), aspect="equal")
    if reference is not None:
        axes.legend(loc="upper right", markerscale=3)
    write_figure(figure, path)


def write_figure(figure, path):
    """Atomically writes a matplotlib figure as PNG."""
    import io

    from matplotlib.backends.backend_agg import FigureCanvasAgg

    buffer = io.BytesIO()
    # `savefig` would draw everything twice, first to measure.
    FigureCanvasAgg(figure).print_png(buffer)
    write_bytes(buffer.getvalue(), path)
