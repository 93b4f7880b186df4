"""Steps that learn from pairs in plain TensorFlow: what one would write without the engine.

Networks, initial weights, noise, losses and optimisers are the engine's, and so are the weights
that come of it (which the tests check).
"""

import keras
import tensorflow as tf

from benchmarks.loops.loops import weights_of
from benchmarks.loops.plain import adam, low, minimize, seed_pair, squared, to_floats
from benchmarks.loops.workloads import SEED
from nets.translation import patchgan, srresnet, unet

SEEDS = 2**31 - 1  # What the seeds of the noise are below.


class Pix2PixUpdates:
    """pix2pix: a U-Net with noise against a PatchGAN that sees the input, and the L1 distance.

    The U-Net makes the images of a step once: the discriminator is updated with them, and then the
    U-Net by what the new discriminator says of them.

    Args:
      config: of `benchmarks.loops.workloads.Workload.config`.

    Attributes:
      networks, shapes: see `benchmarks.loops.gan_updates.GANUpdates`.
    """

    critic_steps = 1
    kind, losses = "pix2pix", 2

    def __init__(self, config):
        keras.utils.set_random_seed(SEED)
        keras.config.set_dtype_policy(config.precision)
        self._l1_weight, self._batch_size = config.l1_weight, config.batch_size
        size = tuple(config.image_size)
        self.shapes = {"input": (*size, 1), "image": (*size, 3), "seed": ()}
        shared = {"filters": config.filters, "norm": config.norm, "affine": True}
        self.generator = unet.generator(1, 3, size=2**config.levels, noise=config.dropout, **shared)
        self.discriminator = patchgan.discriminator(
            3, 1, layers=config.discriminator_layers, **shared
        )
        self.networks = {"generator": self.generator, "discriminator": self.discriminator}
        self._critics = self.discriminator.trainable_variables
        self._makers = self.generator.trainable_variables
        self._critic_optimizer = adam(config, self._critics)
        self._maker_optimizer = adam(config, self._makers)
        self.counter = tf.Variable(0, dtype=tf.int64)

    def weights(self) -> dict:
        """See `benchmarks.loops.loops.Engine.weights`."""
        return weights_of(self.networks)

    def step(self, batches: list):
        """Updates of both networks; returns the discriminator's and the generator's loss."""
        (batch,) = batches
        given, target = to_floats(batch["input"]), to_floats(batch["target"])
        critic_loss = None

        def maker_loss():
            nonlocal critic_loss
            inputs = {"input": given, "seed": self.seeds()}
            made = self.generator(inputs, training=True)["image"]
            # No gradient leads from here to the generator.
            held = tf.stop_gradient(made)

            def judge():
                on_real, on_fake = self._logits(given, target), self._logits(given, held)
                return (low(-on_real) + low(on_fake)) / 2

            critic_loss = minimize(judge, self._critics, self._critic_optimizer)
            distance = tf.reduce_mean(tf.abs(target - made))
            return low(-self._logits(given, made)) + self._l1_weight * distance

        loss = minimize(maker_loss, self._makers, self._maker_optimizer)
        self.counter.assign_add(1)
        return critic_loss, loss

    def seeds(self):
        """The seeds of the next step's noise, int64 (batch,)."""
        pair = seed_pair("generator/inputs/dropout", self.counter)
        shape = [self._batch_size]
        drawn = tf.random.stateless_uniform(shape, pair, 0, SEEDS, tf.int32, alg="philox")
        return tf.cast(drawn, tf.int64)

    def _logits(self, given, image):
        return self.discriminator({"input": given, "image": image}, training=True)["logits"]


class SRResNetUpdates:
    """SRResNet: images enlarged, by the mean squared error; the first stage of SRGAN.

    Args:
      config: of `benchmarks.loops.workloads.Workload.config`.

    Attributes:
      networks, shapes: see `benchmarks.loops.gan_updates.GANUpdates`.
    """

    critic_steps = 1
    kind, losses = "srresnet", 1

    def __init__(self, config):
        keras.utils.set_random_seed(SEED)
        keras.config.set_dtype_policy(config.precision)
        self._size = tuple(side // config.scale for side in config.image_size)
        self.shapes = {"input": (*self._size, 3)}
        self.generator = srresnet.generator(
            3,
            scale=config.scale,
            filters=config.filters,
            blocks=config.blocks,
            norm=config.norm,
        )
        self.networks = {"generator": self.generator}
        self._variables = self.generator.trainable_variables
        self._optimizer = adam(config, self._variables, config.pretrain_lr)

    def weights(self) -> dict:
        """See `benchmarks.loops.loops.Engine.weights`."""
        return weights_of(self.networks)

    def step(self, batches: list):
        """An update of the network; returns the loss."""
        (batch,) = batches
        large = to_floats(batch["image"])
        # As an image file would hold it: from 0 to 255, in whole numbers.
        bytes_, bicubic = tf.cast(batch["image"], tf.float32), tf.image.ResizeMethod.BICUBIC
        small = tf.image.resize(bytes_, self._size, bicubic, antialias=True)
        small = to_floats(tf.clip_by_value(tf.round(small), 0.0, 255.0))

        def loss():
            return squared(self.generator({"input": small}, training=True)["image"], large)

        return (minimize(loss, self._variables, self._optimizer),)
