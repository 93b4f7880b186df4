"""Layer plans of CoGAN's generators and discriminators, and which layers can be shared.

A network is planned as a list of `LayerPlan`s before any of it is built. Layers can be shared if
their plans are equal.
"""

import dataclasses

import keras

from tfgan_kit.errors import UserError


@dataclasses.dataclass(frozen=True)
class LayerPlan:
    """A layer: its weights and the operations that follow.

    Attributes:
      kind: "dense", "conv", "conv_transpose" or "logits".
      inputs, filters: input and output channels (units); for a dense layer, `inputs` is the number
        of all input values.
      size: side of the square kernel.
      strides: strides of the convolution.
      norm: normalization after the layer.
      activation: "prelu", "relu", "leaky_relu" or "none", after the normalization.
      pool: whether 2x2 max pooling follows.
      dropout: rate of the dropout at the end.
      stddev: standard deviation of the normal distribution of the initial weights; None for
        Glorot's uniform distribution. Layers that differ only in this can be shared; the first
        domain's value is used.
    """

    kind: str
    inputs: int
    filters: int
    size: int = 1
    strides: int = 1
    norm: str = "none"
    activation: str = "none"
    pool: bool = False
    dropout: float = 0.0
    stddev: float | None = dataclasses.field(default=None, compare=False)

    def __str__(self):
        if self.kind in ("dense", "logits"):
            return f"{self.inputs} to {self.filters} units"
        return f"{self.size}x{self.size} of {self.inputs} to {self.filters} channels"


def check_sharing(plans, shared_layers, *, network, last=False):
    """Checks that the first or last layers of the domains can be shared.

    Args:
      plans: domain -> list of its `LayerPlan`s from input to output.
      shared_layers: number of layers to share.
      network: "generator" or "discriminator".
      last: whether to share the last layers instead of the first.

    Raises:
      UserError: if a domain would have no layer of its own, or layers to share differ.
    """
    flag = f"--shared-{network}-layers"
    most = min(len(plan) for plan in plans.values()) - 1
    if not 0 <= shared_layers <= most:
        raise UserError(
            f"{flag} {shared_layers} is out of range: at this image size {network}s can share "
            f"0 to {most} layers"
        )
    (first, own), *others = plans.items()
    for count in range(1, shared_layers + 1):
        index = -count if last else count - 1
        for domain, plan in others:
            if plan[index] != own[index]:
                number = index % len(own) + 1
                raise UserError(
                    f"{flag} {shared_layers} is too many: {network} layer {number} is "
                    f"{own[index]} in domain {first} but {plan[index]} in domain {domain}; "
                    f"share at most {count - 1}, or bring the domains to one size"
                )


def initializer(plan):
    """Returns a new initializer for a layer's weights.

    Each layer needs its own, as an initializer draws the same numbers every time it is used.
    """
    if plan.stddev is None:
        return keras.initializers.GlorotUniform()
    return keras.initializers.RandomNormal(stddev=plan.stddev)


def activation(plan, name, **kwargs):
    """Returns a layer's activation; a PReLU has a slope per channel that starts at 0.25."""
    if plan.activation == "prelu":
        start = keras.initializers.Constant(0.25)
        return keras.layers.PReLU(start, name=f"prelu_{name}", **kwargs)
    if plan.activation == "leaky_relu":
        return keras.layers.LeakyReLU(0.2, name=f"leaky_relu_{name}")
    return keras.layers.ReLU(name=f"relu_{name}")


def domain_model(model, domain):
    """Returns the network of one domain of a joint model; it uses the same layers.

    Args:
      model: a flat model of several domains. Its outputs end in their letters, and its inputs are a
        latent, or an image of each domain.
      domain: the letter of the domain.

    Returns:
      A Keras model from the latent to {"features_1": ..., "image": ...}, or from the image to
      {"features_1": ..., "logits": ...}.
    """
    suffix = f"_{domain}"
    inputs = model.input[f"image{suffix}"] if isinstance(model.input, dict) else model.input
    outputs = {
        name.removesuffix(suffix): tensor
        for name, tensor in model.output.items()
        if name.endswith(suffix)
    }
    return keras.Model(inputs, outputs, name=model.name + suffix)
