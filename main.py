"""The command line: parses and dispatches, nothing else."""

import dataclasses
import functools
import importlib
import os
import sys
from pathlib import Path

from tfgan_kit.entry import check, leave

check("tfgan_kit", "data", "nets", "trainers", home=Path(__file__).resolve().parent)

from data.feeds.pairs import PAIRS
from data.published import PUBLISHED
from data.registry import DATASETS
from tfgan_kit.commands.completion import SHELLS, completion
from tfgan_kit.commands.parsers import data as data_parsers
from tfgan_kit.commands.parsers import evaluate as evaluate_parsers
from tfgan_kit.commands.parsers import explain as explain_parsers
from tfgan_kit.commands.parsers import latent as latent_parsers
from tfgan_kit.commands.parsers import overall as overall_parsers
from tfgan_kit.commands.parsers import runs as run_parsers
from tfgan_kit.commands.parsers import task as task_parsers
from tfgan_kit.commands.parsers import train as train_parsers
from tfgan_kit.commands.parsers.overall import COMMANDS
from tfgan_kit.commands.tables import methods_by_family, names, names_by
from tfgan_kit.commands.voice import Voice
from tfgan_kit.ending import ended
from tfgan_kit.errors import UserError, suggest
from tfgan_kit.extractors.published import DOWNLOADS
from tfgan_kit.extractors.registry import NAMES as FEATURES
from tfgan_kit.machine.places import house_libraries
from tfgan_kit.machine.quiet import quiet_import
from tfgan_kit.metrics.registry import METRICS
from tfgan_kit.outcome import Outcome
from tfgan_kit.runs.run_dir import RunDir, next_name
from tfgan_kit.settings.option import differences, make, read_file
from tfgan_kit.settings.origins import PRESET, YOU, origins_of, read_origins
from tfgan_kit.settings.train import READING, TrainConfig
from tfgan_kit.settings.workers import ALONE, take_worker_arguments, to_agree
from tfgan_kit.wording import forgive
from trainers import registry as methods

# For TensorFlow: errors only, and oneDNN's convolutions even without AVX-512: they are faster.
os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
os.environ.setdefault("TF_ENABLE_ONEDNN_OPTS", "1")
house_libraries()


def main(arguments=None) -> int:
    """Runs one command and returns its exit status."""
    forgive(sys.stdout, sys.stderr)
    return ended(_dispatch, sys.argv[1:] if arguments is None else arguments)


def _dispatch(arguments):
    if not arguments or arguments[0].startswith("-"):
        parser = overall_parsers.overall(COMMANDS)
        parser.parse(arguments)
        parser.print_help()
        return 2
    _check(arguments[0], arguments[1:])
    known = actions()
    words = 2 if " ".join(arguments[:2]) in known else 1
    parser, act = known[" ".join(arguments[:words])]
    given = parser().parse(arguments[words:])
    with Voice(quiet=given.pop("quiet", False), as_json=given.pop("json", False)) as voice:
        voice.tell(act(**given))


def _check(name, rest):
    if name not in COMMANDS:
        raise UserError(
            f"unknown command {name!r}{suggest(name, COMMANDS)} (commands: {', '.join(COMMANDS)})"
        )
    if name != "train" or not rest:
        return
    if not rest[0].startswith("-"):
        methods.find(rest[0])
        if "--resume" in rest:
            raise UserError("--resume takes no method: main.py train --resume DIR [--steps N]")
    words = [part for word in rest for part in word.split("=", 1)]
    if rest[0].startswith("-") and "--resume" not in words and "--preset" in words[:-1]:
        raise UserError(methods.about_preset(words[words.index("--preset") + 1]))


def actions():
    """What is typed -> what makes its parser, and what takes the arguments that this gives."""
    abouts = {name: method.about for name, method in methods.METHODS.items()}
    known = {
        "train": (functools.partial(train_parsers.resume, abouts), _resume),
        "sample": (run_parsers.sample, _sample),
        "interpolate": (latent_parsers.interpolate, _command("latent.interpolate")),
        "edit": (latent_parsers.edit, _command("latent.edit")),
        "shape": (latent_parsers.shape, _command("latent.shape")),
        "neighbours": (evaluate_parsers.neighbours, _neighbours),
        "evaluate": (evaluate_parsers.evaluate, _evaluate),
        "rank": (functools.partial(evaluate_parsers.rank, DATASETS), _rank),
        "export": (run_parsers.export, _export),
        "report": (run_parsers.report, _report),
        "transform": (latent_parsers.transform, _transform),
        "project": (latent_parsers.project, _project),
        "translate": (run_parsers.translate, _translate),
        "adapt": (task_parsers.adapt, _adapt),
        "explain": (explain_parsers.explain, _explain),
        "list": (functools.partial(overall_parsers.list_, TABLES), _list),
        "completion": (functools.partial(overall_parsers.completion, SHELLS), _completion),
        "data get": (functools.partial(data_parsers.get, [*PUBLISHED, *DOWNLOADS]), _get),
        "data inspect": (functools.partial(data_parsers.inspect, DATASETS), _inspect),
        "data prepare": (functools.partial(data_parsers.prepare, DATASETS), _prepare),
        "data prune": (functools.partial(data_parsers.prune, DATASETS), _prune),
        "data weights": (data_parsers.weights, _command("convert_weights")),
    }
    for name in abouts:
        of_method = functools.partial(_method_parser, name), functools.partial(_train, name)
        known[f"train {name}"] = of_method
    of_data = [words.split()[1] for words in known if words.startswith("data ")]
    known["data"] = functools.partial(data_parsers.data, of_data), _data
    return known


