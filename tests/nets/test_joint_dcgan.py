"""DCGAN's networks as those of several domains."""

import numpy as np
import pytest

from nets import dcgan
from nets.cogan import layer_counts, paper_sharing
from nets.sharing import domain_model
from tests.nets.test_cogan import LATENT, SHARED, build
from tfgan_kit.errors import UserError
from tfgan_kit.layers import Mixture


@pytest.mark.parametrize("size", [32, 64, 128])
def test_dcgan_networks_are_those_of_dcgan(size):
    """The same layers with the same weights give the same images and logits."""
    shapes = [(size, size, 1)] * 2
    made, x = build("generator", 1, shapes, network="dcgan", width=1 / 16)
    judge, shown = build("discriminator", 1, shapes, network="dcgan", width=1 / 16)
    assert layer_counts(size, "dcgan") == (len(made.output) // 2, len(judge.output) // 2)
    for d in "ab":
        for model, single, inputs in (
            (made, dcgan.generator(shapes[0], LATENT, width=1 / 16), x),
            (judge, dcgan.discriminator(shapes[0], width=1 / 16), shown[f"image_{d}"]),
        ):
            part = domain_model(model, d)
            single.set_weights(part.get_weights())
            ours, theirs = part(inputs, training=True), single(inputs, training=True)
            assert set(ours) == set(theirs)
            for name, value in theirs.items():
                np.testing.assert_allclose(ours[name], value, rtol=1e-4, atol=1e-5)


def test_dcgan_networks_share_what_the_paper_does():
    assert paper_sharing(32, "dcgan") == (3, 3)
    assert paper_sharing(64, "dcgan") == (3, 4)
    for kind in SHARED:
        model, _ = build(kind, 3, network="dcgan")
        own = {layer.name for layer in model.layers if layer.name.endswith("_a")}
        expected = {"output_a"} if kind == "generator" else {"conv_1_a", "leaky_relu_1_a"}
        assert own == expected | {"image_a"}
        with pytest.raises(UserError, match="share 0 to 3 layers"):
            build(kind, 4, network="dcgan")
    with pytest.raises(UserError, match=r"network 'dcgan' .* 32x32, 64x64, 128x128, or choose"):
        layer_counts(256, "dcgan")


@pytest.mark.parametrize("network", ["cogan", "dcgan"])
@pytest.mark.parametrize(("shared", "distance"), [(0, None), (2, 3.0)])
def test_generators_of_a_mixture_draw_from_the_latents_that_it_makes(network, shared, distance):
    shapes = [(32, 32, 1)] * 2
    mixture = {"components": LATENT // 2, "distance": distance}
    of_mixture, x = build("generator", shared, shapes, network=network, width=1 / 16, **mixture)
    plain, _ = build("generator", shared, shapes, network=network, width=1 / 16)
    plain.set_weights(of_mixture.get_weights())
    moved = Mixture(LATENT // 2, distance or LATENT**0.5)(x)
    assert np.abs(moved - x).max() > 1
    for name, value in plain(moved).items():
        np.testing.assert_array_equal(of_mixture(x)[name], value)
    part, whole = domain_model(of_mixture, "b"), of_mixture(x)
    np.testing.assert_array_equal(part(x)["image"], whole["image_b"])
