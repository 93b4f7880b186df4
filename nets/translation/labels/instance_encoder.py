"""The encoder of pix2pixHD, which describes the look of each instance by a few numbers.

Reference: Wang et al., High-Resolution Image Synthesis and Semantic Manipulation with Conditional
GANs, 2018, section 3.4.
"""

import keras

from nets.translation.residual import Parts
from nets.translation.resnet import hourglass
from tfgan_kit.layers import InstanceMean

_DOWNS = 4


def encoder(channels, *, feature_channels=3, filters=16, norm="instance"):
    """Returns an encoder: c7s1-16, d32, d64, d128, d256, u128, u64, u32, u16, c7s1-3, means.

    Weights start as N(0, 0.02).

    Args:
      channels: channels of the image.
      feature_channels: numbers per instance.
      filters: channels of the first map.
      norm: "batch", "layer", "instance" or "none".

    Returns:
      A Keras model "encoder": {"image": (batch, height, width, channels), "instances": integers
      (batch, height, width)} to "map": (batch, height, width, feature_channels) in [-1, 1], and
      "features": the mean of the map over each instance, of the same shape; both float32. Height
      and width must divide by 16.

    Raises:
      UserError: if the normalisation is unknown.
    """
    parts = Parts(norm)
    image = keras.Input((None, None, channels), name="image")
    instances = keras.Input((None, None), dtype="int32", name="instances")
    maps = hourglass(image, parts, filters=filters, downs=_DOWNS, blocks=0)
    each = parts.last(maps[-1], feature_channels, image="map")
    means = InstanceMean(dtype="float32", name="features")([each, instances])
    inputs = {"image": image, "instances": instances}
    return keras.Model(inputs, {"map": each, "features": means}, name="encoder")
