"""The signatures of a served run: their names, inputs and computations."""

import types
from collections.abc import Callable, Mapping
from functools import partial
from typing import NamedTuple

import keras
import tensorflow as tf

from tfgan_kit.export.examples import values_of
from tfgan_kit.export.sampling import as_bytes, first_latents, latents_of_seeds
from tfgan_kit.fields import Field
from tfgan_kit.uses.apply import Bound

# The dtype in which clients send a field; images and vectors are sent as networks take them.
_SENT = {
    "class": tf.int32,
    "attributes": tf.int32,
    "ids": tf.int32,
    "mask": tf.uint8,
    "seed": tf.int64,
}


class Endpoint(NamedTuple):
    """A signature.

    Attributes:
      call: function from tensors, one per input in their order, to {name: tensor}. It runs the
        networks in inference mode.
      inputs: the `tf.TensorSpec` of each input, with its name.
      about: information on its inputs beyond dtypes and shapes, such as names of classes.
      samples: name of an input -> function of a number of rows that makes example values, for
        inputs whose `TensorSpec` does not say enough.
    """

    call: Callable
    inputs: tuple[tf.TensorSpec, ...]
    about: str = ""
    samples: Mapping[str, Callable] = types.MappingProxyType({})


def use_endpoint(bound: Bound) -> Endpoint:
    """The signature of a use: its inputs and outputs are those of the use."""
    names = tuple(bound.use.inputs)
    specs = tuple(_spec(name, field) for name, field in bound.use.inputs.items())
    told = bound.use.about, _about(bound.use.inputs | bound.use.outputs)
    return Endpoint(
        lambda *values: bound(dict(zip(names, values, strict=True))),
        specs,
        "; ".join(filter(None, told)),
        {
            name: partial(values_of, field)
            for name, field in bound.use.inputs.items()
            if field.multiple or field.kind == "features" or _has_limits(field)
        },
    )


def _has_limits(field):
    return field.kind == "vector" and field.range is not None


def generator_endpoints(generator) -> dict[str, Endpoint]:
    """The signatures of a generator, by name.

    They also take its label, if any: a class or attributes as int32, a vector as float32.
    "serving_default" and its like also take what else the generator does; elsewhere it has its
    default.

    * "serving_default": latent, float32 (n, latent_size) -> image, float32 (n, height, width,
      channels) in [-1, 1], or (n, d) for points. With several domains, the outputs are image_a,
      image_b and so on; this signature is also called "joint", and "domain_a", "domain_b" and so on
      return the image of one domain.
    * "mix", for a generator that takes a class: latent, and label_weights, float32 (n, classes), in
      place of the class -> the same outputs, for a mixture of classes.
    * "sample": seed, int64 (n,) -> the same outputs, as uint8 if they are images. A seed yields the
      same picture whatever the other seeds in the batch.
    * "sample_count": count, int32 () -> the first pictures that `main.py sample` draws from the
      run; their classes repeat in turn.
    * "sample_png": seed, int64 (n,) -> image_bytes, or image_a_bytes and so on: PNG files. TF
      Serving's REST interface encodes outputs whose names end in _bytes in base64.

    Args:
      generator: a `SavedGenerator`.
    """
    bound, latent, label = generator.bound, generator.latent, generator.label
    size, distribution = latent.shape[0], latent.distribution
    points = len(generator.image_shape) == 1
    named, about = generator.use.label, _about(generator.use.inputs)
    seeds = (tf.TensorSpec((None,), tf.int64, name="seed"),)
    labels = () if label is None else (_spec(named, label),)

    others = {n: f for n, f in generator.use.inputs.items() if f.default is not None}
    names = [*([named] if label else []), *others]

    def made(latents, *rest):
        return bound({"latent": latents} | dict(zip(names, rest, strict=False)))

    def pictures(latents, *labels):
        return {k: v if points else as_bytes(v) for k, v in made(latents, *labels).items()}

    def of_seeds(seeds, *labels):
        return pictures(latents_of_seeds(seeds, distribution, size), *labels)

    def of_count(count):
        latents = first_latents(count, generator.seed, distribution, size)
        return pictures(latents, *([_first_labels(label, count)] if label else []))

    def png_of_seeds(seeds, *labels):
        drawn = of_seeds(seeds, *labels)
        return {f"{k}_bytes": tf.io.encode_png(v) for k, v in drawn.items()}

    given = (_spec("latent", latent), *labels, *(_spec(n, f) for n, f in others.items()))
    whole = Endpoint(made, given, about)
    endpoints = {"serving_default": whole}
    if generator.letters:
        endpoints["joint"] = whole
    for letter, output in zip(generator.letters, generator.use.examples, strict=False):
        own = use_endpoint(bound.only(output))
        endpoints[f"domain_{letter}"] = own._replace(call=_renamed(own.call, output, "image"))
    if label is not None and label.kind == "class":
        weights = tf.TensorSpec((None, *label.network_shape), tf.float32, name="label_weights")
        classes = ", ".join([*label.names, "unknown"] if label.unknown else label.names)
        endpoints["mix"] = Endpoint(
            made, (_spec("latent", latent), weights), f"label_weights: {classes}"
        )
    endpoints["sample"] = Endpoint(of_seeds, (*seeds, *labels), about)
    count = tf.TensorSpec((), tf.int32, name="count")
    endpoints["sample_count"] = Endpoint(of_count, (count,))
    if not points:
        endpoints["sample_png"] = Endpoint(png_of_seeds, (*seeds, *labels), about)
    return endpoints


