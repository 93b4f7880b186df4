"""What the steps in PyTorch share: networks, optimisers, precision, draws.

channels_last memory, a fused Adam, no gradients that nobody uses, and bfloat16 by autocast. What is
compiled are the losses as wholes.
"""

import contextlib

import torch

from benchmarks.peers.torch_networks import Networks


class Draws:
    """Random numbers of a step; a check against TensorFlow gives its own instead."""

    def latent(self, purpose, shape, kind):
        """Latents of that shape, "normal" or "uniform" in [-1, 1)."""
        return torch.randn(shape) if kind == "normal" else torch.rand(shape) * 2 - 1

    def share(self, purpose, count):
        """Uniform numbers in [0, 1), (count, 1, 1, 1)."""
        return torch.rand(count, 1, 1, 1)

    def noise(self):
        """The inputs from which the generator's dropout derives its masks; none: PyTorch draws."""
        return {}


class Step:
    """Networks, optimisers and the step, which subclasses write.

    Args:
      setup: of `benchmarks.loops.chains.setup`.
      compiled: by `torch.compile`.
      bfloat16: compute in bfloat16 where autocast does.
    """

    def __init__(self, setup: dict, *, compiled=False, bfloat16=False):
        torch.manual_seed(0)
        self.config = setup["config"]
        self.networks = {name: Networks(chains) for name, chains in setup["networks"].items()}
        for network in self.networks.values():
            network.to(memory_format=torch.channels_last)
        if "classifier" in self.networks:
            self.networks["classifier"].eval().requires_grad_(False)
        self._bfloat16 = bfloat16
        self.compiler = torch.compile if compiled else lambda function: function

    def adam(self, *names: str):
        """A new optimiser for these networks."""
        config = self.config
        return torch.optim.Adam(
            [p for name in names for p in self.networks[name].parameters()],
            config["learning_rate"],
            config["betas"],
            eps=config["epsilon"],
            fused=True,
        )

    def precision(self):
        """The context of what may compute in bfloat16."""
        if self._bfloat16:
            return torch.autocast(torch.get_default_device().type, dtype=torch.bfloat16)
        return contextlib.nullcontext()


def minimize(loss, optimizer) -> None:
    """Takes one step of an optimiser."""
    optimizer.zero_grad(set_to_none=True)
    loss.backward()
    optimizer.step()
