"""The command line: parses and dispatches, nothing else."""

import argparse
import os
import signal
import sys

from data.pairs import PAIRS
from data.registry import DATASETS
from tfgan_kit import __version__
from tfgan_kit.arguments import Parser, count, not_negative, positive
from tfgan_kit.config import add_arguments, differences, make, read_file
from tfgan_kit.errors import UserError, suggest
from tfgan_kit.quiet import quiet_import
from trainers import registry as methods

# Read by TensorFlow when a command imports it: errors only, and oneDNN's convolutions, which it
# uses by itself only on processors with AVX-512 although they are faster on others, too.
os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
os.environ.setdefault("TF_ENABLE_ONEDNN_OPTS", "1")


def main(arguments=None) -> int:
    """Runs one command and returns its exit status."""
    signal.signal(signal.SIGTERM, _terminate)
    arguments = sys.argv[1:] if arguments is None else arguments
    try:
        return _dispatch(arguments) or 0
    except UserError as error:
        print(f"error: {error}", file=sys.stderr)
        return error.status
    except BrokenPipeError:
        # The reader of our output has gone, as in `main.py list | head`.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 128 + signal.SIGPIPE
    except OSError as error:
        where = f"{error.filename}: " if error.filename else ""
        print(f"error: {where}{error.strerror or error}", file=sys.stderr)
        return 2
    except KeyboardInterrupt:
        print("interrupted", file=sys.stderr)
        return 128 + signal.SIGINT


def _terminate(number, frame):
    raise SystemExit(128 + number)


