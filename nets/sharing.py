"""What CoGAN's generators and discriminators have in common: plans, and who may share what.

A network is planned as a list of `LayerPlan`s before any of it is built. Layers can be shared if
their plans are equal.
"""

import dataclasses

import keras

from tfgan_kit.errors import UserError

SIZES = (32, 64, 128, 256)


@dataclasses.dataclass(frozen=True)
class LayerPlan:
    """A layer: weights and what follows them. All that sharing domains must agree on.

    Attributes:
      kind: "dense", "conv", "conv_transpose" or "logits".
      inputs, filters: channels (units) in and out; of a dense layer `inputs` counts all values.
      size: of the square kernel.
      strides: of the convolution.
      norm: normalization of the result.
      dropout: rate of the dropout at the end.
    """

    kind: str
    inputs: int
    filters: int
    size: int = 1
    strides: int = 1
    norm: str = "none"
    dropout: float = 0.0

    def __str__(self):
        if self.kind in ("dense", "logits"):
            return f"{self.inputs} to {self.filters} units"
        return f"{self.size}x{self.size} of {self.inputs} to {self.filters} channels"


def check_sharing(plans, shared_layers, *, network, last=False):
    """Checks that the domains' first layers, or their last, can be shared.

    Args:
      plans: domain -> list of its `LayerPlan`s from input to output.
      shared_layers: how many layers are to be shared.
      network: "generator" or "discriminator".
      last: whether the last layers are to be shared.

    Raises:
      UserError: if a domain would have no layer of its own, or layers to be shared differ.
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


def initializer(size):
    """Returns a new initializer of kernels: Glorot's at 32 pixels, else N(0, 0.02).

    Each layer needs its own, as an initializer draws the same numbers every time it is used.
    """
    if size == 32:
        return keras.initializers.GlorotUniform()
    return keras.initializers.RandomNormal(stddev=0.02)


def prelu(name, **kwargs):
    """Returns a PReLU whose slopes, one per channel, start at 0.25."""
    return keras.layers.PReLU(keras.initializers.Constant(0.25), name=name, **kwargs)
