"""The classifiers that judge translations are trained on the run's data, each on its labels."""

import pytest
import tensorflow as tf

from data.feeds.open_feed import open_feed
from tests.trainers.small import save_classifier
from tfgan_kit.errors import UserError
from tfgan_kit.settings.option import make
from trainers.unpaired.many_domains.judges import prepare
from trainers.unpaired.stargan.config import StarGANConfig


@pytest.fixture(autouse=True)
def cache(tmp_path, monkeypatch):
    monkeypatch.setenv("TFGAN_KIT_CACHE", str(tmp_path / "cache"))


def look(**changed):
    few = {"image_size": 16, "classifier_steps": 2, "classifier_width": 0.1}
    feed, config = open_feed("labelled", make(StarGANConfig, few | changed))
    return prepare(config, feed, open_feed, tf.distribute.get_strategy())


@pytest.mark.parametrize("dataset", ["glyph_recolour", "glyph_recolour-attributes"])
def test_one_for_the_label_and_one_for_the_digit(dataset):
    _, missing = look(dataset=dataset)
    assert [str(each) for each in missing] == [
        f"classifier for {dataset}",
        f"classifier for {dataset}-digits",
    ]


def test_none_of_the_content_where_it_is_unknown_or_not_wanted():
    _, missing = look(dataset="glyphs")
    assert [str(each) for each in missing] == ["classifier for glyphs"]
    config, missing = look(dataset="glyph_recolour", classifier_steps=0)
    assert (config.content_classifier, missing) == (None, [])


def test_a_given_one_is_checked_and_taken(tmp_path):
    digits = save_classifier(tmp_path / "digits.keras", (16, 16, 3))
    config, missing = look(dataset="glyph_recolour", content_classifier=digits)
    assert config.content_classifier == digits
    assert [str(each) for each in missing] == ["classifier for glyph_recolour"]
    large = save_classifier(tmp_path / "large.keras", (32, 32, 3))
    with pytest.raises(UserError, match=r"--content-classifier .* takes images of 32x32x3"):
        look(dataset="glyph_recolour", content_classifier=large)
