"""The measures of pairs, on samples of which it is known how well they correspond."""

from types import SimpleNamespace

import keras
import numpy as np
import pytest
import scipy.linalg
from keras.saving import load_model

from nets.classifiers import classifier
from tests.trainers.small import build, fit_classifier
from tfgan_kit.errors import UserError
from tfgan_kit.fields import image_field
from trainers.classification.classifier.trainer import predict
from trainers.joint import measures as joint_measures
from trainers.joint.measures import JointMeasures

COUNT = 600


class Network:
    """A generator as far as it is looked at here."""

    def __init__(self, *weights):
        self.weights = weights

    def get_weights(self):
        return list(self.weights)


ONE, OTHER = Network(np.array([3.0, 4.0])), Network(np.array([3.0, 0.0]))


@pytest.fixture(scope="module")
def judges(tmp_path_factory):
    path = tmp_path_factory.mktemp("judges")
    return tuple(fit_classifier(path / f"{name}.keras", name) for name in ("glyphs", "glyphs-edge"))


@pytest.fixture(autouse=True)
def _fewer_examples(monkeypatch):
    monkeypatch.setattr(joint_measures, "REFERENCE_EXAMPLES", COUNT)


def open_measures(files=(), **settings):
    trainer, feed = build("cogan", evaluation_classifiers=files, **settings)
    readers = feed.domains.held_out()
    chosen = np.random.default_rng(0).permutation(10_000)[:COUNT]  # as the references are
    held_out = [reader.read(chosen) for reader in readers if reader]
    samples = [part["image"].astype(np.float32) / 127.5 - 1.0 for part in held_out]
    return JointMeasures(trainer.config, feed), samples, held_out


def test_true_pairs_as_samples_reach_the_upper_reference(judges):
    measures, samples, held_out = open_measures(judges)
    found = measures(samples, [ONE, ONE])
    true = found["reference"]["true_pairs"]
    assert found["semantic_agreement"] == true["semantic_agreement"]
    assert found["pixel_agreement"] == true["pixel_agreement"] == 1.0
    assert found["pixel_agreement_curve"][0.0] == 1.0
    assert found["semantic_agreement"] > 0.6  # the judges are good enough to say something
    for d, domain in zip("ab", samples, strict=True):
        assert found[f"classifier_frechet_{d}"] < 1e-3 * np.square(domain).sum() / COUNT
        assert found[f"classifier_recall_{d}"] == 1.0
    assert found["weight_distance"] == 0.0
    # What the judges say, asked directly.
    networks = [load_model(file) for file in judges]
    said = [predict(n, s)["probabilities"] for n, s in zip(networks, samples, strict=True)]
    agree = (said[0].argmax(1) == said[1].argmax(1)).mean()
    assert found["semantic_agreement"] == pytest.approx(agree)
    clear = (said[0].max(1) > 0.9) & (said[1].max(1) > 0.9)
    assert found["sure_share"] == pytest.approx(clear.mean())
    assert 0 < clear.mean() < 1
    sure = (said[0].argmax(1) == said[1].argmax(1))[clear].mean()
    assert found["sure_agreement"] == pytest.approx(sure)
    for d, chances in zip("ab", said, strict=True):
        histogram = found[f"class_histogram_{d}"]
        expected = np.bincount(chances.argmax(1), minlength=10) / COUNT
        np.testing.assert_allclose(histogram, expected, atol=1e-4)
        assert sum(histogram) == pytest.approx(1, abs=1e-3)
        distance = np.abs(expected - 0.1).sum() / 2
        assert found[f"histogram_distance_{d}"] == pytest.approx(distance)
        assert found[f"confidence_{d}"] == pytest.approx(chances.max(1).mean(), rel=1e-4)
    # Held-out images are the samples here.
    real = found["reference"]["real"]
    for name in ("histogram_distance_a", "histogram_distance_b", "confidence_a", "confidence_b"):
        assert real[name] == pytest.approx(found[name], rel=1e-4)
    right = (said[0].argmax(1) == held_out[0]["label"]).mean()
    assert right > 0.75
    assert found["judge_accuracy_a"] == pytest.approx(right)


