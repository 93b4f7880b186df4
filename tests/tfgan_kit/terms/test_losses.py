import numpy as np
import pytest
import tensorflow as tf

from tfgan_kit.errors import UserError
from tfgan_kit.settings import names
from tfgan_kit.terms.losses import (
    ADVERSARIAL_LOSSES,
    adversarial_loss,
    chance_level,
    flip_mask,
    global_mean,
    least_squares,
)

REAL = np.array([[0.3], [-1.2], [2.0], [0.9]])
FAKE = np.array([[-0.7], [0.4], [1.5], [-2.0]])


def log_sigmoid(x):
    return np.log(1.0 / (1.0 + np.exp(-x)))


def log_one_minus_sigmoid(x):
    return np.log(1.0 - 1.0 / (1.0 + np.exp(-x)))


# What each side pays per logit, as the papers write it: (D on real, D on fake, G on fake).
FORMULAS = {
    "minimax": (
        lambda r: -log_sigmoid(r),
        lambda f: -log_one_minus_sigmoid(f),
        log_one_minus_sigmoid,
    ),
    "non_saturating": (
        lambda r: -log_sigmoid(r),
        lambda f: -log_one_minus_sigmoid(f),
        lambda f: -log_sigmoid(f),
    ),
    "least_squares": (
        lambda r: (r - 1) ** 2 / 2,
        lambda f: f**2 / 2,
        lambda f: (f - 1) ** 2 / 2,
    ),
    "wasserstein": (lambda r: -r, lambda f: f, lambda f: -f),
    "hinge": (
        lambda r: np.maximum(0, 1 - r),
        lambda f: np.maximum(0, 1 + f),
        lambda f: -f,
    ),
}


def test_the_names_are_those_a_configuration_may_use():
    assert list(ADVERSARIAL_LOSSES) == list(names.ADVERSARIAL_LOSSES)


@pytest.mark.parametrize("shape", [(4, 1), (1, 2, 2, 1)])
@pytest.mark.parametrize("name", FORMULAS)
def test_losses_equal_their_formulas(name, shape):
    real, fake = REAL.reshape(shape), FAKE.reshape(shape)
    d_real, d_fake, g_fake = FORMULAS[name]
    loss = adversarial_loss(name)
    np.testing.assert_allclose(
        loss.discriminator(real, fake), [d_real(real).mean(), d_fake(fake).mean()], rtol=1e-5
    )
    np.testing.assert_allclose(loss.generator(fake), g_fake(fake).mean(), rtol=1e-5)


def test_relativistic_average_equals_its_formula():
    loss = adversarial_loss("relativistic_average")
    real, fake = REAL - FAKE.mean(), FAKE - REAL.mean()
    np.testing.assert_allclose(
        loss.discriminator(REAL, FAKE),
        [-log_sigmoid(real).mean(), -log_one_minus_sigmoid(fake).mean()],
        rtol=1e-5,
    )
    np.testing.assert_allclose(
        loss.generator(FAKE, REAL),
        -log_sigmoid(fake).mean() - log_one_minus_sigmoid(real).mean(),
        rtol=1e-5,
    )
    with pytest.raises(ValueError, match="real_logits"):
        loss.generator(FAKE)


def test_least_squares_takes_its_targets():
    loss = least_squares(a=-1.0, b=0.8, c=0.5)
    np.testing.assert_allclose(
        loss.discriminator(REAL, FAKE),
        [((REAL - 0.8) ** 2).mean() / 2, ((FAKE + 1) ** 2).mean() / 2],
        rtol=1e-5,
    )
    np.testing.assert_allclose(loss.generator(FAKE), ((FAKE - 0.5) ** 2).mean() / 2, rtol=1e-5)


