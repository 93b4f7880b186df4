"""What cannot be exported is one line, and leaves nothing behind."""

import json
import os
import resource
import shutil
import zipfile

import keras
import pytest

from nets import mlp
from tests.tfgan_kit.export.conftest import SIZE, make_run
from tfgan_kit.errors import UserError
from tfgan_kit.export.export import export
from tfgan_kit.export.versions import choose_version, find_versions, written_aside
from tfgan_kit.uses import apply
from tfgan_kit.uses.apply import Bound


def refused(reason, *arguments, **keywords):
    with pytest.raises(UserError, match=reason) as caught:
        export(*arguments, **keywords)
    assert "\n" not in str(caught.value)


def test_a_foreign_directory(tmp_path):
    refused("no run directory", tmp_path / "none", output=tmp_path / "out")
    refused("no config.json", tmp_path, output=tmp_path / "out")
    assert not (tmp_path / "out").exists()


def test_an_unfinished_run(tmp_path):
    run = make_run(tmp_path / "run", {}, planned=10, done=4)
    refused("no generator.keras yet", run, output=tmp_path / "out")
    mlp.generator((2,), SIZE, width=0.1).save(run / "models" / "generator.keras")
    refused("step 4 of 10; finish it with `train --resume", run, output=tmp_path / "out")
    assert not (tmp_path / "out").exists()


def test_a_classifier(tmp_path):
    run = make_run(tmp_path / "run", {}, method="classifier")
    refused("cannot generate", run, output=tmp_path / "out")


def test_formats(points, tmp_path):
    refused("'onx'; did you mean 'onnx'", points, output=tmp_path / "out", format="onx")
    refused("--score is for", points, output=tmp_path / "out", format="keras", score=True)
    refused("cannot score", points, output=tmp_path / "out", score=True)
    assert not (tmp_path / "out").exists()


def test_a_version_is_never_overwritten(points, tmp_path):
    out = tmp_path / "ring"
    export(points, output=out, version=4)
    before = (out / "4" / "saved_model.pb").read_bytes()
    refused("give --version 5", points, output=out, version=4)
    assert (out / "4" / "saved_model.pb").read_bytes() == before
    export(points, output=out)
    assert find_versions(out) == [4, 5]
    refused("a SavedModel, .* another --output", points, output=out, format="keras")


def test_places_that_are_no_models_folder(points, tmp_path):
    (tmp_path / "file").write_text("")
    refused("is a file", points, output=tmp_path / "file")
    refused("2\\^63", points, output=tmp_path / "out", version=2**63)
    (tmp_path / "full" / "3").mkdir(parents=True)
    with pytest.raises(UserError, match="exists"):
        choose_version(tmp_path / "full", 3, served=True)


def test_a_version_appears_whole(tmp_path):
    target = tmp_path / "name" / "2"
    with written_aside(target) as folder:
        (folder / "part").write_text("")
        assert find_versions(tmp_path / "name") == []
    assert (target / "part").exists()
    assert os.listdir(tmp_path / "name") == ["2"]


def make(target, error=None):
    """Makes a version of one file, and fails half-way if there is an error."""
    with written_aside(target) as folder:
        (folder / "part").write_text("")
        if error is not None:
            raise error


def test_what_fails_leaves_nothing(tmp_path):
    target = tmp_path / "name" / "2"
    with pytest.raises(KeyboardInterrupt):
        make(target, KeyboardInterrupt())
    assert os.listdir(tmp_path) == []
    make(target)
    with pytest.raises(UserError, match=r"3: cannot be written .*No space left.*nothing of it"):
        make(target.with_name("3"), OSError(28, "No space left on device"))
    assert os.listdir(tmp_path / "name") == ["2"]
    with pytest.raises(UserError, match="made in the meantime"):
        make(target)
    assert os.listdir(tmp_path / "name") == ["2"]
    assert (target / "part").exists()


@pytest.mark.parametrize("room", [300, 10_000])
def test_a_disk_without_room(points, tmp_path, room):
    # A limit on the size of files stands for the full disk: what writes more fails.
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (room, hard))
    try:
        refused("cannot be written", points, output=tmp_path / "out")
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
    assert not (tmp_path / "out").exists()


def test_a_folder_that_cannot_be_written(points, tmp_path, monkeypatch):
    def denied(*_):
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr("os.rename", denied)
    refused(r"cannot be written \(Permission denied\)", points, output=tmp_path / "out")
    assert not (tmp_path / "out").exists()


def test_what_differs_is_not_exported(single, tmp_path, monkeypatch):
    def in_training_mode(network, inputs, training):
        return network(inputs["latent"], training=True)

    monkeypatch.setattr(apply, "call_network", in_training_mode)
    refused("differs in image by", single, output=tmp_path / "out")
    assert not (tmp_path / "out").exists()


def test_small_differences_count(points, tmp_path, monkeypatch):
    plain = Bound.render

    def away(*given):
        return {name: values + 3e-5 for name, values in plain(*given).items()}

    monkeypatch.setattr(Bound, "render", away)
    refused("more than 1e-05", points, output=tmp_path / "out")


def with_layer(run, path, change):
    """A copy of a run whose generator's configuration is changed."""
    shutil.copytree(run, path)
    file = path / "models" / "generator.keras"
    with zipfile.ZipFile(file) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    config = json.loads(parts["config.json"])
    (layer,) = [x for x in config["config"]["layers"] if x["class_name"] == "Dense"][-1:]
    change(layer)
    parts["config.json"] = json.dumps(config).encode()
    with zipfile.ZipFile(file, "w") as archive:
        for name, part in parts.items():
            archive.writestr(name, part)
    return path


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({"class_name": "Lambda"}, "a Lambda layer called '.+', whose code"),
        ({"class_name": "Evil", "module": "os"}, r"the foreign class os\.Evil called"),
        (
            {"class_name": "Evil", "module": None, "registered_name": "mine>Evil"},
            "the foreign class mine>Evil",
        ),
        ({"config": {"activation": {"class_name": "__lambda__"}}}, "a lambda, whose code"),
        (
            {"config": {"activation": {"class_name": "function", "config": "swish2"}}},
            "the function 'swish2'",
        ),
    ],
)
def test_foreign_code_is_not_loaded(points, tmp_path, change, reason):
    run = with_layer(points, tmp_path / "run", lambda layer: layer.update(change))
    for format in ("savedmodel", "keras"):
        refused(reason, run, output=tmp_path / "out", format=format)


def test_a_lambda_of_keras_itself_is_refused(tmp_path):
    latent = keras.Input((SIZE,), name="latent")
    image = keras.layers.Lambda(lambda x: x * 2)(latent)
    run = make_run(tmp_path / "run", {"generator": keras.Model(latent, {"image": image})})
    refused("Lambda", run, output=tmp_path / "out")
