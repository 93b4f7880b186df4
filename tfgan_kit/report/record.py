"""The contents of a run directory: the only place where a report reads files."""

import dataclasses
import math
from pathlib import Path

from tfgan_kit.engine.status import duration
from tfgan_kit.errors import UserError
from tfgan_kit.fields import Field
from tfgan_kit.latent.direction_names import read_names
from tfgan_kit.report.evaluation_file import read_best, read_entries
from tfgan_kit.report.log_file import Log, read_log
from tfgan_kit.report.metrics_file import read_columns
from tfgan_kit.report.pictures import LEAST, Frame, read_examples, read_frame, read_frames
from tfgan_kit.runs.complete import complete_steps
from tfgan_kit.runs.run_dir import RunDir
from tfgan_kit.settings.origins import read_origins
from tfgan_kit.uses import read_uses


@dataclasses.dataclass
class Record:
    """The current state of a run.

    Attributes:
      path: the directory as given by the user.
      name: its name; with several runs, including as much of the path as distinguishes them.
      method, settings: the contents of config.json.
      origins: where each setting came from, see `tfgan_kit.settings.origins`; None if unknown.
      columns: metrics.csv, see `read_columns`.
      entries: evaluation.json, see `read_entries`.
      best: see `read_best`.
      log: see `Log`.
      frames: pictures of samples over time.
      real: a picture of real images in the layout of the samples, or None.
      examples: pictures of examples, see `tfgan_kit.pictures.examples`.
      label: the `tfgan_kit.fields.Field` of the label that its generator of images takes, or None.
      notes: what is missing or damaged, one line each.
      saved: the steps at which it was saved, ascending.
      translates: whether its method makes images from images.
      to_labels: whether it translates them to labels, and back to their own.
      edits: whether it edits images along directions, a row of its pictures for each.
      names: number of a direction -> the name that it has been given.
    """

    path: Path
    name: str
    method: str
    settings: dict
    origins: dict[str, str] | None
    columns: dict[str, list[float]]
    entries: list[dict]
    best: dict | None
    log: Log
    frames: list[Frame]
    real: Frame | None
    examples: list[Frame]
    label: Field | None
    notes: list[str]
    saved: tuple[int, ...] = ()
    translates: bool = False
    to_labels: bool = False
    edits: bool = False
    names: dict[int, str] = dataclasses.field(default_factory=dict)

    @property
    def has_domains(self) -> bool:
        """Whether its method learns several domains together, so that measures end in letters."""
        return "dataset_a" in self.settings

    @property
    def joint(self) -> bool:
        """Whether its method generates corresponding images in several domains."""
        return self.has_domains and self.generates

    @property
    def generates(self) -> bool:
        """Whether its method generates samples from latents."""
        return "latent_size" in self.settings and not self.translates

    @property
    def adapts(self) -> bool:
        """Whether its networks are a start, from which inner steps lead to a task."""
        return "inner_steps" in self.settings

    @property
    def pictures(self) -> int:
        """The number of characters of all pictures' data."""
        frames = [*self.frames, *self.examples, *filter(None, [self.real])]
        return sum(len(frame.source) for frame in frames)

    @property
    def step(self) -> int:
        """The last step that left a trace; a run that was stopped is saved between two lines."""
        traces = [int(s) for s in self.columns.get("step", [])[-1:]]
        traces += [e["step"] for e in self.entries[-1:]] + [f.step for f in self.frames[-1:]]
        traces += self.saved[-1:]
        return max(traces, default=0)

    @property
    def planned(self) -> int | None:
        """The number of steps that were requested."""
        steps = self.settings.get("steps")
        return steps if isinstance(steps, int) else None

    @property
    def domains(self) -> tuple[str, ...]:
        """A description of each domain's data, () if unknown."""
        names = self.log.header.get("data", "").rpartition(": ")[0].split(" + ")
        return tuple(names) if self.has_domains and len(names) > 1 else ()

    @property
    def took(self) -> str | None:
        """How long training took, in words: the sum over all processes that trained the run.

        The log does not record the time of a process that was killed; then it is the time of the
        steps alone.
        """
        parts = self.log.seconds
        if parts and self.log.starts[0] == 0 and None not in parts:
            return duration(math.fsum(parts))
        speeds, steps = self.columns.get("images_per_second", []), self.columns.get("step", [])
        batch = self.settings.get("batch_size")
        if not speeds or not isinstance(batch, int) or not all(s > 0 for s in speeds):
            return None
        before = [0, *steps[:-1]]
        seconds = math.fsum(
            (b - a) * batch / speed for a, b, speed in zip(before, steps, speeds, strict=True)
        )
        return f"about {duration(seconds)}"


def read_record(path, pictures: int, frames: int) -> Record:
    """Reads a run.

    Args:
      path: a run directory.
      pictures: maximum characters of the pictures' data.
      frames: maximum number of pictures.

    Raises:
      UserError: if it is not a run directory, or its config.json is damaged.
    """
    run = RunDir.open(path)
    config, notes = run.read_config(), []
    uses = _uses(run.uses, notes)
    real = read_frame(run.real, pictures // LEAST)
    examples = read_examples(run.examples, pictures // 3) if frames > 1 else []
    left = pictures - sum(len(frame.source) for frame in [*([real] if real else []), *examples])
    record = Record(
        path=run.path,
        name=run.path.resolve().name,
        method=config["method"],
        settings=config["settings"],
        origins=read_origins(run.origins),
        columns=read_columns(run.metrics, notes),
        entries=read_entries(run.evaluation, notes),
        best=read_best(run.best / "best.json", notes),
        log=read_log(run.log, notes),
        frames=read_frames(run.samples, left, notes, frames),
        real=real,
        examples=examples,
        label=_label(uses),
        notes=notes,
        saved=tuple(complete_steps(run.checkpoints)),
        translates=any(name.startswith("translate") for name in uses),
        to_labels=_translates_to_labels(uses),
        edits="edit" in uses,
        names=_names(run.path, notes),
    )
    _missing(record)
    return record


def _uses(path, notes):
    try:
        return read_uses(path) or {}
    except UserError as error:
        notes.append(str(error))
        return {}


def _names(path, notes):
    try:
        return read_names(path)
    except UserError as error:
        notes.append(str(error))
        return {}


def _translates_to_labels(uses):
    use = uses.get("translate")
    return use is not None and use.label is not None


def _label(uses):
    use = uses.get("generate")
    if use is None or any(use.outputs[name].kind != "image" for name in use.examples):
        return None
    return use.inputs.get(use.label)


def _missing(record):
    """Notes what a run does not have yet."""
    step, planned = record.step, record.planned
    if planned is not None and step < planned:
        record.notes.insert(0, f"The run has not finished: {step:,} of {planned:,} steps")
    damaged = " ".join(record.notes)
    if not record.columns and "metrics.csv" not in damaged:
        record.notes.append("There are no curves yet: metrics.csv has no rows")
    told = record.generates and step  # The summary says how to measure it.
    if not record.entries and not told and "evaluation.json" not in damaged:
        record.notes.append("Nothing has been measured yet: there is no evaluation.json")
    if not record.frames and record.generates and "samples/" not in damaged:
        record.notes.append("There are no samples yet")
    if any(frame.compressed for frame in record.frames):
        record.notes.append("Pictures are compressed to keep this file small; see samples/")
