"""A network opened for explanations: its logits, and what its layers make on the way to them."""

import re
from collections.abc import Callable
from typing import NamedTuple

import keras
import numpy as np
import tensorflow as tf

from tfgan_kit.attention.recording import Made, layers_of, recorded, replaced
from tfgan_kit.errors import UserError, suggest
from tfgan_kit.layers import MinibatchDeviation

MOST_NAMES = 40  # Listed in an error; of a large network, the last ones.
_TO_CHANCES = ("softmax", "sigmoid", "log_softmax", "log_sigmoid")
_FREE = (64, 128, 256, 512)  # The sides at which a network of any size is tried out, in turn.
_FAILURES = (ValueError, tf.errors.InvalidArgumentError)  # Of a network on images of a wrong size.


class Seen(NamedTuple):
    """What a network makes of images.

    Attributes:
      logits: float32 (b, n), n >= 2; see `Opened`.
      maps: the layer's output, (b, h, w, k), as the network goes on with it.
    """

    logits: tf.Tensor
    maps: tf.Tensor


class Opened:
    """A network from images to logits.

    Logits are looked for where networks have them: in the output `output` of several; before a
    softmax or sigmoid at the end, be it a layer or the activation of a dense one. A single logit l
    counts as two, -l and l; maps of logits, as those of a judge of patches, are averaged.

    Args:
      network: a Keras model; one of its inputs is the image, the only one unless `inputs` is given.
      called: what the user calls it, for errors.
      output: name of the output with the logits, if it has several.
      inputs: function from images (b, h, w, c) in [-1, 1] to what the network takes; by default
        these.
      image_shape: (height, width, channels) to try it out with; by default that of its input, and
        the first of `_FREE` that works where it takes any size.

    Attributes:
      image_shape: see above.
      free: whether it takes images of any size.
      classes: number n of logits.
      single: whether they are those of a single one.
      independent: whether the network ends in a sigmoid, so that each logit stands for itself.
      spatial: name of each layer whose output has a height and a width of more than one position ->
        (height, width, channels), in the order of the passes.
      default: name of the layer that is looked at by default: the last convolution on the way to
        the logits with such an output, or what follows it at the same size, as its norm and its
        activation. The layer that makes the network's own output does not count. None without one.

    Raises:
      UserError: if it does not take one image, judges images by those beside them, has several
        outputs of which none is named, or its outputs are probabilities without a softmax to take
        off.
    """

    def __init__(
        self,
        network: keras.Model,
        called: str,
        *,
        output: str | None = None,
        inputs: Callable | None = None,
        image_shape=None,
    ):
        self.network, self.called, self._output = network, called, output
        self._inputs = inputs or (lambda images: images)
        if any(isinstance(layer, MinibatchDeviation) for layer in layers_of(network)):
            raise UserError(
                f"{called} has a layer MinibatchDeviation: its output for an image depends on the "
                "others in the batch, so it cannot be explained for single images"
            )
        shape = tuple(image_shape or shape_of(network, called, alone=inputs is None))
        self.free = None in shape[:2]
        self._linear: dict = {}
        self._before, self._dense, self.independent, self.single = None, None, False, False
        self._pooled: dict[str, tuple] = {}
        self._tried: set[tuple[int, ...]] = set()
        for side in _FREE:
            self.image_shape = (*(own or side for own in shape[:2]), shape[2])
            try:
                self._try_out()
                break
            except _Unfit:
                if not self.free or side == _FREE[-1]:
                    raise

    def _try_out(self):
        noise = np.random.default_rng(0).uniform(-1, 1, (2, *self.image_shape)).astype(np.float32)
        everything = layers_of(self.network)
        self._check(noise)
        made, outputs = self._pass(noise, everything)
        self._find_end(made, self._result(outputs))
        with tf.GradientTape() as tape:
            images = tf.constant(noise)
            tape.watch(images)
            made, outputs = self._pass(images, everything)
            result = self._result(outputs)
            logits = self._logits(made, result)
            # Weighted, as -l and l add up to nothing.
            total = tf.reduce_sum(logits * tf.range(1.0, 1.0 + logits.shape[-1]))
        spatial = [m for m in made if _is_spatial(m)]
        self.spatial = {m.layer.name: tuple(m.output.shape[1:]) for m in spatial}
        self.classes = int(logits.shape[-1])
        self.default = _last_maps(_leading(spatial, tape, total), result)
        sums = tf.reduce_sum(logits, -1)
        chances = tf.reduce_all((logits >= 0) & (logits <= 1)) & tf.reduce_all(abs(sums - 1) < 1e-2)
        if bool(chances):
            raise UserError(
                f"{self.called} gives probabilities, and the softmax that makes them is neither "
                "its last layer nor the activation of it; save a model that ends before it: "
                "keras.Model(model.inputs, LOGITS)"
            )

    def __call__(self, images) -> tf.Tensor:
        """The logits of images, in inference mode, float32 (b, n).

        Raises:
          UserError: if the images are too small for the network.
        """
        self._check(images)
        made, outputs = self._pass(images, self._needed())
        return self._logits(made, self._result(outputs))

    def look(self, images, layer: str) -> Seen:
        """The logits, and the maps of a layer that `find` gave.

        Raises:
          UserError: if the images are too small for the network, or for the layer to have more than
            one position.
        """
        self._check(images)
        named = [each for each in layers_of(self.network) if each.name == layer]
        made, outputs = self._pass(images, [*named, *self._needed()])
        maps = [m.output for m in made if m.layer.name == layer and _is_spatial(m)]
        if not maps:
            raise UserError(
                f"{self.called}: {layer} has a single position for images of {_size(images)}; give "
                "larger ones, or name an earlier layer with --layer"
            )
        return Seen(self._logits(made, self._result(outputs)), maps[-1])

    def find(self, layer: str | None) -> str:
        """The name of the layer to look at: the given one, or `default`.

        Raises:
          UserError: if there is no such layer, it has no height and width, or none was named and
            there is no convolution.
        """
        known = list(self.spatial)
        told = f"{'..., ' * (len(known) > MOST_NAMES)}{', '.join(known[-MOST_NAMES:])}"
        there = f"there are {told}" if known else "it has no such layer at all"
        if layer is None and self.default is None:
            raise UserError(
                f"{self.called} has no convolution whose output has a height and a width; name a "
                f"layer with --layer ({there})"
            )
        if layer is not None and layer not in known:
            plain = layer in [each.name for each in layers_of(self.network)]
            what = "has no height and width to map" if plain else "is none of its layers"
            raise UserError(
                f"{self.called}: {layer!r} {what}{'' if plain else suggest(layer, known)} ({there})"
            )
        return layer or self.default

    def pooled_weights(self, layer: str | None) -> tuple[str, tf.Tensor, tf.Tensor]:
        """The layer before global mean pooling, and the dense layer after it, for `cam`.

        Args:
          layer: its name; by default, the last with a height and a width.

        Returns:
          The layer's name, the weights (k, n), and the biases (n,).

        Raises:
          UserError: if the network does not end in these layers; this is found by comparing the
            mean of the maps with the logits, once for each layer.
        """
        known = self.spatial
        name = self.find(layer) if layer or not known else list(known)[-1]
        if name not in self._pooled:
            self._pooled[name] = self._verified(name)
        return name, *self._pooled[name]

    def _verified(self, name):
        known = self.spatial
        dense = self._dense
        fits = dense is not None and dense.kernel.shape[0] == known[name][-1]
        if fits:
            weights = tf.cast(dense.kernel, tf.float32)
            biases = tf.zeros(weights.shape[1:]) if dense.bias is None else dense.bias
            both = _two(weights), _two(tf.cast(biases, tf.float32))
            noise = np.random.default_rng(0).uniform(-1, 1, (2, *self.image_shape))
            logits, maps = self.look(noise.astype(np.float32), name)
            means = tf.reduce_mean(tf.cast(maps, tf.float32), (1, 2))
            expected = means @ both[0] + both[1]
            scale = 1.0 + float(tf.reduce_max(tf.abs(logits)))
            fits = float(tf.reduce_max(tf.abs(expected - logits))) <= 1e-3 * scale
        if not fits:
            raise UserError(
                f"{self.called}: CAM needs global mean pooling of {name} and one dense layer after "
                "it; take grad_cam, or train `classifier --pooling mean`"
            )
        return both

    def _pass(self, images, watched):
        """The passes of some layers, and the network's output."""
        with recorded(watched) as made, replaced(self._linear, "activation"):
            given = _structured(self.network, self._inputs(tf.convert_to_tensor(images)))
            told = f"{self.called} cannot be run on images of {_size(images)}"
            try:
                outputs = self.network(given, training=False)
            except _FAILURES as error:
                raise _Unfit(f"{told} ({_reason(error)})") from error
        empty = next((m for m in made if 0 in getattr(m.output, "shape", ())), None)
        if empty is not None:
            raise _Unfit(f"{told} ({empty.layer.name} makes nothing of them)")
        return made, outputs

    def _check(self, images):
        """Traces a network of any size at one that it has not been given before.

        Where images are too small, a trace fails; kernels of the CPU can give numbers instead.
        """
        size = tuple(images.shape[1:])
        if self.free and tf.executing_eagerly() and size not in self._tried:
            everything = layers_of(self.network)
            traced = tf.function(lambda given: self._pass(given, everything)[1], autograph=False)
            traced.get_concrete_function(tf.TensorSpec((1, *size), tf.float32))
            self._tried.add(size)

    def _needed(self):
        """What has to be watched for the logits."""
        return [] if self._before is None else [self._before]

    def _result(self, outputs):
        if isinstance(outputs, dict) and self._output in outputs:
            return outputs[self._output]
        found = keras.tree.flatten(outputs)
        if len(found) != 1:
            named = ", ".join(outputs) if isinstance(outputs, dict) else f"{len(found)} of them"
            raise UserError(f"{self.called} has several outputs ({named}); none is called logits")
        return found[0]

    def _find_end(self, made: list[Made], result):
        """Finds the layer that makes the logits, and switches a softmax in it off."""
        places = [i for i, m in enumerate(made) if m.output is result]
        if not places:
            return
        last = made[places[0]]
        kind = getattr(getattr(last.layer, "activation", None), "__name__", None)
        self.independent = kind in ("sigmoid", "log_sigmoid")
        if isinstance(last.layer, keras.layers.Softmax) or (
            isinstance(last.layer, keras.layers.Activation) and kind in _TO_CHANCES
        ):
            self._before = last.layer
            last = next((m for m in made if m.output is last.given), last)
        elif kind in _TO_CHANCES:
            self._linear = {last.layer: keras.activations.linear}
        if isinstance(last.layer, keras.layers.Dense):
            self._dense = last.layer

    def _logits(self, made, result):
        if self._before is not None:
            result = next(m.given for m in made if m.layer is self._before)
        logits = tf.cast(result, tf.float32)
        if len(logits.shape) == 1:
            logits = logits[:, None]
        if len(logits.shape) > 2:
            logits = tf.reduce_mean(logits, tuple(range(1, len(logits.shape) - 1)))
        self.single = logits.shape[-1] == 1
        return _two(logits)


