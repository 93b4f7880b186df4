"""Projection: the latent with which a generator comes nearest to a given image.

Karras et al., Analyzing and Improving the Image Quality of StyleGAN, 2020, appendix D; Abdal, Qin &
Wonka, Image2StyleGAN, 2019, for a latent per layer (w+).
"""

import dataclasses
import math
from collections.abc import Callable, Mapping

import numpy as np
import tensorflow as tf

from tfgan_kit.errors import UserError
from tfgan_kit.latent.adam import adam
from tfgan_kit.latent.noise import noise_penalty, normalised
from tfgan_kit.perceptual.distances import Distance
from tfgan_kit.randomness import seed_of

RAMP_UP, RAMP_DOWN = 0.05, 0.25
SEARCH_NOISE, SEARCH_UNTIL = 0.05, 0.75
PRIOR_WEIGHT = 1e-3
_AT_ONCE = 16


@dataclasses.dataclass(frozen=True, kw_only=True)
class Space:
    """Where to search.

    Attributes:
      images_of: function from codes (b, ...) and a dictionary of maps, name -> (b, height, width,
        1), and of labels, name -> (b, ...), to images (b, height, width, channels) around [-1, 1],
        differentiable, not limited.
      starts: float32 (starts, ...), codes to begin at, the same for every image.
      spread: standard deviation of the search noise at its start, over `SEARCH_NOISE`; 0 for none.
      maps: name -> float32 (height, width, 1), maps of noise to begin with; none to keep those of
        the generator.
      noise_weight: weight of `tfgan_kit.latent.noise.noise_penalty`.
      labels: name -> (images, ...), what does not change in the search for each image.
      prior: "normal" to keep |z|^2 / d near 1, "uniform" to keep components in [-1, 1], "" for
        neither.
    """

    images_of: Callable
    starts: np.ndarray
    spread: float = 0.0
    maps: Mapping[str, np.ndarray] = dataclasses.field(default_factory=dict)
    noise_weight: float = 1.0
    labels: Mapping[str, np.ndarray] = dataclasses.field(default_factory=dict)
    prior: str = ""


@dataclasses.dataclass
class Projected:
    """The best point of each search so far.

    Attributes:
      codes: float32 (n, ...).
      maps: name -> float32 (n, height, width, 1).
      distances: float64 (n,), of these points.
      curves: the distance at each step of the search that found them, n arrays (steps,).
      broken: for each image the step at which all of its searches had lost their way in values
        that are not finite, -1 for none.
      stopped: what stopped the search, `KeyboardInterrupt` or `SystemExit`, or None.
    """

    codes: np.ndarray
    maps: dict[str, np.ndarray]
    distances: np.ndarray
    curves: list[np.ndarray]
    broken: np.ndarray
    stopped: BaseException | None = None


