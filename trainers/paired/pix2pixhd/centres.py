"""The features that instances of each class usually have: centres of K-means.

Wang et al., High-Resolution Image Synthesis and Semantic Manipulation with Conditional GANs, 2018,
section 3.4: K-means of an encoder's features of all training images' instances, per class.
"""

import warnings
from collections.abc import Iterable

import numpy as np
from scipy.cluster.vq import kmeans

from tfgan_kit.fields.network import to_network


def find_centres(layer, encoder, spec, examples: Iterable[dict], seed: int) -> None:
    """Fills a `DrawnCentres` with the centres of the features of each class' instances.

    Args:
      layer: the `DrawnCentres`.
      encoder: a network of `nets.translation.labels.instance_encoder`.
      spec: the fields "ids", "instances" and "target" of examples.
      examples: name of each field -> values as the data has them, some examples at a time.
      seed: of the clustering.
    """
    found = features_by_class(encoder, spec, examples, layer.classes)
    centres, counts = np.zeros(layer.centres.shape), np.zeros(layer.classes)
    for number, features in enumerate(found):
        own = _centres(features, layer.most, np.random.default_rng((seed, number)))
        centres[number, : len(own)], counts[number] = own, len(own)
    layer.centres.assign(centres)
    layer.counts.assign(counts)


def features_by_class(encoder, spec, examples, classes: int) -> list[np.ndarray]:
    """The features of the instances of each class, (n, channels) of each.

    The part of an instance that has another class than the rest counts by itself.

    Args:
      encoder, spec, examples: see `find_centres`.
      classes: number of classes.
    """
    found = [[] for _ in range(classes)]
    for batch in examples:
        inputs = {
            "image": to_network(spec["target"], batch["target"]),
            "instances": to_network(spec["instances"], batch["instances"]),
        }
        maps = encoder(inputs, training=False)["features"].numpy()
        for ids, instances, features in zip(batch["ids"], batch["instances"], maps, strict=True):
            pairs = np.stack([ids.ravel(), instances.ravel()])
            own, first = np.unique(pairs, axis=1, return_index=True)
            rows = features.reshape(-1, features.shape[-1])[first]
            for number, row in zip(own[0], rows, strict=True):
                found[number].append(row)
    width = encoder.output["features"].shape[-1]
    return [np.array(rows, np.float64).reshape(-1, width) for rows in found]


def _centres(features, most, rng):
    """Up to `most` centres, as many as there are different features at most."""
    distinct = np.unique(features, axis=0)
    if len(distinct) <= most:
        return distinct
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # A cluster that becomes empty is left out.
        return kmeans(features, most, iter=5, rng=rng)[0]
