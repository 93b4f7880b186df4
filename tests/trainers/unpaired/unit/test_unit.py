"""UNIT: its losses against numpy, what the domains share, and that this is stepped once."""

import numpy as np
import pytest

from tests.trainers.small import STILL, batches, build, step
from tfgan_kit.errors import UserError
from tfgan_kit.pictures.images import to_model_range
from tfgan_kit.settings.option import make
from trainers.unpaired.unit.config import UNITConfig

SETTINGS = {
    **{"image_size": 16, "filters": 2, "blocks": 2, "batch_size": 3},
    **{"discriminator_layers": 2, "weight_decay": 0.0},
}


def built(**settings):
    return build("unit", **{**SETTINGS, **settings})


def images(trainer, feed):
    """The images of the first step, (a, b), in [-1, 1]."""
    ((batch,),) = batches(trainer, feed)
    return [to_model_range(domain["image"]).numpy() for domain in batch]


def softplus(x):
    return np.logaddexp(0, x.astype(np.float64))


def test_the_losses_are_those_of_the_paper():
    weights = {"kl_weight": 0.3, "cycle_kl_weight": 0.7, "reconstruction_weight": 50.0}
    trainer, feed = built(cycle_weight=40.0, adversarial_weight=3.0, **weights, **STILL)
    reals = dict(zip("ab", images(trainer, feed), strict=True))
    trainer.random.take_turn(None, 1)

    def encode(letter, given, purpose):
        mean = trainer.networks[f"encoder_{letter}"]({"image": given})["latent"].numpy()
        return mean, mean + trainer.random.normal(purpose, mean.shape).numpy()

    def decode(letter, latent):
        return trainer.networks[f"decoder_{letter}"]({"latent": latent})["image"].numpy()

    expected, fakes, total = {}, {}, 0
    for one, other in ("ab", "ba"):
        mean, latent = encode(one, reals[one], f"generator/latent_{one}")
        fakes[other] = decode(other, latent)
        mean_back, latent_back = encode(other, fakes[other], f"generator/cycle_{one}")
        found = {
            "kl": (mean**2).mean() / 2,
            "reconstruction": np.abs(decode(one, latent) - reals[one]).mean(),
            "cycle_kl": (mean_back**2).mean() / 2,
            "cycle": np.abs(decode(one, latent_back) - reals[one]).mean(),
        }
        expected |= {f"generator/{name}_{one}": value for name, value in found.items()}
        # lambda_1 and lambda_3 of KL(q(z_1 | x_1)), which equations 3 and 5 both have.
        total += (0.3 + 0.7) * found["kl"] + 50 * found["reconstruction"]
        total += 0.7 * found["cycle_kl"] + 40 * found["cycle"]

    def judged(pair):
        said = trainer.discriminator({f"image_{d}": pair[d] for d in "ab"})
        return {d: said[f"logits_{d}"].numpy() for d in "ab"}

    on_fakes, on_reals = judged(fakes), judged(reals)
    for d in "ab":
        expected[f"generator/adversarial_{d}"] = softplus(-on_fakes[d]).mean()
        total += 3 * expected[f"generator/adversarial_{d}"]
        expected[f"discriminator/adversarial_{d}"] = (
            softplus(-on_reals[d]).mean() + softplus(on_fakes[d]).mean()
        )
    expected["generator/loss"] = total
    expected["discriminator/loss"] = sum(expected[f"discriminator/adversarial_{d}"] for d in "ab")
    values = step(trainer, feed)
    assert values.keys() == expected.keys()
    for name, value in expected.items():
        np.testing.assert_allclose(values[name], value, rtol=5e-5, err_msg=name)


