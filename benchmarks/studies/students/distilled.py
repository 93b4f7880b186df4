"""Is the teacher worth it? `python -m benchmarks.studies.students.distilled --output FILE.json`.

With each seed a teacher is trained, `stargan --preset marks-small`, and small generators of about
one size: `attention_distill --preset marks-small` with and without its term, and the teacher made
narrower. For labels that the teacher does not know, `pseudo_attention --preset marks-small` with
and without its term. Without the term (`--attention-weight 0`) a run is a small StarGAN alone.

Of each run it gathers what it measured at its end, what its generator costs, and of the maps of its
generator toward each attribute, by the discriminator of the teacher:

* mass: the share of a map that lies where the mark is, and chance: the share of the image that the
  mark covers;
* apart: the distance to the teacher's map, see `tfgan_kit.terms.attention.length_of_difference`;
* zero: the share of maps that are nowhere positive; they are left out of mass.

Finished runs in the folder of `--runs` are not repeated, and `--output` is written after each run.
"""

import argparse
from pathlib import Path

import numpy as np

from benchmarks.machine import run_main
from benchmarks.studies.paired import flags, measured, table
from benchmarks.studies.runs import train
from benchmarks.studies.unpaired.opened import opened
from tfgan_kit.machine.files import write_json

PRESET = "marks-small"
COLUMNS = (
    *("accuracy", "accuracy_lowest", "others_kept", "l1", "cycle_l1"),
    *("mass", "chance", "zero", "apart"),
    *("parameters", "operations", "kilobytes", "ms_per_image"),
)
# The narrower teacher has about the number of parameters of a student with 8 filters.
VARIANTS = {
    "teacher": ("stargan", {}),
    "small alone": ("attention_distill", {"attention_weight": 0}),
    "distilled": ("attention_distill", {}),
    "narrow teacher": ("stargan", {"filters": 6, "discriminator_filters": 16}),
    "other labels, alone": ("pseudo_attention", {"attention_weight": 0}),
    "other labels, pseudo": ("pseudo_attention", {}),
}
IMAGES, PLACES = 100, 400  # That are translated for maps, and that show where marks are.


def maps_of(run, teacher) -> dict[str, float]:
    """The measures of the maps of a run's generator, see above.

    Args:
      run, teacher: runs; the teacher's own labels, or those of `pseudo_attention`.
    """
    from tfgan_kit.attention.display import resized
    from tfgan_kit.attention.generator_maps import GeneratorMaps
    from tfgan_kit.fields.network import to_network
    from tfgan_kit.runs.saved_run import SavedRun
    from tfgan_kit.terms.attention import length_of_difference
    from trainers.attention.attention_distill.teacher import Teacher
    from trainers.unpaired.many_domains.targets import toward

    _, feed = opened(run)
    (reader,), saved, known = feed.held_out(), SavedRun(run), Teacher(str(teacher))
    label = saved.uses["translate"].inputs["label"]
    pairs = [pair.split("=") for pair in saved.settings.get("partners", ())]
    partners = known.partners(label, dict(pairs) or known.same(label))
    judge = known.networks["teacher_discriminator"]
    own = GeneratorMaps(saved.load("generator"), judge, str(run))
    batch, source = reader.read(np.arange(IMAGES)), reader.source
    places = np.any([source.masks(row) for row in range(PLACES)], 0)
    image, found = to_network(reader.fields["image"], batch["image"]), []
    for number, place in enumerate(places):
        targets = toward(label, batch["label"], number)
        rows = np.flatnonzero((targets[:, number] == 1) & (batch["label"][:, number] == 0))
        given = {"input": image.numpy()[rows], "label": to_network(label, targets[rows])}
        asked = partners.number(np.full(len(rows), number))
        ours = own(given, asked).numpy()
        theirs = known.maps(given | {"label": partners.network_input(targets[rows])}, asked)
        mass = resized(ours, place.shape)
        some = mass.sum((1, 2)) > 0
        inside = (mass * place).sum((1, 2))[some] / mass.sum((1, 2))[some]
        found.append(
            {
                "mass": inside.mean() if some.any() else 0.0,
                "chance": place.mean(),
                "zero": 1 - some.mean(),
                "apart": length_of_difference(ours, theirs).numpy().mean(),
            }
        )
    return {name: float(np.mean([each[name] for each in found])) for name in found[0]}


def costs_of(run) -> dict[str, float]:
    """What the generator of a run costs."""
    from tfgan_kit.models.resources import resources
    from tfgan_kit.runs.saved_run import SavedRun

    saved = SavedRun(run)
    return resources(saved.load("generator"), saved.uses["translate"].inputs["input"].size)


def main() -> None:
    """Trains, measures, writes JSON after each run and prints the table."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--seeds", type=int, nargs="+", default=[0, 1, 2])
    parser.add_argument("--variants", nargs="+", choices=VARIANTS, default=list(VARIANTS))
    parser.add_argument("--steps", type=int, help="of the small ones (default: the preset's)")
    parser.add_argument(
        "--teacher",
        type=Path,
        metavar="RUN",
        help="of all seeds (default: one for each is trained)",
    )
    parser.add_argument("--runs", type=Path, default=Path("runs/distilled"), help="folder of runs")
    parser.add_argument("--output", type=Path, required=True, metavar="FILE.json")
    given, rows = parser.parse_args(), []
    for seed in given.seeds:
        teacher = given.teacher or given.runs / f"teacher-{seed}"
        if given.teacher is None:
            train(teacher, "stargan", "--preset", PRESET, "--seed", seed)
        for variant in given.variants:
            method, settings = VARIANTS[variant]
            run = teacher
            if variant != "teacher":
                run = given.runs / f"{variant.replace(',', '').replace(' ', '_')}-{seed}"
                settings = settings | ({"steps": given.steps} if given.steps else {})
                settings = settings | ({"teacher": teacher} if method != "stargan" else {})
                train(run, method, "--preset", PRESET, "--seed", seed, *flags(settings))
            found = measured(run) | maps_of(run, teacher) | costs_of(run)
            found.pop("reference", None)
            rows.append({"variant": variant, "seed": seed, "measures": found})
            write_json({"rows": rows}, given.output)
    print(table(rows, COLUMNS))


if __name__ == "__main__":
    run_main(main)
