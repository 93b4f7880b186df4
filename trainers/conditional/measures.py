"""Measures whether generated images match their labels, and how diverse they are.

A judge, which is a classifier trained only on real images, classifies images that were generated
from labels, equally many of each class. Held-out real images are judged in the same way; their
results are the best that the generator can be expected to reach.
"""

import dataclasses

import numpy as np

from tfgan_kit.errors import UserError
from tfgan_kit.evaluation.goal import Goal, goals
from tfgan_kit.extractors.keras_model import model_digest
from tfgan_kit.fields.network import to_network
from tfgan_kit.metrics.distributions.class_wise import class_wise_frechet, small_class_warning
from tfgan_kit.metrics.distributions.frechet import frechet_distance, small_sample_warning
from tfgan_kit.metrics.images import ms_ssim, resolution
from tfgan_kit.metrics.images.class_diversity import PAIRS, class_diversity
from tfgan_kit.metrics.samples.label_accuracy import (
    attribute_accuracy,
    confusion,
    guessing_accuracy,
)
from tfgan_kit.uses.draw import draw_inputs
from trainers.classification.classifier.trainer import load_classifier, predict
from trainers.conditional.examples import examples_of_each

_JUDGED = 16  # Smallest side of images that a classifier supports.


def may_be_judged(config, feed) -> bool:
    """Whether there is a classifier of the run's data, or one can be trained."""
    image, label = feed.spec["image"], feed.spec["label"]
    fits = image.kind == "image" and min(image.shape[:2]) >= _JUDGED
    return bool(config.evaluation_classifier or (config.classifier_steps and fits and label.names))


def load_judge(config, feed):
    """Loads the `evaluation_classifier` of a `ConditionalConfig`, None if it has none.

    Raises:
      UserError: if it does not fit the data.
    """
    if config.evaluation_classifier is None:
        return None
    label = feed.spec["label"]
    if label.kind == "vector":
        raise UserError(
            f"--evaluation-classifier judges classes or attributes; {config.dataset} has vectors, "
            "leave it out"
        )
    return load_classifier(
        config.evaluation_classifier,
        feed.spec["image"].shape,
        label.names,
        multi_label=label.kind == "attributes",
        flag="--evaluation-classifier",
    )


def goals_of_labels(config, feed) -> dict[str, Goal]:
    """The measures by which the best models can be kept; see `Trainer.goals`.

    Args:
      config: a `ConditionalConfig`, whose `evaluation_classifier` may not be trained yet.
      feed: the run's data, see `data.feeds.labelled_feed`.
    """
    if not may_be_judged(config, feed):
        return {}
    frechet = ()
    if feed.held_out() != (None,):
        mean = ("classifier_frechet_mean",) if feed.spec["label"].kind == "class" else ()
        frechet = ("classifier_frechet", *mean)
    return goals(higher=["accuracy", "accuracy_lowest"], lower=frechet)