def test_the_noise_of_latents_is_normal_and_of_each_domain():
    trainer, feed = built()
    reals = images(trainer, feed)
    made = trainer.translated(reals, "generator")
    noise = [np.asarray(made[f"latent_{d}"] - made[f"mean_{d}"]).ravel() for d in "ab"]
    assert len(noise[0]) == 3 * 4 * 4 * 8
    for each in noise:
        assert abs(each.mean()) < 0.2
        assert each.std() == pytest.approx(1, abs=0.15)
    assert abs(np.corrcoef(*noise)[0, 1]) < 0.2
    again = trainer.translated(reals, "generator")
    np.testing.assert_array_equal(again["b"], made["b"])


def test_shared_variables_are_listed_and_stepped_once():
    rate = 1e-3
    settings = {"optimizer": "sgd", "generator_lr": rate, "discriminator_lr": 0.0}
    trainer, feed = built(**settings)
    own = [{v.path: v for v in trainer.networks[f"encoder_{d}"].trainable_variables} for d in "ab"]
    shared = [path for path, v in own[0].items() if any(v is w for w in own[1].values())]
    assert len(shared) == 4
    listed = [id(v) for v in trainer.players["generator"].variables]
    assert len(listed) == len(set(listed))
    apart, _ = built(shared_blocks=0, **settings)
    # Half of the kernels and biases of a block of two convolutions, in encoders and decoders.
    assert len(apart.players["generator"].variables) == len(listed) + 2 * 4

    variable = own[0]["shared_1_1_conv/kernel"]
    before, gradients = variable.numpy(), []
    apply = trainer.players["generator"].apply

    def recording(given):
        names = [id(v) for v in trainer.players["generator"].variables]
        gradients.append(given[names.index(id(variable))].numpy())
        apply(given)

    trainer.players["generator"].apply = recording
    step(trainer, feed)
    assert np.abs(gradients[0]).max() > 0
    np.testing.assert_allclose(variable.numpy(), before - rate * gradients[0], atol=1e-7)


def test_in_use_the_latent_is_the_mean():
    trainer, feed = built()
    a, _ = images(trainer, feed)
    latent = trainer.networks["encoder_a"]({"image": a})
    expected = trainer.networks["decoder_b"](latent)["image"]
    np.testing.assert_allclose(trainer.render("translate_ab", a), expected, atol=1e-5)


def test_a_domain_into_itself_is_the_decoded_latent():
    trainer, feed = built()
    a, _ = images(trainer, feed)
    latent = trainer.bound("encode_a").render({"image": a})["latent"]
    np.testing.assert_allclose(latent, trainer.networks["encoder_a"]({"image": a})["latent"], 1e-4)
    again = trainer.networks["decoder_a"]({"latent": latent})["image"]
    made = trainer.bound("translate_aa").render({"input": a})["image"]
    np.testing.assert_allclose(made, again, atol=1e-5)
    decoded = trainer.bound("decode_a").render({"latent": latent})["image"]
    np.testing.assert_allclose(decoded, again, atol=1e-5)
    other = trainer.bound("decode_b").render({"latent": latent})["image"]
    there = trainer.bound("translate_ab").render({"input": a})["image"]
    np.testing.assert_allclose(other, there, atol=1e-5)


def test_the_rates_are_halved():
    trainer, _ = built(halve_every=100, steps=1000)
    rate = trainer.players["generator"].optimizer._learning_rate
    found = [float(rate(step)) for step in (0, 99, 100, 199, 200, 999)]
    assert found == pytest.approx([1e-4, 1e-4, 5e-5, 5e-5, 2.5e-5, 1e-4 / 2**9])
    trainer, _ = built(halve_every=0, steps=1000)
    assert float(trainer.players["generator"].optimizer._learning_rate(999)) == pytest.approx(1e-4)


@pytest.mark.parametrize(
    ("settings", "told"),
    [
        ({"blocks": 1, "shared_blocks": 2}, "share at most 1"),
        ({"reconstruction_weight": 0.0}, "would learn nothing"),
    ],
)
def test_what_cannot_be_learned_is_refused(settings, told):
    with pytest.raises(UserError, match=told):
        make(UNITConfig, settings).check()
