import cv2
import numpy as np
import pytest

from data.feeds import augment
from tfgan_kit.errors import UserError
from tfgan_kit.fields import depth_field, image_field


def image(channels=3, height=20, width=24):
    rng = np.random.default_rng(channels)
    return rng.integers(0, 256, (height, width, channels), np.uint8)


def apply(spec, picture, seed=0):
    (function,) = augment.parse((spec,))
    return changed(function, picture, seed)


def changed(function, picture, seed):
    fields = {"image": image_field(picture.shape)}
    return function({"image": picture}, fields, np.random.default_rng(seed))["image"]


@pytest.mark.parametrize("name", augment.AUGMENTATIONS)
@pytest.mark.parametrize("channels", [1, 3])
def test_shape_type_and_determinism(name, channels):
    picture = image(channels)
    before = picture.copy()
    changed = [apply(name, picture, seed) for seed in range(8)]
    assert {(c.shape, c.dtype) for c in changed} == {(picture.shape, picture.dtype)}
    assert any((c != picture).any() for c in changed)
    for seed, c in enumerate(changed):
        np.testing.assert_array_equal(c, apply(name, picture, seed))
    np.testing.assert_array_equal(picture, before)


@pytest.mark.parametrize("spec", augment.AUGMENTATIONS)
def test_depths_are_moved_but_keep_their_values(spec):
    depths = np.random.default_rng(0).uniform(0.5, 9, (20, 24, 1)).astype(np.float32)
    (function,) = augment.parse((spec,))
    fields = {"depth": depth_field((20, 24), 1.5)}
    rngs = map(np.random.default_rng, range(8))
    made = [function({"depth": depths}, fields, rng)["depth"] for rng in rngs]
    for each in made:
        assert (each.shape, each.dtype) == (depths.shape, depths.dtype)
        assert np.isin(each, depths).all()
    moves = spec not in ("color", "cutout")
    assert any((each != depths).any() for each in made) == moves


@pytest.mark.parametrize(
    "spec", ["flip=0", "crop=1", "jitter=1", "rotation=0", "translation=0", "color=0", "cutout=0"]
)
def test_no_strength_no_change(spec):
    picture = image()
    np.testing.assert_array_equal(apply(spec, picture), picture)


def test_flip():
    picture = image()
    np.testing.assert_array_equal(apply("flip=1", picture), picture[:, ::-1])
    flipped = [(apply("flip=0.2", picture, s) != picture).any() for s in range(500)]
    assert 0.1 < np.mean(flipped) < 0.3


def test_jitter_cuts_a_window_of_the_enlarged_image():
    picture = image()
    larger = cv2.resize(picture, (48, 40), interpolation=cv2.INTER_CUBIC)
    windows = [larger[y : y + 20, x : x + 24] for y in range(21) for x in range(25)]
    places = set()
    for seed in range(30):
        made = apply("jitter=2", picture, seed)
        (place,) = [k for k, window in enumerate(windows) if (window == made).all()]
        places.add(place)
    assert len(places) > 20


def test_translation_moves_within_its_range():
    picture = np.zeros((41, 41, 1), np.uint8)
    picture[20, 20] = 255
    moved = []
    for seed in range(200):
        weights = apply("translation=0.2", picture, seed)[..., 0].astype(float)
        rows, columns = np.indices(weights.shape)
        total = weights.sum()
        moved.append([(rows * weights).sum() / total - 20, (columns * weights).sum() / total - 20])
    reach = np.abs(moved).max(0)
    assert ((reach > 7) & (reach < 8.3)).all()


def test_rotation_turns_within_its_range():
    picture = np.zeros((65, 65, 1), np.uint8)
    picture[31:34, 52] = 255  # right of the centre, at radius 20
    angles = []
    for seed in range(200):
        weights = apply("rotation=30", picture, seed)[..., 0].astype(float)
        rows, columns = np.indices(weights.shape) - 32
        angles.append(np.degrees(np.arctan2((rows * weights).sum(), (columns * weights).sum())))
    assert 27 < np.abs(angles).max() < 31
    assert min(angles) < 0 < max(angles)


def test_crop_enlarges():
    picture = np.zeros((40, 40, 1), np.uint8)
    picture[10:30, 10:30] = 255
    areas = [apply("crop=0.6", picture, seed).mean() / picture.mean() for seed in range(100)]
    assert 2 < max(areas) < 1 / 0.6**2 + 0.1
    assert min(areas) > 0.95


def test_color_of_gray_keeps_it_gray():
    gray = image(1).repeat(3, axis=2)
    changed = apply("color=0.5", gray)
    assert (np.ptp(changed, axis=2) <= 1).all()


def test_cutout_covers_the_share_of_the_side():
    white = np.full((40, 40, 1), 255, np.uint8)
    covered = apply("cutout=0.5", white) != 255
    assert covered.sum() == 20 * 20
    assert (apply("cutout=1", white) == 127).all()


def test_order_of_specs_is_kept():
    flip, cutout = augment.parse(("flip=1", "cutout=0.3"))
    picture = image()
    got = changed(cutout, changed(flip, picture, 1), 2)
    rest = (got == 127).all(-1)
    np.testing.assert_array_equal(got[~rest], picture[:, ::-1][~rest])
    (rotation,) = augment.parse(("rotation",))
    assert changed(rotation, changed(flip, picture, 0), 0).any()


@pytest.mark.parametrize(
    ("spec", "message"),
    [
        ("flipp", "did you mean 'flip'"),
        ("rotate=5", "did you mean 'rotation'"),
        ("rotation=fast", "'fast' is not a number"),
        ("rotation=", "'' is not a number"),
        ("rotation=200", "from 0 to 180"),
        ("crop=0.01", "from 0.1 to 1"),
        ("cutout=nan", "from 0 to 1"),
    ],
)
def test_wrong_specs(spec, message):
    with pytest.raises(UserError, match=message) as caught:
        augment.parse((spec,))
    assert "\n" not in str(caught.value)


def test_the_table_is_consistent():
    for name, kind in augment.AUGMENTATIONS.items():
        assert kind.low <= kind.default <= kind.high
        assert len(augment.parse((f"{name}={kind.low}", f"{name}={kind.high}", name))) == 3
