"""The kit's networks in PyTorch, layer by layer, from the lists of `benchmarks.chains`.

Images are NCHW in channels_last memory. Where a transposed convolution cuts an odd number of rows,
TensorFlow cuts the larger half at the end and PyTorch at the beginning. So that either does what it
does best, these networks are the mirror images of the kit's: kernels and pictures are flipped.
"""

import torch
from torch import nn


class Cut(nn.Module):
    """Drops the first row and column."""

    def forward(self, x):
        """Maps (batch, channels, height, width) to one less in height and width."""
        return x[:, :, 1:, 1:]


class Unflatten(nn.Module):
    """From (batch, channels * height * width) to a map in channels_last memory."""

    def __init__(self, height, width, channels):
        super().__init__()
        self.shape = (channels, height, width)

    def forward(self, x):
        """Maps (batch, n) to (batch, channels, height, width)."""
        return x.unflatten(1, self.shape).contiguous(memory_format=torch.channels_last)


def layer(row: dict) -> nn.Module:
    """Returns the layer that a row of a chain describes."""
    kind, inputs, outputs = row["kind"], row["in"][-1], row["out"][-1]
    match kind:
        case "dense":
            return nn.Linear(inputs, outputs, bias=row["bias"])
        case "conv":
            size, strides = row["kernel"], row["strides"]
            total = 0
            if row["padding"] == "same":
                total = (row["out"][0] - 1) * strides + size - row["in"][0]
            return nn.Conv2d(inputs, outputs, size, strides, total // 2, bias=row["bias"])
        case "conv_transpose":
            return _upscale(row)
        case "batch_norm":
            return nn.BatchNorm2d(inputs)
        case "layer_norm":
            return nn.GroupNorm(1, inputs)
        case "relu":
            return nn.ReLU()
        case "leaky_relu":
            return nn.LeakyReLU(row["slope"])
        case "prelu":
            return nn.PReLU(inputs)
        case "tanh":
            return nn.Tanh()
        case "max_pool":
            return nn.MaxPool2d(2)
        case "reshape":
            return Unflatten(*row["out"])
        case "flatten":
            return nn.Flatten()
        case "dropout":
            return nn.Dropout(row["rate"])
        case "softmax":
            return nn.Softmax(1)
    raise ValueError(f"no layer for {kind!r}")


def _upscale(row):
    size, strides = row["kernel"], row["strides"]
    total = (row["in"][0] - 1) * strides + size - row["out"][0]
    odd = total % 2
    padding, uneven = total // 2, {}
    if odd and strides > 1:
        padding, uneven = padding + 1, {"output_padding": 1}
    conv = nn.ConvTranspose2d(
        row["in"][-1], row["out"][-1], size, strides, padding, bias=row["bias"], **uneven
    )
    return nn.Sequential(conv, Cut()) if odd and strides == 1 else conv


class Networks(nn.Module):
    """Networks of one or more domains; layers of one name are one layer.

    Args:
      chains: one list of rows per domain.
    """

    def __init__(self, chains: list):
        super().__init__()
        rows = {row["name"]: row for chain in chains for row in chain}
        self.layers = nn.ModuleDict({name: layer(row) for name, row in rows.items()})
        self.chains = chains

    def forward(self, inputs: list) -> list[dict]:
        """Runs each domain's network on its input.

        Args:
          inputs: one tensor per domain. Layers that domains share are computed once where they
            read the same tensor.

        Returns:
          For each domain, name of an output -> tensor.
        """
        done, found = {}, []
        for x, chain in zip(inputs, self.chains, strict=True):
            outputs = {}
            for row in chain:
                key = (row["name"], id(x))
                if key not in done:
                    # The input is kept, so that no other tensor can come to have its identity.
                    done[key] = self.layers[row["name"]](x), x
                x = done[key][0]
                if row["feature"]:
                    outputs[row["feature"]] = x
            found.append(outputs)
        return found
