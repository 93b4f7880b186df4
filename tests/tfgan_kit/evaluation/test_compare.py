import io
import signal

import keras
import numpy as np
import pytest
from scipy.linalg import sqrtm

from tests.tfgan_kit.evaluation.small import Reader, extractor, instruments, noise
from tfgan_kit.engine.session import Interrupted
from tfgan_kit.engine.status import StatusLine
from tfgan_kit.errors import UserError
from tfgan_kit.evaluation.collect import collect, content
from tfgan_kit.evaluation.compare import compare
from tfgan_kit.evaluation.images import image_set
from tfgan_kit.evaluation.images.image_set import GeneratedImages, ReaderImages
from tfgan_kit.evaluation.instruments import Instruments
from tfgan_kit.fields import image_field, latent_field
from tfgan_kit.metrics.registry import METRICS, aims
from tfgan_kit.uses import generate
from tfgan_kit.uses.apply import Bound


@pytest.fixture(autouse=True)
def cache(tmp_path, monkeypatch):
    monkeypatch.setenv("TFGAN_KIT_CACHE", str(tmp_path / "cache"))


def measured(metrics, real, fake, network=None, seed=0, **keywords):
    """The numbers, and what was said."""
    said = io.StringIO()
    tools = instruments(metrics, network or extractor(1.0), seed)
    sets = [
        None if s is None else ReaderImages(s, n, None, seed)
        for s, n in ((real, "real"), (fake, "fake"))
    ]
    return compare(*sets, tools, StatusLine(said), **keywords), said.getvalue()


def pooled(images):
    """The features of `small.extractor`, by NumPy."""
    cells = images[..., 0].reshape(-1, 2, 4, 2, 4).mean((2, 4)) / 255.0
    return cells.reshape(len(images), 4)


def test_frechet_of_a_stream_is_that_of_the_formula():
    a, b = noise(300), noise(200, 1, high=200)
    found, _ = measured(["fid"], Reader(a), Reader(b))
    x, y = pooled(a), pooled(b)
    root = sqrtm(np.cov(x.T) @ np.cov(y.T)).real
    expected = np.square(x.mean(0) - y.mean(0)).sum() + np.trace(
        np.cov(x.T) + np.cov(y.T) - 2 * root
    )
    assert found["frechet[tiny]"] == pytest.approx(expected, rel=1e-5)


def test_a_set_against_itself_and_the_names():
    real = Reader(noise(120), np.arange(120) % 3)
    metrics = ["fid", "kid", "mmd", "is", "prdc", "prd", "sliced_wasserstein", "class_wise_fid"]
    found, _ = measured(metrics, real, real)
    for name in ("frechet", "sliced_wasserstein", "class_wise_frechet"):
        assert found[f"{name}[tiny]"] == pytest.approx(0, abs=1e-9)
    for name in ("precision", "recall", "coverage", "prd_f8", "prd_f1/8"):
        assert found[f"{name}[tiny]"] == pytest.approx(1)
    assert found["kernel_distance[tiny]"] == pytest.approx(0, abs=0.01)
    assert 1 <= found["classifier_score[tiny]"] <= 3
    assert found["class_wise_frechet_classes[tiny]"].keys() == {"x", "y", "z"}
    # What is not FID is never called so.
    assert not {"fid", "kid", "is"} & found.keys()
    known, _ = measured(["fid"], real, real, extractor(1.0, name="inception-2015"), domain="b")
    assert known.keys() == {"fid_b", "protocols"}


def test_conditional_score_of_outputs_that_share_a_label():
    images, labels = noise(24), np.random.default_rng(3).permutation(24) % 3
    found, _ = measured(["cis"], None, Reader(images, labels), extractor(9.0))
    logits = 9 * pooled(images)[:, :3].astype(np.float64)
    chances = np.exp(logits) / np.exp(logits).sum(1, keepdims=True)

    def divergence(of, mean):
        return (of * np.log(of / mean)).sum(1)

    groups = [chances[labels == k] for k in range(3)]
    inner = np.mean([divergence(g, g.mean(0)).mean() for g in groups])
    assert found["conditional_classifier_score[tiny]"] == pytest.approx(inner, rel=1e-4)
    outer = divergence(chances, chances.mean(0)).mean()
    assert found["conditional_classifier_score_marginal[tiny]"] == pytest.approx(outer, rel=1e-4)
    words = found["protocols"]["conditional_classifier_score[tiny]"]["words"]
    assert "the 8 images of a label, of 3 labels" in words
    for odd, message in (
        (labels[:23], "there are 7 to 8 images of a label"),
        (np.arange(24), "there are 1 to 1"),
        (labels - 1, "some images have no label"),
    ):
        with pytest.raises(UserError, match=message):
            measured(["cis"], None, Reader(images[: len(odd)], odd))


