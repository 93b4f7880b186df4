import dataclasses

import pytest

from tfgan_kit.errors import UserError
from tfgan_kit.fields import attribute_field, class_field
from tfgan_kit.translation.targets import Target, targets_of

INKS = class_field(("red", "dark blue", "dark-blue", "dark/blue"))
FACE = dataclasses.replace(
    attribute_field(("black", "blond", "male")), groups=(("black", "blond"),)
)


def test_domains_by_name_and_number():
    assert targets_of("run", INKS, domain="red") == [Target(0, "red", "red")]
    found = targets_of("run", INKS, domain="2,red")
    assert [each.value for each in found] == [2, 0]


def test_all_domains_have_names_of_their_own():
    found = targets_of("run", INKS, all_domains=True)
    assert [each.words for each in found] == list(INKS.names)
    assert [each.name for each in found] == ["red", "dark_blue_1", "dark-blue", "dark_blue_3"]


def test_attributes_that_are_not_named_do_not_apply():
    (found,) = targets_of("run", FACE, attributes="male,!blond")
    assert found == Target((0, 0, 1), "black=0,blond=0,male=1", "male")
    (found,) = targets_of("run", FACE, attributes="!male")
    assert found == Target((0, 0, 0), "black=0,blond=0,male=0", "none")
    alone = targets_of("run", FACE, all_domains=True)
    assert [each.value for each in alone] == [(1, 0, 0), (0, 1, 0), (0, 0, 1)]


def test_a_run_without_labels():
    assert targets_of("run", None) == [None]


@pytest.mark.parametrize(
    ("label", "given", "message"),
    [
        (None, {"domain": "red"}, "--domain: run was not trained on labels; leave it out"),
        (INKS, {}, "run needs --domain NAME, or --all-domains; there are red, dark blue"),
        (FACE, {}, "run needs --attributes NAME,NAME, or --all-domains; there are black"),
        (INKS, {"domain": "red", "all_domains": True}, "--domain and --all-domains: give one"),
        (INKS, {"domain": "rad"}, "no class is called 'rad'; did you mean 'red'"),
        (INKS, {"domain": "red,red"}, "red is named twice"),
        (INKS, {"attributes": "red"}, "--attributes: run takes classes"),
        (FACE, {"domain": "male"}, "--domain: run takes attributes"),
        (FACE, {"attributes": "mail"}, "no attribute is called 'mail'; did you mean 'male'"),
        (FACE, {"attributes": "male,!male"}, "male is named twice"),
        (FACE, {"attributes": "black,blond"}, "black and blond exclude each other"),
    ],
)
def test_what_is_refused(label, given, message):
    with pytest.raises(UserError) as error:
        targets_of("run", label, **given)
    assert message in str(error.value)