TABLES = {
    "methods": lambda: methods_by_family(methods.families()),
    "datasets": lambda: names({name: entry.description for name, entry in DATASETS.items()}),
    "pairs": lambda: names({name: about for name, (about, _) in PAIRS.items()}),
    "presets": lambda: names_by(
        {m: {n: p.get("about", "") for n, p in methods.presets(m).items()} for m in methods.METHODS}
    ),
    "metrics": lambda: names({name: metric.about for name, metric in METRICS.items()}),
    "features": lambda: names(FEATURES),
}


def _list(what):
    if what not in TABLES:
        wrong = f"there is no list of {what!r}{suggest(what, TABLES)}; " if what else ""
        raise UserError(f"{wrong}list needs one of {', '.join(TABLES)}")
    return TABLES[what]()


def _completion(shell):
    # A command before those that begin with it.
    parsers = [(words, parser()) for words, (parser, _) in sorted(actions().items())]
    return completion(shell, parsers, COMMANDS)


def _method_parser(name):
    method = methods.find(name)
    config_class = method.config_class()
    datasets = {"domains": PAIRS, "none": ()}.get(method.feed, DATASETS)
    presets = list(methods.presets(name))
    return train_parsers.method(name, method.about, config_class, presets, datasets)


def _train(name, *, run_dir, preset, config, dry_run, **given):
    method, file = methods.find(name), config
    workers = take_worker_arguments(given, os.environ)
    layers = {f"{PRESET}{preset}": methods.preset(name, preset)} if preset else {}
    if file:
        content = read_file(file)
        if content["method"] != name:
            raise UserError(f"{file} is for the method {content['method']!r}, not {name!r}")
        layers[f"file {file}"] = content["settings"]
    layers[YOU] = given
    try:
        config = make(method.config_class(), *layers.values()).resolved()
    except UserError as error:
        raise UserError(f"{error}" + (f" (in {file})" if file else "")) from None
    workers = ALONE if dry_run else workers
    return _start(name, method, config, run_dir, workers, dry_run, origins_of(layers))


def _start(name, method, config, run_dir, workers, only_show, origins):
    _import_tensorflow()
    from tfgan_kit.machine.team import Team

    if run_dir and workers.is_chief:
        RunDir.check_new(run_dir)
    changed = differences(config)
    trainer, feed, metrics, first, tried = _build(
        method, config, workers, train_missing=not only_show
    )
    from tfgan_kit.runs.warm_start import warm_start

    begun = [*_warnings(feed.notes), *tried, *warm_start(trainer)]
    if only_show:
        from tfgan_kit.commands.dry_run import dry_run

        told = {"first": first, "metrics": metrics, "begun": begun, "origins": origins}
        return dry_run(trainer, method=name, feed=feed, **told)
    path = run_dir or next_name("runs", name, trainer.config, changed)
    path = Team(trainer.strategy).told_by_chief(str(path))
    chief = workers.is_chief
    with RunDir.create(path, name, trainer.config) if chief else RunDir(path) as run:
        return _run(trainer, run, name, feed, metrics, begun, origins)


def _resume(*, resume, steps, dataset, data_dir, data_changed, **given):
    workers = take_worker_arguments(given, os.environ)
    with RunDir.open(resume) as run:
        if workers.is_chief:
            run.lock()
        name, method, config = _read_config(run)
        known = read_origins(run.origins)
        if steps is not None:
            config = dataclasses.replace(config, steps=steps)
            known = None if known is None else known | {"steps": YOU}
        given = {"dataset": dataset, "data_dir": data_dir}
        config = config.moved({name: value for name, value in given.items() if value is not None})
        _import_tensorflow()
        trainer, feed, metrics, *_ = _build(method, config, workers)
        from tfgan_kit.runs.complete import complete_steps
        from tfgan_kit.runs.warm_start import warm_start

        # A checkpoint has what was copied; a run that was killed before its first begins again.
        copied = [] if complete_steps(run.checkpoints) else warm_start(trainer)
        begun, accept = [*_warnings(feed.notes), *copied], data_changed == "accept"
        return _run(trainer, run, name, feed, metrics, begun, known, accept_data=accept)


