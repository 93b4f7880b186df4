"""Studies of few-shot translation: `python -m benchmarks.studies.few_shot STUDY --output FILE`.

See `benchmarks.studies.paired`; the runs lie in runs/few_shot unless `--runs` names another folder.
"""

from benchmarks.studies.paired import main
from benchmarks.studies.paired_studies import of

_ERRORS = ("figure_error", "ground_error", "content_kept")

STUDIES = {
    # Liu et al. 2019: table 1 and figure 3, how many images show a class.
    "palettes": of(
        "funit",
        "palettes-small",
        {"FUNIT": {}},
        tuple(f"{name}_k{k}{end}" for end in ("", "_seen") for k in (1, 5, 20) for name in _ERRORS),
    ),
}

if __name__ == "__main__":
    main(STUDIES, "runs/few_shot")
