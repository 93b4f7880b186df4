"""Frozen classifiers of other runs, that students learn from."""

import os
from typing import NamedTuple

import keras

from tfgan_kit.errors import UserError
from tfgan_kit.runs.saved_run import SavedRun
from trainers.classification.classifier.trainer import kinds, load_classifier

NAME = "teacher"  # Among the networks of a run.


class Teacher(NamedTuple):
    """A frozen classifier.

    Attributes:
      network: of `nets.classifiers`.
      called: what the user calls it, for errors.
      names: of its classes, empty if unknown.
      several: whether an image can have several of them.
    """

    network: keras.Model
    called: str
    names: tuple[str, ...]
    several: bool


def open_teacher(path: str, image_shape, *, multi_label: bool = True) -> Teacher:
    """Opens the classifier of `--teacher`.

    Args:
      path: a run whose network classifies images, or a .keras file of such a network.
      image_shape: shape of the data's images.
      multi_label: whether it may classify attributes.

    Raises:
      UserError: if it is not given, does not exist, classifies nothing, or does not fit.
    """
    if not path:
        raise UserError(
            "the teacher is missing; name the run of a classifier, or a .keras file, with "
            "--teacher RUN"
        )
    called = f"--teacher {path}"
    if not os.path.exists(path):
        raise UserError(
            f"{called}: there is no such run or .keras file; check the path, or put it back"
        )
    file = _file_of_run(path, called) if os.path.isdir(path) else path
    network = load_classifier(file, image_shape, (), multi_label=multi_label, flag="--teacher")
    return Teacher(network, called, *kinds(network))


def _file_of_run(path, called):
    saved = SavedRun(path)
    use = saved.uses.get("classify")
    if use is None or len(use.calls) != 1 or set(use.calls[0].inputs) != {"image"}:
        raise UserError(
            f"{called} is a run of {saved.method}, which classifies no single images; name a run "
            "of classifier"
        )
    name = use.calls[0].network
    if not saved.has(name):
        raise UserError(f"{called} has no {name}.keras yet; it comes with the first checkpoint")
    return str(saved.models / f"{name}.keras")
