"""Translation between modalities that are called by their names: which, from where, how mixed."""

import dataclasses
import math
import os
from collections.abc import Mapping

from tfgan_kit.errors import UserError
from tfgan_kit.settings.names import split_apart
from tfgan_kit.uses import Use
from tfgan_kit.uses.apply import Bound


def of_modalities(saved, source, target, weights: str | None) -> Bound | None:
    """The use that translates from a modality, or several joined with "+", to another.

    Args:
      saved: the `SavedRun`.
      source, target: as the user names them, or None.
      weights: shares of the sources, joined with commas; None for the run's own.

    Returns:
      The use, in whose inputs the shares are the default; None if the run has no modalities.

    Raises:
      UserError: if the run does not translate so, or the weights are not as many numbers that add
        up to 1.
    """
    path = saved.run.path
    known = {use.modalities: use for use in saved.uses.values() if use.modalities}
    if not known:
        if weights is not None:
            raise UserError(f"--weights: {path} does not translate from several modalities")
        return None
    if (source, target) not in known:
        told = ", ".join(f"--from {a} --to {b}" for a, b in known)
        raise UserError(f"{path} translates in several ways: give one of {told}")
    use = known[source, target]
    if weights is not None:
        mixed = use.inputs.get("weights")
        if mixed is None:
            raise UserError(f"--weights: {source} is translated alone; leave it out")
        shares = _shares(weights, source.split("+"))
        field = dataclasses.replace(mixed, default=shares)
        use = dataclasses.replace(use, inputs=use.inputs | {"weights": field})
    return Bound(use, {call.network: saved.load(call.network) for call in use.calls})


def _shares(text, sources):
    parts = text.split(",")
    try:
        shares = tuple(map(float, parts))
    except ValueError:
        raise UserError(f"--weights {text}: give numbers, joined with commas") from None
    if len(shares) != len(sources):
        raise UserError(f"--weights {text}: give a number for each of {', '.join(sources)}")
    wanted = "give shares of 0 or more that add up to 1"
    if min(shares) < 0:
        raise UserError(f"--weights {text}: {min(shares):g} is below 0; {wanted}")
    if not math.isclose(sum(shares), 1, abs_tol=1e-6):
        raise UserError(f"--weights {text}: they add up to {sum(shares):g}; {wanted}")
    return shares


def places_of(bound: Bound | None, input: str) -> tuple[str, dict[str, str]]:
    """The path of what is translated, and name -> path of the other modalities.

    Args:
      bound: see `of_modalities`.
      input: a path for each modality, joined with "+", which existing paths may have in them.

    Raises:
      UserError: if there are more or fewer paths.
    """
    names = bound.use.modalities[0].split("+") if bound else []
    if len(names) < 2:
        return input, {}
    parts = split_apart(input, "+", os.path.exists)
    if len(parts) != len(names) or not all(parts):
        raise UserError(
            f"--input {input}: give a path for each of {' and '.join(names)}, joined with +"
        )
    return parts[0], dict(zip(names[1:], parts[1:], strict=True))


def check_partners(use: Use, files: Mapping) -> None:
    """Raises UserError if one file would be mixed with each of several.

    Args:
      use: what translates.
      files: name of each input -> its `data.reading.own_size.OwnSizes`.
    """
    if not use.modalities:
        return
    several = next((name for name, each in files.items() if len(each) > 1), None)
    for name, each in files.items():
        if several and len(each) == 1:
            raise UserError(
                f"--input: {each.path(0)} is the only {name} for {len(files[several])} files of "
                f"{several}; give a folder with a file of each name"
            )
