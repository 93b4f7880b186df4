"""Measures of translators between two domains.

Classifiers of the two domains, if these have classes in common, tell whether a translation keeps
the class of its input. Where the domains are versions of one set, the true translation is known,
though training never sees it. The way there and back needs neither.
"""

import numpy as np

from tfgan_kit.evaluation.goal import Goal
from tfgan_kit.fields.network import to_network
from tfgan_kit.metrics.distributions.frechet import frechet_distance
from tfgan_kit.pictures.images import to_uint8
from trainers.classification.classifier.trainer import kinds, predict
from trainers.core.domain_judges import load_judges
from trainers.core.pair_measures import comparable, load_lpips, measure_pairs
from trainers.unpaired.cycles import cycle_errors

DIRECTIONS = ("ab", "ba")
_PART = 64


def goals_of_translators(config, feed) -> dict[str, Goal]:
    """The measures by which the best models can be kept; see `Trainer.goals`.

    Args:
      config: an `UnpairedConfig`.
      feed: the run's data, see `data.feeds.joint_feed`.
    """

    def both(name, lower):
        return Goal(name, lower, tuple(f"{name}_{direction}" for direction in DIRECTIONS))

    found = []
    if config.evaluation_classifiers or (feed.domains.classes and config.classifier_steps):
        found += [both("class_kept", False), both("classifier_frechet", True)]
    if feed.domains.pairs_known:
        found += [both("l1", True), both("psnr", False)]
    return {goal.name: goal for goal in found}


class UnpairedMeasures:
    """Measures translations of held-out images.

    Args:
      config: an `UnpairedConfig`, with the files of its `evaluation_classifiers`.
      feed: the run's data, see `data.feeds.joint_feed`.

    Attributes:
      left_out: lines about what cannot be measured.

    Raises:
      UserError: if the classifiers do not fit the data.
    """

    def __init__(self, config, feed):
        self._readers, self._seed = feed.domains.held_out(), config.seed
        self._known = feed.domains.pairs_known
        self._judges = load_judges(config, feed)
        self._attributes = any(several for _, several in map(kinds, self._judges))
        self._lpips, self.left_out = None, ()
        if None in self._readers:
            self.left_out = ("nothing is measured: there are no held-out images",)
        elif self._known and comparable(self._readers[0].fields["image"]):
            self._lpips, note = load_lpips()
            self.left_out = (note,) if note else ()

    def __call__(self, render, count: int, *, cycles: bool = True) -> dict:
        """Measures translators.

        Args:
          render: function (name of a use, images) -> its outputs for these images, float32 (n,
            height, width, channels) in [-1, 1], such as ("translate_ab", images of a).
          count: number of images of each domain, at most as many as are held out.
          cycles: whether to measure the way there and back.

        Returns:
          Name -> number. For each direction: "class_kept", the share of translations that the
          classifier of their domain assigns to the class of the input; "classifier_frechet" from
          real images of that domain; what `measure_pairs` finds where the truth is known. For each
          domain what `cycle_errors` finds. And "reference", the same measures of inputs in
          place of translations and of real images.
        """
        if None in self._readers:
            return {}
        count = min(count, *map(len, self._readers))
        reals, labels = self._read(count)
        found = {"samples": count}
        copied, real = {}, {}
        for source, direction in enumerate(DIRECTIONS):
            target = 1 - source
            made = render(f"translate_{direction}", reals[source])
            if cycles:
                found |= self._cycle(render, direction, reals[source], made)
            truth = reals[target]
            for images, place in ((made, found), (reals[source], copied)):
                place |= self._judged(direction, target, images, labels[source], truth)
                place |= self._compared(direction, images, truth)
            if self._judges and not self._attributes:
                kept = self._kept(target, truth, labels[target])
                real |= {} if kept is None else {f"class_kept_{direction}": kept}
        references = {"input copied": copied, "real": real}
        kept = {name: numbers for name, numbers in references.items() if numbers}
        return found | ({"reference": kept} if kept else {})

    def _read(self, count):
        images, labels = [], []
        for reader in self._readers:
            examples = reader.read(np.random.default_rng(0).permutation(len(reader))[:count])
            images.append(to_network(reader.fields["image"], examples["image"]).numpy())
            labels.append(examples.get("label"))
        return images, labels

    def _cycle(self, render, direction, images, made):
        back, letter = f"translate_{direction[::-1]}", direction[0]
        found = cycle_errors(to_uint8(images), made, lambda x: render(back, x), self._seed)
        return {f"{name}_{letter}": value for name, value in found.items()}

    def _judged(self, direction, target, images, labels, truth):
        """What the classifier of the target says of images that should be of that domain."""
        if not self._judges:
            return {}
        judged = predict(self._judges[target], images)
        real = predict(self._judges[target], truth)
        found = {
            f"classifier_frechet_{direction}": frechet_distance(
                judged["features"], real["features"]
            )
        }
        kept = self._kept(target, images, labels, judged)
        return found | ({} if kept is None else {f"class_kept_{direction}": kept})

    def _kept(self, domain, images, labels, judged=None):
        """The share of images whose class a classifier names, None if the classes are unknown."""
        if labels is None or self._attributes:
            return None
        judged = judged or predict(self._judges[domain], images)
        known = labels >= 0
        right = judged["probabilities"].argmax(1) == labels
        return float(right[known].mean()) if known.any() else None

    def _compared(self, direction, images, truth):
        """The distance from the true translations, where example i is the same in both domains."""
        if not self._known or images.shape != truth.shape or images.shape[-1] not in (1, 3):
            return {}
        parts = (
            {"output": images[i : i + _PART], "target": truth[i : i + _PART]}
            for i in range(0, len(images), _PART)
        )
        measured = measure_pairs(parts, lpips=self._lpips)
        return {f"{name}_{direction}": value for name, value in measured.items()}