def _dispatch(arguments):
    parser = Parser(
        prog="main.py",
        description="Train generative adversarial networks and use what they learned.",
        epilog="commands:\n"
        + "\n".join(f"  {name:<12}{about}" for name, (about, _) in COMMANDS.items())
        + "\n\n`main.py COMMAND --help` tells more.",
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("--version", action="version", version=f"tfgan-kit {__version__}")
    parser.add_argument("command", metavar="COMMAND", nargs="?", help="one of the commands below")
    if not arguments or arguments[0].startswith("-"):
        parser.parse(arguments)
        parser.print_help()
        return 2
    name, *rest = arguments
    if name not in COMMANDS:
        raise UserError(
            f"unknown command {name!r}{suggest(name, COMMANDS)} (commands: {', '.join(COMMANDS)})"
        )
    return COMMANDS[name][1](rest)


def _list(arguments):
    parser = Parser(prog="main.py list", description="Shows what there is.")
    from tfgan_kit.features.registry import NAMES
    from tfgan_kit.metrics.registry import METRICS

    tables = {
        "methods": lambda: {k: m.about for k, m in methods.METHODS.items()},
        "datasets": lambda: {k: entry.description for k, entry in DATASETS.items()},
        "pairs": lambda: {k: about for k, (about, _) in PAIRS.items()},
        "presets": lambda: {
            k: f"[{p['method']}] {p.get('about', '')}" for k, p in methods.presets().items()
        },
        "metrics": lambda: {k: metric.about for k, metric in METRICS.items()},
        "features": lambda: NAMES,
    }
    parser.add_argument("what", choices=tables)
    what = parser.parse(arguments)["what"]
    for name, about in tables[what]().items():
        print(f"{name:<24}{about}")


def _train(arguments):
    if not arguments or arguments[0].startswith("-"):
        return _train_without_method(arguments)
    name, *rest = arguments
    method = methods.find(name)
    if "--resume" in rest:
        raise UserError("--resume takes no method: main.py train --resume DIR [--steps N]")
    parser = Parser(prog=f"main.py train {name}", description=method.about)
    parser.add_argument("--run-dir", help="the run's directory (default: a new one under runs/)")
    parser.add_argument("--preset", help="settings of a known experiment")
    parser.add_argument("--config", metavar="FILE", help="settings of a config.json")
    parser.add_argument("--dry-run", action="store_true", help="show what would run, and stop")
    add_arguments(parser, method.config_class())
    given = parser.parse(rest)
    run_dir, preset, file = (given.pop(k) for k in ("run_dir", "preset", "config"))
    only_show = given.pop("dry_run")
    layers = [methods.preset(name, preset)] if preset else []
    if file:
        content = read_file(file)
        if content["method"] != name:
            raise UserError(f"{file} is for the method {content['method']!r}, not {name!r}")
        layers.append(content["settings"])
    try:
        config = make(method.config_class(), *layers, given)
    except UserError as error:
        raise UserError(f"{error}" + (f" (in {file})" if file else "")) from None
    return _start(name, method, config, run_dir, only_show)


def _train_without_method(arguments):
    parser = Parser(
        prog="main.py train",
        usage="main.py train METHOD [options] | main.py train --resume DIR [--steps N]",
        description="Trains a method, or continues a run.",
        epilog="methods:\n"
        + "\n".join(f"  {name:<12}{m.about}" for name, m in methods.METHODS.items())
        + "\n\n`main.py train METHOD --help` lists the options of a method.",
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("--resume", metavar="DIR", help="continue the run in this directory")
    parser.add_argument(
        "--steps", type=positive, help="continue to this step instead of the planned"
    )
    given, rest = parser.parse_known_args(arguments)
    if given.resume is None:
        raise UserError("train needs a METHOD or --resume DIR (see `main.py train --help`)")
    if rest:
        raise UserError(f"--resume keeps all settings but --steps; it does not take {rest[0]!r}")
    return _resume(given.resume, given.steps)


def _start(name, method, config, run_dir, only_show):
    _import_tensorflow()
    from tfgan_kit.engine.run_dir import RunDir, next_name

    if run_dir:
        RunDir.check_new(run_dir)
    changed = differences(config)
    trainer, feed, metrics, first = _build(method, config, train_missing=not only_show)
    if only_show:
        from tfgan_kit.commands.dry_run import dry_run

        print(dry_run(trainer, method=name, feed=feed, first=first, metrics=metrics))
        return
    path = run_dir or next_name("runs", name, trainer.config, changed)
    with RunDir.create(path, name, trainer.config) as run:
        _run(trainer, run, name, feed, metrics)


def _resume(path, steps):
    from tfgan_kit.engine.run_dir import RunDir

    with RunDir.open(path) as run:
        run.lock()
        name, method, config = _read_config(run, {} if steps is None else {"steps": steps})
        _import_tensorflow()
        trainer, feed, metrics, _ = _build(method, config)
        _run(trainer, run, name, feed, metrics)


def _read_config(run, changed):
    content = run.read_config()
    name = content["method"]
    method = methods.find(name)
    try:
        config = make(method.config_class(), content["settings"], changed)
    except UserError as error:
        raise UserError(f"{run.config}: {error}") from None
    return name, method, config


def _build(method, config, train_missing=True, measure=True):
    """The trainer, its data, its metrics, and what was, or would be, trained before it."""
    from data.open_feed import open_feed
    from tfgan_kit.engine.devices import make_strategy

    feed, config = open_feed(config)
    strategy = make_strategy(config.devices, jit=config.jit)
    config, missing = method.prepared(config, feed, open_feed, strategy)
    # Built in any case: what cannot be built is refused before anything is trained.
    trainer = method.build(config, feed, strategy)
    metrics = trainer.metrics(feed) if measure else None
    if missing and train_missing:
        del trainer
        for part in missing:
            part.train()
        config, _ = method.prepared(config, feed, open_feed, strategy)
        trainer = method.build(config, feed, strategy)
    return trainer, feed, metrics, [part.plan for part in missing]


def _run(trainer, run, name, feed, metrics):
    from tfgan_kit.commands.train import train
    from tfgan_kit.report.write import write_report

    train(trainer, run, method=name, feed=feed, metrics=metrics)
    try:
        print(write_report([run.path], config_class=_config_class, walks=True))
    except UserError as error:  # A run that has finished has not failed.
        print(f"warning: no report could be written: {error}", file=sys.stderr)


def _sample(arguments):
    parser = Parser(prog="main.py sample", description="Draws samples from a run's generator.")
    parser.add_argument("run_dir", metavar="DIR")
    parser.add_argument("--count", type=count, default=64, help="how many (default: 64)")
    parser.add_argument("--output", required=True, help="a .png for a grid, or a folder")
    parser.add_argument(
        "--seed", type=not_negative, help="which samples (default: those of the run)"
    )
    given = parser.parse(arguments)
    _import_tensorflow()
    from tfgan_kit.commands.sample import sample

    print(sample(**given))


def _interpolate(arguments):
    parser = Parser(prog="main.py interpolate", description="Walks from one latent to another.")
    parser.add_argument("run_dir", metavar="DIR")
    parser.add_argument("--output", required=True, help="a .png, or a .gif that moves")
    parser.add_argument("--rows", type=positive, default=8, help="number of walks (default: 8)")
    parser.add_argument(
        "--columns", type=positive, default=10, help="images per walk (default: 10)"
    )
    parser.add_argument(
        "--seed", type=not_negative, help="which latents (default: those of the run)"
    )
    given = parser.parse(arguments)
    _import_tensorflow()
    from tfgan_kit.commands.interpolate import interpolate

    print(interpolate(**given))


def _evaluate(arguments):
    parser = Parser(
        prog="main.py evaluate",
        usage="main.py evaluate DIR [--metrics NAME,...] [options]\n"
        "       main.py evaluate --real SOURCE --fake SOURCE --metrics NAME,... [options]",
        description="Measures what a run has learned, or any generated images against real ones. "
        "A SOURCE is a folder of images, an .npz file, or the name of a data set.",
    )
    from tfgan_kit.evaluation.request import Request

    Request.add_arguments(parser)
    request = Request(**parser.parse(arguments))
    return _evaluate_run(request) if request.run_dir else _evaluate_sources(request)


def _evaluate_run(request):
    from tfgan_kit.engine.run_dir import RunDir

    with RunDir.open(request.run_dir) as run:
        run.lock()
        name, method, config = _read_config(run, {})
        _import_tensorflow()
        from tfgan_kit.commands.evaluate import evaluate

        tools = request.instruments(config.seed) if request.metrics else None
        trainer, feed, *_ = _build(method, config, measure=False)
        count = request.count or 2000
        print(evaluate(trainer, run, method=name, feed=feed, count=count, tools=tools))


def _evaluate_sources(request):
    from data.registry import open_source

    sources = [s and (open_source(s.name, **s.options), s.described) for s in request.sources]
    _import_tensorflow()
    from tfgan_kit.commands.compare import compare_sources

    tools = request.instruments(0)
    print(compare_sources(*sources, tools, count=request.count, output=request.output))


def _transform(arguments):
    parser = Parser(
        prog="main.py transform",
        description="Shows given images of one domain of a joint run in another domain.",
    )
    parser.add_argument("run_dir", metavar="DIR")
    parser.add_argument("--images", required=True, help="an image, or a folder of images")
    parser.add_argument("--from", dest="source", required=True, help="letter of their domain")
    parser.add_argument("--to", dest="target", required=True, help="letter of the other domain")
    parser.add_argument("--output", required=True, help="a new folder")
    parser.add_argument(
        "--starts", type=positive, default=8, help="searches per image (default: 8)"
    )
    parser.add_argument(
        "--steps", type=positive, default=200, help="steps of a search (default: 200)"
    )
    parser.add_argument(
        "--seed", type=not_negative, help="of the searches' starts (default: the run's)"
    )
    given = parser.parse(arguments)
    _import_tensorflow()
    from data.pictures import read_pictures
    from tfgan_kit.commands.transform import transform

    place = given.pop("images")
    print(transform(given.pop("run_dir"), lambda shape: read_pictures(place, shape), **given))


def _report(arguments):
    parser = Parser(
        prog="main.py report",
        description="Writes all there is to see of a run, or compares several, as one HTML file.",
    )
    parser.add_argument("run_dirs", metavar="DIR", nargs="+")
    parser.add_argument(
        "--output", metavar="FILE", help="(default: report.html in the run, or here for several)"
    )
    given = parser.parse(arguments)
    from tfgan_kit.report.write import write_report

    alone = len(given["run_dirs"]) == 1
    if alone:
        _import_tensorflow()
    print(write_report(**given, config_class=_config_class, walks=alone))


def _export(arguments):
    parser = Parser(prog="main.py export", description="Hands the generator of a run to a service.")
    parser.add_argument("run_dir", metavar="DIR")
    parser.add_argument("--output", required=True, help="folder of the model; versions go into it")
    parser.add_argument("--version", type=positive, help="(default: the next one)")
    parser.add_argument(
        "--format", default="savedmodel", help="savedmodel (default), keras, onnx or tflite"
    )
    parser.add_argument("--score", action="store_true", help="with the discriminator's judgement")
    given = parser.parse(arguments)
    from tfgan_kit.export.formats import check_format

    check_format(given["format"])
    _import_tensorflow()
    from tfgan_kit.export.export import export

    print(export(given.pop("run_dir"), **given))


def _config_class(name):
    return methods.find(name).config_class()


def _data(arguments):
    actions = {"inspect": _inspect, "prepare": _prepare, "prune": _prune, "weights": _weights}
    if not arguments or arguments[0] not in actions:
        parser = Parser(prog="main.py data", description="Looks at and makes files.")
        parser.add_argument("action", choices=actions, help="`main.py data ACTION --help` has more")
        parser.parse(arguments)
    return actions[arguments[0]](arguments[1:])


def _data_parser(name, description):
    parser = Parser(prog=f"main.py data {name}", description=description)
    parser.add_argument("dataset", metavar="NAME", help="name of a data set, or path to images")
    parser.add_argument("--data-dir", help="folder that holds the data sets (or TFGAN_KIT_DATA)")
    parser.add_argument("--split", choices=("train", "test"), default="train")
    parser.add_argument("--image-size", type=positive)
    parser.add_argument("--channels", type=int, choices=(1, 3))
    parser.add_argument("--max-bad-files", type=not_negative, default=0)
    return parser


def _inspect(arguments):
    parser = _data_parser("inspect", "Tells what is in a data set, and draws some of it.")
    parser.add_argument("--output", default="inspect.png", help="the grid (default: inspect.png)")
    parser.add_argument("--seed", type=not_negative, default=0)
    given = parser.parse(arguments)
    output, seed = given.pop("output"), given.pop("seed")
    from data.inspect import inspect
    from data.registry import open_source

    print(inspect(open_source(given.pop("dataset"), **given), output, seed=seed))


def _prepare(arguments):
    parser = _data_parser("prepare", "Writes a data set as TFRecord shards, or goes on with that.")
    parser.set_defaults(split=None)
    parser.add_argument("--output", required=True, help="folder of the shards")
    parser.add_argument(
        "--format",
        choices=("keep", "png", "jpeg"),
        default="keep",
        help="of the images; keep (default) takes JPEG and PNG files as they are, and png else",
    )
    parser.add_argument("--quality", type=positive, default=95, help="of jpeg (default: 95)")
    parser.add_argument(
        "--shard-mb", type=positive, default=256, help="about how large a shard is (default: 256)"
    )
    given = parser.parse(arguments)
    _import_tensorflow()
    from data.prepare import prepare

    print(prepare(given.pop("dataset"), given.pop("output"), **given))


def _prune(arguments):
    parser = _data_parser("prune", "Drops the images that a classifier is unsure of.")
    parser.add_argument("--classifier", required=True, metavar="FILE", help="a trained classifier")
    parser.add_argument(
        "--threshold",
        type=float,
        default=0.4,
        help="largest class probability up to which an image is dropped (default: 0.4)",
    )
    parser.add_argument("--output", required=True, help="the .npz to write")
    given = parser.parse(arguments)
    classifier, threshold, output = (given.pop(k) for k in ("classifier", "threshold", "output"))
    _import_tensorflow()
    from data.prune import prune
    from data.registry import open_source
    from trainers.classifier import load_classifier, predict

    reader = open_source(given.pop("dataset"), **given)
    network = load_classifier(classifier, reader.image_shape, reader.classes, multi_label=False)
    print(
        prune(reader, lambda images: predict(network, images)["probabilities"], threshold, output)
    )


def _weights(arguments):
    from tfgan_kit.features.published import PUBLISHED_AT, WITH_TORCH

    parser = Parser(
        prog="main.py data weights",
        description="Makes the .npz of a feature network from files in which it is published: "
        "a .npz or .safetensors with PyTorch's names, or TensorFlow's .pb. Nothing is unpickled.",
        epilog="\n".join(f"{k}: {where}" for k, where in PUBLISHED_AT.items())
        + f"\n\nwith PyTorch, a .pth becomes a .npz by\n  {WITH_TORCH}",
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("files", metavar="FILE", nargs="+", help="which together hold it")
    parser.add_argument("--network", choices=PUBLISHED_AT, required=True)
    parser.add_argument("--output", required=True, help="the .npz to write")
    given = parser.parse(arguments)
    _import_tensorflow()
    from tfgan_kit.commands.weights import convert_weights

    print(convert_weights(**given))


def _import_tensorflow():
    with quiet_import():
        import tensorflow  # noqa: F401 (for its effect)


COMMANDS = {
    "train": ("trains a method, or continues a run", _train),
    "sample": ("draws samples from a run's generator", _sample),
    "interpolate": ("walks from one latent to another", _interpolate),
    "evaluate": ("measures what a run has learned, or any generated images", _evaluate),
    "export": ("hands a generator to a service such as TF Serving", _export),
    "report": ("shows a run, or compares several, on one page", _report),
    "transform": ("shows given images in another domain of a joint run", _transform),
    "list": ("shows the methods, data sets, pairs, presets, metrics and features", _list),
    "data": ("looks at data sets, prepares and prunes them, and converts weights", _data),
}

if __name__ == "__main__":
    sys.exit(main())
