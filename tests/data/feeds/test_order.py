import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from data.feeds import order

sizes = st.integers(1, 300)
seeds = st.integers(0, 2**63 - 1)


@settings(max_examples=50, deadline=None)
@given(sizes, seeds, st.integers(0, 10**9))
def test_every_epoch_is_a_permutation(size, seed, epoch):
    n = epoch * size + np.arange(size)
    assert sorted(order.indices(n, size, seed)) == list(range(size))


@settings(max_examples=50, deadline=None)
@given(sizes, seeds, st.lists(st.integers(0, 10**6), min_size=1, max_size=40))
def test_any_position_alone_gives_what_the_stream_gives(size, seed, positions):
    n = np.array(positions)
    alone = [order.indices(np.array([k]), size, seed)[0] for k in positions]
    assert order.indices(n, size, seed).tolist() == alone


def test_epochs_and_seeds_differ():
    n = np.arange(2000)
    first, second = order.indices(n, 1000, 0).reshape(2, 1000)
    assert (first != second).mean() > 0.9
    assert (first != order.indices(n[:1000], 1000, 1)).mean() > 0.9
    assert (first != n[:1000]).mean() > 0.9


def test_shape_type_and_cache_survive_callers():
    n = np.arange(6).reshape(2, 3)
    got = order.indices(n, 10, 0)
    assert got.shape == (2, 3)
    assert got.dtype == np.int64
    before = got.copy()
    got[:] = -1
    np.testing.assert_array_equal(order.indices(n, 10, 0), before)


def test_the_order_is_numpys_and_neighbouring_epochs_alone_are_kept():
    size, seed = 1000, 7
    for epoch in (0, 1, 2, 50, 3):
        n = epoch * size + np.arange(size)
        wanted = np.random.default_rng((seed, epoch)).permutation(size)
        np.testing.assert_array_equal(order.indices(n, size, seed), wanted)
    kept = order._stream(size, seed)._epochs
    assert set(kept) == {3}
    order.indices(np.array([4 * size]), size, seed)
    assert {k: v.nbytes for k, v in order._stream(size, seed)._epochs.items()} == {3: 4000, 4: 4000}
