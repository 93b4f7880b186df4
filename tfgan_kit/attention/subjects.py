"""What is explained: the network of a run, or of a .keras file, with its images and classes."""

import dataclasses
import os
from collections.abc import Callable, Sequence
from pathlib import Path

import keras
import numpy as np
import tensorflow as tf

from tfgan_kit.attention.generator_maps import GeneratorMaps
from tfgan_kit.attention.opened import Opened, is_convolution, shape_of
from tfgan_kit.attention.recording import layers_of
from tfgan_kit.errors import UserError, suggest
from tfgan_kit.fields import Field, image_field
from tfgan_kit.fields.network import to_network
from tfgan_kit.layers import Probabilities
from tfgan_kit.models.saved_models import load_keras
from tfgan_kit.runs.saved_run import SavedRun
from tfgan_kit.uses.apply import Bound

SIGNED = (-1.0, 1.0)
_VERDICTS = ("fake", "real")
_ANSWERS = ("no", "yes")
HEADS = ("logits", "class_logits")  # The outputs in which this kit's networks have logits.
_AS_BYTES = {"depth": "8", "value_range": None, "pages": "first"}


class Classes:
    """A network that tells classes apart.

    Args:
      opened: the network; of one that is given the label, function from the number of the class
        to the network that is given it, whose second logit is its verdict.
      field: of the images.
      settings: how files of images are read, see `data.reading.own_size.open_files`.
      names: of the classes.
      several: whether any number of the classes can apply to an image.
      input_range: the values that black and white have for the network.

    Attributes:
      opened, field, settings, names, several, input_range: see above; `opened` is None for a
        network that is given the label.
      judges: whether it tells real images from fakes; its logit then need not be that of a
        probability, as that of a critic is not.
    """

    def __init__(
        self,
        opened: Opened | Callable[[int], Opened],
        field: Field,
        settings: dict,
        names: Sequence[str],
        several: bool,
        input_range: tuple[float, float] = SIGNED,
    ):
        self._given = None if isinstance(opened, Opened) else opened
        self.opened = opened if self._given is None else None
        self.field, self.settings, self.names = field, settings, tuple(names)
        self.several, self.input_range = several, input_range
        self.judges = self.opened is None or self.names == _VERDICTS

    def numbers(self, wanted: str | None) -> tuple[int, ...]:
        """The numbers of classes that a user has named, joined with commas; by number or by name.

        None stands for each image's own class; () is returned for it.

        Raises:
          UserError: if there is no such class, or the network has to be given one.
        """
        if wanted is None and self.opened is None:
            shown = _shown(self.names)
            raise UserError(f"the discriminator takes a class: name it with --class ({shown})")
        return _numbers(wanted, self.names) if wanted is not None else ()

    def of(self, number: int) -> tuple[Opened, int]:
        """The network that is asked about a class, and which of its logits answers."""
        return (self.opened, number) if self._given is None else (self._given(number), 1)


class Normal:
    """A variational autoencoder, trained on normal images.

    Args:
      encoder: from images to the mean of their latents.
      reconstruct: the use that draws images again, bound.
      settings: see `Classes`.
    """

    input_range = SIGNED

    def __init__(self, encoder: Opened, reconstruct: Bound, settings: dict):
        self.opened, self.reconstruct, self.settings = encoder, reconstruct, settings
        self.field: Field = next(iter(reconstruct.use.inputs.values()))


