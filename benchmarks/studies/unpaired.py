"""Study of translation without pairs: `python -m benchmarks.studies.unpaired STUDY --output FILE`.

See `benchmarks.studies.paired`; the runs lie in runs/unpaired unless `--runs` names another folder.
"""

from benchmarks.studies.paired import main
from benchmarks.studies.paired_studies import of

STUDIES = {
    # Zhu et al. 2017: tables 4 and 5, and section 5.2.
    "cyclegan": of(
        "cyclegan",
        "unpaired-small",
        {
            "CycleGAN": {},
            "without cycle": {"cycle_weight": 0},
            "with identity": {"identity_weight": 5},
            "without pool": {"pool_size": 0},
        },
        (
            *("class_kept_ab", "class_kept_ba", "l1_ab", "lpips_ab"),
            *("cycle_l1_a", "cycle_l1_rounded_a", "cycle_l1_noisy_a"),
        ),
    ),
}

if __name__ == "__main__":
    main(STUDIES, "runs/unpaired")
