"""CycleGAN in PyTorch, as one would write it there for speed, without a pool of translations."""

import torch
from torch.nn import functional

from benchmarks.peers.torch_base import Step, minimize


class CycleGAN(Step):
    """The generators are updated by their translations, then the discriminators with these."""

    def __init__(self, setup, **options):
        super().__init__(setup, **options)
        self.to_b, self.to_a = self.networks["generator_ab"], self.networks["generator_ba"]
        self.discriminator = self.networks["discriminator"]
        self._critic_optimizer = self.adam("discriminator")
        self._maker_optimizer = self.adam("generator_ab", "generator_ba")
        self._judge = self.compiler(self._critic_loss)
        self._improve = self.compiler(self._maker_loss)

    def step(self, batches: list, draws) -> tuple:
        """An update of all networks; returns the discriminators' and the generators' loss.

        Args:
          batches: one, a list of one uint8 tensor NCHW per domain.
          draws: nothing is drawn.
        """
        reals = [image.float() / 127.5 - 1.0 for image in batches[0]]
        # Only the gradient of its input is needed of the discriminator.
        self.discriminator.requires_grad_(False)
        with self.precision():
            maker_loss, made = self._improve(reals)
        minimize(maker_loss, self._maker_optimizer)
        self.discriminator.requires_grad_(True)
        with self.precision():
            critic_loss = self._judge(reals, [image.detach() for image in made])
        minimize(critic_loss, self._critic_optimizer)
        return critic_loss.detach(), maker_loss.detach()

    def _maker_loss(self, reals):
        a, b = reals
        made = [_translated(self.to_a, b), _translated(self.to_b, a)]
        fooling = sum((x - 1).square().mean() for x in self._logits(made)) / 2
        back = [_translated(self.to_a, made[1]), _translated(self.to_b, made[0])]
        cycles = sum(functional.l1_loss(x, real) for x, real in zip(back, reals, strict=True))
        config = self.config
        return config["adversarial_weight"] * fooling + config["cycle_weight"] * cycles, made

    def _critic_loss(self, reals, made):
        # No layer mixes the images of a batch, so that one pass does for both kinds.
        both = [torch.cat(pair) for pair in zip(reals, made, strict=True)]
        halves = [x.chunk(2) for x in self._logits(both)]
        return sum((r - 1).square().mean() + f.square().mean() for r, f in halves) / 2

    def _logits(self, images):
        return [outputs["logits"].float() for outputs in self.discriminator(images)]


def _translated(generator, images):
    return generator([images])[0]["image"].float()