def _warnings(notes):
    """What a user should know of the data, so that `--quiet` shows it, too."""
    return [f"warning: {note}" for note in notes]


def _read_config(run):
    content = run.read_config()
    name = content["method"]
    method = methods.find(name)
    try:
        config = make(method.config_class(), content["settings"]).resolved()
    except UserError as error:
        raise UserError(f"{run.config}: {error}") from None
    return name, method, config


def _build(method, config, workers=ALONE, train_missing=True, measure=True):
    """The trainer, its data, its metrics, what is trained before it, and what was tried for it."""
    from data.feeds.open_feed import open_feed
    from tfgan_kit.engine.trial import settle
    from tfgan_kit.machine.devices import make_strategy
    from tfgan_kit.machine.team import Team
    from tfgan_kit.runs.warm_start import absolute_sources
    from trainers.core.assemble import assemble

    if config.deterministic:
        from tfgan_kit.machine import determinism

        determinism.enable()
    # The devices first: data that a generator makes needs them.
    strategy = make_strategy(
        config.devices, jit=config.jit is True, workers=workers, told=to_agree(config)
    )
    feed, config = open_feed(method.feed, absolute_sources(config))
    Team(strategy).agree("the data", str(feed))
    tried = []
    config = settle(config, lambda c: method.build(c, feed, strategy), strategy, tried.append)
    trainer, metrics, first = assemble(
        method, config, feed, open_feed, strategy, train_missing=train_missing, measure=measure
    )
    return trainer, feed, metrics, first, tried


def _run(trainer, run, name, feed, metrics, begun, origins, accept_data=False):
    from tfgan_kit.engine.train import train
    from tfgan_kit.machine.team import Team
    from tfgan_kit.report.write import write_report

    told = {"metrics": metrics, "begun": begun, "origins": origins, "accept_data": accept_data}
    done = train(trainer, run, method=name, feed=feed, **told)
    if not Team(trainer.strategy).is_chief:
        return Outcome("", **done)
    try:
        report = write_report([run.path], config_class=_config_class, render=True)
        said = report.values["summary"]
        return Outcome("\n".join(filter(None, [report, said])), **done, **report.values)
    except UserError as error:  # A run that has finished has not failed.
        print(f"warning: no report could be written: {error}", file=sys.stderr)
        return Outcome("", **done, report=None, summary=None)


def _sample(run_dir, **given):
    adapted = _adapted(run_dir, given, "generate")
    _import_tensorflow()
    from tfgan_kit.commands.sample import sample

    return sample(run_dir, adapted=adapted, **given)


def _adapted(run_dir, given, use=None):
    """The run's networks adapted to the task whose options are given, if they are."""
    if (asked := task_parsers.take_task(given)) is None:
        return None
    name, method, config = _read_config(RunDir.open(run_dir))
    methods.check_adapts(name)
    _import_tensorflow()
    from data.feeds.episodes.task import read_task
    from tfgan_kit.adaptation.adapted import adapted

    asked |= {"use": use} | {name: given[name] for name in ("seed", "best")}
    return adapted(run_dir, functools.partial(read_task, config), method.adapted, **asked)


def _adapt(run_dir, **given):
    return Outcome("", **_adapted(run_dir, given).keep())


def _command(place):
    """The function of a module of `tfgan_kit.commands` that is called like it."""

    def act(**given):
        _import_tensorflow()
        module = importlib.import_module(f"tfgan_kit.commands.{place}")
        return getattr(module, place.rpartition(".")[2])(**given)

    return act


def _neighbours(run_dir, features, weights, layer, **given):
    if not features and (weights or layer):
        raise UserError(f"--{'weights' if weights else 'layer'} needs --features NAME")
    _, method, config = _read_config(RunDir.open(run_dir))
    _import_tensorflow()
    from data.feeds.open_feed import open_feed
    from tfgan_kit.commands.neighbours import neighbours
    from tfgan_kit.extractors.registry import find

    extractor = find(features, weights=weights, layer=layer) if features else None
    feed, _ = open_feed(method.feed, config)
    return neighbours(run_dir, feed.readers, feed.held_out(), extractor=extractor, **given)


def _evaluate(**given):
    from tfgan_kit.evaluation.request import Request

    request = Request(**given)
    return _evaluate_run(request) if request.run_dir else _evaluate_sources(request)


