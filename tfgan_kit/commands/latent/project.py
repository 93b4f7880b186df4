"""`main.py project`: finds the latents of given images."""

from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np

from tfgan_kit.commands.latent.labels import labels_of_images
from tfgan_kit.commands.latent.transform import distinct_stems
from tfgan_kit.engine.session import Interrupted
from tfgan_kit.engine.status import Progress, StatusLine
from tfgan_kit.errors import UserError
from tfgan_kit.extractors import vgg16_lpips
from tfgan_kit.extractors.registry import find
from tfgan_kit.latent import projection, searches
from tfgan_kit.latent.stored import FILE, TOLD, StoredLatent, write_latent
from tfgan_kit.machine.files import make_folder, new_folder, write_json
from tfgan_kit.outcome import Outcome
from tfgan_kit.perceptual import distances
from tfgan_kit.pictures.images import grid, to_model_range, to_uint8, write_figure, write_image
from tfgan_kit.runs.saved_generator import SavedGenerator
from tfgan_kit.uses.labels import label_text

STARTS = 8
# StyleGAN2's weight of the noise penalty fits LPIPS; for a mean squared error it is too large.
NOISE_WEIGHTS = {vgg16_lpips.NAME: 1e5}
_SHOWN = 128  # Smaller images are enlarged for difference.png.
FEATURE_WEIGHT = 0.1  # Of the mean squared difference of a classifier's features.


def project(
    run_dir,
    read: Callable[[tuple[int, int, int]], np.ndarray],
    files: Sequence[str],
    *,
    output=None,
    space: str | None = None,
    source: str | None = None,
    noise: bool = True,
    distance: str | None = None,
    weights: str | None = None,
    classifier: str | None = None,
    starts: int | None = None,
    label: str | None = None,
    attributes: str | None = None,
    vector: Sequence[str] | None = None,
    steps: int = 1000,
    learning_rate: float = 0.1,
    seed: int | None = None,
    best: bool = False,
) -> Outcome:
    """Finds the latents with which a run's generator comes nearest to images.

    Each image gets a folder of its name with latent.npz, see `tfgan_kit.latent.stored`; the image
    that is made of it, picture.png; difference.png, which shows the target, that image, and their
    absolute difference, white where it is half of the range or more; curve.png; and project.json.

    Args:
      run_dir: a run directory.
      read: function from the shape (height, width, channels) to the images, uint8 (n, ...).
      files: their names.
      output: folder of the folders; by default "project" in the run.
      space: "z", "w" or "w+"; by default w if the generator maps its latents, else z.
      source: letter of the domain of the images, for a joint run.
      noise: whether maps of noise are searched for, too, in w and w+.
      distance: "lpips", "vgg16" or "pyramid"; by default lpips where its weights are, else
        pyramid.
      weights: file of the weights of lpips or vgg16.
      classifier: a classifier of this kit, whose features are compared beside the pyramid.
      starts: searches per image in z.
      label, attributes, vector: what the images show, of a run with labels, see
        `tfgan_kit.commands.latent.labels.labels_of_images`.
      steps, learning_rate: see `tfgan_kit.latent.projection.project`.
      seed: of the starts and the search noise; by default the run's.
      best: see `SavedGenerator`.

    Returns:
      A line per image with its error, and one that says what was written.

    Raises:
      UserError: if the run has no such space, takes other labels or generates points, an image
        does not fit, weights are missing, or a folder exists already.
      Interrupted: after Ctrl-C or SIGTERM, when the best latents so far have been written.
    """
    generator = SavedGenerator(run_dir, best=best)
    if len(generator.image_shape) == 1:
        raise UserError(f"{run_dir} generates points; project needs a generator of images")
    given = {"label": label, "attributes": attributes, "vector": vector}
    labels = labels_of_images(run_dir, generator.label, len(files), **given)
    image = _output(generator, run_dir, source)
    field = generator.use.outputs[image]
    mapped = "map" in generator.saved.uses
    space = space or ("w" if mapped else "z")
    if space == "z" and not noise:
        raise UserError("--no-noise-opt is for w and w+; in z, noise is never searched for")
    if space != "z" and starts is not None:
        raise UserError(f"--starts is for z; a search in {space} starts at the mean of all latents")
    measure = _distance(distance, weights, classifier)
    measure.check(field.shape)
    seed = generator.seed if seed is None else seed
    to_w, of_w = (generator.saved.bound(n) if space != "z" else None for n in ("map", "synthesize"))
    place = Path(output or generator.saved.run.output("project"))
    folders = [place / stem for stem in distinct_stems(files)]
    for folder in folders:
        if folder.exists():
            raise UserError(f"{folder} exists already; remove it, or give another --output")
    images = read(field.shape)
    make_folder(place)  # Any failure is reported before the search.
    status = StatusLine()
    several = f"{len(images)} image{'s' * (len(images) > 1)}"
    status.begin(f"projecting {several} into {space} by {measure.protocol}")
    if space == "z":
        how = {"starts": starts or STARTS, "seed": seed, "labels": labels}
        where = searches.space_of_z(generator.bound, image, **how)
    else:
        how = {"layers": space == "w+", "noise": noise, "seed": seed}
        weight = NOISE_WEIGHTS.get(measure.name, 1.0)
        where = searches.space_of_w(to_w, of_w, image, weight=weight, **how)
    progress, shown = None, [0.0]

    def show(done, total, now):
        nonlocal progress
        shown[0] = now
        if progress is None:
            tell = lambda text: status.update(f"{text}  distance {shown[0]:.4g}")  # noqa: E731
            progress = Progress("project", total, tell, "steps")
        progress.at(done)

    import tensorflow as tf

    targets = to_model_range(tf.constant(images)).numpy()
    how = {"steps": steps, "learning_rate": learning_rate, "seed": seed}
    found = projection.project(where, targets, measure, show=show, **how)
    known = {name: values[: len(found.codes)] for name, values in where.labels.items()}
    made = where.images_of(tf.constant(found.codes), _tensors(found.maps | known))
    made = made.numpy().clip(-1, 1)
    how |= {"space": space, "distance": measure.protocol, "noise": bool(found.maps)}
    lines, rows = [], []
    for i, folder in enumerate(folders[: len(made)]):
        own = None if labels is None else labels[i]
        latent = _stored(found, i, space, of_w, own)
        row = {
            "file": str(files[i]),
            "folder": str(folder),
            "distance": float(found.distances[i]),
            "first_distance": float(found.curves[i][0]),
            "rmse": float(np.sqrt(np.square(made[i] - targets[i]).mean())) / 2,
        }
        if labels is not None:
            row["label"] = label_text(generator.label, own)
        with new_folder(folder):
            write_latent(latent, folder / FILE)
            write_image(to_uint8(made[i]), folder / "picture.png")
            write_image(_compared(targets[i], made[i]), folder / "difference.png")
            _draw(found.curves[i], measure.name, folder / "curve.png")
            write_json(how | row, folder / TOLD)
        lines.append(
            f"{row['file']}: distance {row['first_distance']:.4g} -> {row['distance']:.4g}, error "
            f"{row['rmse']:.4f} (RMSE, full range 1)"
        )
        if found.broken[i] >= 0:
            lines.append(
                f"warning: {row['file']}: the loss was not finite at step {found.broken[i]}; the "
                "best latent before it is kept; try a smaller --learning-rate"
            )
        rows.append(row)
    lines.append(f"wrote {len(rows)} latent{'s' * (len(rows) > 1)} of {space} to {place}")
    if found.stopped is not None:
        for line in lines:
            status.line(line)
        number = 2 if isinstance(found.stopped, KeyboardInterrupt) else found.stopped.code - 128
        raise Interrupted(
            f"stopped: {place} has the best latents so far, of {len(rows)} of {several}",
            number,
        )
    return Outcome("\n".join(lines), output=str(place), **how, images=rows)


