"""Measures whether samples of several domains correspond, and whether each domain is intact.

What can be measured depends on the data: semantic agreement needs labels, pixel agreement a domain
that is a known transform of the first, the upper reference a set whose examples correspond. The
same measures of real images stand beside each: of true and shuffled pairs, and of each domain.
"""

import numpy as np

from tfgan_kit.evaluation.goal import Goal, goals
from tfgan_kit.fields.network import as_pictures
from tfgan_kit.metrics.distributions.frechet import frechet_distance
from tfgan_kit.metrics.distributions.prdc import NEAREST, prdc
from tfgan_kit.metrics.samples.agreement import (
    agreement_beyond_chance,
    pixel_agreement,
    pixel_agreement_curve,
    semantic_agreement,
    sure_agreement,
)
from tfgan_kit.metrics.samples.histogram import class_histogram, uniform_distance
from tfgan_kit.metrics.samples.weight_distance import weight_distance
from tfgan_kit.pictures.images import to_uint8
from tfgan_kit.settings.names import DOMAINS
from trainers.classification.classifier.trainer import kinds, predict
from trainers.core.domain_judges import load_judges

REFERENCE_EXAMPLES = 2000


def goals_of_pairs(config, feed) -> dict[str, Goal]:
    """The measures by which the best models can be kept; see `Trainer.goals`.

    Args:
      config: a `JointConfig`, whose `evaluation_classifiers` may not be trained yet.
      feed: the run's data, see `data.feeds.several.joint_feed`.
    """
    domains, found = feed.domains, {}
    if config.evaluation_classifiers or (domains.classes and config.classifier_steps):
        found = goals(higher=["semantic_agreement", "agreement_beyond_chance"])
        frechet = tuple(f"classifier_frechet_{d}" for d in DOMAINS[: len(domains.readers)])
        found["classifier_frechet"] = Goal("classifier_frechet", True, frechet)
    if len(domains.readers) == 2 and domains.transforms[1] is not None:
        found |= goals(higher=["pixel_agreement"])
    return found


