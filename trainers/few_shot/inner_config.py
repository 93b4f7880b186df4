"""Settings of methods that take inner steps on tasks."""

import dataclasses

from tfgan_kit.errors import UserError
from tfgan_kit.settings.option import option
from tfgan_kit.settings.train import TrainConfig


@dataclasses.dataclass(frozen=True, kw_only=True)
class InnerConfig(TrainConfig):
    """After which numbers of steps adaptation is measured, and what inner steps cannot do."""

    evaluate_at: tuple[int, ...] = option(
        (0, 1, 5, 10, 50),
        "numbers of steps on a task after which it is measured",
        group="measures",
        minimum=0,
    )

    def check(self) -> None:
        """See `TrainConfig.check`."""
        super().check()
        if list(self.evaluate_at) != sorted({*self.evaluate_at}) or not self.evaluate_at:
            raise UserError("--evaluate-at: give ascending numbers of steps, such as 0,1,5,10")
        if self.precision == "mixed_float16":
            raise UserError(
                "--precision mixed_float16: inner steps have no loss scaling, and small gradients "
                "would vanish; use mixed_bfloat16 or float32"
            )
