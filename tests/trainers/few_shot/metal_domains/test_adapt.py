"""Adaptation of runs: what it fine-tunes and when, and that the run stays as it is."""

import json

import cv2
import numpy as np
import pytest

from tests.saved_runs import write_networks
from tests.trainers.few_shot.metal_domains.small import PLAYERS, eagerly, images, made
from tfgan_kit import meta
from tfgan_kit.randomness import seed_of
from tfgan_kit.runs.saved_run import SavedRun
from tfgan_kit.settings.option import to_file
from trainers.few_shot.metal_domains.adapt import adapt, fine_tuned
from trainers.few_shot.metal_domains.inner import Inner, weights_of


@pytest.fixture(scope="module")
def trainer():
    return made(inner_steps=1)[0]


@pytest.fixture(scope="module")
def run(trainer, tmp_path_factory):
    path = tmp_path_factory.mktemp("run") / "run"
    write_networks(path, "metal_domains", trainer.networks, trainer.uses())
    (path / "config.json").write_text(json.dumps(to_file("metal_domains", trainer.config)))
    return path


def drawn(domains, *seen):
    def as_bytes(values):
        return np.uint8(127.5 * (values + 1))

    return {
        "image": as_bytes(images(4 * domains, seed=1)),
        "label": np.repeat(np.arange(domains), 4),
        "others": as_bytes(images(6, seed=2)),
        "seen": np.array(seen or [False] * domains),
    }


def test_fine_tuning_follows_a_clone_of_each_domain_in_turn(trainer):
    inner = trainer.adapted
    own, others = images(2, 4, seed=3), images(6, seed=4)
    expected = inner.weights
    for number in range(2):
        for domain in own:
            step = inner.step(domain, others, first=number)
            clone = weights_of(meta.repeat(step, inner.start(expected), 1))
            expected = {
                name: [w + 0.1 * (c - w) for w, c in zip(expected[name], clone[name], strict=True)]
                for name in PLAYERS
            }
    with eagerly():
        found = fine_tuned(inner, inner.weights, own, others, 2, 0.1, 1)
    for name in PLAYERS:
        for ours, theirs in zip(found[name], expected[name], strict=True):
            np.testing.assert_allclose(ours, theirs, atol=1e-5)


def test_the_run_stays_to_the_last_bit_and_new_domains_are_fine_tuned_first(run, trainer):
    files = {path: path.read_bytes() for path in run.rglob("*") if path.is_file()}
    saved = SavedRun(run)
    before = {name: saved.load(name).get_weights() for name in PLAYERS}
    with eagerly():
        known = adapt(saved, drawn(1, True), steps=2, seed=5)
        new = adapt(saved, drawn(2), steps=2, seed=5)
    for name in PLAYERS:
        for mine, now in zip(before[name], saved.load(name).get_weights(), strict=True):
            np.testing.assert_array_equal(mine, now)
        for networks in (known, new):
            changes = [
                np.abs(a - b).max()
                for a, b in zip(before[name], networks[name].get_weights(), strict=True)
            ]
            assert max(changes) > 1e-3
    assert {path: path.read_bytes() for path in run.rglob("*") if path.is_file()} == files
    # Of a seen domain it is the clone alone, with the weights of adaptation.
    inner = Inner.of(trainer.networks, vars(trainer.config), adapted=True)
    plain = Inner.of(trainer.networks, vars(trainer.config))
    rng = np.random.default_rng(seed_of(5, "order of images"))
    others, own = (
        np.float32(rng.permutation(drawn(1)[part])) / 127.5 - 1 for part in ("others", "image")
    )
    clones = [
        weights_of(meta.repeat(each.step(own, others), each.start(each.weights), 2))["generator"]
        for each in (inner, plain)
    ]
    found = known["generator"].get_weights()
    gaps = [max(np.abs(a - b).max() for a, b in zip(found, c, strict=True)) for c in clones]
    assert gaps[0] < 1e-3 < gaps[1]


def test_only_domains_that_were_not_seen_are_fine_tuned_on(run, monkeypatch):
    found = []

    def fine_tuned(inner, weights, own, *others):
        found.append(own)
        return weights

    monkeypatch.setattr("trainers.few_shot.metal_domains.adapt.fine_tuned", fine_tuned)
    for seen in ((False, True), (True, False), (True, True)):
        with eagerly():
            adapt(SavedRun(run), drawn(2, *seen), steps=1, seed=5)
    assert [own.shape[0] for own in found] == [1, 1]
    assert (found[0] != found[1]).numpy().any()


def test_translate_adapts_first_with_images_of_the_run_s_own_data(run, command, tmp_path):
    for k, image in enumerate(drawn(1)["image"]):
        (tmp_path / "task").mkdir(exist_ok=True)
        cv2.imwrite(str(tmp_path / "task" / f"{k}.png"), image)
    out, plain = tmp_path / "out", tmp_path / "plain"
    options = ("--input", tmp_path / "task", "--output")
    assert command("translate", run, *options, plain)[0] == 0
    told = command("translate", run, *options, out, "--task", "street", "--adapt-steps", 1)
    assert told[0] == 0, told
    assert "adapted to street: 4 images, 1 step" in told[1] + told[2]
    assert (cv2.imread(str(out / "0.png")) != cv2.imread(str(plain / "0.png"))).any()
