"""The process that runs PyTorch for the benchmarks; see `benchmarks.child`.

Batches lie in memory, that of the GPU where there is one: PyTorch reads its data for nothing. There
the convolutions are chosen by trial and float32 is multiplied as TF32, as TensorFlow does both.
"""

import itertools
import json
import time

import numpy as np
import torch

from benchmarks.child import serve
from benchmarks.peers import torch_weights
from benchmarks.peers.torch_base import Draws
from benchmarks.peers.torch_paired import Pix2Pix, SRResNet
from benchmarks.peers.torch_unpaired import CycleGAN
from benchmarks.peers.torch_updates import Updates

STEPS = {"latents": Updates, "pix2pix": Pix2Pix, "cyclegan": CycleGAN, "srresnet": SRResNet}


class Contestants:
    """The variants of one workload that take turns."""

    def __init__(self):
        self._loops = {}

    def version(self):
        """PyTorch's version and its number of threads."""
        return [torch.__version__, torch.get_num_threads()]

    def open(self, folder):
        """Reads what `benchmarks.peers.torch_setup.write` has written."""
        self._folder = folder
        with open(f"{folder}/setup.json") as file:
            self._setup = json.load(file)
        parts = np.load(f"{folder}/batches.npz").values()
        self._batches = [[_images(part) for part in batch] for batch in zip(*parts, strict=True)]

    def build(self, name, compiled, bfloat16):
        """Builds a variant; nothing is compiled before its first step."""
        kind = STEPS[self._setup["kind"]]
        updates = kind(self._setup, compiled=compiled, bfloat16=bfloat16)
        self._loops[name] = updates, itertools.cycle(self._batches)
        return {k: _count(network) for k, network in updates.networks.items()}

    def window(self, name, steps):
        """Does so many steps and returns the seconds it took."""
        updates, batches = self._loops[name]
        start = time.perf_counter()
        for _ in range(steps):
            taken = list(itertools.islice(batches, updates.config["critic_steps"]))
            losses = updates.step(taken, Draws())
        losses[-1].item()
        return time.perf_counter() - start

    def cpu_seconds(self):
        """Processor time so far."""
        return time.process_time()

    def losses(self, name):
        """Losses of one step from the weights and draws in "check.npz", in float32."""
        given = dict(np.load(f"{self._folder}/check.npz"))
        updates, _ = self._loops[name]
        for network, module in updates.networks.items():
            prefix = f"{network}:"
            own = {k.removeprefix(prefix): v for k, v in given.items() if k.startswith(prefix)}
            torch_weights.load(module, own)
        batches = self._batches[: updates.config["critic_steps"]]
        return [float(loss) for loss in updates.step(batches, _Given(given))]

    def operations(self, name):
        """Floating-point operations of one step as PyTorch counts them."""
        from torch.utils.flop_counter import FlopCounterMode

        updates, _ = self._loops[name]
        with FlopCounterMode(display=False) as counter:
            updates.step(self._batches[: updates.config["critic_steps"]], Draws())
        return counter.get_total_flops()


class _Given(Draws):
    def __init__(self, arrays):
        self._arrays = arrays

    def latent(self, purpose, shape, kind):
        return torch.tensor(self._arrays[f"{purpose}/latent"])

    def share(self, purpose, count):
        return torch.tensor(self._arrays[f"{purpose}/share"])

    def noise(self):
        return {"seed": torch.tensor(self._arrays["seeds"])} if "seeds" in self._arrays else {}


def _images(array):
    """From uint8 (batch, height, width, channels) to mirrored NCHW in channels_last memory."""
    array = np.ascontiguousarray(array[:, ::-1, ::-1])
    return torch.tensor(array).permute(0, 3, 1, 2)


def _use_gpu():
    """Lets all tensors be made on the GPU, if there is one."""
    if torch.cuda.is_available():
        torch.set_default_device("cuda")
        torch.backends.cudnn.benchmark = True
        torch.set_float32_matmul_precision("high")


def _count(network):
    return sum(p.numel() for p in network.parameters())


if __name__ == "__main__":
    _use_gpu()
    own = Contestants()
    names = ("version", "open", "build", "window", "cpu_seconds", "losses", "operations")
    serve({name: getattr(own, name) for name in names})