def test_shuffled_pairs_agree_by_chance_only(judges):
    measures, samples, _ = open_measures(judges)
    moved = [samples[0], np.roll(samples[1], 1, axis=0)]
    found = measures(moved, [ONE, OTHER])
    shuffled, true = (found["reference"][name] for name in ("shuffled", "true_pairs"))
    assert 0.05 < shuffled["semantic_agreement"] < 0.16  # 0.1 by chance
    assert found["semantic_agreement"] == shuffled["semantic_agreement"]
    assert found["pixel_agreement"] == shuffled["pixel_agreement"] < true["pixel_agreement"] - 0.1
    assert found["weight_distance"] == pytest.approx(4.0 / 4.0)  # |(0, 4)| / ((5 + 3) / 2)
    # Each domain alone is intact: this is not seen in them.
    for d in "ab":
        assert found[f"classifier_frechet_{d}"] < 1e-2


def test_the_distance_of_training_images_stands_beside_that_of_samples(judges):
    measures, samples, _ = open_measures(judges)
    few = 200
    found = measures([domain[:few] for domain in samples], [ONE, ONE])
    _, feed = build("cogan", evaluation_classifiers=judges)
    for letter, reader, file, real in zip("ab", feed.domains.readers, judges, samples, strict=True):
        chosen = np.random.default_rng(0).permutation(len(reader))[:few]
        trained_on = reader.read(chosen)["image"].astype(np.float32) / 127.5 - 1.0
        a, b = (predict(load_model(file), x)["features"].astype(float) for x in (trained_on, real))
        root = scipy.linalg.sqrtm(np.cov(a.T) @ np.cov(b.T)).real
        covariances = np.cov(a.T) + np.cov(b.T) - 2 * root
        expected = np.square(a.mean(0) - b.mean(0)).sum() + np.trace(covariances)
        value = found["reference"]["real"][f"classifier_frechet_{letter}"]
        assert value == pytest.approx(expected, rel=1e-2)
        own = np.linalg.norm(a[:, None] - a, axis=-1)
        radii = np.sort(own, axis=1)[:, 5]  # The 0th is the image itself.
        inside = np.linalg.norm(b[:, None] - a, axis=-1) < radii
        recall = found["reference"]["real"][f"classifier_recall_{letter}"]
        assert recall == pytest.approx(inside.any(1).mean())
        assert 0 < recall < 1


class Sorted:
    """A held-out set of a hundred images per class, one class after the other."""

    def __init__(self):
        self.fields = {"image": image_field((1, 1, 1))}

    def __len__(self):
        return 1000

    def read(self, indices):
        images = np.asarray(indices)[:, None, None, None] // 100
        return {"image": images.astype(np.uint8)}


def test_references_of_sets_sorted_by_class_have_all_classes(monkeypatch):
    def see(_, images):
        chances = np.eye(10)[images[:, 0, 0, 0]]
        return {"probabilities": chances, "features": chances}

    monkeypatch.setattr(joint_measures, "predict", see)
    monkeypatch.setattr(joint_measures, "load_judges", lambda *_: [None, None])
    monkeypatch.setattr(joint_measures, "kinds", lambda _: ((), False))
    domains = SimpleNamespace(
        held_out=lambda: (Sorted(), Sorted()),
        readers=(Sorted(), Sorted()),
        pairs_known=True,
        transforms=(None, None),
    )
    measures = JointMeasures(None, SimpleNamespace(domains=domains))
    every = np.arange(1000)[:, None, None, None] // 100
    found = measures([every, every], [ONE, ONE])
    assert found["reference"]["true_pairs"]["semantic_agreement"] == 1
    assert 0.05 < found["reference"]["shuffled"]["semantic_agreement"] < 0.16
    assert found["classifier_frechet_a"] < 0.01


def test_generators_of_one_class_are_found_out(judges):
    measures, samples, _ = open_measures(judges)
    found = measures([np.repeat(domain[:1], 50, axis=0) for domain in samples], [ONE, ONE])
    assert found["histogram_distance_a"] == found["histogram_distance_b"] == pytest.approx(0.9)
    assert max(found["class_histogram_a"]) == 1.0
    reference = measures([domain[:50] for domain in samples], [ONE, ONE])
    assert found["classifier_frechet_a"] > 2 * reference["classifier_frechet_a"]
    assert found["classifier_recall_a"] == 0 < reference["classifier_recall_a"]


def test_of_a_handful_of_samples_there_is_no_recall(judges):
    measures, samples, _ = open_measures(judges)
    found = measures([domain[:5] for domain in samples], [ONE, ONE])
    assert "classifier_frechet_a" in found
    assert "classifier_recall_a" not in found


