"""What is measured of translations into classes that images show."""

import numpy as np
import pytest

from data.drawn.glyphs import Glyphs
from data.drawn.palettes import GROUNDS, INKS
from data.feeds.open_feed import open_feed
from tfgan_kit.settings.option import make
from trainers.few_shot.funit import measures
from trainers.few_shot.funit.config import FUNITConfig
from trainers.few_shot.funit.measures import ClassMeasures, goals_of_classes


class Encoder:
    """Tells the palette of an image of any of the 26, as its number."""

    def __init__(self):
        self.given = []

    def render(self, inputs):
        images = inputs["class_image"].reshape(len(inputs["class_image"]), -1, 3).astype(float)
        self.given.append(len(images))
        # The first pixel is ground.
        distances = np.abs(images[:, :1] - GROUNDS).mean(-1)
        return {"code": distances.argmin(1)[:, None].astype(np.float32)}


class Decoder:
    """Draws an image anew from its ground and ink, in the palette of a code, or copies it."""

    def __init__(self, copies=False):
        self.copies, self.codes = copies, []

    def render(self, inputs):
        images, numbers = inputs["input"].astype(float), inputs["code"]
        self.codes.append(numbers[:, 0])
        assert (numbers == numbers.round()).all()
        if self.copies:
            return {"image": images / 127.5 - 1}
        made = []
        for image, number in zip(images, numbers[:, 0].astype(int), strict=True):
            old = np.abs(image[0, 0] - GROUNDS).mean(-1).argmin()
            way = INKS[old] - GROUNDS[old]
            share = ((image - GROUNDS[old]) @ way / (way @ way))[..., None]
            made.append(GROUNDS[number] + share * (INKS[number] - GROUNDS[number]))
        return {"image": np.stack(made) / 127.5 - 1}


def opened(**settings):
    found = make(FUNITConfig, {"image_size": 16, "classifier_steps": 0}, settings)
    return open_feed("class_pairs", found)


@pytest.fixture(scope="module")
def unseen():
    feed, config = opened(held_out_classes=("6",))
    return feed, config, ClassMeasures(config, feed)


def test_true_translations_have_no_error_and_copies_that_of_the_input(unseen):
    _, _, measured = unseen
    assert measured.left_out == ()
    encoder, decoder = Encoder(), Decoder()
    found = measured(encoder, decoder, 30)
    names = {
        f"{name}_k{shots}{ending}"
        for name in ("figure_error", "ground_error")
        for shots in (1, 5, 20)
        for ending in ("", "_seen")
    }
    assert found.keys() == names | {"samples", "reference"}
    # Shares of an 8-bit image are exact to half a step of its strongest channel.
    assert max(found[name] for name in names) < 0.6
    assert found["samples"] == 6 * 5 + 20 * 1
    assert encoder.given == [measures.IMAGES] * 26
    copied = measured(Encoder(), Decoder(copies=True), 30)
    assert copied["reference"] == found["reference"]
    for name in names:
        np.testing.assert_allclose(copied[name], found["reference"]["input copied"][name])
    assert min(copied[name] for name in names) > 10


def test_what_comes_nearest_among_the_classes_of_training(unseen):
    _, _, measured = unseen
    found = measured(Encoder(), Decoder(), 12)["reference"]["nearest class trained on"]
    assert found.keys() == {f"{n}_error_k{k}" for n in ("figure", "ground") for k in (1, 5, 20)}
    total = found["figure_error_k1"] + found["ground_error_k1"]
    # Of the colours alone: those of a stroke are mixed with the ground at its rim.
    both = [np.abs(c[20:, None] - c[:20]).mean(-1) / 255 * 100 for c in (INKS, GROUNDS)]
    np.testing.assert_allclose(total, (both[0] + both[1]).min(1).mean(), rtol=0.25)


def test_contents_are_of_classes_that_were_trained_on_and_of_another(unseen):
    feed, _, measured = unseen
    labels = feed.of_classes[0].source.labels()
    for number in (3, 22):
        rows = measured._contents(number, 400)
        assert labels[rows].max() < 20
        assert (labels[rows] != number).all()
        assert len(set(rows.tolist())) == 400


def test_without_unseen_classes_the_others_are_measured():
    feed, config = opened()
    measured = ClassMeasures(config, feed)
    assert measured.left_out[0].startswith("unseen classes: none is held out")
    found = measured(Encoder(), Decoder(copies=True), 26)
    assert "figure_error_k5_seen" in found
    assert "figure_error_k5" not in found
    goals = goals_of_classes(config, feed)
    assert set(goals) == {"figure_error_k1_seen", "ground_error_k1_seen"}


def test_without_truths_and_a_classifier_there_is_nothing_to_measure():
    feed, config = opened(dataset="glyphs", channels=3, held_out_classes=("2",))
    assert goals_of_classes(config, feed) == {}
    assert Glyphs("plain").figure(0) is None
    found = ClassMeasures(config, feed)(Encoder(), Decoder(copies=True), 8)
    assert set(found) == {"samples"}


def test_the_code_of_some_images_is_their_mean_whatever_their_order():
    codes = np.random.default_rng(0).normal(size=(6, 3))
    drawn = measures._drawn(codes, 6, 4, 0)
    np.testing.assert_allclose(drawn, np.tile(codes.mean(0), (4, 1)))
    single = measures._drawn(codes, 1, 50, 0)
    assert {tuple(row) for row in single} == {tuple(row) for row in codes}
