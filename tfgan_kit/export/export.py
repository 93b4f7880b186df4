"""`main.py export`: exports a finished run's uses as a version of a served model."""

from pathlib import Path

from tfgan_kit.errors import UserError
from tfgan_kit.export.endpoints import generator_endpoints, score_endpoints, use_endpoint
from tfgan_kit.export.examples import distribution_of, example
from tfgan_kit.export.explain_endpoint import explain_endpoint
from tfgan_kit.export.files.keras_file import write_keras
from tfgan_kit.export.files.onnx_file import import_converter, write_onnx
from tfgan_kit.export.files.parity import computed_in, tolerance_of
from tfgan_kit.export.files.savedmodel import (
    check_savedmodel,
    load_savedmodel,
    signatures_of,
    write_savedmodel,
)
from tfgan_kit.export.files.tflite_file import import_interpreter, write_tflite
from tfgan_kit.export.files.warmup import write_requests
from tfgan_kit.export.formats import check_format, check_precision
from tfgan_kit.export.metadata import metadata
from tfgan_kit.export.model_card import model_card
from tfgan_kit.export.png_endpoint import png_endpoint
from tfgan_kit.export.run import FinishedRun
from tfgan_kit.export.versions import choose_version, written_aside
from tfgan_kit.machine.files import write_bytes, write_json
from tfgan_kit.machine.full_float32 import full_float32
from tfgan_kit.outcome import Outcome
from tfgan_kit.wording import lines

_OWN = ("generate", "score")  # Uses whose signatures have their own names.


@full_float32()  # Needed to compare the exported model with the run's model.
def export(
    run_dir,
    *,
    output,
    version: int | None = None,
    format: str = "savedmodel",
    score: bool = False,
    best: bool = False,
) -> Outcome:
    """Exports a run's generator with averaged weights, and checks the result against the original.

    For a run that generates nothing, such as a classifier, its uses are exported instead.

    Args:
      run_dir: directory of a finished run.
      output: folder of the model, MODELS/NAME; the version becomes a folder in it.
      version: its number; by default, one more than the largest existing number.
      format: one of `tfgan_kit.export.formats.FORMATS`.
      score: whether to include the discriminator in a SavedModel.
      best: whether to export the networks of the best evaluation instead of the newest.

    Returns:
      One line that describes what was written.

    Raises:
      UserError: if the run cannot be exported, the version exists or cannot be written, the format
        is unknown, lacks its packages or does not support the run's precision, or the exported
        model differs from the run's model.
    """
    check_format(format)
    if format == "onnx":
        import_converter()
    if format == "tflite":
        import_interpreter()
    if score and format != "savedmodel":
        raise UserError(f"--score is for the format savedmodel; {format} holds one network")
    target = choose_version(output, version, served=format == "savedmodel")
    source = FinishedRun(run_dir, best=best)
    name, number = Path(output).resolve().name, int(target.name)
    networks = source.bound.networks
    check_precision(format, computed_in(networks))
    tolerance = tolerance_of(networks)
    endpoints = _endpoints(source, score)
    with written_aside(target) as folder:
        signatures = {}
        if format == "savedmodel":
            parity, signatures = _write_savedmodel(source, endpoints, folder, name, tolerance)
        else:
            served = endpoints["serving_default"]
            parity = {f"model.{format}": _write_file(source, served, folder, format, tolerance)}
        told = metadata(
            source, name=name, version=number, format=format, parity=parity, tolerance=tolerance
        )
        if signatures:
            told["signatures"] = signatures
        write_json(told, folder / "metadata.json")
        write_bytes(lines(model_card(told)).encode(), folder / "MODEL_CARD.md")
    worst = max(parity.values())
    return Outcome(
        f"wrote {target} ({format}; it differs from the run's model by at most {worst:.1e})",
        output=str(target),
        format=format,
        step=source.step,
        largest_difference=worst,
    )


def _endpoints(source, score):
    """The signatures by name."""
    saved, generator = source.saved, source.generator
    if generator is None:
        endpoints = {"serving_default": use_endpoint(source.bound)}
    else:
        endpoints = generator_endpoints(generator)
    others = [name for name in saved.uses if name not in _OWN]
    for name in others:
        bound = saved.bound(name)
        endpoints[name] = use_endpoint(bound)
        if (files := png_endpoint(bound)) is not None:
            endpoints[f"{name}_png"] = files
    if "classify" in saved.uses and (maps := explain_endpoint(saved.bound("classify"))):
        endpoints["explain"] = maps
    return endpoints | (score_endpoints(saved.bound("score")) if score else {})


def _write_savedmodel(source, endpoints, folder, name, tolerance):
    write_savedmodel(endpoints, folder)
    model = load_savedmodel(folder)
    parity = check_savedmodel(model, endpoints, source.bound, tolerance)
    write_requests(endpoints, folder, name, distribution_of(source.bound))
    return parity, signatures_of(model, endpoints)


def _write_file(source, endpoint, folder, format, tolerance):
    inputs = example(endpoint, distribution_of(source.bound), rows=3)
    if format == "keras":
        return write_keras(source.bound, inputs, folder, tolerance)
    write = write_onnx if format == "onnx" else write_tflite
    return write(endpoint, inputs, folder, tolerance)
