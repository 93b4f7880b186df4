"""Levels of detail; what mixtures show is tested where `sample --mix` is."""

from tfgan_kit.latent.mixing import levels_of


def test_levels_are_those_that_there_are():
    assert levels_of(4) == {"coarse": range(4)}
    assert levels_of(6) == {"coarse": range(4), "middle": range(4, 6)}
    assert levels_of(14) == {"coarse": range(4), "middle": range(4, 8), "fine": range(8, 14)}
