"""`main.py translate`: translates a user's images with a trained run."""

import os
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path

import numpy as np

from tfgan_kit.adaptation.adapted import Adapted
from tfgan_kit.engine.status import Progress, StatusLine
from tfgan_kit.errors import UserError
from tfgan_kit.outcome import Outcome
from tfgan_kit.pictures.images import write_image
from tfgan_kit.runs.between import between as run_between
from tfgan_kit.runs.saved_run import SavedRun
from tfgan_kit.translation import sheet
from tfgan_kit.translation.class_images import of_class
from tfgan_kit.translation.comparison import Comparison
from tfgan_kit.translation.draws import KINDS, by_seed, on_a_line
from tfgan_kit.translation.modalities import check_partners, of_modalities, places_of
from tfgan_kit.translation.plan import plan
from tfgan_kit.translation.record import ROWS, Record
from tfgan_kit.translation.targets import targets_of
from tfgan_kit.translation.translator import Translator, differs_in_tiles
from tfgan_kit.translation.way_back import CYCLE, cycle_error, way_back
from tfgan_kit.translation.work import Work, ending_of

SHEET = "translations.png"
TILE = 1024


def translate(
    run_dir,
    open_files: Callable,
    *,
    input: str,
    output,
    others: Mapping[str, str],
    source: str | None = None,
    target: str | None = None,
    weights: str | None = None,
    class_images: str | None = None,
    compare: str | None = None,
    cycle: bool = False,
    domain: str | None = None,
    attributes: str | None = None,
    change: str | None = None,
    all_domains: bool = False,
    seed: int | None = None,
    samples: int = 1,
    between: tuple[str, str] | None = None,
    alpha: float | None = None,
    alpha_from: str | None = None,
    tile: int | None = None,
    overlap: int = 64,
    fit: str | None = None,
    max_bad_files: int = 0,
    force: bool = False,
    best: bool = False,
    adapted: Adapted | None = None,
) -> Outcome:
    """Translates an image, or all images of a folder, each in its own size, depth and channels.

    The output folder gets a file for each image, with the same subfolder and name,
    translations.png with the first images before and after, and translations.csv. If the command is
    stopped, running it again continues with the images that are left.

    Args:
      run_dir: a run that translates.
      open_files: function (place, field, settings, option) -> `data.reading.own_size.OwnSizes`.
      input: path of the images.
      output: a new or empty folder, or that of the same command.
      others: name of each further input, such as "mask" -> path of its images: one file for all, or
        a folder with files of the same names.
      source, target: letters of the domains to translate from and to, of a run that translates
        between domains; or names of modalities, see `tfgan_kit.translation.modalities`. The input
        is then a path for each, joined with "+".
      weights: shares of several modalities.
      class_images: path of the images that show the class to translate into, see
        `tfgan_kit.translation.class_images.of_class`.
      compare: path of the true translations, with the same names, or those of
        `tfgan_kit.translation.plan`.
      cycle: whether to translate each translation back, too.
      domain, attributes, change, all_domains: the label to translate to, see
        `tfgan_kit.translation.targets.targets_of`.
      seed: seed of the noise, for networks that have some; by default the run's.
      samples: translations per image, with consecutive seeds.
      between: two seeds or images, between whose latents the samples lie; see
        `tfgan_kit.translation.draws.on_a_line`.
      alpha, alpha_from: to translate with the networks between two, see
        `tfgan_kit.runs.between`; the path of the other run.
      tile: see `Translator`; by default `TILE`, or the size of training if that is larger.
      overlap: see `Translator`.
      fit: see `Translator`; by default images are padded, or resized for networks of one size.
      max_bad_files: unreadable files to skip before giving up.
      force: whether to replace files in the output folder.
      best: whether to use the networks of the best evaluation.
      adapted: networks to use in place of the run's.

    Returns:
      What was translated and, if compared, the mean measures.

    Raises:
      UserError: if the run cannot translate these images, or the output cannot be written.
    """
    saved = SavedRun(run_dir, best=best, networks=adapted and adapted.networks)
    output = Path(output)
    bound = of_modalities(saved, source, target, weights)
    input, partners = places_of(bound, input)
    options, others = {name: f"--{name}" for name in others}, {**others, **partners}
    direction = "" if bound else _direction(run_dir, saved.uses, source, target)
    of_images = of_class(saved, class_images, open_files)
    if of_images is not None:
        bound = of_images.bound
    if bound is not None and (alpha is not None or alpha_from):
        kind = "classes" if of_images else "modalities"
        raise UserError(f"--alpha: networks of {kind} cannot be interpolated; leave it out")
    if bound is None:
        bound = _bound(saved, direction, others, alpha, alpha_from, best)
    back, use = way_back(saved, direction) if cycle else None, bound.use
    main = _from_files(use)[0]
    (field,) = use.outputs.values()
    tile = _tile(use.inputs[main], tile, overlap)
    seed = saved.seed if seed is None else seed
    if between:
        draws = on_a_line(saved, use, between, seed, samples, open_files)
    else:
        draws = by_seed(run_dir, use, seed, samples)
    files = {}
    for name, place in _places(run_dir, use, main, {main: input, **others}).items():
        option = options.get(name, "--input")
        files[name] = open_files(place, use.inputs[name], saved.settings, option)
    _check_shared(files, others)
    check_partners(use, files)
    targets = targets_of(
        run_dir,
        use.inputs.get(use.label),
        files[main],
        domain=domain,
        attributes=attributes,
        change=change,
        all_domains=all_domains,
    )
    if compare and len(targets[0]) > 1:
        raise UserError("--compare has only one truth per image: translate to one label at a time")
    truths = compare and open_files(compare, field, saved.settings, "--compare")
    for place in filter(None, (input, *others.values(), compare, class_images)):
        _check_apart(output, Path(place))
    ending = ending_of(field)
    if compare and field.kind != "image":
        raise UserError(f"--compare measures images, not {field.kind}; `evaluate` measures those")
    comparison = Comparison(use.inputs[main], field) if compare else None
    scale = comparison.scale if comparison else 1
    ways = {"draws": draws, "targets": targets}
    if back:
        (returned,) = back.use.outputs.values()
        ways["back"] = ending_of(returned)
    items = plan(main, files, truths, **ways, ending=ending, scale=scale)
    settings = {
        "run": os.path.abspath(run_dir),
        "inputs": {n: os.path.abspath(place) for n, place in {main: input, **others}.items()},
        "compare": compare and os.path.abspath(compare),
        **{"seeds": [draw.told for draw in draws], "tile": tile, "overlap": overlap, "best": best},
    }
    if fit not in (None, "pad"):
        settings["fit"] = fit
    if adapted:
        settings["adapted"] = adapted.told
    if direction or bound.use.modalities:
        settings["direction"] = direction or bound.use.name
    if "weights" in use.inputs:
        settings["weights"] = list(use.inputs["weights"].default)
    if class_images:
        # What is shown counts, and not where it lies.
        settings["class_images"] = of_images.hashes
    if cycle:
        settings["cycle"] = True
    if alpha is not None:
        settings |= {"alpha": alpha, "alpha_from": alpha_from and os.path.abspath(alpha_from)}
    label = ("label",) if use.label else ()
    if change:
        settings["set"] = change
    elif label:
        settings["labels"] = [target.words for target in targets[0]]
    names = (*(comparison.names if compare else ()), *([CYCLE] if back else []))
    columns = ("output", "input", "height", "width", "seed", *label, *names)
    translator = Translator(bound, tile, overlap, fit or "pad")
    _check_fit(run_dir, translator, fit)
    returning = back and Translator(back, tile, overlap, fit or "pad")
    record, status = Record(output, settings, columns, force=force), StatusLine()
    for note in dict.fromkeys(note for each in files.values() for note in each.notes):
        status.line(note)
    if translator.fixed is not None:
        size = "x".join(map(str, reversed(translator.fixed)))
        status.line(f"the network takes images of {size} only: others are resized to that and back")
    uneven = translator.fixed is None and translator.tile and differs_in_tiles(bound.networks)
    left = [item for item in items if item.output not in record.done]
    if len(left) < len(items):
        status.line(f"{len(items) - len(left)} of {len(items)} were translated before")
    progress, shown = Progress("translated", len(left), status.update), {}

    def done(translated):
        nonlocal uneven
        item, made = translated.item, translated.made
        if uneven and max(translated.given[main].shape[:2]) > tile:
            status.line(
                f"images with a side above {tile} are translated in tiles, which may differ in "
                "contrast, as the network normalises each by its own statistics"
            )
            uneven = False
        row = {
            "output": item.output,
            "input": files[main].files[item.rows[main]],
            **{"height": made.shape[0], "width": made.shape[1], "seed": item.draw.told},
        }
        if item.target is not None:
            row["label"] = item.target.words
        place = item.rows[main]
        pictures = {"input": (use.inputs[main], translated.given[main])}
        if of_images is not None:
            pictures["class"] = of_images.beside(place)
        pictures[item.way] = field, made
        if truths is not None:
            truth = translated.given["compare"]
            path = truths.path(item.rows["compare"])
            row |= comparison(translated.given[main], made, truth, path)
            pictures["truth"] = (field, truth)
        if back:
            row[CYCLE] = cycle_error(returned, translated.given[main], translated.back)
            pictures["back", item.way] = returned, translated.back
        record.add(row)
        record.done[item.output] = row
        if place in shown or len(shown) < sheet.ROWS:
            cells = {name: sheet.cell(*each) for name, each in pictures.items()}
            shown[place] = shown.get(place, {}) | cells
        progress.add(1)

    opened = files | ({} if truths is None else {"compare": truths})
    work = Work(translator, main, opened, output, max_bad_files, returning)
    try:
        work.run(left, done)
    finally:
        if shown:
            order = ["input"] if of_images is None else ["class", "input"]
            for way in range(min(len(draws) * len(targets[0]), sheet.WAYS)):
                order += [way, ("back", way)] if back else [way]
            order += ["truth"] if compare else []
            write_image(sheet.sheet(list(shown.values()), order), output / SHEET)
        for line in remarks(opened.values()):
            status.line(line)
    if adapted:
        adapted.keep()
    return _outcome(record.done.values(), work.bad, output, names)