@pytest.mark.parametrize("name", FORMULAS)
def test_smoothing_and_flipping(name):
    as_real, as_fake, _ = FORMULAS[name]
    loss = adversarial_loss(name)

    def smoothed(logits):
        return 0.9 * as_real(logits) + 0.1 * as_fake(logits)

    real, fake = loss.discriminator(REAL, FAKE, smoothing=0.1)
    np.testing.assert_allclose(real, smoothed(REAL).mean(), rtol=1e-5)
    np.testing.assert_allclose(fake, as_fake(FAKE).mean(), rtol=1e-5)

    real, fake = loss.discriminator(
        REAL,
        FAKE,
        smoothing=0.1,
        real_flip=[True, False, False, True],
        fake_flip=[False, True, False, False],
    )
    terms = [as_fake(REAL[0]), smoothed(REAL[1]), smoothed(REAL[2]), as_fake(REAL[3])]
    np.testing.assert_allclose(real, np.mean(terms), rtol=1e-5)
    terms = [as_fake(FAKE[0]), smoothed(FAKE[1]), as_fake(FAKE[2]), as_fake(FAKE[3])]
    np.testing.assert_allclose(fake, np.mean(terms), rtol=1e-5)


def test_flipping_covers_all_patches_of_an_example():
    real, _ = adversarial_loss("wasserstein").discriminator(
        tf.ones([2, 3, 3, 1]), tf.ones([2, 3, 3, 1]), real_flip=[True, True]
    )
    assert float(real) == 1.0


def test_flip_mask_flips_about_the_share_asked_for_and_repeats():
    mask = flip_mask(4000, 0.3, [1, 2]).numpy()
    assert mask.shape == (4000,)
    assert 0.27 < mask.mean() < 0.33
    np.testing.assert_array_equal(mask, flip_mask(4000, 0.3, [1, 2]))
    assert not flip_mask(100, 0.0, [1, 2]).numpy().any()
    assert flip_mask(100, 1.0, [1, 2]).numpy().all()


@pytest.mark.parametrize("name", ADVERSARIAL_LOSSES)
def test_extreme_logits_have_finite_values_and_gradients(name):
    loss = adversarial_loss(name)
    real, fake = tf.constant([[1e4], [-1e4]]), tf.constant([[-1e4], [1e4]])
    with tf.GradientTape(persistent=True) as tape:
        tape.watch([real, fake])
        values = [*loss.discriminator(real, fake, smoothing=0.1), loss.generator(fake, real)]
        total = tf.add_n(values)
    assert np.isfinite(values).all()
    assert np.isfinite(tape.gradient(total, [real, fake])).all()


@pytest.mark.parametrize("name", ADVERSARIAL_LOSSES)
def test_half_precision_logits_give_float32_losses(name):
    loss = adversarial_loss(name)
    real, fake = tf.cast(REAL, tf.bfloat16), tf.cast(FAKE, tf.float16)
    terms = [*loss.discriminator(real, fake), loss.generator(fake, real)]
    assert {term.dtype for term in terms} == {tf.float32}


@pytest.mark.parametrize(
    ("name", "level"),
    [
        ("minimax", 2 * np.log(2)),
        ("non_saturating", 2 * np.log(2)),
        ("least_squares", 0.25),
        ("hinge", 2.0),
        ("relativistic_average", 2 * np.log(2)),
    ],
)
def test_chance_level(name, level):
    assert chance_level(adversarial_loss(name)) == pytest.approx(level)


def test_wasserstein_has_no_chance_level():
    assert chance_level(adversarial_loss("wasserstein")) is None


def test_global_mean_without_replicas_is_the_mean():
    np.testing.assert_allclose(global_mean(tf.constant(REAL)), REAL.mean())


def test_an_unknown_loss_is_one_line_with_a_suggestion():
    with pytest.raises(UserError, match=r"did you mean 'wasserstein'\?") as error:
        adversarial_loss("waserstein")
    assert "\n" not in str(error.value)


def test_twice_the_least_squares_is_what_the_translators_minimise():
    """Their generator's loss has no 1/2; the loss of their discriminator has one."""
    loss = adversarial_loss("least_squares")
    np.testing.assert_allclose(2 * loss.generator(FAKE), np.mean((FAKE - 1) ** 2), rtol=1e-6)
    paid = sum(loss.discriminator(REAL, FAKE))
    np.testing.assert_allclose(paid, (((REAL - 1) ** 2).mean() + (FAKE**2).mean()) / 2, rtol=1e-6)
