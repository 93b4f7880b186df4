"""A GAN's and a joint method's step in PyTorch, as one would write it there for speed.

Of WGAN-GP all is compiled but the penalty, whose second derivative `torch.compile` does not
support.
"""

import torch
from torch.nn import functional

from benchmarks.peers.torch_base import Step, minimize


class Updates(Step):
    """All discriminators in one update, then all generators in another."""

    def __init__(self, setup, **options):
        super().__init__(setup, **options)
        self.generator = self.networks["generator"]
        self.discriminator = self.networks["discriminator"]
        self._domains = len(setup["networks"]["generator"])
        self._critic_optimizer = self.adam("discriminator")
        self._maker_optimizer = self.adam("generator")
        self._fakes = self.compiler(self._make)
        self._judge = self.compiler(self._critic_loss)
        self._generate = self.compiler(self._maker_loss)

    def step(self, batches: list, draws) -> tuple:
        """Updates of the discriminators and one of the generators; returns both last losses.

        Args:
          batches: as many as critic steps, each a list of one uint8 tensor per domain, NCHW.
          draws: a `torch_base.Draws`.
        """
        for i, batch in enumerate(batches):
            reals = [image.float() / 127.5 - 1.0 for image in batch]
            latent = self._latent(f"critic{i}", reals, draws)
            with torch.no_grad(), self.precision():
                fakes = self._fakes(latent)
            with self.precision():
                critic_loss = self._judge(reals, fakes)
            if self.config["loss"] == "wasserstein":
                share = draws.share(f"critic{i}", len(latent))
                critic_loss = critic_loss + self._penalty(reals, fakes, share)
            minimize(critic_loss, self._critic_optimizer)
        latent = self._latent("generator", reals, draws)
        # Only the gradient of its input is needed of the discriminator.
        self.discriminator.requires_grad_(False)
        with self.precision():
            maker_loss = self._generate(latent)
        minimize(maker_loss, self._maker_optimizer)
        self.discriminator.requires_grad_(True)
        return critic_loss.detach(), maker_loss.detach()

    def _latent(self, purpose, reals, draws):
        shape = (len(reals[0]), self.config["latent_size"])
        return draws.latent(purpose, shape, self.config["latent"])

    def _make(self, latent):
        return [outputs["image"].float() for outputs in self.generator([latent] * self._domains)]

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
        with self.precision():
            logits = self._logits(between)
        gradients = torch.autograd.grad([x.sum() for x in logits], between, create_graph=True)
        norms = [(g.float().square().sum((1, 2, 3)) + 1e-12).sqrt() for g in gradients]
        return self.config["penalty_weight"] * sum((n - 1).square().mean() for n in norms)

    def _maker_loss(self, latent):
        found = self.generator([latent] * self._domains)
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
        seen = [s["probabilities"].float() for s in self.networks["classifier"](images)]
        semantic = (seen[0] - seen[1]).square().mean() / 2
        return config["feature_weight"] * feature + config["semantic_weight"] * semantic
