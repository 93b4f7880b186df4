"""pix2pix and SRResNet in PyTorch, as one would write them there for speed."""

from torch.nn import functional

from benchmarks.peers.torch_base import Step, minimize


class Pix2Pix(Step):
    """The discriminator is updated with the images of a pass, then the generator by them."""

    def __init__(self, setup, **options):
        super().__init__(setup, **options)
        self.generator = self.networks["generator"]
        self.discriminator = self.networks["discriminator"]
        self._critic_optimizer = self.adam("discriminator")
        self._maker_optimizer = self.adam("generator")
        self._translate = self.compiler(self._made)
        self._judge = self.compiler(self._critic_loss)
        self._improve = self.compiler(self._maker_loss)

    def step(self, batches: list, draws) -> tuple:
        """An update of each network; returns both losses.

        Args:
          batches: one, a list of two uint8 tensors NCHW, what is given and what is to be made.
          draws: a `torch_base.Draws`.
        """
        given, target = (image.float() / 127.5 - 1.0 for image in batches[0])
        with self.precision():
            made = self._translate({"input": given, **draws.noise()})
            critic_loss = self._judge(given, target, made.detach())
        minimize(critic_loss, self._critic_optimizer)
        # Only the gradient of its input is needed of the discriminator.
        self.discriminator.requires_grad_(False)
        with self.precision():
            maker_loss = self._improve(given, target, made)
        minimize(maker_loss, self._maker_optimizer)
        self.discriminator.requires_grad_(True)
        return critic_loss.detach(), maker_loss.detach()

    def _made(self, inputs):
        return self.generator([inputs])[0]["image"].float()

    def _logits(self, given, image):
        return self.discriminator([{"input": given, "image": image}])[0]["logits"].float()

    def _critic_loss(self, given, target, made):
        on_real, on_fake = self._logits(given, target), self._logits(given, made)
        return (functional.softplus(-on_real).mean() + functional.softplus(on_fake).mean()) / 2

    def _maker_loss(self, given, target, made):
        fooling = functional.softplus(-self._logits(given, made)).mean()
        return fooling + self.config["l1_weight"] * functional.l1_loss(made, target)


class SRResNet(Step):
    """The mean squared error of enlarged images."""

    def __init__(self, setup, **options):
        super().__init__(setup, **options)
        self.generator = self.networks["generator"]
        self._optimizer = self.adam("generator")
        self._reconstruct = self.compiler(self._loss)

    def step(self, batches: list, draws) -> tuple:
        """An update of the network; returns the loss.

        Args:
          batches: one, a list of one uint8 tensor NCHW, the large images.
          draws: nothing is drawn.
        """
        large = batches[0][0].float()
        size = [side // self.config["scale"] for side in large.shape[2:]]
        small = functional.interpolate(large, size, mode="bicubic", antialias=True)
        # As an image file would hold it.
        small = small.round().clamp(0, 255)
        with self.precision():
            loss = self._reconstruct(small / 127.5 - 1.0, large / 127.5 - 1.0)
        minimize(loss, self._optimizer)
        return (loss.detach(),)

    def _loss(self, small, large):
        return functional.mse_loss(self.generator([small])[0]["image"].float(), large)
