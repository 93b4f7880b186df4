"""Where a generator of images works for a class, in the eyes of a discriminator.

The Parma thesis (Guiding the matrix, 2020), chapter 9: Grad-CAM whose logit is that of a
discriminator's class head, and whose maps are the generator's.
"""

import re
from typing import NamedTuple

import keras
import tensorflow as tf

from tfgan_kit.attention.class_maps import grad_cam
from tfgan_kit.errors import UserError
from tfgan_kit.uses.apply import call_network

LAST_CONVOLUTION = re.compile(r"block_(\d+)_2_conv")  # Of a residual block.


class Translated(NamedTuple):
    """Translations and what speaks for a class in them.

    Attributes:
      maps: float32 (b, h, w), in the size of the generator's residual blocks, not negative.
      image: the translations, (b, height, width, channels) in [-1, 1].
      logits: float32 (b,), those of the classes that are explained.
    """

    maps: tf.Tensor
    image: tf.Tensor
    logits: tf.Tensor


class GeneratorMaps:
    """Maps A^c = relu(sum_k a_k F_k), a_k the mean of dy^c/dF_k over the positions.

    F is what the last convolution of the generator's last residual block makes of an image and a
    target; y^c is the logit of class c that the discriminator gives the translation. The layers
    that change the size of the maps tell little of a class. Instance normalisation after the
    convolution takes the mean of each channel away, so that every a_k of F would be 0: F is what it
    returns then.

    Args:
      generator: a network with an output "image", whose residual blocks are named as those of
        `nets.translation.unpaired.stargan`.
      discriminator: a network from "image" to "class_logits", (b, classes).
      called: what the user calls them, for errors.

    Attributes:
      layer: the name of the layer that gives F.

    Raises:
      UserError: if the generator has no residual block, or the discriminator no class head.
    """

    def __init__(self, generator: keras.Model, discriminator: keras.Model, called: str):
        found = {each.name: LAST_CONVOLUTION.fullmatch(each.name) for each in generator.layers}
        blocks = {name: int(match[1]) for name, match in found.items() if match}
        if not blocks:
            raise UserError(
                f"{called} has a generator without residual blocks, whose attention is shown; "
                "train one with --blocks 1 or more"
            )
        heads = discriminator.output
        if not isinstance(heads, dict) or "class_logits" not in heads:
            raise UserError(
                f"{called} has a discriminator without a class head, which attention needs; name a "
                "run whose discriminator tells classes, such as one of stargan"
            )
        self.layer = max(blocks, key=blocks.get)
        normed = self.layer.replace("_conv", "_norm")
        if normed in found and _of_channels(generator.get_layer(normed)):
            self.layer = normed
        maps = generator.get_layer(self.layer).output
        image = generator.output["image"]
        self._generator = keras.Model(generator.input, {"image": image, "maps": maps})
        # Only what leads to the logits of classes.
        self._judge = keras.Model(discriminator.input, {"class_logits": heads["class_logits"]})

    def __call__(self, inputs, classes, **keywords):
        """Returns the maps of a batch, see `look`."""
        return self.look(inputs, classes, **keywords).maps

    def look(self, inputs, classes, *, training=False, first_order=False) -> Translated:
        """Translates a batch and explains it, differentiably by the generator's variables.

        Args:
          inputs: by the names of the generator's inputs, as networks take them.
          classes: the number of the class to explain of each example, (b,).
          training: mode of the generator. The discriminator is always in inference mode.
          first_order: whether the a_k count as constants in further derivatives.
        """
        inputs = {name: tf.convert_to_tensor(values) for name, values in inputs.items()}
        with tf.GradientTape() as tape:
            tape.watch(inputs)
            made = call_network(self._generator, inputs, training=training)
            said = call_network(self._judge, {"image": made["image"]}, training=False)
            logits = tf.cast(said["class_logits"], tf.float32)
            logits = tf.gather(logits, classes, batch_dims=1)
            score = tf.reduce_sum(logits)
        gradients = tf.cast(tape.gradient(score, made["maps"]), tf.float32)
        if first_order:
            gradients = tf.stop_gradient(gradients)
        maps = grad_cam(tf.cast(made["maps"], tf.float32), gradients)
        return Translated(maps, made["image"], logits)


def _of_channels(layer):
    """Whether a layer is instance normalisation: each channel is a group of its own."""
    kind = keras.layers.GroupNormalization
    return isinstance(layer, kind) and layer.groups == layer.output.shape[-1]