class JointMeasures:
    """Measures samples of a joint method.

    Args:
      config: a `JointConfig`. Its `evaluation_classifiers` judge, one per domain; none of them may
        be the classifier of a loss.
      feed: the run's data, see `data.feeds.several.joint_feed`.

    Raises:
      UserError: if the classifiers do not fit the data.
    """

    def __init__(self, config, feed):
        self._domains = feed.domains
        self._judges = load_judges(config, feed)
        self._attributes = any(several for _, several in map(kinds, self._judges))
        real, labels = self._held_out()
        self._real = [self._judged(i, images) for i, images in enumerate(real)]
        self._reference = self._references(real)
        self._accuracy = [self._right(j, own) for j, own in zip(self._real, labels, strict=True)]
        self._domains_again = {}

    def _held_out(self):
        """Held-out real images, one array per domain, empty if there are none; and their labels.

        If domains correspond, the i-th images are the same example. Labels are None if unknown.
        """
        readers = self._domains.held_out()
        if None in readers:
            return [], []
        found = [reader.read(_some(len(reader))) for reader in readers]
        images = [
            as_pictures(reader.fields["image"], examples["image"])
            for reader, examples in zip(readers, found, strict=True)
        ]
        return images, [examples.get("label") for examples in found]

    def _right(self, judged, labels):
        """The share of correct answers, None if it is unknown."""
        if judged is None or labels is None or self._attributes:
            return None
        known = labels >= 0
        return float((self._answers(judged) == labels)[known].mean()) if known.any() else None

    def _judged(self, domain, images):
        return predict(self._judges[domain], images) if self._judges else None

    def _references(self, real):
        """The measures of real images: of true pairs, if they are known, and of shuffled pairs."""
        found = {}
        if not real:
            return found
        if self._domains.pairs_known:
            found["true_pairs"] = self._pairs(real, self._real)
        moved = [real[0], *(np.roll(r, i, axis=0) for i, r in enumerate(real[1:], 1))]
        judged = self._real
        if self._judges:
            judged = [
                {k: np.roll(v, i, axis=0) for k, v in j.items()} for i, j in enumerate(self._real)
            ]
        if len({len(r) for r in real}) == 1:
            found["shuffled"] = self._pairs(moved, judged)
        return found

    def _of_real(self, count) -> dict:
        """The measures of each domain for held-out images in place of samples.

        Distance and recall are those of as many training images beside them.
        """
        if not self._judges or not self._real:
            return {}
        if count not in self._domains_again:
            found = {}
            for i, (letter, real) in enumerate(zip(DOMAINS, self._real, strict=False)):
                reader = self._domains.readers[i]
                batch = reader.read(_some(len(reader), count))
                other = self._judged(i, as_pictures(reader.fields["image"], batch["image"]))
                kinds = {k: v for k, v in self._kinds(real).items() if isinstance(v, float)}
                kinds |= beside(real["features"], other["features"])
                found |= {f"{name}_{letter}": value for name, value in kinds.items()}
            self._domains_again[count] = found
        return self._domains_again[count]

    def _pairs(self, images, judged) -> dict:
        """The measures that compare the domains with each other."""
        found = {}
        if self._judges:
            answers = [self._answers(j) for j in judged]
            found["semantic_agreement"] = semantic_agreement(answers)
            found["agreement_beyond_chance"] = agreement_beyond_chance(answers)
            if not self._attributes:
                sure, share = sure_agreement([j["probabilities"] for j in judged])
                found |= {"sure_share": share} | ({"sure_agreement": sure} if share else {})
        for d, transform, other in list(
            zip(DOMAINS, self._domains.transforms, images, strict=False)
        )[1:]:
            if transform is not None:
                mapped = np.stack([transform(image) for image in to_uint8(images[0])])
                other = to_uint8(other)
                suffix = f"_a{d}" if len(images) > 2 else ""
                found[f"pixel_agreement{suffix}"] = pixel_agreement(mapped, other)
                found[f"pixel_agreement_curve{suffix}"] = pixel_agreement_curve(mapped, other)
        return found

    def _answers(self, judged):
        chances = judged["probabilities"]
        return chances > 0.5 if self._attributes else chances.argmax(1)

    def _kinds(self, judged) -> dict:
        """The classes or attributes of one domain's samples, and how clear they are."""
        chances, answers = judged["probabilities"], self._answers(judged)
        if self._attributes:
            clear = np.maximum(chances, 1 - chances)
            return {"class_histogram": _rounded(answers.mean(0)), "confidence": float(clear.mean())}
        histogram = class_histogram(answers, chances.shape[1])
        return {
            "class_histogram": _rounded(histogram),
            "histogram_distance": uniform_distance(histogram),
            "confidence": float(chances.max(1).mean()),
        }

    def __call__(self, samples, generators) -> dict:
        """Measures samples.

        Args:
          samples: one array (n, height, width, channels) in [-1, 1] per domain; the i-th images
            are generated from one latent.
          generators: the domains' generators, Keras models.

        Returns:
          Name -> number or detail, and "reference" with the same measures of real images.
        """
        judged = [self._judged(i, images) for i, images in enumerate(samples)]
        found = self._pairs(samples, judged)
        weights = [g.get_weights() for g in generators]
        found["weight_distance"] = float(
            np.mean([weight_distance(weights[0], other) for other in weights[1:]])
        )
        for d, own, real in zip(DOMAINS, judged, self._real or [None] * len(judged), strict=False):
            if own is None:
                continue
            found |= {f"{name}_{d}": value for name, value in self._kinds(own).items()}
            if real is not None:
                measured = beside(real["features"], own["features"])
                found |= {f"{name}_{d}": value for name, value in measured.items()}
        right = zip(DOMAINS, self._accuracy, strict=False)
        found |= {f"judge_accuracy_{d}": share for d, share in right if share is not None}
        real = self._of_real(len(samples[0]))
        reference = self._reference | ({"real": real} if real else {})
        return found | ({"reference": reference} if reference else {})


def beside(real, fake) -> dict[str, float]:
    """What a domain's samples are worth beside its held-out images, by features of its classifier.

    Args:
      real, fake: features (n, d).

    Returns:
      "classifier_frechet", the Frechet distance, and, if there are more than `NEAREST` of each,
      "classifier_recall", the share of real images that lie among the samples (see `prdc`): samples
      that are clear but all alike have a low one.
    """
    found = {"classifier_frechet": frechet_distance(fake, real)}
    if min(len(real), len(fake)) > NEAREST:
        found["classifier_recall"] = prdc(real, fake)["recall"]
    return found


def _some(total, count=None):
    # In random order, as sets are often sorted by class, and the same for sets of one length.
    return np.random.default_rng(0).permutation(total)[: count or REFERENCE_EXAMPLES]


def _rounded(shares):
    return [round(float(share), 4) for share in shares]
