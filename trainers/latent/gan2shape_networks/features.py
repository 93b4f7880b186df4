"""Maps of a run's discriminator, in which pictures are compared."""

import keras

from tfgan_kit.errors import UserError
from tfgan_kit.runs.saved_run import SavedRun

MOST = 4


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
    score = saved.uses.get("score")
    found = None if score is None else saved.load(score.calls[0].network)
    why = "keeps no discriminator"
    if found is not None:
        inputs = keras.tree.flatten(found.input)
        why = "has a discriminator that takes more than an image"
        if len(inputs) == 1 and tuple(inputs[0].shape[1:]) == tuple(image_shape):
            why = "has a discriminator without maps"
            if maps := _largest(found):
                return keras.Model(found.input, maps, trainable=False)
    raise UserError(f"{option}: {saved.run.path} {why}; give 0 to compare pixels alone")


def _largest(network):
    logits = network.output["logits"] if isinstance(network.output, dict) else network.output
    last = {}
    for layer in keras.Model(network.input, logits).layers[1:]:
        shape = tuple(layer.output.shape)
        if len(shape) == 4:
            last[shape[1:3]] = layer.output
    return [*last.values()][:-1][:MOST]
