"""Latents in files: the label that an image was found with."""

import numpy as np
import pytest

from tfgan_kit.errors import UserError
from tfgan_kit.fields import class_field, vector_field
from tfgan_kit.latent.stored import StoredLatent, label_of

PETS = class_field(("cat", "dog"))
PERHAPS = class_field(("cat", "dog"), unknown=True)


def stored(label):
    return StoredLatent("z", np.zeros(3, np.float32), {}, label)


@pytest.mark.parametrize(
    ("field", "label"),
    [(PETS, np.array(1)), (PERHAPS, np.array(-1)), (vector_field(2), np.zeros(2, np.float32))],
)
def test_a_label_that_the_generator_takes(field, label):
    assert label_of(stored(label), field, "--keys me") is label


def test_a_generator_without_labels_takes_the_latent_alone():
    assert label_of(stored(np.array(1)), None, "--keys me") is None
    assert label_of(stored(None), PETS, "--keys me") is None


@pytest.mark.parametrize(
    ("field", "label"),
    [
        (PETS, np.array(2)),
        (PETS, np.array(-1)),
        (PERHAPS, np.array(-2)),
        (PETS, np.zeros(2, np.float32)),
        (vector_field(2), np.array(1)),
    ],
)
def test_a_label_of_another_generator_is_refused(field, label):
    with pytest.raises(UserError, match="--keys me was found with a label that this generator"):
        label_of(stored(label), field, "--keys me")
