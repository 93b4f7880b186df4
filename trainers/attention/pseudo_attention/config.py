"""Settings of the distillation of attention from other classes."""

import dataclasses

from tfgan_kit.errors import UserError
from tfgan_kit.settings.option import option
from trainers.attention.attention_distill.config import AttentionDistillConfig


@dataclasses.dataclass(frozen=True, kw_only=True)
class PseudoAttentionConfig(AttentionDistillConfig):
    """The classes of the teacher that stand for those of the student."""

    partners: tuple[str, ...] = option(
        (),
        "for each class or attribute, the teacher's that stands in, as 'bald=hat,gray=blond'",
        metavar="NAME=NAME",
    )

    def check(self) -> None:
        """See `TrainConfig.check`."""
        super().check()
        pairs = [pair.partition("=") for pair in self.partners]
        for pair, (name, equals, partner) in zip(self.partners, pairs, strict=True):
            if not (name and equals and partner):
                raise UserError(f"--partners {pair!r} is not of the form NAME=NAME")
        for side, whose in ((0, "this run"), (2, "the teacher")):
            names = [pair[side] for pair in pairs]
            for name in names:
                if names.count(name) > 1:
                    raise UserError(f"--partners names {name!r} of {whose} twice")

    @property
    def partner_names(self) -> dict[str, str]:
        """Name of each class or attribute -> that of the teacher."""
        pairs = (pair.partition("=") for pair in self.partners)
        return {name: partner for name, _, partner in pairs}
