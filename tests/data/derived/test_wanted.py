"""Some classes and a few examples of a set: which ones, in training and in what is held out."""

import numpy as np
import pytest

from data.derived.wanted import Wanted
from data.drawn.glyphs import Glyphs
from data.feeds.feed import open_for, open_reader
from data.feeds.several.joint_feed import open_joint
from data.image_source import ImageSource
from data.reading.open import open_source
from data.source import BadExample
from tests.trainers.small import make
from tfgan_kit.errors import UserError
from tfgan_kit.settings.train import TrainConfig
from trainers import registry


class Few(ImageSource):
    """Ten images of "a", three of "b", none of "c"."""

    name, shape, classes = "few", (2, 2, 1), ("a", "b", "c")

    def __len__(self):
        return 13

    def example(self, index):
        return np.full(self.shape, index, np.uint8), int(index >= 10)

    def labels(self):
        return (np.arange(13) >= 10).astype(np.int64)


def taken(source):
    """The examples of `Few` that are there."""
    return [int(source.read(i)["image"][0, 0, 0]) for i in range(len(source))]


def test_nothing_wanted_is_the_source_itself():
    source = Few()
    assert Wanted().of(source) is source


def test_few_examples_are_of_all_classes_and_among_more_of_the_seed():
    found = {n: set(taken(Wanted(examples=n, seed=3).of(Few()))) for n in (2, 4, 9, 13)}
    assert [len(f) for f in found.values()] == [2, 4, 9, 13]
    assert sum(k >= 10 for k in found[2]) == 1
    assert sum(k >= 10 for k in found[4]) == 2
    # Of "b" there are only three.
    assert sum(k >= 10 for k in found[9]) == 3
    assert found[2] < found[4] < found[9] < found[13]
    assert set(taken(Wanted(examples=4, seed=4).of(Few()))) != found[4]
    assert set(taken(Wanted(examples=4, seed=3).of(Few()))) == found[4]


def test_classes_become_those_of_the_data():
    source = Wanted(("b",)).of(Few())
    assert taken(source) == [10, 11, 12]
    assert source.fields["label"].names == ("b",)
    np.testing.assert_array_equal(source.labels(), [0, 0, 0])
    assert source.read(1)["label"] == 0
    assert source.where(1) == Few().where(11)


def test_a_range_of_classes_and_several():
    names = ("3", "5-7")
    source = Wanted(names, 40, seed=0).of(Glyphs("plain", "test", 16))
    assert source.fields["label"].names == ("3", "5", "6", "7")
    np.testing.assert_array_equal(np.bincount(source.labels()), [10] * 4)
    whole, places = Glyphs("plain", "test", 16), source._places
    np.testing.assert_array_equal(np.array([3, 5, 6, 7])[source.labels()], whole.labels()[places])
    assert source.at_size((20, 20)).read(0)["image"].shape == (20, 20, 1)
    np.testing.assert_array_equal(source.read(2)["image"], whole.read(places[2])["image"])


@pytest.mark.parametrize(
    ("wanted", "message"),
    [
        (Wanted(("d",)), "--classes d: few has no such class; there are a, b, c"),
        (Wanted(("b-a",)), "the first comes after the last; swap them"),
        (Wanted(examples=14), "--examples 14: few has 13 of these"),
        (Wanted(("b",), 4), "--examples 4: few has 3 of these"),
        (Wanted(("c",)), "few has no examples of the class c"),
    ],
)
def test_what_is_not_there(wanted, message):
    with pytest.raises(UserError, match=message):
        wanted.of(Few())


def test_sets_without_classes_have_no_classes_to_choose():
    attributes = open_source("glyph_recolour-attributes").source
    with pytest.raises(UserError, match="have no classes; leave it out"):
        Wanted(("3",)).of(attributes)
    assert len(Wanted(examples=7).of(attributes)) == 7
    points = Wanted(("1", "3"), 10).of(open_source("ring").source)
    np.testing.assert_array_equal(points.centres, open_source("ring").source.centres[[1, 3]])


def test_of_sets_joined_each_gives_as_many():
    mix = open_source("glyphs+glyphs-street", image_size=16, wanted=Wanted(("3",), 7))
    assert len(mix) == 14
    assert mix.classes == ("3",)
    assert set(mix.labels().tolist()) == {0}


class Unlisted(Few):
    """The same, whose labels are only known once an example is read; one cannot be."""

    def labels(self):
        return None

    def example(self, index):
        if index == 11:
            raise BadExample("11.png: cut off")
        return super().example(index)


def test_labels_that_are_not_listed_are_read():
    assert taken(Wanted(("b",)).of(Unlisted())) == [10, 12]
    # What cannot be read comes last, and then it is up to the reader.
    assert len(Wanted(examples=13).of(Unlisted())) == 13
    assert 11 not in Wanted(examples=12).of(Unlisted())._places


def test_measures_take_all_held_out_examples_of_these_classes():
    config = make(TrainConfig, {"classes": ("7",), "examples": 30, "image_size": (16, 16)})
    reader, config = open_for(config)
    assert len(reader) == 30
    assert reader.classes == ("7",)
    other = open_reader(config, held_out=True)
    assert len(other) == (Glyphs("plain", "test", 16).labels() == 7).sum()
    assert other.classes == ("7",)


def test_each_domain_has_as_many():
    kind = registry.find("cogan").config_class()
    settings = {"dataset": "glyph2street", "classes": ("0-2",), "examples": 60}
    domains, _ = open_joint(make(kind, settings))
    assert [len(reader) for reader in domains.readers] == [30, 30]
    assert domains.classes == ("0", "1", "2")
    counts = [len(reader) for reader in domains.held_out()]
    assert counts[0] == counts[1] == (Glyphs("plain", "test", 32).labels() < 3).sum()