def _direction(run_dir, uses, source, target):
    """The letters of the two domains, such as "ab", or "" if the run has no domains.

    Raises:
      UserError: if the run does not translate so.
    """
    known = sorted({use.direction for use in uses.values() if use.direction})
    told = " or ".join(f"--from {a} --to {b}" for a, b in known)
    if not known and (source or target):
        raise UserError(
            f"{run_dir} does not translate between domains a and b; leave out --from and --to"
        )
    if known and (source, target) not in known:
        raise UserError(f"{run_dir} translates between domains: give {told}")
    return f"{source}{target}" if known else ""


def _bound(saved, direction, others, alpha, alpha_from, best):
    if alpha is not None:
        return run_between(saved, alpha, alpha_from and SavedRun(alpha_from, best=best))
    if alpha_from:
        raise UserError("--alpha-from is the run at --alpha 0: give --alpha, from 0 to 1")
    return saved.bound(_name_of_use(saved.uses, direction, others))


def _name_of_use(uses, direction, given):
    """The use that takes exactly what is given, or else the plain one, which says what it takes."""
    plain = f"translate_{direction}" if direction else "translate"
    for name, use in uses.items():
        if name == plain or name.startswith(f"{plain}_"):
            _, *further = _from_files(use)
            if set(further) == set(given):
                return name
    return plain


