"""The environment of the peers, which the kit itself does not depend on."""

import os
import subprocess
import sys
import venv
from pathlib import Path

from benchmarks.child import ROOT
from tfgan_kit.errors import UserError

PACKAGES = ("torch==2.13.0", "numpy")
FOLDER = ROOT / ".venv-peers"
DONE = FOLDER / "installed"  # Written last: half an environment is none.
VARIABLE = "TFGAN_KIT_PEERS"  # Of another environment in its place.


def python() -> Path | None:
    """Returns the interpreter of the peers, or None if there is none."""
    other = os.environ.get(VARIABLE)
    path = Path(other or FOLDER) / "bin" / "python"
    return path if path.exists() and (other or DONE.exists()) else None


def build() -> None:
    """Builds the environment; pip says what it does.

    Raises:
      UserError: if the packages cannot be had.
    """
    print(f"{FOLDER.name}: {', '.join(PACKAGES)}", flush=True)
    venv.create(FOLDER, with_pip=True)
    command = [FOLDER / "bin" / "python", "-m", "pip", "install", "--disable-pip-version-check"]
    if subprocess.run([*command, *PACKAGES]).returncode:
        raise UserError(
            f"{' '.join(PACKAGES)} could not be installed into {FOLDER.name}; see pip's message"
        )
    probe = "import torch; print('PyTorch', torch.__version__)"
    if subprocess.run([FOLDER / "bin" / "python", "-c", probe], stdout=sys.stdout).returncode:
        raise UserError(f"PyTorch was installed into {FOLDER.name} but cannot be imported")
    DONE.touch()
