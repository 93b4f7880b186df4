"""Adapts a run for a command."""

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import NamedTuple

import keras

from tfgan_kit.adaptation.clone import new_clone, trained, write_clone
from tfgan_kit.engine.status import StatusLine
from tfgan_kit.errors import UserError
from tfgan_kit.runs.saved_run import SavedRun

MOST = 100_000  # Steps, whose draws some methods make in advance.


class Adapted(NamedTuple):
    """A run after adaptation.

    Attributes:
      saved: the `SavedRun`, as it was before.
      networks: the adapted networks by name.
      told: see `tfgan_kit.adaptation.clone.write_clone`.
      place: where a clone is to be kept, or None.
    """

    saved: SavedRun
    networks: Mapping[str, keras.Model]
    told: dict
    place: Path | None

    def keep(self) -> dict:
        """Writes the clone if it is to be kept, and returns `told`.

        A command calls this last, so that one that fails keeps nothing.
        """
        if self.place is not None:
            write_clone(self.place, self.saved, self.networks, self.told)
            StatusLine().line(f"kept the adapted networks as {self.place}")
        return self.told


def adapted(
    run_dir,
    read: Callable,
    adapt: Callable,
    *,
    task: str,
    use: str | None = None,
    shots: int | None = None,
    adapt_steps: int | None = None,
    save_adapted: str | None = None,
    seed: int | None = None,
    best: bool = False,
) -> Adapted:
    """Adapts a run to a task, and prints a line on how. Nothing is written yet.

    Args:
      run_dir: a run whose method adapts.
      read: function (task, shots, seed) -> `tfgan_kit.adaptation.task.Task`.
      adapt: function of the method, see `tfgan_kit.adaptation`.
      task: a folder of images, or classes of the run's data.
      use: what the command does with the networks, which is refused here if the run cannot.
      shots: how many images, of each class; by default the run's own number.
      adapt_steps: how many steps; by default the run's own number of inner steps.
      save_adapted: name of a clone to keep, see `Adapted.keep`.
      seed: of the choice of images and of the method's noise; by default the run's.
      best: whether to start from the networks of the best evaluation.

    Raises:
      UserError: if the task cannot be read, has too few images, or adaptation fails.
    """
    saved, status = SavedRun(run_dir, best=best), StatusLine()
    place = None if save_adapted is None else new_clone(saved.run, save_adapted)
    seed = saved.seed if seed is None else seed
    steps = saved.settings.get("inner_steps") if adapt_steps is None else adapt_steps
    if use is not None:
        saved.bound(use)
    if steps and steps > MOST:
        raise UserError(f"--adapt-steps {steps}: give at most {MOST:,}, or train on these images")
    if not steps:
        raise UserError(f"{run_dir} has no inner steps of its own; set --adapt-steps N")
    found = read(task, shots, seed)
    shots = len(found.hashes) // max(len(found.classes), 1)
    for note in found.notes:
        status.line(note)
    if found.seen:
        status.line(f"warning: the run has seen {found.name} in training")
    if len(found.hashes) == 1:
        status.line("warning: a single image says little about what a task's images share")
    count = f"{shots} image{'s' * (shots > 1)}" + " of each class" * (len(found.classes) > 1)
    how = f"{found.name}: {count}, {steps} step{'s' * (steps > 1)}"
    status.update(f"adapting to {how}")
    networks = adapt(saved, found.examples, steps=steps, seed=seed)
    status.line(f"adapted to {how}")
    step, data = trained(saved, best)
    told = {
        "task": found.name,
        "classes": list(found.classes),
        "images": found.hashes,
        **{"shots": shots, "steps": steps, "seed": seed, "seen": found.seen},
        **{"trained": step, "data": data},
    }
    return Adapted(saved, networks, told, place)
