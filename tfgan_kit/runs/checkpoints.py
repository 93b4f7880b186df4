"""Reliable checkpoints: atomic, verified, with a fallback."""

import hashlib
import json
import shutil
from pathlib import Path

import tensorflow as tf

from tfgan_kit.errors import UserError
from tfgan_kit.machine.files import NotWritten, write_bytes, write_json, writing
from tfgan_kit.machine.plain_path import plain_folder
from tfgan_kit.runs.complete import complete_steps
from tfgan_kit.runs.variables import variables_of


def _sha256(path) -> str:
    with open(path, "rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


class Checkpoints:
    """Writes and restores the whole state of a trainer under `directory`.

    A checkpoint consists of `ckpt-STEP.index` and its data file, as `tf.train.Checkpoint` writes
    them, and of a manifest `ckpt-STEP.json` that is written last. The manifest holds the hashes of
    the files and the shapes of the variables; a checkpoint without one, or with other hashes, is
    not used.

    Args:
      directory: the directory of the checkpoints.
      trainer: the trainer whose variables they hold.
      method, data: names of the method and the data, checked on restoring.
      keep: number of newest checkpoints to keep.
      fingerprint: a digest of the data, checked where known; "" for none.
      accept_data: whether to restore a checkpoint that was trained on other data.

    Raises:
      UserError, ValueError: see `tfgan_kit.runs.variables.variables_of`.
    """

    def __init__(
        self,
        directory,
        trainer,
        *,
        method: str,
        data: str,
        keep: int,
        fingerprint: str = "",
        accept_data: bool = False,
    ):
        self._directory = Path(directory)
        self._keep = keep
        self._trainer = trainer
        self._accept_data = accept_data
        self._identity = {"method": method, "data": data, "fingerprint": fingerprint}
        self.follow()

    def follow(self) -> None:
        """Switches to the variables of the trainer's current stage.

        Raises:
          UserError, ValueError: see `tfgan_kit.runs.variables.variables_of`.
        """
        self._groups = variables_of(self._trainer)
        self._checkpoint = tf.train.Checkpoint(**self._groups)
        shapes = {k: [list(v.shape) for v in group] for k, group in self._groups.items()}
        self._identity |= {"shapes": shapes, "stage": self._trainer.stage}

    def latest_step(self) -> int | None:
        """Step of the newest complete checkpoint, or None."""
        return max(self._steps(), default=None)

    def _steps(self):
        return complete_steps(self._directory)

    def _prefix(self, step):
        return self._directory / f"ckpt-{step}"

    def bad_variable(self) -> str | None:
        """Name of a variable that holds NaN or infinity, or None."""
        for name, group in self._groups.items():
            for variable in group:
                if variable.dtype.is_floating and not tf.reduce_all(tf.math.is_finite(variable)):
                    return f"{name} {variable.name}"
        return None

    def save(self, step: int, extra: dict) -> None:
        """Writes a checkpoint and then removes those that are too old.

        Args:
          step: number of steps done.
          extra: additional JSON state, which `restore` returns.

        Raises:
          NotWritten: if there is no space for it. Earlier checkpoints stay.
        """
        try:
            self._write(step, extra)
        except NotWritten:
            self._remove(set(self._steps()))
            raise
        steps = self._steps()
        kept = steps[-self._keep :]
        # The state file of `tf.train.latest_checkpoint`, written atomically.
        state = [f'model_checkpoint_path: "{self._prefix(step).name}"']
        state += [f'all_model_checkpoint_paths: "{self._prefix(s).name}"' for s in kept]
        write_bytes(("\n".join(state) + "\n").encode(), self._directory / "checkpoint")
        self._remove(set(kept))

    def _write(self, step, extra):
        prefix = self._prefix(step)
        with writing(prefix), plain_folder(self._directory) as folder:
            self._checkpoint.write(f"{folder}/{prefix.name}")
        files = sorted(self._directory.glob(f"{prefix.name}.*"))
        hashes = {f.name: _sha256(f) for f in files if f.suffix != ".json"}
        manifest = {"step": step, "files": hashes, **self._identity, "extra": extra}
        write_json(manifest, prefix.with_suffix(".json"))

    def _remove(self, kept):
        # The manifest is removed first, so that the remaining files can never be taken for a
        # checkpoint. Parts of a checkpoint that a killed process left are removed as well.
        for part in self._directory.glob(".ckpt-*.part.*"):
            part.unlink()
        paths = self._directory.glob("ckpt-*")
        for path in sorted(paths, key=lambda p: p.suffix != ".json"):
            step = path.name[5:].split(".")[0]
            if step.isdigit() and int(step) in kept:
                continue
            if path.is_dir():
                shutil.rmtree(path)
            else:
                path.unlink()

    def restore(self, report, enter) -> dict | None:
        """Restores the newest intact checkpoint.

        Args:
          report: called with a one-line warning for each checkpoint that had to be skipped.
          enter: called with the number of the checkpoint's stage, to build it, if the trainer is in
            another stage.

        Returns:
          Its manifest, or None if there is no checkpoint at all.

        Raises:
          UserError: if there are checkpoints but none is intact, or the newest intact one belongs
            to another method or network.
        """
        steps = self._steps()
        for step in reversed(steps):
            manifest = self._read(step)
            if isinstance(manifest, str):
                where = self._prefix(step)
                report(f"warning: checkpoint {where} is {manifest}; trying the one before it")
                continue
            stage = manifest.get("stage", 0)
            if stage != self._trainer.stage:
                enter(stage)
                self.follow()
            self._check_identity(manifest, step, report)
            with plain_folder(self._directory) as folder:
                self._checkpoint.read(f"{folder}/{self._prefix(step).name}").assert_consumed()
            return manifest
        if steps:
            raise UserError(
                f"none of the {len(steps)} checkpoints in {self._directory} is whole; "
                "start a new run"
            )
        return None

    def drop_after(self, step: int) -> None:
        """Removes the manifests of later checkpoints, as those that could not be restored."""
        for later in self._steps():
            if later > step:
                self._prefix(later).with_suffix(".json").unlink()

    def _read(self, step):
        """The manifest, or one word that says what is wrong with the checkpoint."""
        try:
            manifest = json.loads(self._prefix(step).with_suffix(".json").read_text())
            for name, digest in manifest["files"].items():
                if _sha256(self._directory / name) != digest:
                    return f"corrupted ({name} has changed)"
            if not manifest["files"] or manifest["step"] != step:
                return "corrupted (its manifest does not fit)"
        except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
            return f"corrupted ({type(error).__name__}: {error})"
        return manifest

    def _check_data(self, manifest, where):
        """What is wrong with the data, in one line, or None if nothing is."""
        theirs, ours = manifest["data"], self._identity["data"]
        if theirs != ours:
            return f"checkpoint {where} was trained on {theirs!r}, but the data is now {ours!r}"
        prints = {manifest.get("fingerprint", ""), self._identity["fingerprint"]} - {""}
        if len(prints) > 1:
            return f"checkpoint {where}: {ours!r} has other examples than those it was trained on"
        return None

    def _check_identity(self, manifest, step, report):
        where = self._prefix(step)
        if manifest["method"] != self._identity["method"]:
            raise UserError(
                f"checkpoint {where} belongs to the method {manifest['method']!r}, "
                f"this run to {self._identity['method']!r}; resume it with its own config.json"
            )
        changed = self._check_data(manifest, where)
        if changed and not self._accept_data:
            raise UserError(
                f"{changed}; restore it, say where it is with --dataset or --data-dir, or continue "
                "with what there is: --data-changed accept"
            )
        if changed:
            report(f"warning: {changed}")
        theirs, ours = manifest["shapes"], self._identity["shapes"]
        for group in sorted(set(theirs) | set(ours)):
            if theirs.get(group) != ours.get(group):
                if group.startswith("state_") and group in theirs and group in ours:
                    raise UserError(
                        f"checkpoint {where} does not fit: {group} has other sizes, as with "
                        "another number of devices; resume it with as many as it began with"
                    )
                raise UserError(
                    f"checkpoint {where} does not fit this run's networks: {group} differs; "
                    "resume it with its own config.json"
                )