def chosen(logits, classes):
    """The logit of each row's class: (b, n) and numbers (b,) -> (b,)."""
    return tf.gather(logits, tf.cast(classes, tf.int32), batch_dims=1)


def _two(values):
    """A single logit, or what makes it, as two: -l for "no", l for "yes"."""
    return tf.concat([-values, values], -1) if values.shape[-1] == 1 else values


def _structured(network, given):
    """The inputs as the network takes them: it may have been built with a list or a dictionary."""
    try:
        wanted = network.input
    except AttributeError:  # A sequential model has only `inputs`.
        return given
    if isinstance(wanted, list):
        return [given]
    named = isinstance(wanted, dict) and not isinstance(given, dict)
    return {next(iter(wanted)): given} if named else given


class _Unfit(UserError):
    """A network fails on images of a size."""


def _size(images):
    return f"{images.shape[2]}x{images.shape[1]}"


def _reason(error):
    """A failure of a network in one line."""
    plain = re.sub(r"\x1b\[\d*m|\{\{.*?\}\}", "", str(error))
    lines = [" ".join(line.split()) for line in plain.splitlines() if line.strip()]
    told = [line for line in lines if not line.startswith("Exception encountered")]
    return (told or lines or [type(error).__name__])[0].rstrip(".")


def shape_of(network: keras.Model, called: str, *, alone: bool = True) -> tuple:
    """The (height, width, channels) of the image that a network takes; sides can be None.

    Args:
      network: the network.
      called: see `Opened`.
      alone: whether the image has to be its only input.

    Raises:
      UserError: if it does not take one image, or also takes something else.
    """
    found = getattr(network, "inputs", None) or ()
    named = {tensor.name.split(":")[0]: tensor for tensor in found}
    image = named.get("image") if len(named) > 1 else next(iter(found), None)
    if alone and len(named) > 1:
        others = [name for name in named if name != "image"]
        remedy = "only networks that take nothing but an image can be explained"
        if "label" in others:
            remedy = "name the folder of its run, which says what its labels are"
        raise UserError(f"{called} also takes {', '.join(others)}; {remedy}")
    shape = getattr(image, "shape", ())
    if len(shape) != 4 or shape[3] not in (1, 3):
        raise UserError(
            f"{called} does not take one image (height, width, 1 or 3 channels); name another"
        )
    return shape[1:]


