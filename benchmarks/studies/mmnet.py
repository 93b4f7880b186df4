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
    # Tables 4.2 and 4.3 of the thesis, and the forms of pseudo-pairs. Up to "with pseudo-pairs",
    # each has what the one before has; the others differ from that one.
    "modalities": of(
        "mmnet",
        "modalities-small",
        {
            **_LADDER,
            "no side information": {"side": "none"},
            "skips in place of indices": {"side": "skip"},
            "hard targets": {"pseudo_targets": "hard"},
            "frozen decoders": {"pseudo_freeze_decoders": True},
            "frozen decoders, hard": {"pseudo_freeze_decoders": True, "pseudo_targets": "hard"},
        },
        _COLUMNS,
    ),
    # Table 4.1.
    "opponent": of("mmnet", "opponent-small", _LADDER, _OF_COLOURS),
}

if __name__ == "__main__":
    run_main(lambda: main(STUDIES, "runs/mmnet", __doc__))
