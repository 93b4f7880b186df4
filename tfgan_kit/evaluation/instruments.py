"""The networks that metrics use, loaded once for all sets of images."""

import copy

from tfgan_kit.errors import UserError, suggest
from tfgan_kit.evaluation import cache
from tfgan_kit.extractors import registry as features_registry
from tfgan_kit.machine.places import not_kept
from tfgan_kit.metrics.images.resize import PROTOCOLS
from tfgan_kit.metrics.registry import (
    DEFAULT_LPIPS,
    FID_FEATURES,
    METRICS,
    PATH_FEATURES,
    needs,
)
from tfgan_kit.perceptual import distances


class Instruments:
    """What the given metrics need in addition to images.

    Args:
      metrics: names of metrics.
      features: name of the features; see `tfgan_kit.extractors.registry.find`, also for `weights`,
        `layer` and `resize`. If it names an LPIPS network, LPIPS uses that network, too.
      seed: seed of everything that metrics draw.
      faces: whether path lengths are measured where aligned faces have theirs, see
        `tfgan_kit.metrics.samples.path_length.squared_speeds`.

    Attributes:
      metrics: the names.
      extractor: the `Extractor`, None if no metric uses features.
      lpips: the `LpipsNetwork`, None if no metric uses it.
      distance: the `tfgan_kit.perceptual.distances.Distance` of path lengths, None without them.
      seed, faces: see above.
      warnings: warnings about the weights and the cache, one line each.
      tell: called with the progress, in words, of a metric that takes long.

    Raises:
      UserError: if a network or its weights are not available, or it outputs no probabilities
        although a metric needs them.
    """

    def __init__(
        self,
        metrics,
        *,
        features=None,
        weights=None,
        layer=None,
        resize="clean",
        seed=0,
        faces=False,
    ):
        if resize not in PROTOCOLS:
            hint = suggest(resize, PROTOCOLS)
            raise UserError(f"--resize {resize}{hint} (choose from {', '.join(PROTOCOLS)})")
        of_latents = [name for name in metrics if "latents" in METRICS[name].needs]
        of_others = [m for m in metrics if METRICS[m].of_features or METRICS[m].lpips]
        if faces and not of_latents:
            raise UserError(f"--face-crop is for ppl; {', '.join(metrics)} measure whole images")
        if features and not (of_others or of_latents):
            raise UserError(f"--features {features}: none of {', '.join(metrics)} takes features")
        self.metrics, self.seed, self.tell = tuple(metrics), seed, lambda text: None
        self.faces, self.extractor, self.lpips, self.distance = faces, None, None, None
        if of_latents:
            # Weights without --features are those of FID's network if another metric takes it.
            own = weights if features or not of_others else None
            how = {"weights": own, "layer": layer if features else None, "resize": resize}
            self.distance = _distance(features or PATH_FEATURES, **how)
        features = features or FID_FEATURES
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
        networks += [f"path length by {self.distance.protocol}"] if self.distance else []
        return "; ".join([", ".join(self.metrics), *networks])

    def features_of(self, metric: str) -> str:
        """The name of the features that a metric uses, "" if it uses none."""
        if "latents" in METRICS[metric].needs:
            return self.distance.name
        return self.extractor.name if self.extractor else ""

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


def _distance(features, *, weights, layer, resize):
    """The distance that features define: LPIPS, or squared differences of an extractor's."""
    if features.endswith("-lpips"):
        return distances.lpips(features_registry.find_lpips(features, weights=weights))
    found = features_registry.find(features, weights=weights, layer=layer, resize=resize)
    return distances.of_extractor(found)
