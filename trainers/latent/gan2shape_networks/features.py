"""Features in which pictures are compared: LPIPS, and maps of a run's discriminator."""

import os

import keras

from tfgan_kit.errors import UserError
from tfgan_kit.extractors import vgg16_lpips
from tfgan_kit.extractors.weights import VARIABLE
from tfgan_kit.perceptual.distances import Distance, lpips
from tfgan_kit.runs.saved_run import SavedRun

MOST = 4  # Maps of a discriminator.
_NAME = "discriminator"
_WITHOUT = "give 0 to do without"


def perceptual_distance(image_shape, option: str) -> Distance:
    """LPIPS with VGG16.

    Args:
      image_shape: (height, width, channels) of the images.
      option: the option that asks for it, for errors.

    Raises:
      UserError: if its weights are not in the folder that `TFGAN_KIT_WEIGHTS` names, or the images
        are too small or neither gray nor in colour.
    """
    name = vgg16_lpips.NAME
    if not os.environ.get(VARIABLE):
        raise UserError(
            f"{option} needs the weights of {name}: name the folder that holds "
            f"{vgg16_lpips.PUBLISHED.file} in {VARIABLE}, or {_WITHOUT}"
        )
    try:
        found = lpips(vgg16_lpips.load())
        found.check(image_shape)
    except UserError as error:
        raise UserError(f"{option}: {error}; or {_WITHOUT}") from None
    return found


def discriminator_maps(saved: SavedRun, image_shape, option: str) -> keras.Model:
    """The part of a run's discriminator that makes its largest maps.

    They are the last ones of each size that are made smaller on the way to the logits, at most
    `MOST`; what sees a whole batch comes after them in all discriminators of this kit.

    Args:
      saved: the run.
      image_shape: (height, width, channels) of its images.
      option: the option that asks for them, for errors.

    Returns:
      A frozen Keras model from images to a list of maps, the largest first.

    Raises:
      UserError: if the run keeps no discriminator of such images alone, or one without maps.
    """
    found = _discriminator(saved)
    why = "keeps no discriminator"
    if found is not None:
        inputs = keras.tree.flatten(found.input)
        why = "has a discriminator that does not take its images alone"
        if len(inputs) == 1 and tuple(inputs[0].shape[1:]) == tuple(image_shape):
            why = "has a discriminator without maps"
            if maps := _largest(found):
                return keras.Model(found.input, maps, trainable=False)
    raise UserError(f"{option}: {saved.run.path} {why}; {_WITHOUT}")


def _discriminator(saved):
    score = saved.uses.get("score")
    if score is not None:
        return saved.load(score.calls[0].network)
    # One that judges groups of images, as stylegan's does, is kept but has no use.
    return saved.load(_NAME) if (saved.models / f"{_NAME}.keras").exists() else None


def _largest(network):
    logits = network.output["logits"] if isinstance(network.output, dict) else network.output
    last = {}
    for layer in keras.Model(network.input, logits).layers[1:]:
        shape = tuple(layer.output.shape)
        if len(shape) == 4:
            last[shape[1:3]] = layer.output
    return [*last.values()][:-1][:MOST]
