"""`main.py data get NETWORK`: downloads published weights, and converts them."""

import os
import tempfile
from pathlib import Path

from tfgan_kit.commands.convert_weights import convert_weights
from tfgan_kit.downloads.fetch import fetch
from tfgan_kit.downloads.unpack import unpack
from tfgan_kit.engine.status import StatusLine
from tfgan_kit.errors import UserError
from tfgan_kit.extractors.published import DOWNLOADS
from tfgan_kit.extractors.weights import VARIABLE
from tfgan_kit.machine.files import make_folder, writing
from tfgan_kit.machine.places import expanded
from tfgan_kit.machine.quiet import quiet_import
from tfgan_kit.outcome import Outcome


def get_weights(network: str, data_dir: str | None = None, mirror: str | None = None) -> Outcome:
    """Makes the file of a network's weights from the published files, which it downloads.

    Args:
      network: a key of `tfgan_kit.extractors.published.DOWNLOADS`.
      data_dir: the file is made in its folder `weights`; None for the folder that
        `TFGAN_KIT_WEIGHTS` names.
      mirror: address of a folder with the same files on another server.

    Returns:
      A line that says what was made, and how the kit finds it.

    Raises:
      UserError: if no folder is named, a file cannot be downloaded, is not what was published, or
        cannot be stored. What was downloaded is kept.
    """
    download, folder = DOWNLOADS[network], _folder(data_dir)
    output, status = folder / download.output, StatusLine()
    received = 0
    if not output.exists():
        status.line(f"{network}: {download.terms}")
        received = _make(network, output, mirror, status)
    named = os.environ.get(VARIABLE)
    is_found = named and expanded(named, VARIABLE).absolute() == folder.absolute()
    return Outcome(
        f"{output} is complete ({received / 1e6:,.1f} MB downloaded)"
        + ("" if is_found else f"; set {VARIABLE}={folder.absolute()}, where the kit looks"),
        output=str(output),
        downloaded=received,
        terms=download.terms,
    )


def _folder(data_dir: str | None) -> Path:
    named = os.environ.get(VARIABLE)
    if data_dir:
        return expanded(data_dir) / "weights"
    if named:
        return expanded(named, VARIABLE)
    raise UserError(
        f"no folder for weights is given; set {VARIABLE}, or pass --data-dir DIR for DIR/weights"
    )


def _make(network, output, mirror, status) -> int:
    """Downloads what is missing, and converts it; returns the number of bytes downloaded."""
    download, folder = DOWNLOADS[network], output.parent
    files = [file.at(mirror) for file in download.files]
    missing = [file for file in files if not (folder / file.name).exists()]
    for file in files:
        path = folder / file.name
        if file not in missing and (problem := file.problem(path)):
            raise UserError(f"{path} is not the published file ({problem}); move it away")
    by_hand = f"put {', '.join(file.name for file in missing)} into {folder} by hand"
    received = sum(fetch(file, folder / file.name, by_hand) for file in missing)
    status.line(f"converting to {output}")
    with quiet_import():
        import tensorflow  # noqa: F401 (which the conversion needs)
    make_folder(folder)
    with writing(output), tempfile.TemporaryDirectory(prefix=".", dir=folder) as aside:
        paths = [folder / file.name for file in files]
        if download.inside:
            inside = Path(aside, "inside")
            unpack(paths[0], inside, [download.inside])
            paths = [inside / download.inside]
        made = Path(aside, output.name)
        outcome = convert_weights(paths, network=network, output=made)
        if not outcome.values["published"]:
            names = " and ".join(str(folder / file.name) for file in files)
            raise UserError(
                f"{names}: not the published weights of {network}; remove them, and try "
                "again, or use another server with --mirror URL"
            )
        os.replace(made, output)
    for file in missing:
        (folder / file.name).unlink()
    return received
