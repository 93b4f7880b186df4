"""Labels as inputs or outputs of networks.

A label is passed to a network as `size` numbers per example: one-hot for exclusive classes, 0 and 1
for attributes, or a vector. A row of zeros means that the label is unknown.

A network calls these methods wherever a label could be used. Each way of using the label affects
one of them; the others return their argument unchanged. Without a label, all of them do, so that
the network is the same as one without support for labels.
"""

import keras
from keras import layers

from nets.blocks import sum_positions
from tfgan_kit.errors import UserError, suggest
from tfgan_kit.layers import ConditionalNormalization, LogSumExp, normalization
from tfgan_kit.settings.names import DISCRIMINATOR_LABELS, GENERATOR_LABELS


class GeneratorLabel:
    """The label of a generator.

    Args:
      way: "concat", "branch", "multiply", "map" or "cbn", see `GENERATOR_LABELS`; None for no
        label.
      size: length of a label.

    Attributes:
      input: the Keras input "label" (batch, size), None without a label.

    Raises:
      UserError: for an unknown way.
    """

    def __init__(self, way=None, size=0):
        _check(way, GENERATOR_LABELS, "generator")
        self.way, self.size = way, size
        self.input = keras.Input((size,), name="label") if way else None

    def inputs(self, latent):
        """Returns the inputs of the network: the latent, or a dictionary with the label."""
        return {"latent": latent, "label": self.input} if self.way else latent

    def join_latent(self, latent, units=None):
        """Returns the input of the network's first layer, (batch, n).

        Args:
          latent: (batch, latent_size).
          units: numbers of units of the layers for latent and label with "branch"; by default the
            size of the latent.
        """
        if self.way == "multiply":
            # A dense layer without bias is an embedding that also takes mixtures and attributes.
            rows = layers.Dense(
                latent.shape[-1],
                use_bias=False,
                kernel_initializer="glorot_normal",
                name="label_embedding",
            )(self.input)
            return layers.Multiply(name="joined")([latent, rows])
        if self.way not in ("concat", "branch"):
            return latent
        parts = [latent, self.input]
        if self.way == "branch":
            units = units or [latent.shape[-1]] * 2
            names = ("latent_branch", "label_branch")
            parts = [
                layers.Dense(count, activation="relu", name=name)(part)
                for part, count, name in zip(parts, units, names, strict=True)
            ]
        return layers.Concatenate(name="joined")(parts)

    def join_map(self, features):
        """Returns the first feature map, with the label's maps if the way is "map".

        Args:
          features: (batch, height, width, channels).

        Raises:
          UserError: if the way is "map" and this is not a feature map.
        """
        return _join_map(features, self.input, "generator") if self.way == "map" else features

    def normalize(self, x, kind, name):
        """Returns x normalised; with "cbn", scales and offsets depend on the label.

        Args:
          x: (batch, ..., channels).
          kind: name of a normalization, see `normalization`.
          name: name of the layer.

        Raises:
          UserError: if there is no such normalization, or "cbn" does not support it.
        """
        if self.way == "cbn":
            return ConditionalNormalization(kind, name=name)([x, self.input])
        return normalization(kind, name=name)(x)


class DiscriminatorLabel:
    """The label of a discriminator.

    Args:
      way: "concat", "branch", "map", "projection", "auxiliary" or "k_plus_1", see
        `DISCRIMINATOR_LABELS`; None for no label.
      size: length of a label.

    Attributes:
      input: the Keras input "label" (batch, size); None without a label, and for "auxiliary" and
        "k_plus_1", where the label is an output.

    Raises:
      UserError: for an unknown way.
    """

    def __init__(self, way=None, size=0):
        _check(way, DISCRIMINATOR_LABELS, "discriminator")
        self.way, self.size = way, size
        takes_label = way not in (None, "auxiliary", "k_plus_1")
        self.input = keras.Input((size,), name="label") if takes_label else None

    def inputs(self, image):
        """Returns the inputs of the network: the image, or a dictionary with the label."""
        return image if self.input is None else {"image": image, "label": self.input}

    def join_image(self, image):
        """Returns the image (batch, height, width, channels); "map" adds the label's maps.

        Raises:
          UserError: if the way is "map" and the examples are not images.
        """
        return _join_map(image, self.input, "discriminator") if self.way == "map" else image

    def join_features(self, x, units, dense):
        """Returns the input of the output layer, (batch, n).

        "concat" concatenates the label with the features; "branch" first passes each through a
        layer of its own. Another layer follows, since the output layer alone could only add a
        constant per class, which does not depend on whether label and image match.

        Args:
          x: the network's features, (batch, m).
          units: number of units of the added layers.
          dense: function from a number of units to a dense layer.
        """
        if self.way not in ("concat", "branch"):
            return x
        parts = [x, self.input]
        if self.way == "branch":
            names = ("features_branch", "label_branch")
            parts = [
                layers.LeakyReLU(0.2, name=f"{name}_leaky_relu")(dense(units, name=name)(part))
                for part, name in zip(parts, names, strict=True)
            ]
        x = layers.Concatenate(name="joined")(parts)
        x = dense(units, name="joined_dense")(x)
        return layers.LeakyReLU(0.2, name="joined_leaky_relu")(x)

    def heads(self, x, trunk, dense):
        """Returns the outputs of the discriminator, all float32.

        With "projection" the logit is psi(x) + <V label, h>, where h is the sum of the trunk's last
        activations over their positions (Miyato & Koyama 2018, equation 3). psi has no bias, as in
        the authors' code.

        Args:
          x: input of the output layer, (batch, n).
          trunk: the last activations, (batch, height, width, channels) or (batch, channels).
          dense: function from a number of units to a dense layer.

        Returns:
          {"logits": (batch, 1)}, and for "auxiliary" and "k_plus_1" also "class_logits" (batch,
          size).
        """

        def head(units, name, **settings):
            return dense(units, dtype="float32", name=name, **settings)

        if self.way == "k_plus_1":
            logits = head(self.size, "class_logits")(x)
            return {"logits": LogSumExp(dtype="float32", name="logits")(logits)} | {
                "class_logits": logits
            }
        if self.way == "projection":
            logits = head(1, "logits", use_bias=False)(x)
            h = sum_positions(trunk) if len(trunk.shape) == 4 else trunk
            rows = head(h.shape[-1], "label_embedding", use_bias=False)(self.input)
            product = layers.Dot(1, dtype="float32", name="projection")([rows, h])
            return {"logits": layers.Add(dtype="float32", name="sum_of_logits")([logits, product])}
        outputs = {"logits": head(1, "logits")(x)}
        if self.way == "auxiliary":
            outputs["class_logits"] = head(self.size, "class_logits")(x)
        return outputs


def _join_map(x, label, network):
    """Returns x with one more constant channel per element of the label."""
    if len(x.shape) != 4:
        raise UserError(
            f"this {network} has no feature maps to add those of a label to; choose another "
            f"--{network}-label than map, or another network"
        )
    height, width = x.shape[1:3]
    maps = layers.RepeatVector(height * width, name="label_repeated")(label)
    maps = layers.Reshape((height, width, label.shape[-1]), name="label_maps")(maps)
    return layers.Concatenate(name="joined_map")([x, maps])


def _check(way, known, network):
    if way is not None and way not in known:
        raise UserError(
            f"--{network}-label does not know {way!r}{suggest(way, known)}; choose one of "
            f"{', '.join(known)}"
        )
