"""The discriminators of CoGAN: a network for several domains whose last layers are shared.

Reference: Liu & Tuzel, Coupled Generative Adversarial Networks, 2016. The layers are those of the
thesis "Improved Learning of Joint Distributions using Soft-Coupled GANs" (Aalborg 2020), which
follow those of the paper; the thesis has none for 64 pixels.
"""

import keras
from keras import layers

from nets.blocks import conv2d, scaled, short_side
from nets.sharing import LayerPlan, activation, check_sharing, initializer
from tfgan_kit.layers import Dropout, normalization
from tfgan_kit.layers.normalization import removes_bias
from tfgan_kit.settings.names import DOMAINS
from tfgan_kit.settings.size import Sizes

# Channels, size of the kernel and rate of the dropout of each convolution.
_DIGITS = ((20, 5, 0.0), (50, 5, 0.0))
_FACES = (
    (32, 5, 0.0),
    (64, 5, 0.0),
    (128, 5, 0.1),
    (256, 3, 0.3),
    (512, 3, 0.3),
    (1024, 3, 0.5),
    (2048, 3, 0.5),
)
_DCGAN = tuple((64 * 2**i, 4, 0.0) for i in range(5))
# The sizes of faces differ next to the image where they can: what discriminators share are the last
# layers.
CONVOLUTIONS = {
    "cogan": {32: _DIGITS, 64: _FACES[1:6], 128: _FACES[:6], 256: _FACES},
    "dcgan": {32: _DCGAN[:3], 64: _DCGAN[:4], 128: _DCGAN},
}


def discriminator(image_shapes, *, network="cogan", width=1.0, shared_layers=0, norm=None):
    """Returns the discriminators of all domains as one flat model.

    "cogan": at 32 pixels, each discriminator consists of two 5x5 convolutions with max pooling and
    no activation, and a dense layer of 500 with PReLU and dropout. At other sizes, the image is
    normalised, followed by convolutions of stride 2 down to 2x2 and a dense layer of 2048, with
    PReLU and dropout. PReLUs have a slope per channel that starts at 0.25. Weights are initialised
    with Glorot's uniform distribution at 32 pixels and with N(0, 0.02) at other sizes.

    "dcgan": each is the discriminator of `nets.dcgan`.

    Args:
      image_shapes: (size, size, channels) of each domain, of a size that `CONVOLUTIONS` has.
      network: "cogan" or "dcgan".
      width: factor on all channel counts.
      shared_layers: number of last layers that all domains share, with their normalizations and
        slopes; from 0 to all but the first (see `layer_count`).
      norm: "batch", "layer", "instance" or "none", after each layer but the last (in "dcgan", also
        not after the first); by default "none" for "cogan" at 32 pixels and "batch" otherwise.
        "batch" cannot be combined with a gradient penalty. "instance" is not applied to the dense
        layer, whose units have one value per image.

    Returns:
      A Keras model from {"image_a": (batch, *image_shape) in [-1, 1], ...} to {"features_1_a":
      (batch, height, width, channels), ..., "logits_a": (batch, 1), "features_1_b": ...}. Features
      are the outputs of a layer after activation and pooling, before dropout.

    Raises:
      UserError: for other image shapes, an unknown normalization, or layers that cannot be shared.
    """
    domains = DOMAINS[: len(image_shapes)]
    shapes = dict(zip(domains, image_shapes, strict=True))
    plans = {d: _plan(network, shape, width, norm) for d, shape in shapes.items()}
    check_sharing(plans, shared_layers, network="discriminator", last=True)
    own_layers = len(plans["a"]) - shared_layers
    shared = [
        _block(plan, f"{i}") for i, plan in enumerate(plans["a"][own_layers:], start=own_layers + 1)
    ]
    inputs, outputs = {}, {}
    for domain, plan in plans.items():
        own = plan[: len(plan) - shared_layers]
        blocks = [_block(p, f"{i}_{domain}") for i, p in enumerate(own, start=1)]
        x = inputs[f"image_{domain}"] = keras.Input(shapes[domain], name=f"image_{domain}")
        if network == "cogan" and shapes[domain][0] > 32:
            x = normalization(plan[0].norm, name=f"norm_0_{domain}")(x)
        *hidden, last = [*blocks, *shared]
        for i, (to_features, dropout) in enumerate(hidden, start=1):
            x = outputs[f"features_{i}_{domain}"] = _chain(to_features, x)
            x = _chain(dropout, x)
        outputs[f"logits_{domain}"] = _chain(last[0], x)
    return keras.Model(inputs, outputs, name="discriminator")


def layer_count(network, size):
    """Returns the number of layers of a discriminator for that size, including the last."""
    return len(_plan(network, (size, size, 1), 1.0, None))


def _plan(network, image_shape, width, norm):
    size = short_side(network, image_shape, Sizes(tuple(CONVOLUTIONS[network])))
    if network == "cogan" and size == 32:
        norm = norm or "none"
        strides, stddev, activation, units = 1, None, "none", 500
    else:
        norm = norm or "batch"
        strides, stddev, activation, units = 2, 0.02, "prelu", 2048
    if network == "dcgan":
        activation, units = "leaky_relu", None
    plan, inputs = [], image_shape[-1]
    for i, (filters, kernel, rate) in enumerate(CONVOLUTIONS[network][size]):
        options = {
            "norm": "none" if network == "dcgan" and i == 0 else norm,
            "activation": activation,
            "pool": strides == 1,
            "dropout": rate,
            "stddev": stddev,
        }
        filters = scaled(filters, width)
        plan.append(LayerPlan("conv", inputs, filters, kernel, strides, **options))
        inputs, size = filters, size // 2
    inputs *= size * size
    if units:
        units = scaled(units, width)
        options = {"norm": "none" if norm == "instance" else norm, "activation": "prelu"}
        plan.append(LayerPlan("dense", inputs, units, **options, dropout=0.5, stddev=stddev))
        inputs = units
    return [*plan, LayerPlan("logits", inputs, 1, stddev=stddev)]


def _block(plan, name):
    """Returns the layers up to a layer's features, and those from there to the next layer."""
    options = {"kernel_initializer": initializer(plan), "use_bias": not removes_bias(plan.norm)}
    flatten = layers.Flatten(name=f"flatten_{name}")
    if plan.kind == "logits":
        return [flatten, layers.Dense(1, dtype="float32", name=f"logits_{name}", **options)], []
    norm = normalization(plan.norm, name=f"norm_{name}")
    dropout = [Dropout(plan.dropout, name=f"dropout_{name}")] if plan.dropout else []
    if plan.kind == "dense":
        weights = layers.Dense(plan.filters, name=f"dense_{name}", **options)
        return [flatten, weights, norm, activation(plan, name)], dropout
    conv = conv2d(plan.filters, plan.size, strides=plan.strides, name=f"conv_{name}", **options)
    steps = [conv, norm]
    if plan.activation != "none":
        steps.append(activation(plan, name, shared_axes=[1, 2]))
    if plan.pool:
        steps.append(layers.MaxPooling2D(2, name=f"pool_{name}"))
    return steps, dropout


def _chain(steps, x):
    for step in steps:
        x = step(x)
    return x
