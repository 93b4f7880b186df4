"""How labels enter networks, or leave them.

A label reaches a network as `size` numbers per example: one-hot for exclusive classes, 0 and 1 for
attributes, or a vector. A row of zeros says nothing of the label.

A network calls these methods where a label could matter. Each way of a label changes one of them;
the others return what they are given, as all do without a way: the network is then the same as if
nobody had thought of labels.
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
      size: how many numbers a label has.

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
        """Returns (batch, n), what the first layer of the network takes.

        Args:
          latent: (batch, latent_size).
          units: of the layers of "branch" for latent and label; by default the size of the latent.
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
        """Returns the first feature map (batch, height, width, channels), "map" with the label's.

        Raises:
          UserError: if "map" is to be joined to what is no map.
        """
        return _join_map(features, self.input, "generator") if self.way == "map" else features

    def normalize(self, x, kind, name):
        """Returns x normalised, by "cbn" with factors and offsets of the label.

        Args:
          x: (batch, ..., channels).
          kind: of `normalization`.
          name: of the layer.

        Raises:
          UserError: if there is no such normalization, or "cbn" has no form for it.
        """
        if self.way == "cbn":
            return ConditionalNormalization(kind, name=name)([x, self.input])
        return normalization(kind, name=name)(x)


class DiscriminatorLabel:
    """The label of a discriminator.

    Args:
      way: "concat", "branch", "map", "projection", "auxiliary" or "k_plus_1", see
        `DISCRIMINATOR_LABELS`; None for no label.
      size: how many numbers a label has.

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
        """Returns (batch, height, width, channels), the image, "map" with the label's maps.

        Raises:
          UserError: if "map" is to be joined to what is no image.
        """
        return _join_map(image, self.input, "discriminator") if self.way == "map" else image

    def join_features(self, x, units, dense):
        """Returns (batch, n), what the layer of the logits takes.

        "concat" joins the label to the features, "branch" what a layer each makes of both. One more
        layer follows: the logits' own would only add a number per class, which cannot tell whether
        label and image match.

        Args:
          x: (batch, m), the network's features.
          units: of the layers that are added.
          dense: makes a dense layer of so many units.
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

        With "projection" the logit is psi(x) + <V label, h> of h, the sum of the trunk's last
        activations over their positions (Miyato & Koyama 2018, equation 3). psi has no bias, as in
        the authors' code.

        Args:
          x: (batch, n), what the layer of the logits takes.
          trunk: (batch, height, width, channels), the last activations, or (batch, channels).
          dense: makes a dense layer of so many units.

        Returns:
          {"logits": (batch, 1)}, for "auxiliary" and "k_plus_1" with "class_logits" (batch, size).
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
    """Returns x with one more channel per number of the label, which has that value everywhere."""
    if len(x.shape) != 4:
        raise UserError(
            f"this {network} has no maps that those of a label could be joined to; choose another "
            f"--{network}-label than map, or another network"
        )
    height, width = x.shape[1:3]
    maps = layers.RepeatVector(height * width, name="label_repeated")(label)
    maps = layers.Reshape((height, width, label.shape[-1]), name="label_maps")(maps)
    return layers.Concatenate(name="joined_map")([x, maps])


def _check(way, known, network):
    if way is not None and way not in known:
        raise UserError(
            f"no label enters a {network} by way of {way!r}{suggest(way, known)}; choose one of "
            f"{', '.join(known)}"
        )
