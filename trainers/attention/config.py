"""Settings that students of a frozen classifier share."""

import dataclasses
import os

from tfgan_kit.settings.option import option
from trainers.classification.classifier.config import ClassifierTrainingConfig


@dataclasses.dataclass(frozen=True, kw_only=True)
class TeacherConfig(ClassifierTrainingConfig):
    """What is learned from."""

    teacher: str = option(
        "", "run of the classifier to learn from, or its .keras file", metavar="RUN"
    )

    def resolved(self) -> "TeacherConfig":
        """See `TrainConfig.resolved`: the path of the teacher is absolute."""
        path = self.teacher and os.path.abspath(self.teacher)
        return dataclasses.replace(super().resolved(), teacher=path)
