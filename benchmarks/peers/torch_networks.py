"""The kit's networks in PyTorch, layer by layer, from the lists of `benchmarks.loops.chains`.

Images are NCHW in channels_last memory. Where a transposed convolution cuts an odd number of rows,
TensorFlow cuts the larger half at the end and PyTorch at the beginning. So that either does what it
does best, these networks are the mirror images of the kit's: kernels and pictures are flipped.
"""

from torch import nn

from benchmarks.peers.torch_layers import (
    Add,
    Concatenate,
    Cut,
    NoiseDropout,
    Rescaling,
    Unflatten,
)


def layer(row: dict) -> nn.Module:
    """Returns the layer that a row of `benchmarks.loops.chains.layers_of` describes."""
    kind, inputs, outputs = row["kind"], row["in"][-1], row["out"][-1]
    match kind:
        case "dense":
            return nn.Linear(inputs, outputs, bias=row["bias"])
        case "conv":
            size, strides = row["kernel"], row["strides"]
            total = 0
            if row["padding"] != "valid":
                total = (row["out"][0] - 1) * strides + size - row["in"][0]
            # Of an odd number the larger half belongs at the beginning; with strides, what is too
            # much at the end is not read.
            return nn.Conv2d(inputs, outputs, size, strides, -(-total // 2), bias=row["bias"])
        case "conv_transpose":
            return _upscale(row)
        case "batch_norm":
            return nn.BatchNorm2d(inputs)
        case "layer_norm":
            return nn.GroupNorm(1, inputs)
        case "instance_norm":
            return nn.InstanceNorm2d(inputs, affine=row["affine"])
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
        case "noise_dropout":
            return NoiseDropout(row["rate"], row["number"])
        case "concatenate":
            return Concatenate()
        case "add":
            return Add()
        case "rescaling":
            return Rescaling(row["scale"], row["offset"])
        case "reflection_padding":
            return nn.ReflectionPad2d(row["padding"])
        case "pixel_shuffle":
            return nn.PixelShuffle(row["scale"])
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
          inputs: for each domain a tensor, or name of an input -> tensor. Layers that domains share
            are computed once where they read the same tensors. Inputs may be left out if their
            layers do without.

        Returns:
          For each domain, name of an output -> tensor.
        """
        done, found = {}, []
        for given, chain in zip(inputs, self.chains, strict=True):
            known = given if isinstance(given, dict) else {chain[0]["reads"][0]: given}
            known, outputs = dict(known), {}
            for row in chain:
                read = [known[name] for name in row["reads"] if name in known]
                key = (row["name"], *[id(x) for x in read])
                if key not in done:
                    # What is read is kept, so that no other tensor can come to have its identity.
                    done[key] = self.layers[row["name"]](*read), read
                known[row["name"]] = done[key][0]
                if row["feature"]:
                    outputs[row["feature"]] = known[row["name"]]
            found.append(outputs)
        return found
