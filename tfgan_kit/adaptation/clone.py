"""Adapted clones of a run: folders RUN/adapted/NAME that open like runs."""

import json
import shutil
from collections.abc import Mapping
from pathlib import Path

import keras

from tfgan_kit.errors import UserError
from tfgan_kit.machine.files import complete_folder, write_json, writing
from tfgan_kit.runs.best import best_step
from tfgan_kit.runs.complete import complete_steps, data_of
from tfgan_kit.runs.run_dir import RunDir
from tfgan_kit.runs.saved_run import SavedRun


def read_clone(run: RunDir) -> dict | None:
    """What a clone was adapted to, see `write_clone`; None for a run that is none.

    Raises:
      UserError: if its description is damaged.
    """
    if not run.clone.exists():
        return None
    try:
        told = json.loads(run.clone.read_text())
        return told | {name: told[name] for name in ("task", "images", "steps", "trained", "data")}
    except (OSError, ValueError, TypeError, KeyError):
        raise UserError(f"{run.clone} is damaged; adapt to the task again") from None


def new_clone(run: RunDir, name: str) -> Path:
    """The path of a new clone.

    Raises:
      UserError: if the name is none for a folder, there is such a clone, or the run is read-only.
    """
    if not name or name.startswith(".") or Path(name).name != name:
        raise UserError(
            f"--save-adapted {name!r}: give the name of a folder, which is made in "
            f"{run.path / 'adapted'}"
        )
    if run.read_only:
        raise UserError(
            f"--save-adapted {name}: {run.path} is read-only; copy the run, and adapt that"
        )
    path = run.path / "adapted" / name
    if path.exists():
        raise UserError(f"--save-adapted {name}: {path} exists already; give another name")
    return path


def trained(saved: SavedRun, best: bool) -> tuple[int, str]:
    """The number of steps that a run's networks were trained for, and on what, in words."""
    clone = read_clone(saved.run)
    if clone is not None:
        return clone["trained"], clone["data"]
    run, last = saved.run, max(complete_steps(saved.run.checkpoints), default=0)
    data = data_of(run.checkpoints, last, str(saved.settings.get("dataset", "unknown data")))
    return (best_step(run.best) if best else last), data


def write_clone(
    path: Path, saved: SavedRun, networks: Mapping[str, keras.Model], told: dict
) -> None:
    """Writes a clone; it appears once it is complete.

    It holds all that is needed to use it: config.json and uses.json of the run, models/ with its
    networks, the adapted ones in place of their starts, and adapted.json.

    Args:
      path: of `new_clone`.
      saved: the run.
      networks: the adapted networks by name.
      told: the content of adapted.json: "task", its name; "classes", their names; "images", the
        SHA-256 of each, see `tfgan_kit.adaptation.task.Task.hashes`; "shots", "steps", "seed" and
        "seen"; "trained" and "data", see `trained`.

    Raises:
      NotWritten: if it cannot be written.
    """
    with complete_folder(path) as folder:
        clone = RunDir(folder)
        with writing(path):
            clone.models.mkdir()
            for file in (saved.run.config, saved.run.uses):
                shutil.copy(file, folder)
            for file in sorted(saved.models.glob("[!.]*.keras")):
                if file.stem not in networks:
                    shutil.copy(file, clone.models)
            for name, network in networks.items():
                network.save(clone.models / f"{name}.keras")
        write_json(told, clone.clone)