class Translating:
    """A generator that translates images to labels, and the discriminator that tells these.

    Args:
      saved: the run, whose use "translate" takes an image and a label.
      settings: see `Classes`.

    Attributes:
      field: see `Classes`.
      label: the `Field` of the label.
      maps: the `GeneratorMaps` of both.

    Raises:
      UserError: see `GeneratorMaps`.
    """

    input_range = SIGNED

    def __init__(self, saved: SavedRun, settings: dict):
        use, called = saved.uses["translate"], str(saved.run.path)
        generator, judge = saved.load(use.calls[0].network), saved.load("discriminator")
        self.maps = GeneratorMaps(generator, judge, called)
        # The discriminator takes images of one size.
        self.field = dataclasses.replace(use.inputs["input"], multiple=0)
        self.settings, self.label = settings, use.inputs["label"]

    def numbers(self, wanted: str | None) -> tuple[int, ...]:
        """The numbers of labels that a user has named, see `Classes.numbers`.

        Raises:
          UserError: if there is no such label, or none is named.
        """
        if wanted is None:
            shown = _shown(self.label.names)
            raise UserError(f"the generator takes a label: name it with --class ({shown})")
        return _numbers(wanted, self.label.names)

    def of(self, number: int, count: int):
        """A label that has one class or attribute and no other, for so many images."""
        if self.label.kind == "class":
            return to_network(self.label, tf.fill([count], number))
        one = tf.one_hot([number], len(self.label.names), dtype=tf.int32)
        return to_network(self.label, tf.repeat(one, count, axis=0))


def subject_of(
    place: str,
    *,
    best: bool = False,
    names: str | None = None,
    input_range: tuple[float, float] | None = None,
) -> Classes | Normal | Translating:
    """Opens what is to be explained.

    Args:
      place: a run directory or a .keras file.
      best: whether to use the networks of the run's best evaluation.
      names: names of the classes of a .keras file that does not hold them, joined with commas.
      input_range: the values that its images have, (lowest, highest).

    Raises:
      UserError: if it cannot be opened, or has no classes.
    """
    if os.path.isdir(place):
        for option, value in (("--classes", names), ("--input-range", input_range)):
            if value is not None:
                raise UserError(
                    f"{option} goes with a .keras file; {place} is a run, which stores its own"
                )
        return _of_run(SavedRun(place, best=best))
    if best:
        raise UserError(f"--best is for a run; {place} is not a folder")
    return _of_file(place, None if names is None else _listed(names), input_range)


def names_of(output: Field, opened: Opened) -> tuple[str, ...]:
    """The names of a network's classes, or their numbers where the output has none."""
    return output.names or tuple(map(str, range(opened.classes)))


def _numbers(wanted, names):
    """The numbers of names that are joined with commas, or are numbers themselves."""
    found = []
    for name in _listed(wanted):
        if name in names:
            found.append(names.index(name))
        elif name.isdecimal() and int(name) < len(names):
            found.append(int(name))
        else:
            raise UserError(
                f"--class {name}: there is no such class{suggest(name, names)} "
                f"(there are {_shown(names)})"
            )
    return tuple(dict.fromkeys(found))


def _shown(names):
    return ", ".join(names[:40]) + (", ..." if len(names) > 40 else "")


def _listed(names):
    """Names that are joined with commas, blanks around which do not count."""
    return [name.strip() for name in names.split(",")]


def _of_run(saved: SavedRun):
    uses, called = saved.uses, str(saved.run.path)
    settings = {name: saved.settings.get(name, value) for name, value in _AS_BYTES.items()}
    if {"encode", "reconstruct"} <= set(uses) and list(uses["encode"].outputs) == ["latent"]:
        network = saved.load(uses["encode"].calls[0].network)
        reconstruct = saved.bound("reconstruct")
        return Normal(Opened(network, called, output="latent"), reconstruct, settings)
    if "classify" in uses:
        use = uses["classify"]
        network = saved.load(use.calls[0].network)
        output = next(name for name in HEADS if name in use.outputs)
        opened = Opened(network, called, output=output)
        label = uses["generate"].inputs.get("label") if "generate" in uses else None
        several = label.kind == "attributes" if label else _has_attributes(network)
        names = names_of(use.outputs[output], opened)
        return Classes(opened, use.inputs["image"], settings, names, several)
    if "score" in uses and "image" in uses["score"].inputs:
        return _of_discriminator(saved, uses["score"], called, settings)
    translate = uses.get("translate")
    if translate and set(translate.inputs) == {"input", "label"} and saved.has("discriminator"):
        return Translating(saved, settings)
    known = ", ".join(uses) or "nothing"
    raise UserError(
        f"{called} is a run of {saved.method}, which can {known}: no network in it judges single "
        "images; name a run that classifies, scores or reconstructs them, or a .keras file of a "
        f"network that takes only an image; those of the run are in {Path(called) / 'models'}"
    )


