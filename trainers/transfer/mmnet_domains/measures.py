"""Measures of translations between many domains, trained and never trained pairs apart."""

import itertools
import types

import numpy as np

from tfgan_kit.evaluation.goal import Goal, goals
from trainers.conditional.measures import may_be_judged
from trainers.core.pair_measures import beside_baselines
from trainers.unpaired.many_domains import judges
from trainers.unpaired.many_domains.measures import DomainMeasures, common_means


def labelled(feed):
    """The run's data as judges and measures of labels take it: all images with their labels.

    Args:
      feed: a `data.feeds.several.classes_feed.ClassesFeed`.
    """
    return types.SimpleNamespace(
        spec=feed.reader.fields, reader=feed.reader, held_out=feed.held_out
    )


def prepare(config, feed, open_feed, strategy):
    """Fills in the classifiers of domains and contents; see `judges.prepare`."""
    return judges.prepare(config, labelled(feed), open_feed, strategy)


def goals_of_pairs(config, feed) -> dict[str, Goal]:
    """The measures by which the best models can be kept; see `Trainer.goals`.

    Args:
      config: a `MMNetDomainsConfig`.
      feed: see `labelled`.
    """
    judged = ["accuracy_unseen", "accuracy_seen"] if may_be_judged(config, feed) else []
    return goals(higher=judged, lower=["cycle_l1_unseen", "cycle_l1_seen"])


class PairMeasures(DomainMeasures):
    """Measures translations of held-out images between all pairs of domains.

    Args:
      trainer: the `MMNetDomains`.
      feed: see `labelled`.

    Attributes:
      left_out: lines about what cannot be measured.
    """

    def __init__(self, trainer, feed):
        super().__init__(trainer.config, feed.spec["label"], feed)
        self._trainer = trainer

    def __call__(self, count: int) -> dict:
        """Measures the networks as they are.

        Args:
          count: number of translations: of each image into every other domain.

        Returns:
          Name -> number, each a mean over pairs: what `DomainMeasures` finds, with "_seen" at the
          end of pairs with the anchor, "_unseen" of the others, and "_cascade" of the latter by way
          of the anchor. "accuracy_lowest_unseen" is that of the pair for which it is lowest.
          "pairs" has the same of each, such as "green to red" and "green to blue by red", and
          "reference" the same of real images and of the input in place of the translation.
        """
        if self._reader is None:
            return {}
        trainer, names = self._trainer, self._trainer.domains
        rows = np.random.default_rng(0).permutation(len(self._reader))
        rows = rows[: max(2, count // (len(names) - 1))]
        examples, samples = self._reader.read(rows), 0
        groups = {"seen": {}, "unseen": {}, "cascade": {}}
        for pair in itertools.permutations(names, 2):
            own = examples["label"] == names.index(pair[0])
            if not own.any():
                continue
            part, name = (rows[own], examples["image"][own]), " to ".join(pair)
            samples += int(own.sum())
            if trainer.anchor in pair:
                groups["seen"][name] = self._of_pair(pair, *part, trainer.render)
                continue
            groups["unseen"][name] = self._of_pair(pair, *part, trainer.render)
            by_anchor = self._of_pair(pair, *part, self._cascade)
            groups["cascade"][f"{name} by {trainer.anchor}"] = by_anchor
        found = {"samples": samples}
        real = self._real(rows, examples)
        reference = {"real": {}} if real else {}
        for group, each in groups.items():
            told = _of_group(each)
            for place, numbers in told.pop("reference", {}).items():
                reference.setdefault(place, {}).update(_ending(numbers, group))
            if real:
                reference["real"] |= _ending(real, group)
            found |= _ending(told, group)
        pairs = {name: each for group in groups.values() for name, each in group.items()}
        return found | {"reference": reference, "pairs": pairs}

    def _of_pair(self, pair, rows, images, render):
        """The measures of one pair; `render` translates (source, target, images)."""
        source, target = map(self._trainer.domains.index, pair)

        def there_or_back(given, labels):
            ends = pair if labels[0] == target else reversed(pair)
            return render(*ends, given)

        labels = np.full(len(rows), source)
        wanted = np.full(len(rows), target)
        return self._toward(there_or_back, target, rows, images, labels, wanted)

    def _cascade(self, source, target, images):
        anchor = self._trainer.anchor
        return self._trainer.again(anchor, target, self._trainer.render(source, anchor, images))


def _of_group(each):
    """The means over pairs, and the lowest accuracy among them."""
    found = beside_baselines(common_means(each))
    if "accuracy" in found:
        found["accuracy_lowest"] = min(values["accuracy"] for values in each.values())
    return found


def _ending(numbers, group):
    return {f"{name}_{group}": value for name, value in numbers.items()}
