"""The generators of CoGAN: a network for several domains whose first layers are shared.

Reference: Liu & Tuzel, Coupled Generative Adversarial Networks, 2016. The layers are those of the
thesis "Improved Learning of Joint Distributions using Soft-Coupled GANs" (Aalborg 2020), which
follow those of the paper; the thesis has none for 64 pixels.
"""

import itertools

import keras
from keras import layers

from nets.blocks import scaled, short_side
from nets.sharing import LayerPlan, activation, check_sharing, initializer
from tfgan_kit.layers import Conv2DTranspose, Mixture, normalization
from tfgan_kit.layers.normalization import removes_bias
from tfgan_kit.settings.names import DOMAINS
from tfgan_kit.settings.size import Sizes

# Channels from 4x4 on.
CHANNELS = {
    "cogan": {
        32: (1024, 512, 256, 128),
        64: (1024, 512, 256, 128, 64),
        128: (1024, 512, 256, 128, 64, 32),
        256: (2048, 1024, 512, 256, 128, 64, 32),
    },
    "dcgan": {
        32: (256, 128, 64),
        64: (512, 256, 128, 64),
        128: (1024, 512, 256, 128, 64),
    },
}


def generator(
    image_shapes,
    latent_size,
    *,
    network="cogan",
    width=1.0,
    shared_layers=0,
    norm="batch",
    components=0,
    distance=None,
):
    """Returns the generators of all domains as one flat model that reads one latent.

    "cogan": each generator consists of a dense layer to 4x4, transposed convolutions of stride 2
    and one of stride 1 that outputs the image. At 32 pixels, kernels are 3x3 (the last 6x6) and
    weights are initialised with Glorot's uniform distribution; at other sizes, kernels are 4x4 (the
    last 3x3) and weights are initialised with N(0, 0.02). The activation is a PReLU with a slope
    per channel that starts at 0.25.

    "dcgan": each is the generator of `nets.dcgan`, with a last layer of stride 2 and ReLUs.

    Args:
      image_shapes: (size, size, channels) of each domain, of a size that `CHANNELS` has.
      latent_size: length of the latent vector.
      network: "cogan" or "dcgan".
      width: factor on all channel counts.
      shared_layers: number of first layers that all domains share, from 0 to all but the last (see
        `layer_count`). A shared layer is computed once.
      norm: "batch", "layer", "instance" or "none", before each activation.
      components: of the mixture that the latent is made into, see `tfgan_kit.layers.Mixture`; 0
        for none.
      distance: of the components from the middle; by default as far as a normal latent,
        sqrt(latent_size).

    Returns:
      A Keras model from "latent" to {"features_1_a": (batch, 4, 4, channels), ..., "image_a":
      (batch, *image_shape) in [-1, 1], "features_1_b": ...}. Features of shared layers are the
      same tensor under the names of all domains.

    Raises:
      UserError: for other image shapes, an unknown normalization, or layers that cannot be shared.
    """
    domains = DOMAINS[: len(image_shapes)]
    shapes = dict(zip(domains, image_shapes, strict=True))
    plans = {d: _plan(network, shape, latent_size, width, norm) for d, shape in shapes.items()}
    check_sharing(plans, shared_layers, network="generator")
    latent = trunk = keras.Input((latent_size,), name="latent")
    if components:
        distance = latent_size**0.5 if distance is None else distance
        trunk = Mixture(components, distance, name="mixture")(latent)
    outputs = {}
    for i, plan in enumerate(plans["a"][:shared_layers], start=1):
        trunk = _hidden(trunk, plan, f"{i}")
        outputs |= {f"features_{i}_{domain}": trunk for domain in domains}
    for domain, (*hidden, last) in plans.items():
        x = trunk
        for i, plan in enumerate(hidden[shared_layers:], start=shared_layers + 1):
            x = _hidden(x, plan, f"{i}_{domain}")
            outputs[f"features_{i}_{domain}"] = x
        x = _weights(last, f"output_{domain}")(x)
        image = layers.Activation("tanh", dtype="float32", name=f"image_{domain}")(x)
        outputs[f"image_{domain}"] = image
    return keras.Model(latent, outputs, name="generator")


def layer_count(network, size):
    """Returns the number of layers of a generator for that size, including the last."""
    return len(CHANNELS[network][size]) + 1


def _plan(network, image_shape, latent_size, width, norm):
    size = short_side(network, image_shape, Sizes(tuple(CHANNELS[network])))
    channels = [scaled(c, width) for c in CHANNELS[network][size]]
    if network == "dcgan":
        kernel, (last_kernel, last_strides), stddev, activation = 4, (4, 2), 0.02, "relu"
    elif size == 32:
        kernel, (last_kernel, last_strides), stddev, activation = 3, (6, 1), None, "prelu"
    else:
        kernel, (last_kernel, last_strides), stddev, activation = 4, (3, 1), 0.02, "prelu"
    common = {"stddev": stddev, "activation": activation, "norm": norm}
    plan = [LayerPlan("dense", latent_size, 16 * channels[0], **common)]
    for inputs, filters in itertools.pairwise(channels):
        plan.append(LayerPlan("conv_transpose", inputs, filters, kernel, 2, **common))
    last = LayerPlan(
        "conv_transpose", channels[-1], image_shape[-1], last_kernel, last_strides, stddev=stddev
    )
    return [*plan, last]


def _hidden(x, plan, name):
    x = _weights(plan, f"{plan.kind}_{name}")(x)
    if plan.kind == "dense":
        x = layers.Reshape((4, 4, plan.filters // 16), name=f"reshape_{name}")(x)
    x = normalization(plan.norm, name=f"norm_{name}")(x)
    return activation(plan, name, shared_axes=[1, 2])(x)


def _weights(plan, name):
    options = {
        "use_bias": not removes_bias(plan.norm),
        "kernel_initializer": initializer(plan),
        "name": name,
    }
    if plan.kind == "dense":
        return layers.Dense(plan.filters, **options)
    return Conv2DTranspose(plan.filters, plan.size, strides=plan.strides, padding="same", **options)