def _of_discriminator(saved, use, called, settings):
    network, field = saved.load(use.calls[0].network), use.inputs["image"]
    if set(use.inputs) == {"image"}:
        opened = Opened(network, called, output="logits")
        return Classes(opened, field, settings, _VERDICTS, several=True)
    label = use.inputs.get("label")
    if label is None or label.kind != "class" or set(use.inputs) != {"image", "label"}:
        raise UserError(
            f"{called} has a discriminator that takes {', '.join(use.inputs)}; only those that "
            "take an image, alone or with its class, can be explained"
        )
    known: dict[int, Opened] = {}

    def given(number):
        if number not in known:
            one = to_network(label, tf.constant([number], tf.int64))

            def inputs(images):
                return {"image": images, "label": tf.repeat(one, tf.shape(images)[0], axis=0)}

            known[number] = Opened(network, called, output="logits", inputs=inputs)
        return known[number]

    return Classes(given, field, settings, label.names, several=True)


def _of_file(place, names, input_range):
    if not place.endswith(".keras"):
        reason = "is neither a run nor a .keras file" if os.path.exists(place) else "does not exist"
        raise UserError(f"{place} {reason}; name a run's folder or a .keras file")
    network = load_keras(place)
    shape_of(network, place)  # Before anything is asked about what cannot be explained anyway.
    outputs = _output_names(network)
    heads = [name for name in reversed(HEADS) if name in outputs]
    last = next((e for e in layers_of(network) if isinstance(e, Probabilities)), None)
    ours = bool(heads)
    if input_range is None:
        scales = _begins_with_scaling(network)
        if not ours and not scales:
            raise UserError(
                f"{place} does not say which values its images have: add --input-range, such as "
                "-1..1, 0..1 or 0..255"
            )
        input_range = SIGNED if ours else (0.0, 255.0)
    elif not input_range[0] < input_range[1]:
        raise UserError(f"--input-range {input_range[0]:g}..{input_range[1]:g}: needs LOW..HIGH")
    output = heads[0] if heads else None
    opened = Opened(network, place, output=output, inputs=_scaled(*input_range))
    field = image_field(opened.image_shape)
    field = field.of_any_size(1) if opened.free else field
    known = last.classes if last is not None else ()
    if not known and opened.single:
        known = _VERDICTS if ours else _ANSWERS
    if names and (len(set(names)) < len(names) or "" in names):
        raise UserError(f"--classes {','.join(names)}: give each class a name of its own")
    if names and len(names) != opened.classes:
        raise UserError(f"--classes has {len(names)} names, {place} has {opened.classes} classes")
    known = names or known or tuple(map(str, range(opened.classes)))
    several = opened.single or (last.multi_label if last else opened.independent)
    return Classes(opened, field, _AS_BYTES, known, several, input_range)


def _output_names(network):
    """The names of a dictionary of outputs; a sequential model has none."""
    outputs = getattr(network, "output", None)
    return tuple(outputs) if isinstance(outputs, dict) else ()


def _scaled(low, high):
    """A function from images in [-1, 1] to those in another range."""
    if (low, high) == SIGNED:
        return lambda images: images
    return lambda images: low + (images + 1.0) * ((high - low) / 2)


def _begins_with_scaling(network):
    """Whether pixels are scaled before the first convolution."""
    for layer in _in_order(network):
        if isinstance(layer, keras.layers.Rescaling | keras.layers.Normalization):
            return True
        if is_convolution(layer):
            break
    return False


def _in_order(network):
    """The layers, from the input on, with those of networks inside in their place."""
    for layer in network.layers:
        if isinstance(layer, keras.Model):
            yield from _in_order(layer)
        else:
            yield layer


def _has_attributes(network):
    return any(isinstance(e, Probabilities) and e.multi_label for e in layers_of(network))


def as_batch(field: Field, images: Sequence[np.ndarray]) -> tf.Tensor:
    """Images of one size as floats in [-1, 1], as `Opened` takes them."""
    return to_network(field, np.stack(images))