def _from_files(use):
    """The names of the inputs that come from files; the first is what is translated."""
    fields = {n: f for n, f in use.inputs.items() if f.default is None and not f.is_label}
    return [name for name, field in fields.items() if field.kind not in KINDS]


def _places(run_dir, use, main, given):
    """The path of each input that is named; all that are not optional must be, and no others."""
    wanted = _from_files(use)
    for name in given:
        if name not in wanted:
            way = f"{run_dir} translates{use.from_to}"
            raise UserError(f"--{name}: {way} without it; leave it out")
    for name in wanted:
        if name not in given and not use.inputs[name].optional:
            raise UserError(f"{run_dir} also needs --{name} PATH")
    return {name: given[name] for name in wanted if name in given}


def _check_shared(files, places):
    """Reads each file that goes with all images: to leave it out would leave out all of them."""
    for name in (name for name, place in places.items() if os.path.isfile(place)):
        try:
            files[name].read(0)
        except UserError as error:
            raise UserError(f"{error} (it is used for all images: give another file)") from error


def _tile(field, tile, overlap):
    """The largest side of a tile: as asked, or else `TILE`, but no less than in training."""
    multiple, least = field.multiple, min(field.size)
    if tile is None:
        tile = max(TILE, least)
    elif multiple and tile % multiple:
        raise UserError(f"--tile {tile}: the network needs a multiple of {multiple}")
    elif multiple and tile < least:
        size = "x".join(map(str, field.size))
        raise UserError(
            f"--tile {tile}: the network was trained on images of {size} and cannot tell what a "
            f"smaller part shows; give {least} or more"
        )
    if not 0 <= overlap < tile:
        raise UserError(f"--overlap {overlap}: give 0 to {tile - 1}, less than a tile of {tile}")
    return tile


