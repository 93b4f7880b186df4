"""A step of each method in PyTorch, as one would write it there for speed.

channels_last memory, a fused Adam, no gradients that nobody uses, and bfloat16 by autocast. What is
compiled are the losses as wholes; of WGAN-GP all but the penalty, whose second derivative
`torch.compile` does not support.
"""

import contextlib

import torch
from torch.nn import functional

from benchmarks.peers.torch_networks import Networks


class Draws:
    """Random numbers of a step; a check against TensorFlow gives its own instead."""

    def latent(self, purpose, shape, kind):
        """Latents of that shape, "normal" or "uniform" in [-1, 1)."""
        return torch.randn(shape) if kind == "normal" else torch.rand(shape) * 2 - 1

    def share(self, purpose, count):
        """Uniform numbers in [0, 1), (count, 1, 1, 1)."""
        return torch.rand(count, 1, 1, 1)


class Updates:
    """Networks, optimisers and the step.

    Args:
      setup: of `benchmarks.chains.setup`.
      compiled: by `torch.compile`.
      bfloat16: compute in bfloat16 where autocast does.
    """

    def __init__(self, setup: dict, *, compiled=False, bfloat16=False):
        torch.manual_seed(0)
        self.config = setup["config"]
        self.generator = Networks(setup["generators"])
        self.discriminator = Networks(setup["discriminators"])
        self.networks = {"generator": self.generator, "discriminator": self.discriminator}
        self.domains = len(setup["generators"])
        if setup["classifier"]:
            self.classifier = Networks([setup["classifier"]] * self.domains).eval()
            self.classifier.requires_grad_(False)
            self.networks["classifier"] = self.classifier
        for network in self.networks.values():
            network.to(memory_format=torch.channels_last)
        self._critic_optimizer = self._adam(self.discriminator)
        self._maker_optimizer = self._adam(self.generator)
        self._bfloat16 = bfloat16
        compiler = torch.compile if compiled else lambda function: function
        self._fakes = compiler(self._make)
        self._judge = compiler(self._critic_loss)
        self._generate = compiler(self._maker_loss)

    def _adam(self, network):
        config = self.config
        # TensorFlow's epsilon, to compare; it costs nothing.
        return torch.optim.Adam(
            network.parameters(), config["learning_rate"], config["betas"], eps=1e-7, fused=True
        )

    def step(self, batches: list, draws) -> tuple:
        """Updates of the discriminators and one of the generators; returns both last losses.

        Args:
          batches: as many as critic steps, each a list of one uint8 tensor per domain, NCHW.
          draws: a `Draws`.
        """
        for i, batch in enumerate(batches):
            reals = [image.float() / 127.5 - 1.0 for image in batch]
            latent = self._latent(f"critic{i}", reals, draws)
            with torch.no_grad(), self._precision():
                fakes = self._fakes(latent)
            with self._precision():
                critic_loss = self._judge(reals, fakes)
            if self.config["loss"] == "wasserstein":
                share = draws.share(f"critic{i}", len(latent))
                critic_loss = critic_loss + self._penalty(reals, fakes, share)
            _minimize(critic_loss, self._critic_optimizer)
        latent = self._latent("generator", reals, draws)
        # Only the gradient of its input is needed of the discriminator.
        self.discriminator.requires_grad_(False)
        with self._precision():
            maker_loss = self._generate(latent)
        _minimize(maker_loss, self._maker_optimizer)
        self.discriminator.requires_grad_(True)
        return critic_loss.detach(), maker_loss.detach()

    def _latent(self, purpose, reals, draws):
        shape = (len(reals[0]), self.config["latent_size"])
        return draws.latent(purpose, shape, self.config["latent"])

    def _precision(self):
        if self._bfloat16:
            return torch.autocast(torch.get_default_device().type, dtype=torch.bfloat16)
        return contextlib.nullcontext()

    def _make(self, latent):
        return [outputs["image"].float() for outputs in self.generator([latent] * self.domains)]

    def _logits(self, images):
        return [outputs["logits"].float() for outputs in self.discriminator(images)]

    def _critic_loss(self, reals, fakes):
        on_real, on_fake = self._logits(reals), self._logits(fakes)
        if self.config["loss"] == "wasserstein":
            return sum(f.mean() - r.mean() for r, f in zip(on_real, on_fake, strict=True))
        return sum(functional.softplus(-x).mean() for x in on_real) + sum(
            functional.softplus(x).mean() for x in on_fake
        )

    def _penalty(self, reals, fakes, share):
        between = [
            (share * real + (1 - share) * fake).requires_grad_(True)
            for real, fake in zip(reals, fakes, strict=True)
        ]
        with self._precision():
            logits = self._logits(between)
        gradients = torch.autograd.grad([x.sum() for x in logits], between, create_graph=True)
        norms = [(g.float().square().sum((1, 2, 3)) + 1e-12).sqrt() for g in gradients]
        return self.config["penalty_weight"] * sum((n - 1).square().mean() for n in norms)

    def _maker_loss(self, latent):
        found = self.generator([latent] * self.domains)
        images = [outputs["image"].float() for outputs in found]
        logits = self._logits(images)
        if self.config["loss"] == "wasserstein":
            loss = sum(-x.mean() for x in logits)
        else:
            loss = sum(functional.softplus(-x).mean() for x in logits)
        if "classifier" in self.networks:
            loss = loss + self._coupling(found, images)
        return loss

    def _coupling(self, found, images):
        config, (a, b) = self.config, found
        names = [f"features_{k}" for k in range(1, config["feature_layers"] + 1)]
        feature = sum((a[n].float() - b[n].float()).square().mean() for n in names) / len(names)
        seen = [s["probabilities"].float() for s in self.classifier(images)]
        semantic = (seen[0] - seen[1]).square().mean() / 2
        return config["feature_weight"] * feature + config["semantic_weight"] * semantic


def _minimize(loss, optimizer):
    optimizer.zero_grad(set_to_none=True)
    loss.backward()
    optimizer.step()
