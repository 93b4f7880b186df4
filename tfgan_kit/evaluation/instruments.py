"""The networks that metrics use, loaded once for all sets of images."""

import copy

from tfgan_kit.errors import UserError, suggest
from tfgan_kit.evaluation import cache
from tfgan_kit.extractors import registry as features_registry
from tfgan_kit.machine.places import not_kept
from tfgan_kit.metrics.images.resize import PROTOCOLS
from tfgan_kit.metrics.registry import DEFAULT_LPIPS, FID_FEATURES, METRICS, needs


class Instruments:
    """What the given metrics need in addition to images.

    Args:
      metrics: names of metrics.
      features: name of the features; see `tfgan_kit.extractors.registry.find`, also for `weights`,
        `layer` and `resize`. If it names an LPIPS network, LPIPS uses that network, too.
      seed: seed of everything that metrics draw.

    Attributes:
      metrics: the names.
      extractor: the `Extractor`, None if no metric uses features.
      lpips: the `LpipsNetwork`, None if no metric uses it.
      seed: see above.
      warnings: warnings about the weights and the cache, one line each.
      tell: called with the progress, in words, of a metric that takes long.

    Raises:
      UserError: if a network or its weights are not available, or it outputs no probabilities
        although a metric needs them.
    """

    def __init__(self, metrics, *, features=None, weights=None, layer=None, resize="clean", seed=0):
        if resize not in PROTOCOLS:
            hint = suggest(resize, PROTOCOLS)
            raise UserError(f"--resize {resize}{hint} (choose from {', '.join(PROTOCOLS)})")
        if features and not any(METRICS[m].of_features or METRICS[m].lpips for m in metrics):
            raise UserError(f"--features {features}: none of {', '.join(metrics)} takes features")
        self.metrics, self.seed, self.tell = tuple(metrics), seed, lambda text: None
        features = features or FID_FEATURES
        self.extractor = self.lpips = None
        if any(METRICS[name].of_features for name in metrics):
            self.extractor = features_registry.find(
                features, weights=weights, layer=layer, resize=resize
            )
        if any(METRICS[name].lpips for name in metrics):
            given = features.endswith("-lpips")
            self.lpips = features_registry.find_lpips(
                features if given else DEFAULT_LPIPS, weights=weights if given else None
            )
        if "probabilities" in needs(metrics) and not self.extractor.classes:
            name = next(name for name in metrics if "probabilities" in METRICS[name].needs)
            raise UserError(
                f"--metrics {name}: {features} gives no class probabilities here; take features "
                "that do, such as classifier:FILE, or weights with softmax/weight in them"
            )
        networks = [network for network in (self.extractor, self.lpips) if network is not None]
        told = [text for n in networks for text in n.warnings]
        if self.extractor is not None and any(METRICS[name].real for name in metrics):
            # Fail now, and not after everything is computed.
            told += filter(None, [not_kept(cache.folder())])
        self.warnings = tuple(dict.fromkeys(told))

    @property
    def described(self) -> str:
        """A one-line description of the metrics and the networks that they use."""
        networks = [self.extractor.protocol] if self.extractor else []
        networks += [f"LPIPS of {self.lpips.name}"] if self.lpips else []
        return "; ".join([", ".join(self.metrics), *networks])

    def only(self, metrics) -> "Instruments":
        """The same instruments for some of the metrics."""
        return self._with(metrics=tuple(metrics))

    def telling(self, tell) -> "Instruments":
        """The same instruments, reporting a metric's progress to this function."""
        return self._with(tell=tell)

    def _with(self, **changed):
        other = copy.copy(self)
        vars(other).update(changed)
        return other