def test_three_domains_have_a_pixel_agreement_each():
    measures, samples, _ = open_measures(dataset="glyphs,glyphs-negative,glyphs-rotate")
    samples = [domain[:50] for domain in samples]
    found = measures(samples, [ONE, OTHER, ONE])
    assert found["pixel_agreement_ab"] == found["pixel_agreement_ac"] == 1.0
    assert found["weight_distance"] == pytest.approx(0.5)  # of the first from each of the others
    for number, name in enumerate(("pixel_agreement_ab", "pixel_agreement_ac"), start=1):
        spoilt = list(samples)
        spoilt[number] = -spoilt[number]
        assert measures(spoilt, [ONE, ONE, ONE])[name] < 0.2
    assert set(found["reference"]) == {"true_pairs", "shuffled"}
    assert found["reference"]["true_pairs"]["pixel_agreement_ac"] == 1.0


def test_without_a_known_transform_there_is_no_pixel_agreement():
    measures, samples, _ = open_measures(dataset="glyph2street")
    found = measures(samples, [ONE, ONE])
    assert set(found) == {"weight_distance", "reference"}
    assert not any(found["reference"].values())


@pytest.fixture
def dataset(tmp_path):
    """Two domains without labels."""
    rng = np.random.default_rng(0)
    for name in "ab":
        images = rng.integers(0, 256, (9, 32, 32), dtype=np.uint8)
        np.savez(tmp_path / f"{name}.npz", images=images)
    return f"{tmp_path}/a.npz,{tmp_path}/b.npz"


def test_judges_of_other_classes_than_the_data(judges, dataset):
    """Domains without labels can be judged by classifiers that are given."""
    rng = np.random.default_rng(0)
    measures, _, _ = open_measures(judges, dataset=dataset)
    samples = rng.uniform(-1, 1, (2, 20, 32, 32, 1)).astype(np.float32)
    found = measures(list(samples), [ONE, ONE])
    assert 0 <= found["semantic_agreement"] <= 1
    assert len(found["class_histogram_a"]) == 10
    assert "classifier_frechet_a" not in found  # nothing is held out


def save(path, *arguments, seed=0, **keywords):
    """A classifier with random weights that are large enough for it to be sure."""
    keras.utils.set_random_seed(seed)
    network = classifier((32, 32, 1), *arguments, width=0.1, **keywords)
    kernel, bias = network.get_layer("logits").get_weights()
    network.get_layer("logits").set_weights([20 * kernel, bias])
    network.save(path)
    return str(path)


def test_attributes_are_judged_one_by_one(dataset, tmp_path):
    names = ("Young", "Male", "Smiling")
    files = [save(tmp_path / f"{i}.keras", names, multi_label=True, seed=i + 1) for i in range(2)]
    measures, _, _ = open_measures(tuple(files), dataset=dataset)
    samples = list(np.random.default_rng(0).uniform(-1, 1, (2, 40, 32, 32, 1)).astype(np.float32))
    samples = [x * np.linspace(0, 1, 40)[:, None, None, None].astype(np.float32) for x in samples]
    found = measures(samples, [ONE, ONE])
    networks = [load_model(file) for file in files]
    said = [predict(n, s)["probabilities"] for n, s in zip(networks, samples, strict=True)]
    agree = np.mean([(said[0][:, k] > 0.5) == (said[1][:, k] > 0.5) for k in range(3)])
    assert 0 < agree < 1
    assert found["semantic_agreement"] == pytest.approx(agree)
    assert "sure_share" not in found
    for d, chances in zip("ab", said, strict=True):
        shares = [np.mean(chances[:, k] > 0.5) for k in range(3)]
        np.testing.assert_allclose(found[f"class_histogram_{d}"], shares, atol=1e-4)
        assert f"histogram_distance_{d}" not in found
        sure = np.abs(chances - 0.5) + 0.5
        assert found[f"confidence_{d}"] == pytest.approx(sure.mean(), rel=1e-4)


@pytest.mark.parametrize(
    "other", [(11, {}), (10, {"multi_label": True}), (tuple("0123456780"), {})]
)
def test_judges_must_tell_the_same_apart(other, dataset, tmp_path):
    classes, keywords = other
    files = (
        save(tmp_path / "a.keras", tuple("0123456789")),
        save(tmp_path / "b.keras", classes, **keywords),
    )
    with pytest.raises(UserError, match="--evaluation-classifiers: their classes differ"):
        open_measures(files, dataset=dataset)


def test_judges_must_be_as_many_as_domains_and_fit(judges):
    with pytest.raises(UserError, match="2 files for 3 domains"):
        open_measures(judges, dataset="glyphs,glyphs-edge,glyphs-rotate")
    with pytest.raises(UserError, match="32x32x1, the data's are 32x32x3"):
        open_measures(judges, channels=3)
