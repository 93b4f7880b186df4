"""What classifiers that learn from a frozen one have in common."""

import functools

from tfgan_kit.models.resources import resources
from trainers.attention.teacher import NAME
from trainers.classification.classifier.trainer import Classifier


class Student(Classifier):
    """Trains `networks["classifier"]` beside `networks["teacher"]`, which stays as it is.

    Attributes:
      teacher: the `trainers.attention.teacher.Teacher`.
    """

    @functools.cached_property
    def costs(self):
        """What the student and the teacher cost, see `resources`; training does not change it."""
        return resources(self.classifier), resources(self.networks[NAME])
