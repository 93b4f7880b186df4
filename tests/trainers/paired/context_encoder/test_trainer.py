"""The losses of the context encoder by hand, its holes, and that it learns."""

import cv2
import numpy as np
import pytest

from tests.data.sources.paired.files import noise, write
from tests.trainers.small import STILL, batches, build, step
from tfgan_kit.engine.loop import Loop
from tfgan_kit.errors import UserError
from tfgan_kit.terms import masks
from trainers.paired.context_encoder.config import ContextEncoderConfig

SMALL = {"image_size": 32, "filters": 2, "bottleneck": 6, "norm": "none"}


def built(**settings):
    return build("context_encoder", **SMALL | settings)


def completed(trainer, example):
    """All outputs of the generator for an example, as arrays."""
    made = trainer.generator(trainer.inputs(example, ""), training=True)
    return {name: made[name].numpy().astype(float) for name in ("prediction", "image")}


def softplus(x):
    return np.logaddexp(0.0, x)


@pytest.mark.parametrize("kind", ["centre", "block", "region"])
def test_a_step_minimises_the_terms_of_the_paper(kind):
    trainer, feed = built(masks=kind, **STILL)
    ((batch,),) = batches(trainer, feed)
    found = step(trainer, feed)
    example = trainer.example(batch, "generator")
    image, hole = example["image"].numpy().astype(float), example["mask"].numpy()[..., 0]
    made = completed(trainer, example)
    if kind == "centre":
        # Around a hole of 14x14 lies a border of one pixel that is known and painted as well.
        squares = ((made["prediction"] - image) ** 2).mean(-1)[:, 8:24, 8:24]
        weights = np.full((16, 16), 10.0)
        weights[1:15, 1:15] = 1
        expected = (weights * squares).mean()
        assert (hole[:, 9:23, 9:23] == 1).all()
        assert (hole.sum((1, 2)) == 14 * 14).all()
        seen = [each[:, 8:24, 8:24] for each in (image, made["prediction"])]
    else:
        squares = ((made["image"] - image) ** 2).mean(-1)
        expected = np.mean([s[h > 0].mean() for s, h in zip(squares, hole, strict=True)])
        seen = [image, made["image"]]
    assert found["generator/reconstruction"] == pytest.approx(expected, rel=1e-5)
    real, fake = (
        trainer.discriminator({"image": each.astype("float32")})["logits"].numpy() for each in seen
    )
    assert found["discriminator/loss"] == pytest.approx(
        softplus(-real).mean() + softplus(fake).mean(), rel=1e-5
    )
    adversarial = softplus(-fake).mean()
    assert found["generator/adversarial"] == pytest.approx(adversarial, rel=1e-5)
    loss = 0.999 * expected + 0.001 * adversarial
    assert found["generator/loss"] == pytest.approx(loss, rel=1e-5)


def test_the_weights_and_the_border_are_settings():
    trainer, feed = built(overlap=3, overlap_weight=4.0, reconstruction_weight=2.0, **STILL)
    ((batch,),) = batches(trainer, feed)
    found, example = step(trainer, feed), trainer.example(batch, "generator")
    assert example["mask"].numpy().sum() == 8 * 10 * 10
    squares = (completed(trainer, example)["prediction"] - example["image"].numpy()) ** 2
    weights = np.full((16, 16), 4.0)
    weights[3:13, 3:13] = 1
    expected = (weights * squares.mean(-1)[:, 8:24, 8:24]).mean()
    assert found["generator/reconstruction"] == pytest.approx(expected, rel=1e-5)
    loss = 2.0 * expected + 0.001 * found["generator/adversarial"]
    assert found["generator/loss"] == pytest.approx(loss, rel=1e-5)


def test_reconstruction_alone_has_no_judge():
    trainer, feed = built(adversarial_weight=0.0)
    assert set(trainer.networks) == {"generator"}
    assert set(step(trainer, feed)) == {"generator/reconstruction", "generator/loss"}


def test_the_generator_learns_ten_times_as_fast():
    config = ContextEncoderConfig()
    assert config.generator_lr == pytest.approx(10 * config.discriminator_lr)


def test_each_image_has_a_hole_of_its_own_and_always_the_same_when_it_is_measured():
    trainer, feed = built(masks="region")
    (examples,) = feed.examples(8)
    holes = trainer.drawn(examples, 0)["mask"]
    assert len({hole.tobytes() for hole in holes}) == 8
    later = trainer.drawn({"image": examples["image"][3:]}, 3)["mask"]
    np.testing.assert_array_equal(later, holes[3:])
    other, _ = built(masks="region", seed=1)
    assert (other.drawn(examples, 0)["mask"] != holes).any()
    ((batch,), (after,)) = batches(trainer, feed, 2)
    trainer.step.assign(0)
    first = trainer.example(batch, "generator")["mask"].numpy()
    trainer.step.assign(1)
    second = trainer.example(after, "generator")["mask"].numpy()
    assert len({hole.tobytes() for hole in (*first, *second)}) == 16


def write_set(root, size=(40, 40)):
    """A set with masks of its own: holes of 6x10 pixels."""
    for split in ("train", "test"):
        for k in range(8):
            mask = np.zeros(size, np.uint8)
            mask[10 + k : 16 + k, 12:22] = 255
            write(root / split / "images" / f"{k}.png", noise(k, *size, 3))
            write(root / split / "masks" / f"{k}.png", mask)
    return f"inpaint:{root}"


