import keras
import numpy as np
import pytest

from nets.transfer.miner import chooser, chosen, miner

RNG = np.random.default_rng(0)


@pytest.mark.parametrize(
    ("size", "hidden", "latent", "values"),
    [
        (128, (128,), 128, 33_024),  # MNIST.
        (16, (16,), 16, 544),  # Its pictures.
        (8, (64, 128, 256), 512, 173_504),  # ProGAN.
        (8, (32, 64), 128, 10_720),  # SNGAN.
        (128, (128,) * 3, 120, 65_016),  # BigGAN's latents.
    ],
)
def test_parameters_are_the_published_ones(size, hidden, latent, values):
    assert miner(size, hidden, latent).count_params() == values


def test_it_computes_dense_layers_with_relu_between():
    network = miner(3, (5,), 4)
    noise = RNG.normal(size=(6, 3)).astype("float32")
    first, last = (network.get_layer(name) for name in ("dense_1", "latent"))
    hidden = np.maximum(noise @ first.kernel.numpy() + first.bias.numpy(), 0)
    expected = hidden @ last.kernel.numpy() + last.bias.numpy()
    np.testing.assert_allclose(network({"noise": noise})["latent"], expected, rtol=1e-5, atol=1e-6)


def test_hidden_vectors_can_be_divided_by_their_size():
    network = miner(3, (5,), 4, pixel_norm=True)
    noise = RNG.normal(size=(6, 3)).astype("float32")
    # Noise of another size only makes a difference through the biases, which begin at 0.
    small, large = (network({"noise": noise * s})["latent"] for s in (1.0, 10.0))
    np.testing.assert_allclose(small, large, rtol=1e-4, atol=1e-5)


def test_latents_differ_as_much_as_the_noise():
    noise = RNG.normal(size=(500, 64)).astype("float32")
    latents = np.asarray(miner(64, (64,), 64)({"noise": noise})["latent"])
    assert 0.5 < latents.std(0).mean() < 2


def test_latents_of_a_uniform_source_stay_within_its_range():
    noise = 10 * RNG.normal(size=(50, 8)).astype("float32")
    assert np.abs(miner(8, (8,), 8, bounded=True)({"noise": noise})["latent"]).max() <= 1


def test_weights_of_classes():
    noise = RNG.normal(size=(50, 8)).astype("float32")
    linear = np.asarray(miner(8, (8,), 8, classes=5)({"noise": noise})["label"])
    assert linear.shape == (50, 5)
    np.testing.assert_allclose(linear, 0.2, atol=0.3)
    probabilities = miner(8, (8,), 8, classes=5, softmax=True)({"noise": noise})["label"]
    np.testing.assert_allclose(np.sum(probabilities, 1), 1, rtol=1e-5)


def test_a_latent_is_noise_and_a_choice_that_hands_on_one_image(tmp_path):
    networks = chooser(3, 2), chosen((4, 4, 1), 2)
    for network in networks:
        network.save(tmp_path / f"{network.name}.keras")
    split, join = (keras.saving.load_model(tmp_path / f"{n.name}.keras") for n in networks)
    latent = RNG.normal(size=(9, 4)).astype("float32")
    made = split({"latent": latent})
    np.testing.assert_array_equal(made["noise"], latent[:, :3])
    images = RNG.normal(size=(2, 9, 4, 4, 1)).astype("float32")
    given = {"choice": np.asarray(made["choice"]), "image_1": images[0], "image_2": images[1]}
    expected = np.where(latent[:, 3, None, None, None] < 0, images[0], images[1])
    np.testing.assert_array_equal(join(given)["image"], expected)
