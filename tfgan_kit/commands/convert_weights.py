"""`main.py data weights`: converts published weights to this kit's .npz format."""

from pathlib import Path

import numpy as np

from tfgan_kit.errors import UserError
from tfgan_kit.extractors.conversion import read, renamed
from tfgan_kit.extractors.registry import find
from tfgan_kit.machine.files import written_aside
from tfgan_kit.outcome import Outcome


def convert_weights(files, *, network: str, output) -> Outcome:
    """Writes the weights of a network after checking that they load into it.

    Args:
      files: published files that together contain the network; see
        `tfgan_kit.extractors.conversion`.
      network: "inception-2015", "vgg16-lpips" or "alexnet-lpips".
      output: the .npz to write.

    Returns:
      A line that says what was written and whether it matches the published weights.

    Raises:
      UserError: if a file cannot be read, or the files do not contain the network.
    """
    output = Path(output)
    if output.suffix != ".npz" or not output.parent.is_dir():
        raise UserError(f"--output {output}: give a .npz in a folder that exists")
    if output.exists():
        raise UserError(f"--output {output} exists already; name another")
    arrays = {name: array for file in files for name, array in read(file).items()}
    arrays = renamed(network, arrays)
    with written_aside(output) as part:
        np.savez(part, **arrays)
        try:
            loaded = find(network, weights=str(part))
        except UserError as error:
            given = " and ".join(map(str, files))
            raise UserError(str(error).replace(str(part), given)) from error
    known = "not those that were published" if loaded.warnings else "as published"
    return Outcome(
        f"wrote {output}: the weights of {network}, SHA-256 {loaded.digest[:12]}, {known}",
        output=str(output),
        sha256=loaded.digest,
        published=not loaded.warnings,
    )
