import cv2
import numpy as np
import pytest

from benchmarks.studies.mmnet import STUDIES
from tests.data.sources.modalities.files import write
from tests.trainers.small import save_classifier, step
from tests.trainers.transfer.mmnet.small import built
from tfgan_kit.fields import image_field
from trainers import registry
from trainers.transfer.mmnet import tallies
from trainers.transfer.mmnet.tallies import tally_of
from trainers.transfer.mmnet.trainer import ALIGNED, SEEN


def test_measures_leave_the_networks_as_they_are():
    trainer, feed = built(ALIGNED)
    step(trainer, feed)
    before = {name: net.get_weights() for name, net in trainer.networks.items()}
    found = trainer.evaluate(feed, 70)
    assert found["samples"] == 70
    assert found["mean_iou_depth_segmentation"] != found["mean_iou_depth_segmentation_batch"]
    assert "mean_iou_rgb_segmentation_batch" not in found
    for name, net in trainer.networks.items():
        for was, now in zip(before[name], net.get_weights(), strict=True):
            np.testing.assert_array_equal(was, now)


def test_instance_normalisation_has_no_statistics_to_measure_with():
    trainer, feed = built(SEEN, norm="instance")
    assert not any(name.endswith("_batch") for name in trainer.evaluate(feed, 4))


def test_what_the_held_out_images_do_not_show_is_told(tmp_path):
    root = write(tmp_path, tested={"1": ("rgb", "segmentation")}, classes=2)
    (root / "segmentation.txt").write_text("ground\nwall\nsky\n")
    trainer, feed = built(SEEN, dataset=f"modalities:{root}")
    found = trainer.evaluate(feed, 4)
    assert "mean_iou_rgb_segmentation" in found
    assert "mean_iou_depth_segmentation" not in found
    assert "translate_depth_segmentation: no held-out group has both its inputs and its output" in (
        trainer.left_out
    )
    assert "mean_iou: without the classes sky, which do not occur" in trainer.left_out


def test_absent_classes_of_all_translations_are_told(tmp_path):
    tested = {"1": ("nir", "segmentation"), "2": ("rgb", "segmentation")}
    groups = {"1": ("rgb", "segmentation"), "2": ("rgb", "nir")}
    root = write(tmp_path, groups, tested, count=6, classes=3)
    for group, label in (("1", 1), ("2", 0)):
        for path in (root / "test" / group / "segmentation").iterdir():
            cv2.imwrite(str(path), np.full((16, 16), label, np.uint8))
    trainer, feed = built(SEEN, dataset=f"modalities:{root}")
    trainer.evaluate(feed, 6)
    (told,) = [line for line in trainer.left_out if line.startswith("mean_iou: ")]
    assert told == "mean_iou: without the classes 0, 2, 1, which do not occur"


def test_measures_are_those_of_uses_and_count_each_example_once():
    trainer, feed = built(SEEN)
    count = 70  # Read as 64 and 6.
    found = trainer.evaluate(feed, count)
    truth, made, mixed, cosines = [], [], [], []
    for examples in feed.examples(count):
        latents = [
            trainer.bound(f"encode_{n}").render({n: examples[n]})["latent"].reshape(len(v), -1)
            for n, v in examples.items()
            if n != "rgb"
        ]
        norms = [np.linalg.norm(latent, axis=1) for latent in latents]
        cosines.append((latents[0] * latents[1]).sum(1) / (norms[0] * norms[1]))
        truth.append(examples["segmentation"])
        for name, to in (("depth", made), ("rgb_depth", mixed)):
            given = {n: examples[n] for n in name.split("_")}
            use = trainer.bound(f"translate_{name}_segmentation")
            to.append(use.render(given)["segmentation"].argmax(-1))
    expected = np.concatenate(cosines).mean()
    assert found["alignment_segmentation_depth"] == pytest.approx(expected, rel=1e-5)
    for name, parts in (("depth", made), ("rgb_depth", mixed)):
        share = (np.concatenate(parts) == np.concatenate(truth)).mean()
        assert found[f"pixel_accuracy_{name}_segmentation"] == pytest.approx(share, abs=1e-4)


@pytest.mark.parametrize("study", STUDIES)
def test_the_columns_of_studies_are_measured(study, tmp_path):
    (preset,) = {variant.preset for variant in STUDIES[study].variants.values()}
    data = registry.preset("mmnet", preset)
    given = {"content_classifier": save_classifier(tmp_path / "kinds.keras", (16, 16, 3))}
    given |= {name: data[name] for name in ("dataset", "judged") if name in data}
    trainer, feed = built(ALIGNED, **given)
    assert set(STUDIES[study].columns) <= set(trainer.evaluate(feed, 4))


def test_images_are_measured_in_their_range():
    tally = tally_of(image_field((1, 2, 1)))
    truth = np.uint8([[[[0], [255]]], [[[100], [100]]], [[[50], [60]]]])
    # Beyond the range, which is cut off; 51 off in one of two pixels; and the truth.
    levels = [[[[-51], [306]]], [[[100], [151]]], [[[50], [60]]]]
    made = np.float32(levels) / 127.5 - 1
    tally.add(made[:1], truth[:1])
    tally.add(made[1:], truth[1:])
    found = tally.scores()
    assert found["l1"] == pytest.approx(100 * 51 / 255 / 2 / 3)
    assert found["psnr"] == pytest.approx(10 * np.log10(255**2 / (51**2 / 2)))
    assert "content_kept" not in found


def test_a_judge_compares_what_it_sees_in_the_truth(monkeypatch):
    def brightest(judge, images):
        return {"probabilities": images.reshape(len(images), -1)}

    monkeypatch.setattr(tallies, "predict", brightest)
    tally = tally_of(image_field((1, 3, 1)), "judge")
    truth = np.uint8([[[[9], [5], [1]]], [[[1], [2], [3]]]])
    made = np.float32([[[[0.9], [-1], [0]]], [[[0.5], [0], [-1]]]])
    tally.add(made, truth)
    assert tally.scores()["content_kept"] == 0.5


def test_modalities_that_are_no_images_of_a_kind_are_not_measured():
    assert tally_of(image_field((8, 8, 2))) is None
