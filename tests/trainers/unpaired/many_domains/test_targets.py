import dataclasses

import numpy as np

from tfgan_kit.fields import attribute_field, class_field
from trainers.unpaired.many_domains.targets import grouped, toward

FACES = attribute_field(("black", "blond", "brown", "male"))


def test_all_get_a_class():
    field = class_field(("a", "b", "c"))
    assert toward(field, np.array([0, 2, 1]), 1).tolist() == [1, 1, 1]


def test_an_attribute_is_changed_to_its_other_value():
    labels = np.array([[1, 0, 0, 1], [0, 0, 1, 0], [0, 1, 0, -1]])
    found = toward(FACES, labels, 3)
    assert found[:, 3].tolist() == [0, 1, -1]
    np.testing.assert_array_equal(found[:, :3], labels[:, :3])


def test_in_a_group_one_clears_the_others():
    field = grouped(FACES, (("black", "blond", "brown"),), "faces")
    assert field == dataclasses.replace(FACES, groups=(("black", "blond", "brown"),))
    assert grouped(field, (), "faces") == field  # The data knows of it.
    labels = np.array([[1, 0, 0, 1], [0, 0, 1, 0]])
    assert toward(field, labels, 1).tolist() == [[0, 1, 0, 1], [0, 1, 0, 0]]
    assert toward(field, labels, 2).tolist() == [[0, 0, 1, 1], [0, 0, 1, 0]]
    assert toward(field, labels, 3).tolist() == [[1, 0, 0, 0], [0, 0, 1, 1]]