def _check_fit(run_dir, translator, fit):
    if translator.fixed is not None and fit not in (None, "resize"):
        size = "x".join(map(str, reversed(translator.fixed)))
        raise UserError(
            f"--fit {fit}: {run_dir} takes images of {size} only, to which others are resized; "
            "leave it out"
        )


def _check_apart(output, place):
    if output.exists() and not output.is_dir():
        raise UserError(f"--output {output} is a file; give a folder apart from the images")
    folder = place if place.is_dir() else place.parent
    if output.resolve() == folder.resolve() or (
        place.is_dir() and folder.resolve() in output.resolve().parents
    ):
        raise UserError(f"--output {output} lies in {place}; give a folder apart from the images")


def remarks(opened) -> Iterator[str]:
    """Lines on what was changed about images when they were read; see `OwnSizes`."""
    opened = list(opened)
    for name, told in (
        ("composited", "the alpha channel was flattened onto white, as in training"),
        ("reduced", "colour was dropped; only the lightness is used"),
    ):
        found = [each.root / file for each in opened for file in sorted(getattr(each, name))]
        if found:
            more = f" and {len(found) - 1} more" if found[1:] else ""
            yield f"{found[0]}{more}: {told}"


def _outcome(rows, bad, output, names):
    rows, means = list(rows), {}
    if rows:
        means = {name: float(np.mean([float(row[name]) for row in rows])) for name in names}
    noun = "image" if len(rows) == 1 else "images"
    lines = [f"translated {len(rows)} {noun} to {output}; see {SHEET} and {ROWS} there"]
    lines += [f"skipped: {message}" for message in bad]
    told = ", ".join(f"{name} {value:.4f}" for name, value in means.items() if name != CYCLE)
    if told:
        lines.append(f"compared with the truth, on average: {told}")
    if CYCLE in means:
        lines.append(f"mean absolute error there and back: {means[CYCLE]:.2f} % of the range")
    return Outcome(
        "\n".join(lines), output=str(output), count=len(rows), skipped=list(bad), measures=means
    )