def _output(generator, run_dir, source):
    """The name of the output that makes images like the given ones."""
    if not generator.letters:
        if source is not None:
            raise UserError(f"--from {source}: {run_dir} has a single domain; leave it out")
        return generator.use.examples[0]
    letters = ", ".join(generator.letters)
    if source not in generator.letters:
        wrong = "is a joint run" if source is None else f"has no domain {source!r}"
        raise UserError(f"{run_dir} {wrong}; name the domain of the images with --from: {letters}")
    return generator.use.examples[generator.letters.index(source)]


def _distance(name, weights, classifier):
    """The distance that was asked for, or the best that there is."""
    if classifier is not None:
        if name not in (None, "pyramid") or weights is not None:
            raise UserError("--classifier goes with --distance pyramid, without --weights")
        features = find(f"classifier:{classifier}")
        own = distances.of_extractor(features)
        return distances.together(distances.pyramid(), own, FEATURE_WEIGHT / features.dimension)
    if name == "pyramid":
        if weights is not None:
            raise UserError("--weights is for --distance lpips and vgg16; leave it out")
        return distances.pyramid()
    if name is None and weights is None:
        try:
            vgg16_lpips.PUBLISHED.locate()
        except UserError:
            return distances.pyramid()
    if name == "vgg16":
        return distances.vgg_maps(vgg16_lpips.PUBLISHED.locate(weights))
    return distances.lpips(vgg16_lpips.load(weights))


def _tensors(maps):
    import tensorflow as tf

    return {name: tf.constant(values) for name, values in maps.items()}


def _stored(found, index, space, of_w, label):
    """The latent of an image, as files have it."""
    code = found.codes[index]
    if space == "w":
        code = np.repeat(code, of_w.use.inputs["styles"].shape[0], axis=0)
    maps = {name: values[index] for name, values in found.maps.items()}
    return StoredLatent(space, code, maps, label)


def _compared(target, made):
    """A picture of the target, what was made, and their absolute difference, doubled."""
    difference = np.abs(made - target) * 2.0 - 1.0
    scale = max(1, _SHOWN // target.shape[0])
    three = np.stack([target, made, difference]).repeat(scale, axis=1).repeat(scale, axis=2)
    return grid(three, columns=3)


def _draw(curve, name, path):
    from matplotlib.figure import Figure

    figure = Figure(figsize=(5, 3), layout="constrained")
    axes = figure.add_subplot()
    axes.semilogy(curve, linewidth=1.2)
    axes.set(xlabel="step", ylabel=f"distance ({name})")
    axes.grid(alpha=0.3)
    write_figure(figure, path)
