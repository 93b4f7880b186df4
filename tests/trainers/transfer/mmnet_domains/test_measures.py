"""What is measured of known translators, trained and never trained pairs apart."""

import itertools

import numpy as np
import pytest

from tests.trainers.transfer.mmnet_domains.test_trainer import INKS, made
from tfgan_kit.fields.network import to_network
from tfgan_kit.pictures.images import to_uint8
from trainers.transfer.mmnet_domains.measures import PairMeasures, labelled
from trainers.unpaired.many_domains import measures

COUNT = 60


@pytest.fixture
def known(monkeypatch):
    """A trainer that redraws images, and classifiers that find them by their pixels."""
    trainer, feed = made(evaluation_classifier="given")
    (reader,) = feed.held_out()
    rows = np.random.default_rng(0).permutation(len(reader))[: COUNT // 3]
    table = [(row, label) for row in rows.tolist() for label in range(len(INKS))]
    drawn = np.stack([reader.source.redrawn(*each) for each in table])
    flat = drawn.reshape(len(drawn), -1).astype(float)

    def find(images):
        return [table[((flat - x.reshape(-1)) ** 2).sum(1).argmin()] for x in to_uint8(images)]

    asked = []

    def render(source, target, images):
        asked.append((source, target))
        found = [
            reader.source.redrawn(row, INKS.index(target))
            for row, _ in find(to_network(reader.fields["image"], images).numpy())
        ]
        return to_network(reader.fields["image"], np.stack(found)).numpy()

    def judge(images):
        return np.eye(len(INKS))[[label for _, label in find(images)]]

    def digits(images):
        return np.eye(10)[[reader.source.contents()[row] for row, _ in find(images)]]

    trainer.render, trainer.asked = render, asked
    monkeypatch.setattr(measures, "load_lpips", lambda: (None, None))
    monkeypatch.setattr(measures, "load_judge", lambda config, feed: judge)
    monkeypatch.setattr(measures, "load_content_judge", lambda config, feed: digits)
    monkeypatch.setattr(measures, "predict", lambda judge, images: {"probabilities": judge(images)})
    return trainer, feed


def test_true_translations_have_every_ink_and_no_error(known):
    trainer, feed = known
    found = PairMeasures(trainer, labelled(feed))(COUNT)
    for group in ("seen", "unseen", "cascade"):
        assert found[f"accuracy_{group}"] == found[f"accuracy_lowest_{group}"] == 1
        assert found[f"content_kept_{group}"] == 1
        assert found[f"l1_{group}"] == found[f"cycle_l1_{group}"] == 0
        assert found["reference"]["real"][f"accuracy_{group}"] == 1
        assert found["reference"]["input copied"][f"l1_{group}"] > 0
    assert found["samples"] == COUNT
    assert len(found["pairs"]) == 12 + 6


def test_pairs_without_the_anchor_stand_apart(known):
    trainer, feed = known
    right = trainer.render

    def wrong(source, target, images):
        # Only never trained pairs are wrong: they leave an image as it is.
        return right(source, source if "red" not in (source, target) else target, images)

    trainer.render = wrong
    found = PairMeasures(trainer, labelled(feed))(COUNT)
    assert [found[f"accuracy_{group}"] for group in ("seen", "unseen", "cascade")] == [1, 0, 1]
    assert found["content_kept_unseen"] == 1
    assert found["l1_unseen"] == pytest.approx(found["reference"]["input copied"]["l1_unseen"])
    assert found["l1_seen"] == found["l1_cascade"] == 0
    assert found["pairs"]["green to blue"]["accuracy"] == 0
    assert found["pairs"]["green to blue by red"]["accuracy"] == 1
    assert found["pairs"]["red to blue"]["accuracy"] == 1


def test_the_cascade_goes_by_the_anchor(known):
    trainer, feed = known
    PairMeasures(trainer, labelled(feed))(COUNT)
    pairs = list(itertools.pairwise(trainer.asked))
    assert (("green", "red"), ("red", "blue")) in pairs
    assert {*trainer.asked} == {*itertools.permutations(INKS, 2)}