def _evaluate_run(request):
    with RunDir.open(request.run_dir) as run:
        run.lock(to_write=False)
        name, method, config = _read_config(run)
        _import_tensorflow()
        from tfgan_kit.commands.evaluate import evaluate

        tools = request.instruments(config.seed) if request.metrics else None
        trainer, feed, *_ = _build(method, config, measure=False)
        count = request.count or config.samples
        how = {"count": count, "tools": tools, "best": request.best, "output": request.output}
        return evaluate(trainer, run, method=name, feed=feed, **how)


def _evaluate_sources(request):
    _import_tensorflow()
    from data.feeds.feed import open_reader

    sources = [s and (open_reader(s), f"{s.dataset} ({s.split})") for s in request.sources]
    from tfgan_kit.commands.compare import compare_sources

    tools = request.instruments(0)
    return compare_sources(*sources, tools, count=request.count, output=request.output)


def _rank(target, run_dirs, seed, **given):
    reading = {name: given.pop(name) for name in READING if name in given}
    config = make(TrainConfig, {"dataset": target, "seed": seed}, reading)
    runs = {path: _read_config(RunDir.open(path)) for path in run_dirs}
    _import_tensorflow()
    from data.feeds.feed import open_reader
    from data.feeds.open_feed import open_feed
    from tfgan_kit.commands.rank import rank

    own = {path: functools.partial(open_feed, m.feed, c) for path, (_, m, c) in runs.items()}
    return rank((open_reader(config), f"{target} ({config.split})"), own, seed=seed, **given)


def _transform(run_dir, images, **given):
    _import_tensorflow()
    from data.reading.pictures import read_pictures
    from tfgan_kit.commands.latent.transform import transform

    return transform(run_dir, lambda shape: read_pictures(images, shape), **given)


def _project(run_dir, image, crop, **given):
    _import_tensorflow()
    from data.reading.pictures import read_files
    from tfgan_kit.commands.latent.project import project

    read = functools.partial(read_files, image, option="--image", crop=crop)
    return project(run_dir, read, image, **given)


def _translate(run_dir, **given):
    others = {name: given.pop(name) for name in run_parsers.INPUTS}
    adapted = _adapted(run_dir, given, "translate")
    _import_tensorflow()
    from data.reading.own_size import open_files
    from tfgan_kit.commands.translate import translate

    named = {name: place for name, place in others.items() if place is not None}
    return translate(run_dir, open_files, others=named, adapted=adapted, **given)


def _explain(subject, images, **given):
    _import_tensorflow()
    from data.reading.own_size import open_files
    from data.reading.transforms import fit
    from tfgan_kit.commands.explain import explain

    return explain(subject, images, open_files, fit, **given)


def _report(run_dirs, output):
    from tfgan_kit.report.write import write_report

    alone = len(run_dirs) == 1
    if alone:
        _import_tensorflow()
    return write_report(run_dirs, output, config_class=_config_class, render=alone)


def _export(run_dir, **given):
    from tfgan_kit.export.formats import check_format

    check_format(given["format"])
    _import_tensorflow()
    from tfgan_kit.export.export import export

    return export(run_dir, **given)


def _config_class(name):
    return methods.find(name).config_class()


def _data(action):
    return _dispatch(["data", action])


def _get(name, **given):
    if name in DOWNLOADS:
        from tfgan_kit.commands.get_weights import get_weights

        return get_weights(name, **given)
    from data.tools.get import get

    return get(name, **given)


def _inspect(output, seed, **given):
    _import_tensorflow()
    from data.tools.inspect import inspect, open_to_inspect

    return inspect(open_to_inspect(make(TrainConfig, given, {"seed": seed})), output, seed=seed)


def _prepare(output, format, quality, shard_mb, **given):
    _import_tensorflow()
    from data.feeds.feed import values_of
    from data.tools.prepare import prepare

    config = make(TrainConfig, given)
    read = ("data_dir", "image_size", "channels", "fit", "max_bad_files")
    how = {name: getattr(config, name) for name in read} | {"values": values_of(config)}
    how["split"] = given.get("split")  # Both, unless one is named.
    how |= {"format": format, "quality": quality, "shard_mb": shard_mb}
    return Outcome(prepare(config.dataset, output, **how), output=output)


def _prune(classifier, threshold, output, **given):
    _import_tensorflow()
    from data.feeds.feed import open_reader
    from data.tools.prune import prune
    from trainers.classification.classifier.trainer import load_classifier, predict

    reader = open_reader(make(TrainConfig, given))
    network = load_classifier(classifier, reader.image_shape, reader.classes, multi_label=False)
    return prune(reader, lambda im: predict(network, im)["probabilities"], threshold, output)


def _import_tensorflow():
    with quiet_import():
        import tensorflow  # noqa: F401 (for its effect)


if __name__ == "__main__":
    leave(main())
