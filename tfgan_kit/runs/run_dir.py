"""A run's directory: its layout, its name and its lock."""

import fcntl
import os
import re
import shutil
from pathlib import Path

from tfgan_kit.errors import UserError
from tfgan_kit.machine.files import NotWritten, write_json, writing
from tfgan_kit.settings.option import read_file, to_file
from tfgan_kit.wording import word

_LONGEST = 200  # Maximum bytes of a name; file systems allow 255.


class RunDir:
    """The paths inside a run directory, and the lock that keeps a second process out."""

    def __init__(self, path):
        self.path = Path(path)
        self.config = self.path / "config.json"
        self.uses = self.path / "uses.json"
        self.origins = self.path / "origins.json"
        self.log = self.path / "log.txt"
        self.metrics = self.path / "metrics.csv"
        self.curves = self.path / "curves.png"
        self.evaluation = self.path / "evaluation.json"
        self.tensorboard = self.path / "tensorboard"
        self.samples = self.path / "samples"
        self.real = self.path / "real.png"
        self.examples = self.path / "examples"
        self.checkpoints = self.path / "checkpoints"
        self.models = self.path / "models"
        self.best = self.models / "best"
        self.clone = self.path / "adapted.json"  # Of an adapted clone of a run, and of no run.
        self._lock = None

    @classmethod
    def create(cls, path, method: str, config) -> "RunDir":
        """Makes a new run directory, locks it and writes `config.json`.

        Raises:
          UserError: see `check_new`.
          NotWritten: if the directory cannot be made; nothing is left of it then.
        """
        run = cls.check_new(path)
        with writing(path):
            run.samples.mkdir(parents=True)  # From now on, it belongs to this process.
            try:
                for folder in (run.checkpoints, run.models, run.tensorboard):
                    folder.mkdir()
                run.lock()
                run.write_config(method, config)
            except (OSError, NotWritten):
                run.unlock()
                shutil.rmtree(path)
                raise
        return run

    @classmethod
    def check_new(cls, path) -> "RunDir":
        """Checks that a new run can be made at a path, without making anything yet.

        Raises:
          UserError: if it already contains a run or anything else.
        """
        run = cls(path)
        if run.path.exists() and not run.path.is_dir():
            raise UserError(f"{path} is a file; --run-dir needs a new or empty directory")
        if run.config.exists():
            raise UserError(
                f"{path} already holds a run; continue it with `train --resume {word(path)}` "
                "or name another --run-dir"
            )
        if run.path.is_dir() and any(run.path.iterdir()):
            raise UserError(
                f"{path} is not empty and not a run; --run-dir needs a new or empty directory"
            )
        return run

    @classmethod
    def open(cls, path) -> "RunDir":
        """Opens an existing run for reading.

        Raises:
          UserError: if there is no run.
        """
        run = cls(path)
        if not run.path.is_dir():
            raise UserError(f"there is no run directory {path}")
        if not run.config.is_file():
            raise UserError(f"{path} is not a run directory: it has no config.json")
        return run

    @property
    def read_only(self) -> bool:
        """Whether this process may not write to the directory."""
        return not os.access(self.path, os.W_OK | os.X_OK)

    def output(self, name: str) -> Path:
        """The path of a file that a command writes into the run unless `--output` names another.

        Raises:
          UserError: if the directory is read-only.
        """
        if self.read_only:
            raise UserError(
                f"{self.path} is read-only; say with --output where to write {Path(name).name}"
            )
        return self.path / name

    def lock(self, *, to_write: bool = True) -> None:
        """Locks the run for this process until the process ends, however that happens.

        Args:
          to_write: whether the process needs to write to the directory. If not, a read-only
            directory is locked only if it has a lock file.

        Raises:
          UserError: if another process holds the lock, the directory is read-only, or it is an
            adapted clone.
        """
        if self.clone.exists():
            raise UserError(
                f"{self.path} is an adapted clone, which cannot be trained or evaluated; name "
                "the run that it was made from"
            )
        file, kind = self.path / ".lock", fcntl.LOCK_EX
        if self.read_only:
            if to_write:
                raise UserError(
                    f"{self.path} is read-only; copy it to a folder that you may write to, and "
                    "use the copy"
                )
            if not os.access(file, os.R_OK):
                return
            kind = fcntl.LOCK_SH  # NFS refuses the other kind for a file that is only read.
        with writing(file):
            # It stays open until the process ends.
            self._lock = open(file, "r" if self.read_only else "w")  # noqa: SIM115
        try:
            fcntl.flock(self._lock, kind | fcntl.LOCK_NB)
        except OSError:
            raise UserError(
                f"{self.path} is in use by another process; wait for it or stop it first"
            ) from None

    def unlock(self) -> None:
        """Releases the lock."""
        if self._lock is not None:
            self._lock.close()
            self._lock = None

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.unlock()

    def models_of(self, best: bool) -> Path:
        """The folder of the newest networks, or of the best ones.

        Raises:
          UserError: if the best networks are requested and the run kept none.
        """
        if best and not self.best.is_dir():
            raise UserError(
                f"{self.path} kept no best networks, which --best asks for; `train --keep-best "
                "NUMBER` keeps them"
            )
        return self.best if best else self.models

    def read_config(self) -> dict:
        """The method and its settings, as `tfgan_kit.settings.option.read_file` returns them."""
        return read_file(self.config)

    def write_config(self, method: str, config) -> None:
        """Writes `config.json`."""
        write_json(to_file(method, config), self.config)


def next_name(root, method: str, config, changed: dict) -> Path:
    """A name for a new run: number, method, data if any, tag, and non-default settings.

    Args:
      root: folder of the runs.
      method: name of the method.
      config: the configuration.
      changed: the settings that differ from their defaults.
    """
    root = Path(root)
    numbers = [0]
    if root.is_dir():
        heads = [name.split("-")[0] for name in os.listdir(root)]
        numbers += [int(head) + 1 for head in heads if head.isdigit()]
    told = [_of_data(config.data_name)] if config.data_name else []
    told += [config.tag] if config.tag else []
    told += [f"{k}{v}" for k, v in changed.items() if k in ("loss", "penalty", "network", "seed")]
    name = "-".join([f"{max(numbers):05d}", method, *told])
    return root / name.encode()[:_LONGEST].decode(errors="ignore")


def _of_data(name):
    """The part of a run's name that stands for the data set or data sets."""
    data = "-".join(Path(part).stem for part in name.split(","))
    return re.sub(r"[^\w.]+", "-", data).strip("-") or "data"
