"""Keras' weights in PyTorch's layout, for networks that are each other's mirror images."""

import numpy as np
import torch


def load(networks, arrays: dict) -> None:
    """Puts weights into `benchmarks.peers.torch_networks.Networks`.

    Args:
      networks: the networks.
      arrays: "layer/weight" -> array, as Keras has them. All are used, or it is an error.
    """
    rows = {
        row["name"]: (row, before) for chain in networks.chains for row, before in _pairs(chain)
    }
    left = set(arrays)
    for name, module in networks.layers.items():
        row, before = rows[name]
        own = {k.split("/")[1]: v for k, v in arrays.items() if k.split("/")[0] == name}
        left -= {f"{name}/{k}" for k in own}
        for kind, value in own.items():
            target = _target(module, kind)
            with torch.no_grad():
                target.copy_(
                    torch.from_numpy(np.ascontiguousarray(_turned(row, before, kind, value)))
                )
    if left:
        raise ValueError(f"no place for {sorted(left)[0]}")


def _pairs(chain):
    """Each row with the maps that are flattened before it, unflattened or shuffled after it.

    The former two are shapes, the last a factor; None if there is no such map.
    """
    for i, row in enumerate(chain):
        flat_in = chain[i - 1]["in"] if i and chain[i - 1]["kind"] == "flatten" else None
        map_out = chain[i + 1]["out"] if i + 1 < len(chain) else None
        after = chain[i + 1]["kind"] if i + 1 < len(chain) else None
        shuffled = chain[i + 1]["scale"] if after == "pixel_shuffle" else None
        yield row, (flat_in, map_out if after == "reshape" else None, shuffled)


def _target(module, kind):
    module = module[0] if isinstance(module, torch.nn.Sequential) else module
    names = {
        "kernel": "weight",
        "gamma": "weight",
        "alpha": "weight",
        "beta": "bias",
        "moving_mean": "running_mean",
        "moving_variance": "running_var",
    }
    return getattr(module, names.get(kind, kind))


def _turned(row, maps, kind, value):
    if maps[2] and kind in ("kernel", "bias"):
        value = _shuffled(value, maps[2])
    if kind == "kernel" and row["kind"] in ("conv", "conv_transpose"):
        return value[::-1, ::-1].transpose(3, 2, 0, 1)
    if row["kind"] == "dense":
        read, written, _ = maps
        if kind == "kernel":
            if read and len(read) == 3:
                value = _turn_map(value.reshape(*read, -1)).reshape(value.shape)
            if written:
                value = _turn_map(value.T.reshape(*written, -1)).reshape(value.shape[::-1]).T
            return value.T
        if written:
            return _turn_map(value.reshape(*written, 1)).reshape(-1)
    if kind == "alpha":
        return value.reshape(-1)
    return value


def _shuffled(value, scale):
    """Channels (row, column, channel) of a pixel to PyTorch's order (channel, row, column)."""
    blocks = value.reshape(*value.shape[:-1], scale, scale, -1)[..., ::-1, ::-1, :]
    return np.moveaxis(blocks, -1, -3).reshape(value.shape)


def _turn_map(value):
    """From (height, width, channels, n) to mirrored (channels, height, width, n)."""
    return value[::-1, ::-1].transpose(2, 0, 1, 3)