def _is_spatial(made):
    shape = getattr(made.output, "shape", ())
    return len(shape) == 4 and None not in shape[1:] and shape[1] * shape[2] > 1


def _leading(made, tape, total):
    """Those of the passes whose output the logits depend on.

    Layers that are kept but count for nothing, as those of an earlier size in a growing network,
    have gradients of zero; they only count if all are so.
    """
    gradients = tape.gradient(total, [m.output for m in made])
    connected = [(m, g) for m, g in zip(made, gradients, strict=True) if g is not None]
    felt = [m for m, g in connected if bool(tf.reduce_any(g != 0))]
    return felt or [m for m, _ in connected]


def _last_maps(made, result):
    """The name of the layer after the last convolution at the convolution's size, or None."""
    inside = [m for m in made if m.output is not result and not isinstance(m.layer, keras.Model)]
    places = [i for i, m in enumerate(inside) if is_convolution(m.layer)]
    if not places:
        return None
    size = inside[places[-1]].output.shape[1:]
    found = None
    for each in inside[places[-1] :]:
        if each.output.shape[1:] != size:
            break
        found = each.layer.name
    return found


def is_convolution(layer) -> bool:
    """Whether a layer is a convolution of any kind."""
    return hasattr(layer, "kernel_size") and hasattr(layer, "filters")
