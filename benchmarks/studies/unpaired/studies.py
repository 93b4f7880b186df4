"""The studies of translation without pairs: which runs are compared, and by which measures."""

from benchmarks.studies.paired_studies import Study, Variant, of

_KEPT = ("class_kept_ab", "class_kept_ba", "classifier_frechet_ab", "classifier_frechet_ba")
_INKS = ("accuracy", "accuracy_lowest", "content_kept", "others_kept", "l1", "psnr", "cycle_l1")
_STYLES = ("style_spread", "style_lpips")

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
    # Liu et al. 2017: what the shared blocks are for. Huang et al. 2018: table 2.
    "encoded": Study(
        {
            "UNIT": Variant("unit", "unpaired-small", {}),
            "UNIT, no shared block": Variant("unit", "unpaired-small", {"shared_blocks": 0}),
            "MUNIT": Variant("munit", "unpaired-small", {}),
        },
        (
            *(*_KEPT, "l1_ab", "l1_ba", "cycle_l1_a", "cycle_l1_b"),
            *(f"{name}_{way}" for name in _STYLES for way in ("ab", "ba")),
            *("reference_error_ab", "reference_error_ba"),
        ),
    ),
    # The thesis, section 5.4: classes that the other domain hardly has. With MUNIT's networks, UDIT
    # without its semantic term is MUNIT, bit for bit.
    "biased": of(
        "udit",
        "biased-small",
        {
            "MUNIT": {"semantic_weight": 0},
            "UDIT, 0.1": {"semantic_weight": 0.1},
            "UDIT, 1": {},
            "UDIT, 10": {"semantic_weight": 10},
        },
        (*_KEPT, "cycle_l1_a", "style_spread_ab"),
    ),
    # Choi et al. 2018: table 1.
    "inks": of("stargan", "recolour-small", {"StarGAN": {}}, _INKS),
    "attributes": of(
        "stargan",
        "recolour-attributes-small",
        {"StarGAN": {"identity_weight": 0}, "with identity": {}},
        _INKS,
    ),
    # The thesis, section 6.4, and its attention.
    "shades": Study(
        {
            "SDIT": Variant("sdit", "shades-small", {}),
            "SDIT without attention": Variant("sdit", "shades-small", {"attention": False}),
            "StarGAN": Variant("stargan", "recolour-small", {"dataset": "glyph_recolour-shades"}),
        },
        (*_INKS, *_STYLES),
    ),
}
