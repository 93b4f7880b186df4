"""The settings of every run, whatever it learns from."""

import dataclasses

from tfgan_kit.errors import UserError
from tfgan_kit.settings.option import flag, option

AUTO = "auto"
PRECISIONS = ("float32", "mixed_bfloat16", "mixed_float16", AUTO)


@dataclasses.dataclass(frozen=True, kw_only=True)
class RunConfig:
    """Length, events and numerics of training; methods without data add their own fields.

    Attributes:
      samples: number of samples that an evaluation draws.
    """

    steps: int = option(10_000, "training steps (generator updates)", group="when", minimum=1)
    batch_size: int = option(
        64, "examples per update, over all devices", group="optimizer", minimum=1
    )
    seed: int = option(
        0,
        "seed of the weights, the noise and the data order",
        group="machine",
        minimum=0,
        maximum=2**63 - 1,
    )
    init_from: str | None = option(
        None,
        "run whose networks to start from, where names and shapes match",
        group="networks",
        metavar="DIR",
    )

    log_every: int = option(100, "steps between lines of metrics.csv", group="when", minimum=1)
    sample_every: int = option(500, "steps between sample grids", group="when", minimum=1)
    checkpoint_every: int = option(1000, "steps between checkpoints", group="when", minimum=1)
    evaluate_every: int = option(
        0, "steps between evaluations; 0: at the end only", group="when", minimum=0
    )
    keep_checkpoints: int = option(
        3, "number of newest checkpoints to keep", group="when", minimum=1
    )

    precision: str = option(
        "float32",
        "type of numbers to compute with; auto: found by trial at the start",
        group="machine",
        choices=PRECISIONS,
    )
    jit: bool = option(
        False, "compile the step with XLA (one device only)", group="machine", auto=True
    )
    deterministic: bool = option(
        False, "reproduce results exactly, also on a GPU; slower", group="machine"
    )
    devices: str | None = option(
        None,
        "devices to train on, such as 0,1 (GPUs) or cpu:0,cpu:1; by default all GPUs, else the CPU",
        group="machine",
        metavar="DEVICE,...",
    )

    samples = 2000  # Not a field: it is a setting of generating methods, in their own class.

    def check(self) -> None:
        """Checks constraints between several settings.

        Raises:
          UserError: if settings contradict each other.
        """

    def moved(self, place: dict[str, str]):
        """Returns the same settings for data that lies elsewhere now.

        Args:
          place: "dataset" and "data_dir", as far as they are given anew.

        Raises:
          UserError: if the run has no such setting.
        """
        known = {field.name for field in dataclasses.fields(self)}
        for name in place:
            if name not in known:
                raise UserError(f"{flag(name)}: this run has no such setting; leave it out")
        return dataclasses.replace(self, **place)

    def resolved(self):
        """The configuration as stored in a run, with values derived from the planned length.

        A run that is later trained for longer keeps these values.
        """
        return self

    @property
    def data_name(self) -> str:
        """The part of the run's name that stands for its data; empty without data."""
        return ""

    @property
    def tag(self) -> str:
        """A few letters that further distinguish the run's name; may be empty."""
        return ""
