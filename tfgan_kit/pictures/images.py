"""Pictures of batches: image grids, scatter plots, and the range networks work in."""

import math
import os

import numpy as np

from tfgan_kit.machine.files import write_bytes

GRAY = 96  # Between the images of a grid, and where one is missing.


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
      images: (n, height, width, channels), uint8 or float in [-1, 1]; of more than 3 channels the
        first three are shown, of 2 the first.
      columns: images per row; about the square root of n by default.
      padding: gray pixels between neighbours.

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
    """Images in another order, with gray ones where nothing is wanted.

    Args:
      images: (n, height, width, 1 or 3), uint8 or float in [-1, 1].
      places: number of the image that stands at each place, -1 for a gray one.

    Returns:
      A uint8 array (places, height, width, 1 or 3).
    """
    images = to_uint8(images)
    return np.concatenate([images, np.full_like(images[:1], GRAY)])[places]


def paired_grid(domains, columns=None, padding=2):
    """Tiles what belongs together: the images of one latent stand one under the other.

    Args:
      domains: k arrays (n, height, width, 1 or 3) of one height and width, uint8 or float in
        [-1, 1]; number i of each belongs to latent i. Gray ones become RGB beside colour.
      columns: latents per row; by default such that the picture is about square.
      padding: gray pixels between neighbours; a latent's own images touch.

    Returns:
      A uint8 array (rows, columns, 1 or 3).
    """
    stacks = np.concatenate(alike(domains), axis=1)
    count, height, width, _ = stacks.shape
    rows = max(1, round(math.sqrt(count * width / height)))
    return grid(stacks, columns or math.ceil(count / rows), padding)


def alike(domains):
    """Arrays of images as a list of uint8 arrays with one number of channels, the largest."""
    domains = [_visible(to_uint8(images)) for images in domains]
    channels = max(images.shape[-1] for images in domains)
    return [i if i.shape[-1] == channels else i.repeat(channels, axis=-1) for i in domains]


def _visible(images):
    return images if images.shape[-1] in (1, 3) else images[..., : 3 if images.shape[-1] > 3 else 1]


def write_image(picture, path):
    """Writes a uint8 or uint16 picture (height, width, 1 or 3, RGB) whole or not at all.

    The format follows the ending of `path`.
    """
    import cv2

    path = os.fspath(path)
    if picture.shape[-1] == 3:
        picture = cv2.cvtColor(picture, cv2.COLOR_RGB2BGR)
    _, encoded = cv2.imencode(os.path.splitext(path)[1] or ".png", picture)
    write_bytes(encoded.tobytes(), path)


def exact_ending(dtype: str, channels: int) -> str:
    """The ending of a file that holds images without a loss: ".png" if that can, else ".npy"."""
    return ".png" if dtype in ("uint8", "uint16") and channels in (1, 3) else ".npy"


def write_exact(image, path) -> None:
    """Writes an image (height, width, channels) as the ending says, see `exact_ending`."""
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
    """Writes what a generator made to `path`, in the form that fits.

    Args:
      domains: one array per domain (see `tfgan_kit.latent.latents.render`): a grid is made of one
        domain of images, a paired grid of several, a scatter plot of points, which have one domain.
      path: where to.
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
    """Writes a scatter plot of points (n, 2) to `path`, over `reference` points in gray if given.

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
    """Writes a matplotlib figure as PNG, whole or not at all."""
    import io

    buffer = io.BytesIO()
    figure.savefig(buffer, format="png", dpi=100)
    write_bytes(buffer.getvalue(), path)
