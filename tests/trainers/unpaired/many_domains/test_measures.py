"""What is measured of translations between many domains, with translators that are known."""

import numpy as np
import pytest

from data.feeds.open_feed import open_feed
from tests.trainers.small import STILL
from tfgan_kit.fields.network import to_network
from tfgan_kit.pictures.images import to_uint8
from tfgan_kit.settings.option import make
from trainers.unpaired.many_domains import measures
from trainers.unpaired.many_domains.measures import DomainMeasures, goals_of_domains
from trainers.unpaired.many_domains.targets import toward
from trainers.unpaired.stargan.config import StarGANConfig

INKS, ATTRIBUTES = "glyph_recolour", "glyph_recolour-attributes"
COUNT = 40


class Known:
    """The held-out examples that are measured, in all of their looks, found by their pixels."""

    def __init__(self, dataset):
        given = {"dataset": dataset, "image_size": 32, "evaluation_classifier": "given", **STILL}
        self.config = make(StarGANConfig, given)
        self.feed, self.config = open_feed("labelled", self.config)
        self.label = self.feed.spec["label"]
        (reader,) = self.feed.held_out()
        self.source, names = reader.source, self.label.names
        rows = np.random.default_rng(0).permutation(len(reader))[: COUNT // len(names)]
        labels = range(len(names))
        if self.label.kind == "attributes":
            labels = np.indices([2] * len(names)).reshape(len(names), -1).T
        self.table = [(row, label) for row in rows.tolist() for label in labels]
        self.images = np.stack([self.source.redrawn(*each) for each in self.table])

    def find(self, images):
        """The rows and labels of images, by their nearest neighbours."""
        flat = self.images.reshape(len(self.images), -1).astype(float)
        for image in to_uint8(images):
            nearest = ((flat - image.reshape(-1)) ** 2).sum(1).argmin()
            yield self.table[nearest]

    def perfect(self, images, labels):
        found = zip(self.find(images), labels, strict=True)
        drawn = [self.source.redrawn(row, label) for (row, _), label in found]
        return to_network(self.feed.spec["image"], np.stack(drawn)).numpy()

    def judge(self, images):
        labels = np.array([label for _, label in self.find(images)])
        return labels if labels.ndim == 2 else np.eye(len(self.label.names))[labels]

    def digits(self, images):
        return np.eye(10)[[self.source.contents()[row] for row, _ in self.find(images)]]


@pytest.fixture(autouse=True)
def without_lpips(monkeypatch):
    monkeypatch.setattr(measures, "load_lpips", lambda: (None, None))


@pytest.fixture(params=[INKS, ATTRIBUTES])
def known(request, monkeypatch):
    found = Known(request.param)
    monkeypatch.setattr(measures, "load_judge", lambda config, feed: found.judge)
    monkeypatch.setattr(measures, "load_content_judge", lambda config, feed: found.digits)
    monkeypatch.setattr(measures, "predict", lambda judge, images: {"probabilities": judge(images)})
    return found


def measured(known, render):
    return DomainMeasures(known.config, known.label, known.feed)(render, COUNT)


def test_the_true_translation_has_every_label_and_no_error(known):
    found = measured(known, known.perfect)
    assert (found["accuracy"], found["accuracy_lowest"], found["content_kept"]) == (1, 1, 1)
    assert (found["l1"], found["cycle_l1"], found["cycle_l1_rounded"]) == (0, 0, 0)
    assert found["cycle_l1_noisy"] == 0  # Its nearest neighbour is still the right one.
    assert found["reference"]["real"] == {"accuracy": 1, "content_kept": 1}
    copied = found["reference"]["input copied"]["l1"]
    assert copied > 1
    kind = "classes" if known.label.kind == "class" else "attributes"
    assert list(found[kind]) == list(known.label.names)
    own = [values["l1_input_copied"] for values in found[kind].values()]
    assert np.mean(own) == pytest.approx(copied)
    assert ("others_kept" in found) == (kind == "attributes")


def test_a_copy_never_has_the_label_and_keeps_the_rest(known):
    def copy(images, labels):
        return to_network(known.feed.spec["image"], images).numpy()

    found = measured(known, copy)
    assert (found["accuracy"], found["content_kept"], found["cycle_l1"]) == (0, 1, 0)
    assert found["l1"] == pytest.approx(found["reference"]["input copied"]["l1"])
    if known.label.kind == "attributes":
        assert found["others_kept"] == 1


def test_one_label_for_all_is_right_where_it_was_asked_for(known):
    first = np.zeros(len(known.label.names), int) if known.label.kind == "attributes" else 0

    def render(images, labels):
        return known.perfect(images, [first] * len(images))

    found = measured(known, render)
    kind = "classes" if known.label.kind == "class" else "attributes"
    rows = [row for row, _ in known.table][:: len(known.table) // (COUNT // 4)]
    labels = known.source.labels()[rows]
    for number, (name, values) in enumerate(found[kind].items()):
        wanted = toward(known.label, labels, number)
        changed = (wanted != labels).reshape(len(labels), -1).any(1)
        right = wanted[:, number] == 0 if kind == "attributes" else wanted == 0
        assert values["accuracy"] == pytest.approx(right[changed].mean()), name
    assert found["accuracy_lowest"] == min(v["accuracy"] for v in found[kind].values())
    assert found["cycle_l1"] > 0


def test_goals_need_a_judge():
    known = Known(INKS)
    assert set(goals_of_domains(known.config, known.feed)) == {
        "accuracy",
        "accuracy_lowest",
        "cycle_l1",
    }
    plain = make(StarGANConfig, {"dataset": INKS, "classifier_steps": 0})
    assert set(goals_of_domains(plain, known.feed)) == {"cycle_l1"}
