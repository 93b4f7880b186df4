"""MUNIT: its losses against numpy, its uses, and what is measured of styles."""

import numpy as np
import pytest

from tests.trainers.small import STILL, batches, build, step
from tfgan_kit.errors import UserError
from tfgan_kit.pictures.images import to_model_range
from tfgan_kit.settings.option import make
from tfgan_kit.uses.draw import draw_inputs
from trainers.unpaired import styles
from trainers.unpaired.munit import measures
from trainers.unpaired.munit.config import MUNITConfig
from trainers.unpaired.styles import spread

SETTINGS = {
    **{"image_size": 16, "filters": 2, "blocks": 1, "batch_size": 3, "style_size": 5},
    **{"style_units": 4, "discriminator_layers": 2, "discriminator_scales": 2, "weight_decay": 0.0},
}


def built(**settings):
    return build("munit", **{**SETTINGS, **settings})


def images(trainer, feed):
    """The images of the first step, (a, b), in [-1, 1]."""
    ((batch,),) = batches(trainer, feed)
    return [to_model_range(domain["image"]).numpy() for domain in batch]


def test_the_losses_are_those_of_the_paper():
    weights = {"image_weight": 10.0, "content_weight": 2.0, "style_weight": 3.0}
    trainer, feed = built(cycle_weight=4.0, **weights, **STILL)
    reals = dict(zip("ab", images(trainer, feed), strict=True))
    trainer.random.take_turn(None, 1)

    def content(letter, given):
        return trainer.networks[f"content_encoder_{letter}"]({"image": given})["content"].numpy()

    def style(letter, given):
        return trainer.networks[f"style_encoder_{letter}"]({"image": given})["style"].numpy()

    def decode(letter, c, s):
        network = trainer.networks[f"decoder_{letter}"]
        return network({"content": c, "style": s})["image"].numpy()

    def distance(x, y):
        return np.abs(x - y).mean()

    expected, fakes, total = {}, {}, 0
    for one, other in ("ab", "ba"):
        real, drawn = reals[one], trainer.random.normal(f"generator/style_{other}", [3, 5]).numpy()
        own = content(one, real), style(one, real)
        fakes[other] = decode(other, own[0], drawn)
        found = {
            f"image_{one}": 10 * distance(decode(one, *own), real),
            f"content_{one}": 2 * distance(content(other, fakes[other]), own[0]),
            f"style_{other}": 3 * distance(style(other, fakes[other]), drawn),
            f"cycle_{one}": 4 * distance(decode(one, content(other, fakes[other]), own[1]), real),
        }
        total += sum(found.values())
        factors = {"image": 10, "content": 2, "style": 3, "cycle": 4}
        expected |= {f"generator/{n}": v / factors[n[:-2]] for n, v in found.items()}

    def judged(pair):
        said = trainer.discriminator({f"image_{d}": pair[d] for d in "ab"})
        return {d: [said[f"logits_{k}_{d}"].numpy() for k in (1, 2)] for d in "ab"}

    on_fakes, on_reals = judged(fakes), judged(reals)
    for d in "ab":
        # LS2, the sum over scales: (D - 1)^2 without the half that the logged term has.
        fooled = sum(((x - 1) ** 2).mean() for x in on_fakes[d])
        expected[f"generator/adversarial_{d}"] = fooled / 2
        total += fooled
        expected[f"discriminator/adversarial_{d}"] = (
            sum(((x - 1) ** 2).mean() for x in on_reals[d])
            + sum((x**2).mean() for x in on_fakes[d])
        ) / 2
    expected["generator/loss"] = total
    expected["discriminator/loss"] = sum(expected[f"discriminator/adversarial_{d}"] for d in "ab")
    values = step(trainer, feed)
    assert values.keys() == expected.keys()
    for name, value in expected.items():
        np.testing.assert_allclose(values[name], value, rtol=5e-5, err_msg=name)


def test_a_style_changes_the_translation_and_a_seed_determines_it():
    trainer, feed = built()
    a, b = images(trainer, feed)
    bound = trainer.bound("translate_ab")
    given = draw_inputs(bound.use, 7, 3, {"input": a})
    first = bound.render(given)["image"]
    np.testing.assert_array_equal(bound.render(given)["image"], first)
    other = bound.render(draw_inputs(bound.use, 8, 3, {"input": a}))["image"]
    assert np.abs(other - first).max() > 1e-3
    # The style of a reference is what its encoder says.
    style = trainer.bound("encode_style_b").render({"image": b})["style"]
    assert style.shape == (3, 5)
    expected = bound.render({"input": a, "style": style})["image"]
    made = trainer.bound("translate_ab_reference").render({"input": a, "reference": b})["image"]
    np.testing.assert_allclose(made, expected, atol=1e-6)
    codes = trainer.bound("encode_content_a").render({"image": a})["content"]
    own = trainer.networks["content_encoder_a"]({"image": a})["content"]
    np.testing.assert_allclose(codes, own, atol=1e-5)


