"""What is rendered along walks: the inputs of a use, one row of them for each image."""

from typing import NamedTuple

import numpy as np

from tfgan_kit.errors import UserError
from tfgan_kit.latent.keys import Keys, image_of_w, in_w
from tfgan_kit.latent.mixing import check_layers
from tfgan_kit.latent.noise import with_noise
from tfgan_kit.latent.walks import slerp, walks
from tfgan_kit.runs.saved_generator import SavedGenerator
from tfgan_kit.uses.apply import Bound
from tfgan_kit.uses.labels import label_text


class Route(NamedTuple):
    """Images along walks.

    Attributes:
      bound: the use that makes them.
      inputs: name -> (images, ...), one walk after another.
      rows: number of walks.
    """

    bound: Bound
    inputs: dict[str, np.ndarray]
    rows: int

    @property
    def count(self) -> int:
        """Number of images."""
        return len(next(iter(self.inputs.values())))


def between_random(
    generator: SavedGenerator,
    seed: int | None,
    rows: int,
    columns: int,
    space: str | None,
    path: str | None,
    *,
    loop: bool,
) -> Route:
    """Walks between random latents.

    Args:
      generator: a run's generator.
      seed: seed of the latents; None for the run's.
      rows: number of walks.
      columns: images per walk.
      space, path: see `between_keys`.
      loop: whether each walk leads to the start of the next, and the last to that of the first,
        without showing a latent twice. Otherwise each walk has two latents of its own.

    Raises:
      UserError: see `between_keys`.
    """
    ends = generator.latents(seed, rows if loop else 2 * rows)
    space, path = space or "z", _path(generator, space or "z", path)
    if space == "w":
        ends = in_w(generator, ends)
    starts, stops = (ends, np.roll(ends, -1, axis=0)) if loop else (ends[::2], ends[1::2])
    codes = walks(starts, stops, columns, path, endpoint=not loop)
    return _route(generator, space, codes, rows, columns)


def between_keys(
    generator: SavedGenerator,
    keys: Keys,
    columns: int,
    path: str | None,
    *,
    loop: bool,
    rows: bool,
) -> Route:
    """Walks from each key to the next.

    Args:
      generator: a run's generator.
      keys: see `tfgan_kit.latent.keys.read_keys`.
      columns: images per walk.
      path: "lerp" or "slerp"; None for slerp between normal latents and lerp between others.
      loop: whether one more walk leads back to the first key.
      rows: whether each walk shows both of its ends, as the rows of a picture do. Otherwise, as in
        an animation, each key is shown once.

    Raises:
      UserError: if there are fewer than two, they have different labels, neighbours are opposite
        on a great circle, or the space has no sphere.
    """
    if len(keys.names) < 2:
        raise UserError(f"--keys {keys.names[0]}: a walk has two ends; give two keys or more")
    path = _path(generator, keys.space, path)
    nexts, names = np.roll(keys.codes, -1, axis=0), [*keys.names[1:], keys.names[0]]
    legs = len(keys.codes) - (not loop)
    pairs = [(f"--keys {a}", b) for a, b in zip(keys.names, names, strict=True)]
    how = {"endpoint": rows, "names": pairs[:legs]}
    codes = walks(keys.codes[:legs], nexts[:legs], columns, path, **how)
    last = not rows and not loop
    if last:
        codes = np.concatenate([codes, keys.codes[-1:]])
    label = _label_of_all(generator, keys)
    labels = None if label is None else np.repeat(label[None], len(codes), 0)
    route = _route(generator, keys.space, codes, legs, columns, labels)

    def between(maps):
        # Along great circles, as the variance of noise would be less along lines.
        flat = maps.reshape(len(maps), -1)
        nexts, shares = np.roll(flat, -1, axis=0), np.linspace(0, 1, columns, endpoint=rows)
        along = np.stack([slerp(flat[:legs], nexts[:legs], share) for share in shares], 1)
        made = along.reshape(-1, *maps.shape[1:])
        return np.concatenate([made, maps[-1:]]) if last else made

    return _with_noise(route, keys.noise, between)


def around_keys(
    generator: SavedGenerator,
    keys: Keys,
    shifts: np.ndarray,
    *,
    labels: np.ndarray | None = None,
    layers: range | None = None,
) -> Route:
    """Images of keys that are moved, each in the same ways.

    Args:
      generator: a run's generator.
      keys: see `tfgan_kit.latent.keys.read_keys`.
      shifts: what is added to each key in turn, (moves, n).
      labels: the labels of the keys, (keys, ...); None if the generator takes none.
      layers: the layers of intermediate latents that it is added to; None for all.

    Returns:
      A row for each key, with a column for each move. The noise of a key stays as it is.

    Raises:
      UserError: if layers are given that there are not.
    """
    rows, columns = len(keys.codes), len(shifts)
    codes = keys.codes.repeat(columns, 0)
    moves = np.tile(shifts, (rows, 1))
    if keys.space == "w":
        count = codes.shape[1]
        check_layers(layers or range(count), count, generator.saved.run.path)
        codes[:, slice(None) if layers is None else layers] += moves[:, None]
    elif layers is not None:
        raise UserError("--layers: latents of z have no layers; leave it out, or move those of w")
    else:
        codes += moves
    labels = None if labels is None else labels.repeat(columns, 0)
    route = _route(generator, keys.space, codes, rows, columns, labels)
    return _with_noise(route, keys.noise, lambda maps: maps.repeat(columns, 0))


def _label_of_all(generator, keys):
    """The label of a walk: that of the keys which have one, or None."""
    own = [
        (n, label) for n, label in zip(keys.names, keys.labels, strict=True) if label is not None
    ]
    for name, label in own:
        if not np.array_equal(label, own[0][1]):
            first, other = (label_text(generator.label, each) for each in (own[0][1], label))
            raise UserError(
                f"--keys {own[0][0]} was found as {first}, {name} as {other}, but a walk has one "
                "label; project both with the same"
            )
    return own[0][1] if own else None


def _with_noise(route, noise, spread):
    """The route with maps of noise of each image, if a key has its own.

    Args:
      spread: function from the maps of the keys, (keys, ...), to those of the images.
    """
    if not any(noise):
        return route
    bound, own = with_noise(route.bound)
    inputs = dict(route.inputs)
    for name, fixed in own.items():
        inputs[name] = spread(np.stack([_map(name, each, fixed) for each in noise]))
    return Route(bound, inputs, route.rows)


def _map(name, maps, fixed):
    """A key's map of a name, if it has one, or the generator's."""
    found = maps.get(name, fixed)
    if found.shape != fixed.shape:
        own, needed = ("x".join(map(str, each.shape)) for each in (found, fixed))
        raise UserError(
            f"a key has noise of {own} as {name}, the generator takes {needed}; project the image "
            "with this run"
        )
    return found


def _path(generator, space, path):
    own = generator.path if space == "z" else "lerp"
    if path == "slerp" and own == "lerp":
        raise UserError(
            f"--path slerp is for normal latents, which lie near a sphere; those of {space} in "
            f"{generator.saved.run.path} do not: leave it out"
        )
    return path or own


def _route(generator, space, codes, rows, columns, labels=None):
    """The route of codes, (rows * columns, ...), and perhaps one more at the end."""
    if space == "w":
        return Route(image_of_w(generator), {"styles": codes}, rows)
    labels = generator.labels_of_rows(rows, columns) if labels is None else labels
    if labels is not None and len(labels) < len(codes):
        labels = np.concatenate([labels, labels[-1:]])
    return Route(generator.bound, generator.with_latents(codes, labels), rows)