def labelled_samples(generate, count: int, seed: int) -> tuple[np.ndarray, np.ndarray]:
    """Generates images of equally many labels of each class, or of attributes from the data.

    Args:
      generate: the use `generate`, bound.
      count: number of images; for classes, rounded to a multiple of their number, with at least two
        of each.
      seed: seed of the latents.

    Returns:
      Images (n, height, width, channels) in [-1, 1], and labels, int64 (n,) or (n, attributes).
    """
    use = generate.use
    label = use.inputs[use.label]
    if label.kind == "class":
        count = max(2, count // len(label.names)) * len(label.names)
    inputs = draw_inputs(use, seed, count)
    (name,) = use.examples
    return generate.only(name).render(inputs)[name], inputs[use.label]


@dataclasses.dataclass
class _Judged:
    """Labelled images and the outputs of the judge, None without a judge."""

    images: np.ndarray
    labels: np.ndarray
    answers: np.ndarray | None = None
    features: np.ndarray | None = None


class LabelMeasures:
    """Measures images that were generated from labels.

    Args:
      judge: a classifier that `load_judge` returned; with None, only diversity is measured.
      feed: the run's data, see `data.feeds.labelled_feed`.
    """

    def __init__(self, judge, feed):
        self._judge, self._feed = judge, feed
        self._image, self._label = feed.spec["image"], feed.spec["label"]
        self._classes = self._label.kind == "class"
        self._reals = {}

    def __call__(self, generate, count: int, seed: int) -> dict:
        """Measures a generator's images of labels; see `labelled_samples` and `of_samples`."""
        return self.of_samples(*labelled_samples(generate, count, seed), seed)

    def of_samples(self, images, labels, seed: int) -> dict:
        """Measures images.

        Args:
          images: (n, height, width, channels) in [-1, 1], equally many of each class.
          labels: the labels they were generated from, int64 (n,) or (n, attributes).
          seed: seed of the latents and of the pairs of images.

        Returns:
          Name -> number or detail; "samples", the number of images; "protocols"; and "reference",
          the same measures of real images, and the accuracy of guessing. Measures that compare with
          real images are left out if there is no held-out split.
        """
        made, (real, other) = self._judged(images, labels), self._real(len(images))
        found = _Found(self._label.names, self._protocol(made, real, seed))
        if self._judge is not None:
            self._accuracy(found, made, real)
            self._resolutions(found, made, real)
            if real is not None:
                self._distances(found, made, real)
            if real is not None and other is not None:
                found.reference["real"] |= self._between(real, other)
        if self._classes and _comparable(self._image):
            self._diversity(found, made, real, seed)
        detail = {"classes" if self._classes else "attributes": found.of_each}
        told = {"samples": len(images), **found.values, **detail, "protocols": found.protocols}
        references = {name: values for name, values in found.reference.items() if values}
        return told | ({"reference": references} if references else {})

    def _accuracy(self, found, made, real):
        own = self._shares(made)
        words = "share of the images that the judge classifies as requested"
        each = "class" if self._classes else "attribute"
        found.put("accuracy", own.mean(), f"{words}, mean over {each}s")
        found.put("accuracy_lowest", own.min(), f"{words}, lowest {each}")
        found.each("accuracy", own)
        if self._classes:
            table = confusion(made.labels, made.answers, len(self._label.names))
            found.values["confusion"] = dict(
                zip(self._label.names, np.round(table, 4).tolist(), strict=True)
            )
        found.reference["chance"] = {"accuracy": guessing_accuracy(made.labels)}
        if real is not None:
            shares = self._shares(real)
            found.of_real(accuracy=shares.mean(), accuracy_lowest=shares.min())
            found.each("accuracy_real", shares)

    def _shares(self, judged):
        """Share of correct answers for each class or attribute."""
        if self._classes:
            return np.diag(confusion(judged.labels, judged.answers, len(self._label.names)))
        return attribute_accuracy(judged.labels, judged.answers)

    def _resolutions(self, found, made, real):
        for side in resolution.lower_resolutions(*self._image.shape[:2]):
            words = f"accuracy of the same images {resolution.PROTOCOL}"
            found.put(f"accuracy_at_{side}", self._reduced(made, side), words)
            if real is not None:
                found.of_real(**{f"accuracy_at_{side}": self._reduced(real, side)})

    def _reduced(self, judged, side):
        """The accuracy of the same images at a lower resolution."""
        images = resolution.at_resolution(judged.images, side)
        return self._shares(self._judged(images, judged.labels)).mean()

    def _distances(self, found, made, real):
        words = (
            "Frechet distance of means and unbiased covariances of the judge's features, float64"
        )
        size = real.features.shape[1]
        if not self._classes:
            small = small_sample_warning(min(len(made.images), len(real.images)), size)
            value = frechet_distance(real.features, made.features)
            found.put("classifier_frechet", value, "; ".join(filter(None, (words, small))))
            return
        measured = class_wise_frechet(real.features, real.labels, made.features, made.labels)
        entries = measured["classes"].values()
        counts = {c: min(e["real"], e["fake"]) for c, e in measured["classes"].items()}
        small = small_class_warning(counts, size)
        of_mean = "; ".join(filter(None, (f"{words}, mean over the classes", small)))
        found.put("classifier_frechet_mean", measured["mean"], of_mean)
        found.put("classifier_frechet", measured["all"], f"{words}, all classes together")
        found.each("classifier_frechet", [entry["frechet"] for entry in entries])
        for kind, key in (("real", "real"), ("generated", "fake")):
            found.each(kind, [entry[key] for entry in entries])

    def _between(self, real, other):
        """The Frechet distances between two sets of real images."""
        if not self._classes:
            return {"classifier_frechet": float(frechet_distance(real.features, other.features))}
        sets = (real.features, real.labels, other.features, other.labels)
        measured = class_wise_frechet(*sets)
        return {
            "classifier_frechet_mean": float(measured["mean"]),
            "classifier_frechet": float(measured["all"]),
        }

    def _diversity(self, found, made, real, seed):
        words = (
            f"{ms_ssim.protocol(*self._image.shape[:2])}; mean of {PAIRS} random pairs of a class"
        )
        own = list(class_diversity(made.images, made.labels, seed).values())
        found.put("diversity", np.mean(own), f"{words}, and over classes; lower is more diverse")
        found.each("diversity", own)
        if real is not None:
            reals = list(class_diversity(real.images, real.labels, seed).values())
            found.of_real(diversity=np.mean(reals))
            found.each("diversity_real", reals)
            diverse = np.mean(np.array(own) < max(reals))
            told = "share of the classes with a lower MS-SSIM than the highest of the real classes"
            found.put("diverse_classes", diverse, told)

    def _judged(self, images, labels):
        if self._judge is None:
            return _Judged(images, labels)
        said = predict(self._judge, images)
        chances = said["probabilities"]
        answers = chances.argmax(1) if self._classes else chances > 0.5
        return _Judged(images, labels, answers, said["features"])

    def _real(self, count):
        """Up to `count` held-out real images, and up to `count` images of the training set.

        Both sets are judged; each is None if there are no such images. The training images take the
        place of samples when the held-out images are measured for reference.
        """
        if count not in self._reals:
            readers = (*self._feed.held_out(), *self._feed.readers)
            if readers[0] is None:
                readers = (None, None)
            self._reals[count] = tuple(self._read(reader, count) for reader in readers)
        return self._reals[count]

    def _read(self, reader, count):
        batch = None if reader is None else examples_of_each(reader, self._label, count)
        if batch is None:
            return None
        images = to_network(self._image, batch["image"]).numpy()
        return self._judged(images, batch["label"])

    def _protocol(self, made, real, seed):
        """The common part of the protocols of all numbers."""
        told = {"generated": f"{len(made.images):,} images", "count": len(made.images)}
        if real is not None:
            told["real"] = f"{len(real.images):,} images that were not trained on"
            told["real_count"] = len(real.images)
        if self._judge is not None:
            size = self._judge.output["features"].shape[-1]
            told["features"] = f"a classifier of {size} features, trained on real images"
            told["weights"] = model_digest(self._judge)
        return told | {"seed": seed}


def _comparable(field):
    """Whether images of the field have an MS-SSIM."""
    height, width, channels = field.shape if field.kind == "image" else (0, 0, 0)
    return min(height, width) >= ms_ssim.SMALLEST and channels in (1, 3)


class _Found:
    """Collects numbers and their protocols.

    Args:
      names: names of the classes or attributes.
      shared: the common part of the protocols of all numbers.
    """

    def __init__(self, names, shared):
        self._shared = shared
        self.values, self.protocols = {}, {}
        self.reference = {"real": {}, "chance": {}}
        self.of_each = {name: {} for name in names}

    def put(self, name, value, words):
        """Adds a number."""
        self.values[name], self.protocols[name] = float(value), {"words": words, **self._shared}

    def of_real(self, **values):
        """Takes the same measures of real images."""
        self.reference["real"] |= {name: float(value) for name, value in values.items()}

    def each(self, name, values):
        """Adds a number for each class or attribute."""
        for own, value in zip(self.of_each.values(), values, strict=True):
            own[name] = value if isinstance(value, int) else round(float(value), 4)
