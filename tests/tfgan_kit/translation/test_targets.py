import dataclasses
from pathlib import Path

import numpy as np
import pytest

from tfgan_kit.errors import UserError
from tfgan_kit.fields import attribute_field, class_field
from tfgan_kit.translation.targets import Target, targets_of

INKS = class_field(("red", "dark blue", "dark-blue", "dark/blue"))
FACE = dataclasses.replace(
    attribute_field(("black", "blond", "male")), groups=(("black", "blond"),)
)


class Files:
    """Two images, and what a table says of them."""

    def __len__(self):
        return 2

    def path(self, index):
        return Path("faces", f"{index}.png")

    def labels(self, names):
        known = {"black": [1, 0], "blond": [0, 1], "male": [0, -1]}
        return np.stack([known[name] for name in names], 1)


def same(label, **given):
    """The targets that both images have in common."""
    first, second = targets_of("run", label, Files(), **given)
    assert first == second
    return first


def changed(label, text):
    """The target of each image."""
    found = targets_of("run", label, Files(), change=text)
    assert [len(each) for each in found] == [1, 1]
    return [each[0] for each in found]


def test_domains_by_name_and_number():
    assert same(INKS, domain="red") == [Target(0, "red", "red")]
    assert [each.value for each in same(INKS, domain="2,red")] == [2, 0]


def test_all_domains_have_names_of_their_own():
    found = same(INKS, all_domains=True)
    assert [each.words for each in found] == list(INKS.names)
    assert [each.name for each in found] == ["red", "dark_blue_1", "dark-blue", "dark_blue_3"]


def test_attributes_that_are_not_named_do_not_apply():
    (found,) = same(FACE, attributes="male,!blond")
    assert found == Target((0, 0, 1), "black=0,blond=0,male=1", "male")
    (found,) = same(FACE, attributes="!male")
    assert found == Target((0, 0, 0), "black=0,blond=0,male=0", "none")
    alone = same(FACE, all_domains=True)
    assert [each.value for each in alone] == [(1, 0, 0), (0, 1, 0), (0, 0, 1)]


def test_attributes_that_are_not_set_stay():
    assert [each.value for each in changed(FACE, "male=1")] == [(1, 0, 1), (0, 1, 1)]
    # What a group sets clears its others; what it does not set clears nothing.
    assert [each.value for each in changed(FACE, "blond=1,male=0")] == [(0, 1, 0), (0, 1, 0)]
    assert [each.value for each in changed(FACE, "black=0,male=0")] == [(0, 0, 0), (0, 1, 0)]
    assert changed(FACE, "male=1")[1].words == "black=0,blond=1,male=1"


def test_unknown_attributes_stay_unknown_where_the_run_knows_that():
    partly = dataclasses.replace(FACE, unknown=True)
    assert [each.value for each in changed(partly, "blond=1")] == [(0, 1, 0), (0, 1, -1)]
    assert [each.value for each in changed(partly, "male=unknown")] == [(1, 0, -1), (0, 1, -1)]
    with pytest.raises(UserError) as error:
        changed(FACE, "blond=1")
    assert str(error.value) == (
        "faces/1.png: its attribute male is unknown, but the run was trained on known ones; write "
        "0 or 1 into the table beside it, or add male=0 or =1 to --set"
    )


def test_a_run_without_labels():
    assert same(None) == [None]


@pytest.mark.parametrize(
    ("label", "given", "message"),
    [
        (None, {"domain": "red"}, "--domain: run was not trained on labels; leave it out"),
        (INKS, {}, "run needs --domain NAME, or --all-domains; there are red, dark blue"),
        (FACE, {}, "--attributes NAME,NAME, --set NAME=1, or --all-domains; there are black"),
        (INKS, {"domain": "red", "all_domains": True}, "--domain and --all-domains: give one"),
        (INKS, {"domain": "rad"}, "no class is called 'rad'; did you mean 'red'"),
        (INKS, {"domain": "red,red"}, "red is named twice"),
        (INKS, {"attributes": "red"}, "--attributes: run takes classes (red, dark blue"),
        (INKS, {"change": "red=1"}, "see --domain"),
        (None, {"change": "red=1"}, "--set: run was not trained on labels; leave it out"),
        (FACE, {"change": "male=1", "attributes": "male"}, "--attributes and --set: give one of"),
        (FACE, {"change": "mail=1"}, "--set: no attribute is called 'mail'; did you mean 'male'"),
        (FACE, {"change": "male"}, "--set male: give male= and one of 0, 1"),
        (FACE, {"change": "black=1,blond=1"}, "--set black=1,blond=1: black and blond exclude"),
        (FACE, {"domain": "male"}, "--domain: run takes attributes"),
        (FACE, {"attributes": "mail"}, "no attribute is called 'mail'; did you mean 'male'"),
        (FACE, {"attributes": "male,!male"}, "male is named twice"),
        (FACE, {"attributes": "black,blond"}, "black and blond exclude each other"),
    ],
)
def test_what_is_refused(label, given, message):
    with pytest.raises(UserError) as error:
        targets_of("run", label, Files(), **given)
    assert message in str(error.value)
