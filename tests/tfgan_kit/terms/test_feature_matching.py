import numpy as np
import pytest
import tensorflow as tf

from tfgan_kit.terms.feature_matching import multi_scale_feature_matching

RNG = np.random.default_rng(0)
ONE_SCALE = {"features_1": (2, 8, 8, 3), "features_2": (2, 4, 4, 5), "features_3": (2, 2, 2, 7)}
# A wide gap between the scales' sizes: their maps must not be pooled into one mean.
TWO_SCALES = {
    "features_1_1": (2, 8, 8, 3),
    "features_1_2": (2, 4, 4, 5),
    "features_2_1": (2, 4, 4, 3),
    "features_2_2": (2, 2, 2, 5),
}


def draw(shapes):
    maps = {name: RNG.normal(size=shape).astype("float32") for name, shape in shapes.items()}
    return {**maps, "logits": RNG.normal(size=(2, 2, 2, 1)).astype("float32")}


def distances(real, fake, shapes):
    return sum(np.abs(real[n].astype(float) - fake[n]).sum() / real[n].size for n in shapes)


@pytest.mark.parametrize(
    ("shapes", "form", "weight"),
    [
        (ONE_SCALE, "paper", 1),
        (ONE_SCALE, "code", 4 / 3),
        (TWO_SCALES, "paper", 1),
        (TWO_SCALES, "code", 4 / 2 / 2),
    ],
)
def test_it_is_the_sum_of_mean_distances(shapes, form, weight):
    real, fake = draw(shapes), draw(shapes)
    value = multi_scale_feature_matching(real, fake, form)
    np.testing.assert_allclose(value, weight * distances(real, fake, shapes), rtol=1e-5)


def test_with_three_strided_layers_the_code_is_the_paper_over_the_scales():
    shapes = {f"features_{k}_{i}": (1, 2, 2, 3) for k in (1, 2, 3) for i in (1, 2, 3, 4)}
    real, fake = draw(shapes), draw(shapes)
    paper = multi_scale_feature_matching(real, fake, "paper")
    np.testing.assert_allclose(
        multi_scale_feature_matching(real, fake, "code"), paper / 3, rtol=1e-6
    )


def test_gradients_reach_the_fake_side_only():
    real, fake = ({n: tf.constant(v) for n, v in draw(TWO_SCALES).items()} for _ in range(2))
    with tf.GradientTape(persistent=True) as tape:
        tape.watch([real, fake])
        value = multi_scale_feature_matching(real, fake)
    assert tape.gradient(value, list(real.values())) == [None] * len(real)
    assert tape.gradient(value, fake["logits"]) is None
    for name in TWO_SCALES:
        sign = np.sign(fake[name].numpy() - real[name].numpy())
        np.testing.assert_allclose(tape.gradient(value, fake[name]), sign / sign.size, rtol=1e-5)


def test_half_precision_gives_float32():
    real, fake = ({n: tf.cast(v, tf.float16) for n, v in draw(ONE_SCALE).items()} for _ in range(2))
    assert multi_scale_feature_matching(real, fake).dtype == tf.float32


def test_what_cannot_be_matched():
    with pytest.raises(ValueError, match="'lecture'"):
        multi_scale_feature_matching(draw(ONE_SCALE), draw(ONE_SCALE), "lecture")
    with pytest.raises(ValueError, match="features"):
        multi_scale_feature_matching({"logits": 0.0}, {"logits": 0.0})
    other = draw({name: (*shape[:3], 1) for name, shape in ONE_SCALE.items()})
    with pytest.raises(ValueError, match="compatible"):
        multi_scale_feature_matching(draw(ONE_SCALE), other)