def project(
    space: Space,
    targets: np.ndarray,
    distance: Distance,
    *,
    steps: int = 1000,
    learning_rate: float = 0.1,
    seed: int = 0,
    show: Callable[[int, int, float], None] = lambda done, of, distance: None,
) -> Projected:
    """Finds the codes, and maps of noise, whose images are nearest to the targets.

    Adam on D(G(code + search noise, maps), target) + noise weight * noise penalty + prior. Every
    point at which the loss is taken is a candidate, with its search noise, so the result is the
    best that was seen, whenever the search ends. Values that are not finite end the search that
    they occur in. What is found for an image does not depend on the others.

    Args:
      space: where to search.
      targets: n images, float (n, height, width, channels) in [-1, 1].
      distance: the `Distance` D.
      steps: steps of a search.
      learning_rate: its highest learning rate; see `schedule`.
      seed: of the search noise.
      show: called with the number of steps done, the number of all, and the mean over the images
        of the smallest distance so far.

    Returns:
      `Projected`; if stopped by Ctrl-C, of the images whose search had begun.

    Raises:
      UserError: if the loss of an image is not finite from the start.
    """
    per_image = len(space.starts)
    at_once = max(1, _AT_ONCE // per_image)
    parts, stopped = [], None
    total = math.ceil(len(targets) / at_once) * (steps + 1)
    for first in range(0, len(targets), at_once):
        some = targets[first : first + at_once]
        own = {name: labels[first : first + at_once] for name, labels in space.labels.items()}
        own_space = dataclasses.replace(space, labels=own)
        search = _Search(own_space, some, distance, steps, learning_rate, seed)
        begun = len(parts) * (steps + 1)
        try:
            for step in range(steps + 1):
                search.step(step)
                show(begun + step + 1, total, search.mean)
        except (KeyboardInterrupt, SystemExit) as error:
            stopped = error
        if not search.curve:  # Stopped before there was anything to keep.
            break
        parts.append(search.result())
        if stopped:
            break
    if not parts:
        raise stopped
    joined = {
        name: np.concatenate([getattr(part, name) for part in parts])
        for name in ("codes", "distances", "broken")
    }
    maps = {name: np.concatenate([part.maps[name] for part in parts]) for name in space.maps}
    curves = [curve for part in parts for curve in part.curves]
    return Projected(maps=maps, curves=curves, stopped=stopped, **joined)


def schedule(done, steps):
    """(Share of the learning rate, share of the search noise) after `done` of `steps` steps.

    The rate rises over the first 5 % and falls along a cosine over the last 25 %; the noise falls
    as max(0, 1 - t / 0.75)^2.
    """
    t = tf.cast(done, tf.float32) / steps
    down = tf.minimum(1.0, (1.0 - t) / RAMP_DOWN)
    rate = (0.5 - 0.5 * tf.cos(math.pi * down)) * tf.minimum(1.0, t / RAMP_UP)
    return rate, tf.square(tf.maximum(0.0, 1.0 - t / SEARCH_UNTIL))


class _Search:
    """All searches for some images, side by side; those of an image follow each other."""

    def __init__(self, space, targets, distance, steps, learning_rate, seed):
        self._space, self._distance, self._steps = space, distance, steps
        self._rate, self._seed = learning_rate, seed
        self._per_image = len(space.starts)
        self._count = len(targets) * self._per_image
        self._targets = [
            tf.repeat(each, self._per_image, 0)
            for each in distance.features(tf.constant(targets, tf.float32))
        ]
        self._labels = {
            name: tf.repeat(tf.constant(labels), self._per_image, 0)
            for name, labels in space.labels.items()
        }
        point = {"code": np.tile(space.starts, (len(targets),) + (1,) * (space.starts.ndim - 1))}
        for name, values in space.maps.items():
            point[name] = np.broadcast_to(values, (self._count, *values.shape))
        self._point = {name: tf.constant(values, tf.float32) for name, values in point.items()}
        zeros = {name: tf.zeros_like(values) for name, values in self._point.items()}
        self._moments, self._best = (zeros, zeros), self._point
        self._loss = np.full(self._count, np.inf)
        self._distances = np.full(self._count, np.inf)
        self._ended = np.full(self._count, -1)
        self.curve = []
        self._step = tf.function(self._traced, autograph=False)

    @property
    def mean(self):
        """The mean over the images of the smallest distance so far."""
        return float(self._distances.reshape(-1, self._per_image).min(1).mean())

    def step(self, step):
        """Takes the loss at a point, keeps the best, and moves on."""
        seen, loss, distances, point, moments = self._step(
            self._point, self._moments, tf.constant(step, tf.int64)
        )
        loss, distances = loss.numpy().astype(float), distances.numpy().astype(float)
        good = np.isfinite(loss) & (self._ended < 0)
        self._ended = np.where(~good & (self._ended < 0), step, self._ended)
        if step == 0 and not good.reshape(-1, self._per_image).any(1).all():
            raise UserError(
                "the distance to the image is not finite at the start of the search; the generator "
                "has diverged, project with an earlier one"
            )
        better = good & (loss < self._loss)
        self._loss = np.where(better, loss, self._loss)
        self._distances = np.where(better, distances, self._distances)
        self._best = {k: _where(better, seen[k], v) for k, v in self._best.items()}
        self._point, self._moments = point, moments
        self.curve.append(np.where(good, distances, np.nan))

    def _traced(self, point, moments, step):
        rate, share = schedule(step, self._steps)
        space, codes = self._space, point["code"]
        if space.spread:
            shape = [self._per_image, *codes.shape[1:]]
            numbers = [seed_of(self._seed, "project"), step]
            drawn = tf.random.stateless_normal(shape, numbers, alg="philox")
            drawn = tf.tile(drawn, [self._count // self._per_image] + [1] * (len(shape) - 1))
            codes = codes + SEARCH_NOISE * space.spread * share * drawn
        seen = point | {"code": codes}
        with tf.GradientTape() as tape:
            tape.watch(seen)
            maps = {name: values for name, values in seen.items() if name != "code"}
            images = space.images_of(seen["code"], maps | self._labels)
            distances = self._distance.between(self._distance.features(images), self._targets)
            loss = distances
            if maps:
                loss += space.noise_weight * noise_penalty(maps.values())
            if space.prior == "normal":
                size = tf.reduce_mean(tf.square(seen["code"]), -1)
                loss += PRIOR_WEIGHT * tf.square(size - 1.0)
            # Each search's gradient is its own: the sum of the losses.
            total = tf.reduce_sum(loss)
        zero = tf.UnconnectedGradients.ZERO
        gradients = tape.gradient(total, seen, unconnected_gradients=zero)
        moved, means, squares = {}, {}, {}
        for name, gradient in gradients.items():
            old = [each[name] for each in moments]
            change, means[name], squares[name] = adam(gradient, *old, tf.cast(step, tf.float32))
            new = point[name] - self._rate * rate * change
            if name != "code":
                new = normalised(new)
            elif space.prior == "uniform":
                new = tf.clip_by_value(new, -1.0, 1.0)
            moved[name] = new
        return seen, loss, distances, moved, (means, squares)

    def result(self):
        """The best search of each image."""
        shape = (-1, self._per_image)
        best = np.arange(0, self._count, self._per_image) + self._loss.reshape(shape).argmin(1)
        found = {name: values.numpy()[best] for name, values in self._best.items()}
        curve = np.array(self.curve)
        ended = self._ended.reshape(shape)
        broken = np.where((ended >= 0).all(1), ended.max(1), -1)
        curves = [curve[:, i] for i in best]
        return Projected(found.pop("code"), found, self._distances[best], curves, broken)


def _where(condition, new, old):
    return tf.where(tf.reshape(condition, (-1,) + (1,) * (len(new.shape) - 1)), new, old)
