"""The signatures that a generator is served under: names, inputs, and what each computes."""

from collections.abc import Callable
from typing import NamedTuple

import keras
import tensorflow as tf

from tfgan_kit.export.sampling import as_bytes, first_latents, latents_of_seeds


class Endpoint(NamedTuple):
    """A signature.

    Attributes:
      call: from tensors, one per input and in their order, to {name: tensor}. It runs the networks
        in inference mode.
      inputs: the `tf.TensorSpec` of each input, with its name.
    """

    call: Callable
    inputs: tuple[tf.TensorSpec, ...]


def generator_endpoints(generator, encoder=None) -> dict[str, Endpoint]:
    """The signatures of a generator, by name.

    * "serving_default": latent, float32 (n, latent_size) -> image, float32 (n, height, width,
      channels) in [-1, 1], or (n, d) for points. With several domains image_a, image_b and so on,
      which is called "joint", too, and "domain_a", "domain_b" and so on give the image of one.
    * "sample": seed, int64 (n,) -> the same outputs, as uint8 if they are images. A seed gives the
      same picture whatever is beside it.
    * "sample_count": count, int32 () -> the first pictures that `main.py sample` draws of the run.
    * "sample_png": seed, int64 (n,) -> image_bytes, or image_a_bytes and so on: PNG files. TF
      Serving's REST interface encodes outputs in base64 whose names end in _bytes.
    * "transform", with an encoder: image, float32 (n, height, width, channels) of any domain -> the
      latent it is encoded to, and what the generator makes of that in all domains.

    Args:
      generator: a `SavedGenerator`.
      encoder: Keras model from the image to {"latent": ...}, or None.
    """
    size, distribution = generator.latent_size, generator.distribution
    draw = images_only(generator)
    points = len(generator.image_shape) == 1
    latent = (tf.TensorSpec((None, size), tf.float32, name="latent"),)
    seeds = (tf.TensorSpec((None,), tf.int64, name="seed"),)
    count = (tf.TensorSpec((), tf.int32, name="count"),)

    def made(latents):
        return _called(draw, latents)

    def pictures(latents):
        return {k: v if points else as_bytes(v) for k, v in made(latents).items()}

    def of_seeds(seeds):
        return pictures(latents_of_seeds(seeds, distribution, size))

    def of_count(count):
        return pictures(first_latents(count, generator.seed, distribution, size))

    def png_of_seeds(seeds):
        return {f"{k}_bytes": tf.io.encode_png(v) for k, v in of_seeds(seeds).items()}

    endpoints = {"serving_default": Endpoint(made, latent)}
    if generator.letters:
        endpoints["joint"] = Endpoint(made, latent)
    for letter in generator.letters:
        own = keras.Model(draw.input, {"image": draw.output[f"image_{letter}"]})
        endpoints[f"domain_{letter}"] = Endpoint(_caller(own), latent)
    endpoints["sample"] = Endpoint(of_seeds, seeds)
    endpoints["sample_count"] = Endpoint(of_count, count)
    if not points:
        endpoints["sample_png"] = Endpoint(png_of_seeds, seeds)
    if encoder is not None:
        endpoints["transform"] = _transform(encoder, made)
    return endpoints


def images_only(generator) -> keras.Model:
    """The network of a `SavedGenerator` without the outputs that only training reads."""
    network = generator.network
    names = [f"image_{letter}" for letter in generator.letters] or ["image"]
    return keras.Model(network.input, {name: network.output[name] for name in names})


def score_endpoints(discriminator) -> dict[str, Endpoint]:
    """The signatures of a discriminator: image, float32 in [-1, 1] -> logits, float32 (n, 1).

    That of several domains takes image_a, image_b and so on and gives logits_a, logits_b and so on
    under "score", and those of one domain under "score_a", "score_b" and so on.
    """
    inputs, outputs = discriminator.input, discriminator.output
    if not isinstance(inputs, dict):
        score = keras.Model(inputs, {"logits": outputs["logits"]})
        return {"score": Endpoint(_caller(score), (_spec(inputs, "image"),))}
    letters = [name.removeprefix("image_") for name in inputs]
    score = keras.Model(inputs, {f"logits_{x}": outputs[f"logits_{x}"] for x in letters})
    specs = tuple(_spec(inputs[f"image_{x}"], f"image_{x}") for x in letters)

    def together(*images):
        return _called(score, {f"image_{x}": i for x, i in zip(letters, images, strict=True)})

    endpoints = {"score": Endpoint(together, specs)}
    for letter in letters:
        image = inputs[f"image_{letter}"]
        own = keras.Model(image, {"logits": outputs[f"logits_{letter}"]})
        endpoints[f"score_{letter}"] = Endpoint(_caller(own), (_spec(image, "image"),))
    return endpoints


def _transform(encoder, made):
    def transform(image):
        latent = _called(encoder, image)["latent"]
        return {"latent": latent, **made(latent)}

    return Endpoint(transform, (_spec(encoder.input, "image"),))


def _spec(tensor, name):
    return tf.TensorSpec((None, *tensor.shape[1:]), tf.float32, name=name)


def _caller(network):
    return lambda inputs: _called(network, inputs)


def _called(network, inputs):
    outputs = network(inputs, training=False)
    return {name: tf.cast(value, tf.float32) for name, value in outputs.items()}
