"""Batches say which examples they are of."""

import numpy as np
import tensorflow as tf

from data.feeds.open_feed import open_feed
from tfgan_kit.settings.train import TrainConfig


def test_each_example_comes_with_its_number(tmp_path):
    images = np.broadcast_to(np.arange(6)[:, None, None], (6, 32, 32)).astype(np.uint8)
    np.savez(tmp_path / "six.npz", images=images)
    feed, _ = open_feed("numbered", TrainConfig(dataset=f"{tmp_path}/six.npz", batch_size=4))
    assert feed.spec["row"].names == tuple("012345")
    seen = []
    for batch in feed.dataset(0, tf.distribute.InputContext()).take(3):
        np.testing.assert_array_equal(batch["image"][:, 0, 0, 0], batch["row"])
        seen += batch["row"].numpy().tolist()
    assert sorted(seen) == sorted([*range(6)] * 2)
    assert "row" not in feed.readers[0].source.fields