def test_a_content_is_decoded_in_any_style_and_in_its_own():
    trainer, feed = built()
    a, b = images(trainer, feed)
    content = trainer.bound("encode_content_a").render({"image": a})["content"]
    own = trainer.bound("encode_style_a").render({"image": a})["style"]
    again = trainer.networks["decoder_a"]({"content": content, "style": own})["image"]
    made = trainer.bound("translate_aa").render({"input": a})["image"]
    np.testing.assert_allclose(made, again, atol=1e-5)
    decoded = trainer.bound("decode_a").render({"content": content, "style": own})["image"]
    np.testing.assert_allclose(decoded, again, atol=1e-5)
    style = trainer.bound("encode_style_b").render({"image": b})["style"]
    there = trainer.bound("translate_ab_reference").render({"input": a, "reference": b})["image"]
    decoded = trainer.bound("decode_b").render({"content": content, "style": style})["image"]
    np.testing.assert_allclose(decoded, there, atol=1e-5)


def test_the_smallest_images_come_back_in_their_size():
    trainer, _ = built()
    small = np.random.default_rng(0).integers(0, 256, (1, 3, 9, 3), np.uint8)
    made = trainer.bound("translate_aa").render({"input": small})["image"]
    assert made.shape == (1, 3, 9, 3)
    assert np.isfinite(made).all()


def test_averages_are_used_if_they_are_kept():
    trainer, _ = built(ema_decay=0.9)
    assert set(trainer.averages) == {n for n in trainer.networks if n != "discriminator"}
    networks = trainer.bound("translate_ab").networks
    assert any(networks[0] is average.network for average in trainer.averages.values())


@pytest.mark.parametrize(
    ("size", "layers", "scales"), [(32, 4, 2), (32, 3, 3), (64, 4, 3), (16, 4, 1), (256, 4, 3)]
)
def test_as_many_scales_as_fit(size, layers, scales):
    config = make(MUNITConfig, {"image_size": size, "discriminator_layers": layers})
    assert config.scales_for((size, size)) == scales


@pytest.mark.parametrize(
    ("settings", "told"),
    [
        ({"image_size": 12}, "needs 16 pixels a side"),
        ({"image_size": 16, "discriminator_layers": 4}, "of 32 pixels a side"),
    ],
)
def test_images_that_are_too_small_are_refused(settings, told):
    with pytest.raises(UserError, match=told):
        built(**settings)


def test_without_blocks_no_style_could_enter():
    with pytest.raises(UserError, match="no AdaIN"):
        make(MUNITConfig, {"blocks": 0}).check()


def test_measures_of_styles_tell_who_obeys(monkeypatch):
    monkeypatch.setattr(styles, "load_lpips", lambda: (None, "no weights"))
    trainer, feed = built()
    found = measures.StyleMeasures(trainer.config, feed)
    assert found.left_out == ("no weights",)

    class Painter:
        """Fills images with the colour of the style or of the reference."""

        def __init__(self, name):
            self.reference = name.endswith("_reference")

        def render(self, inputs):
            shape = inputs["input"].shape
            if self.reference:
                colour = to_model_range(inputs["reference"]).numpy().mean((1, 2), keepdims=True)
            else:
                colour = np.clip(inputs["style"][:, :1, None, None] / 4, -1, 1)
            return {"image": np.broadcast_to(colour, shape).astype(np.float32)}

    class Copier(Painter):
        def render(self, inputs):
            return {"image": to_model_range(inputs["input"]).numpy()}

    obeying, chance = found(Painter, 40)
    deaf, _ = found(Copier, 40)
    for direction in ("ab", "ba"):
        assert (
            obeying[f"reference_error_{direction}"] < 0.3 < chance[f"reference_error_{direction}"]
        )
        assert deaf[f"reference_error_{direction}"] > 10
        assert deaf[f"style_spread_{direction}"] == 0 < obeying[f"style_spread_{direction}"]


def test_spread_and_colour_error_by_hand():
    outputs = np.zeros((1, 2, 2, 2, 1), np.float32)
    outputs[:, 1] = 1  # Half of the range.
    assert spread(outputs) == pytest.approx(50, abs=0.3)
    dark, light = np.zeros((1, 2, 2, 1), np.uint8), np.full((1, 2, 2, 1), 51, np.uint8)
    assert measures.colour_error(dark, light) == pytest.approx(20)
