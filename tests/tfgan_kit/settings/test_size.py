import pytest

from nets import cogan, registry
from tfgan_kit.settings.names import JOINT_NETWORKS, NETWORKS
from tfgan_kit.settings.size import USUAL, Sizes


@pytest.mark.parametrize(
    ("own", "nearest"),
    [((1, 1), 32), ((28, 28), 32), ((33, 33), 64), ((96, 96), 128), ((500, 400), 128)],
)
def test_squares_hold_the_images_or_are_the_largest(own, nearest):
    assert USUAL.nearest(own) == (nearest, nearest)


@pytest.mark.parametrize(
    ("own", "nearest"),
    [
        ((28, 28), (32, 32)),
        ((64, 128), (64, 128)),
        ((128, 64), (128, 64)),
        ((218, 178), (160, 128)),
        ((50, 75), (64, 96)),
        ((30, 31), (32, 32)),
    ],
)
def test_rectangles_keep_proportions(own, nearest):
    sizes = Sizes((32, 64, 128), rectangles=True)
    assert sizes.nearest(own) == nearest
    assert nearest in sizes


def test_any_size_is_the_images_own_up_to_128():
    assert Sizes().nearest((28, 20)) == (28, 20)
    assert Sizes().nearest((256, 512)) == (128, 256)
    assert (7, 900) in Sizes()


def test_what_there_is_a_form_for():
    assert (64, 64) in USUAL
    assert (64, 128) not in USUAL
    assert (48, 48) not in USUAL
    rectangles = Sizes((32, 64), rectangles=True)
    assert (32, 40) in rectangles
    assert (32, 41) not in rectangles
    assert (128, 128) not in rectangles
    assert (str(USUAL), str(Sizes())) == ("32x32, 64x64 or 128x128", "any size")


def test_every_network_says_its_sizes():
    every = [registry.load(name).SIZES for name in NETWORKS]
    every += [cogan.sizes(name) for name in JOINT_NETWORKS]
    assert all(isinstance(sizes, Sizes) for sizes in every)
    assert registry.load("acgan_small").SIZES.nearest((28, 28)) == (28, 28)
    assert cogan.sizes("cogan").nearest((256, 256)) == (256, 256)