def score_endpoints(bound: Bound) -> dict[str, Endpoint]:
    """The signatures of a discriminator: image, float32 in [-1, 1] -> logits, float32 (n, 1).

    With several domains, "score" takes image_a, image_b and so on and returns logits_a, logits_b
    and so on; "score_a", "score_b" and so on do so for one domain.
    """
    endpoints, (network,) = {"score": use_endpoint(bound)}, bound.networks
    for name, field in bound.use.inputs.items():
        letter = name.removeprefix("image_")
        if f"logits_{letter}" in bound.use.outputs:
            own = keras.Model(network.input[name], network.output[f"logits_{letter}"])
            endpoints[f"score_{letter}"] = Endpoint(_logits_of(own), (_spec("image", field),))
    return endpoints


def _logits_of(network):
    return lambda image: {"logits": tf.cast(network(image, training=False), tf.float32)}


def _first_labels(label: Field, count):
    """The labels of `tfgan_kit.uses.draw.labels_at`, for a count that is a graph input."""
    places = tf.range(count)
    if label.kind == "class":
        return places % len(label.names)
    rows = tf.constant(label.examples, _SENT.get(label.kind, tf.float32))
    return tf.gather(rows, places % len(label.examples))


def _renamed(call, old, new):
    def renamed(*values):
        return {new: call(*values)[old]}

    return renamed


def _spec(name, field: Field):
    shape = (None, None, *field.shape[2:]) if field.multiple else field.shape
    own = field.dtype if field.kind == "features" else tf.float32
    return tf.TensorSpec((None, *shape), _SENT.get(field.kind, own), name=name)


def _about(fields):
    """The names in fields, for classes with their numbers; the size of labels without names."""
    told = {name: _named(field) for name, field in fields.items() if field.names or field.is_label}
    return "; ".join(f"{name}: {text}" for name, text in told.items())


def _named(field):
    if field.is_label and not field.names:
        return f"{field.shape[0]} numbers" + (", all NaN: unknown" if field.unknown else "")
    if field.kind != "class":
        return ", ".join(field.names)
    told = [f"{number} {name}" for number, name in enumerate(field.names)]
    return ", ".join([*told, "-1 unknown"] if field.unknown else told)
