"""The pictures of examples that a report shows before and after."""

import cv2
import numpy as np

from tests.trainers.small import build
from tfgan_kit.pictures.examples import DRAWN, EXAMPLES, draw_examples
from tfgan_kit.pictures.images import to_uint8


def test_input_output_and_truth_lie_side_by_side(tmp_path):
    small = {"image_size": (16, 16), "filters": 2, "batch_size": 2, "discriminator_layers": 1}
    trainer, feed = build("pix2pix", **small)
    draw_examples(trainer, feed, tmp_path / "examples")
    files = sorted(path.name for path in (tmp_path / "examples").iterdir())
    assert files == [f"{number}.png" for number in range(EXAMPLES)]
    # They are the first of those in the picture of samples.
    examples, made = next(trainer.translated_examples(feed, DRAWN))
    for number in range(EXAMPLES):
        picture = cv2.imread(str(tmp_path / "examples" / f"{number}.png"))[..., ::-1]
        given, output, truth = np.split(picture, 3, axis=1)
        np.testing.assert_array_equal(given, np.repeat(examples["input"][number], 3, -1))
        np.testing.assert_array_equal(output, to_uint8(made["image"][number]))
        np.testing.assert_array_equal(truth, examples["target"][number])


def test_of_domains_there_are_examples_of_each_direction_and_of_the_way_back(tmp_path):
    small = {"image_size": (16, 16), "filters": 2, "blocks": 1, "discriminator_layers": 1}
    trainer, feed = build("cyclegan", **small)
    draw_examples(trainer, feed, tmp_path / "examples")
    pictures = [
        cv2.imread(str(tmp_path / "examples" / f"{number}.png"))[..., ::-1]
        for number in range(EXAMPLES)
    ]
    inputs, outputs, back = np.split(np.stack(pictures), 3, axis=2)
    for k, (source, target) in enumerate(("ab", "ba")):
        rows = slice(EXAMPLES // 2 * k, EXAMPLES // 2 * (k + 1))
        reals = feed.shown(EXAMPLES // 2)[k]
        np.testing.assert_array_equal(inputs[rows], reals)
        there = trainer.networks[f"generator_{source}{target}"](
            {"input": reals / np.float32(127.5) - 1}
        )["image"]
        again = trainer.networks[f"generator_{target}{source}"]({"input": there})["image"]
        np.testing.assert_allclose(outputs[rows], to_uint8(there.numpy()), atol=1)
        np.testing.assert_allclose(back[rows], to_uint8(again.numpy()), atol=1)


def test_methods_that_do_not_translate_draw_none(tmp_path):
    trainer, feed = build("gan", network="mlp", dataset="ring", latent_size=2)
    draw_examples(trainer, feed, tmp_path / "examples")
    assert not (tmp_path / "examples").exists()
