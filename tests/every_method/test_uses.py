"""What every method's run can do: each use runs, draws, is measured, and is served."""

import json

import cv2
import numpy as np
import pytest
import tensorflow as tf

from tfgan_kit.export.endpoints import use_endpoint
from tfgan_kit.export.examples import example
from tfgan_kit.runs.saved_run import SavedRun


@pytest.fixture(scope="module")
def saved(run):
    """The run, opened."""
    return SavedRun(run)


def drawn_anew(bound):
    """A use with weights that let signals through, which those of four steps may not."""
    rng = np.random.default_rng(0)
    for network in bound.networks:
        # Some layers scale their kernels in each call.
        scales = {id(x.kernel): x.coefficient for x in network.layers if hasattr(x, "coefficient")}
        for v in network.trainable_variables:
            if len(v.shape) > 1:
                deviation = (2 / np.prod(v.shape[:-1])) ** 0.5 / scales.get(id(v), 1.0)
                v.assign(rng.normal(0, deviation, v.shape))
    return bound


def test_every_use_runs_and_depends_on_its_inputs(run):
    for name in SavedRun(run).uses:
        bound = SavedRun(run).bound(name)
        inputs = example(use_endpoint(bound), "normal", rows=3)
        outputs = bound.render(inputs)
        assert set(outputs) == set(bound.use.outputs)
        for output, values in outputs.items():
            assert values.shape == (3, *bound.use.outputs[output].network_shape), (name, output)
            assert np.isfinite(values).all()
        outputs = drawn_anew(bound).render(inputs)
        for given, values in inputs.items():
            if np.issubdtype(values.dtype, np.floating):
                other = bound.render(inputs | {given: values[::-1]})
                assert any((other[o] != outputs[o]).any() for o in outputs), (name, given)


def test_samples_are_drawn_if_it_generates(saved, run, command, tmp_path):
    if "generate" not in saved.uses:
        status, _, err = command("sample", run, "--output", tmp_path / "a.png")
        assert status == 2
        assert "cannot generate" in err
        return
    assert command("sample", run, "--count", 4, "--output", tmp_path / "a.png")[0] == 0
    assert cv2.imread(str(tmp_path / "a.png")).std() > 0
    status, out, _ = command("sample", run, "--count", 4, "--output", tmp_path / "b", "--json")
    assert status == 0
    assert json.loads(out)["count"] == 4
    if "generate" in saved.uses:
        assert command("interpolate", run, "--output", tmp_path / "walk.png")[0] == 0


def test_it_is_measured_and_reported(saved, own, command):
    metrics = ["--metrics", "swd"] if saved.uses.keys() & {"generate", "translate"} else []
    status, out, err = command("evaluate", own, *metrics, "--count", 20, "--json")
    assert status == 0, err
    assert json.loads(out)["measures"]
    status, out, err = command("report", own, "--json")
    assert (status, err) == (0, "")
    assert json.loads(out)["report"]


def test_what_is_exported_is_what_is_in_memory(saved, run, command, tmp_path):
    status, out, err = command("export", run, "--output", tmp_path / "model", "--json")
    assert status == 0, err
    assert json.loads(out)["largest_difference"] <= 1e-5
    # TensorFlow alone; that the kit is not needed is tested in tests/tfgan_kit/export.
    served = tf.saved_model.load(str(tmp_path / "model" / "1"))
    default = served.signatures["serving_default"]
    name = "generate" if "generate" in saved.uses else next(iter(saved.uses))
    bound = saved.bound(name)
    inputs = example(use_endpoint(bound), "normal", rows=2)
    given = default(**{k: tf.constant(v) for k, v in inputs.items()})
    for output, expected in bound.render(inputs).items():
        np.testing.assert_allclose(given[output], expected, atol=1e-5)