def test_the_critic_of_images():
    real, fake = noise(40, high=100), noise(30, 1, low=100)
    found, _ = measured(["wasserstein_critic"], Reader(real), Reader(fake))
    names = {"wasserstein_critic", "wasserstein_critic_standard_error", "wasserstein_critic_raw"}
    assert found.keys() == {*names, "protocols"}
    # Every pixel is about 128 of 255 brighter, of 64 pixels: 128 / 127.5 * 8.
    assert found["wasserstein_critic"] == pytest.approx(8, rel=0.15)
    told = found["protocols"]["wasserstein_critic"]
    assert (told["count"], told["real_count"], told["seed"]) == (30, 40, 0)
    assert "for 500 steps with a one-sided penalty of weight 10" in told["words"]


def test_protocol_of_a_number():
    real, fake = Reader(noise(60)), Reader(noise(40, 1))
    told = measured(["kid"], real, fake, seed=3)[0]["protocols"]["kernel_distance[tiny]"]
    assert (told["real_count"], told["count"], told["seed"]) == (60, 40, 3)
    assert (told["resize"], told["rounded"]) == ("clean", True)
    assert told["weights"] == extractor(1.0).digest
    assert "subsets of 20" in told["words"]
    assert told["real"] == "real: 60 of 60 images of 8x8x1"


def test_sizes_of_batches_change_nothing(monkeypatch):
    images, network = ReaderImages(Reader(noise(50)), "x", None, 0), extractor(1.0)
    found = {}
    for size in (7, 50):
        monkeypatch.setattr(image_set.ReaderImages.batches, "__defaults__", (size,))
        found[size] = collect(images, network, {"statistics", "features"}), content(images)
    (a, of_a), (b, of_b) = found.values()
    np.testing.assert_allclose(a.features, b.features, rtol=1e-6)
    np.testing.assert_allclose(a.statistics.scatter, b.statistics.scatter, rtol=1e-6, atol=1e-9)
    assert of_a == of_b
    assert a.probabilities is a.pixels is None


def test_one_pass_for_all_metrics():
    calls = []
    network = extractor(1.0, calls)
    measured(["fid", "kid", "prdc", "is"], Reader(noise(60)), Reader(noise(50, 1)), network)
    assert sum(calls) == 110


def test_images_are_drawn_by_the_seed():
    reader = Reader(noise(40))
    drawn = [ReaderImages(reader, "x", 10, seed) for seed in (0, 0, 1)]
    a, b, c = (np.concatenate([batch for batch, _ in s.batches(4)]) for s in drawn)
    assert len(np.unique(a.reshape(10, -1), axis=0)) == 10
    np.testing.assert_array_equal(a, b)
    assert (a != c).any()


def test_generated_images_are_made_a_batch_at_a_time():
    latent = keras.Input((2,))
    pixels = keras.layers.Reshape((2, 1, 1))(latent)
    generator = keras.Model(latent, {"image_a": pixels, "image_b": -pixels})
    latents = np.linspace(-1, 1, 10, dtype=np.float32).reshape(5, 2)
    fields = {name: image_field((2, 1, 1)) for name in ("image_a", "image_b")}
    bound = Bound(generate(fields, latent_field(2)), {"generator": generator})
    images = GeneratedImages(bound, "run", {"latent": latents}, "image_b")
    batches = [batch for batch, _ in images.batches(2)]
    assert [len(batch) for batch in batches] == [2, 2, 1]
    expected = np.rint((1 - latents) * 127.5).clip(0, 255)
    np.testing.assert_array_equal(np.concatenate(batches)[..., 0, 0], expected)
    latents[3, 0] = np.nan
    with pytest.raises(UserError, match="run: image 3 has pixels that are not finite"):
        list(GeneratedImages(bound, "run", {"latent": latents}, "image_a").batches(2))


