"""Real images to compare with, equally many of each class."""

import numpy as np

_CHUNK = 1024


def examples_of_each(reader, label, count: int) -> dict[str, np.ndarray] | None:
    """Reads labelled examples, the same ones at each call.

    Args:
      reader: labelled images.
      label: the `Field` of the label.
      count: total number of examples. Of classes, each has the same share of it, or all of its
        examples if there are fewer.

    Returns:
      "image" and "label" of a batch; None if some class has fewer than two examples.
    """
    classes = len(label.names) if label.kind == "class" else 1
    per_class, parts, found = max(2, count // classes), [], np.zeros(classes, int)
    # In random order, as sets are often sorted by class.
    order = np.random.default_rng(0).permutation(len(reader))
    for start in range(0, len(order), _CHUNK):
        if (found >= per_class).all():
            break
        batch = reader.read(order[start : start + _CHUNK])
        kinds = batch["label"] if label.kind == "class" else batch["label"].min(1).clip(max=0)
        kept = []
        for kind in range(classes):
            own = np.flatnonzero(kinds == kind)[: per_class - found[kind]]
            found[kind] += len(own)
            kept.append(own)
        chosen = np.sort(np.concatenate(kept))
        parts.append({name: values[chosen] for name, values in batch.items()})
    if found.min() < 2:
        return None
    return {name: np.concatenate([part[name] for part in parts]) for name in ("image", "label")}
