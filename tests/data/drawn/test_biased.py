import numpy as np
import pytest

from data.drawn.biased import BiasedGlyphs
from data.drawn.glyphs import Glyphs
from data.feeds.pairs import domain_names
from data.reading.open import open_source


def test_most_digits_are_below_5_in_training_only():
    train, test = BiasedGlyphs("street"), BiasedGlyphs("street", "test")
    assert (train.labels() < 5).mean() == pytest.approx(0.95, abs=1e-3)
    rare = np.bincount(train.labels(), minlength=10)[5:]
    assert (rare > 200).all()
    np.testing.assert_array_equal(test.labels(), Glyphs("street", "test").labels())
    assert len(train.labels()) == len(train) < 60_000


def test_examples_are_those_of_the_whole_set():
    biased, whole = BiasedGlyphs("street"), Glyphs("street")
    image, label = biased.example(100)
    assert label == biased.labels()[100]
    assert any(
        np.array_equal(image, whole.example(int(i))[0])
        for i in np.flatnonzero(whole.labels() == label)[:60]
    )
    assert biased.at_size((48, 48)).shape == (48, 48, 3)
    assert len(biased.at_size((48, 48))) == len(biased)
    assert type(open_source(biased.unbiased).source) is Glyphs


def test_the_pair_of_domains():
    assert domain_names("glyph_biased") == ("glyphs-negative", "glyph_biased_color")
    batch = open_source("glyph_biased_color", image_size=32).read(np.arange(50))
    assert batch["image"].shape == (50, 32, 32, 3)
    assert (batch["label"] < 5).mean() > 0.8
