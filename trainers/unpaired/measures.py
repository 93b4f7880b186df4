"""Measures of translators between two domains.

Classifiers of the two domains, if these have classes in common, tell whether a translation keeps
the class of its input. Where the domains are versions of one set, the true translation is known,
though training never sees it. The way there and back needs neither.
"""

from collections.abc import Iterator

import numpy as np

from tfgan_kit.evaluation.goal import Goal
from tfgan_kit.fields.network import to_network
from tfgan_kit.metrics.distributions.frechet import frechet_distance
from trainers.classification.classifier.trainer import kinds, predict
from trainers.core.domain_judges import load_judges
from trainers.core.pair_measures import comparable, load_lpips, means, measure_each
from trainers.unpaired.cycles import cycle_errors

DIRECTIONS = ("ab", "ba")
_PART = 64  # Images that are translated and measured at a time.


def goals_of_translators(config, feed) -> dict[str, Goal]:
    """The measures by which the best models can be kept; see `Trainer.goals`.

    Args:
      config: an `UnpairedConfig`.
      feed: the run's data, see `data.feeds.several.joint_feed`.
    """

    def both(name, lower, endings=DIRECTIONS):
        return Goal(name, lower, tuple(f"{name}_{ending}" for ending in endings))

    found = [both("cycle_l1", True, "ab")]
    if config.evaluation_classifiers or (feed.domains.classes and config.classifier_steps):
        found += [both("class_kept", False), both("classifier_frechet", True)]
    if feed.domains.pairs_known:
        found += [both("l1", True), both("psnr", False)]
    return {goal.name: goal for goal in found}


class UnpairedMeasures:
    """Measures translations of held-out images.

    Args:
      config: an `UnpairedConfig`, with the files of its `evaluation_classifiers`.
      feed: the run's data, see `data.feeds.several.joint_feed`.

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
            return
        self._fields = [reader.fields["image"] for reader in self._readers]
        if self._known and comparable(self._fields[0]):
            self._lpips, note = load_lpips()
            self.left_out = (note,) if note else ()

    def __call__(self, render, count: int, *, cycles: bool = True) -> dict:
        """Measures translators.

        Args:
          render: function (name of a use, images as the data has them) -> its outputs for these,
            float32 (n, height, width, channels) in [-1, 1], such as ("translate_ab", images of a).
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
        found = {"samples": count}
        references = {"input copied": {}, "real": {}}
        for source, direction in enumerate(DIRECTIONS):
            measured, errors = self._direction(render, source, count, cycles)
            found |= {f"{name}_{direction[0]}": value for name, value in errors.items()}
            for role, numbers in measured.items():
                place = references.get(role, found)
                place |= {f"{name}_{direction}": value for name, value in numbers.items()}
        kept = {name: numbers for name, numbers in references.items() if numbers}
        return found | ({"reference": kept} if kept else {})

    def _direction(self, render, source, count, cycles):
        """The measures of translations, inputs and real images, and of the way there and back."""
        parts, errors = {"made": [], "input copied": [], "real": []}, []
        target, direction = 1 - source, DIRECTIONS[source]
        for first, pair in self._read(count):
            given, truth = pair[source], pair[target]
            made = render(f"translate_{direction}", given["image"])
            copied, real = (self._shown(domain, pair) for domain in (source, target))
            judged = self._judged(target, real, truth.get("label"))
            parts["real"].append(judged)
            for role, images in (("made", made), ("input copied", copied)):
                judged = self._judged(target, images, given.get("label"))
                parts[role].append(judged | self._compared(images, real))
            if cycles:
                fields = self._fields[source], self._fields[target]

                def back(images, use=f"translate_{direction[::-1]}"):
                    return render(use, images)

                settings = {"seed": self._seed, "first": first}
                errors.append(cycle_errors(fields, given["image"], made, back, **settings))
        features = {
            role: np.concatenate([each.pop("features") for each in found])
            for role, found in parts.items()
            if self._judges
        }
        measured = {role: means(found) for role, found in parts.items()}
        for role in ("made", "input copied") if features else ():
            distance = frechet_distance(features[role], features["real"])
            measured[role]["classifier_frechet"] = distance
        return measured, means(errors)

    def _read(self, count) -> Iterator[tuple[int, list[dict]]]:
        """The number of the first image of a part, and its examples of each domain."""
        rows = [np.random.default_rng(0).permutation(len(reader)) for reader in self._readers]
        for start in range(0, count, _PART):
            part = slice(start, min(start + _PART, count))
            found = zip(self._readers, rows, strict=True)
            yield start, [reader.read(chosen[part]) for reader, chosen in found]

    def _shown(self, domain, pair):
        return to_network(self._fields[domain], pair[domain]["image"]).numpy()

    def _judged(self, domain, images, labels) -> dict[str, np.ndarray]:
        """What the classifier of a domain sees, and which images it assigns to their class."""
        if not self._judges:
            return {}
        judged = predict(self._judges[domain], images)
        found = {"features": judged["features"]}
        if labels is not None and not self._attributes:
            right = judged["probabilities"].argmax(1) == labels
            found["class_kept"] = right[labels >= 0]
        return found

    def _compared(self, images, truth):
        """The distance from the true translations, where example i is the same in both domains."""
        if not self._known or images.shape != truth.shape or images.shape[-1] not in (1, 3):
            return {}
        return measure_each({"output": images, "target": truth}, lpips=self._lpips)
