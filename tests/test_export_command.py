"""`main.py export`."""

from tests.conftest import TINY


def test_a_run_is_exported_and_no_version_is_overwritten(command, refused, tmp_path):
    run, model = tmp_path / "ring", tmp_path / "models" / "ring"
    assert command("train", "gan", *TINY, "--steps", 2, "--run-dir", run)[0] == 0
    status, out, err = command("export", run, "--output", model, "--score")
    assert status == 0, err
    assert str(model / "1") in out
    assert (model / "1" / "saved_model.pb").exists()
    assert "--version 2" in refused("export", run, "--output", model, "--version", 1)
    assert "did you mean" in refused("export", run, "--output", model, "--format", "savedmodle")
    assert "config.json" in refused("export", tmp_path, "--output", tmp_path / "other")
    assert not (tmp_path / "other").exists()
