"""What a projection discriminator learns where the answer is known."""

import keras
import numpy as np
import tensorflow as tf

from nets.conditioning import DiscriminatorLabel
from nets.mlp import discriminator
from tfgan_kit.terms.losses import adversarial_loss

# Real and generated points of each of three classes, with unit variance and shares of 1/3 each.
REAL = np.array([[1.0, 0.0], [-0.5, 1.0], [0.0, -1.0]], np.float32)
FAKE = np.array([[0.0, 0.5], [0.5, 0.0], [-0.5, -0.5]], np.float32)
BATCH, STEPS = 512, 600


def draw(means, rng):
    labels = rng.integers(0, 3, BATCH)
    points = means[labels] + rng.standard_normal((BATCH, 2)).astype(np.float32)
    return {"image": points, "label": np.eye(3, dtype=np.float32)[labels]}


def log_ratio(batch):
    """log p(x, y) / q(x, y) of two normal distributions with the same shares of classes."""
    real, fake = (batch["label"] @ means for means in (REAL, FAKE))
    away = [((batch["image"] - mean) ** 2).sum(1) for mean in (real, fake)]
    return (away[1] - away[0]) / 2


def test_the_logit_approaches_the_log_ratio_of_the_joint_densities():
    """Miyato & Koyama 2018, section 3: at its optimum D is log p(x, y) / q(x, y)."""
    keras.utils.set_random_seed(0)
    model = discriminator((2,), width=0.25, label=DiscriminatorLabel("projection", 3))
    optimizer = keras.optimizers.Adam(keras.optimizers.schedules.CosineDecay(0.01, STEPS))
    rng = np.random.default_rng(0)
    pays = adversarial_loss("non_saturating").discriminator

    @tf.function
    def step(real, fake):
        with tf.GradientTape() as tape:
            logits = [model(batch, training=True)["logits"] for batch in (real, fake)]
            loss = tf.add_n([tf.reduce_mean(term) for term in pays(*logits)])
        variables = model.trainable_variables
        optimizer.apply(tape.gradient(loss, variables), variables)

    for _ in range(STEPS):
        step(draw(REAL, rng), draw(FAKE, rng))
    for batch in (draw(REAL, rng), draw(FAKE, rng)):
        found, true = model(batch)["logits"].numpy()[:, 0], log_ratio(batch)
        assert np.sqrt(np.mean((found - true) ** 2)) < 0.2 * true.std()
        # Another label is another ratio, of the same point.
        turned = batch | {"label": np.roll(batch["label"], 1, axis=1)}
        change = model(turned)["logits"].numpy()[:, 0] - found
        assert np.corrcoef(change, log_ratio(turned) - true)[0, 1] > 0.97