@pytest.mark.parametrize(
    ("metric", "real", "fake", "message"),
    [
        ("prd", noise(10), noise(12), "as many images of each, not 10 and 12; give --count 10"),
        ("class_wise_fid", noise(10), noise(10), "real has no labels"),
        ("psnr", noise(10), noise(10, shape=(8, 8, 3)), "not 8x8x1 (real) and 8x8x3 (fake)"),
        ("psnr", noise(10), noise(10), "all pairs are equal"),
        ("fid", noise(1), noise(10), "real gives one image"),
        ("prdc", noise(4), noise(10), "needs at least 6 images, real gives 4"),
        ("is", noise(19), noise(19), "needs at least 20 images, fake gives 19"),
        ("swd", noise(9), noise(9), "at least 16x16, real is 8x8x1"),
        ("ssim", noise(9), noise(9, 1), "at least 11x11, real is 8x8x1"),
        ("swd", *[noise(9, i, (24, 24, 1)) for i in (0, 1)], "a power of two as their side"),
        ("fid", noise(9), noise(9, shape=(8, 8, 3)), "tiny takes gray images, fake is 8x8x3"),
    ],
)
def test_what_cannot_be_measured(metric, real, fake, message):
    with pytest.raises(UserError) as error:
        measured([metric], Reader(real), Reader(fake))
    assert message in str(error.value)
    assert "\n" not in str(error.value)


def test_what_turns_out_not_to_be_measurable_costs_no_other_number():
    same = Reader(noise(10, shape=(16, 16, 1)))
    found, said = measured(["psnr", "ssim"], same, same)
    assert {"ssim": 1.0, "protocols": {"ssim": found["protocols"]["ssim"]}} == found
    assert "warning: not measured: --metrics psnr: all pairs are equal" in said


def test_a_metric_that_takes_long_says_how_far_it_is_and_can_be_stopped():
    def stop(text):
        if "critic" in text:
            raise Interrupted(text, signal.SIGINT)

    line = StatusLine()
    line.update = stop
    sets = [ReaderImages(Reader(noise(8, i)), str(i), None, 0) for i in range(2)]
    with pytest.raises(Interrupted, match="Wasserstein critic: step 0 of 500"):
        compare(*sets, Instruments(["wasserstein_critic"]), line)


def test_points_are_no_images():
    reader = Reader(np.zeros((5, 2), np.float32))
    with pytest.raises(UserError, match="holds points"):
        ReaderImages(reader, "ring", None, 0)


def test_warnings_are_one_line_each():
    real, fake = Reader(noise(3)), Reader(noise(30, shape=(16, 16, 1)))
    _, said = measured(["fid"], real, fake)
    warnings = [line for line in said.splitlines() if line.startswith("warning: ")]
    assert len(warnings) == 2
    assert "real is 8x8x1, fake 16x16x1" in warnings[0]
    assert "3 examples of 4 features" in warnings[1]


def test_what_metrics_say_that_they_need_they_need():
    """Each is refused with an image less, or a pixel less, by the metric itself."""
    from tfgan_kit.metrics.distributions import inception_score, prd, prdc, sliced_wasserstein
    from tfgan_kit.metrics.images import ms_ssim, ssim

    assert METRICS["is"].least == 2 * inception_score.SPLITS
    assert METRICS["prdc"].least == prdc.NEAREST + 1
    assert METRICS["prd"].least == prd.CLUSTERS / 2
    assert METRICS["swd"].smallest == sliced_wasserstein.SMALLEST
    assert METRICS["ssim"].smallest == ssim.WINDOW
    assert METRICS["ms_ssim"].smallest == ms_ssim.SMALLEST


def test_of_which_numbers_one_is_better():
    found = aims()
    lower = {"fid": True, "kid": True, "precision": False, "ms_ssim": False, "lpips": True}
    assert {name: found[name].lower for name in lower} == lower
    assert (found["precision"].metric, found["precision"].value) == ("prdc", "precision")
    assert not {"prdc", "lpips_diversity"} & found.keys()


def test_sizes_are_told_apart_from_channels():
    gray, colour = Reader(noise(40)), Reader(np.repeat(noise(40), 3, -1))
    _, said = measured(["fid"], gray, colour, extractor(1.0, channels=3))
    assert "warning" not in said
    # Half the rows, and so another size.
    _, said = measured(["fid"], gray, Reader(noise(40)[:, :4]))
    assert "resizing them differs, too" in said


def test_a_cache_that_cannot_be_written_is_told_first(tmp_path, monkeypatch):
    from tfgan_kit.extractors import registry

    (tmp_path / "file").touch()
    monkeypatch.setenv("TFGAN_KIT_CACHE", str(tmp_path / "file"))
    monkeypatch.setattr(registry, "find", lambda *_, **__: extractor(1.0))
    (told,) = Instruments(["fid"]).warnings
    assert told.startswith(f"{tmp_path}/file/statistics: nothing is kept there (Not a directory)")
    assert not Instruments(["swd"]).warnings
    monkeypatch.setenv("TFGAN_KIT_CACHE", "~nobody-at-all/x")
    with pytest.raises(UserError, match="TFGAN_KIT_CACHE ~nobody-at-all/x: no home directory"):
        Instruments(["fid"])
