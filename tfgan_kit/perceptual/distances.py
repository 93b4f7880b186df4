"""Differentiable distances between images, for searches and for path lengths."""

import dataclasses
from collections.abc import Callable, Sequence

import numpy as np
import tensorflow as tf

from tfgan_kit.errors import UserError
from tfgan_kit.extractors.extractor import Extractor
from tfgan_kit.extractors.lpips_network import LpipsNetwork
from tfgan_kit.metrics.images.resize import matrix
from tfgan_kit.perceptual.features import PerceptualFeatures

LARGEST = 256  # Larger images are made smaller, as LPIPS is usually measured.
LEVELS = 3
VGG_LAYERS = ("block1_conv1", "block1_conv2", "block3_conv2", "block4_conv2")


@dataclasses.dataclass(frozen=True, kw_only=True)
class Distance:
    """sum_l mean_hw sum_c w_lc (f_lhwc(a) - f_lhwc(b))^2 with maps f_l of images.

    Attributes:
      name: what it is called.
      maps: function from float images (b, height, width, 1 or 3), around [-1, 1] and at most
        `LARGEST` pixels a side, to maps (b, height', width', channels').
      weights: of the channels of each map, (channels',) or a number for all.
      protocol: in words, what the features are of.
      digest: SHA-256 of the weights of a network, None without one.
      smallest: minimum height and width of the images.
      channels: the most channels that images may have.
    """

    name: str
    maps: Callable[[tf.Tensor], Sequence[tf.Tensor]]
    weights: tuple
    protocol: str
    digest: str | None = None
    smallest: int = 1
    channels: int = 3

    def features(self, images) -> list[tf.Tensor]:
        """The maps of images of any size, which are first brought to at most `LARGEST` pixels."""
        return list(self.maps(at_most(images, LARGEST)))

    def between(self, a: Sequence[tf.Tensor], b: Sequence[tf.Tensor]):
        """The distances, float32 (b,), of what `features` gave for b images each."""
        parts = zip(self.weights, a, b, strict=True)
        return tf.add_n([_squares(weight, x, y) for weight, x, y in parts])

    def check(self, shape) -> None:
        """Checks the shape of images, (height, width, channels).

        Raises:
          UserError: if they are too small, or have channels that it does not take.
        """
        height, width, channels = shape
        if channels not in (1, 3) or channels > self.channels:
            takes = "images of 1 or 3 channels" if self.channels == 3 else "gray images"
            raise UserError(f"{self.name} compares {takes}, not of {channels}; choose another")
        if min(height, width) < self.smallest:
            raise UserError(
                f"{self.name} needs images of at least {self.smallest}x{self.smallest}, these are "
                f"{height}x{width}; choose another"
            )


def at_most(images, side: int):
    """Images whose smaller side is above `side`, averaged over squares to about that size."""
    factor = min(images.shape[1:3]) // side
    return images if factor <= 1 else tf.nn.avg_pool2d(images, factor, factor, "VALID")


def lpips(network: LpipsNetwork) -> Distance:
    """LPIPS (Zhang et al. 2018) of float images, which are not rounded."""
    return Distance(
        name=network.name,
        maps=lambda images: network.unit_maps_of(_rgb(images)),
        weights=network.heads,
        protocol=f"LPIPS v0.1, {network.name}, weights {network.digest[:12]}",
        digest=network.digest,
        smallest=network.smallest,
    )


def of_extractor(extractor: Extractor) -> Distance:
    """Squared Euclidean distance of the features of an extractor, of images not rounded."""

    unrounded = dataclasses.replace(extractor, rounded=False)

    def maps(images):
        size = extractor.size or images.shape[1:3]
        if tuple(size) != tuple(images.shape[1:3]):
            rows, columns = (
                matrix(before, after, extractor.resize)
                for before, after in zip(images.shape[1:3], size, strict=True)
            )
            images = tf.einsum("oh,bhwc,pw->bopc", rows, images, columns)
        if images.shape[-1] < extractor.channels:
            images = _rgb(images)
        return [extractor.network((images + 1.0) * 127.5)["features"][:, None, None]]

    return Distance(
        name=extractor.name,
        maps=maps,
        weights=(1.0,),
        protocol=f"squared distance of features, {unrounded.protocol}",
        digest=extractor.digest,
        channels=extractor.channels,
    )


def pyramid(levels: int = LEVELS) -> Distance:
    """Mean squared error of images and of their means over squares of 2, 4, ... pixels, summed."""

    def maps(images):
        found = [images]
        for _ in range(levels - 1):
            found.append(tf.nn.avg_pool2d(found[-1], 2, 2, "VALID"))
        return [each / np.sqrt(each.shape[-1]) for each in found]

    return Distance(
        name="pyramid",
        maps=maps,
        weights=(1.0,) * levels,
        protocol=f"mean squared error at {levels} sizes",
        smallest=2 ** (levels - 1),
    )


def vgg_maps(weights) -> Distance:
    """Mean squared error of images and of four maps of VGG16, summed.

    Abdal, Qin & Wonka, Image2StyleGAN: How to Embed Images Into the StyleGAN Latent Space?, 2019,
    equation 1, with weights of 1. The maps are taken after the ReLU.

    Args:
      weights: a file; see `tfgan_kit.perceptual.PerceptualFeatures`.

    Raises:
      UserError: if the weights cannot be had.
    """
    features = PerceptualFeatures("vgg16", weights, layers=VGG_LAYERS)

    def maps(images):
        found = [images, *features(images).values()]
        return [each / float(np.sqrt(each.shape[-1])) for each in found]

    return Distance(
        name="vgg16",
        maps=maps,
        weights=(1.0,) * (1 + len(VGG_LAYERS)),
        protocol="mean squared error of pixels and of four maps of VGG16",
        smallest=features.reduction,
    )


def together(first: Distance, second: Distance, weight: float) -> Distance:
    """first + weight * second."""
    return Distance(
        name=f"{first.name}+{second.name}",
        maps=lambda images: [*first.maps(images), *second.maps(images)],
        weights=(*first.weights, *(weight * np.asarray(each) for each in second.weights)),
        protocol=f"{first.protocol}; {weight:g} times {second.protocol}",
        digest=second.digest,
        smallest=max(first.smallest, second.smallest),
        channels=min(first.channels, second.channels),
    )


def _squares(weight, a, b):
    return tf.reduce_sum(tf.reduce_mean(tf.square(a - b), (1, 2)) * weight, -1)


def _rgb(images):
    return images if images.shape[-1] == 3 else tf.repeat(images, 3, axis=-1)
