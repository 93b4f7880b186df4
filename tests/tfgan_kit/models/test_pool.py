"""The pool of images against a simulation with lists, on one replica and on two."""

import numpy as np
import pytest
import tensorflow as tf

from tests.tfgan_kit.layers.two_replicas import in_a_process, save_both, split, stacked
from tfgan_kit.models.pool import ImagePool
from tfgan_kit.randomness import Random

SHAPE, SIZE, BATCH, STEPS = (2, 3, 1), 5, 8, 12


def images(step):
    """A batch in which every image is another one."""
    first = step * BATCH
    return np.arange(first, first + BATCH, dtype=np.float32)[:, None, None, None] * np.ones(SHAPE)


def compute(strategy):
    """What the pools hand on in each step, with the draws that they should have made."""
    found = {}
    for size in (SIZE, 0):
        with strategy.scope():
            step = tf.Variable(0, dtype=tf.int64)
            pool = ImagePool(SHAPE, size)
        ours, theirs = Random(7, step), Random(7, step)

        def exchange(batch, pool=pool, ours=ours, theirs=theirs):
            handed = pool.exchange(batch, ours, "pool")
            return {"handed": handed, "draws": theirs.uniform("pool", [tf.shape(batch)[0], 2])}

        run = tf.function(
            lambda x, exchange=exchange: strategy.run(exchange, (x,)), autograph=False
        )
        rows = []
        for i in range(STEPS):
            batch = split(strategy, images(i).astype(np.float32))
            rows.append(stacked(strategy, run(batch)))
            step.assign_add(1)
        found |= {f"{size}/{k}": np.stack([row[k] for row in rows]) for k in rows[0]}
    return found


@pytest.fixture(scope="module")
def found(tmp_path_factory):
    return in_a_process(__file__, tmp_path_factory.mktemp("pool") / "found.npz")


def simulated(batches, draws):
    """The pool of Shrivastava et al. with lists, for one replica: what it hands on."""
    pool, handed = [], []
    for batch, draw in zip(batches, draws, strict=True):
        row = []
        for value, (coin, place) in zip(batch, draw, strict=True):
            if len(pool) < SIZE:
                pool.append(value)
                row.append(value)
            elif coin < 0.5:
                row.append(pool[int(place * SIZE)])
                pool[int(place * SIZE)] = value
            else:
                row.append(value)
        handed.append(row)
    return np.array(handed)


@pytest.mark.parametrize(("name", "replicas"), [("one", 1), ("two", 2)])
def test_it_hands_on_what_a_list_would(found, name, replicas):
    handed = found[f"{name}/{SIZE}/handed"]
    rows = BATCH // replicas
    assert handed.shape == (STEPS, replicas, rows, *SHAPE)
    values = handed[..., 0, 0, 0]
    np.testing.assert_array_equal(handed, values[..., None, None, None] * np.ones(SHAPE))
    shown = np.stack([images(i)[:, 0, 0, 0] for i in range(STEPS)]).reshape(STEPS, replicas, rows)
    for replica in range(replicas):
        draws = found[f"{name}/{SIZE}/draws"][:, replica]
        expected = simulated(shown[:, replica], draws)
        np.testing.assert_array_equal(values[:, replica], expected)
    # About half of what comes after the pool is full is an older image.
    older = (values != shown)[2:].mean()
    assert 0.3 < older < 0.7


def test_replicas_do_not_share_their_pools(found):
    values = found[f"two/{SIZE}/handed"][..., 0, 0, 0]
    own = [set(values[:, replica].ravel()) for replica in range(2)]
    assert not own[0] & own[1]


def test_a_pool_of_none_hands_everything_on(found):
    values = found["two/0/handed"][..., 0, 0, 0].reshape(STEPS, BATCH)
    np.testing.assert_array_equal(values, [images(i)[:, 0, 0, 0] for i in range(STEPS)])


if __name__ == "__main__":
    save_both(compute)