def test_the_masks_of_the_data_are_the_holes_unless_others_are_named(tmp_path):
    dataset = write_set(tmp_path, (32, 32))
    trainer, feed = built(dataset=dataset)
    assert not trainer.centre
    ((batch,),) = batches(trainer, feed)
    np.testing.assert_array_equal(trainer.example(batch, "generator")["mask"], batch["mask"])
    assert np.isfinite(step(trainer, feed)["generator/loss"])
    found = trainer.evaluate(feed, 8)
    assert found["samples"] == 8
    other, feed = built(dataset=dataset, masks="centre")
    example = other.example(batch, "generator")
    np.testing.assert_array_equal(example["mask"], masks.centre(range(8), (32, 32), overlap=1))


def test_images_without_a_hole_are_not_measured(tmp_path):
    trainer, feed = built(dataset=write_set(tmp_path, (32, 32)))
    (examples,) = feed.examples(8)
    examples["mask"][2:4] = 0
    measured = trainer.measured(examples, {"image": np.zeros((8, 32, 32, 3), np.float32)})
    assert {len(values) for values in measured.values()} == {6}


def test_known_pixels_stay_in_images_of_any_size():
    rng = np.random.default_rng(0)
    for kind, size in {"centre": (50, 77), "block": (50, 77), "region": (32, 32)}.items():
        trainer, _ = built(masks=kind)
        images = rng.integers(0, 256, (2, *size, 3)).astype(np.uint8)
        hole = np.zeros((2, *size, 1), np.uint8)
        hole[:, size[0] // 4 : -size[0] // 4, size[1] // 4 : -size[1] // 4] = 1
        made = trainer.bound("translate").render({"input": images, "mask": hole})["image"]
        assert made.shape == images.shape
        outside = np.broadcast_to(hole == 0, images.shape)
        np.testing.assert_array_equal(
            made[outside], (images.astype("float32") / 127.5 - 1)[outside]
        )
        assert ("mask" in trainer.uses()[0].inputs) == (kind != "centre")


def test_features_are_learned_by_reconstruction():
    trainer, feed = built(
        **SMALL | {"image_size": 227, "batch_size": 2}, features=True, adversarial_weight=0.0
    )
    assert np.isfinite(step(trainer, feed)["generator/reconstruction"])
    assert trainer.generator.get_layer("channelwise") is not None
    assert "mask" in trainer.generator.input


@pytest.mark.parametrize(
    ("settings", "message"),
    [
        ({"features": True, "image_size": 227}, "give --adversarial-weight 0"),
        ({"adversarial_weight": 0, "reconstruction_weight": 0}, "nothing is learned"),
        ({"masks": "block", "overlap": 2}, "leave it out with --masks block"),
        ({"overlap": 8}, "leaves no hole in images of 32; give at most 7"),
        ({"image_size": 48}, "--image-size 48: .* 32x32, 64x64 or 128x128"),
    ],
)
def test_what_cannot_be_trained_is_one_line(settings, message):
    with pytest.raises(UserError, match=message):
        built(**settings)


def test_the_command_fills_holes_from_files(command, refused, tmp_path):
    write_set(tmp_path / "set", (32, 32))
    run = tmp_path / "run"
    flags = [f"--{k.replace('_', '-')}={v}" for k, v in SMALL.items()]
    small = ("--batch-size", 4, "--steps", 1, "--evaluate-count", 4, "--quiet")
    dataset = f"inpaint:{tmp_path / 'set'}"
    trained = command(
        "train", "context_encoder", "--dataset", dataset, *flags, *small, "--run-dir", run
    )
    assert trained[0] == 0, trained[2]
    image, hole = noise(0, 50, 40, 3), np.zeros((50, 40), np.uint8)
    hole[10:20, 5:15] = 255
    for name, values in {
        "image": image,
        "hole": hole,
        "none": 0 * hole,
        "all": 0 * hole + 9,
    }.items():
        write(tmp_path / f"{name}.png", values)
    write(tmp_path / "small.png", hole[:30])
    asked = ("translate", run, "--input", tmp_path / "image.png", "--force", "--output")
    asked = (*asked, tmp_path / "out")
    assert "needs --mask" in refused(*asked)
    assert "no hole in this mask" in refused(*asked, "--mask", tmp_path / "none.png")
    assert "nothing but hole" in refused(*asked, "--mask", tmp_path / "all.png")
    told = refused(*asked, "--mask", tmp_path / "small.png")
    assert "small.png: is 40x30, but" in told
    assert "image.png is 40x50; give files of one size" in told
    status, _, err = command(*asked, "--mask", tmp_path / "hole.png")
    assert (status, err) == (0, "")
    made = cv2.imread(str(tmp_path / "out" / "image.png"))
    before = cv2.imread(str(tmp_path / "image.png"))
    np.testing.assert_array_equal(made[hole == 0], before[hole == 0])
    assert (made[hole > 0] != before[hole > 0]).any()


def test_it_fills_holes_better_than_the_mean():
    trainer, feed = built(filters=4, bottleneck=64, norm="batch", batch_size=32)
    Loop(trainer, lambda context: feed.dataset(0, context)).run(80)
    found = trainer.evaluate(feed, 200)
    others = found["reference"]
    assert {"mean fill", "training mean"} == set(others)
    for other in others.values():
        assert found["psnr_hole"] > other["psnr_hole"] + 1
        assert found["psnr"] > other["psnr"] + 1
