"""Studies of mix-and-match networks: `python -m benchmarks.studies.mmnet STUDY --output FILE`.

See `benchmarks.studies.paired`; the runs lie in runs/mmnet unless `--runs` names another folder.
"""

from benchmarks.machine import run_main
from benchmarks.studies.paired import main
from benchmarks.studies.paired_studies import of

_UNSEEN, _BACK = "depth_segmentation", "segmentation_depth"
_COLUMNS = (
    *(f"mean_iou_{_UNSEEN}{ending}" for ending in ("", "_batch", "_cascade")),
    *("mean_iou_rgb_segmentation", f"mean_iou_rgb_{_UNSEEN}", f"alignment_{_BACK}"),
    *(f"delta_1_{_BACK}", f"rmse_{_BACK}", f"rmse_{_BACK}_cascade", "rmse_rgb_depth"),
)
_TO_COLOURS = ("redgreen_rgb", "greenblue_rgb", "greenblue_rgb_cascade", "redgreen_greenblue_rgb")
_OF_COLOURS = (
    *(f"{measure}_{ways}" for measure in ("content_kept", "l1") for ways in _TO_COLOURS),
    "alignment_greenblue_rgb",
)
_PLAIN = {"autoencoders": False, "alignment_weight": 0, "noise": 0, "aligned_steps": 0}
_LADDER = {
    "seen pairs": _PLAIN,
    "with autoencoders": {n: v for n, v in _PLAIN.items() if n != "autoencoders"},
    "with alignment": {"noise": 0, "aligned_steps": 0},
    "with noise": {"aligned_steps": 0},
    "with pseudo-pairs": {},
}

STUDIES = {
    # Table 4.2 of the thesis.
    "side": of(
        "mmnet",
        "modalities",
        {side: {"side": side} for side in ("none", "skip", "indices")},
        _COLUMNS,
    ),
    # Table 4.3: each row has what the one before has.
    "ladder": of("mmnet", "modalities", _LADDER, _COLUMNS),
    # The same for table 4.1, opponent channels.
    "opponent": of("mmnet", "opponent", _LADDER, _OF_COLOURS),
    # What pseudo-pairs train, and by which targets.
    "pseudo": of(
        "mmnet",
        "modalities",
        {
            "soft": {},
            "hard": {"pseudo_targets": "hard"},
            "frozen decoders": {"pseudo_freeze_decoders": True},
            "frozen decoders, hard": {"pseudo_freeze_decoders": True, "pseudo_targets": "hard"},
        },
        _COLUMNS,
    ),
}

if __name__ == "__main__":
    run_main(lambda: main(STUDIES, "runs/mmnet", __doc__))
