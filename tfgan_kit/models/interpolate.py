"""The networks between two of one architecture."""

import keras

from tfgan_kit.errors import UserError


def interpolate(first: keras.Model, second: keras.Model, alpha: float) -> keras.Model:
    """Returns a network whose variables lie between those of two others.

        theta = (1 - alpha) theta_first + alpha theta_second

    for each variable, moving statistics included. Integer variables, which only count, are those of
    the first network, or with alpha 1 those of the second. Both networks stay as they are.

    What lies between is a useful network if the second was trained from the first: ESRGAN goes from
    the one with the best PSNR (0) to the GAN (1).

    Args:
      first, second: functional models of the same layers, by name and shape.
      alpha: in [0, 1].

    Returns:
      A new Keras model like the first.

    Raises:
      UserError: if alpha is outside, or the networks differ in a variable's name or shape.

    Reference:
      Wang et al., ESRGAN: Enhanced Super-Resolution Generative Adversarial Networks, 2018,
      section 3.4.
    """
    if not 0 <= alpha <= 1:
        raise UserError(f"cannot interpolate networks at {alpha}; choose a number from 0 to 1")
    ours, theirs = (_by_path(network) for network in (first, second))
    _check(ours, theirs)
    network = keras.models.clone_model(first)
    nearest = theirs if alpha == 1 else ours
    for path, variable in _by_path(network).items():
        if keras.backend.is_float_dtype(variable.dtype):
            variable.assign((1 - alpha) * ours[path].value + alpha * theirs[path].value)
        else:
            variable.assign(nearest[path].value)
    return network


def _by_path(network):
    return {variable.path: variable for variable in network.variables}


def _check(ours, theirs):
    """Raises an error if two networks have not the same variables."""
    advice = "choose two runs of one architecture and size"
    for path in [*ours, *theirs]:
        if (path in ours) != (path in theirs):
            where = "first" if path in ours else "second"
            raise UserError(
                f"cannot interpolate networks of different layers: only the {where} has {path}; "
                f"{advice}"
            )
    for path, variable in ours.items():
        if variable.shape != theirs[path].shape:
            shapes = (" x ".join(map(str, v.shape)) for v in (variable, theirs[path]))
            raise UserError(
                f"cannot interpolate networks of different sizes: {path} is {next(shapes)} in the "
                f"first and {next(shapes)} in the second; {advice}"
            )
